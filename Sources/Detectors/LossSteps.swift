import Tensors
import Traces

/// What every loss step leaves: its numbers, its line in the ledger, and its way back on the tape.
extension Iteration {
  /// A loss that is a sum over priors.
  ///
  /// - Parameters:
  ///   - perPrior: N, before the normaliser.
  ///   - prior: "anchor" or "point", for the name of the value.
  ///   - gradients: of the normalised loss, each of its variable's shape.
  mutating func record(
    _ name: String, _ title: String, perPrior: [Double], of prior: String, over normalizer: LossTerm.Normalizer,
    gradients: [(by: Tape.Variable, Tensor)]
  ) {
    record(
      name, title, perPrior: perPrior, as: "losses.\(name)_per_\(prior)", over: normalizer, gradients: gradients)
  }

  /// - Parameter value: the name under which `perPrior` is left in the trace.
  mutating func record(
    _ name: String, _ title: String, perPrior: [Double], as value: String, over normalizer: LossTerm.Normalizer,
    gradients: [(by: Tape.Variable, Tensor)]
  ) {
    record(value, shape: [perPrior.count], perPrior)
    let parts = grid.levels.enumerated().map { index, level in
      LossTerm.Part(level.name, perPrior[level.range].reduce(0, +), focus: Focus(level: index))
    }
    record(
      LossTerm(
        name: name, title: title, parts: parts, normalizer: normalizer,
        contributions: value), gradients: gradients)
  }

  /// A line of the ledger, and the loss on the tape with its own way back.
  mutating func record(_ term: LossTerm, gradients: [(by: Tape.Variable, Tensor)]) {
    trace.record(Value("losses.\(term.name)", scalar: term.value))
    trace.record(term)
    let slopes = gradients.map { $0.1 }
    losses[term.name] = tape.record(Tensor(Float(term.value)), from: gradients.map(\.by)) { upstream, _ in
      let scale = upstream.elements[0]
      return slopes.map { slope in
        scale == 1 ? slope : Tensor(shape: slope.shape, elements: slope.elements.map { $0 * scale })
      }
    }
  }

  /// The sum of some terms, in the ledger and on the tape.
  mutating func recordTotal(_ name: String = "total", of names: [String]) {
    let terms = names.compactMap { losses[$0] }
    guard var total = terms.first else { return }
    for term in terms.dropFirst() { total = tape.add(total, term) }
    losses[name] = total
    objective = total
    let parts = trace.losses.filter { names.contains($0.name) }.map { LossTerm.Part($0.name, $0.value) }
    let term = LossTerm(name: name, title: name, parts: parts, normalizer: .none)
    trace.record(Value("losses.\(name)", scalar: term.value))
    trace.record(term)
  }

  /// A part of the step for each part of a sum.
  mutating func partSubsteps(of term: LossTerm) {
    for part in term.parts {
      substep(
        part.name,
        "\(part.name) gives \(Number.text(part.sum, digits: 3)) of the sum \(Number.text(term.sum)).",
        focus: part.focus)
    }
  }
}
