import Detectors
import Scenes
import Traces

extension Session {
  /// Runs on, behind a step of an iteration, to where one of some breakpoints holds. Nil when stopped.
  ///
  /// - Parameters:
  ///   - most: how many iterations it looks through before it gives up.
  ///   - progress: told of every iteration; false stops.
  package mutating func run(
    to breakpoints: [Breakpoint], after iteration: Int, step: Int, most: Int = 10_000,
    progress: (Int, Trace) -> Bool
  ) -> Stop? {
    var before: Trace?
    var last: Trace?
    for number in max(1, iteration)...(max(1, iteration) + most) {
      guard let trace = trace(ofIteration: number, progress: progress) else { return nil }
      let from = number == iteration ? step : -1
      if let stop = breakpoints.first(in: trace, after: from, before: before) { return stop }
      (before, last) = (trace, trace)
    }
    return last.map { Stop(trace: $0, step: $0.steps.count - 1, breakpoint: nil) }
  }

  /// Runs back, ahead of a step of an iteration, to where one of some breakpoints held last. Nil when stopped.
  package mutating func runBack(
    to breakpoints: [Breakpoint], before iteration: Int, step: Int, progress: (Int, Trace) -> Bool
  ) -> Stop? {
    var end = iteration
    // Stretch by stretch, each run through once from its checkpoint, the last first.
    while end >= 1 {
      let start = checkpoint(before: end) + 1
      var found: Stop?
      var before: Trace?
      for number in start...end {
        guard let trace = trace(ofIteration: number, progress: progress) else { return nil }
        let limit = number == iteration ? step : Int.max
        if let stop = breakpoints.last(in: trace, ahead: limit, before: before) { found = stop }
        before = trace
      }
      if let found { return found }
      end = start - 1
    }
    guard let first = trace(ofIteration: 1, progress: progress) else { return nil }
    return Stop(trace: first, step: 0, breakpoint: nil)
  }

  /// A run of another detector, as its defaults have it, on the scene as it is edited now, from the same seed.
  package func beside(detector: any Detector.Type) throws(Fault) -> Session {
    let setup = timeline.changes.last?.setup ?? self.setup
    return Session(
      try Trainer(setup.scene, detector: detector, settings: Settings(defaultsOf: detector), seed: start.seed))
  }

  /// The same run with a parameter otherwise.
  package func beside(assignment: Assignment) throws(Fault) -> Session {
    let setup = timeline.changes.last?.setup ?? self.setup
    var changed = setup
    changed.edits = []
    changed.settings = try setup.settings.assigning(assignment, for: detector)
    return Session(try start.anew(changed))
  }
}
