import Traces

/// A place in a run at which expressions are evaluated: an iteration as it stands when one of its steps has just been
/// done. Nothing is copied; what later steps leave is merely not seen.
package struct Moment: Sendable {
  /// The whole iteration.
  package let trace: Trace
  /// Which of its steps has just been done.
  package let step: Int
  /// Moments before this one, the nearest first: what `changes` compares with. A value that the nearest does not have
  /// is looked for in the next.
  package let earlier: [Moment]

  /// - Parameters:
  ///   - step: nil for the end of the iteration.
  ///   - previous: the iteration before, as it ended.
  package init(_ trace: Trace, step: Int? = nil, after previous: Trace? = nil) {
    let last = trace.steps.count - 1
    let step = min(max(step ?? last, 0), max(last, 0))
    var earlier: [Moment] = []
    if step > 0 { earlier.append(Moment(trace, step: step - 1, earlier: [])) }
    if let previous { earlier.append(Moment(previous)) }
    self.init(trace, step: step, earlier: earlier)
  }

  /// - Parameter earlier: the nearest first, such as the same step before an edit.
  package init(_ trace: Trace, step: Int, earlier: [Moment]) {
    self.trace = trace
    self.step = step
    self.earlier = earlier
  }

  /// The name of the step that has just been done.
  var stepID: String { trace.steps.indices.contains(step) ? trace.steps[step].id : "" }

  /// The steps that have been done.
  var done: ArraySlice<StepRecord> { trace.steps.prefix(step + 1) }

  /// A value, if its step has been done.
  func visible(_ name: String) -> Value? {
    guard let value = trace[name], leaver(of: name).map({ $0 <= step }) ?? true else { return nil }
    return value
  }

  /// Which step leaves a value.
  private func leaver(of name: String) -> Int? { trace.steps.firstIndex { $0.values.contains(name) } }

  /// Why a value is not to be seen.
  func absence(of names: [String]) -> Absence {
    if let name = names.first(where: { trace[$0] != nil }), let later = leaver(of: name), later > step {
      return .notYet(step: trace.steps[later].id)
    }
    let first = names.first ?? "such value"
    return .never("\(trace.detectorTitle) left no \(first) in this iteration")
  }
}

/// Why there is no value.
enum Absence: Error, Hashable {
  case notYet(step: String)
  case never(String)
}
