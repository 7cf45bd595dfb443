import Expressions
import Traces

/// Where a run stops.
package struct Breakpoint: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    /// When a step has been done.
    case step(String)
    /// When a condition comes true that was not true a step before.
    case condition(Expression)
    /// When a step has something to warn of; of one kind, or of any.
    case hazard(Hazard.Kind?)
  }

  package let place: Place
  package var isOn = true

  package init(_ place: Place) { self.place = place }

  /// "match", "any(gt.positives == 0)", "hazard no positive".
  package var text: String {
    switch place {
    case .step(let id): id
    case .condition(let expression): expression.text
    case .hazard(let kind): kind.map { "hazard \($0.rawValue)" } ?? "any hazard"
    }
  }
}

/// Where a run came to a stop, and by which breakpoint.
package struct Stop: Sendable {
  package let trace: Trace
  package let step: Int
  /// Nil when there was no more to run through.
  package let breakpoint: Breakpoint?

  package init(trace: Trace, step: Int, breakpoint: Breakpoint?) {
    self.trace = trace
    self.step = step
    self.breakpoint = breakpoint
  }
}

extension [Breakpoint] {
  /// The first step of an iteration, behind one or from its start, at which one of these holds.
  package func first(in trace: Trace, after step: Int = -1, before: Trace?) -> Stop? {
    stops(in: trace, steps: (step + 1)..<Swift.max(step + 1, trace.steps.count), before: before).first
  }

  /// The last step of an iteration, ahead of one or of its end, at which one of these holds.
  package func last(in trace: Trace, ahead step: Int = .max, before: Trace?) -> Stop? {
    stops(in: trace, steps: 0..<Swift.max(0, Swift.min(step, trace.steps.count)), before: before).last
  }

  /// Every step of an iteration at which one of these holds.
  package func stops(in trace: Trace, before: Trace?) -> [Stop] {
    stops(in: trace, steps: trace.steps.indices, before: before)
  }

  private func stops(in trace: Trace, steps: Range<Int>, before: Trace?) -> [Stop] {
    let active = filter(\.isOn)
    guard !active.isEmpty else { return [] }
    var held = active.map { $0.holds(in: trace, at: steps.lowerBound - 1, before: before) }
    var stops: [Stop] = []
    for step in steps {
      let holds = active.map { $0.holds(in: trace, at: step, before: before) }
      // Steps and hazards are events; a condition is one when it becomes true.
      let hit = active.indices.first { holds[$0] && (active[$0].isEvent || !held[$0]) }
      if let hit { stops.append(Stop(trace: trace, step: step, breakpoint: active[hit])) }
      held = holds
    }
    return stops
  }
}

extension Breakpoint {
  fileprivate var isEvent: Bool {
    if case .condition = place { false } else { true }
  }

  fileprivate func holds(in trace: Trace, at step: Int, before: Trace?) -> Bool {
    guard trace.steps.indices.contains(step) else { return false }
    switch place {
    case .step(let id): return trace.steps[step].id == id
    case .hazard(let kind): return trace.steps[step].hazards.contains { kind == nil || $0.kind == kind }
    case .condition(let expression):
      // What another detector's steps leave is never true here.
      return (try? expression.holds(at: Moment(trace, step: step, after: before))) ?? false
    }
  }
}
