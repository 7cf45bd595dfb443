import Testing

/// A user's whole afternoon: an object without a positive is found, understood and mended, the mending is held against
/// another detector, saved, and found again the next day.
@Suite struct WholeSessionTests {
  private func open(_ scene: String, _ arguments: [String] = [], home: TemporaryFolder) throws -> TerminalSession {
    let session = try TerminalSession(
      Products.path("boxstep"), ["open", scene] + arguments, home: home, columns: 120, rows: 36)
    try session.waitFor("1/13")
    try session.waitFor("A picture of 160×160")
    return session
  }

  private func leave(_ session: TerminalSession) throws {
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func everythingIsFoundAgain() throws {
    let home = try TemporaryFolder()
    try work(home)
    #expect(home.names.contains("mine.yaml") && home.names.contains("mine.config.yaml"))
    try findSaved(home)
    try findKept(home)
  }

  /// Stops where an object has no positive, mends it, compares, saves.
  private func work(_ home: TemporaryFolder) throws {
    let session = try open("slender", home: home)
    try session.command("break any(gt.positives == 0)")
    try session.type("c")
    try session.waitFor("Stopped: any(gt.positives == 0), iteration 1, match.")
    try session.type("c")
    try session.waitFor("Stopped: any(gt.positives == 0), iteration 2, match.")
    try session.waitFor("4 objects have none")
    try session.command("watch loss.total")
    try mend(session)
    try session.command("compare fcos")
    try session.waitFor("B FCOS, iteration 2")
    try session.type("x")
    try session.waitFor("Compared with FCOS")
    try session.press(.escape)
    try session.waitUntil("the table to close") { !$0.text.contains("Compared with FCOS") }
    try session.type("q")
    try session.waitFor("One iteration again.")
    try session.command("save \(home.file("mine"))")
    try session.waitFor("Saved as \(home.file("mine")).yaml")
    #expect(!session.screen.line(0).contains("edited"))
    try leave(session)
  }

  /// Asks what would give gt 1 a positive, has it done, undone and done again.
  private func mend(_ session: TerminalSession) throws {
    try session.type("1W")
    try session.waitFor("the smallest single change")
    try session.press(.enter)
    try session.waitFor("3 objects have none")
    try session.waitFor("its best IoU is 0.349, under 0.458")
    #expect(session.screen.line(0).contains("edited"))
    try session.type("u")
    try session.waitFor("Taken back: positive_iou=0.458")
    try session.waitFor("4 objects have none")
    #expect(!session.screen.line(0).contains("edited"))
    try session.press(.control("r"))
    try session.waitFor("Done again: positive_iou=0.458")
    try session.waitFor("3 objects have none")
  }

  /// The saved scene under the saved configuration, in which gt 1 has its positives from the first iteration on.
  private func findSaved(_ home: TemporaryFolder) throws {
    let session = try open(home.file("mine.yaml"), ["--config", home.file("mine.config.yaml")], home: home)
    #expect(session.screen.line(0).contains("mine"))
    try session.command("step match")
    try session.waitFor("3 objects have none")
    try session.waitFor("its best IoU is 0.349, under 0.458")
    try leave(session)
  }

  /// What was kept of the session: its edits, its place, its breakpoints and watches.
  private func findKept(_ home: TemporaryFolder) throws {
    let session = try open("slender", home: home)
    try session.waitFor("An earlier session on this scene")
    try session.press(.enter)
    try session.waitFor("Taken up where it was left.")
    try session.waitFor("7/13")
    try session.waitFor("iteration 2")
    try session.waitFor("3 objects have none")
    try session.type("w")
    try session.waitFor("any(gt.positives == 0)   holds in this iteration")
    try session.waitFor("loss.total")
    try session.press(.escape)
    try session.waitUntil("the list to close") { !$0.text.contains("Breakpoints and watches") }
    // The edit holds from the second iteration on, as it did.
    try session.type("I")
    try session.waitFor("4 objects have none")
    try session.type("i")
    try session.waitFor("3 objects have none")
    try leave(session)
  }
}

extension TerminalSession {
  /// A line behind `:`.
  func command(_ line: String) throws {
    try type(":" + line)
    try waitFor(":" + line)
    try press(.enter)
    try waitUntil("the line to be taken") { !$0.text.contains(":" + line) }
  }
}
