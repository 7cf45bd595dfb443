import Traces

/// How values have gone over the iterations so far, with the iteration on the screen marked.
struct HistoryView {
  let view: View.History
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    let count = view.lines.map { numbers($0).count }.max() ?? 0
    let here = Double(scope.trace.iteration)
    let series = view.lines.flatMap(series)
    guard count > 1 else { return drawFirst(series, in: rect, &pen) }
    let plot = Plot(
      series: series, marks: [Mark("iteration", here)],
      levels: view.marks.filter { $0.gt == nil || $0.gt == scope.gt }, xLabel: "iteration", yLabel: view.yLabel,
      isLogarithmic: view.logarithmic)
    guard let area = plot.draw(in: rect, &pen) else { return }
    let values = plot.mark(here, in: area, &pen)
    plot.drawLegend(in: rect, values, &pen)
  }

  /// Before there is anything to draw a line through.
  private func drawFirst(_ series: [View.Curve.Series], in rect: Rect, _ pen: inout Pen) {
    var row = rect.row
    for series in series where row < rect.bottom {
      let text = series.y.last.map { Number.text($0) } ?? "not known"
      pen.write([.init("\(series.name)  "), .init(text, pen.theme.strong)], rect.column, row, width: rect.columns)
      row += 1
    }
    let hint = "One iteration has no line yet: i runs the next one, r trains 100."
    pen.wrap(hint, in: rect.dropping(rows: row - rect.row), pen.theme.secondary)
  }

  /// What the session kept of a value; before it has, what the trace says.
  private func numbers(_ line: View.History.Line) -> [[Double]] {
    let kept = scope.state.kept[line.value] ?? []
    return kept.isEmpty ? scope.trace[line.value].map { [$0.doubles] } ?? [] : kept
  }

  /// The line itself; for a number a GT, the selected one's and the middle of all.
  func series(_ line: View.History.Line) -> [View.Curve.Series] {
    let numbers = numbers(line)
    let x = numbers.indices.map { Double($0 + 1) }
    let ofGTs = scope.trace[line.value].map { $0.shape.count == 1 } ?? false
    guard ofGTs, let gt = scope.gt else {
      return [View.Curve.Series(name: line.name, x: x, y: numbers.map { $0.first ?? .nan })]
    }
    let own = View.Curve.Series(
      name: "\(line.name) gt \(gt)", x: x, y: numbers.map { gt < $0.count ? $0[gt] : .nan })
    // Beside other lines the step says itself what to compare with.
    guard scope.trace.scene.groundTruth.count > 1, view.lines.count == 1 else { return [own] }
    let middle = View.Curve.Series(name: "median of all", x: x, y: numbers.map(HistoryView.median))
    return [own, middle]
  }

  static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
