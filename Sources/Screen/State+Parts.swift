import Traces

extension State {
  /// The parts that have a place on the screen at its size.
  var shownParts: [Part] {
    let layout = layout
    return Part.allCases.filter { $0 != .losses || layout?.showsLosses ?? true }
  }

  mutating func changeFocus(by count: Int) {
    let parts = shownParts
    let index = (parts.firstIndex(of: focus) ?? 0) + count
    focus = parts[((index % parts.count) + parts.count) % parts.count]
    if focus == .picture || focus == .view { front = focus }
    if zoomed != nil { zoomed = focus }
  }

  // MARK: Views of the step

  /// Which of the step's views B shows.
  var viewIndex: Int {
    let count = Scope(self)?.views.count ?? 0
    return (scroll.chosenView[position.step] ?? 0).clamped(to: 0...max(0, count - 1))
  }

  /// Whether the picture and the view share one place, as they do where room is short.
  var takesTurns: Bool { layout.map { !$0.isWide } ?? false }

  mutating func changeView() {
    if takesTurns, zoomed == nil, front == .picture {
      (front, focus) = (.view, .view)
      return
    }
    guard let count = Scope(self)?.views.count, count > 1 else {
      return notice("This step has one view.")
    }
    scroll.chosenView[position.step] = (viewIndex + 1) % count
  }

  mutating func showView(_ number: Int) {
    guard let count = Scope(self)?.views.count, (1...count).contains(number) else { return }
    scroll.chosenView[position.step] = number - 1
    if takesTurns, zoomed == nil { (front, focus) = (.view, .view) }
  }

  /// The view that B shows.
  var shownView: View? { Scope(self)?.shownView }

  /// The rows of B's view; nil for a view without a list.
  var listing: Listing? {
    guard let scope = Scope(self), let view = scope.shownView else { return nil }
    return Listing(view, scope, sort: sortColumn(ofView: viewIndex))
  }

  func sortColumn(ofView index: Int) -> Int {
    scroll.sortColumns[.view(step: position.step, view: index)] ?? 0
  }

  mutating func sortByNextColumn() {
    guard case .candidates(let view) = shownView, !view.columns.isEmpty else {
      return notice("There is nothing to sort in this view.")
    }
    let list = Scroll.List.view(step: position.step, view: viewIndex)
    let next = (sortColumn(ofView: viewIndex) + 1) % view.columns.count
    scroll.sortColumns[list] = next
    scroll.rows[list] = nil
    notice("Sorted by \(view.columns[next].heading), the largest first.")
  }

  // MARK: Rows

  private var list: Scroll.List {
    focus == .losses ? .losses : .view(step: position.step, view: viewIndex)
  }

  /// The row that Enter follows.
  var currentRow: Int { row(in: list) ?? listing?.index(of: prior, gt: selection.gt, box: Scope(self)?.shownBox) ?? 0 }

  /// The row a list's cursor was moved to; nil when it never was.
  func row(in list: Scroll.List) -> Int? { scroll.rows[list] }

  mutating func moveRow(by count: Int) {
    let rows = focus == .losses ? trace?.losses.count ?? 0 : listing?.rows.count ?? 0
    guard rows > 0 else { return }
    let row = currentRow.clamped(to: 0...rows - 1) + count.clamped(to: -rows...rows)
    scroll.rows[list] = row.clamped(to: 0...rows - 1)
    stepOverRule(count < 0 ? -1 : 1)
  }

  /// A line across a list is no row to stand on.
  private mutating func stepOverRule(_ step: Int) {
    guard focus == .view, let rows = listing?.rows, let row = row(in: list), rows.indices.contains(row),
      rows[row].rule != nil
    else { return }
    scroll.rows[list] = rows.indices.contains(row + step) ? row + step : row - step
  }

  /// To the cut of a ranking, or to the top of a list.
  mutating func jumpRow(toCut: Bool) {
    guard let listing, !listing.rows.isEmpty else { return }
    guard toCut else { return scroll.rows[list] = 0 }
    scroll.rows[list] = listing.cutRow.map { max(0, $0 - 1) } ?? listing.rows.count - 1
  }

  mutating func scroll(by lines: Int) {
    if showsHelp {
      scroll.help = (scroll.help + lines.clamped(to: -999...999)).clamped(to: 0...HelpPanel.lastLine(size))
      return
    }
    switch focus {
    case .why:
      let last = WhyPanel.lastLine(self)
      let line = selection.explanationLine + lines.clamped(to: -999...999)
      selection.explanationLine = line.clamped(to: 0...last)
    case .view, .losses: moveRow(by: lines)
    case .picture: break
    }
  }
}
