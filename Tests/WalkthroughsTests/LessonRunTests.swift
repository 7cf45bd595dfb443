import Foundation
import Scenes
import Screen
import Testing
import Walkthroughs

@Suite struct LessonRunTests {
  private func run(_ text: String = LessonFileTests.text) throws -> LessonRun {
    let lesson = try LessonFile.parse(text, source: "lesson.yaml")
    return try LessonRun(lesson)
  }

  @Test func aTrueLessonHasNoDifferences() throws {
    #expect(LessonCheck(try run()).differences.map(\.description) == [])
  }

  @Test(
    "whatever is changed is found at its line",
    arguments: [
      ("- gt[1].positives == 0\n", "- gt[1].positives == 1\n", 22), ("is: 0.55", "is: 0.56", 23),
      ("{count(gt)}", "{count(gt.positives > 5)} of 7", 16), ("{count(gt)}", "{gt[77].positives}", 17),
      ("goto: match", "goto: mach", 12), ("select: gt 1", "select: gt 9", 13), ("show: 1", "show: 9", 14),
      ("none: gt[1].positives == 0", "none: gt[1].positives == 2", 34),
      ("until: gt[1].positives > 0", "until: gt[1].positives > 99", 41),
      ("until: gt[1].positives > 0", "until: gt[1].positives < 99", 41),
      ("set positive_iou 0.42", "set positive_io 0.42", 42),
    ])
  func mutations(_ found: String, _ changed: String, _ line: Int) throws {
    let text = LessonFileTests.text.replacing(found, with: changed, maxReplacements: 1)
    try #require(text != LessonFileTests.text)
    let differences = LessonCheck(try run(text)).differences
    #expect(!differences.isEmpty)
    #expect(differences.contains { abs(($0.place.line ?? 0) - line) <= 1 }, "\(differences)")
  }

  @Test("left at any step, explored and come back to, it is the same picture")
  func comingBack() throws {
    var run = try run()
    for index in run.lesson.steps.indices {
      run.go(to: index)
      let before = run.debugger.state.canvas(run.debugger.state.size)
      for command in ["step update", "set alpha .4", "iteration 3", "go gt 2"] { try run.run(command) }
      #expect(run.debugger.state.canvas(run.debugger.state.size) != before)
      run.comeBack()
      #expect(run.debugger.state.canvas(run.debugger.state.size) == before, "\(run.step.id)")
    }
    // Backwards too.
    for index in run.lesson.steps.indices.reversed() {
      run.go(to: index)
      #expect(run.index == index)
    }
  }

  @Test func itIsToldWithItsNumbers() throws {
    var run = try run()
    #expect(LessonTelling(run).lines.joined(separator: "\n").contains("There are 5 objects, and gt 1 has 0 positives."))
    run.go(to: 1)
    #expect(LessonTelling(run).isRight("nonsense") == false)
    run.go(to: 2)
    #expect(LessonTelling(run).isRight("2") == true && LessonTelling(run).isRight("1") == false)
    #expect(LessonTelling(run).isRight("\(Int.min)") == false)
    #expect(LessonTelling(run).answer.first == "→ No, it has none")
    run.go(to: 3)
    #expect(LessonTelling(run).isDone == false)
    try run.run("set positive_iou .42")
    #expect(LessonTelling(run).isDone == true)
  }

  @Test("a step is also called as the rail calls it; what ends the lesson is no step")
  func namesOfSteps() throws {
    let iou = try run(LessonFileTests.text.replacing("goto: match", with: "goto: IoU"))
    #expect(iou.debugger.state.stepIDs[iou.debugger.state.position.step] == "overlap")
    let left = LessonCheck(try run(LessonFileTests.text.replacing("goto: match", with: "do: quit")))
    #expect(left.differences.first?.expected == "a command that stays in the lesson")
  }

  @Test("what is recorded is done again: edits at the iterations at which they were made")
  func recording() throws {
    var hand = try run().debugger
    for command in ["set positive_iou .45", "iteration 3", "record mine", "step match", "go gt 1", "set alpha .5"] {
      try hand.run(command)
    }
    let recording = try #require(hand.state.recording)
    let text = recording.text { $0 }
    #expect(text.contains("positive_iou: \"0.45\""))
    let again = try run(text)
    #expect(again.reached.flatMap(\.failures).isEmpty)
    var played = again
    played.go(to: again.lesson.steps.count - 1)
    #expect(played.debugger.state.trace?.losses.last?.value == hand.state.trace?.losses.last?.value)
    #expect(LessonCheck(again).differences.isEmpty)
  }

  /// The lessons that boxstep comes with.
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let shipped: [String] = {
    let folder = root.appending(path: "walkthroughs").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }()

  @Test("the lesson that the README writes down is true")
  func readme() throws {
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(readme.range(of: "title: Slender boxes"))
    let text = readme[start.lowerBound...].prefix(
      through: try #require(readme[start.lowerBound...].range(of: "\n```")).lowerBound)
    #expect(LessonCheck(try run(String(text))).differences.map(\.description) == [])
  }

  @Test func thereAreLessons() { #expect(!Self.shipped.isEmpty) }

  @Test("every lesson is true; left at any step, explored and come back to, it is the same frame", arguments: shipped)
  func lessons(_ path: String) throws {
    let lesson = try LessonFile.read(path)
    var run = try LessonRun(lesson)
    run.go(to: lesson.steps.count - 1)
    #expect(LessonCheck(run).differences.map(\.description) == [])
    for size in [Size(columns: 120, rows: 36), Size(columns: 80, rows: 24)] { try comeBack(run, size) }
  }

  private func comeBack(_ run: LessonRun, _ size: Size) throws {
    var player = LessonPlayer(run.lesson, first: LessonStage(run.reached[0]))
    for reached in run.reached.dropFirst() { _ = player.reached(LessonStage(reached)) }
    func canvas(_ scene: LessonStage.Scene) -> Canvas {
      var state = scene.state.reduce(.resized(size))
      let silent = state.canvas(size)
      state.narration = player.narration(for: state)
      #expect(state.canvas(size) != silent, "it says something")
      return state.canvas(size)
    }
    for index in run.lesson.steps.indices {
      let before = canvas(player.stage.begun)
      // An edit keeps the iteration: training on would only take longer.
      var away = Headless(player.stage.begun.state, player.stage.begun.session)
      for command in ["step update", "set alpha .4", "set positive_iou .4", "go gt 0"] { try? away.run(command) }
      away.perform(.move(.left))
      player.explored()
      let back = player.take(.comeBack)
      #expect(canvas(try #require(back)) == before, "\(run.step.id)")
      while player.index == index, !player.hasEnded { _ = player.take(.next) }
    }
  }
}
