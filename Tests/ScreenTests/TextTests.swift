import Screen
import Testing

@Suite struct TextTests {
  private func written(_ text: String, columns: Int = 12, at column: Int = 0) -> [String] {
    var canvas = Canvas(size: Size(columns: columns, rows: 1))
    canvas.write(text, column, 0)
    return canvas.text
  }

  @Test func wideGlyphsTakeTwoColumns() {
    var canvas = Canvas(size: Size(columns: 6, rows: 1))
    #expect(canvas.write("気球x", 0, 0) == 5)
    #expect(canvas[1, 0].glyph == Cell.continuation)
    #expect(canvas[4, 0].glyph == "x")
    #expect(canvas.text == ["気球x "])
  }

  @Test func aWideGlyphIsNeverCutInHalf() {
    #expect(written("a気", columns: 2) == ["a "])
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    canvas.write("気", 0, 0)
    canvas.write("x", 1, 0)
    #expect(canvas.text == [" x "])
    canvas.write("気", 0, 0)
    canvas.write("y", 0, 0)
    #expect(canvas.text == ["y  "])
  }

  @Test func combiningMarksTakeNoColumn() { #expect(written("e\u{301}a", columns: 3) == ["ea "]) }

  @Test func controlCharactersAreShownAsQuestions() {
    #expect(written("a\u{1b}[2Jb\n", columns: 8) == ["a?[2Jb? "])
  }

  @Test func nothingIsWrittenOutside() {
    #expect(written("abc", columns: 4, at: -2) == ["c   "])
    #expect(written("abc", columns: 4, at: 3) == ["   a"])
    #expect(written("abc", columns: 4, at: 9) == ["    "])
    #expect(written("abc", columns: 0) == [""])
  }

  @Test func aTitleIsCutAtAPause() {
    #expect("Match: who wins".fittedAtPause(20) == "Match: who wins")
    #expect("effective anchors, 1 / Σw²: from mean to max".fittedAtPause(30) == "effective anchors, 1 / Σw²")
    #expect("norm of each gradient (w weights, b biases)".fittedAtPause(34) == "norm of each gradient")
    #expect("the same bag by mean, mean-max and max".fittedAtPause(30) == "the same bag by mean, mean-ma…")
    #expect("nothing to pause at".fittedAtPause(8) == "nothing…")
  }

  @Test func aTextIsCutBetweenSentences() {
    let text = "One is short. Two is somewhat longer."
    #expect(text.wrappedSentences(20, lines: 2) == ["One is short. Two is", "somewhat longer."])
    #expect(text.wrappedSentences(20, lines: 1) == ["One is short."])
    #expect(text.wrappedSentences(8, lines: 1) == ["One is…"])
  }
}
