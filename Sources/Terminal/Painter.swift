import CNcurses
import Screen

/// Turns canvases into bytes for the terminal: only the cells that changed since the last time, each as short as it
/// can be. ncurses would repeat both colours of every cell, of which half blocks have two.
struct Painter {
  private let palette: Palette
  private let sequences: Sequences
  /// What is on the screen; nil before the first canvas and after a change of size.
  private var shown: Canvas?

  init(_ depth: ColorDepth) {
    palette = Palette(depth)
    // Direct-colour terminals take a colour's channels where others take its number.
    let takesChannels = depth != .none && curses_color_count() > 256
    sequences = Sequences(
      codes: depth == .none ? [] : (0..<256).map { Self.code(of: $0, asChannels: takesChannels) })
  }

  /// The next canvas is drawn in full.
  mutating func forget() { shown = nil }

  func shows(_ canvas: Canvas) -> Bool { shown == canvas }

  /// Whether the screen must be blank before the canvas is painted.
  func isNew(_ canvas: Canvas) -> Bool { shown?.size != canvas.size }

  /// The bytes for a canvas on a screen of that size.
  mutating func paint(_ canvas: Canvas, on screen: Size) -> [UInt8] {
    let old = isNew(canvas) ? Canvas(size: canvas.size) : shown ?? canvas
    var pencil = Pencil(sequences, columns: screen.columns)
    for row in 0..<min(canvas.size.rows, screen.rows) {
      paint(row: row, screen, of: canvas, over: old, &pencil)
    }
    pencil.finish()
    shown = canvas
    return pencil.bytes
  }

  /// The bytes that put the cursor somewhere.
  func move(toColumn column: Int, row: Int) -> [UInt8] { sequences.move(from: nil, to: (column, row)) }

  private func paint(row: Int, _ screen: Size, of canvas: Canvas, over old: Canvas, _ pencil: inout Pencil) {
    let start = row * canvas.size.columns
    let end = start + canvas.size.columns
    let columns = min(canvas.size.columns, screen.columns)
    let blank = firstOfBlanks(in: canvas, start..<start + columns) - start
    var column = 0
    while column < columns {
      let glyph = Glyph(canvas.cells, at: start + column, before: end)
      defer { column += glyph.width }
      let places = start + column..<min(end, start + column + glyph.width + 1)
      guard places.contains(where: { old.cells[$0] != canvas.cells[$0] }) else { continue }
      let paint = paint(glyph, canvas.cells[start + column].style)
      let before = Glyph(old.cells, at: start + column, before: end)
      guard before.width != glyph.width || self.paint(before, old.cells[start + column].style) != paint else {
        continue
      }
      let isLast = row == screen.rows - 1 && column + glyph.width == screen.columns
      if isLast, sequences.scrollsAtEnd { continue }
      if column >= blank, columns - column > sequences.clearRow.count, !sequences.clearRow.isEmpty {
        return pencil.clear(from: column, row: row)
      }
      bridge(to: column, row, canvas, &pencil)
      pencil.put(paint, column: column, row: row)
    }
  }

  /// Where the plain blanks at the end of a row begin.
  private func firstOfBlanks(in canvas: Canvas, _ row: Range<Int>) -> Int {
    (row.last { canvas.cells[$0] != Cell() } ?? row.lowerBound - 1) + 1
  }

  /// Over a few cells that stay as they are it can be shorter to write them again than to leap.
  private func bridge(to column: Int, _ row: Int, _ canvas: Canvas, _ pencil: inout Pencil) {
    guard let gap = pencil.gap(to: column, row), gap.count <= 3 else { return }
    let start = row * canvas.size.columns
    let paints = gap.map { column in
      paint(
        Glyph(canvas.cells, at: start + column, before: start + canvas.size.columns),
        canvas.cells[start + column].style)
    }
    guard paints.allSatisfy({ pencil.costsNothing($0) }) else { return }
    for (index, paint) in paints.enumerated() { pencil.put(paint, column: gap.lowerBound + index, row: row) }
  }

  private func paint(_ glyph: Glyph, _ style: Style) -> Paint {
    let colors = palette.numbers(of: style)
    var attributes: Attributes = []
    if style.bold { attributes.insert(.bold) }
    if style.dim { attributes.insert(.dim) }
    if style.underline { attributes.insert(.underline) }
    if style.reverse { attributes.insert(.reverse) }
    if colors.foreground != nil || colors.background != nil { attributes.subtract(sequences.colorless) }
    return Paint(
      glyph: glyph.scalar, width: glyph.width, foreground: colors.foreground, background: colors.background,
      attributes: attributes)
  }

  private static func code(of color: Int, asChannels: Bool) -> Int32 {
    guard asChannels else { return Int32(color) }
    let channels = Palette.color(color)
    return Int32(channels.red) << 16 | Int32(channels.green) << 8 | Int32(channels.blue)
  }
}

/// What a cell can hold on a terminal. Whatever would push its neighbours aside is shown as "?".
struct Glyph {
  let scalar: Unicode.Scalar
  let width: Int

  /// The glyph at a place of a row that ends before `end`.
  init(_ cells: [Cell], at place: Int, before end: Int) {
    let scalar = cells[place].glyph
    let isWide = place + 1 < end && cells[place + 1].glyph == Cell.continuation
    switch (scalar, Self.columns(of: scalar)) {
    case (Cell.continuation, _): (self.scalar, width) = (" ", 1)
    case (_, 2) where isWide: (self.scalar, width) = (scalar, 2)
    case (_, 1): (self.scalar, width) = (scalar, 1)
    default: (self.scalar, width) = ("?", 1)
    }
  }

  private static func columns(of scalar: Unicode.Scalar) -> Int32 {
    (" "..."~").contains(scalar) ? 1 : curses_width_of(scalar.value)
  }
}
