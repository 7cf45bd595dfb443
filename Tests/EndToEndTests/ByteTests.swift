import Debugger
import Detectors
import Foundation
import Scenes
import Screen
import Terminal
import Testing

/// How much is written to the terminal: over a slow line every byte is waited for.
@Suite struct ByteTests {
  static let sizes = [[120, 36], [200, 60]]
  static let detectors = ["retinanet", "freeanchor", "fcos", "fasterrcnn", "ssd"]

  private func start(_ size: [Int], _ detector: String = "retinanet") throws -> TerminalSession {
    let session = try TerminalSession(
      Products.path("boxstep"), ["open", "mixed", "--detector", detector], columns: size[0], rows: size[1])
    try session.waitFor("A picture of 160×160")
    try session.settle()
    return session
  }

  private func bytes(_ session: TerminalSession, _ key: Key) throws -> Int {
    let before = session.received.count
    try session.press(key)
    try session.settle()
    return session.received.count - before
  }

  /// With the mouse reported, after a key without a meaning and after news of a size that is the same.
  @Test(arguments: sizes) func aStillScreenWritesNothing(size: [Int]) throws {
    let session = try start(size)
    for key in [Key.character(" "), .character("i"), .character("e")] {
      try session.press(key)
      try session.settle()
      let before = session.received.count
      try session.press(.function(12))
      session.resize(columns: size[0], rows: size[1])
      session.send(signal: SIGWINCH)
      // Longer than any pause after which something is done.
      usleep(700_000)
      try session.settle()
      #expect(session.received.count == before)
    }
  }

  /// Before there are anchors to tell of, with all that follows when it rests.
  @Test(arguments: sizes) func aCursorMoveIsShort(size: [Int]) throws {
    let session = try start(size)
    for step in 0..<3 {
      let moves = try [Key.right, .down, .left, .up].map { try bytes(session, $0) }
      #expect(moves.allSatisfy { (1..<400).contains($0) }, "step \(step): \(moves)")
      _ = try bytes(session, .character("n"))
    }
  }

  /// While the cursor is under way it alone is drawn: at every step, on fine levels and coarse ones.
  @Test(arguments: Self.detectors, [[80, 24], [120, 36], [200, 60]])
  func aCursorUnderWayIsShort(detector: String, size: [Int]) throws {
    let named = try #require(Detectors.all.first { $0.name == detector })
    let scene = try #require(Gallery.scene(named: "mixed"))
    let trainer = try Trainer(scene, detector: named, settings: Settings(defaultsOf: named), seed: 0)
    let size = Size(columns: size[0], rows: size[1])
    var debugger = Headless(State(trainer, Appearance(), size), Session(trainer))
    let terminal = try RecordedTerminal(kind: "xterm-256color")
    let steps = debugger.state.stepIDs.count
    var counts: [Int] = []
    for step in 0..<steps {
      // All of them would take long; each is there at one of the sizes.
      guard size.columns == 120 ? step % 2 == 0 : step % 4 == 1 else { continue }
      debugger.perform(.first)
      for _ in 0..<step { debugger.perform(.next) }
      for action in [
        Action.move(.right), .move(.down), .level(1), .move(.left), .level(-1), .focusNext, .move(.left), .move(.up),
        .focusPrevious,
      ] {
        let before = debugger.state
        let isMove = before.isMove(action)
        _ = terminal.text(showing: before.canvas(size))
        debugger.perform(action)
        guard isMove else { continue }
        let count = terminal.text(showing: before.canvas(size, cursorOf: debugger.state)).utf8.count
        #expect(count < 400, "step \(step), \(action)")
        counts.append(count)
      }
    }
    // At the edge of the picture it stays where it is.
    #expect(counts.count(where: { $0 > 0 }) > counts.count / 2)
  }

  /// A key that is held leads to where single presses do, with the same on the screen in the end.
  @Test func aHeldKeyEndsLikeSinglePresses() throws {
    let sessions = try [start([120, 36]), start([120, 36])]
    for session in sessions {
      for _ in 0..<6 { _ = try bytes(session, .character("n")) }
    }
    for _ in 0..<8 {
      try sessions[0].press(.left)
      usleep(10_000)
      _ = try bytes(sessions[1], .left)
    }
    try sessions[0].settle()
    #expect(sessions[0].screen.look == sessions[1].screen.look)
    // Another key does not wait for the cursor to rest.
    for session in sessions { try session.press(.left, .character("n")) }
    for session in sessions { try session.settle() }
    #expect(sessions[0].screen.look == sessions[1].screen.look)
    #expect(sessions[0].screen.text.contains("[TARGETS]"))
  }

  /// A step, or a part of one, that leaves the picture alone: 4 KB.
  @Test(arguments: Self.detectors, sizes)
  func aStepIsShort(detector: String, size: [Int]) throws {
    let session = try start(size, detector)
    var counts: [Int] = []
    while !session.screen.text.contains("The iteration ends here") {
      let before = picture(session.screen)
      let count = try bytes(session, .character("n"))
      if picture(session.screen) == before { counts.append(count) }
    }
    #expect(counts.count >= 5 && counts.allSatisfy { $0 < 4096 }, "\(counts)")
  }

  /// The cells of A.
  private func picture(_ screen: Emulator) -> [Emulator.Cell] {
    let end = (1..<screen.columns).first { screen[$0, 4].glyph == "┐" } ?? 0
    return (5..<screen.rows - 2).flatMap { row in (1..<end).map { screen[$0, row].look } }
  }
}
