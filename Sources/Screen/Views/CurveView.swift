import Traces

/// Functions of one variable, with the selected prior's place on them and where all priors fall.
struct CurveView {
  let view: View.Curve
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    // What belongs to one GT is shown while that is selected.
    let series = view.series.filter { $0.gt == nil || $0.gt == scope.gt }
    let marks = view.marks.filter { $0.gt == nil || $0.gt == scope.gt }
    let places = places
    let plot = Plot(
      series: series, marks: marks, xLabel: view.xLabel, yLabel: view.yLabel,
      sharesFirstLine: scope.prior.flatMap { place(of: $0, places) } != nil,
      population: view.showsAll ? places.filter(\.isFinite) : [])
    guard let area = plot.draw(in: rect, &pen) else { return }
    var numbers: [Double?] = []
    if let prior = scope.prior, let x = place(of: prior, places) {
      numbers = plot.mark(x, in: area, &pen)
      let label = "● \(scope.trace.priors.label(of: prior)) at \(Number.text(x, digits: 3))"
      pen.write(rightAt: area.rect.right, label, rect.row, pen.theme.accent)
    }
    var more: [Pen.Span] = []
    if view.showsAll && !places.isEmpty {
      more = [.init("▂ all \(Number.count(places.count)) \(scope.priorName)s, by log", pen.theme.secondary)]
    }
    plot.drawLegend(in: rect, numbers, more: more, &pen)
  }

  /// The x of every prior; empty before it is known.
  var places: [Double] {
    guard let name = view.cursor, scope.known(name) != nil else { return [] }
    return scope.trace.perPrior(name, gt: scope.gt) ?? []
  }

  func place(of prior: Int, _ places: [Double]) -> Double? {
    // An ignored prior has no place on a loss.
    let isIgnored = scope.legend == .matching && scope.state(of: prior)?.kind == .between
    guard !isIgnored, prior < places.count, places[prior].isFinite else { return nil }
    return places[prior]
  }
}
