import Traces

/// The heart: the rule, the rule with its numbers, what decided.
struct WhyPanel {
  let state: State

  private enum Line {
    case topic(String, String)
    case numbers(String)
    case conclusion(String)
  }

  func draw(_ frame: PartFrame, _ pen: inout Pen) {
    let explanation = state.explanation
    let theme = pen.theme
    let titleStyle = frame.isFocused ? theme.accent : theme.strong
    var title: [Pen.Span] = [.init("WHY", titleStyle)]
    if let explanation { title.append(.init("  \(explanation.subject)", theme.text)) }
    let inner = frame.draw(title: title, &pen).inset(left: 1, right: 1)
    guard let explanation else {
      pen.wrap(state.withoutExplanation, in: inner, theme.secondary)
      return
    }
    let lines = WhyPanel.lines(explanation, columns: inner.columns, pen)
    let last = max(0, lines.count - inner.rows)
    let first = state.selection.explanationLine.clamped(to: 0...last)
    for (row, line) in lines.dropFirst(first).prefix(inner.rows).enumerated() {
      pen.write(line, inner.column, inner.row + row, width: inner.columns)
    }
    if last > 0 {
      let more = "\(first + 1)–\(min(first + inner.rows, lines.count)) of \(lines.count)"
      pen.note(rightOn: frame.rect.bottom, of: frame.rect, more, theme.secondary)
    }
  }

  /// How far the explanation can be scrolled at the size the screen has.
  static func lastLine(_ state: State) -> Int {
    guard let layout = state.layout, let explanation = state.explanation
    else {
      return 0
    }
    let rect = (state.zoomed == .why ? layout.body : layout.why).inner.inset(left: 1, right: 1)
    let pen = Pen(size: Size(columns: 0, rows: 0), appearance: state.appearance)
    return max(0, lines(explanation, columns: rect.columns, pen).count - rect.rows)
  }

  private static func lines(_ explanation: Explanation, columns: Int, _ pen: Pen) -> [[Pen.Span]] {
    let theme = pen.theme
    var lines: [[Pen.Span]] = pen.spelled(explanation.verdict).wrapped(columns).map {
      [.init($0, theme.accent)]
    }
    let longest = explanation.reasons.map { pen.columns($0.topic) }.max() ?? 0
    // "centerness", at the least.
    let indent = min(max(longest, 4), max(columns / 4, 10)) + 2
    for reason in explanation.reasons {
      lines += self.lines(reason, indent: indent, columns: columns, pen)
    }
    return lines
  }

  private static func lines(_ reason: Reason, indent: Int, columns: Int, _ pen: Pen) -> [[Pen.Span]] {
    let theme = pen.theme
    let room = columns - indent
    func block(_ topic: String, _ text: String, _ style: Style) -> [[Pen.Span]] {
      pen.spelled(text).wrapped(room).enumerated().map { index, line in
        let head = index == 0 ? pen.spelled(topic).fitted(indent - 1) : ""
        return [.init(head.padded(indent), theme.secondary), .init(line, style)]
      }
    }
    let comesTo = reason.conclusion.hasPrefix("=") ? " " + reason.conclusion : ""
    let numbers = numbers(reason, comesTo)
    let symbolic = numbers.isEmpty ? reason.symbolic + comesTo : reason.symbolic
    var lines = block(reason.topic, symbolic, theme.text)
    let conclusion = reason.conclusion.isEmpty || !comesTo.isEmpty ? "" : "→ \(reason.conclusion)"
    if numbers.isEmpty {
      lines += block("", conclusion, theme.strong)
    } else if pen.columns(numbers) + 3 + pen.columns(conclusion) <= room {
      lines.append([
        .init("here".padded(indent), theme.secondary), .init(numbers + "   ", theme.text),
        .init(conclusion, theme.strong),
      ])
    } else {
      lines += block("here", numbers, theme.text) + block("", conclusion, theme.strong)
    }
    return lines
  }

  /// The rule with its numbers and what it comes to, as the explanation says it or by itself.
  static func numbers(_ reason: Reason, _ comesTo: String) -> String {
    guard let result = reason.result, comesTo.isEmpty else {
      return reason.substituted.isEmpty ? "" : reason.substituted + comesTo
    }
    let text = Formula.digits(result)
    return reason.substituted == text ? text : "\(reason.substituted) = \(text)"
  }
}
