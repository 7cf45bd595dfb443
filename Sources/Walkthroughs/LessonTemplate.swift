import Debugger
import Detectors
import Expressions
import Foundation
import Scenes
import Screen
import Traces

/// The beginning of a lesson, for whoever writes one: a step that shows, one that asks, one that lets try. It holds as it
/// stands, whatever the scene and the detector.
package struct LessonTemplate {
  private let scene: String
  private let detector: any Detector.Type
  /// The step after which it is known who learns what.
  private let step: String
  private let unit: String

  /// - Parameters:
  ///   - scene: the scene as the lesson names it.
  ///   - trainer: with that scene.
  /// - Throws: a fault where the scene has no object to speak of.
  package init(scene: String, _ trainer: Trainer) throws(Fault) {
    guard !trainer.scene.groundTruth.isEmpty else {
      throw Fault(.mismatch(found: "a scene without objects", wanted: "one object at least"), at: Fault.Place(scene))
    }
    self.scene = scene
    detector = trainer.detector
    var debugger = Headless(State(trainer, Appearance(), Size(columns: 120, rows: 36)), Session(trainer))
    let isKnown = try Expression(Self.missing, at: Fault.Place(scene))
    var known: String?
    for id in trainer.stepIDs where known == nil {
      debugger.perform(.goToStep(id))
      if let moment = debugger.state.moment, (try? isKnown.evaluate(in: moment)) != nil { known = id }
    }
    step = known ?? trainer.stepIDs.last ?? ""
    unit = debugger.state.trace?.priorName ?? "anchor"
  }

  private static let missing = "count(gt.positives == 0)"

  package var text: String {
    """
    # A lesson for boxstep. While you write: boxstep play THIS-FILE --watch shows it anew whenever you save.
    # When it is done: boxstep play THIS-FILE --check says where it is not so.
    title: What is learned here?            # a question that somebody really asks
    summary: What this lesson shows, in a sentence.
    level: beginner                         # or intermediate, advanced
    minutes: 5
    scene: \(SceneFile.quoted(scene))
    detector: \(detector.name)
    steps:
    - id: look                              # stays the same when the lesson is edited
      chapter: Looking
      goto: \(step)                         # a step of the iteration: boxstep list steps --detector \(detector.name)
      select: gt 0
      highlight: picture                    # what the words speak of: picture, view, why, losses, rail, headline
      say: |
        Here are {count(gt)} objects. The first is {gt[0].width} pixels wide and **{gt[0].height}** high.

        Numbers stand in braces, as expressions: boxstep list expressions.
      expect:                               # what must hold for this to be true
      - count(gt) > 0
    - id: guess
      chapter: Guessing
      highlight: headline
      ask:
        question: How many of them have no positive \(unit)?
        answer: \(Self.missing)
        tolerance: 0
        hint: The line over the picture counts them.
        why: |
          It is {\(Self.missing)} of {count(gt)}.
    - id: change
      chapter: Changing
      highlight: losses
      try:
        goal: Train a little, until the third iteration. `i` is one iteration on.
        until: iteration >= 3
        hint: Press `i` twice.
        solution: iteration 3               # one way to do it, in commands as behind `:`

    """
  }
}
