import Screen
import Testing

@Suite struct TerminalDrawingTests {
  @Test func theScreenIsTakenAndGivenBack() throws {
    let session = try startProbe()
    #expect(session.screen.showsAlternateScreen)
    #expect(!session.screen.showsCursor)
    #expect(session.modes != session.modesBefore)
    try session.type("q")
    #expect(try session.finish() == .code(0))
    try expectCleanTerminal(session)
    #expect(session.screen.text.isEmpty)
  }

  @Test func glyphsAndAttributes() throws {
    let screen = try startProbe().screen
    #expect(screen.line(0) == "probe 80x24 many256")
    #expect(screen[0, 4] == Emulator.Cell(glyph: "b", bold: true))
    #expect(screen[10, 4].glyph == "d")
    #expect(screen[20, 4] == Emulator.Cell(glyph: "u", underline: true))
    #expect(screen[30, 4] == Emulator.Cell(glyph: "r", reverse: true))
    #expect(screen[79, 23].glyph == "┘")
  }

  /// libvterm of Debian 12 does not keep dim, so the bytes are looked at.
  @Test func dimIsSent() throws {
    let session = try startProbe()
    #expect(session.received.contains(Array("\u{1B}[;2m".utf8)))
  }

  @Test func wideGlyphsStayWhereTheyAreDrawn() throws {
    let session = try startProbe()
    for line in ["語字ef", "a語字f", "ab語字"] + ["語字ef", "a語字f"] {
      try session.waitUntil(line) { $0.line(6) == line }
      try session.type(">")
    }
  }

  /// A wide glyph without room, a control character, a combining mark and half a glyph move nothing.
  @Test func malformedCellsKeepTheirPlace() throws {
    let screen = try startProbe().screen
    #expect(screen.line(7).hasPrefix("?a??b"))
    #expect(screen[5, 7].glyph == " ")
    #expect(screen[79, 7].glyph == "?")
  }

  @Test func aStillScreenSendsNothing() throws {
    let session = try startProbe()
    let change = try session.bytes(of: { try session.type("a") }, until: { $0.line(1).hasSuffix("r a") })
    #expect(change > 0)
    let still = try session.bytes(of: { try session.type("=b") }, until: { $0.line(1).hasSuffix("r b") })
    let change2 = try session.bytes(of: { try session.type("c") }, until: { $0.line(1).hasSuffix("r c") })
    #expect(still == change2)
    #expect(change2 < 40)
  }

  @Test func theCursorIsShownWhereItIsAskedFor() throws {
    let session = try startProbe()
    try session.type("@")
    try session.waitUntil("the cursor") { $0.showsCursor && $0.cursor == (7, 3) }
    try session.type("ab")
    try session.waitForKey(2, "character b")
    try session.waitUntil("the cursor in its place") { $0.showsCursor && $0.cursor == (7, 3) }
    try session.type("@")
    try session.waitUntil("no cursor") { !$0.showsCursor }
  }

  @Test func aNewSizeIsDrawn() throws {
    let session = try startProbe()
    for (columns, rows) in [(120, 36), (30, 10), (200, 60), (1, 1), (80, 24)] {
      session.resize(columns: columns, rows: rows)
      let corner = { (screen: Emulator) in screen[columns - 1, rows - 1].glyph == "┘" }
      try session.waitUntil("a frame of \(columns)x\(rows)", corner)
      if columns > 20 { try session.waitFor("probe \(columns)x\(rows)") }
    }
    #expect(session.screen.line(1) == "heard 5: resize 80x24")
  }

  /// What the environment says of the size is older than the terminal.
  @Test func theSizeIsTheTerminals() throws {
    let session = try startProbe(environment: ["LINES": "10", "COLUMNS": "40"])
    #expect(session.screen.line(0).contains("80x24"))
  }

  @Test func everyPairOfColoursIsPaintedAsItIs() throws {
    let session = try startProbe(["--pairs"], columns: 200, rows: 60)
    for picture in 0..<6 {
      let first = picture * 200 * 60
      try session.waitUntil("the last cell of picture \(picture)") {
        isPainted($0, 200 * 60 - 1, with: first + 200 * 60 - 1)
      }
      let wrong = (0..<(200 * 60)).filter { !isPainted(session.screen, $0, with: first + $0) }
      #expect(wrong.isEmpty, "picture \(picture), \(wrong.first.map { session.screen[$0 % 200, $0 / 200] })")
      try session.type(">")
    }
  }

  private func isPainted(_ screen: Emulator, _ place: Int, with pair: Int) -> Bool {
    let (foreground, background) = (16 + pair % (240 * 240) % 240, 16 + pair % (240 * 240) / 240)
    return screen[place % 200, place / 200].halves == [foreground, background]
  }
}
