import Traces

extension Exhibit.Plot {
  /// Nil where there is nothing to draw.
  init?(_ plot: Plot, here: Double?, words: [String]) {
    let series = plot.series.map { View.Curve.Series(name: $0.name, x: $0.x, y: $0.y.map(plot.height)) }
    let heights = plot.levels.map { plot.height($0.value) }
    guard let bounds = PlotBounds(series, heights: heights, fromZero: !plot.isLogarithmic) else { return nil }
    xLabel = plot.xLabel
    yLabel = plot.yLabel + (plot.isLogarithmic ? ", by log" : "")
    (x, y, ends) = (bounds.x, bounds.y, plot.ends(bounds))
    lines = series.map { Line(name: $0.name, points: Self.points($0)) }
    marks = plot.marks.filter { bounds.x.contains($0.value) }
    levels = plot.levels.map { ($0, plot.height($0.value)) }
    self.here =
      here.map { here in
        series.compactMap { series in PlotBounds.y(of: series, at: here).map { (here, $0) } }
      } ?? []
    self.words = words
  }

  /// As many points as an eye can tell apart.
  private static func points(_ series: View.Curve.Series) -> [(x: Double, y: Double)] {
    let count = min(series.x.count, series.y.count)
    let step = max(1, count / 400)
    return (0..<count).filter { $0 % step == 0 || $0 == count - 1 }.map { (series.x[$0], series.y[$0]) }
  }
}

extension CurveView {
  var exhibited: Exhibit.Content {
    let here = scope.prior.flatMap { place(of: $0, places) }
    let series = view.series.filter { $0.gt == nil || $0.gt == scope.gt }
    let plot = Plot(
      series: series, marks: view.marks.filter { $0.gt == nil || $0.gt == scope.gt }, xLabel: view.xLabel,
      yLabel: view.yLabel)
    var words: [String] = []
    if let here, let prior = scope.prior {
      words.append("● \(scope.trace.priors.label(of: prior)) at \(Number.text(here, digits: 3))")
    }
    return Exhibit.Plot(plot, here: here, words: words).map { .plot($0) } ?? .words("Nothing to plot.")
  }
}

extension HistoryView {
  var exhibited: Exhibit.Content {
    let series = view.lines.flatMap(series)
    guard (series.map(\.x.count).max() ?? 0) > 1 else {
      let rows = series.map { line in
        Exhibit.List.Row(cells: [line.name, line.y.last.map { Number.text($0) } ?? "not known"])
      }
      return .list(Exhibit.List(headings: [], rows: rows, isNumeric: [false, true], note: "After one iteration."))
    }
    let plot = Plot(
      series: series, marks: [], levels: view.marks.filter { $0.gt == nil || $0.gt == scope.gt }, xLabel: "iteration",
      yLabel: view.yLabel, isLogarithmic: view.logarithmic)
    let here = Double(scope.trace.iteration)
    return Exhibit.Plot(plot, here: here, words: ["● iteration \(scope.trace.iteration)"]).map { .plot($0) }
      ?? .words("Nothing to plot.")
  }
}
