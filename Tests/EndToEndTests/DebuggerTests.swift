import Glibc
import Testing

/// The debugger itself on a terminal of its own.
@Suite struct DebuggerEndToEndTests {
  private func open(
    _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 120, rows: Int = 36
  ) throws -> TerminalSession {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", CommandTests.small)
    let session = try TerminalSession(
      Products.path("boxstep"), ["open", scene] + arguments, environment: environment, columns: columns,
      rows: rows)
    try session.waitFor("1/13")
    try session.waitFor("A picture of 64")
    return session
  }

  /// A frame arrives from its first row to its last, on a busy machine in pieces. The last row that the help
  /// covers is the last to come back: then every row above it has.
  private func waitForWholeFrame(_ session: TerminalSession) throws {
    try session.type("?")
    try session.waitFor("? closes")
    try session.type("q")
    try session.waitUntil("the frame under the help") { !$0.text.contains("? closes") }
  }

  private func leave(_ session: TerminalSession) throws {
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func theTerminalSaysWhatItsBackgroundIs() throws {
    func isAsked(_ session: TerminalSession) -> Bool {
      String(decoding: session.received, as: UTF8.self).contains("\u{1B}]11;?\u{1B}\\")
    }
    func cells(_ session: TerminalSession) -> [Emulator.Cell] { (0..<120).map { session.screen[$0, 0].look } }
    let light = try open(["--background", "light"])
    let dark = try open(environment: ["COLORFGBG": "15;0"])
    #expect(!isAsked(light) && !isAsked(dark))
    let session = try open()
    #expect(isAsked(session))
    for session in [light, dark, session] { try session.settle() }
    #expect(cells(session) == cells(dark) && cells(dark) != cells(light))
    try session.press(.background(.light))
    try session.waitUntil("the light theme") { _ in cells(session) == cells(light) }
    try leave(session)
  }

  @Test func anIterationForwardsAndBackwards() throws {
    let session = try open()
    for number in 2...13 {
      try session.type(number.isMultiple(of: 2) ? " " : "n")
      try session.waitFor("\(number)/13")
    }
    for number in (1...12).reversed() {
      try session.type("p")
      try session.waitFor("\(number)/13")
    }
    try session.press(.end)
    try session.waitFor("13/13")
    try session.press(.home)
    try session.waitFor("1/13")
    try leave(session)
  }

  @Test func iterationsForwardsAndBackwards() throws {
    let session = try open()
    try waitForWholeFrame(session)
    // The first line knows more losses when it comes again; everything under it is as before.
    let first = session.screen.text.split(separator: "\n").dropFirst()
    try session.type("i")
    try session.waitFor("iteration 2")
    try session.type("i")
    try session.waitFor("iteration 3")
    try session.type("II")
    try session.waitUntil("the first iteration again") { $0.text.split(separator: "\n").dropFirst() == first }
    try leave(session)
  }

  @Test func trainingRunsAndStops() throws {
    let session = try open()
    try session.type("r")
    try session.waitFor("training")
    try session.type("n")
    try session.waitFor("2/13")
    try session.press(.escape)
    try session.waitUntil("training to stop") { !$0.text.contains("training") }
    try leave(session)
  }

  @Test func whyFollowsTheCursor() throws {
    let session = try open()
    for _ in 0..<6 { try session.type("n") }
    try session.waitFor("7/13")
    let before = session.screen.text
    try session.press(.right)
    try session.waitUntil("another anchor") { $0.text != before && $0.text.contains("WHY") }
    try leave(session)
  }

  @Test func helpShowsAndGoes() throws {
    let session = try open()
    try session.type("?")
    try session.waitFor("previous iteration")
    try session.type("q")
    try session.waitFor("1/13")
    try leave(session)
  }

  @Test func theSizeMayChange() throws {
    let session = try open()
    for (columns, rows) in [(80, 24), (200, 60), (100, 30)] {
      session.resize(columns: columns, rows: rows)
      try session.waitUntil("\(columns)×\(rows)") { $0.line(rows - 1).contains("Space") }
    }
    session.resize(columns: 40, rows: 10)
    try session.waitFor("60")
    session.resize(columns: 120, rows: 36)
    try session.waitFor("1/13")
    try leave(session)
  }

  @Test(arguments: [["TERM": "xterm"], ["TERM": "vt100"], ["NO_COLOR": "1"], ["TERM": "screen-256color"]])
  func poorTerminals(environment: [String: String]) throws {
    try leave(open(environment: environment, columns: 80, rows: 24))
  }

  @Test func asciiMeansASCII() throws {
    let session = try open(["--ascii"])
    for _ in 0..<12 { try session.type("n") }
    try session.waitFor("13/13")
    #expect(session.screen.text.unicodeScalars.first { !$0.isASCII } == nil)
    try leave(session)
  }

  @Test func controlCLeaves() throws {
    let session = try open()
    try session.write([0x03])
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func aCrashLeavesTheTerminalUsable() throws {
    let session = try open()
    session.send(signal: SIGSEGV)
    #expect(try session.finish() == .signal(SIGSEGV))
    try expectCleanTerminal(session)
  }

  @Test func hangUpWhileTraining() throws {
    let session = try open()
    try session.type("r")
    try session.waitFor("training")
    session.send(signal: SIGHUP)
    #expect(try session.finish() == .signal(SIGHUP))
    try expectCleanTerminal(session)
  }
}

/// What one sees without naming a scene.
@Suite struct StartScreenEndToEndTests {
  @Test func aSceneIsChosenAndOpened() throws {
    let session = try TerminalSession(Products.path("boxstep"), [], columns: 120, rows: 36)
    try session.waitFor("Choose a scene")
    try session.press(.down)
    try session.waitFor("▸ moon")
    try session.press(.enter)
    try session.waitFor("1/13")
    #expect(session.screen.line(0).contains("moon"))
    try session.type("q")
    try session.waitFor("Choose a scene")
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func leavingAtOnce() throws {
    let session = try TerminalSession(Products.path("boxstep"), [], columns: 80, rows: 24)
    try session.waitFor("Choose a scene")
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }
}
