import Scenes
import Screen
import Terminal

extension Canvas {
  mutating func write(_ text: String, column: Int = 0, row: Int, style: Style = Style()) {
    for (offset, scalar) in text.unicodeScalars.enumerated() {
      self[column + offset, row] = Cell(scalar, style)
    }
  }

  /// A glyph of two columns.
  mutating func writeWide(_ glyph: Unicode.Scalar, column: Int, row: Int) {
    self[column, row] = Cell(glyph)
    self[column + 1, row] = Cell(Cell.continuation)
  }
}

enum Pictures {
  /// Attributes in row 4, colours in row 5, wide glyphs in row 6, cells that are not well formed in row 7, and
  /// a frame's corner in the last cell of all.
  static func samples(in canvas: inout Canvas, _ picture: Int) {
    canvas.write("bold", column: 0, row: 4, style: Style(bold: true))
    canvas.write("dim", column: 10, row: 4, style: Style(dim: true))
    canvas.write("underline", column: 20, row: 4, style: Style(underline: true))
    canvas.write("reverse", column: 30, row: 4, style: Style(reverse: true))
    let (red, blue) = (Ink.rgb(RGB(255, 0, 0)), Ink.rgb(RGB(0, 0, 255)))
    canvas.write("▀", column: 0, row: 5, style: Style(red, on: blue))
    canvas.write("▀", column: 1, row: 5, style: Style(blue, on: red))
    canvas.write("▀", column: 2, row: 5, style: Style(red))
    canvas.write("▀", column: 3, row: 5, style: Style(.standard, on: red))
    canvas.write("▀", column: 4, row: 5, style: Style(red, on: blue, reverse: true))
    wide(in: &canvas, picture)
    canvas[0, 7] = Cell("語")
    canvas.write("a\u{1B}\u{301}b", column: 1, row: 7)
    canvas[5, 7] = Cell(Cell.continuation)
    canvas[canvas.size.columns - 1, 7] = Cell("字")
    canvas[canvas.size.columns - 1, canvas.size.rows - 1] = Cell("┘")
  }

  /// Wide glyphs that move by one column with each picture.
  private static func wide(in canvas: inout Canvas, _ picture: Int) {
    let start = picture % 3
    canvas.write("abcdef", row: 6)
    canvas.writeWide("語", column: start, row: 6)
    canvas.writeWide("字", column: start + 2, row: 6)
  }

  /// No two cells have the same two colours, nor had they in the pictures before.
  static func pairs(_ size: Size, from picture: Int) -> Canvas {
    var canvas = Canvas(size: size)
    let count = size.columns * size.rows
    for place in 0..<count {
      let pair = (place + picture * count) % (240 * 240)
      let style = Style(
        .rgb(Palette.color(16 + pair % 240)), on: .rgb(Palette.color(16 + pair / 240)))
      canvas[place % size.columns, place / size.columns] = Cell("▀", style)
    }
    return canvas
  }
}
