import Boxes
import Scenes
import Traces

/// One region enlarged: its bins, the points at which the map is sampled, the four cells round one of them, and what
/// comes of it.
struct LensView {
  let view: View.Lens
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let place = LensPlace(view, scope), let box = scope.box(view.boxes, place.region) else {
      pen.wrap("There is no region to look at.", in: rect, pen.theme.secondary)
      return
    }
    guard rect.rows >= 4, rect.columns >= 30 else { return }
    drawHeading(place, rect, &pen)
    let body = rect.dropping(rows: 1)
    let side = max(24, min(34, body.columns / 2 - 2))
    let left = Rect(body.column, body.row, columns: body.columns - side - 2, rows: body.rows)
    let corners = Box(box[0], box[1], box[2], box[3])
    LensPicture(view: view, scope: scope, place: place, box: corners).draw(in: left, &pen)
    let right = body.inset(left: left.columns + 2)
    let used = drawNumbers(place, in: right, &pen)
    drawPooled(place, in: right.dropping(rows: used), &pen)
  }

  private func drawHeading(_ place: LensPlace, _ rect: Rect, _ pen: inout Pen) {
    var spans: [Pen.Span] = [
      .init("region \(place.region)", pen.theme.strong), .init(" of \(place.regions)", pen.theme.secondary),
    ]
    if let level = level(place) {
      spans.append(.init("  \(level.name), cells of \(level.stride) px", pen.theme.secondary))
    }
    let used = pen.write(spans, rect.column, rect.row, width: rect.columns)
    let keys = "{ } region  ←↓↑→ point"
    if used + pen.columns(keys) + 2 <= rect.columns {
      pen.write(rightAt: rect.right, keys, rect.row, pen.theme.secondary)
    }
  }

  private func level(_ place: LensPlace) -> PriorGrid.Level? {
    guard let index = scope.known(view.levels)?[flat: place.region].flatMap(Int.init(exactly:)) else { return nil }
    return scope.trace.priors.levels.indices.contains(index) ? scope.trace.priors.levels[index] : nil
  }

  // MARK: Numbers

  /// The four values, their weights and their sum; returns the rows it took.
  private func drawNumbers(_ place: LensPlace, in rect: Rect, _ pen: inout Pen) -> Int {
    let theme = pen.theme
    guard let point = place.index else {
      return pen.wrap("This region has no size: no point is sampled.", in: rect, theme.hazard)
    }
    let numbers = LensNumbers(view, scope, place, point)
    var lines: [[Pen.Span]] = [
      [
        .init("point (\(place.row),\(place.column))", theme.accent),
        .init(" in bin (\(place.binRow),\(place.binColumn))"),
      ],
      [.init("cell     value × weight", theme.secondary)],
    ]
    for corner in 0..<4 {
      let text =
        "\(numbers.cell(corner).padded(6)) \(number(numbers.values[corner])) × \(number(numbers.weights[corner]))"
      lines.append([.init("\(corner + 1) ", theme.hazard), .init(text)])
    }
    lines.append([.init("Σ value·weight = ", theme.secondary), .init(number(numbers.sum), theme.strong)])
    let mean = place.down * place.across > 1 ? "bin, mean of \(place.down * place.across) = " : "its bin = "
    lines.append([.init(mean, theme.secondary), .init(number(numbers.bin), theme.strong)])
    for (row, line) in lines.prefix(rect.rows).enumerated() {
      pen.write(line, rect.column, rect.row + row, width: rect.columns)
    }
    return min(rect.rows, lines.count)
  }

  func number(_ number: Double?) -> String { number.map { Candidates.text($0) } ?? "?" }

  // MARK: The pooled map

  private func drawPooled(_ place: LensPlace, in rect: Rect, _ pen: inout Pen) {
    guard rect.rows >= 3, let pooled = scope.known(view.pooled) else { return }
    let channel = LensNumbers.channel(view, scope)
    let numbers = place.bins.rows.flatMap { row in
      place.bins.columns.map { pooled[place.region, channel, row, $0] ?? .nan }
    }
    let finite = numbers.filter(\.isFinite)
    let (least, most) = (finite.min() ?? 0, finite.max() ?? 0)
    var title: [Pen.Span] = [.init("pooled ", pen.theme.strong), .init("channel \(channel) ", pen.theme.secondary)]
    title += CellMap.legend(from: least, to: most, columns: max(0, rect.columns - 18), pen)
    pen.write(title, rect.column, rect.row, width: rect.columns)
    let map = CellMap(
      values: numbers, width: place.bins.columns.count, range: least...max(most, least + 1e-300),
      cursor: (place.binRow, place.binColumn))
    _ = map.draw(in: rect.dropping(rows: 1), &pen)
  }
}

/// The numbers of one point.
struct LensNumbers {
  /// Row and column of the four cells on the level.
  let cells: [(row: Int, column: Int)?]
  let values: [Double?]
  let weights: [Double?]
  let sum: Double?
  /// What the point's bin comes to.
  let bin: Double?

  init(_ view: View.Lens, _ scope: Scope, _ place: LensPlace, _ point: Int) {
    func four(_ name: String) -> [Double?] {
      let value = scope.known(name)
      return (0..<4).map { value?[place.region, point, $0] }
    }
    let levels = scope.trace.priors.levels
    let level = scope.known(view.levels)?[flat: place.region].flatMap(Int.init(exactly:)) ?? 0
    let width = levels.indices.contains(level) ? levels[level].width : 1
    cells = four(view.cells).map { $0.flatMap(Int.init(exactly:)).map { ($0 / max(1, width), $0 % max(1, width)) } }
    values = four(view.values)
    weights = four(view.weights)
    sum = scope.known(view.sampled)?[place.region, point]
    bin = scope.known(view.pooled)?[place.region, LensNumbers.channel(view, scope), place.binRow, place.binColumn]
  }

  func cell(_ corner: Int) -> String { cells[corner].map { "(\($0.row),\($0.column))" } ?? "" }

  static func channel(_ view: View.Lens, _ scope: Scope) -> Int {
    scope.known(view.channel)?[flat: 0].flatMap(Int.init(exactly:)) ?? 0
  }
}
