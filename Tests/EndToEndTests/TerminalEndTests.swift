import Glibc
import Screen
import Testing

/// Whoever runs a shell on this terminal next finds it as it was.
func expectCleanTerminal(_ session: TerminalSession, _ location: SourceLocation = #_sourceLocation) throws {
  #expect(!session.screen.showsAlternateScreen, sourceLocation: location)
  #expect(session.screen.showsCursor, sourceLocation: location)
  #expect(session.screen.mouseMode == 0, sourceLocation: location)
  #expect(session.modes == session.modesBefore, sourceLocation: location)
}

/// All the ways a program ends, wanted or not.
@Suite struct TerminalEndTests {
  /// Swift's traps are an illegal instruction on some processors and a breakpoint on others.
  private func isTrap(_ ending: TerminalSession.Ending) -> Bool {
    ending == .signal(SIGILL) || ending == .signal(SIGTRAP)
  }

  @Test func aTrapIsReadable() throws {
    let session = try startProbe(["--trap", "--complain"])
    try session.type("!")
    #expect(isTrap(try session.finish()))
    try expectCleanTerminal(session)
    let lines = session.screen.text.split(separator: "\n")
    #expect(lines.first == "a complaint")
    #expect(lines.last?.contains("Fatal error: the probe was told to trap") == true)
  }

  @Test func anIndexOutOfRange() throws {
    let session = try startProbe(["--index"])
    try session.type("!")
    #expect(isTrap(try session.finish()))
    try expectCleanTerminal(session)
  }

  @Test(arguments: [
    ("--abort", SIGABRT), ("--overflow", SIGSEGV), ("--thread-overflow", SIGSEGV), ("--divide", SIGFPE),
  ])
  func deadlyDeeds(deed: String, signal: Int32) throws {
    let session = try startProbe([deed])
    try session.type("!")
    #expect(try session.finish() == .signal(signal))
    try expectCleanTerminal(session)
  }

  @Test(arguments: [SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT, SIGTERM, SIGHUP])
  func signalsFromOutside(signal: Int32) throws {
    let session = try startProbe(["--complain"])
    try session.type("!a")
    try session.waitForKey(1, "character a")
    session.send(signal: signal)
    #expect(try session.finish() == .signal(signal))
    try expectCleanTerminal(session)
    #expect(session.screen.text == "a complaint")
  }

  /// In front of a shell, with the backtracer as the system has it.
  @Test func theShellGoesOnAfterACrash() throws {
    let script = "'\(Products.path("TerminalProbe"))' --trap; echo ended $?; read line; echo $line"
    let session = try TerminalSession("/bin/bash", ["-m", "-c", script])
    try session.waitFor("heard 0")
    try session.type("!")
    try session.waitFor("ended 1")
    #expect(session.screen.text.contains("Fatal error: the probe was told to trap"))
    try session.type("hello\r")
    try session.waitFor("hello\nhello")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func standardErrorIsHeldUntilTheEnd() throws {
    let session = try startProbe(["--complain"])
    try session.type("!!!a")
    try session.waitForKey(1, "character a")
    #expect(!session.screen.text.contains("complaint"))
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
    #expect(session.screen.text == Array(repeating: "a complaint", count: 3).joined(separator: "\n"))
  }

  @Test func theScreenCanBeTakenAgain() throws {
    let session = try startProbe(["--twice", "--complain"])
    // The first screen begins with the same line: it must have changed before the second can be told from it.
    try session.type("!a")
    try session.waitForKey(1, "character a")
    try session.type("q")
    try session.waitUntil("the second screen") { $0.line(1) == "heard 0:" }
    try session.press(.up)
    try session.waitForKey(1, "up")
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
    #expect(session.screen.text == "a complaint")
  }

  @Test func exitWithoutClosing() throws {
    let session = try startProbe(["--complain", "--exit"])
    try session.type("!")
    #expect(try session.finish() == .code(3))
    try expectCleanTerminal(session)
    #expect(session.screen.text == "a complaint")
  }

  /// The signal and the end of input come together, and either may be noticed first.
  @Test func theWindowIsClosed() throws {
    let session = try startProbe()
    session.hangUp()
    #expect([.signal(SIGHUP), .code(4)].contains(try session.finish()))
  }

  /// Under nohup there is no signal; the end of input is noticed.
  @Test func inputEnds() throws {
    let session = try startProbe(["--ignore-hang-up"])
    session.hangUp()
    #expect(try session.finish() == .code(4))
  }

  @Test func ctrlCIsAKey() throws {
    let session = try startProbe()
    for count in 1...3 {
      try session.press(.control("c"))
      try session.waitForKey(count, "control c")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func askedTwiceAProgramThatHangsEnds(signal: Int32) throws {
    let session = try startProbe(["--hang"])
    try session.type("!")
    try session.waitUntil("the hang") { _ in session.unread == 0 }
    session.send(signal: signal)
    let ended = try session.finish { session.send(signal: signal) }
    #expect(ended == .signal(signal))
    try expectCleanTerminal(session)
  }

  @Test func ctrlBackslashEndsIt() throws {
    let session = try startProbe()
    try session.write([0x1C])
    #expect(try session.finish() == .signal(SIGQUIT))
    try expectCleanTerminal(session)
  }
}
