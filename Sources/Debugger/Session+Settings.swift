import Detectors
import Scenes
import Traces

/// What an iteration would be under other settings.
package struct Reiteration: Sendable {
  package enum Extent: Hashable, Sendable {
    /// These steps were done again; those before them do not depend on what changed.
    case steps([String])
    /// The settings ask for another network: the run began anew from its seed.
    case run
  }

  package let trace: Trace
  package let extent: Extent
}

extension Session {
  /// An iteration as it would have been under other settings, from the weights it began with. Steps that do not depend
  /// on what changed since the last call for this iteration are not done again. Settings that ask for other weights
  /// make a run of their own, trained as far as the iteration. Nil when stopped.
  ///
  /// - Parameter progress: told of the iterations that lead there; false stops.
  /// - Throws: a fault when the settings do not fit the scene.
  package mutating func reiterate(
    _ wanted: Int, under settings: Settings, progress: (Int, Trace) -> Bool = { _, _ in true }
  ) throws(Fault) -> Reiteration? {
    guard let kept = hold(wanted, progress: progress) else { return nil }
    if let other = kept.again(under: settings) {
      held = other
      return Reiteration(trace: other.trace, extent: .steps(other.performed))
    }
    var run = Session(try kept.before.anew(settings))
    return run.trace(ofIteration: wanted, progress: progress).map { Reiteration(trace: $0, extent: .run) }
  }

  /// The iteration under the settings it was last done with.
  private mutating func hold(_ wanted: Int, progress: (Int, Trace) -> Bool) -> KeptIteration? {
    let wanted = max(1, wanted)
    if let held, held.after.iteration == wanted { return held }
    guard let trainer = trainer(before: wanted, progress: progress) else { return nil }
    let kept = KeptIteration(trainer)
    held = kept
    return kept
  }
}
