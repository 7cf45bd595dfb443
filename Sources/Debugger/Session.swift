import Detectors
import Scenes
import Traces

/// A training run one can walk along in both directions, and edit: the losses so far, what each iteration is done
/// under, and checkpoints to come back by. A value; work on a copy can be thrown away.
package struct Session: Sendable {
  /// Where the run has got to: at least as far as any iteration looked at.
  private var trainer: Trainer
  /// Trainers as they stood before an iteration, in order; the first is the untrained one.
  private var checkpoints: [Trainer]
  /// Iterations between checkpoints; doubled whenever there are too many.
  private var spacing = 1
  /// The total loss of each iteration, the first at 0.
  package private(set) var history: [Double] = []
  /// What else the steps' histories name, by value: the numbers of each iteration, the first at 0.
  package private(set) var kept: [String: [[Double]]] = [:]

  /// What the iterations are done under.
  package private(set) var timeline: Timeline

  /// What was last done again under another set-up.
  var held = Held()

  /// As many checkpoints as fit 200 MB, and at least four: weights and Adam's two moments are four bytes each.
  private let checkpointLimit: Int

  package init(_ trainer: Trainer) {
    self.trainer = trainer
    checkpoints = [trainer]
    timeline = Timeline(trainer.setup)
    let bytes = max(1, trainer.network.parameterCount) * 12
    checkpointLimit = min(48, max(4, 200_000_000 / bytes))
  }

  package var scene: Scene { trainer.scene }
  /// The run before its first iteration.
  var start: Trainer { checkpoints[0] }
  package var checkpointCount: Int { checkpoints.count }
  package var detector: any Detector.Type { trainer.detector }

  /// The record of an iteration, 1 for the first: by replay from the nearest checkpoint before it, or by
  /// training on. Nil when stopped.
  ///
  /// - Parameter progress: told after every iteration which one it was and its total loss; false stops.
  package mutating func trace(
    ofIteration wanted: Int, progress: (Int, Trace) -> Bool = { _, _ in true }
  ) -> Trace? {
    let wanted = max(1, wanted)
    guard var runner = trainer(before: wanted, progress: progress) else { return nil }
    let trace = iterate(&runner)
    return progress(runner.iteration, trace) ? trace : nil
  }

  /// The run as it stands before an iteration. Nil when stopped.
  mutating func trainer(before iteration: Int, progress: (Int, Trace) -> Bool) -> Trainer? {
    var runner = trainer.iteration < iteration ? trainer : startingPoint(before: iteration)
    while runner.iteration < iteration - 1 {
      let trace = iterate(&runner)
      guard progress(runner.iteration, trace) else { return nil }
    }
    return runner
  }

  /// The next iteration of a runner, under what the timeline has for it.
  private mutating func iterate(_ runner: inout Trainer) -> Trace {
    let setup = timeline.setup(at: runner.iteration + 1)
    // A timeline that does not fit is not adopted.
    if setup != runner.setup, let prepared = try? runner.with(setup) { runner = prepared }
    let trace = runner.iterate()
    note(runner, trace)
    return trace
  }

  private func startingPoint(before iteration: Int) -> Trainer {
    checkpoints.last { $0.iteration < iteration } ?? checkpoints[0]
  }

  /// How many iterations had been done at the nearest checkpoint before one.
  func checkpoint(before iteration: Int) -> Int { startingPoint(before: iteration).iteration }

  /// Remembers an iteration that is the first of its number.
  mutating func note(_ runner: Trainer, _ trace: Trace) {
    guard runner.iteration == trainer.iteration + 1 else { return }
    trainer = runner
    history.append(trace.losses.last?.value ?? 0)
    for name in trace.historyValues { kept[name, default: []].append(trace[name]?.doubles ?? []) }
    guard runner.iteration % spacing == 0 else { return }
    checkpoints.append(runner)
    if checkpoints.count > checkpointLimit {
      spacing *= 2
      checkpoints.removeAll { $0.iteration % spacing != 0 }
    }
  }

  // MARK: Editing

  /// Takes up another timeline. What it has as before stays done; what it has otherwise is forgotten.
  ///
  /// - Returns: whether the run begins anew from its seed, as the timeline asks for other weights.
  /// - Throws: a fault when a set-up does not fit the scene, and then nothing has changed.
  @discardableResult
  package mutating func adopt(_ wanted: Timeline) throws(Fault) -> Bool {
    guard let first = wanted.firstDifference(from: timeline) else { return false }
    var fits = true
    for change in wanted.changes where try start.with(change.setup) == nil { fits = false }
    guard fits else {
      try beginAnew(wanted)
      return true
    }
    timeline = wanted
    checkpoints = Array(checkpoints.prefix(1)) + checkpoints.dropFirst().filter { $0.iteration < first }
    if trainer.iteration >= first { trainer = checkpoints.last ?? trainer }
    history = Array(history.prefix(trainer.iteration))
    kept = kept.mapValues { Array($0.prefix(history.count)) }
    if let own = held.own, own.iteration > first { held.own = nil }
    return false
  }

  /// A run of its own from the seed. Where the set-ups ask for different weights, the last holds from the first iteration
  /// on, as weights are drawn only once.
  private mutating func beginAnew(_ wanted: Timeline) throws(Fault) {
    guard var last = wanted.changes.last?.setup else { return }
    last.edits = []
    let first = Session(try start.anew(wanted.setup(at: 1)))
    var isOneRun = true
    for change in wanted.changes where try first.start.with(change.setup) == nil { isOneRun = false }
    if isOneRun {
      self = first
      timeline = wanted
    } else {
      self = Session(try start.anew(last))
    }
  }
}
