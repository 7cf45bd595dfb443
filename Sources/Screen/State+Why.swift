import Traces

extension State {
  /// The answer about what is selected, from what the iteration has come to know at this step. What was found out last
  /// stands first. Asked once a frame.
  var explanation: Explanation? {
    guard let now = explanation(atStep: position.step, questions) else { return nil }
    for step in (0..<max(0, position.step)).reversed() {
      guard let before = explanation(atStep: step, [now.element]) else { return now }
      let led = now.led(beyond: before)
      if let led { return led }
    }
    return now
  }

  private func explanation(atStep step: Int, _ questions: [Element]) -> Explanation? {
    guard let trace = trace?.upTo(step: step) else { return nil }
    return questions.lazy.compactMap { explain($0, trace) }.first
  }

  var withoutExplanation: String {
    if trace == nil { return "Here stands why what you select is what it is." }
    return switch selection.subject {
    case .prior: "Nothing is decided about this \(trace?.priorName ?? "anchor") yet."
    case .gt: "Nothing is decided about this GT yet."
    case .box(let row): "Nothing is decided about this \(row.kind.rawValue) yet."
    case .loss(let name): "The loss \(name) has no more to it than its line above."
    }
  }
}

extension Explanation {
  /// With the reasons first that an earlier explanation of the same did not have; nil where there are none.
  func led(beyond earlier: Explanation) -> Explanation? {
    let known = Set(earlier.reasons.map(\.text))
    let new = reasons.filter { !known.contains($0.text) }
    guard !new.isEmpty else { return nil }
    return Explanation(
      element: element, subject: subject, verdict: verdict,
      reasons: new + reasons.filter { known.contains($0.text) })
  }
}

extension Reason {
  /// All that it says.
  fileprivate var text: [String] { [topic, symbolic, substituted, conclusion] }
}
