import Traces

/// The ledger: sum, normaliser, value of each loss.
struct LossesPanel {
  let state: State

  func draw(_ frame: PartFrame, _ pen: inout Pen) {
    let theme = pen.theme
    let count = state.trace?.losses.count ?? 0
    let window = window(rows: frame.rect.rows - 2, isFocused: frame.isFocused)
    // The last, which is the total, is always there.
    let shown = Array(window) + (window.contains(count - 1) || count == 0 ? [] : [count - 1])
    let part = shown.count < count ? " \(window.lowerBound + 1)–\(window.upperBound) of \(count)" : ""
    let title: [Pen.Span] = [
      .init("C", frame.isFocused ? theme.accent : theme.strong), .init(" losses"), .init(part, theme.secondary),
    ]
    let inner = frame.draw(title: title, &pen).inset(left: 1, right: 1)
    guard let trace = state.trace, !trace.losses.isEmpty else {
      pen.wrap(
        state.trace == nil ? "sum / normaliser = loss, once the first iteration has run" : "no losses",
        in: inner, theme.secondary)
      return
    }
    let scope = Scope(state)
    let columns = Columns(trace.losses, room: inner.columns, pen)
    let largest = trace.losses.map { $0.value.isFinite ? abs($0.value) : 0 }.max() ?? 0
    let cursor = frame.isFocused ? state.row(in: .losses) ?? 0 : nil
    for (row, index) in shown.enumerated() {
      let term = trace.losses[index]
      let isKnown = scope?.known("losses.\(term.name)") != nil
      let line = Rect(inner.column, inner.row + row, columns: inner.columns, rows: 1)
      draw(
        term, isTotal: term.normalizer == .none, isKnown: isKnown, largest: largest, columns, line,
        &pen)
      pen.spot(line, .select(.loss(term.name)))
      if index == cursor { pen.highlight(line, theme.cursorRow) }
    }
  }

  /// Which terms are shown beside the total where there is no room for all: those round the cursor, else the last that
  /// are known.
  private func window(rows: Int, isFocused: Bool) -> Range<Int> {
    guard let trace = state.trace, let scope = Scope(state) else { return 0..<0 }
    let count = trace.losses.count
    if rows >= count { return 0..<count }
    return window(of: count - 1, rows: max(0, rows - 1), scope, isFocused: isFocused)
  }

  private func window(of count: Int, rows: Int, _ scope: Scope, isFocused: Bool) -> Range<Int> {
    guard let trace = state.trace else { return 0..<0 }
    let known = trace.losses.prefix(count).lastIndex { scope.known("losses.\($0.name)") != nil } ?? 0
    let selected = trace.losses.prefix(count).firstIndex { state.selection.subject == .loss($0.name) }
    let first = isFocused ? (state.row(in: .losses) ?? 0) - rows / 2 : (selected ?? known) - rows + 1
    let start = first.clamped(to: 0...count - rows)
    return start..<start + rows
  }

  /// How wide the parts of the lines are, so that they stand under each other.
  private struct Columns {
    /// Of each number; fewer before one is cut.
    let digits: Int
    /// Between a name and its numbers.
    let gap: Int
    let slash: String
    let namesNormalizer: Bool
    let name: Int
    let sum: Int
    let normalizer: Int
    let value: Int

    init(_ terms: [LossTerm], room: Int, _ pen: Pen) {
      func width(_ text: (LossTerm) -> String) -> Int {
        terms.filter { $0.normalizer != .none }.map { pen.columns(text($0)) }.max() ?? 0
      }
      let names = terms.map { pen.columns($0.name) }.max() ?? 0
      let (named, bare) = (
        width { LossesPanel.normalizer($0, named: true) }, width { LossesPanel.normalizer($0, named: false) }
      )
      func widths(_ digits: Int) -> (sum: Int, value: Int) {
        (
          width { Number.text($0.sum, digits: digits) },
          terms.map { pen.columns(Number.text($0.value, digits: digits)) }.max() ?? 0
        )
      }
      func total(_ digits: Int) -> Int { names + 2 + widths(digits).sum + 6 + widths(digits).value }
      digits = total(4) + bare <= room ? 4 : 3
      let isTight = total(digits) + bare > room
      (gap, slash) = isTight ? (1, "/") : (2, " / ")
      (sum, value) = widths(digits)
      name = names
      namesNormalizer = total(digits) + named <= room
      normalizer = namesNormalizer ? named : bare
    }
  }

  static func normalizer(_ term: LossTerm, named: Bool) -> String {
    // A normaliser of 1 for want of anything to count is said to be one.
    let (counted, floor) = (term.normalizer.counted, term.normalizer.floor)
    return (counted < floor ? "max(\(Number.text(floor)), \(Number.text(counted)))" : Number.text(counted))
      + (named ? " \(term.normalizer.name)" : "")
  }

  private func draw(
    _ term: LossTerm, isTotal: Bool, isKnown: Bool, largest: Double, _ columns: Columns, _ line: Rect,
    _ pen: inout Pen
  ) {
    let theme = pen.theme
    let isSelected = state.selection.subject == .loss(term.name)
    let style = isSelected ? theme.accent : isKnown ? theme.text : theme.secondary
    guard isKnown else {
      let spans: [Pen.Span] = [
        .init(term.name.padded(columns.name + columns.gap), style), .init("not yet", theme.secondary),
      ]
      pen.write(spans, line.column, line.row, width: line.columns)
      return
    }
    var text = ""
    if !isTotal {
      let sum = pen.spelled(Number.text(term.sum, digits: columns.digits)).padded(left: columns.sum)
      let normalizer = LossesPanel.normalizer(term, named: columns.namesNormalizer)
      text = "\(sum)\(columns.slash)\(pen.spelled(normalizer).padded(columns.normalizer)) ="
    }
    let spans: [Pen.Span] = [
      .init(term.name.padded(columns.name + columns.gap), style),
      .init(text.padded(columns.sum + columns.slash.columns + columns.normalizer + 3), style),
      .init(Number.text(term.value, digits: columns.digits), theme.strong),
    ]
    let written = pen.write(spans, line.column, line.row, width: line.columns)
    let used = written + columns.value - pen.columns(spans[2].text)
    let room = line.columns - used - 2
    guard room >= 4, largest > 0 else { return }
    let bar = Bar.text(abs(term.value) / largest, columns: min(room, 24), isASCII: pen.isASCII)
    pen.write(bar, line.column + used + 2, line.row, isTotal ? theme.secondary : theme.positive)
  }
}
