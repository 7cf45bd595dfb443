/// Draws text into a canvas as the appearance has it: its theme, and ASCII where that is asked for.
struct Pen {
  private(set) var canvas: Canvas
  /// What a click does, by where; later ones lie over earlier ones.
  private(set) var spots: [(place: Rect, action: Action)] = []
  let theme: Theme
  let appearance: Appearance

  init(size: Size, appearance: Appearance) {
    canvas = Canvas(size: size)
    theme = Theme(appearance)
    self.appearance = appearance
  }

  /// A place to click on.
  mutating func spot(_ place: Rect, _ action: Action) { spots.append((place, action)) }

  var isASCII: Bool { appearance.glyphs == .ascii }
  /// Whether pictures are drawn in colours, two pixels to a cell.
  var hasHalfBlocks: Bool { !isASCII && appearance.colors == .full }

  /// A run of text in one style.
  struct Span {
    var text: String
    var style: Style

    init(_ text: String, _ style: Style = Style()) {
      self.text = text
      self.style = style
    }
  }

  /// The text as it will be written.
  func spelled(_ text: String) -> String { isASCII ? ASCII.spelled(text) : text }

  func columns(_ text: String) -> Int { spelled(text).columns }

  /// Writes a line, with "…" where it does not fit; returns the columns it took.
  @discardableResult
  mutating func write(
    _ text: String, _ column: Int, _ row: Int, width: Int = .max, _ style: Style = Style()
  ) -> Int {
    let room = min(width, canvas.size.columns - column)
    return canvas.write(spelled(text).fitted(room), column, row, width: room, style)
  }

  /// Writes runs of text one after another in so many columns.
  @discardableResult
  mutating func write(_ spans: [Span], _ column: Int, _ row: Int, width: Int = .max) -> Int {
    let room = min(width, canvas.size.columns - column)
    var used = 0
    for span in spans where used < room {
      used += write(span.text, column + used, row, width: room - used, span.style)
    }
    return used
  }

  /// Writes a line that ends at a column.
  mutating func write(rightAt right: Int, _ text: String, _ row: Int, _ style: Style = Style()) {
    write(text, right - columns(text) + 1, row, style)
  }

  /// Writes a paragraph into the first rows of a rectangle; returns how many it took.
  @discardableResult
  mutating func wrap(_ text: String, in rect: Rect, lines: Int = .max, _ style: Style = Style()) -> Int {
    let lines = spelled(text).wrapped(rect.columns, lines: min(lines, rect.rows))
    for (index, line) in lines.enumerated() {
      canvas.write(line, rect.column, rect.row + index, width: rect.columns, style)
    }
    return lines.count
  }

  /// As `wrap`, but where room is short as many whole sentences as fit.
  @discardableResult
  mutating func wrapSentences(_ text: String, in rect: Rect, _ style: Style = Style()) -> Int {
    let lines = spelled(text).wrappedSentences(rect.columns, lines: rect.rows)
    for (index, line) in lines.enumerated() {
      canvas.write(line, rect.column, rect.row + index, width: rect.columns, style)
    }
    return lines.count
  }

  mutating func put(_ cell: Cell, _ column: Int, _ row: Int) {
    var cell = cell
    if isASCII { cell.glyph = ASCII.glyph(cell.glyph) }
    canvas[column, row] = cell
  }

  /// Puts a glyph over what is there, keeping its background.
  mutating func put(_ glyph: Unicode.Scalar, _ column: Int, _ row: Int, keepingGround style: Style) {
    var style = style
    style.background = canvas[column, row].style.background
    put(Cell(glyph, style), column, row)
  }

  /// The column after the last glyph of a row in a rectangle.
  func end(of row: Int, in rect: Rect) -> Int {
    (rect.columnRange.last { canvas[$0, row].glyph != " " } ?? rect.column - 1) + 1
  }

  mutating func fill(_ rect: Rect, _ style: Style = Style()) { canvas.fill(rect, Cell(" ", style)) }

  /// Lets what stands in a rectangle fade: it is not what it will be.
  mutating func fade(_ rect: Rect) {
    for row in rect.rowRange {
      for column in rect.columnRange {
        var cell = canvas[column, row]
        cell.style.foreground = theme.secondary.foreground
        (cell.style.bold, cell.style.dim) = (false, theme.secondary.dim)
        canvas[column, row] = cell
      }
    }
  }

  /// Gives the cells of a rectangle a background, keeping their glyphs; without colours they are reversed.
  mutating func highlight(_ rect: Rect, _ style: Style) {
    for row in rect.rowRange {
      for column in rect.columnRange {
        var cell = canvas[column, row]
        cell.style.background = style.background
        if style.reverse { cell.style.reverse = true }
        canvas[column, row] = cell
      }
    }
  }

  /// The finished canvas: nothing but ASCII, and no colour, where that was asked for.
  func finished() -> Canvas {
    guard isASCII || appearance.colors == .none else { return canvas }
    var result = canvas
    for row in 0..<canvas.size.rows {
      for column in 0..<canvas.size.columns {
        var cell = canvas[column, row]
        if isASCII { cell.glyph = ASCII.glyph(cell.glyph) }
        if appearance.colors == .none {
          cell.style.foreground = .standard
          cell.style.background = .standard
        }
        result[column, row] = cell
      }
    }
    return result
  }

  // MARK: Frames

  /// A frame with a title at its top left and words at its bottom; where it meets the frame of a neighbour
  /// the two are joined.
  mutating func frame(_ rect: Rect, title: [Span], note: [Span] = [], joinsAbove: Bool = false) {
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let style = theme.frame
    for column in rect.column + 1..<max(rect.right, rect.column + 1) {
      put(Cell("─", style), column, rect.row)
      put(Cell("─", style), column, rect.bottom)
    }
    for row in rect.row + 1..<max(rect.bottom, rect.row + 1) {
      put(Cell("│", style), rect.column, row)
      put(Cell("│", style), rect.right, row)
    }
    put(Cell(joinsAbove ? "├" : "┌", style), rect.column, rect.row)
    put(Cell(joinsAbove ? "┤" : "┐", style), rect.right, rect.row)
    put(Cell("└", style), rect.column, rect.bottom)
    put(Cell("┘", style), rect.right, rect.bottom)
    writeOn(edge: rect.row, of: rect, title)
    writeOn(edge: rect.bottom, of: rect, note)
  }

  /// Shows that a part has the keys.
  mutating func tintFrame(_ rect: Rect, _ style: Style? = nil) {
    let style = style ?? theme.focusedFrame
    for row in rect.rowRange {
      let isEdge = row == rect.row || row == rect.bottom
      for column in isEdge ? Array(rect.columnRange) : [rect.column, rect.right]
      where [theme.frame, theme.focusedFrame].contains(canvas[column, row].style) {
        canvas[column, row].style = style
      }
    }
  }

  private mutating func writeOn(edge row: Int, of rect: Rect, _ spans: [Span]) {
    guard !spans.isEmpty, rect.columns > 6 else { return }
    let used = write([Span(" ")] + spans, rect.column + 1, row, width: rect.columns - 3)
    put(Cell(" "), rect.column + 1 + used, row)
  }

  /// Words at the right end of a frame's edge.
  mutating func note(rightOn row: Int, of rect: Rect, _ text: String, _ style: Style) {
    let width = columns(text)
    guard width > 0, width + 4 <= rect.columns else { return }
    write(" \(text) ", rect.right - width - 2, row, style)
  }
}
