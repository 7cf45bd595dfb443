import Screen
import Testing
import Walkthroughs

/// A lesson in the hands of somebody, with a debugger that follows it.
private struct Hands {
  var player: LessonPlayer
  var run: LessonRun
  var debugger: Headless

  init(_ text: String = LessonFileTests.text, isAutomatic: Bool = false) throws {
    run = try LessonRun(LessonFile.parse(text, source: "lesson.yaml"))
    debugger = run.debugger
    player = LessonPlayer(run.lesson, first: LessonStage(run.reached[0]), isAutomatic: isAutomatic)
  }

  /// The steps after the first become ready.
  mutating func reachAll() {
    for index in run.lesson.steps.indices.dropFirst() {
      run.go(to: index)
      if let scene = player.reached(LessonStage(run.reached[index])) { show(scene) }
    }
  }

  mutating func show(_ scene: LessonStage.Scene) { debugger = Headless(scene.state, scene.session) }

  mutating func take(_ commands: Narration.Command...) {
    for command in commands { if let scene = player.take(command) { show(scene) } }
  }

  mutating func explore(_ command: String) throws {
    try debugger.run(command)
    player.explored()
    player.look(at: debugger.state)
  }

  var narration: Narration { player.narration(for: debugger.state) }

  /// The frame with what is said.
  var canvas: Canvas {
    var state = debugger.state
    state.narration = narration
    return state.canvas(state.size)
  }

  /// As a key is understood where the lesson is.
  func action(_ key: Key) -> Action? {
    var state = debugger.state
    state.narration = narration
    return state.action(for: key)
  }
}

@Suite struct LessonPlayerTests {
  private func isVerdict(_ block: Narration.Block, right: Bool) -> Bool {
    if case .verdict(right, _) = block { true } else { false }
  }

  @Test func aStepThatIsNotReadyIsWaitedFor() throws {
    var hands = try Hands()
    hands.take(.next)
    #expect(hands.player.index == 0)
    #expect(hands.narration.blocks.contains(.source("One moment: the next step is being computed.")))
    hands.reachAll()
    #expect(hands.player.index == 1)
  }

  @Test("one key leads through the whole lesson, and back")
  func oneKey() throws {
    var hands = try Hands()
    hands.reachAll()
    var presses = 0
    while !hands.player.hasEnded, presses < 100 {
      hands.take(.next)
      presses += 1
    }
    let asked = hands.run.lesson.steps.filter { $0.ask != nil || $0.attempt != nil }.count
    #expect(presses == hands.run.lesson.steps.count + asked)
    #expect(hands.player.score.right == 0)
    for _ in 0..<100 { hands.take(.back) }
    #expect(hands.player.index == 0 && !hands.player.hasEnded)
  }

  @Test func aChoiceIsRightOrWrong() throws {
    for (choice, isRight) in [(1, false), (2, true)] {
      var hands = try Hands()
      hands.reachAll()
      while hands.player.step.id != "choose" { hands.take(.next) }
      #expect(hands.narration.input == .choice(of: 2))
      #expect(!hands.narration.blocks.contains { isVerdict($0, right: true) || isVerdict($0, right: false) })
      hands.take(.choose(choice))
      #expect(hands.narration.blocks.contains { isVerdict($0, right: isRight) })
      #expect(hands.narration.input == nil)
      // It is answered once.
      hands.take(.choose(3 - choice))
      #expect(hands.narration.blocks.contains { isVerdict($0, right: isRight) })
      #expect(hands.player.score.right == (isRight ? 1 : 0))
    }
  }

  @Test func aNumberIsTypedAndHeldAgainstItsTolerance() throws {
    for (typed, isRight) in [("5", true), ("77", false)] {
      var hands = try Hands()
      hands.reachAll()
      while hands.narration.input != .number { hands.take(.next) }
      let answer = typed == "77" ? typed : try rightNumber(hands)
      for character in answer + "9" { hands.take(.type(character)) }
      hands.take(.erase, .accept)
      #expect(hands.narration.blocks.contains { isVerdict($0, right: isRight) }, "\(answer)")
      #expect(hands.player.score.asked >= 1)
    }
  }

  private func rightNumber(_ hands: Hands) throws -> String {
    var told = hands
    told.take(.next)
    for case .verdict(_, let words) in told.narration.blocks {
      return words.filter { "0123456789.-".contains($0) }.trimmingPoint
    }
    throw Missing()
  }
  private struct Missing: Error {}

  @Test func whatIsToBeTriedIsSeenWhenItIsDone() throws {
    var hands = try Hands()
    hands.reachAll()
    while hands.run.lesson.steps[hands.player.index].attempt == nil { hands.take(.next) }
    let before = hands.narration
    #expect(before.blocks.contains { if case .condition(_, _, holds: false) = $0 { true } else { false } })
    #expect(before.blocks.contains(.condition("gt[1].positives > 0", found: "gt[1].positives is 0", holds: false)))
    try hands.explore("set positive_iou .42")
    #expect(hands.narration.blocks.contains { if case .condition(_, _, holds: true) = $0 { true } else { false } })
    #expect(hands.narration.blocks.contains { isVerdict($0, right: true) })
    #expect(hands.narration.isOffPath)
    // Who wants it shown sees it done, and then goes on.
    var shown = try Hands()
    shown.reachAll()
    while shown.run.lesson.steps[shown.player.index].attempt == nil { shown.take(.next) }
    let index = shown.player.index
    shown.take(.next)
    #expect(shown.player.index == index && shown.debugger.state.moment != nil)
    #expect(shown.narration.blocks.contains { if case .condition(_, _, holds: true) = $0 { true } else { false } })
  }

  @Test func keysAreTheLessonsUntilSomethingIsOpen() throws {
    var hands = try Hands()
    hands.reachAll()
    guard case .lesson(.next)? = hands.action(.character(" ")), case .lesson(.back)? = hands.action(.pageUp) else {
      return #expect(Bool(false), "Space and PageUp are the lesson's")
    }
    guard case .next? = hands.action(.character(".")) else { return #expect(Bool(false), ". steps") }
    hands.debugger.perform(.openPrompt(.command))
    guard case .prompt? = hands.action(.character(" ")) else { return #expect(Bool(false), "the prompt has the keys") }
  }
}

extension String {
  fileprivate var trimmingPoint: String { hasSuffix(".") ? String(dropLast()) : self }
}
