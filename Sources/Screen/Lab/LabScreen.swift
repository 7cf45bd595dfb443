extension LabState {
  /// The whole screen at a size. Pure.
  package func canvas(_ size: Size) -> Canvas {
    var pen = Pen(size: size, appearance: appearance)
    let least = Layout.smallest
    guard size.columns >= least.columns, size.rows >= least.rows else {
      let words = "boxstep needs \(least.columns)×\(least.rows), this is \(size.columns)×\(size.rows)"
      pen.wrap(words, in: Rect(0, max(0, size.rows / 2 - 1), columns: size.columns, rows: size.rows))
      return pen.finished()
    }
    drawTabs(columns: size.columns, &pen)
    let headlineRows = size.rows >= 22 ? 2 : 1
    pen.wrap(headline, in: Rect(1, 1, columns: size.columns - 2, rows: headlineRows), pen.theme.strong)
    let body = Rect(0, 1 + headlineRows, columns: size.columns, rows: size.rows - 2 - headlineRows)
    switch page {
    case .boxes: LabBoxesPage(lab: boxes).draw(in: body, &pen)
    case .probability: LabProbabilityPage(lab: probability).draw(in: body, &pen)
    case .anchors: LabAnchorsPage(lab: anchors).draw(in: body, &pen)
    }
    drawHints(columns: size.columns, row: size.rows - 1, &pen)
    if showsHelp { LabHelp(page: page, line: helpLine).draw(size, &pen) }
    return pen.finished()
  }

  private var headline: String {
    switch page {
    case .boxes: boxes.headline
    case .probability: probability.headline
    case .anchors: anchors.headline
    }
  }

  private func drawTabs(columns: Int, _ pen: inout Pen) {
    let theme = pen.theme
    var column = 1 + pen.write([.init("boxstep", theme.accent), .init("  loss lab  ", theme.strong)], 1, 0)
    for page in Page.allCases {
      let isHere = page == self.page
      let name = " \(page.rawValue + 1) \(isHere ? page.title.uppercased() : page.title) "
      column += pen.write(name, column, 0, isHere ? theme.current : theme.secondary) + 1
    }
  }

  private func drawHints(columns: Int, row: Int, _ pen: inout Pen) {
    var column = 1
    let hints = LabKey.all.compactMap { key in key.hint[page].map { (key.label, $0) } }
    // The way out is always named.
    let kept = hints.suffix(2).reduce(0) { $0 + pen.columns($1.0) + pen.columns($1.1) + 3 }
    for (index, hint) in hints.enumerated() {
      let label = hint.0.split(separator: " ").first.map(String.init) ?? hint.0
      let keys = hint.0 == "[ ]" ? hint.0 : label
      let width = pen.columns(keys) + pen.columns(hint.1) + 3
      guard column + width < columns - (index >= hints.count - 2 ? 0 : kept) else { continue }
      column += pen.write(keys, column, row, pen.theme.accent) + 1
      column += pen.write(hint.1, column, row, pen.theme.secondary) + 2
    }
  }
}

extension LabState.Page {
  var title: String {
    switch self {
    case .boxes: "boxes"
    case .probability: "probability"
    case .anchors: "anchors"
    }
  }
}

/// The keys of a page, over everything else.
struct LabHelp {
  let page: LabState.Page
  let line: Int

  static func lines(_ page: LabState.Page) -> [(keys: String, words: String)] {
    LabKey.all.compactMap { key in key.words[page].map { (key.label, $0) } }
  }

  func draw(_ size: Size, _ pen: inout Pen) {
    let lines = Self.lines(page)
    let keyColumns = lines.map(\.keys.columns).max() ?? 0
    let columns = min(size.columns - 4, keyColumns + (lines.map(\.words.columns).max() ?? 0) + 7)
    let rows = min(size.rows - 2, lines.count + 2)
    let rect = Rect((size.columns - columns) / 2, (size.rows - rows) / 2, columns: columns, rows: rows)
    pen.fill(rect)
    pen.frame(
      rect, title: [.init("Keys of the \(page.title)", pen.theme.accent)],
      note: [.init("? closes", pen.theme.secondary)])
    pen.tintFrame(rect)
    let inner = rect.inner.inset(left: 1, right: 1)
    let first = min(line, max(0, lines.count - inner.rows))
    for (row, line) in lines.dropFirst(first).prefix(inner.rows).enumerated() {
      pen.write(line.keys, inner.column, inner.row + row, pen.theme.accent)
      let column = inner.column + keyColumns + 2
      pen.write(line.words, column, inner.row + row, width: inner.right - column + 1)
    }
  }
}

/// A part of a page: its frame and its room.
enum LabPart {
  static func draw(_ title: String, _ rect: Rect, joinsAbove: Bool = false, _ pen: inout Pen) -> Rect {
    pen.frame(
      rect, title: [.init(pen.spelled(title).fitted(rect.columns - 6), pen.theme.strong)], joinsAbove: joinsAbove)
    return rect.inner.inset(left: 1, right: 1)
  }
}

extension Plot {
  /// Draws into a whole rectangle, with no names under it: a table beside it has them.
  func drawUnnamed(in rect: Rect, point: Double? = nil, _ pen: inout Pen) {
    let rows = rect.rows + legendRows(rect, pen)
    guard let area = draw(in: Rect(rect.column, rect.row, columns: rect.columns, rows: rows), &pen) else { return }
    if let point { _ = mark(point, in: area, &pen) }
  }
}

/// Text in columns: the first to the left, the others to the right, as many as there is room for.
struct LabTable {
  struct Row {
    let cells: [String]
    var style: Style?
    /// What the row is drawn with elsewhere.
    var mark: Cell?
  }

  let headings: [String]
  let rows: [Row]
  /// The row to mark.
  var cursor: Int?
  /// The column of words; those after the first are numbers.
  var words = 0

  /// Draws what there is room for; returns the rows it took.
  @discardableResult
  func draw(in rect: Rect, _ pen: inout Pen) -> Int {
    guard rect.columns > 6, rect.rows > 1 else { return 0 }
    let widths = headings.indices.map { column in
      ([headings[column]] + rows.map { column < $0.cells.count ? $0.cells[column] : "" }).map { pen.columns($0) }.max()
        ?? 0
    }
    var shown = widths.count
    let start = rows.contains { $0.mark != nil } ? 3 : 2
    func total(_ count: Int, _ gap: Int) -> Int { widths.prefix(count).reduce(0) { $0 + $1 + gap } + start - gap }
    while shown > 2, total(shown, 1) > rect.columns { shown -= 1 }
    let gap = total(shown, 2) <= rect.columns ? 2 : 1
    let style = pen.theme.secondary
    write(headings, widths, shown, gap, rect.inset(left: start), rect.row, style, &pen)
    let room = rect.rows - 1
    let first = ((cursor ?? 0) - room / 2).clamped(to: 0...max(0, rows.count - room))
    for (line, index) in rows.indices.dropFirst(first).prefix(room).enumerated() {
      let row = rect.row + 1 + line
      let isHere = index == cursor
      if isHere { pen.write("▸", rect.column, row, pen.theme.accent) }
      let style = isHere ? pen.theme.accent : rows[index].style ?? pen.theme.text
      if let mark = rows[index].mark { pen.put(mark, rect.column + 1, row) }
      write(rows[index].cells, widths, shown, gap, rect.inset(left: start), row, style, &pen)
    }
    return 1 + min(room, rows.count)
  }

  private func write(
    _ cells: [String], _ widths: [Int], _ shown: Int, _ gap: Int, _ rect: Rect, _ row: Int,
    _ style: Style, _ pen: inout Pen
  ) {
    var column = rect.column
    for index in 0..<min(shown, cells.count) {
      let room = min(widths[index], rect.right - column + 1)
      guard room > 0 else { return }
      let indent = index == words ? 0 : max(0, room - pen.columns(cells[index]))
      pen.write(cells[index], column + indent, row, width: room - indent, style)
      column += widths[index] + gap
    }
  }
}
