import Traces

/// Why a loss term is what it is: sums over normalisers.
struct LedgerWhy {
  let trace: Trace

  init(_ trace: Trace) { self.trace = trace }

  /// - Parameter then: what is to be said of it beside its quotient.
  func loss(_ name: String, then: [Reason] = []) -> Explanation? {
    guard let term = trace.losses.first(where: { $0.name == name }) else { return nil }
    return Explanation(
      element: .loss(name), subject: "loss \(name)", verdict: Number.text(term.value, digits: 5),
      reasons: [quotient(of: term)].compactMap(\.self) + then + largest(of: term))
  }

  /// The sum of the parts over the normaliser, with its floor where that decides.
  private func quotient(of term: LossTerm) -> Reason? {
    let parts = term.parts.map { Formula.named($0.name, $0.sum) }
    guard let first = parts.first else { return nil }
    let sum = parts.dropFirst().reduce(first, +)
    let normalizer = Formula.named(term.normalizer.name, term.normalizer.counted)
    let value = term.normalizer == .none ? sum : sum / .max(.number(term.normalizer.floor), normalizer)
    return Reason(
      term.normalizer == .none ? "total" : "loss", value, is: .init("losses.\(term.name)"),
      conclusion: "= \(Number.text(term.value, digits: 5))")
  }

  /// Who adds most to the sum.
  private func largest(of term: LossTerm) -> [Reason] {
    guard let value = term.contributions.flatMap({ trace[$0] }), term.sum > 0 else { return [] }
    let numbers = value.doubles
    let top = numbers.indices.sorted { numbers[$0] > numbers[$1] }.prefix(3).filter { numbers[$0] > 0 }
    return top.map { index in
      Reason(
        "most from", words: name(of: index, in: value),
        conclusion: "\(Number.text(numbers[index])) of the sum \(Number.text(term.sum))")
    }
  }

  private func name(of index: Int, in value: Value) -> String {
    if value.name.hasSuffix("_per_roi") { return BoxRow(.roi, index).description }
    return value.count == trace.priors.count
      ? "\(trace.priorName) \(index), \(trace.priors.label(of: index))" : "gt \(index)"
  }
}
