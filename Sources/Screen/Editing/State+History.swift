import Debugger
import Detectors
import Scenes
import Traces

extension State {
  /// Changes what this iteration and those after it are done under. Edits of one gesture are taken back together.
  mutating func change(_ words: String, gesture: Gesture? = nil, _ body: (inout Setup) -> Void) {
    guard let trace, let timeline, var wanted = setup else { return }
    if case .train = job { job = .none }
    body(&wanted)
    guard wanted != setup else { return }
    if gesture == nil || gesture != lastGesture {
      undoable = Array(undoable.suffix(499))
      undoable.append(EditRecord(timeline: timeline, words: words, iteration: trace.iteration))
      beforeEdit = trace
    } else if let last = undoable.popLast() {
      undoable.append(EditRecord(timeline: last.timeline, words: words, iteration: last.iteration))
    }
    redoable = []
    lastGesture = gesture
    adopt(timeline.edited(wanted, at: trace.iteration), at: trace.iteration)
    notice(words)
  }

  mutating func undo() {
    guard let timeline, let last = undoable.popLast() else { return notice("Nothing to take back.") }
    redoable.append(EditRecord(timeline: timeline, words: last.words, iteration: trace?.iteration ?? 1))
    step(to: last, "Taken back: \(last.words).")
  }

  mutating func redo() {
    guard let timeline, let next = redoable.popLast() else { return notice("Nothing to do again.") }
    undoable.append(EditRecord(timeline: timeline, words: next.words, iteration: trace?.iteration ?? 1))
    step(to: next, "Done again: \(next.words).")
  }

  private mutating func step(to record: EditRecord, _ words: String) {
    lastGesture = nil
    beforeEdit = trace
    adopt(record.timeline, at: record.iteration)
    notice(words)
  }

  /// An edit that could not be done is not kept: what was before it is asked for again.
  mutating func dropFailedEdit() {
    guard case .redo = job, let last = undoable.popLast() else { return job = .none }
    lastGesture = nil
    adopt(last.timeline, at: last.iteration)
  }

  /// Takes up a timeline and asks for an iteration of it.
  private mutating func adopt(_ timeline: Timeline, at iteration: Int) {
    self.timeline = timeline
    revision += 1
    // What was asked of the iteration as it was.
    if asked != nil { (asked, panel) = (nil, nil) }
    let wanted = timeline.setup(at: iteration)
    scene = wanted.scene
    if let detectorType {
      parameters = wanted.settings.texts(for: detectorType).map { Trace.Parameter(name: $0.name, text: $0.text) }
    }
    if let gt = selection.gt, gt >= scene.groundTruth.count {
      changeSelection {
        $0.gt = nil
        $0.subject = .prior
      }
    }
    job = .redo(Redo(iteration: iteration, revision: revision))
  }

  /// Whether a step is still as it was before the last edit.
  func isStale(_ step: StepRecord) -> Bool { trace?.staleness.steps.contains(step.id) ?? false }

  /// Has anything been edited since the scene was opened, or saved?
  package var isEdited: Bool { timeline != saved }

  /// What the iteration shown is done under.
  var setup: Setup? { timeline?.setup(at: trace?.iteration ?? 1) }

  /// The priors whose state the last edit changed, or that the other side of a comparison decides otherwise; nil where
  /// there is nothing to hold them against.
  var changedPriors: [Int]? {
    if let marked { return marked }
    if let comparison { return comparison.result?.differences.map(\.priors.first) }
    guard let trace, let before = beforeEdit, before.priors.levels == trace.priors.levels,
      let old = before[before.states.value], let new = trace[trace.states.value], old.count == new.count
    else { return nil }
    return (0..<new.count).filter { old[flat: $0] != new[flat: $0] }
  }
}
