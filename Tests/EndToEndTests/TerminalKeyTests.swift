import Screen
import Testing

@Suite struct TerminalKeyTests {
  static let named: [(Key, String)] = [
    (.up, "up"), (.down, "down"), (.left, "left"), (.right, "right"), (.home, "home"), (.end, "end"),
    (.pageUp, "pageUp"), (.pageDown, "pageDown"), (.enter, "enter"), (.escape, "escape"), (.tab, "tab"),
    (.backTab, "backTab"), (.backspace, "backspace"), (.delete, "delete"), (.insert, "insert"),
  ]

  @Test func everyKeyIsToldApart() throws {
    let session = try startProbe()
    var count = 0
    func check(_ key: Key, _ name: String) throws {
      count += 1
      try session.press(key)
      try session.waitForKey(count, name)
    }
    for (key, name) in Self.named { try check(key, name) }
    for number in 1...12 { try check(.function(number), "F\(number)") }
    // Ctrl-C interrupts, Ctrl-H, I, J, M are other keys, Ctrl-Z suspends; Ctrl-S and Ctrl-Q are keys here.
    for letter in "abcdefgklnopqrstuvwxy".unicodeScalars { try check(.control(letter), "control \(letter)") }
    for character in "0aZ~".unicodeScalars { try check(.character(character), "character \(character)") }
    try check(.character(" "), "character")
    try check(.character("é"), "character U+e9")
    try check(.character("語"), "character U+8a9e")
    try check(.character("😀"), "character U+1f600")
  }

  @Test func bytesThatStandForTheSameKey() throws {
    let session = try startProbe()
    for (index, (text, name)) in [("\n", "enter"), ("\u{8}", "backspace")].enumerated() {
      try session.type(text)
      try session.waitForKey(index + 1, name)
    }
  }

  @Test func nothingTypedAheadIsLost() throws {
    let session = try startProbe()
    let text = String(repeating: "aé語😀\u{1B}OA\t", count: 200)
    try session.type(text)
    try session.waitForKey(1200, "tab")
  }

  @Test func anUnknownSequenceIsDroppedAsAWhole() throws {
    let session = try startProbe()
    // Focus reports, a pasted text's frame, Ctrl-Shift-Up and a mouse report that is none.
    try session.type("\u{1B}[I\u{1B}[200~\u{1B}[201~\u{1B}[1;6A\u{1B}[<0;10M\u{1B}Oz\u{0}\u{1D}x")
    try session.waitForKey(1, "character x")
  }

  @Test func aMouseReportIsAKey() throws {
    let session = try startProbe()
    try session.type("\u{1B}[<0;10;5M")
    try session.waitForKey(1, "press at 9, 4")
    try session.type("\u{1B}[<32;11;5M\u{1B}[<0;11;5m")
    try session.waitForKey(3, "release at 10, 4")
  }

  @Test func whatTheTerminalAnswersIsAKey() throws {
    let session = try startProbe()
    try session.press(.background(.light))
    try session.waitForKey(1, "background light")
    try session.type("\u{1B}]11;rgb:00/00/00\u{7}")
    try session.waitForKey(2, "background dark")
    // What it says of anything else is dropped; "]" held with Alt is no answer.
    try session.type("\u{1B}]52;c;eA==\u{7}\u{1B}]10;rgb:0/0/0\u{1B}\\\u{1B}]11;rgb:0/0\u{7}")
    try session.type("\u{1B}]")
    try session.waitForKey(4, "character ]")
  }

  @Test func altIsAnEscapeBefore() throws {
    let session = try startProbe()
    try session.type("\u{1B}x")
    try session.waitForKey(2, "character x")
  }

  /// On a slow line the bytes of a character come one by one.
  @Test func aCharacterMayComeInPieces() throws {
    let session = try startProbe()
    for byte in Array("語".utf8) {
      try session.write([byte])
      try session.waitUntil("the byte to be taken") { _ in session.unread == 0 }
    }
    try session.waitForKey(1, "character U+8a9e")
    try session.write([0xFF])
    try session.type("y")
    try session.waitUntil("y after rubbish") { $0.line(1).hasSuffix("character y") }
  }

  @Test func wakingAndTimePassing() throws {
    let session = try startProbe(["--wake"])
    try session.type("!")
    try session.waitForKey(1, "wake")
    let ticking = try startProbe(["--tick"])
    try ticking.waitUntil("three moments") { $0.line(1) == "heard 3: time" }
  }
}
