import Scenes

/// A grid of cells: everything boxstep shows. Views draw into it; the terminal, snapshots and
/// exports read it.
package struct Canvas: Hashable, Sendable {
  package let size: Size
  /// Row by row from the top.
  package private(set) var cells: [Cell]

  package init(size: Size) {
    self.size = size
    self.cells = Array(repeating: Cell(), count: size.columns * size.rows)
  }

  /// Places outside the canvas read as blank; writing there does nothing.
  package subscript(column: Int, row: Int) -> Cell {
    get { contains(column, row) ? cells[row * size.columns + column] : Cell() }
    set { if contains(column, row) { cells[row * size.columns + column] = newValue } }
  }

  private func contains(_ column: Int, _ row: Int) -> Bool {
    column >= 0 && column < size.columns && row >= 0 && row < size.rows
  }
}

/// Columns and rows of cells, never negative.
package struct Size: Hashable, Sendable {
  package let columns: Int
  package let rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// One character cell.
package struct Cell: Hashable, Sendable {
  /// A glyph of one column, or of two followed by a cell holding `Cell.continuation`.
  package var glyph: Unicode.Scalar
  package var style: Style

  package init(_ glyph: Unicode.Scalar = " ", _ style: Style = Style()) {
    self.glyph = glyph
    self.style = style
  }

  /// What stands in the second column of a wide glyph.
  package static let continuation: Unicode.Scalar = "\u{0}"
}

package struct Style: Hashable, Sendable {
  package var foreground: Ink
  package var background: Ink
  package var bold: Bool
  package var dim: Bool
  package var underline: Bool
  package var reverse: Bool

  package init(
    _ foreground: Ink = .standard, on background: Ink = .standard, bold: Bool = false,
    dim: Bool = false, underline: Bool = false, reverse: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.dim = dim
    self.underline = underline
    self.reverse = reverse
  }
}

/// The terminal's own colour, or one of ours.
package enum Ink: Hashable, Sendable {
  case standard
  case rgb(RGB)
}
