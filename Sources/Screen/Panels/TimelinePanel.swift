import Debugger
import Traces

/// The losses of all iterations with what happened in them: marks, edits, the moment shown. Its cursor jumps.
struct TimelinePanel {
  let state: State
  /// The iteration the cursor is on.
  let row: Int

  static func rect(_ layout: Layout) -> Rect {
    let rows = min(layout.body.rows, max(9, layout.body.rows / 3))
    return Rect(0, layout.body.bottom - rows + 1, columns: layout.size.columns, rows: rows)
  }

  func draw(_ layout: Layout, _ pen: inout Pen) {
    let rect = TimelinePanel.rect(layout)
    let theme = pen.theme
    pen.fill(rect)
    pen.frame(
      rect, title: [.init("Timeline", theme.accent), .init("  loss of each iteration", theme.text)],
      note: [.init("←→ move  ↑↓ by tens  Enter goes there  Esc", theme.secondary)])
    pen.tintFrame(rect)
    let inner = rect.inner.inset(left: 1, right: 1)
    let history = state.history
    guard !history.isEmpty, inner.rows > 3 else {
      pen.wrap("No iteration has run.", in: inner, theme.secondary)
      return
    }
    let columns = Columns(count: history.count, room: inner.columns)
    drawBars(history, columns, inner.dropping(rows: 0).top(rows: inner.rows - 2), &pen)
    drawEvents(columns, inner, row: inner.bottom - 1, &pen)
    drawWords(inner, row: inner.bottom, &pen)
  }

  /// Which iterations share a column.
  private struct Columns {
    let count: Int
    let perColumn: Int
    let width: Int

    init(count: Int, room: Int) {
      self.count = count
      perColumn = max(1, (count + room - 1) / max(1, room))
      // Few iterations get wide bars.
      width = perColumn > 1 ? 1 : max(1, min(4, room / max(1, count)))
    }

    func column(of iteration: Int) -> Int { (iteration - 1) / perColumn * width }
  }

  private func drawBars(_ history: [Double], _ columns: Columns, _ rect: Rect, _ pen: inout Pen) {
    let finite = history.filter(\.isFinite)
    let most = finite.max() ?? 0
    guard most > 0 else { return }
    let levels = rect.rows * 8
    for start in stride(from: 0, to: history.count, by: columns.perColumn) {
      let part = history[start..<min(history.count, start + columns.perColumn)]
      let value = part.filter(\.isFinite).max() ?? .nan
      let place = columns.column(of: start + 1)
      guard place < rect.columns else { return }
      let range = start + 1...start + part.count
      pen.spot(
        Rect(rect.column + place, rect.row, columns: columns.width, rows: rect.rows), .panelRow(range.lowerBound))
      guard let height = Int((value / most * Double(levels)).rounded(), in: 0...levels) else {
        pen.write("!", rect.column + place, rect.bottom, pen.theme.fault)
        continue
      }
      let style =
        range.contains(row)
        ? pen.theme.hazard : range.contains(state.trace?.iteration ?? 0) ? pen.theme.accent : pen.theme.positive
      for line in 0..<rect.rows {
        let filled = (max(1, height) - (rect.rows - 1 - line) * 8).clamped(to: 0...8)
        guard filled > 0 else { continue }
        let glyph: Unicode.Scalar = pen.isASCII ? (filled >= 4 ? "#" : ".") : TimelinePanel.blocks[filled - 1]
        for offset in 0..<max(1, columns.width - (columns.width > 2 ? 1 : 0)) {
          pen.put(Cell(glyph, style), rect.column + place + offset, rect.row + line)
        }
      }
    }
  }

  private static let blocks: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private func drawEvents(_ columns: Columns, _ rect: Rect, row line: Int, _ pen: inout Pen) {
    for change in state.timeline?.changes.dropFirst() ?? [] {
      pen.write("e", rect.column + columns.column(of: change.iteration), line, pen.theme.hazard)
    }
    for (letter, mark) in state.marks {
      pen.write("'\(letter)", rect.column + columns.column(of: mark.iteration), line, pen.theme.strong)
    }
    if let shown = state.trace?.iteration {
      pen.write("▲", rect.column + columns.column(of: shown), line, pen.theme.accent)
    }
  }

  private func drawWords(_ rect: Rect, row line: Int, _ pen: inout Pen) {
    var words = "iteration \(Number.count(row))"
    if state.history.indices.contains(row - 1) { words += ": loss \(Number.text(state.history[row - 1], digits: 4))" }
    if state.timeline?.changes.dropFirst().contains(where: { $0.iteration == row }) ?? false {
      words += ", edited here"
    }
    for (letter, mark) in state.marks.sorted(by: { $0.key < $1.key }) where mark.iteration == row {
      words += ", mark \(letter)"
    }
    let shown =
      "▲ shown: \(Number.count(state.trace?.iteration ?? 0)) of \(Number.count(state.history.count))   e edit   'a mark"
    pen.write(words, rect.column, line, width: rect.columns, pen.theme.strong)
    let width = pen.columns(shown)
    if pen.columns(words) + width + 3 <= rect.columns {
      pen.write(shown, rect.right - width + 1, line, pen.theme.secondary)
    }
  }
}

extension State {
  mutating func reduceTimeline(_ key: Panel.Key) {
    guard let panel else { return }
    let last = max(1, history.count)
    func move(_ count: Int) { self.panel?.row = (panel.row + count).clamped(to: 1...last) }
    switch key {
    case .left: move(-1)
    case .right: move(1)
    case .up, .pageUp: move(-10)
    case .down, .pageDown: move(10)
    case .first: self.panel?.row = 1
    case .last: self.panel?.row = last
    case .accept, .toggle:
      self.panel = nil
      if panel.row != trace?.iteration { wantIteration(panel.row) }
    case .remove: break
    case .close: self.panel = nil
    }
  }
}
