import Traces

/// One GT's row of a GT × prior matrix: its histogram with the thresholds across it, and its best priors.
struct MatrixView {
  let view: View.Matrix
  let scope: Scope
  let list: ListPlace

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let gt = scope.gt, let numbers = scope.trace.perPrior(view.value, gt: gt) else {
      pen.wrap("The scene has no objects: there is no row to show.", in: rect, pen.theme.secondary)
      return
    }
    let finite = numbers.filter(\.isFinite)
    let strange = numbers.count - finite.count
    let barRows = rect.rows >= 20 ? 4 : rect.rows >= 12 ? 3 : rect.rows >= 8 ? 2 : 1
    let chart = Histogram(
      numbers: finite, marks: view.marks, here: scope.prior.flatMap { number($0, numbers) })
    let used = chart.draw(in: rect.top(rows: barRows + 2), &pen)
    let caption = strange > 0 ? "\(Number.count(strange)) not finite" : "count by log"
    pen.write(caption, rect.column, rect.row, width: 14, strange > 0 ? pen.theme.hazard : pen.theme.secondary)
    list.draw(in: rect.dropping(rows: used), &pen)
  }

  private func number(_ prior: Int, _ numbers: [Double]) -> Double? {
    prior < numbers.count && numbers[prior].isFinite ? numbers[prior] : nil
  }
}

/// How often numbers occur, with marks as lines across and their numbers underneath.
struct Histogram {
  let numbers: [Double]
  let marks: [Mark]
  /// The number of what is selected.
  let here: Double?

  let least: Double
  let most: Double

  init(numbers: [Double], marks: [Mark], here: Double?) {
    self.numbers = numbers
    self.marks = marks
    self.here = here
    least = min(0, numbers.min() ?? 0)
    most = max(1, numbers.max() ?? 1, marks.map(\.value).filter(\.isFinite).max() ?? 0)
  }

  /// Draws labels above, bars, and an axis below; returns the rows it took.
  func draw(in rect: Rect, _ pen: inout Pen) -> Int {
    guard rect.columns >= 10, rect.rows >= 3 else { return 0 }
    let counts = bins(rect.columns)
    let tallest = Histogram.logarithm(counts.max() ?? 0)
    let bars = rect.dropping(rows: 1).top(rows: rect.rows - 2)
    for (column, count) in counts.enumerated() where count > 0 {
      let part = tallest > 0 ? Histogram.logarithm(count) / tallest : 0
      for row in 0..<bars.rows {
        let glyph = Bar.glyph(part, row: row, rows: bars.rows)
        pen.put(Cell(glyph, pen.theme.negative), bars.column + column, bars.bottom - row)
      }
    }
    drawAxis(rect, bars, &pen)
    return rect.rows
  }

  private func drawAxis(_ rect: Rect, _ bars: Rect, _ pen: inout Pen) {
    let axis = rect.bottom
    pen.write(Number.text(least, digits: 2), rect.column, axis, pen.theme.secondary)
    pen.write(rightAt: rect.right, Number.text(most, digits: 2), axis, pen.theme.secondary)
    var free = rect.column + 16
    var freeBelow = rect.column + 2
    for mark in marks.sorted(by: { $0.value < $1.value }) {
      guard let column = column(mark.value, rect) else { continue }
      for row in bars.rowRange { pen.put(Cell("│", pen.theme.hazard), column, row) }
      let label = Number.text(mark.value, digits: 3)
      let below = max(freeBelow, column - pen.columns(label) / 2)
      if below + pen.columns(label) < rect.right - 2 {
        freeBelow = below + pen.write(label, below, axis, pen.theme.hazard) + 1
      }
      let above = max(free, min(column, rect.right - pen.columns(mark.label) + 1))
      let room = rect.right - above + 1
      if room >= pen.columns(mark.label) {
        free = above + pen.write(mark.label, above, rect.row, width: room, pen.theme.hazard) + 2
      }
    }
    if let here, let column = column(here, rect) {
      // On the axis, or at the top of the bars where a number stands there.
      let isFree = pen.canvas[column, axis].glyph == " "
      pen.put(Cell(isFree ? "▲" : "▼", pen.theme.accent), column, isFree ? axis : bars.row)
    }
  }

  private func column(_ number: Double, _ rect: Rect) -> Int? {
    guard number.isFinite, most > least else { return nil }
    return Int((number - least) / (most - least) * Double(rect.columns), in: 0...rect.columns - 1)
      .map { rect.column + $0 }
  }

  func bins(_ count: Int) -> [Int] {
    var bins = Array(repeating: 0, count: count)
    guard most > least else { return bins }
    for number in numbers {
      guard let bin = Int((number - least) / (most - least) * Double(count), in: 0...count - 1) else {
        continue
      }
      bins[bin] += 1
    }
    return bins
  }

  /// Of 1 + the count, to base 2, in straight pieces: for the height of a bar.
  static func logarithm(_ count: Int) -> Double {
    var whole = 0.0
    var rest = Double(count) + 1
    while rest >= 2 { rest /= 2; whole += 1 }
    return whole + rest - 1
  }
}
