import Detectors
import Scenes
import Traces

/// What an iteration would be under another set-up.
package struct Reiteration: Sendable {
  package enum Extent: Hashable, Sendable {
    /// These steps were done again; those before them do not depend on what changed.
    case steps([String])
    /// The set-up asks for another network: a run of its own began from the seed.
    case run
  }

  /// Where it is not whole, what the edit made stale follows the steps that are done: see its `staleness`.
  package let trace: Trace
  package let extent: Extent
  /// Whether the iteration was done to its end.
  package let isWhole: Bool

  init(_ kept: KeptIteration, extent: Extent) {
    trace = kept.trace
    self.extent = extent
    isWhole = kept.isWhole
  }
}

/// Iterations that were last done again, to be done again from.
struct Held: Sendable {
  /// Of the run itself.
  var own: KeptIteration?
  /// Of another run, which began under this set-up because an edit asked for other weights.
  var other: (root: Setup, kept: KeptIteration)?
}

extension Session {
  /// What the run itself goes by.
  package var setup: Setup { start.setup }

  /// An iteration as it would have been under other settings, from the weights it began with. Steps that do not depend
  /// on what changed since the last call for this iteration are not done again. Settings that ask for other weights
  /// make a run of their own, trained as far as the iteration. Nil when stopped.
  ///
  /// - Parameter progress: told of the iterations that lead there; false stops.
  /// - Throws: a fault when the settings do not fit the scene.
  package mutating func reiterate(
    _ wanted: Int, under settings: Settings, progress: (Int, Trace) -> Bool = { _, _ in true }
  ) throws(Fault) -> Reiteration? {
    try reiterate(wanted, under: Setup(scene: scene, settings: settings), progress: progress)
  }

  /// The same under another set-up: other settings, other objects, predictions set by hand. It holds for this iteration
  /// alone. What it is depends on the run, the iteration and the set-up, and not on what was asked for before.
  ///
  /// A set-up that asks for other weights is of a run of its own: that is trained from the seed under those of its
  /// settings that shape the network, and the rest again holds for this iteration alone.
  ///
  /// - Parameters:
  ///   - reach: how far the iteration is done. Called once more for the same set-up, it is gone on with.
  ///   - progress: told of the iterations that lead there; false stops.
  /// - Throws: a fault when the set-up does not fit the scene or itself.
  package mutating func reiterate(
    _ wanted: Int, under setup: Setup, until reach: Reach = .end,
    progress: (Int, Trace) -> Bool = { _, _ in true }
  ) throws(Fault) -> Reiteration? {
    let wanted = max(1, wanted)
    let start = ContinuousClock.now
    guard let root = try root(of: setup) else {
      guard let own = try hold(wanted, setup, reach, progress: progress) else { return nil }
      // What the timeline has for this iteration need not be done once more to go on from.
      if let after = own.after, setup == timeline.setup(at: wanted) {
        note(after, own.trace, took: .now - start)
      }
      return Reiteration(own, extent: .steps(own.performed))
    }
    guard let other = try hold(wanted, setup, reach, of: root, progress: progress) else { return nil }
    return Reiteration(other, extent: .run)
  }

  /// An iteration as the timeline has it, with how things stood before each of its steps. Nil when stopped.
  package mutating func kept(
    _ iteration: Int, progress: (Int, Trace) -> Bool = { _, _ in true }
  ) throws(Fault) -> KeptIteration? {
    guard let found = try reiterate(iteration, under: timeline.setup(at: iteration), progress: progress) else {
      return nil
    }
    return found.extent == .run ? held.other?.kept : held.own
  }

  /// The iteration under a set-up, held from here on. Nil when stopped, or when the set-up asks for other weights.
  mutating func hold(
    _ wanted: Int, _ setup: Setup, _ reach: Reach, progress: (Int, Trace) -> Bool
  ) throws(Fault) -> KeptIteration? {
    if let own = held.own, own.iteration == wanted {
      held.own = try own.again(under: setup, until: reach)
    } else {
      guard let trainer = trainer(before: wanted, progress: progress) else { return nil }
      // First as the run has it: what an edit makes stale can then be shown beside what is new.
      held.own = try KeptIteration(trainer).again(under: setup, until: reach)
    }
    return held.own
  }

  private mutating func hold(
    _ wanted: Int, _ setup: Setup, _ reach: Reach, of root: Setup, progress: (Int, Trace) -> Bool
  ) throws(Fault) -> KeptIteration? {
    var kept: KeptIteration?
    if let other = held.other, other.root == root, other.kept.iteration == wanted {
      kept = try other.kept.again(under: setup, until: reach)
    } else {
      var run = Session(try start.anew(root))
      if try run.start.with(setup) == nil {
        run = Session(try start.anew(Setup(scene: setup.scene, settings: setup.settings)))
      }
      guard let trainer = run.trainer(before: wanted, progress: progress) else { return nil }
      kept = try KeptIteration(trainer).again(under: setup, until: reach)
    }
    held.other = kept.map { (root, $0) }
    return kept
  }

  /// The set-up from which a run of its own must start for this one to have the weights it asks for; nil where the
  /// run's own will do.
  private func root(of setup: Setup) throws(Fault) -> Setup? {
    guard try start.with(setup) == nil else { return nil }
    var root = setup
    root.edits = []
    let own = start.setup
    if root.scene.picture == own.scene.picture, root.scene.classes.count >= own.scene.classes.count {
      root.scene.objects = own.scene.objects
    }
    // What by itself leaves the network as it is does not belong to the run.
    for name in setup.settings.differences(from: own.settings).sorted() {
      let alone = own.settings.taking([name], from: setup.settings)
      guard start.with(alone) != nil else { continue }
      let without = root.settings.taking([name], from: own.settings)
      // Parameters that must fit one another stay together.
      if (try? detector.check(without, at: Fault.Place("parameters"))) != nil { root.settings = without }
    }
    return root
  }
}
