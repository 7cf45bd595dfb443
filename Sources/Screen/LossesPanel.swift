import Traces

/// The ledger: sum, normaliser, value of each loss.
struct LossesPanel {
  let state: State

  func draw(_ frame: PartFrame, _ pen: inout Pen) {
    let theme = pen.theme
    let inner = frame.draw(
      title: [.init("C", frame.isFocused ? theme.accent : theme.strong), .init(" losses")], &pen
    ).inset(left: 1, right: 1)
    guard let trace = state.trace, !trace.losses.isEmpty else {
      pen.wrap(
        state.trace == nil ? "sum / normaliser = loss, once the first iteration has run" : "no losses",
        in: inner, theme.secondary)
      return
    }
    let scope = Scope(state)
    let largest = trace.losses.map { $0.value.isFinite ? abs($0.value) : 0 }.max() ?? 0
    let cursor = frame.isFocused ? state.row(in: .losses) ?? 0 : nil
    let first = ((cursor ?? 0) - inner.rows / 2).clamped(to: 0...max(0, trace.losses.count - inner.rows))
    for (row, index) in trace.losses.indices.dropFirst(first).prefix(inner.rows).enumerated() {
      let term = trace.losses[index]
      let isKnown = scope?.known("losses.\(term.name)") != nil
      let line = Rect(inner.column, inner.row + row, columns: inner.columns, rows: 1)
      draw(term, isTotal: index == trace.losses.count - 1, isKnown: isKnown, largest: largest, line, &pen)
      if index == cursor { pen.highlight(line, theme.cursorRow) }
    }
  }

  private func draw(
    _ term: LossTerm, isTotal: Bool, isKnown: Bool, largest: Double, _ line: Rect, _ pen: inout Pen
  ) {
    let theme = pen.theme
    let isSelected = state.selection.subject == .loss(term.name)
    let style = isSelected ? theme.accent : isKnown ? theme.text : theme.secondary
    let value = Number.text(term.value, digits: 3)
    var text = term.name.padded(6) + " "
    if !isTotal {
      let sum = Number.text(term.sum, digits: 3).padded(left: 7)
      let normalizer = Number.text(term.normalizer).padded(left: 4)
      text += "\(sum) / \(normalizer)"
      if line.columns >= 48 { text += " \(term.normalizerName)" }
      text += " = "
    }
    let width = line.columns >= 48 ? 41 : 24
    pen.write(text.padded(width), line.column, line.row, width: line.columns, style)
    pen.write(value.padded(left: 7), line.column + width, line.row, width: line.columns - width, isKnown ? theme.strong : style)
    let room = line.columns - width - 8
    guard room >= 4, largest > 0, isKnown else { return }
    let bar = Bar.text(abs(term.value) / largest, columns: min(room, 24), isASCII: pen.isASCII)
    pen.write(bar, line.column + width + 8, line.row, isTotal ? theme.secondary : theme.positive)
  }
}
