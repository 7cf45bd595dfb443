import Traces

/// Functions of one variable in a rectangle: axes, marks, lines.
struct Plot {
  let series: [View.Curve.Series]
  /// Lines up and down.
  let marks: [Mark]
  /// Lines across.
  var levels: [Mark] = []
  let xLabel: String
  let yLabel: String
  /// Whether something else is written at the end of the first line.
  var sharesFirstLine = true
  /// Whether heights are shown by their logarithm.
  var isLogarithmic = false
  /// The x of every prior, counted along the axis; empty for none.
  var population: [Double] = []

  /// The room of the lines; nil where there is too little, or nothing to draw.
  struct Area {
    let rect: Rect
    let bounds: PlotBounds
    let plot: Plot

    func column(_ x: Double) -> Int? { bounds.column(x, rect.columns).map { rect.column + $0 } }
    func row(_ y: Double) -> Int? { bounds.row(plot.height(y), rect.rows).map { rect.row + $0 } }
  }

  /// The rows that the names of the lines need in so many columns.
  func legendRows(_ rect: Rect, _ pen: Pen) -> Int {
    let width = series.reduce(0) { $0 + pen.columns($1.name) + 12 }
    return width > rect.columns && rect.rows >= 9 ? 2 : 1
  }

  /// Draws all but what is selected, and leaves the rectangle's last rows for words.
  func draw(in whole: Rect, _ pen: inout Pen) -> Area? {
    let rect = whole.top(rows: whole.rows - legendRows(whole, pen) + 1)
    let shown = series.map { View.Curve.Series(name: $0.name, x: $0.x, y: $0.y.map(height)) }
    guard rect.rows >= 4, rect.columns >= 20,
      let bounds = PlotBounds(shown, heights: levels.map { height($0.value) }, fromZero: !isLogarithmic)
    else {
      pen.wrap("Nothing to plot.", in: rect, pen.theme.secondary)
      return nil
    }
    let (top, bottom) = ends(bounds)
    let gutter = max(pen.columns(top), pen.columns(bottom)) + 1
    let head = marks.isEmpty ? 1 : 2
    let counted = population.isEmpty ? 0 : rect.rows >= 14 ? 2 : rect.rows >= 8 ? 1 : 0
    let rows = rect.rows - head - 3 - counted
    guard rows > 0 else { return nil }
    // Wider lines tell no more.
    let columns = min(rect.columns - gutter - 1, max(60, rows * 5))
    let area = Rect(rect.column + gutter, rect.row + head, columns: columns, rows: rows)
    drawAxes(area, bounds, counted, top: top, bottom: bottom, rect, &pen)
    drawPopulation(Rect(area.column, area.bottom + 1, columns: area.columns, rows: counted), bounds, &pen)
    drawMarks(area, bounds, &pen)
    drawLevels(area, bounds, &pen)
    if pen.hasHalfBlocks { drawBraille(shown, area, bounds, &pen) } else { drawGlyphs(shown, area, bounds, &pen) }
    return Area(rect: area, bounds: bounds, plot: self)
  }

  // MARK: Heights

  /// Where a number stands on the y axis.
  func height(_ y: Double) -> Double {
    guard isLogarithmic else { return y }
    // To base 2, in straight pieces between its powers: for the eye.
    return y > 0 && y.isFinite ? Double(y.exponent) + y.significand - 1 : .nan
  }

  /// What stands at the upper and the lower end of the y axis.
  func ends(_ bounds: PlotBounds) -> (top: String, bottom: String) {
    func text(_ height: Double) -> String {
      guard isLogarithmic else { return Number.text(height, digits: 2) }
      let whole = height.rounded(.down)
      guard abs(whole) < 1000 else { return "" }
      return Number.text(Double(sign: .plus, exponent: Int(whole), significand: 1 + height - whole), digits: 2)
    }
    return (text(bounds.y.upperBound), text(bounds.y.lowerBound))
  }

  // MARK: Axes

  private func drawAxes(
    _ area: Rect, _ bounds: PlotBounds, _ counted: Int, top: String, bottom: String, _ rect: Rect, _ pen: inout Pen
  ) {
    let theme = pen.theme
    let axis = area.bottom + counted + 1
    // The numbers at its ends are the other axis: a line beside them tells no more.
    for column in area.columnRange where (column - area.column) % 2 == 0 {
      pen.put(Cell("·", theme.frame), column, axis)
    }
    let label = pen.spelled(yLabel + (isLogarithmic ? ", by log" : ""))
    pen.write(
      label.fittedAtPause(sharesFirstLine ? rect.columns / 2 : rect.columns), rect.column, rect.row, theme.secondary)
    pen.write(rightAt: area.column - 2, top, area.row, theme.secondary)
    if area.rows > 1 { pen.write(rightAt: area.column - 2, bottom, area.bottom, theme.secondary) }
    let first = Number.text(bounds.x.lowerBound, digits: 3)
    let last = Number.text(bounds.x.upperBound, digits: 3)
    pen.write(first, area.column, axis + 1, theme.secondary)
    pen.write(rightAt: area.right, last, axis + 1, theme.secondary)
    let room = area.columns - pen.columns(first + last) - 4
    let name = pen.spelled(xLabel).fittedAtPause(max(0, room))
    let width = name.columns
    // In the middle, or as near to it as the numbers leave.
    let least = area.column + pen.columns(first) + 2
    let start = max(least, min(area.column + (area.columns - width) / 2, least + room - width))
    pen.write(name, start, axis + 1, width: width, theme.secondary)
  }

  private func drawMarks(_ area: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    var free = area.column + area.columns / 3
    for mark in marks.sorted(by: { $0.value < $1.value }) {
      guard let column = bounds.column(mark.value, area.columns) else { continue }
      for row in area.rowRange { pen.put(Cell("┊", pen.theme.hazard), area.column + column, row) }
      let label = "\(mark.label) \(Number.text(mark.value, digits: 3))"
      let start = max(free, min(area.column + column, area.right - pen.columns(label) + 1))
      guard start + pen.columns(label) <= area.right + 1 else { continue }
      free = start + pen.write(label, start, area.row - 1, pen.theme.hazard) + 2
    }
  }

  private func drawLevels(_ area: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    for level in levels {
      guard let row = bounds.row(height(level.value), area.rows).map({ area.row + $0 }) else { continue }
      for column in area.columnRange where column % 2 == 0 { pen.put(Cell("╌", pen.theme.hazard), column, row) }
      pen.write(rightAt: area.right, " \(level.label) \(Number.text(level.value, digits: 3))", row, pen.theme.hazard)
    }
  }

  /// How many lie where along the axis, by the logarithm of their number.
  private func drawPopulation(_ rect: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    guard !rect.isEmpty else { return }
    var counts = Array(repeating: 0, count: rect.columns)
    for x in population { if let column = bounds.column(x, rect.columns) { counts[column] += 1 } }
    let tallest = Histogram.logarithm(counts.max() ?? 0)
    for (column, count) in counts.enumerated() where count > 0 {
      for row in 0..<rect.rows {
        let glyph = Bar.glyph(Histogram.logarithm(count) / tallest, row: row, rows: rect.rows)
        pen.put(Cell(glyph, pen.theme.negative), rect.column + column, rect.bottom - row)
      }
    }
  }

  // MARK: Lines

  private func drawBraille(_ series: [View.Curve.Series], _ area: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    var dots = Array(repeating: UInt32(0), count: area.columns * area.rows)
    var owners = Array(repeating: 0, count: area.columns * area.rows)
    for (index, series) in series.enumerated() {
      bounds.trace(series, columns: area.columns * 2, rows: area.rows * 4) { x, y in
        let cell = y / 4 * area.columns + x / 2
        dots[cell] |= Plot.dot(x % 2, y % 4)
        owners[cell] = index
      }
    }
    for cell in dots.indices where dots[cell] != 0 {
      guard let glyph = Unicode.Scalar(0x2800 + dots[cell]) else { continue }
      let style = Style(.rgb(pen.theme.hue(owners[cell])))
      pen.put(Cell(glyph, style), area.column + cell % area.columns, area.row + cell / area.columns)
    }
  }

  private static func dot(_ x: Int, _ y: Int) -> UInt32 {
    [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]][y][x]
  }

  /// What a line is drawn with, for a table that stands beside the plot.
  static func sign(_ index: Int, _ pen: Pen) -> Cell {
    Cell(pen.hasHalfBlocks ? "━" : glyphs[index % glyphs.count], Style(.rgb(pen.theme.hue(index)), bold: true))
  }

  private static let glyphs: [Unicode.Scalar] = ["*", "o", "+", "x", "=", "#", "%", "@"]

  private func drawGlyphs(_ series: [View.Curve.Series], _ area: Rect, _ bounds: PlotBounds, _ pen: inout Pen) {
    for (index, series) in series.enumerated() {
      let glyph = Plot.glyphs[index % Plot.glyphs.count]
      let style = Style(.rgb(pen.theme.hue(index)))
      bounds.trace(series, columns: area.columns, rows: area.rows) { x, y in
        pen.put(Cell(glyph, style), area.column + x, area.row + y)
      }
    }
  }

  /// Marks a place on every line; returns the line's number there.
  func mark(_ x: Double, in area: Area, _ pen: inout Pen) -> [Double?] {
    series.map { series in
      guard let y = PlotBounds.y(of: series, at: x) else { return nil }
      if let column = area.column(x), let row = area.row(y) { pen.put(Cell("●", pen.theme.accent), column, row) }
      return y
    }
  }

  /// What the lines are called, with their numbers at a place.
  func drawLegend(in whole: Rect, _ numbers: [Double?], more: [Pen.Span] = [], _ pen: inout Pen) {
    let rect = whole.dropping(rows: whole.rows - legendRows(whole, pen))
    var (column, row) = (rect.column, rect.row)
    // All names, if need be without their numbers.
    let length = legend(numbers, pen).joined().reduce(0) { $0 + pen.columns($1.text) }
    let fits = length - 2 <= rect.columns * rect.rows - (rect.rows > 1 ? 12 : 0)
    for spans in legend(fits ? numbers : [], pen) + (more.isEmpty ? [] : [more]) {
      let width = spans.reduce(0) { $0 + pen.columns($1.text) }
      if column > rect.column && column + width > rect.right + 3 { (column, row) = (rect.column, row + 1) }
      guard row <= rect.bottom else { return }
      column += pen.write(spans, column, row, width: rect.right - column + 1)
    }
  }

  private func legend(_ numbers: [Double?], _ pen: Pen) -> [[Pen.Span]] {
    series.enumerated().map { index, series in
      let sign = pen.hasHalfBlocks ? "━" : String(Character(Plot.glyphs[index % Plot.glyphs.count]))
      var text = " \(series.name)"
      if index < numbers.count, let y = numbers[index] { text += " = \(Number.text(y, digits: 3))" }
      return [.init(sign, Style(.rgb(pen.theme.hue(index)), bold: true)), .init(text + "  ", pen.theme.text)]
    }
  }
}

/// The part of the plane that a plot shows.
struct PlotBounds {
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  /// Nil when there is no finite point.
  ///
  /// - Parameter heights: what else has to be in sight.
  init?(_ series: [View.Curve.Series], heights: [Double] = [], fromZero: Bool = true) {
    let xs = series.flatMap(\.x).filter(\.isFinite)
    let ys = (series.flatMap(\.y) + heights).filter(\.isFinite)
    guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max() else {
      return nil
    }
    x = left...(right > left ? right : left + 1)
    let bottom = fromZero && low >= 0 && (low < high / 2 || low == high) ? 0 : low
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
