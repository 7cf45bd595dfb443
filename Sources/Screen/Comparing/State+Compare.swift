import Debugger
import Detectors
import Scenes
import Traces

/// What an iteration is held against.
package enum Comparand: Hashable, Sendable {
  /// The same iteration by another detector, by its name.
  case detector(String)
  /// The same with a parameter otherwise.
  case parameter(name: String, text: String)
  /// Another moment of this run.
  case iteration(Int)

  /// "FCOS", "positive_iou=0.45", "iteration 12".
  var title: String {
    switch self {
    case .detector(let name): Detectors.named(name)?.title ?? name
    case .parameter(let name, let text): "\(name)=\(text)"
    case .iteration(let number): "iteration \(Number.count(number))"
    }
  }
}

/// Another iteration beside the one shown.
struct Compared: Sendable {
  let comparand: Comparand
  /// Which edit the other was run after.
  var revision: Int
  /// Nil until it has been run.
  var trace: Trace?
  /// What the two decide differently; nil where they are of different scenes, while an edit is followed.
  private(set) var result: Comparison?

  mutating func hold(against own: Trace?) {
    result = trace.flatMap { other in own.flatMap { Comparison($0, other) } }
  }

  /// Whether the other is what is to be held against an iteration.
  func isOf(_ iteration: Int, _ revision: Int) -> Bool {
    guard let trace, self.revision == revision else { return false }
    if case .iteration = comparand { return true }
    return trace.iteration == iteration
  }
}

extension State {
  mutating func compare(with comparand: Comparand?) {
    panel = nil
    guard let comparand else {
      comparison = nil
      return notice("One iteration again.")
    }
    guard timeline != nil else { return notice("These records cannot be compared.") }
    comparison = Compared(comparand: comparand, revision: revision)
    notice("Running \(comparand.title)…")
  }

  mutating func arrive(compared trace: Trace, _ revision: Int) {
    guard let comparison, revision == self.revision else { return }
    if comparison.trace == nil {
      notice("\(comparison.comparand.title) is beside it: x lists what differs, q ends comparing.")
    }
    self.comparison?.trace = trace
    self.comparison?.revision = revision
    self.comparison?.hold(against: self.trace)
  }

  /// The other iteration that is wanted and not there yet, or no longer the one to hold against what is shown.
  package var wantedComparison: (comparand: Comparand, revision: Int)? {
    guard let comparison, let trace, trace.staleness.isEmpty, !comparison.isOf(trace.iteration, revision) else {
      return nil
    }
    return (comparison.comparand, revision)
  }

  func comparand(_ line: Command.Line) throws(PromptFault) -> Comparand? {
    let text = line.text
    if text.isEmpty { return nil }
    if let number = Int(text) {
      guard number >= 1, number <= 1_000_000 else { throw line.fault("Iterations begin at 1.") }
      return .iteration(number)
    }
    if let detector = Detectors.named(text.lowercased()) { return .detector(detector.name) }
    let parts = text.split(maxSplits: 1) { $0 == "=" || $0 == " " }.map { String($0).trimmed }
    if parts.count == 2, detectorType?.parameters.contains(where: { $0.name == parts[0] }) ?? false {
      return .parameter(name: parts[0], text: parts[1])
    }
    let names = Detectors.all.map { $0.name }.joined(separator: ", ")
    throw line.fault("Wanted one of \(names), PARAMETER=VALUE, or the number of an iteration.")
  }

  /// The other iteration as a state of its own: the same cursor, the step of the same name.
  var other: State? {
    guard let comparison, let trace = comparison.trace else { return nil }
    var other = self
    other.comparison = nil
    other.marked = comparison.result?.differences.map(\.priors.second)
    other.trace = trace
    other.panel = nil
    other.detector = trace.detectorTitle
    other.stepIDs = trace.steps.map(\.id)
    let wanted = currentStep?.id ?? ""
    let same = trace.steps.firstIndex { $0.id == wanted }
    let part = Double(position.step + 1) / Double(max(1, stepIDs.count))
    let near = Int((part * Double(trace.steps.count)).rounded(), in: 1...max(1, trace.steps.count)) ?? 1
    other.position = Position(step: same ?? near - 1)
    other.selection.level = selection.level.clamped(to: 0...max(0, trace.priors.levels.count - 1))
    if case .prior = selection.subject {} else if selection.gt == nil { other.selection.subject = .prior }
    return other
  }
}
