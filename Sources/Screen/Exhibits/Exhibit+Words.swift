import Traces

/// The picture, the ledger of losses, and why.
extension Exhibit {
  /// What is drawn over the picture, in its own pixels.
  package var overlay: Overlay { Overlay(state, detections: 8) }

  /// The states that signs on the picture stand for, with how many priors are in each.
  package var states: [(kind: StateLegend.State.Kind, name: String, count: Int)] {
    guard let scope = Scope(state), let codes = scope.states?.doubles else { return [] }
    return scope.legend.present(in: codes).map { ($0.state.kind, $0.state.name, $0.count) }
  }

  /// Where the cursor is: "P3 (9,7) #6".
  package var place: String? {
    guard let scope = Scope(state), let prior = scope.prior, scope.hasPriors else { return nil }
    return "\(scope.priorName) \(scope.trace.priors.label(of: prior))"
  }

  /// What the priors are called.
  package var priorName: String { state.trace?.priorName ?? "anchor" }

  /// "gt 2 boat" for each.
  package var objects: [String] { Scope(state).map { scope in state.scene.groundTruth.indices.map(scope.name) } ?? [] }

  package struct Loss: Sendable {
    package let name: String
    package let title: String
    /// Nil for the total, which is no quotient.
    package let quotient: (sum: String, normalizer: String)?
    package let value: String
    /// Whether this step, or one before it, computed it.
    package let isKnown: Bool
  }

  package var losses: [Loss] {
    guard let scope = Scope(state) else { return [] }
    return scope.trace.losses.map { term in
      let isTotal = term.normalizer == .none
      return Loss(
        name: term.name, title: term.title,
        quotient: isTotal ? nil : (Number.text(term.sum), LossesPanel.normalizer(term, named: true)),
        value: Number.text(term.value), isKnown: scope.known("losses.\(term.name)") != nil)
    }
  }

  package struct Why: Sendable {
    package struct Line: Sendable {
      package let topic: String
      package let rule: String
      package let numbers: String
      package let conclusion: String
    }

    package let subject: String
    package let verdict: String
    package let lines: [Line]
  }

  /// Nil where nothing is decided about what is selected.
  package var why: Why? {
    guard let explanation = state.explanation else { return nil }
    return Why(
      subject: explanation.subject, verdict: explanation.verdict,
      lines: explanation.reasons.map { reason in
        let comesTo = reason.conclusion.hasPrefix("=") ? " " + reason.conclusion : ""
        let numbers = WhyPanel.numbers(reason, comesTo)
        return Why.Line(
          topic: reason.topic, rule: numbers.isEmpty ? reason.symbolic + comesTo : reason.symbolic, numbers: numbers,
          conclusion: comesTo.isEmpty ? reason.conclusion : "")
      })
  }

  package var withoutWhy: String { state.withoutExplanation }
}
