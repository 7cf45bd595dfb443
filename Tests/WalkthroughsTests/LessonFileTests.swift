import Scenes
import TestSupport
import Tensors
import Testing
import Walkthroughs

@Suite struct LessonFileTests {
  static let text = """
    title: A lesson
    summary: What it is about
    level: beginner
    minutes: 5
    scene: slender
    detector: retinanet
    parameters: {positive_iou: 0.55}
    seed: 3
    steps:
    - id: look
      chapter: First
      goto: match
      select: gt 1
      show: 1
      highlight: [picture, why]
      say: |
        There are **{count(gt)}** objects,
        and gt 1 has {gt[1].positives|2} positives.

        *Why?* Read `WHY`.
      expect:
      - gt[1].positives == 0
      - {value: param.positive_iou, is: 0.55, within: 0.001}
    - id: ask
      ask:
        question: How many have none?
        answer: count(gt.positives == 0)
        tolerance: 0
        why: "{count(gt.positives == 0)} of them: they are slender."
    - id: choose
      ask:
        question: Has gt 1 a positive?
        choices:
          Yes, it has: gt[1].positives > 0
          No, it has none: gt[1].positives == 0
        hint: Look at it.
        why: No anchor fits.
    - id: try
      try:
        goal: Give gt 1 a positive.
        until: gt[1].positives > 0
        solution: [set positive_iou 0.42]

    """

  private func fault(_ text: String) throws -> Fault {
    do throws(Fault) {
      _ = try LessonFile.parse(text, source: "lesson.yaml")
    } catch {
      return error
    }
    throw NoFault()
  }

  private struct NoFault: Error {}

  @Test func everythingIsRead() throws {
    let lesson = try LessonFile.parse(Self.text, source: "lesson.yaml")
    #expect(lesson.title == "A lesson" && lesson.level == .beginner && lesson.minutes == 5 && lesson.setting.seed == 3)
    #expect(lesson.steps.map(\.id) == ["look", "ask", "choose", "try"])
    let look = lesson.steps[0]
    #expect(look.destination?.value == "match" && look.selection?.value == "gt 1" && look.view?.value == 1)
    #expect(look.highlights == [.picture, .why] && look.expectations.count == 2)
    #expect(look.prose?.values.map(\.expression.text) == ["count(gt)", "gt[1].positives"])
    // Each where it stands.
    #expect(look.prose?.values.map(\.place.line) == [17, 18])
    #expect(lesson.chapter(at: 3) == "First")
    #expect(lesson.steps[3].attempt?.solution.map(\.value) == ["set positive_iou 0.42"])
  }

  @Test func proseIsStyled() throws {
    let lesson = try LessonFile.parse(Self.text, source: "lesson.yaml")
    let text = try #require(lesson.steps[0].prose).text { expression, digits in "<\(expression.text) \(digits)>" }
    #expect(text == "There are <count(gt) 3> objects, and gt 1 has <gt[1].positives 2> positives.\n\nWhy? Read WHY.")
  }

  @Test(
    "what is wrong is said, with its line",
    arguments: [
      ("title: A lesson", "titel: A lesson", 1, "titel"), ("level: beginner", "level: expert", 3, "expert"),
      ("minutes: 5", "minutes: 0", 4, "0"), ("detector: retinanet", "detector: retnanet", 6, "retnanet"),
      ("positive_iou: 0.55", "positive_io: 0.55", 7, "positive_io"),
      ("highlight: [picture, why]", "highlight: [picture, whi]", 15, "whi"),
      ("{gt[1].positives|2}", "{gt[1].positvs +|2}", 18, "expression"), ("{count(gt)}", "{count(gt)", 17, "braces"),
      ("**{count(gt)}**", "**{count(gt)}", 17, "end"),
      ("- gt[1].positives == 0\n", "- gt[1].positives ==\n", 22, "expression"),
      ("- id: choose", "- id: ask", 30, "second"), ("tolerance: 0", "tolerance: -1", 28, "0 or more"),
      ("    solution: [set positive_iou 0.42]\n", "", 39, "solution"),
    ])
  func faults(_ found: String, _ changed: String, _ line: Int, _ word: String) throws {
    let text = Self.text.replacing(found, with: changed, maxReplacements: 1)
    try #require(text != Self.text)
    let fault = try fault(text)
    #expect("\(fault)".contains(word), "\(fault)")
    #expect(abs((fault.place.line ?? 0) - line) <= 1, "\(fault)")
  }

  @Test("two hundred mutated lessons: a fault with its place each, or a lesson; never a trap")
  func mutations() throws {
    var random = SeededGenerator(seed: 11)
    let bytes = Array(Self.text.utf8)
    var refused = 0
    for _ in 0..<200 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: mutated.remove(at: place)
        case 1: mutated.insert(UInt8.random(in: 9..<127, using: &random), at: place)
        default: mutated[place] = UInt8.random(in: 9..<127, using: &random)
        }
      }
      do throws(Fault) {
        let text = String(decoding: mutated, as: UTF8.self)
        _ = try LessonFile.parse(text, source: "lesson.yaml")
      } catch {
        refused += 1
        #expect(error.place.source == "lesson.yaml" && (error.place.line ?? 0) > 0, "\(error)")
      }
    }
    #expect(refused > 100)
  }

  @Test func aNumberSignThatYAMLWouldCutIsAFault() throws {
    let text = Self.text.replacing("select: gt 1", with: "select: P3 5,5 #4")
    let fault = try fault(text)
    #expect(fault.place.line == 13 && fault.place.column == 18, "\(fault)")
    #expect("\(fault)".contains("#4, which YAML takes for the beginning of a comment"))
    _ = try LessonFile.parse(
      Self.text.replacing("select: gt 1", with: "select: \"P3 5,5 #4\"  # the best"), source: "lesson.yaml")
  }

  @Test func aSceneThatIsMissingIsToldAtItsLine() throws {
    let lesson = try LessonFile.parse(
      Self.text.replacing("scene: slender", with: "scene: nowhere.yaml"), source: "lesson.yaml")
    #expect { try lesson.checkOpenings() } throws: { error in
      "\(error)".hasPrefix("lesson.yaml:5:") && "\(error)".contains("nowhere.yaml")
    }
  }
}
