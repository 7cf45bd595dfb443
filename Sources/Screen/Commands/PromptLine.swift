/// The line being typed, in place of the keys, with what it can go on with above it.
struct PromptLine {
  let state: State
  let prompt: Prompt

  func draw(_ layout: Layout, _ pen: inout Pen) {
    let row = layout.size.rows - 1
    pen.fill(Rect(0, row, columns: layout.size.columns, rows: 1))
    drawLine(row, columns: layout.size.columns, &pen)
    if let fault = prompt.fault {
      let line = Rect(0, row - 1, columns: layout.size.columns, rows: 1)
      pen.fill(line)
      pen.write(fault.words, 1, row - 1, width: layout.size.columns - 2, pen.theme.fault)
    } else if prompt.kind == .palette {
      drawList(
        state.paletteActions(prompt).map { (keys($0), $0.name, $0.words) }, chosen: prompt.choice ?? 0, layout, &pen)
    } else {
      let all = state.suggestions(for: prompt).all
      drawList(all.map { ("", $0.text, $0.meaning) }, chosen: nil, layout, &pen)
    }
  }

  private func keys(_ action: NamedAction) -> String { state.keymap.keys(of: action).prefix(2).joined(separator: " ") }

  private func drawLine(_ row: Int, columns: Int, _ pen: inout Pen) {
    let theme = pen.theme
    var column = 1 + pen.write(prompt.sign, 1, row, theme.accent)
    // A long line is shown round the cursor.
    let room = max(1, columns - column - 2)
    let first = max(0, prompt.cursor - room + 1)
    for index in first...prompt.text.count where column < columns - 1 {
      let glyph = index < prompt.text.count ? String(prompt.text[index]) : " "
      let isFaulty = prompt.fault?.range?.contains(index) ?? false
      var style = isFaulty ? theme.fault : theme.text
      if index == prompt.cursor { style.reverse.toggle() }
      column += max(1, pen.write(glyph, column, row, style))
    }
    if prompt.kind == .place, prompt.text.isEmpty {
      pen.write(
        "gt 2 · P4 3,5 #4 · anchor 1234 · detection 0", column + 1, row, width: columns - column - 2, theme.secondary)
    }
  }

  /// Key, name and meaning of each, in a frame above the line.
  private func drawList(_ all: [(String, String, String)], chosen: Int?, _ layout: Layout, _ pen: inout Pen) {
    guard !all.isEmpty else { return }
    let rows = min(all.count, max(3, layout.size.rows / 3))
    let columns = min(layout.size.columns, 96)
    let rect = Rect(0, layout.size.rows - 3 - rows, columns: columns, rows: rows + 2)
    let first = ((chosen ?? 0) - rows / 2).clamped(to: 0...all.count - rows)
    pen.fill(rect)
    let more = all.count > rows ? "\(first + 1)–\(first + rows) of \(all.count)" : ""
    pen.frame(
      rect, title: [.init(chosen == nil ? "Tab completes" : "Enter does it", pen.theme.secondary)],
      note: [.init(more, pen.theme.secondary)])
    pen.tintFrame(rect)
    let inner = rect.inner.inset(left: 1, right: 1)
    let keys = all.map { pen.columns($0.0) }.max() ?? 0
    let names = min(inner.columns / 2, all.map { pen.columns($0.1) }.max() ?? 0)
    for (line, item) in all.dropFirst(first).prefix(rows).enumerated() {
      let row = inner.row + line
      var column = inner.column
      if keys > 0 {
        pen.write(item.0, column, row, width: keys, pen.theme.accent)
        column += keys + 2
      }
      pen.write(item.1, column, row, width: names, pen.theme.strong)
      pen.write(item.2, column + names + 2, row, width: inner.right - column - names - 1, pen.theme.secondary)
      if first + line == chosen {
        pen.highlight(Rect(inner.column, row, columns: inner.columns, rows: 1), pen.theme.cursorRow)
      }
    }
  }
}
