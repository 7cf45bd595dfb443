extension Canvas {
  /// The rows as text, for snapshots and messages. Styles are left out.
  package var text: [String] {
    (0..<size.rows).map { row in
      var line = String.UnicodeScalarView()
      for column in 0..<size.columns where self[column, row].glyph != Cell.continuation {
        line.append(self[column, row].glyph)
      }
      return String(line)
    }
  }

  /// Writes one line from a place to the right, over at most `width` columns, and returns the columns
  /// it took. What does not fit is cut; a wide glyph is never cut in half.
  @discardableResult
  package mutating func write(
    _ text: String, _ column: Int, _ row: Int, width: Int = .max, _ style: Style = Style()
  ) -> Int {
    let room = min(width, size.columns - column)
    var used = 0
    for scalar in text.unicodeScalars {
      let glyph = scalar.shown
      let columns = glyph.columns
      guard columns > 0 else { continue }
      guard used + columns <= room else { break }
      put(glyph, columns: columns, column + used, row, style)
      used += columns
    }
    return used
  }

  /// Fills a rectangle with one cell.
  package mutating func fill(_ rect: Rect, _ cell: Cell = Cell()) {
    for row in rect.rowRange {
      for column in rect.columnRange { self[column, row] = cell }
    }
  }

  private mutating func put(
    _ glyph: Unicode.Scalar, columns: Int, _ column: Int, _ row: Int, _ style: Style
  ) {
    // Writing over half of a wide glyph leaves no half behind.
    if self[column, row].glyph == Cell.continuation { self[column - 1, row].glyph = " " }
    let last = column + columns - 1
    if self[last + 1, row].glyph == Cell.continuation { self[last + 1, row].glyph = " " }
    self[column, row] = Cell(glyph, style)
    if columns == 2 { self[column + 1, row] = Cell(Cell.continuation, style) }
  }
}

/// A rectangle of cells. Its sides are never negative.
package struct Rect: Hashable, Sendable {
  package let column: Int
  package let row: Int
  package let columns: Int
  package let rows: Int

  package init(_ column: Int, _ row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  var isEmpty: Bool { columns == 0 || rows == 0 }
  var right: Int { column + columns - 1 }
  var bottom: Int { row + rows - 1 }
  var columnRange: Range<Int> { column..<column + columns }
  var rowRange: Range<Int> { row..<row + rows }

  /// What is left inside a frame of one cell.
  var inner: Rect { Rect(column + 1, row + 1, columns: columns - 2, rows: rows - 2) }

  /// With another below it whose first row is its last.
  func joined(with below: Rect?) -> Rect {
    Rect(column, row, columns: columns, rows: max(rows, (below?.bottom ?? bottom) - row + 1))
  }

  /// The rectangle without its first rows.
  func dropping(rows count: Int) -> Rect {
    let count = min(max(count, 0), rows)
    return Rect(column, row + count, columns: columns, rows: rows - count)
  }

  /// The first rows of the rectangle.
  func top(rows count: Int) -> Rect {
    Rect(column, row, columns: columns, rows: min(max(count, 0), rows))
  }

  /// The rectangle without columns on its sides.
  func inset(left: Int, right: Int = 0) -> Rect {
    Rect(column + left, row, columns: columns - left - right, rows: rows)
  }

  func contains(_ column: Int, _ row: Int) -> Bool {
    columnRange.contains(column) && rowRange.contains(row)
  }
}
