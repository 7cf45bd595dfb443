import Traces

/// What the step does, and the views it asks for.
struct ViewPanel {
  let state: State

  func draw(_ frame: PartFrame, _ pen: inout Pen) {
    let theme = pen.theme
    let style = frame.isFocused ? theme.accent : theme.strong
    guard let scope = Scope(state) else {
      let inner = frame.draw(title: [.init("B", style), .init(" step")], &pen).inset(left: 1, right: 1)
      pen.wrap(
        "Each step of the iteration is shown here: its rule, what it means, its numbers.", in: inner,
        theme.secondary)
      return
    }
    let views = scope.views
    let name = pen.spelled(scope.step.title)
    func room(_ count: String) -> Int { frame.rect.columns - pen.columns(count) - 9 }
    let place = "\(state.viewIndex + 1)/\(views.count)"
    let counts = views.count > 1 ? ["v view \(place)", "v \(place)"] : [""]
    // The key's word gives way to the step's.
    let count = counts.first { name.columns <= room($0) } ?? counts[0]
    let title = " " + name.fittedAtPause(room(count))
    let inner = frame.draw(title: [.init("B", style), .init(title)], &pen).inset(left: 1, right: 1)
    pen.note(rightOn: frame.rect.row, of: frame.rect, count, theme.secondary)
    let used = drawRule(scope.step, in: inner, &pen)
    guard !views.isEmpty else { return }
    drawViews(scope, in: inner, below: used, isFocused: frame.isFocused, &pen)
  }

  /// The rule and what it means; returns the rows it took.
  private func drawRule(_ step: StepRecord, in rect: Rect, _ pen: inout Pen) -> Int {
    let theme = pen.theme
    var used = 0
    if !step.formula.isEmpty {
      used += pen.wrap(step.formula, in: rect, lines: rect.rows >= 14 ? 3 : rect.rows >= 12 ? 2 : 1, theme.accent)
    }
    let roomForWords = rect.rows >= 24 ? 5 : rect.rows >= 14 ? 6 - max(used, 2) : rect.rows >= 10 ? 2 : 0
    let words = pen.spelled(step.meaning).wrappedSentences(rect.columns, lines: roomForWords)
    for (row, line) in words.enumerated() {
      pen.write(line, rect.column, rect.row + used + row, width: rect.columns, theme.text)
    }
    return used + words.count
  }

  /// Where the rule is from, on the panel's lower edge; a neighbour's title may stand there too.
  func drawSource(on rect: Rect, _ pen: inout Pen) {
    guard let source = state.currentStep?.source else { return }
    // A neighbour's title may stand there: "C losses", and which of them.
    let taken = rect.column == 0 ? 6 : state.trace?.losses.count ?? 0 > 3 ? 26 : 16
    // The arrow keeps it from being read with the panel below.
    let words = "↑ B's rule: " + pen.spelled(source).fittedAtPause(rect.columns - taken - 12)
    pen.note(rightOn: rect.bottom, of: rect, words, pen.theme.secondary)
  }

  /// The chosen view; with room for two, the one after it too, both where they are at every step.
  private func drawViews(_ scope: Scope, in inner: Rect, below used: Int, isFocused: Bool, _ pen: inout Pen) {
    let views = scope.views
    let index = state.viewIndex
    let isTall = inner.rows >= 28
    let rect = inner.dropping(rows: isTall ? max(used, 4) : used)
    guard views.count > 1, isTall else {
      return draw(index, scope, in: rect, isFocused: isFocused, &pen)
    }
    let lower = inner.dropping(rows: 4 + (inner.rows - 4) / 2)
    draw(index, scope, in: rect.top(rows: lower.row - rect.row), isFocused: isFocused, &pen)
    draw((index + 1) % views.count, scope, in: lower, isFocused: false, &pen)
  }

  private func draw(_ index: Int, _ scope: Scope, in rect: Rect, isFocused: Bool, _ pen: inout Pen) {
    let view = scope.views[index]
    guard rect.rows > 1 else { return }
    let inner = rect.dropping(rows: 1)
    let list = Scroll.List.view(step: state.position.step, view: index)
    let sort = state.sortColumn(ofView: index)
    let listing = Listing(view, scope, sort: sort)
    let selected = listing?.index(of: scope.prior, gt: state.selection.gt, box: scope.shownBox)
    // Without the keys, the list's cursor is where the selection is.
    let cursor = isFocused ? state.row(in: list) ?? selected ?? 0 : selected
    let place = ListPlace(
      listing: listing ?? Listing(), cursor: listing == nil ? nil : cursor, selected: selected,
      isFocused: isFocused)
    let earlier = pen.spots.count
    draw(view, scope, place, sort, in: inner, &pen)
    let only = state.filter.map { " · only \($0.text)" } ?? ""
    let position = listing.flatMap { ViewPanel.position(in: $0, actions: pen.spots.dropFirst(earlier).map(\.action)) }
    rule(view.title + only, about(view, scope), position ?? "", rect, &pen)
  }

  /// "1–8 of 10", where not all rows have room.
  private static func position(in listing: Listing, actions: [Action]) -> String? {
    let shown = actions.compactMap { action -> Int? in if case .row(let row) = action { row } else { nil } }
    // A ranking with a cut says itself how much it leaves out, and of how many.
    guard let first = shown.min(), let last = shown.max(), last - first + 1 < listing.rows.count,
      !listing.rows.contains(where: { $0.rule != nil })
    else { return nil }
    return "\(first + 1)–\(last + 1) of \(listing.rows.count)"
  }

  private func draw(
    _ view: View, _ scope: Scope, _ place: ListPlace, _ sort: Int, in inner: Rect, _ pen: inout Pen
  ) {
    switch view {
    case .priorMap(let view): PriorMapView(view: view, scope: scope).draw(in: inner, &pen)
    case .matrix(let view): MatrixView(view: view, scope: scope, list: place).draw(in: inner, &pen)
    case .bars(let view): BarsView(view: view, list: place).draw(in: inner, &pen)
    case .ranking, .boxes: ListView(list: place).draw(in: inner, &pen)
    case .table(let view): ListView(list: place, note: view.note).draw(in: inner, &pen)
    case .curve(let view): CurveView(view: view, scope: scope).draw(in: inner, &pen)
    case .featureMaps(let view): FeatureMapsView(view: view, scope: scope).draw(in: inner, &pen)
    case .masks(let view): MasksView(view: view, scope: scope).draw(in: inner, &pen)
    case .candidates(let view):
      CandidatesView(view: view, scope: scope, list: place, sort: sort).draw(in: inner, &pen)
    case .history(let view): HistoryView(view: view, scope: scope).draw(in: inner, &pen)
    case .lens(let view): LensView(view: view, scope: scope).draw(in: inner, &pen)
    }
  }

  /// The GT that a view of one GT shows, or how to reach a cut; empty for views of the whole.
  func about(_ view: View, _ scope: Scope) -> String {
    if case .ranking(let view) = view, let cut = view.cut { return "← top  → cut after \(Number.count(cut.count))" }
    let level = scope.level.map { "on \($0.name)" } ?? ""
    guard let gt = scope.gt else { if case .masks = view { return level } else { return "" } }
    func isOfGTs(_ name: String?) -> Bool {
      guard let shape = name.flatMap({ scope.trace[$0]?.shape }) else { return false }
      return shape == [scope.trace.scene.groundTruth.count, scope.trace.priors.count]
    }
    let isOfOne =
      switch view {
      case .matrix, .candidates: true
      case .masks(let view): view.masks.contains { isOfGTs($0.value) }
      case .priorMap(let view): isOfGTs(view.value)
      case .ranking(let view): isOfGTs(view.value)
      case .curve(let view): view.series.contains { $0.gt != nil } || isOfGTs(view.cursor)
      case .bars, .boxes, .table, .featureMaps, .history, .lens: false
      }
    guard case .masks = view else { return isOfOne ? scope.name(gt: gt) : "" }
    return isOfOne ? "\(scope.name(gt: gt)) \(level)" : level
  }

  /// The view's title in a thin line, and what it is about at its end, with which of its rows are shown.
  private func rule(_ title: String, _ about: String, _ position: String, _ rect: Rect, _ pen: inout Pen) {
    for column in rect.columnRange { pen.put(Cell("─", pen.theme.frame), column, rect.row) }
    let title = pen.spelled(title)
    let level = about.firstRange(of: " on ").map { String(about[$0.lowerBound...]) } ?? ""
    // Where the two don't fit, the GT is called by its number alone.
    let short =
      about.hasPrefix("gt ") ? about.split(separator: " ").prefix(2).joined(separator: " ") + level : about
    func left(_ about: String) -> Int { rect.columns - (about.isEmpty ? 0 : pen.columns(about) + 4) }
    func placed(_ about: String) -> String {
      position.isEmpty ? about : about.isEmpty ? position : "\(about) · \(position)"
    }
    let about = placed(title.columns <= left(placed(about)) - 3 ? about : short)
    let room = left(about)
    let words = title.fittedAtPause(room - 3) + " "
    pen.write(
      [.init("─ ", pen.theme.frame), .init(words, pen.theme.strong)], rect.column, rect.row, width: room)
    if !about.isEmpty { pen.write(rightAt: rect.right, " \(about) ─", rect.row, pen.theme.text) }
  }
}

/// A list with its cursor.
struct ListPlace {
  let listing: Listing
  let cursor: Int?
  let selected: Int?
  let isFocused: Bool

  @discardableResult
  func draw(in rect: Rect, _ pen: inout Pen) -> Int {
    Grid(listing: listing, cursor: cursor, selected: selected, isFocused: isFocused).draw(in: rect, &pen)
  }
}

/// A ranking, a list of boxes, a table.
struct ListView {
  let list: ListPlace
  var note = ""

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard !list.listing.rows.isEmpty else {
      pen.wrap(note.isEmpty ? "Nothing to list." : note, in: rect, pen.theme.secondary)
      return
    }
    // The note takes what the rows leave.
    let needed = GridPlan(list.listing, columns: rect.columns, rows: rect.rows, pen).rows
    let lines = pen.spelled(note).wrappedSentences(rect.columns, lines: (rect.rows - needed).clamped(to: 0...4))
    let room = rect.rows - lines.count
    let used = list.draw(in: rect.top(rows: room), &pen)
    let below = rect.dropping(rows: used)
    for (row, line) in lines.enumerated() {
      pen.write(line, rect.column, below.row + row, width: rect.columns, pen.theme.secondary)
    }
  }
}
