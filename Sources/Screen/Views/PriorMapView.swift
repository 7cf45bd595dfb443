import Traces

/// One number for each cell: of all levels beside each other where there is room, else of the selected.
struct PriorMapView {
  let view: View.PriorMap
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let numbers = scope.trace.perPrior(view.value, gt: scope.gt), let selected = scope.place?.level
    else {
      pen.wrap("\(view.value) has no number for each prior here.", in: rect, pen.theme.secondary)
      return
    }
    let range = 0...(largest(numbers) ?? 1)
    let all = scope.trace.priors.levels.indices.map { map($0, numbers, range) }
    let words = words(numbers, range, pen)
    // A title above, a line for each thing to say below.
    if let side = commonSide(all, rect.dropping(rows: 1 + words.count), pen) {
      var place = rect
      var drawn = 0
      for map in all {
        title(map, "", place, &pen)
        let room = place.dropping(rows: 1).top(rows: rect.rows - 1 - words.count)
        drawn = max(
          drawn, draw(map, in: Rect(room.column, room.row, columns: width(map, side), rows: room.rows), &pen))
        place = place.inset(left: max(width(map, side), 8) + 2)
      }
      write(words, in: rect.dropping(rows: 1 + drawn), &pen)
    } else {
      drawAlone(all[selected], words, rect, &pen)
    }
  }

  /// The selected level on the left, the words beside it.
  private func drawAlone(_ map: LevelMap, _ words: [[Pen.Span]], _ rect: Rect, _ pen: inout Pen) {
    let area = rect.inset(left: 0, right: max(20, rect.columns - rect.rows * 2))
    _ = draw(map, in: area, &pen)
    let beside = rect.inset(left: area.columns + 2)
    let step = isState ? signs(map).step(area) : 1
    title(map, step > 1 ? "  a sign for \(step)×\(step)" : "", beside, &pen)
    write(words, in: beside.dropping(rows: 1), &pen)
  }

  private var legend: StateLegend { scope.trace.states }

  private var isState: Bool { if case .state = view.scale { true } else { false } }

  private func largest(_ numbers: [Double]) -> Double? {
    guard case .magnitude = view.scale else { return nil }
    return max(numbers.filter(\.isFinite).max() ?? 0, 1e-300)
  }

  // MARK: Maps

  private struct LevelMap {
    let level: PriorGrid.Level
    let values: [Double]
    let range: ClosedRange<Double>
    let cursor: (row: Int, column: Int)?
  }

  private func map(_ index: Int, _ numbers: [Double], _ range: ClosedRange<Double>) -> LevelMap {
    let level = scope.trace.priors.levels[index]
    let cursor = scope.place.flatMap { $0.level == index ? ($0.row, $0.column) : nil }
    return LevelMap(level: level, values: cells(of: level, numbers), range: range, cursor: cursor)
  }

  /// The most telling of the numbers of each cell.
  private func cells(of level: PriorGrid.Level, _ numbers: [Double]) -> [Double] {
    (0..<level.height * level.width).map { cell in
      let first = level.start + cell * level.anchorsPerCell
      let all = (first..<first + level.anchorsPerCell).map { $0 < numbers.count ? numbers[$0] : .nan }
      guard isState else { return all.reduce(-.infinity) { $1.isNaN || $0.isNaN ? .nan : max($0, $1) } }
      return legend.mostTelling(all).map { Double($0.code) } ?? .nan
    }
  }

  /// States are signs; numbers are half blocks where there are colours, else glyphs.
  private func isHalved(_ pen: Pen) -> Bool { !isState && pen.hasHalfBlocks }

  private func width(_ map: LevelMap, _ side: Int) -> Int { map.level.width * side }

  /// Columns to a cell at which every level fits beside the others; nil when there is none.
  private func commonSide(_ maps: [LevelMap], _ room: Rect, _ pen: Pen) -> Int? {
    let sides = isHalved(pen) ? [8, 4, 2, 1] : [2, 1]
    let tallest = maps.map(\.level.height).max() ?? 0
    return sides.first { side in
      let across = maps.reduce(-2) { $0 + max(width($1, side), 8) + 2 }
      let down = isHalved(pen) ? (tallest * side + 1) / 2 : tallest
      return across <= room.columns && down <= room.rows
    }
  }

  private func signs(_ map: LevelMap) -> SignMap {
    SignMap(codes: map.values, legend: legend, width: map.level.width, cursor: map.cursor)
  }

  private func draw(_ map: LevelMap, in area: Rect, _ pen: inout Pen) -> Int {
    guard !isState else { return signs(map).draw(in: area, &pen) }
    return CellMap(values: map.values, width: map.level.width, range: map.range, cursor: map.cursor)
      .draw(in: area, &pen)
  }

  private func title(_ map: LevelMap, _ note: String, _ rect: Rect, _ pen: inout Pen) {
    let style = map.cursor == nil ? pen.theme.secondary : pen.theme.strong
    let size = " \(map.level.height)×\(map.level.width)\(note)"
    pen.write(
      [.init(map.level.name, style), .init(size, pen.theme.secondary)], rect.column, rect.row,
      width: rect.columns)
  }

  // MARK: Legend

  /// What the marks mean, what a cell of several shows, and the number under the cursor.
  private func words(_ numbers: [Double], _ range: ClosedRange<Double>, _ pen: Pen) -> [[Pen.Span]] {
    let theme = pen.theme
    var lines: [[Pen.Span]] = []
    if isState {
      lines += legend.states.map { state in
        let count = Number.count(numbers.count { $0 == Double(state.code) })
        return [
          .init("\(SignMap.sign(state)) ", state.style(theme)),
          .init("\(state.name) \(count)", theme.secondary),
        ]
      }
    } else {
      let most = range.upperBound == 1e-300 ? 0 : range.upperBound
      lines.append(CellMap.legend(from: 0, to: most, pen))
    }
    if let many = scope.level?.anchorsPerCell, many > 1 {
      lines.append([.init("\(isState ? "best" : "most") of a cell's \(many)", theme.secondary)])
    }
    guard let prior = scope.prior, prior < numbers.count else { return lines }
    let state = legend[numbers[prior]]
    let text = isState ? state?.text ?? "?" : Number.text(numbers[prior])
    let style = isState ? state?.style(theme) ?? theme.hazard : theme.strong
    lines.append([.init("▸ " + scope.trace.priors.label(of: prior), theme.accent)])
    return lines + [[.init("  " + text, style)]]
  }

  private func write(_ words: [[Pen.Span]], in rect: Rect, _ pen: inout Pen) {
    for (row, line) in words.prefix(rect.rows).enumerated() {
      pen.write(line, rect.column, rect.row + row, width: rect.columns)
    }
  }
}

/// States in rows and columns as signs.
struct SignMap {
  let codes: [Double]
  let legend: StateLegend
  let width: Int
  let cursor: (row: Int, column: Int)?

  private var height: Int { width > 0 ? codes.count / width : 0 }

  static func sign(_ state: PriorState) -> String { state.kind == .negative ? "·" : state.sign }

  /// Two columns to a cell are square; a level too wide for that takes one.
  private func columns(_ rect: Rect) -> Int { width * 2 <= rect.columns ? 2 : 1 }

  /// How many cells a side share a sign.
  func step(_ rect: Rect) -> Int {
    guard !rect.isEmpty else { return 1 }
    let across = (width * columns(rect) + rect.columns - 1) / rect.columns
    return max(1, across, (height + rect.rows - 1) / rect.rows)
  }

  /// Draws into the top left of a rectangle; returns the rows it took.
  func draw(in rect: Rect, _ pen: inout Pen) -> Int {
    guard !rect.isEmpty, width > 0 else { return 0 }
    let (columns, step) = (columns(rect), step(rect))
    let rows = (height + step - 1) / step
    for row in 0..<rows {
      for column in 0..<(width + step - 1) / step {
        let shown = legend.mostTelling(block(row * step, column * step, step))
        let isHere = cursor.map { $0.row / step == row && $0.column / step == column } ?? false
        var style = shown?.style(pen.theme) ?? pen.theme.hazard
        if isHere { style.reverse = true }
        let sign = shown.map(SignMap.sign) ?? "?"
        let place = rect.column + column * columns
        pen.write(isHere ? sign.padded(columns) : sign, place, rect.row + row, style)
      }
    }
    return rows
  }

  private func block(_ row: Int, _ column: Int, _ step: Int) -> [Double?] {
    (row..<min(row + step, height)).flatMap { row in
      (column..<min(column + step, width)).map { codes[row * width + $0] }
    }
  }
}
