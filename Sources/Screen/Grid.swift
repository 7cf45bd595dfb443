import Traces

/// Text in columns: headings, rows, the row of the cursor. Columns of numbers stand to the right.
struct Grid {
  let listing: Listing
  /// The row the cursor is on, marked ▸; nil for none.
  let cursor: Int?
  /// The row about what is selected.
  let selected: Int?
  let isFocused: Bool

  /// Draws as many rows as there is room for, the cursor's among them; returns how many rows it took.
  @discardableResult
  func draw(in rect: Rect, _ pen: inout Pen) -> Int {
    guard rect.columns > 4, rect.rows > 0 else { return 0 }
    let (widths, gap) = fittedWidths(rect.columns - 2, pen)
    var row = rect.row
    if !listing.headings.allSatisfy(\.isEmpty) {
      let style = pen.theme.secondary
      write(listing.headings, widths, gap, row, rect, &pen) { _ in style }
      row += 1
    }
    let room = rect.bottom - row + 1
    guard room > 0 else { return row - rect.row }
    let first = firstRow(room)
    for index in listing.rows.indices.dropFirst(first).prefix(room) {
      draw(index, widths, gap, row, rect, &pen)
      row += 1
    }
    return row - rect.row
  }

  /// The first row shown, so that the cursor's is in the middle where it can be.
  private func firstRow(_ room: Int) -> Int {
    let last = max(0, listing.rows.count - room)
    return ((cursor ?? 0) - room / 2).clamped(to: 0...last)
  }

  private func draw(_ index: Int, _ widths: [Int], _ gap: Int, _ row: Int, _ rect: Rect, _ pen: inout Pen) {
    let line = listing.rows[index]
    let theme = pen.theme
    let isCursor = index == cursor
    if let rule = line.rule { return drawRule(rule, row, rect, &pen) }
    let style = index == selected ? theme.accent : line.isLeft ? theme.secondary : theme.text
    if isCursor { pen.write("▸", rect.column, row, isFocused ? theme.accent : style) }
    write(line.cells, widths, gap, row, rect, &pen) { cell in
      if let state = line.state, cell.hasPrefix(state.sign) { return state.style(theme) }
      return style
    }
    if isCursor && isFocused {
      pen.highlight(Rect(rect.column, row, columns: rect.columns, rows: 1), theme.cursorRow)
    }
  }

  /// A line across the list, as where a ranking is cut.
  private func drawRule(_ words: String, _ row: Int, _ rect: Rect, _ pen: inout Pen) {
    for column in rect.columnRange { pen.put(Cell("─", pen.theme.hazard), column, row) }
    pen.write(" \(words) ", rect.column + 2, row, width: rect.columns - 3, pen.theme.hazard)
  }

  private func write(
    _ cells: [String], _ widths: [Int], _ gap: Int, _ row: Int, _ rect: Rect, _ pen: inout Pen,
    style: (String) -> Style
  ) {
    var column = rect.column + 2
    for (index, width) in widths.enumerated() where width > 0 {
      let full = index < cells.count ? cells[index] : ""
      // Room for one column is a state's sign; its heading has none.
      let cell = width > 1 || full.count == 1 ? full : full.contains(" ") ? String(full.prefix(1)) : ""
      let room = min(width, rect.right - column + 1)
      guard room > 0 else { return }
      let indent = isNumeric(index) ? max(0, width - pen.columns(cell)) : 0
      let shown = cell.contains(" ") ? cell : pen.spelled(cell).fittedInMiddle(room)
      pen.write(shown, column + indent, row, width: room - min(indent, room), style(cell))
      column += width + gap
    }
  }

  // MARK: Widths

  /// A column all of whose cells begin like numbers.
  private func isNumeric(_ column: Int) -> Bool {
    let cells = listing.rows.lazy.map { column < $0.cells.count ? $0.cells[column] : "" }
    var hasNumber = false
    for cell in cells.prefix(Listing.longest) where !cell.isEmpty && cell != "none" && cell != "NaN" {
      guard let last = cell.drop(while: { "−-+".contains($0) }).first, last.isNumber || "∞.".contains(last)
      else { return false }
      hasNumber = true
    }
    return hasNumber
  }

  /// Natural widths and the gap between; where they don't fit, the gap and then the widest columns give way.
  private var stateColumn: Int? {
    guard let row = listing.rows.first(where: { $0.state != nil }), let sign = row.state?.sign else { return nil }
    return row.cells.firstIndex { $0.hasPrefix("\(sign) ") }
  }

  private func fittedWidths(_ room: Int, _ pen: Pen) -> (widths: [Int], gap: Int) {
    let count = max(listing.headings.count, listing.rows.map(\.cells.count).max() ?? 0)
    var widths = (0..<count).map { column in
      let cells = listing.rows.map { column < $0.cells.count ? pen.columns($0.cells[column]) : 0 }
      let heading = column < listing.headings.count ? pen.columns(listing.headings[column]) : 0
      return max(heading, cells.max() ?? 0)
    }
    var gap = 2
    func total() -> Int { widths.reduce(0) { $0 + ($1 > 0 ? $1 + gap : 0) } - gap }
    if total() > room { gap = 1 }
    // A state is told by its sign alone before an anchor loses its number.
    if total() > room, let column = stateColumn { widths[column] = 1 }
    while total() > room, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > 6
    {
      widths[widest] -= 1
    }
    return (widths, gap)
  }
}
