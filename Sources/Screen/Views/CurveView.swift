import Scenes
import Traces

/// Functions of one variable, with axes, marks, and the selected prior's place on them.
struct CurveView {
  let view: View.Curve
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard rect.rows >= 4, rect.columns >= 20, let bounds = PlotBounds(view) else {
      pen.wrap("Nothing to plot.", in: rect, pen.theme.secondary)
      return
    }
    let top = Number.text(bounds.y.upperBound, digits: 2)
    let bottom = Number.text(bounds.y.lowerBound, digits: 2)
    let gutter = max(pen.columns(top), pen.columns(bottom)) + 1
    let head = view.marks.isEmpty ? 1 : 2
    let plot = Rect(
      rect.column + gutter, rect.row + head, columns: rect.columns - gutter - 1, rows: rect.rows - head - 3)
    guard plot.rows > 0 else { return }
    drawAxes(plot, bounds, top: top, bottom: bottom, rect, &pen)
    drawMarks(plot, bounds, &pen)
    if pen.hasHalfBlocks { drawBraille(plot, bounds, &pen) } else { drawGlyphs(plot, bounds, &pen) }
    let here = drawCursor(plot, bounds, &pen)
    if let here, let prior = scope.prior {
      let label = "● \(scope.trace.priors.label(of: prior)) at \(Number.text(here.x, digits: 3))"
      pen.write(rightAt: rect.right, label, rect.row, pen.theme.accent)
    }
    drawLegend(Rect(rect.column, rect.bottom, columns: rect.columns, rows: 1), here, &pen)
  }

  // MARK: Axes

  private func drawAxes(
    _ plot: Rect, _ bounds: PlotBounds, top: String, bottom: String, _ rect: Rect, _ pen: inout Pen
  ) {
    let theme = pen.theme
    for row in plot.rowRange { pen.put(Cell("│", theme.frame), plot.column - 1, row) }
    for column in plot.columnRange { pen.put(Cell("─", theme.frame), column, plot.bottom + 1) }
    pen.put(Cell("└", theme.frame), plot.column - 1, plot.bottom + 1)
    pen.write(view.yLabel, rect.column, rect.row, width: rect.columns / 2, theme.secondary)
    pen.write(rightAt: plot.column - 2, top, plot.row, theme.secondary)
    pen.write(rightAt: plot.column - 2, bottom, plot.bottom, theme.secondary)
    let axis = plot.bottom + 2
    pen.write(Number.text(bounds.x.lowerBound, digits: 3), plot.column, axis, theme.secondary)
    pen.write(rightAt: plot.right, Number.text(bounds.x.upperBound, digits: 3), axis, theme.secondary)
    let ends = pen.columns(Number.text(bounds.x.lowerBound, digits: 3) + Number.text(bounds.x.upperBound, digits: 3))
    let width = min(pen.columns(view.xLabel), plot.columns - 2 * ends)
    pen.write(view.xLabel, plot.column + (plot.columns - width) / 2, axis, width: width, theme.secondary)
  }

  private func drawMarks(_ plot: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    var free = plot.column + plot.columns / 3
    for mark in view.marks.sorted(by: { $0.value < $1.value }) {
      guard let column = bounds.column(mark.value, plot.columns) else { continue }
      for row in plot.rowRange { pen.put(Cell("┊", pen.theme.hazard), plot.column + column, row) }
      let label = "\(mark.label) \(Number.text(mark.value, digits: 3))"
      let start = max(free, min(plot.column + column, plot.right - pen.columns(label) + 1))
      guard start + pen.columns(label) <= plot.right + 1 else { continue }
      free = start + pen.write(label, start, plot.row - 1, pen.theme.hazard) + 2
    }
  }

  // MARK: Curves

  private func drawBraille(_ plot: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    var dots = Array(repeating: UInt32(0), count: plot.columns * plot.rows)
    var owners = Array(repeating: 0, count: plot.columns * plot.rows)
    for (index, series) in view.series.enumerated() {
      bounds.trace(series, columns: plot.columns * 2, rows: plot.rows * 4) { x, y in
        let cell = y / 4 * plot.columns + x / 2
        dots[cell] |= CurveView.dot(x % 2, y % 4)
        owners[cell] = index
      }
    }
    for cell in dots.indices where dots[cell] != 0 {
      guard let glyph = Unicode.Scalar(0x2800 + dots[cell]) else { continue }
      let style = Style(.rgb(pen.theme.hue(owners[cell])))
      pen.put(Cell(glyph, style), plot.column + cell % plot.columns, plot.row + cell / plot.columns)
    }
  }

  private static func dot(_ x: Int, _ y: Int) -> UInt32 {
    [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]][y][x]
  }

  private static let glyphs: [Unicode.Scalar] = ["*", "o", "+", "x", "=", "#"]

  private func drawGlyphs(_ plot: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    for (index, series) in view.series.enumerated() {
      let glyph = CurveView.glyphs[index % CurveView.glyphs.count]
      let style = Style(.rgb(pen.theme.hue(index)))
      bounds.trace(series, columns: plot.columns, rows: plot.rows) { x, y in
        pen.put(Cell(glyph, style), plot.column + x, plot.row + y)
      }
    }
  }

  /// Marks the selected prior on every series; returns its x and its y on each.
  private func drawCursor(
    _ plot: Rect, _ bounds: PlotBounds, _ pen: inout Pen
  ) -> (x: Double, y: [Double?])? {
    guard let name = view.cursor, let prior = scope.prior, let value = scope.known(name),
      value.shape.count == 1, let x = value[flat: prior], x.isFinite,
      // An ignored prior has no place on a loss.
      scope.trace.states != .matching || scope.state(of: prior)?.kind != .between
    else { return nil }
    let ys = view.series.map { PlotBounds.y(of: $0, at: x) }
    for y in ys {
      guard let y, let column = bounds.column(x, plot.columns), let row = bounds.row(y, plot.rows) else {
        continue
      }
      pen.put(Cell("●", pen.theme.accent), plot.column + column, plot.row + row)
    }
    return (x, ys)
  }

  private func drawLegend(_ rect: Rect, _ here: (x: Double, y: [Double?])?, _ pen: inout Pen) {
    var spans: [Pen.Span] = []
    for (index, series) in view.series.enumerated() {
      let sign = pen.hasHalfBlocks ? "━" : String(Character(CurveView.glyphs[index % CurveView.glyphs.count]))
      var text = " \(series.name)"
      if let y = here?.y[index] { text += " \(Number.text(y, digits: 3))" }
      spans += [
        .init(sign, Style(.rgb(pen.theme.hue(index)), bold: true)), .init(text + "  ", pen.theme.text),
      ]
    }
    pen.write(spans, rect.column, rect.row, width: rect.columns)
  }
}

/// The part of the plane that a plot shows.
struct PlotBounds {
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  /// Nil when there is no finite point.
  init?(_ view: View.Curve) {
    let xs = view.series.flatMap(\.x).filter(\.isFinite)
    let ys = view.series.flatMap(\.y).filter(\.isFinite)
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else {
      return nil
    }
    x = left...(right > left ? right : left + 1)
    let bottom = low >= 0 && (low < high / 2 || low == high) ? 0 : low
    y = bottom...(high > bottom ? high : bottom + 1)
  }

  func column(_ number: Double, _ columns: Int) -> Int? {
    guard number >= x.lowerBound, number <= x.upperBound, columns > 0 else { return nil }
    let part = (number - x.lowerBound) / (x.upperBound - x.lowerBound)
    return Int((part * Double(columns - 1)).rounded(), in: 0...columns - 1)
  }

  /// Counted from the top.
  func row(_ number: Double, _ rows: Int) -> Int? {
    guard number.isFinite, rows > 0 else { return nil }
    let part = (y.upperBound - number) / (y.upperBound - y.lowerBound)
    return Int((part * Double(rows - 1)).rounded(), in: 0...rows - 1)
  }

  /// The places a series goes through, column by column, joined where it is steep.
  func trace(_ series: View.Curve.Series, columns: Int, rows: Int, _ visit: (Int, Int) -> Void) {
    var last: Int?
    for column in 0..<columns {
      let at = x.lowerBound + (x.upperBound - x.lowerBound) * Double(column) / Double(max(1, columns - 1))
      guard let number = PlotBounds.y(of: series, at: at), let row = row(number, rows) else {
        last = nil
        continue
      }
      visit(column, row)
      if let last, abs(last - row) > 1 {
        for between in min(last, row) + 1..<max(last, row) { visit(column, between) }
      }
      last = row
    }
  }

  /// The series between its points; nil outside them and where they are not finite.
  static func y(of series: View.Curve.Series, at x: Double) -> Double? {
    let count = min(series.x.count, series.y.count)
    guard count > 0 else { return nil }
    if count == 1 { return series.x[0] == x && series.y[0].isFinite ? series.y[0] : nil }
    // The last point that is not to the right, by halves: the points stand in order.
    var low = 0
    var high = count - 1
    guard x >= series.x[low], x <= series.x[high] else { return nil }
    while high - low > 1 {
      let middle = (low + high) / 2
      if series.x[middle] <= x { low = middle } else { high = middle }
    }
    let (x0, x1, y0, y1) = (series.x[low], series.x[high], series.y[low], series.y[high])
    let y = x1 > x0 ? y0 + (y1 - y0) * (x - x0) / (x1 - x0) : y0
    return y.isFinite ? y : nil
  }
}
