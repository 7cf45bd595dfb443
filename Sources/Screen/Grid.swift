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
    let plan = GridPlan(listing, columns: rect.columns, rows: rect.rows, pen)
    var row = rect.row
    for line in plan.headings.prefix(rect.rows) {
      let style = pen.theme.secondary
      write(line, plan, row, rect, &pen) { _ in style }
      row += 1
    }
    let room = rect.bottom - row + 1 - plan.detailRows
    guard room > 0 else { return row - rect.row }
    let first = firstRow(room)
    for index in listing.rows.indices.dropFirst(first).prefix(room) {
      draw(index, plan, row, rect, &pen)
      row += 1
    }
    drawDetail(plan, row, rect, &pen)
    return row + plan.detailRows - rect.row
  }

  /// What the cursor's row has no room for.
  private func drawDetail(_ plan: GridPlan, _ row: Int, _ rect: Rect, _ pen: inout Pen) {
    guard plan.detailRows > 0 else { return }
    guard let cursor else {
      let words = "↑↓ in B shows what is cut here"
      pen.write(words, rect.column + 2, row, width: rect.columns - 2, pen.theme.secondary)
      return
    }
    for (index, line) in plan.detailLines(cursor).enumerated() {
      pen.write(line, rect.column + 2, row + index, width: rect.columns - 2, pen.theme.accent)
    }
  }

  /// The first row shown, so that the cursor's is in the middle where it can be.
  private func firstRow(_ room: Int) -> Int {
    let last = max(0, listing.rows.count - room)
    return ((cursor ?? 0) - room / 2).clamped(to: 0...last)
  }

  private func draw(_ index: Int, _ plan: GridPlan, _ row: Int, _ rect: Rect, _ pen: inout Pen) {
    let line = listing.rows[index]
    let theme = pen.theme
    let isCursor = index == cursor
    if let rule = line.rule { return drawRule(rule, row, rect, &pen) }
    let style = index == selected ? theme.accent : line.isLeft ? theme.secondary : theme.text
    if isCursor { pen.write("▸", rect.column, row, isFocused ? theme.accent : style) }
    write(line.cells, plan, row, rect, &pen) { cell in
      if let state = line.state, cell.hasPrefix(state.sign) { return state.style(theme) }
      return style
    }
    pen.spot(Rect(rect.column, row, columns: rect.columns, rows: 1), .row(index))
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
    _ cells: [String], _ plan: GridPlan, _ row: Int, _ rect: Rect, _ pen: inout Pen, style: (String) -> Style
  ) {
    var column = rect.column + 2
    for (index, width) in plan.widths.enumerated() where width > 0 {
      let full = index < cells.count ? cells[index] : ""
      // Room for one column is a state's sign; its heading has none.
      let cell = width > 1 || full.count == 1 ? full : full.contains(" ") ? String(full.prefix(1)) : ""
      let room = min(width, rect.right - column + 1)
      guard room > 0 else { return }
      let indent = plan.isNumeric[index] ? max(0, width - pen.columns(cell)) : 0
      let shown = cell.contains(" ") ? cell : pen.spelled(cell).fittedInMiddle(room)
      pen.write(shown, column + indent, row, width: room - min(indent, room), style(cell))
      column += width + plan.gap
    }
  }
}
