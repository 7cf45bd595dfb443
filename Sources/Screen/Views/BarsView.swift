import Traces

/// Named amounts beside each other.
struct BarsView {
  let view: View.Bars
  let list: ListPlace

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard !view.bars.isEmpty, rect.columns > 12 else {
      pen.wrap("Nothing to compare.", in: rect, pen.theme.secondary)
      return
    }
    let labels = min(view.bars.map { pen.columns($0.label) }.max() ?? 0, rect.columns * 2 / 5)
    let numbers = view.bars.map { Number.text($0.value, digits: 3) }
    let numberColumns = numbers.map { pen.columns($0) }.max() ?? 0
    let room = rect.inset(left: labels + 3, right: numberColumns + 1)
    // Longer bars tell no more.
    let bars = Rect(room.column, room.row, columns: min(36, room.columns), rows: room.rows)
    let footRows = rect.rows > 3 ? 1 : 0
    let most = rect.rows - footRows
    let first = ((list.cursor ?? 0) - most / 2).clamped(to: 0...max(0, view.bars.count - most))
    for (row, index) in view.bars.indices.dropFirst(first).prefix(most).enumerated() {
      let line = rect.row + row
      let bar = view.bars[index]
      let isHere = index == list.cursor
      if isHere { pen.write("▸", rect.column, line, pen.theme.accent) }
      let style = index == list.selected ? pen.theme.accent : pen.theme.text
      pen.write(pen.spelled(bar.label).fittedInMiddle(labels), rect.column + 2, line, width: labels, style)
      pen.write(
        Bar.text(part(bar.value), columns: bars.columns, isASCII: pen.isASCII), bars.column, line,
        pen.theme.positive)
      pen.write(
        rightAt: bars.right + 1 + numberColumns, numbers[index], line,
        bar.value.isFinite ? pen.theme.strong : pen.theme.hazard)
      pen.spot(Rect(rect.column, line, columns: rect.columns, rows: 1), .row(index))
      if isHere && list.isFocused {
        pen.highlight(Rect(rect.column, line, columns: rect.columns, rows: 1), pen.theme.cursorRow)
      }
    }
    let shown = min(most, view.bars.count)
    drawMarks(bars.top(rows: shown), &pen)
    if footRows > 0 { drawFoot(rect, rect.row + shown, &pen) }
  }

  // MARK: Scale

  private var magnitudes: [Double] {
    (view.bars.map(\.value) + view.marks.map(\.value)).filter(\.isFinite).map(Swift.abs)
  }
  private var most: Double { magnitudes.max() ?? 0 }
  /// Where a logarithmic bar begins: a factor of ten under the least.
  private var least: Double { magnitudes.filter { $0 > 0 }.min() ?? 0 }

  /// How long a value's bar is, from 0 to 1.
  func part(_ value: Double) -> Double {
    guard value.isFinite, value != 0, most > 0 else { return 0 }
    guard view.logarithmic else { return Swift.abs(value) / most }
    let span = BarsView.logarithm(most / least) + 1
    return (BarsView.logarithm(Swift.abs(value) / least) + 1) / span
  }

  /// To base 10, in straight pieces: for the length of a bar.
  static func logarithm(_ number: Double) -> Double {
    guard number.isFinite, number > 0 else { return 0 }
    var whole = 0.0
    var rest = number
    while rest >= 10 { rest /= 10; whole += 1 }
    while rest < 1 { rest *= 10; whole -= 1 }
    return whole + (rest - 1) / 9
  }

  private func drawMarks(_ bars: Rect, _ pen: inout Pen) {
    for mark in view.marks {
      guard bars.columns > 0,
        let place = Int(part(mark.value) * Double(bars.columns), in: 0...bars.columns - 1)
      else { continue }
      for row in bars.rowRange {
        var style = pen.theme.hazard
        let under = pen.canvas[bars.column + place, row]
        if under.glyph == "█" { style.background = under.style.foreground }
        pen.put(Cell("│", style), bars.column + place, row)
      }
    }
  }

  /// What a bar's length stands for.
  var scaleWords: [String] {
    var words: [String] = []
    if !view.unit.isEmpty { words.append(view.unit) }
    if view.logarithmic { words.append("length by log") }
    if view.bars.contains(where: { $0.value < 0 }) { words.append("length by magnitude") }
    return words
  }

  private func drawFoot(_ rect: Rect, _ row: Int, _ pen: inout Pen) {
    guard row <= rect.bottom else { return }
    var spans: [Pen.Span] = [.init(scaleWords.joined(separator: ", ") + "   ", pen.theme.secondary)]
    for mark in view.marks {
      spans.append(.init("│ \(mark.label) \(Number.text(mark.value, digits: 3))  ", pen.theme.hazard))
    }
    pen.write(spans, rect.column + 2, row, width: rect.columns - 2)
  }
}
