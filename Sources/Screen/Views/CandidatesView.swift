import Traces

/// The few priors a GT chose among, as bars with their numbers beside.
struct CandidatesView {
  let view: View.Candidates
  let scope: Scope
  let list: ListPlace
  let sort: Int

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let gt = scope.gt else {
      pen.wrap("The scene has no objects: there is nothing to choose for.", in: rect, pen.theme.secondary)
      return
    }
    let candidates = Candidates(view, scope)
    let places = candidates.places(sortedBy: sort % max(1, view.columns.count))
    guard !places.isEmpty, rect.rows > 1, rect.columns > 12 else {
      pen.wrap("\(scope.name(gt: gt)) has no candidates here.", in: rect, pen.theme.secondary)
      return
    }
    let note = view.notes.indices.contains(gt) ? view.notes[gt] : ""
    let lines = pen.spelled(note).wrapped(rect.columns, lines: rect.rows >= 8 ? 2 : rect.rows >= 6 ? 1 : 0)
    let columns = Columns(list.listing, room: rect.columns - 2, sorted: sort % max(1, view.columns.count), pen)
    drawHeadings(columns, rect, &pen)
    let hidden = columns.hidden.isEmpty ? 0 : 1
    let room = rect.rows - 1 - lines.count - hidden
    let first = ((list.cursor ?? 0) - room / 2).clamped(to: 0...max(0, places.count - room))
    for (row, rank) in places.indices.dropFirst(first).prefix(room).enumerated() {
      draw(rank, part: candidates.part(places[rank]), columns, rect.dropping(rows: 1 + row).top(rows: 1), &pen)
    }
    let below = rect.row + 1 + min(room, places.count) + hidden
    drawHidden(columns.hidden, rect, below - 1, &pen)
    for (row, line) in lines.enumerated() {
      pen.write(line, rect.column, below + row, width: rect.columns, pen.theme.secondary)
    }
  }

  /// The numbers of the cursor's row that have no column; `o` gives the one it sorts by a place.
  private func drawHidden(_ hidden: [Int], _ rect: Rect, _ row: Int, _ pen: inout Pen) {
    guard !hidden.isEmpty else { return }
    let rows = list.listing.rows
    let words = hidden.map { cell in
      let heading = list.listing.headings[cell]
      guard let cursor = list.cursor, rows.indices.contains(cursor) else { return heading }
      return "\(heading) \(rows[cursor].cells[cell])"
    }
    let text = (list.cursor == nil ? "o sorts by " : "") + words.joined(separator: "  ")
    pen.write(text, rect.column + 2, row, width: rect.columns - 2, pen.theme.accent)
  }

  /// Where everything in a row stands: rank, name, bar, and as many numbers as leave the bar room.
  private struct Columns {
    let rank: Int
    let name: Int
    let bar: Int
    /// The columns of numbers that are shown, in order: index among the listing's cells, and width.
    let numbers: [(cell: Int, width: Int)]
    /// Those for which there is no room.
    let hidden: [Int]

    private static let leastBar = 6

    init(_ listing: Listing, room: Int, sorted: Int, _ pen: Pen) {
      func width(_ column: Int) -> Int {
        let cells = [listing.headings[column]] + listing.rows.map { column < $0.cells.count ? $0.cells[column] : "" }
        return cells.map { pen.columns($0) }.max() ?? 0
      }
      let (rank, widest) = (width(0), width(1))
      // The bar's own number and the one sorted by stay; the last go first.
      let all = listing.headings.indices.dropFirst(2).map { (cell: $0, width: width($0)) }
      let kept = [2, 2 + sorted]
      var shown = all
      func left() -> Int { room - rank - 1 - widest - 1 - shown.reduce(0) { $0 + $1.width + 1 } }
      while left() < Columns.leastBar, let last = shown.last(where: { !kept.contains($0.cell) }) {
        shown.removeAll { $0.cell == last.cell }
      }
      self.rank = rank
      let name = max(6, min(widest, widest + left() - Columns.leastBar))
      self.name = name
      bar = min(40, max(0, left() + widest - name))
      numbers = shown
      hidden = all.map(\.cell).filter { cell in !shown.contains { $0.cell == cell } }
    }
  }

  private func drawHeadings(_ columns: Columns, _ rect: Rect, _ pen: inout Pen) {
    let style = pen.theme.secondary
    var column = rect.column + 2 + columns.rank + 1
    pen.write(scope.priorName, column, rect.row, width: columns.name, style)
    column += columns.name + 1 + columns.bar + 1
    for number in columns.numbers {
      let heading = list.listing.headings[number.cell]
      pen.write(
        rightAt: column + number.width - 1, heading, rect.row, heading.hasSuffix("▾") ? pen.theme.accent : style)
      column += number.width + 1
    }
  }

  private func draw(_ rank: Int, part: Double, _ columns: Columns, _ line: Rect, _ pen: inout Pen) {
    guard list.listing.rows.indices.contains(rank) else { return }
    let cells = list.listing.rows[rank].cells
    let theme = pen.theme
    let isHere = rank == list.cursor
    let style = rank == list.selected ? theme.accent : theme.text
    if isHere { pen.write("▸", line.column, line.row, theme.accent) }
    var column = line.column + 2
    pen.write(rightAt: column + columns.rank - 1, cells[0], line.row, theme.secondary)
    column += columns.rank + 1
    pen.write(pen.spelled(cells[1]).fittedInMiddle(columns.name), column, line.row, width: columns.name, style)
    column += columns.name + 1
    pen.write(Bar.text(part, columns: columns.bar, isASCII: pen.isASCII), column, line.row, theme.positive)
    column += columns.bar + 1
    for number in columns.numbers {
      let text = cells[number.cell]
      pen.write(rightAt: column + number.width - 1, text, line.row, number.cell == 2 ? theme.strong : style)
      column += number.width + 1
    }
    pen.spot(line, .row(rank))
    if isHere && list.isFocused { pen.highlight(line, theme.cursorRow) }
  }
}
