import Glibc
import Screen
import Testing

@Suite struct TerminalSuspendTests {
  /// A shell with job control runs the probe; once that is stopped it waits for a line and continues it.
  private func startInShell() throws -> TerminalSession {
    let script = """
      '\(Products.path("TerminalProbe"))' --complain
      echo "stopped $?"; jobs -p; echo pid; read line; fg >/dev/null; echo "ended $?"
      """
    let session = try TerminalSession("/bin/bash", ["-m", "-c", script])
    try session.waitFor("heard 0")
    return session
  }

  private func expectShell(_ session: TerminalSession) throws {
    try session.waitFor("\npid")
    #expect(session.screen.text.contains("stopped \(128 + SIGTSTP)"))
    try expectCleanTerminal(session)
  }

  private func leave(_ session: TerminalSession) throws {
    try session.type("q")
    try session.waitFor("ended 0")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func suspendAndResume() throws {
    let session = try startInShell()
    try session.type("!a")
    try session.waitForKey(1, "character a")
    try session.write([0x1A])
    try expectShell(session)
    #expect(!session.screen.text.contains("a complaint"))
    try session.type("\r")
    try session.waitForKey(2, "resumed")
    #expect(session.screen.showsAlternateScreen && !session.screen.showsCursor)
    #expect(session.screen.line(6) == "語字ef")
    // Keys work as before, and it can be done again.
    try session.press(.up)
    try session.waitForKey(3, "up")
    try leave(session)
    #expect(session.screen.text.contains("a complaint"))
  }

  @Test func theSizeMayChangeMeanwhile() throws {
    let session = try startInShell()
    try session.write([0x1A])
    try expectShell(session)
    session.resize(columns: 100, rows: 30)
    try session.type("\r")
    try session.waitFor("probe 100x30")
    try session.waitUntil("both pieces of news") { $0.line(1) == "heard 2: resumed" }
    try leave(session)
  }

  /// SIGSTOP cannot be noticed; when the process goes on, everything is drawn anew.
  @Test func stoppedWithoutNotice() throws {
    let session = try startProbe()
    session.send(signal: SIGSTOP)
    session.send(signal: SIGCONT)
    try session.waitForKey(1, "resumed")
  }

  /// Without a shell to continue it, a process must not stop: the kernel sees to it, and the screen comes back.
  @Test func nobodyToContinueIt() throws {
    let session = try startProbe()
    try session.write([0x1A])
    try session.waitForKey(1, "resumed")
    #expect(session.screen.showsAlternateScreen)
  }
}
