import Glibc
import Testing

/// The loss lab on a terminal of its own, by each way there is to it.
@Suite struct LabEndToEndTests {
  private func end(_ session: TerminalSession) throws {
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
  }

  @Test func fromTheCommandLine() throws {
    let session = try TerminalSession(
      Products.path("boxstep"), ["losses", "--lab", "--pred", "10,10,50,50", "--gt", "12,14,60,48"], columns: 120,
      rows: 36)
    try session.waitFor("at an IoU of 0.666")
    try session.press(.right)
    try session.waitFor("at an IoU of 0.696")
    try session.type(" ")
    try session.waitFor("1 − DIoU is")
    try session.type("2")
    try session.waitFor("A probability of 0.1")
    try session.press(.right)
    try session.waitFor("A probability of 0.11")
    try session.press(.tab)
    try session.waitFor("anchors by cross entropy")
    try session.type("t")
    try session.waitFor("anchors by focal loss")
    try session.type("?")
    try session.waitFor("? closes")
    try session.type("q")
    try session.waitUntil("the help to close") { !$0.text.contains("? closes") }
    session.resize(columns: 80, rows: 24)
    try session.waitUntil("80×24") { $0.line(23).contains("leave") }
    try session.type("q")
    try end(session)
  }

  @Test func fromTheStartScreenAndBack() throws {
    let session = try TerminalSession(Products.path("boxstep"), [], columns: 80, rows: 24)
    try session.waitFor("Choose a scene")
    try session.type("L")
    try session.waitFor("loss lab")
    try session.waitFor("at an IoU of")
    try session.press(.escape)
    try session.waitFor("Choose a scene")
    try session.type("q")
    try end(session)
  }

  @Test func fromTheDebuggerWithItsBoxesAndBack() throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", CommandTests.small)
    let session = try TerminalSession(Products.path("boxstep"), ["open", scene], columns: 120, rows: 36)
    try session.waitFor("A picture of 64")
    try session.press(.end)
    try session.waitFor("13/13")
    try session.type("L")
    try session.waitFor("at an IoU of")
    try session.type("3")
    try session.waitFor("scene, RetinaNet, iteration 1")
    try session.type("q")
    try session.waitFor("13/13")
    try session.type("q")
    try end(session)
  }

  @Test func controlCLeaves() throws {
    let session = try TerminalSession(Products.path("boxstep"), ["losses", "--lab"])
    try session.waitFor("at an IoU of")
    try session.write([0x03])
    try end(session)
  }

  @Test func withoutATerminal() throws {
    let run = try Program("losses", "--lab")
    #expect(run.status == 2 && run.words.contains("boxstep losses --pred"))
  }
}
