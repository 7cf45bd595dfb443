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
    let columns = min(canvas.size.columns, screen.columns)
    let strokes = strokes(row: row, columns, of: canvas, over: old)
    let blank = firstOfBlanks(in: canvas, row: row, columns)
    // Where a glyph would move the whole screen up.
    let corner = sequences.scrollsAtEnd && row == screen.rows - 1 ? screen.columns : .max
    var done = 0
    for (index, stroke) in strokes.enumerated() where stroke.isNew && index >= done {
      guard stroke.column + stroke.paint.width < corner else { continue }
      if stroke.column >= blank, columns - stroke.column > sequences.clearRow.count, !sequences.clearRow.isEmpty {
        return pencil.clear(from: stroke.column, row: row)
      }
      let end = endOfRun(in: strokes, from: index)
      let run = stroke.column..<stroke.column + end - index
      if pencil.erase(run, of: stroke.paint, row: row, isLast: end == strokes.count) {
        done = end
        continue
      }
      bridge(before: index, strokes, row, &pencil)
      pencil.put(stroke.paint, column: stroke.column, row: row, count: run.count)
    }
  }

  /// A glyph of a row, and whether it differs from what is on the screen.
  private struct Stroke {
    let column: Int
    let paint: Paint
    let isNew: Bool
  }

  /// From the first cell that changed to the last.
  private func strokes(row: Int, _ columns: Int, of canvas: Canvas, over old: Canvas) -> [Stroke] {
    let start = row * canvas.size.columns
    let end = start + canvas.size.columns
    let changed = { (column: Int) in old.cells[start + column] != canvas.cells[start + column] }
    guard let first = (0..<columns).first(where: changed), let last = (0..<columns).last(where: changed) else {
      return []
    }
    var strokes: [Stroke] = []
    // The first may be the second half of a glyph.
    var column = max(0, first - 1)
    while column <= last {
      let glyph = Glyph(canvas.cells, at: start + column, before: end)
      let before = Glyph(old.cells, at: start + column, before: end)
      let paint = paint(glyph, canvas.cells[start + column].style)
      let isNew =
        (column...min(last, column + glyph.width)).contains(where: changed)
        && (before.width != glyph.width || self.paint(before, old.cells[start + column].style) != paint)
      strokes.append(Stroke(column: column, paint: paint, isNew: isNew))
      column += glyph.width
    }
    return strokes
  }

  /// Behind the last changed one of cells of one colour without a glyph.
  private func endOfRun(in strokes: [Stroke], from index: Int) -> Int {
    guard let color = strokes[index].paint.fill else { return index + 1 }
    let run = strokes[index...].prefix { $0.paint.fill == .some(color) }
    return (run.lastIndex(where: \.isNew) ?? index) + 1
  }

  /// Where the plain blanks at the end of a row begin.
  private func firstOfBlanks(in canvas: Canvas, row: Int, _ columns: Int) -> Int {
    let start = row * canvas.size.columns
    return ((0..<columns).last { canvas.cells[start + $0] != Cell() } ?? -1) + 1
  }

  /// Over a few cells that stay as they are it can be shorter to write them again than to leap.
  private func bridge(before index: Int, _ strokes: [Stroke], _ row: Int, _ pencil: inout Pencil) {
    guard let gap = pencil.gap(to: strokes[index].column, row), gap.count <= 3, gap.count <= index else { return }
    let over = strokes[index - gap.count..<index]
    guard over.first?.column == gap.lowerBound, over.allSatisfy({ pencil.costsNothing($0.paint) }) else { return }
    for stroke in over { pencil.put(stroke.paint, column: stroke.column, row: row) }
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
