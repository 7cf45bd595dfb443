import Scenes
import Traces

/// Numbers in rows and columns as brightness: half blocks where there are colours, else glyphs.
struct CellMap {
  let values: [Double]
  let width: Int
  let range: ClosedRange<Double>
  var cursor: (row: Int, column: Int)?

  private static let letters: [Unicode.Scalar] = [".", ":", "-", "=", "+", "o", "x", "%", "#", "@"]

  private var height: Int { width > 0 ? values.count / width : 0 }

  /// The brightness of a number from 0 to 1; nil for what is no number.
  private func part(_ number: Double) -> Double? {
    guard !number.isNaN else { return nil }
    let span = range.upperBound - range.lowerBound
    guard span > 0, number.isFinite else { return number == .infinity ? 1 : 0 }
    return min(max((number - range.lowerBound) / span, 0), 1)
  }

  /// Draws into the top left of a rectangle; returns the rows it took.
  func draw(in rect: Rect, _ pen: inout Pen) -> Int {
    guard !rect.isEmpty, width > 0, height > 0 else { return 0 }
    return pen.hasHalfBlocks ? drawBlocks(rect, &pen) : drawGlyphs(rect, &pen)
  }

  // MARK: Half blocks

  private func drawBlocks(_ rect: Rect, _ pen: inout Pen) -> Int {
    // Screen pixels to a number: an even count, so that cells and numbers meet; or 1; or numbers to a pixel.
    let fit = min(rect.columns / width, rect.rows * 2 / height)
    let side = fit >= 2 ? min(fit / 2 * 2, 8) : 1
    let step =
      fit >= 1
      ? 1 : max((width + rect.columns - 1) / rect.columns, (height + rect.rows * 2 - 1) / (rect.rows * 2))
    let columns = (width + step - 1) / step * side
    let pixels = (height + step - 1) / step * side
    for row in 0..<(pixels + 1) / 2 {
      for column in 0..<columns {
        let top = ink(column / side, row * 2 / side, step, pen)
        let bottom = row * 2 + 1 < pixels ? ink(column / side, (row * 2 + 1) / side, step, pen) : .standard
        pen.put(Cell("▀", Style(top, on: bottom)), rect.column + column, rect.row + row)
      }
    }
    if let cursor { mark(cursor, side, step, rect, &pen) }
    return (pixels + 1) / 2
  }

  private func ink(_ column: Int, _ row: Int, _ step: Int, _ pen: Pen) -> Ink {
    largest(column, row, step).flatMap(part).map { .rgb(pen.theme.ramp($0)) } ?? CellMap.alarm
  }

  private static let alarm = Ink.rgb(RGB(0xD7, 0x00, 0x00))

  /// How what is no number looks, for legends.
  static func noNumber(_ pen: Pen) -> Pen.Span {
    pen.hasHalfBlocks ? .init(" ", Style(on: alarm)) : .init("?", pen.theme.text)
  }

  private func largest(_ column: Int, _ row: Int, _ step: Int) -> Double? {
    var found: Double?
    for y in row * step..<min((row + 1) * step, height) {
      for x in column * step..<min((column + 1) * step, width) {
        let number = values[y * width + x]
        if number.isNaN { return number }
        found = max(found ?? number, number)
      }
    }
    return found
  }

  /// Brackets in the cell where there is room for them, else a bright pixel.
  private func mark(
    _ cursor: (row: Int, column: Int), _ side: Int, _ step: Int, _ rect: Rect, _ pen: inout Pen
  ) {
    let column = rect.column + cursor.column / step * side
    let row = rect.row + cursor.row / step * side / 2
    let bright = Ink.rgb(RGB(0xFF, 0x30, 0xFF))
    guard side >= 2 else {
      var cell = pen.canvas[column, row]
      if cursor.row / step % 2 == 0 { cell.style.foreground = bright } else { cell.style.background = bright }
      return pen.put(cell, column, row)
    }
    for line in 0..<side / 2 {
      for (glyph, place) in [("[", column), ("]", column + side - 1)] as [(Unicode.Scalar, Int)] {
        let ground = pen.canvas[place, row + line].style.foreground
        pen.put(Cell(glyph, Style(bright, on: ground, bold: true)), place, row + line)
      }
    }
  }

  // MARK: Glyphs

  private func drawGlyphs(_ rect: Rect, _ pen: inout Pen) -> Int {
    let wide = width * 2 <= rect.columns ? 2 : 1
    let step = max(1, (width * wide + rect.columns - 1) / rect.columns, (height + rect.rows - 1) / rect.rows)
    let rows = (height + step - 1) / step
    for row in 0..<rows {
      for column in 0..<(width + step - 1) / step {
        let part = largest(column, row, step).flatMap(part)
        let glyph = part.map { CellMap.letters[Int($0 * 10, in: 0...9) ?? 0] } ?? "?"
        let isHere = cursor.map { $0.row / step == row && $0.column / step == column } ?? false
        let style = Style(bold: isHere, reverse: isHere)
        for place in 0..<wide {
          pen.put(Cell(glyph, style), rect.column + column * wide + place, rect.row + row)
        }
      }
    }
    return rows
  }

  /// "0 ▒▒▒▒ 0.83", with as many shades as there is room for.
  static func legend(
    from least: Double, to most: Double, columns: Int = .max, digits: Int = 2, _ pen: Pen
  ) -> [Pen.Span] {
    legend(from: Number.text(least, digits: digits), to: Number.text(most, digits: digits), columns: columns, pen)
  }

  static func legend(from least: String, to most: String, columns: Int = .max, _ pen: Pen) -> [Pen.Span] {
    let (first, last) = (least + " ", " " + most)
    let shades = pen.hasHalfBlocks ? pen.theme.ramp.count : letters.count
    let count = min(shades, max(0, columns - first.columns - last.columns))
    let steps = (0..<count).map { $0 * max(1, shades - 1) / max(1, count - 1) }.map { min($0, shades - 1) }
    let ramp: [Pen.Span] = steps.map {
      pen.hasHalfBlocks
        ? .init(" ", Style(on: .rgb(pen.theme.ramp[$0]))) : .init(String(Character(letters[$0])))
    }
    return [.init(first, pen.theme.secondary)] + ramp + [.init(last, pen.theme.secondary)]
  }
}
