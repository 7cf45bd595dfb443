import CNcurses
import Screen

/// Puts cells on ncurses' screen, only those that changed since the last time.
struct Painter {
  private let palette: Palette
  private var pairs: PairTable
  /// Direct-colour terminals take a colour's channels where others take its number.
  private let takesChannels: Bool
  /// What is on the screen; nil before the first canvas and after a change of size.
  private var shown: Canvas?

  init(_ depth: ColorDepth) {
    palette = Palette(depth)
    takesChannels = depth != .none && curses_color_count() > 256
    pairs = PairTable(colors: palette.numbers, pairs: depth == .none ? 1 : Int(curses_pair_count()))
  }

  /// The next canvas is drawn in full.
  mutating func forget() { shown = nil }

  func shows(_ canvas: Canvas) -> Bool { shown == canvas }

  mutating func paint(_ canvas: Canvas) {
    let old = shown?.size == canvas.size ? shown : nil
    if old == nil { werase(curses_standard_window()) }
    let columns = min(canvas.size.columns, Int(curses_columns()))
    for row in 0..<min(canvas.size.rows, Int(curses_rows())) {
      paint(row: row, columns: columns, of: canvas, over: old)
    }
    shown = canvas
  }

  private mutating func paint(row: Int, columns: Int, of canvas: Canvas, over old: Canvas?) {
    let start = row * canvas.size.columns
    var column = 0
    while column < columns {
      let glyph = Glyph(canvas.cells, at: start + column, before: start + columns)
      let places = start + column..<start + column + glyph.width
      if old == nil || places.contains(where: { old?.cells[$0] != canvas.cells[$0] }) {
        put(glyph.scalar, style: canvas.cells[start + column].style, column: column, row: row)
      }
      column += glyph.width
    }
  }

  private mutating func put(_ glyph: Unicode.Scalar, style: Style, column: Int, row: Int) {
    let takesChannels = takesChannels
    let colors = palette.numbers(of: style)
    let pair = pairs.entry(foreground: colors.foreground, background: colors.background) { new in
      let foreground = Self.code(of: new.foreground, asChannels: takesChannels)
      let background = Self.code(of: new.background, asChannels: takesChannels)
      init_extended_pair(new.number, foreground, background)
    }
    var attributes = Self.attributes(style)
    if pair.reversed { attributes ^= curses_reverse() }
    curses_put(Int32(row), Int32(column), glyph.value, attributes, pair.number)
  }

  private static func code(of color: Int?, asChannels: Bool) -> Int32 {
    guard let color else { return -1 }
    guard asChannels else { return Int32(color) }
    let channels = Palette.color(color)
    return Int32(channels.red) << 16 | Int32(channels.green) << 8 | Int32(channels.blue)
  }

  private static func attributes(_ style: Style) -> attr_t {
    var attributes: attr_t = 0
    if style.bold { attributes |= curses_bold() }
    if style.dim { attributes |= curses_dim() }
    if style.underline { attributes |= curses_underline() }
    if style.reverse { attributes |= curses_reverse() }
    return attributes
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
