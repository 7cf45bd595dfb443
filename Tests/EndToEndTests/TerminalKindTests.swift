import Glibc
import Screen
import Testing

/// The same picture on terminals of all kinds.
@Suite struct TerminalKindTests {
  /// Row 5 of the probe's picture: red on blue, blue on red, red, on red, red on blue reversed.
  private func checkColours(_ screen: Emulator, red: Int, blue: Int) {
    let seen = (0..<5).map { screen[$0, 5].halves }
    #expect(seen == [[red, blue], [blue, red], [red, nil], [nil, red], [blue, red]])
    #expect(!screen[3, 5].reverse)
  }

  @Test func colours256() throws {
    let screen = try startProbe(environment: ["TERM": "xterm-256color"]).screen
    #expect(screen.line(0).hasSuffix("many256"))
    checkColours(screen, red: 196, blue: 21)
  }

  @Test func colours8() throws {
    let screen = try startProbe(environment: ["TERM": "xterm"]).screen
    #expect(screen.line(0).hasSuffix("eight"))
    checkColours(screen, red: 1, blue: 4)
  }

  @Test func colours16() throws {
    let directory = try compileDescription(
      """
      boxstep-16|xterm with 16 colours,
        colors#16, pairs#256, setab=\\E[%?%p1%{8}%<%t%p1%{40}%+%e%p1%{92}%+%;%dm,
        setaf=\\E[%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;%dm, use=xterm-256color,
      """)
    defer { _ = try? TerminalSession("/bin/rm", ["-r", directory]).finish() }
    let session = try startProbe(environment: ["TERM": "boxstep-16", "TERMINFO": directory])
    #expect(session.screen.line(0).hasSuffix("sixteen"))
    checkColours(session.screen, red: 9, blue: 4)
  }

  @Test(arguments: [["TERM": "vt100"], ["NO_COLOR": "1"], ["TERM": "xterm-mono"]])
  func noColours(environment: [String: String]) throws {
    let screen = try startProbe(environment: environment).screen
    #expect(screen.line(0).hasSuffix("none"))
    for row in 0..<24 {
      for column in 0..<80 {
        #expect(screen[column, row].foreground == nil && screen[column, row].background == nil)
      }
    }
    #expect(screen[0, 4].bold && screen[20, 4].underline && screen[30, 4].reverse)
  }

  @Test func anEmptyNoColorSaysNothing() throws {
    #expect(try startProbe(environment: ["NO_COLOR": ""]).screen.line(0).hasSuffix("many256"))
  }

  /// A terminal without a second screen keeps the drawing; the next line begins below.
  @Test func vt100IsLeftBelowTheDrawing() throws {
    let session = try startProbe(["--trap"], environment: ["TERM": "vt100"])
    #expect(!session.screen.showsAlternateScreen)
    try session.type("!")
    #expect(try session.finish() == .signal(SIGILL) || (try session.finish()) == .signal(SIGTRAP))
    #expect(session.screen.text.contains("the probe was told to trap"))
    #expect(session.modes == session.modesBefore)
  }

  @Test(arguments: ["C", "POSIX", "", "xx_YY.nonsense"])
  func halfBlocksNeedNoLocale(language: String) throws {
    let screen = try startProbe(environment: ["LANG": language]).screen
    #expect(screen[0, 5].glyph == "▀")
    #expect(screen.line(6) == "語字ef")
  }

  @Test(arguments: [
    ("no-such-terminal", "no description of the terminal \"no-such-terminal\""),
    ("dumb", "the terminal \"dumb\" that TERM names cannot move its cursor"),
    ("", "TERM is not set"),
  ])
  func aTerminalThatCannotBeUsed(name: String, message: String) throws {
    let session = try TerminalSession(Products.path("TerminalProbe"), environment: ["TERM": name])
    #expect(try session.finish() == .code(2))
    #expect(session.screen.text.contains(message))
    #expect(session.modes == session.modesBefore)
    #expect(!session.received.contains(0x1B))
  }

  @Test(arguments: [TerminalSession.Replacement.input, .output])
  func noTerminalAtAll(replacement: TerminalSession.Replacement) throws {
    let session = try TerminalSession(Products.path("TerminalProbe"), replacing: replacement)
    #expect(try session.finish() == .code(2))
    let name = replacement == .input ? "input" : "output"
    #expect(session.screen.text == "TerminalProbe: standard \(name) is not a terminal")
  }

  /// Translates a terminal's description; returns the directory it lies in.
  private func compileDescription(_ text: String) throws -> String {
    var template = Array("/tmp/boxstep-terminfo-XXXXXX".utf8CString)
    let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
    let file = try #require(fopen(directory + "/description", "w"))
    fputs(text + "\n", file)
    fclose(file)
    let session = try TerminalSession(
      "/usr/bin/tic", ["-x", "-o", directory, directory + "/description"])
    #expect(try session.finish() == .code(0))
    return directory
  }
}
