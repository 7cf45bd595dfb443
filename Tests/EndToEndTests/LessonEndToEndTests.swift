import Foundation
import Testing

/// A lesson in a terminal, from its question to its end.
@Suite struct LessonEndToEndTests {
  private static let lesson = """
    title: Lamps
    summary: Why a lamp is learned by nobody
    level: beginner
    minutes: 4
    scene: slender
    steps:
    - id: look
      goto: match
      say: A street with {count(gt)} objects.
    - id: count
      select: gt 1
      ask:
        question: How many of them have no positive anchor?
        answer: count(gt.positives == 0)
        why: "{count(gt.positives == 0)} have none."
    - id: guess
      ask:
        question: Would training help?
        choices:
          "Yes": gt[1].positives > 0
          "No": gt[1].positives == 0
        why: Anchors do not move.
    - id: mend
      select: gt 1
      try:
        goal: Give it a positive.
        until: gt[1].positives > 0
        solution: set positive_iou .4
    - id: end
      say: Now it has {gt[1].positives}.

    """

  private func play(_ arguments: [String], home: TemporaryFolder) throws -> TerminalSession {
    try TerminalSession(Products.path("boxstep"), ["play"] + arguments, home: home, columns: 120, rows: 36)
  }

  /// The same half blocks can be drawn with their colours the other way round.
  private func words(_ text: String) -> String { text.filter { !"▀▄█ ".contains($0) } }

  @Test func itIsAnsweredLeftExploredAndGoneOnWith() throws {
    let home = try TemporaryFolder()
    let session = try play([home.write("lamps.yaml", Self.lesson)], home: home)
    try session.waitFor("1 of 5")
    try session.type(" ")
    try session.waitFor("your answer")
    try session.type("4")
    try session.press(.enter)
    try session.waitFor("Right: 4.")
    // Explore, and come back to the same frame.
    try session.settle()
    let before = words(session.screen.text)
    try session.type("g")
    try session.waitFor("Esc comes back")
    try session.command("step update")
    try session.waitFor("12/13")
    try session.press(.escape)
    try session.waitUntil("the lesson's frame") { words($0.text) == before }
    try session.type(" ")
    try session.waitFor("3 of 5")
    try session.type("1")
    try session.waitFor("Not quite.")
    // What is to be tried is done by hand.
    try session.type(" ")
    try session.waitFor("now gt[1].positives is 0")
    try session.command("set positive_iou .4")
    try session.waitFor("✓ Done.")
    for _ in 0..<2 { try session.type(" ") }
    try session.waitFor("You answered 1 of 2 questions right.")
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func aFileThatIsSavedIsShownAnew() throws {
    let home = try TemporaryFolder()
    let path = home.file("mine.yaml")
    #expect(try Program("walkthrough", "new", path, "--scene", "slender").status == 0)
    #expect(try Program("play", path, "--check").status == 0)
    let again = try Program("walkthrough", "new", path, "--scene", "slender")
    #expect(again.status == 2 && again.words.contains("a file that is there already"))
    let session = try play([path, "--watch"], home: home)
    try session.waitFor("1 of 3")
    try session.type(" ")
    try session.waitFor("2 of 3")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("How many of them", with: "Of them, how many").write(
      toFile: path, atomically: true, encoding: .utf8)
    try session.waitFor("Of them, how many")
    #expect(session.screen.text.contains("2 of 3"))
    try "title: [".write(toFile: path, atomically: true, encoding: .utf8)
    try session.waitFor("mine.yaml:2:1")
    try session.type("q")
    #expect(try session.finish() == .code(0))
  }

  @Test func whatIsRecordedIsALesson() throws {
    let home = try TemporaryFolder()
    let path = home.file("recorded.yaml")
    let session = try TerminalSession(
      Products.path("boxstep"), ["open", "slender"], home: home, columns: 120, rows: 36)
    try session.waitFor("1/13")
    try session.command("record \(path)")
    try session.waitFor("● recording")
    try session.command("step match")
    try session.type("1")
    try session.command("set positive_iou .4")
    try session.waitFor("its best IoU is 0.349")
    try session.command("record")
    try session.waitFor("Written to")
    try session.type("q")
    #expect(try session.finish() == .code(0))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("goto: match") && text.contains("select: \"gt 1\"") && text.contains("set positive_iou 0.4"))
    #expect(try Program("play", path, "--check").status == 0)
  }
}
