import Detectors
import Scenes
import Traces

extension Session {
  /// What would turn an answer about an iteration round: to be asked on a copy off the drawing thread, as it can take
  /// a second. Nil where there is nothing to turn round, or when stopped. A proposal's `setup` is what to put into the
  /// timeline.
  ///
  /// - Parameters:
  ///   - setup: what the iteration is done under; nil for what the timeline has for it.
  ///   - progress: told of the iterations that lead there; false stops.
  ///   - isWanted: asked while it seeks; false stops.
  /// - Throws: a fault when the set-up does not fit the scene or itself.
  package mutating func whatIf(
    _ element: Element, at iteration: Int, under setup: Setup? = nil,
    progress: (Int, Trace) -> Bool = { _, _ in true }, isWanted: @escaping () -> Bool = { true }
  ) throws(Fault) -> WhatIf? {
    guard let found = try reiterate(iteration, under: setup ?? timeline.setup(at: iteration), progress: progress) else {
      return nil
    }
    let kept = found.extent == .run ? held.other?.kept : held.own
    return kept.flatMap { WhatIf(element, on: $0, isWanted: isWanted) }
  }
}
