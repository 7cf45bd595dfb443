import Traces

/// One number for each cell of the selected level.
struct PriorMapView {
  let view: View.PriorMap
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let level = scope.level, let numbers = scope.trace.perPrior(view.value, gt: scope.gt) else {
      pen.wrap("\(view.value) is not in this trace.", in: rect, pen.theme.secondary)
      return
    }
    let cells = cells(of: level, numbers)
    let map = rect.dropping(rows: 1)
    let legendRows = 2
    let area = Rect(map.column, map.row, columns: map.columns, rows: map.rows - legendRows)
    var caption = "\(level.name)  \(level.height)×\(level.width) cells"
    if level.anchorsPerCell > 1 {
      caption += ", the \(isState ? "best" : "largest") of \(level.anchorsPerCell) anchors in each"
    }
    let drawn: Int
    switch view.scale {
    case .state: drawn = drawStates(cells, level, area, &pen)
    case .unit:
      drawn = CellMap(values: cells, width: level.width, range: 0...1, cursor: cursor).draw(in: area, &pen)
    case .magnitude:
      drawn = CellMap(values: cells, width: level.width, range: 0...largest(numbers, level), cursor: cursor)
        .draw(in: area, &pen)
    }
    pen.write(caption, rect.column, rect.row, width: rect.columns, pen.theme.secondary)
    let legend = rect.dropping(rows: 1 + drawn)
    drawLegend(numbers, level, legend, &pen)
  }

  private var isState: Bool { if case .state = view.scale { true } else { false } }

  private var cursor: (row: Int, column: Int)? { scope.place.map { ($0.row, $0.column) } }

  private func cells(of level: PriorGrid.Level, _ numbers: [Double]) -> [Double] {
    (0..<level.height * level.width).map { cell in
      let first = level.start + cell * level.anchorsPerCell
      let all = (first..<first + level.anchorsPerCell).map { $0 < numbers.count ? numbers[$0] : .nan }
      guard isState else { return all.reduce(-.infinity) { $1.isNaN || $0.isNaN ? .nan : max($0, $1) } }
      let states = all.compactMap { PriorState($0) }
      return switch states.max(by: { $0.weight < $1.weight }) {
      case .positive: 1
      case .ignored: -1
      case .negative: 0
      case nil: .nan
      }
    }
  }

  private func largest(_ numbers: [Double], _ level: PriorGrid.Level) -> Double {
    let finite = level.range.compactMap { $0 < numbers.count && numbers[$0].isFinite ? numbers[$0] : nil }
    return max(finite.max() ?? 0, 1e-300)
  }

  private func drawStates(_ cells: [Double], _ level: PriorGrid.Level, _ area: Rect, _ pen: inout Pen) -> Int
  {
    guard !area.isEmpty else { return 0 }
    // Two columns to a cell are square; a level too wide for that takes one, and a larger one is thinned.
    let columns = level.width * 2 <= area.columns ? 2 : 1
    let step = max(
      1,
      max(
        (level.height + area.rows - 1) / area.rows, (level.width * columns + area.columns - 1) / area.columns)
    )
    for row in 0..<(level.height + step - 1) / step {
      for column in 0..<(level.width + step - 1) / step {
        let block = block(row * step, column * step, step, level)
        let states = block.compactMap { PriorState(cells[$0]) }
        let shown = states.max { $0.weight < $1.weight }
        let isHere = scope.place.map { $0.row / step == row && $0.column / step == column } ?? false
        draw(shown, isHere: isHere, area.column + column * columns, area.row + row, columns: columns, &pen)
      }
    }
    return (level.height + step - 1) / step
  }

  private func block(_ row: Int, _ column: Int, _ step: Int, _ level: PriorGrid.Level) -> [Int] {
    (row..<min(row + step, level.height)).flatMap { row in
      (column..<min(column + step, level.width)).map { row * level.width + $0 }
    }
  }

  private func draw(
    _ state: PriorState?, isHere: Bool, _ column: Int, _ row: Int, columns: Int, _ pen: inout Pen
  ) {
    var style = state?.style(pen.theme) ?? pen.theme.hazard
    if isHere { style.reverse = true }
    let sign = state == .negative ? "·" : state?.sign ?? "?"
    pen.write(sign.padded(columns), column, row, width: isHere ? columns : 1, style)
  }

  private func drawLegend(_ numbers: [Double], _ level: PriorGrid.Level, _ rect: Rect, _ pen: inout Pen) {
    let theme = pen.theme
    var here: [Pen.Span] = []
    if let prior = scope.prior, prior < numbers.count {
      let number = numbers[prior]
      let text = isState ? PriorState(number).map { "\($0.sign) \($0.name)" } ?? "?" : Number.text(number)
      here = [
        .init("cursor ", theme.secondary), .init(scope.trace.priors.label(of: prior) + "  "),
        .init(text, isState ? PriorState(number)?.style(theme) ?? theme.hazard : theme.strong),
      ]
    }
    var spans: [Pen.Span] = []
    if isState {
      for state in PriorState.allCases {
        let count = level.range.count { $0 < numbers.count && PriorState(numbers[$0]) == state }
        let sign = state == .negative ? "·" : state.sign
        spans += [
          .init("\(sign) ", state.style(theme)),
          .init("\(state.name) \(Number.count(count))   ", theme.secondary),
        ]
      }
    } else {
      let top = if case .unit = view.scale { 1.0 } else { largest(numbers, level) }
      spans = CellMap.legend(from: 0, to: top == 1e-300 ? 0 : top, pen)
    }
    guard rect.rows > 0 else { return }
    let width = pen.write(spans, rect.column, rect.row, width: rect.columns)
    let hereWidth = here.reduce(0) { $0 + pen.columns($1.text) }
    if width + 2 + hereWidth <= rect.columns {
      pen.write(here, rect.column + width + 2, rect.row, width: rect.columns - width - 2)
    } else if rect.rows > 1 {
      pen.write(here, rect.column, rect.row + 1, width: rect.columns)
    }
  }
}
