import Detectors
import Exports
import Scenes
import Screen
import Testing
import Walkthroughs

/// Small subjects of exports.
enum Sample {
  static let lesson = """
    title: Who is "slender" & <why>?
    summary: Thin objects.
    level: beginner
    minutes: 5
    scene: slender
    steps:
    - id: look
      chapter: The posts
      goto: match
      select: gt 1
      say: |
        There are **{count(gt)}** objects, *all* thin, and `a < b`.

        Where are the pluses?
    - id: how-many
      goto: match
      ask:
        question: How many have none?
        answer: count(gt.positives == 0)
        tolerance: 0
        hint: Count them.
        why: "{count(gt.positives == 0)} have none."
    - id: choose
      chapter: A choice
      goto: match
      ask:
        question: Has gt 1 a positive?
        choices:
          Yes & always: gt[1].positives > 0
          No, none: gt[1].positives == 0
        why: No anchor fits.
    - id: try
      goto: match
      select: gt 1
      try:
        goal: Give it one.
        until: gt[1].positives > 0
        hint: Another threshold.
        solution: set positive_iou 0.42

    """

  static func lessonReel() throws -> Reel { try Reel(LessonFile.parse(lesson, source: "folder/thin.yaml")) }

  static func iterationReel(
    of name: String = "retinanet", step: String? = nil, _ focus: Reel.Focus = Reel.Focus()
  ) throws -> Reel {
    let scene = try #require(Gallery.scene(named: "slender", side: 96))
    let detector = try Detectors.detector(named: name, at: Fault.Place("a test"))
    let settings = Settings(defaultsOf: detector)
    return try Reel(Trainer(scene, detector: detector, settings: settings, seed: 0), step: step, focus)
  }

  static func text(of reel: Reel, as format: ExportFormat) throws -> String {
    String(decoding: try Export.bytes(of: reel, as: format), as: UTF8.self)
  }
}
