import Traces

/// A list laid over the right of the frame, so that the picture stays in sight while one chooses from it.
package struct Panel: Hashable, Sendable {
  package enum Kind: Hashable, Sendable, CaseIterable {
    /// The losses of all iterations, and what happened in them.
    case timeline
    /// Breakpoints and watches.
    case watches
    case parameters
    case compare
    /// What would turn round what is so about the selection.
    case whatIf
    /// Where one can go from what is selected.
    case links
    /// What an earlier session left.
    case offer
  }

  package enum Key: Hashable, Sendable {
    case up, down, left, right, pageUp, pageDown, first, last
    case accept, remove, toggle, close
  }

  package let kind: Kind
  package internal(set) var row = 0

  /// The keys for the last line; the panel's own edge has those that are its alone.
  static let hints: [KeyBinding.Hint] = [
    .init("↑↓", "choose"), .init("Enter", "do it"), .init("u", "undo"), .init("?", "keys"), .init("Esc", "close"),
  ]
}

/// What a panel lists.
struct PanelContent {
  struct Row {
    var spans: [Pen.Span]
    /// What is said of the row while the cursor is on it.
    var detail = ""
    /// No row to stand on.
    var isHeading = false
    /// What Enter does.
    var accept: Action?
    /// What Delete does.
    var remove: Action?
    /// What the space bar does.
    var toggle: Action?
    /// What ← and → do.
    var less: Action?
    var more: Action?

    init(_ spans: [Pen.Span], detail: String = "", accept: Action? = nil) {
      self.spans = spans
      self.detail = detail
      self.accept = accept
    }

    static func heading(_ text: String, _ theme: Theme) -> Row {
      var row = Row([.init(text, theme.secondary)])
      row.isHeading = true
      return row
    }
  }

  var title: String
  /// The keys that work here.
  var keys: String
  var rows: [Row]
  /// What is said where there is nothing to list.
  var empty = ""

  /// The row the cursor is on: the nearest that can be stood on.
  func current(_ wanted: Int) -> Int? {
    let standing = rows.indices.filter { !rows[$0].isHeading }
    return standing.min { abs($0 - wanted) < abs($1 - wanted) }
  }

  /// So many rows on from one, over headings.
  func row(_ count: Int, from row: Int) -> Int {
    let standing = rows.indices.filter { !rows[$0].isHeading }
    guard let here = standing.firstIndex(of: current(row) ?? row) else { return row }
    return standing[(here + count).clamped(to: 0...standing.count - 1)]
  }
}

/// Draws a list over the right of the frame.
struct PanelDrawing {
  let state: State
  let panel: Panel

  static func rect(_ layout: Layout, _ kind: Panel.Kind) -> Rect {
    if kind == .timeline { return TimelinePanel.rect(layout) }
    let columns = min(layout.size.columns - 2, max(layout.why.columns, 58))
    return Rect(layout.size.columns - columns, layout.body.row, columns: columns, rows: layout.body.rows)
  }

  func draw(_ layout: Layout, _ pen: inout Pen) {
    guard let content = state.content(of: panel, pen.theme) else { return }
    let rect = PanelDrawing.rect(layout, panel.kind)
    let theme = pen.theme
    pen.fill(rect)
    pen.frame(
      rect, title: [.init(content.title, theme.accent)],
      note: [.init(content.rows.isEmpty ? "Esc closes" : content.keys, theme.secondary)])
    pen.tintFrame(rect)
    let inner = rect.inner.inset(left: 1, right: 1)
    guard let current = content.current(panel.row) else {
      pen.wrap(content.empty, in: inner, theme.secondary)
      return
    }
    // What is said of the row stands below the list.
    let whole = pen.spelled(content.rows[current].detail)
    let room = max(0, inner.rows / 3, inner.rows - content.rows.count - 1)
    let detail = whole.wrapped(inner.columns, lines: room)
    let detailRows = detail.count
    let listRows = inner.rows - (detailRows > 0 ? detailRows + 1 : 0)
    let most = max(0, content.rows.count - listRows)
    let first = (current - listRows / 2).clamped(to: 0...most)
    for (line, index) in (first..<min(content.rows.count, first + listRows)).enumerated() {
      let place = Rect(inner.column, inner.row + line, columns: inner.columns, rows: 1)
      pen.write(content.rows[index].spans, place.column, place.row, width: place.columns)
      if !content.rows[index].isHeading { pen.spot(place, .panelRow(index)) }
      if index == current { pen.highlight(place, theme.cursorRow) }
    }
    guard detailRows > 0 else { return }
    for column in 0..<inner.columns { pen.put(Cell("─", theme.frame), inner.column + column, inner.row + listRows) }
    for (line, text) in detail.enumerated() {
      pen.write(text, inner.column, inner.row + listRows + 1 + line, width: inner.columns)
    }
  }
}
