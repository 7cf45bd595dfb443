import Foundation
import Screen
import Testing

/// How much is written to the terminal: over a slow line every byte is waited for.
@Suite struct ByteTests {
  static let sizes = [[120, 36], [200, 60]]

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

  /// Where the cursor alone moves: 400 bytes, over the four directions.
  @Test(arguments: sizes) func aCursorMoveIsShort(size: [Int]) throws {
    let session = try start(size)
    for step in 0..<3 {
      let moves = try [Key.right, .down, .left, .up].map { try bytes(session, $0) }
      #expect(moves.reduce(0, +) < 4 * 400 && moves.allSatisfy { (1..<500).contains($0) }, "step \(step): \(moves)")
      _ = try bytes(session, .character("n"))
    }
  }

  /// A step, or a part of one, that leaves the picture alone: 4 KB, and half as much again where B has 5,000 cells.
  @Test(arguments: ["retinanet", "freeanchor", "fcos", "fasterrcnn", "ssd"], sizes)
  func aStepIsShort(detector: String, size: [Int]) throws {
    let session = try start(size, detector)
    let limit = size[0] > 150 ? 6000 : 4096
    var counts: [Int] = []
    while !session.screen.text.contains("The iteration ends here") {
      let before = picture(session.screen)
      let count = try bytes(session, .character("n"))
      if picture(session.screen) == before { counts.append(count) }
    }
    #expect(counts.count >= 5 && counts.allSatisfy { $0 < limit }, "\(counts)")
  }

  /// The cells of A.
  private func picture(_ screen: Emulator) -> [Emulator.Cell] {
    let end = (1..<screen.columns).first { screen[$0, 4].glyph == "┐" } ?? 0
    return (5..<screen.rows - 2).flatMap { row in (1..<end).map { screen[$0, row] } }
  }
}
