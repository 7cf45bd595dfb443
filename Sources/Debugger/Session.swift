import Detectors
import Scenes
import Traces

/// A training run one can walk along in both directions, and edit: the losses so far, what each iteration is done
/// under, and checkpoints to come back by. A value; work on a copy can be thrown away.
package struct Session: Sendable {
  /// Where the run has got to: at least as far as any iteration looked at.
  private var trainer: Trainer
  private var checkpoints: Checkpoints
  /// The total loss of each iteration, the first at 0.
  package private(set) var history: [Double] = []
  /// What else the steps' histories name, by value: the numbers of each iteration, the first at 0.
  package private(set) var kept: [String: [[Double]]] = [:]

  /// What the iterations are done under.
  package private(set) var timeline: Timeline

  /// What was last done again under another set-up.
  var held = Held()

  package init(_ trainer: Trainer) { self.init(trainer, checkpoints: Checkpoints(trainer)) }

  package init(_ trainer: Trainer, checkpoints: Checkpoints) {
    self.trainer = trainer
    self.checkpoints = checkpoints
    timeline = Timeline(trainer.setup)
  }

  package var scene: Scene { trainer.scene }
  /// The run before its first iteration.
  var start: Trainer { checkpoints.untrained }
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
    var runner = trainer.iteration < iteration ? trainer : checkpoints.last(before: iteration)
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
    let start = ContinuousClock.now
    let trace = runner.iterate()
    note(runner, trace, took: .now - start)
    return trace
  }

  /// How many iterations had been done at the nearest checkpoint before one.
  func checkpoint(before iteration: Int) -> Int { checkpoints.iteration(before: iteration) }

  /// Remembers an iteration that is the first of its number, and how long it would take to do it again.
  mutating func note(_ runner: Trainer, _ trace: Trace, took time: Duration) {
    guard runner.iteration == trainer.iteration + 1 else { return }
    trainer = runner
    history.append(trace.losses.last?.value ?? 0)
    for name in trace.historyValues { kept[name, default: []].append(trace[name]?.doubles ?? []) }
    checkpoints.note(runner, took: time)
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
    checkpoints.drop(from: first)
    if trainer.iteration >= first { trainer = checkpoints.last(before: first) }
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
