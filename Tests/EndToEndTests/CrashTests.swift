import Debugger
import Glibc
import Screen
import Scenes
import Testing

/// What is left of a session that was killed.
@Suite struct CrashTests {
  private func open(home: TemporaryFolder) throws -> TerminalSession {
    let session = try TerminalSession(
      Products.path("boxstep"), ["open", "moon"], home: home, columns: 120, rows: 36)
    try session.waitFor("1/13")
    try session.waitFor("A picture of 160×160")
    return session
  }

  /// Where gt 0 is in the session that lies in a home; nil before there is one.
  ///
  /// - Throws: a fault where the file holds anything but a whole session.
  private func kept(in home: TemporaryFolder) throws -> [Double]? {
    let path = home.file("state/boxstep/session.yaml")
    guard access(path, F_OK) == 0 else { return nil }
    let session = try SavedSession(YAMLDocument.read(path), on: try #require(Gallery.scene(named: "moon")))
    return session.timeline.setup(at: 1).scene.groundTruth.first?.box.corners
  }

  /// Where the screen says that gt 0 was moved to.
  private func shown(_ screen: Emulator) -> [Double]? {
    let words = screen.line(screen.rows - 1)
    guard let start = words.range(of: "gt 0 moved to ")?.upperBound else { return nil }
    let corners = words[start...].split(whereSeparator: { ", ".contains($0) }).compactMap { Double($0) }
    return corners.count == 4 ? corners : nil
  }

  /// Where gt 0 is when the scene is opened.
  private func first() throws -> [Double] {
    try #require(Gallery.scene(named: "moon")?.groundTruth.first).box.corners
  }

  /// Moves gt 0 by a key, and waits until the screen says so.
  private func move(_ session: TerminalSession, _ key: Key, _ place: inout [Double]) throws {
    let (x, y): (Double, Double) = key == .right ? (1, 0) : key == .left ? (-1, 0) : (0, 1)
    let wanted = [place[0] + x, place[1] + y, place[2] + x, place[3] + y]
    try session.press(key)
    try session.waitUntil("gt 0 at \(wanted)") { shown($0) == wanted }
    place = wanted
  }

  @Test func killedASecondAfterAnEdit() throws {
    let home = try TemporaryFolder()
    let session = try open(home: home)
    try session.command("watch loss.total")
    try session.command("break match")
    try session.type("e0")
    var place = try first()
    for _ in 0..<3 { try move(session, .right, &place) }
    sleep(1)
    session.send(signal: SIGKILL)
    #expect(try session.finish() == .signal(SIGKILL))
    #expect(try kept(in: home) == place)

    let next = try open(home: home)
    try next.waitFor("An earlier session on this scene")
    try next.press(.enter)
    try next.waitFor("Taken up where it was left.")
    try next.waitUntil("the edits") { $0.line(0).contains("edited") }
    try next.type("w")
    try next.waitFor("loss.total")
    try next.waitFor("● match")
    try next.press(.escape)
    try next.waitUntil("the list to close") { !$0.text.contains("Breakpoints and watches") }
    try next.type("e0")
    try move(next, .right, &place)
    try next.write([0x03])
    #expect(try next.finish() == .code(0))
  }

  /// Taken back and made again in quick succession: the file ends up with the edit. Taken back for good: it is gone.
  @Test func whatWasTakenBackIsNotKept() throws {
    let home = try TemporaryFolder()
    let session = try open(home: home)
    try session.type("e0")
    var place = try first()
    try move(session, .right, &place)
    try session.waitUntil("the edit in the file") { _ in (try? kept(in: home)) == place }
    try session.type("u")
    try session.waitFor("Taken back")
    try session.press(.control("r"))
    try session.waitFor("Done again")
    sleep(1)
    #expect(try kept(in: home) == place)
    try session.type("u")
    try session.waitFor("Taken back")
    try session.waitUntil("the file to go") { _ in access(home.file("state/boxstep/session.yaml"), F_OK) != 0 }
    session.send(signal: SIGKILL)
    #expect(try session.finish() == .signal(SIGKILL))
  }

  /// While keys come without a pause: the file is a whole one at every moment, and what was shown a second ago is in it.
  @Test func killedInTheMidstOfEditing() throws {
    let home = try TemporaryFolder()
    let session = try open(home: home)
    try session.type("e0")
    var place = try first()
    var places: [(time: ContinuousClock.Instant, place: [Double])] = []
    var found = 0
    let start = ContinuousClock.now
    // To and fro, a row deeper each time: no place comes twice.
    for count in 0... {
      let key: Key = count % 31 == 30 ? .down : count / 31 % 2 == 0 ? .right : .left
      let time = ContinuousClock.now
      try move(session, key, &place)
      places.append((time, place))
      if try kept(in: home) != nil { found += 1 }
      if .now - start > .seconds(2), found > 10 { break }
    }
    // The last that is seen was drawn after all that was older than a second had been written.
    let last = try #require(places.last)
    session.send(signal: SIGKILL)
    #expect(try session.finish() == .signal(SIGKILL))
    let left = try #require(try kept(in: home))
    let index = try #require(places.firstIndex { $0.place == left })
    let next = places.indices.contains(index + 1) ? places[index + 1] : last
    #expect(last.time - next.time < .seconds(1), "\(places.count - index) moves were lost")
  }
}
