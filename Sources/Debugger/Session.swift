import Detectors
import Scenes
import Traces

/// A training run one can walk along in both directions: the record of the iteration one is at, the
/// losses so far, and checkpoints to come back by. A value; work on a copy can be thrown away.
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

  /// What was last done again under another set-up.
  var held = Held()

  /// As many checkpoints as fit 200 MB, and at least four: weights and Adam's two moments are four bytes each.
  private let checkpointLimit: Int

  package init(_ trainer: Trainer) {
    self.trainer = trainer
    checkpoints = [trainer]
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
    var runner = trainer.iteration < wanted ? trainer : startingPoint(before: wanted)
    while true {
      let trace = runner.iterate()
      note(runner, trace)
      guard progress(runner.iteration, trace) else { return nil }
      if runner.iteration >= wanted { return trace }
    }
  }

  /// The run as it stands before an iteration. Nil when stopped.
  mutating func trainer(before iteration: Int, progress: (Int, Trace) -> Bool) -> Trainer? {
    var runner = trainer.iteration < iteration ? trainer : startingPoint(before: iteration)
    while runner.iteration < iteration - 1 {
      let trace = runner.iterate()
      note(runner, trace)
      guard progress(runner.iteration, trace) else { return nil }
    }
    return runner
  }

  private func startingPoint(before iteration: Int) -> Trainer {
    checkpoints.last { $0.iteration < iteration } ?? checkpoints[0]
  }

  private mutating func note(_ runner: Trainer, _ trace: Trace) {
    guard runner.iteration > trainer.iteration else { return }
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
}
