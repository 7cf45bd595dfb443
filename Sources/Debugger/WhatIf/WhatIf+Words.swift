import Boxes
import Detectors
import Traces

extension WhatIf {
  /// The question: "What would make any anchor positive for gt 0?"
  package var title: String { "What would \(wish)?" }

  /// For a learner to read, the smallest change first: what it would do, and how large it is.
  package var lines: [String] {
    guard let smallest else {
      return ["No single change that was tried would\(readsPredictions ? ", as the network guesses now" : "")."]
    }
    return ["Smallest: \(smallest.line)"] + proposals.dropFirst().map { "Or: \($0.line)" }
  }

  /// What the sizes are.
  package static let measure =
    "Sizes: the difference of a threshold or score; |ln| of a factor, so that .1 is a tenth more or less; how far a "
    + "box's edges move, in parts of its sides; 1 for another rule."

  /// "positive_iou 0.5 → 0.487 makes P4 (3,5) #4 positive."
  static func sentence(_ change: Change, _ goal: Goal, gained: Int, prior: Int?, in trace: Trace) -> String {
    let first = prior.map { trace.priors.label(of: $0) } ?? "it"
    return "\(change.words) \(goal.words(gained > 1 ? "\(first) and \(Number.plural(gained - 1, "other"))" : first))."
  }
}

extension WhatIf.Proposal {
  fileprivate var line: String {
    "\(sentence) Size \(Number.text(size, digits: 2))\(asksForRun ? "; it needs a new run" : "")."
  }
}

extension Change {
  /// As one types it: `positive_iou=0.487`, or `gt 2: x1 10 → 9.5`.
  package var text: String {
    switch self {
    case .parameter(let name, _, _, let to, let along):
      ([(name, to)] + along.map { ($0.name, $0.to) }).map { "\($0.0)=\($0.1.text)" }.joined(separator: " ")
    case .box(let gt, let from, let to): "gt \(gt): \(Self.moved(from, to))"
    case .prediction(let edit, let from, _):
      "\(edit.prediction)[\(edit.row), \(edit.column)] \(Number.text(from)) → \(Number.text(Double(edit.value)))"
    }
  }

  /// In a sentence: what changes, from which number to which.
  package var words: String {
    switch self {
    case .parameter(let name, let element, let from, let to, let along):
      Self.words(name, element, from, to) + along.map { " (and \(Self.words($0.name, nil, $0.from, $0.to)))" }.joined()
    case .box(let gt, let from, let to): Self.words(gt, from, to)
    case .prediction(let edit, let from, let scores):
      "a score of \(Self.number(scores.to)) in place of \(Self.number(scores.from)) "
        + "(\(edit.prediction) \(Self.number(from)) → \(Self.number(Double(edit.value))))"
    }
  }

  private static func number(_ number: Double) -> String { Number.text(number, digits: 4) }

  private static func words(_ name: String, _ element: Int?, _ from: ParameterValue, _ to: ParameterValue) -> String {
    guard case .numbers(let old) = from, case .numbers(let new) = to, let element else {
      return "\(name) \(from.text) → \(to.text)"
    }
    if new.count > old.count { return "adding \(number(new[element])) to \(name)" }
    let moved = old.indices.filter { old[$0] != new[$0] }
    // In a long list a number alone does not tell which one it is.
    let place = old.count > 3 ? " (number \(element + 1) of \(old.count))" : ""
    return "\(name) " + moved.map { "\(number(old[$0])) → \(number(new[$0]))" }.joined(separator: ", ") + place
  }

  private static let names = ["x1", "y1", "x2", "y2"]

  private static func moved(_ from: Box, _ to: Box) -> String {
    let (a, b) = (from.corners, to.corners)
    return names.indices.filter { a[$0] != b[$0] }
      .map { "\(names[$0]) \(number(a[$0])) → \(number(b[$0]))" }.joined(separator: ", ")
  }

  private static func words(_ gt: Int, _ from: Box, _ to: Box) -> String {
    let steps = zip(from.corners, to.corners).map { $1 - $0 }
    func pixels(_ step: Double) -> String { "\(number(abs(step))) px" }
    let isMove = abs(steps[0] - steps[2]) < 1e-9 && abs(steps[1] - steps[3]) < 1e-9
    if isMove {
      let parts = [
        steps[0] == 0 ? nil : "\(pixels(steps[0])) to the \(steps[0] < 0 ? "left" : "right")",
        steps[1] == 0 ? nil : "\(pixels(steps[1])) \(steps[1] < 0 ? "up" : "down")",
      ]
      return "moving gt \(gt) \(parts.compactMap(\.self).joined(separator: " and "))"
    }
    return "changing gt \(gt)'s box (\(moved(from, to)))"
  }
}
