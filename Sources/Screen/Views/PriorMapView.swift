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
    let range = range(numbers)
    let all = scope.trace.priors.levels.indices.map { map($0, numbers, range) }
    let words = words(numbers, range, columns: rect.columns, pen)
    // A title above, a line for each thing to say below.
    if let side = commonSide(all, rect.dropping(rows: 1 + words.count), pen) {
      var place = rect
      var drawn = 0
      for map in all {
        title(map, place, &pen)
        let room = place.dropping(rows: 1).top(rows: rect.rows - 1 - words.count)
        drawn = max(
          drawn, draw(map, in: Rect(room.column, room.row, columns: width(map, side), rows: room.rows), &pen))
        place = place.inset(left: max(width(map, side), 8) + 2)
      }
      write(words, in: rect.dropping(rows: 1 + drawn), &pen)
    } else {
      drawAlone(all[selected], numbers, range, rect, &pen)
    }
  }

  /// The selected level on the left, the words beside it.
  private func drawAlone(
    _ map: LevelMap, _ numbers: [Double], _ range: ClosedRange<Double>, _ rect: Rect, _ pen: inout Pen
  ) {
    let area = rect.inset(left: 0, right: max(20, rect.columns - rect.rows * 2))
    _ = draw(map, in: area, &pen)
    let beside = rect.inset(left: area.columns + 2)
    let step = isSigned ? signs(map).step(area) : 1
    title(map, beside, &pen)
    let shared: [[Pen.Span]] = step > 1 ? [[.init("\(step)×\(step) cells a sign", pen.theme.secondary)]] : []
    // Of this level alone.
    let own = map.level.range.clamped(to: 0..<numbers.count).map { numbers[$0] }
    let words = words(numbers, counting: own, range, columns: beside.columns, pen)
    write(shared + words, in: beside.dropping(rows: 1), &pen)
  }

  var legend: StateLegend { view.legend ?? scope.trace.states }

  private var isState: Bool { if case .state = view.scale { true } else { false } }
  private var isSpread: Bool { if case .spread = view.scale { true } else { false } }
  var isOwner: Bool { if case .owner = view.scale { true } else { false } }
  /// Whether a cell shows a sign and no brightness.
  var isSigned: Bool { isState || isOwner }

  func range(_ numbers: [Double]) -> ClosedRange<Double> {
    let finite = numbers.filter(\.isFinite)
    switch view.scale {
    case .state, .owner, .unit: return 0...1
    case .magnitude: return 0...max(finite.max() ?? 0, 1e-300)
    case .spread:
      let least = finite.min() ?? 0
      return least...max(finite.max() ?? 0, least)
    }
  }

  // MARK: Maps

  struct LevelMap {
    let level: PriorGrid.Level
    let values: [Double]
    let range: ClosedRange<Double>
    let cursor: (row: Int, column: Int)?
  }

  func map(_ index: Int, _ numbers: [Double], _ range: ClosedRange<Double>) -> LevelMap {
    let level = scope.trace.priors.levels[index]
    let cursor = scope.state.pointer(in: .view).flatMap { $0.level == index ? ($0.row, $0.column) : nil }
    return LevelMap(level: level, values: cells(of: level, numbers), range: range, cursor: cursor)
  }

  /// The most telling of the numbers of each cell.
  private func cells(of level: PriorGrid.Level, _ numbers: [Double]) -> [Double] {
    (0..<level.height * level.width).map { cell in
      let first = level.start + cell * level.anchorsPerCell
      let all = (first..<first + level.anchorsPerCell).map { $0 < numbers.count ? numbers[$0] : .nan }
      if isOwner { return owner(all) }
      guard isState else { return all.reduce(-.infinity) { $1.isNaN || $0.isNaN ? .nan : max($0, $1) } }
      return legend.mostTelling(all).map { Double($0.code) } ?? .nan
    }
  }

  /// The selected GT before others, the first before the later.
  private func owner(_ all: [Double]) -> Double {
    if let gt = scope.gt, all.contains(Double(gt)) { return Double(gt) }
    return all.filter { $0 >= 0 }.min() ?? -1
  }

  /// States are signs; numbers are half blocks where there are colours, else glyphs.
  private func isHalved(_ pen: Pen) -> Bool { !isSigned && pen.hasHalfBlocks }

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
    SignMap(values: map.values, width: map.level.width, cursor: map.cursor) { block, theme in
      if isOwner { return sign(ofOwner: owner(block), theme) }
      guard let state = legend.mostTelling(block) else { return ("?", theme.hazard) }
      return (SignMap.sign(state), state.style(theme))
    }
  }

  /// The GT's number in the colour that its box has.
  private func sign(ofOwner owner: Double, _ theme: Theme) -> (String, Style) {
    let objects = scope.trace.scene.groundTruth
    guard let gt = Int(exactly: owner), objects.indices.contains(gt) else { return ("·", theme.negative) }
    let style = Style(.rgb(theme.hue(objects[gt].label)), bold: gt == scope.gt)
    return (String(Character(OwnerMark.digit(gt))), style)
  }

  private func draw(_ map: LevelMap, in area: Rect, _ pen: inout Pen) -> Int {
    guard !isSigned else { return signs(map).draw(in: area, &pen) }
    return CellMap(values: map.values, width: map.level.width, range: map.range, cursor: map.cursor)
      .draw(in: area, &pen)
  }

  private func title(_ map: LevelMap, _ rect: Rect, _ pen: inout Pen) {
    let style = map.cursor == nil ? pen.theme.secondary : pen.theme.strong
    let size = " \(map.level.height)×\(map.level.width)"
    pen.write(
      [.init(map.level.name, style), .init(size, pen.theme.secondary)], rect.column, rect.row,
      width: rect.columns)
  }

  // MARK: Legend

  /// What the marks mean, what a cell of several shows, and the number under the cursor.
  /// - Parameter counted: the numbers that are counted, where not all are shown.
  func words(
    _ numbers: [Double], counting counted: [Double]? = nil, _ range: ClosedRange<Double>, columns: Int, _ pen: Pen
  ) -> [[Pen.Span]] {
    let theme = pen.theme
    let counted = counted ?? numbers
    var lines: [[Pen.Span]] = []
    if isOwner {
      lines += owners(counted, columns, pen)
    } else if isState {
      lines += legend.present(in: counted).map { state, count in
        let count = Number.count(count)
        return [
          .init("\(SignMap.sign(state)) ", state.style(theme)),
          .init("\(state.name) \(count)", theme.secondary),
        ]
      }
    } else {
      let most = range.upperBound == 1e-300 ? 0 : range.upperBound
      lines.append(CellMap.legend(from: range.lowerBound, to: most, columns: columns, digits: isSpread ? 3 : 2, pen))
      let lost = counted.count(where: \.isNaN)
      if lost > 0 { lines.append([CellMap.noNumber(pen), .init(" NaN \(Number.count(lost))", theme.hazard)]) }
    }
    if let many = scope.level?.anchorsPerCell, many > 1, !isOwner {
      lines.append([.init("\(isState ? "best" : "most") of a cell's \(many)", theme.secondary)])
    }
    guard let prior = scope.prior, prior < numbers.count else { return lines }
    var (text, style) = (Number.text(numbers[prior]), theme.strong)
    if isState {
      let state = legend[numbers[prior]]
      (text, style) = (state?.text ?? "?", state?.style(theme) ?? theme.hazard)
    } else if isOwner {
      text = Int(exactly: numbers[prior]).flatMap { $0 >= 0 ? scope.name(gt: $0) : nil } ?? "no GT"
    }
    lines.append([.init("▸ " + scope.trace.priors.label(of: prior), theme.accent)])
    return lines + [[.init("  " + text, style)]]
  }

  /// How many belong to each GT, the selected first, as many to a line as there is room for.
  private func owners(_ numbers: [Double], _ columns: Int, _ pen: Pen) -> [[Pen.Span]] {
    var counts = Array(repeating: 0, count: scope.trace.scene.groundTruth.count)
    for number in numbers { if let gt = Int(exactly: number), counts.indices.contains(gt) { counts[gt] += 1 } }
    let order = counts.indices.sorted { ($0 == scope.gt ? -1 : $0) < ($1 == scope.gt ? -1 : $1) }
    let free = numbers.count - counts.reduce(0, +)
    var lines: [[Pen.Span]] = []
    var used = 0
    func add(_ spans: [Pen.Span]) {
      let width = spans.reduce(0) { $0 + pen.columns($1.text) }
      if lines.isEmpty || used + 2 + width > columns {
        lines.append(spans)
        used = width
      } else {
        lines[lines.count - 1] += [.init("  ")] + spans
        used += 2 + width
      }
    }
    for gt in order {
      let (sign, style) = sign(ofOwner: Double(gt), pen.theme)
      add([.init("\(sign) ", style), .init("\(scope.name(gt: gt)) \(Number.count(counts[gt]))", pen.theme.secondary)])
    }
    add([.init("· no GT's \(Number.count(free))", pen.theme.secondary)])
    return lines
  }

  private func write(_ words: [[Pen.Span]], in rect: Rect, _ pen: inout Pen) {
    for (row, line) in words.prefix(rect.rows).enumerated() {
      pen.write(line, rect.column, rect.row + row, width: rect.columns)
    }
  }
}

/// Signs in rows and columns.
struct SignMap {
  let values: [Double]
  let width: Int
  let cursor: (row: Int, column: Int)?
  /// The sign of some cells together.
  let sign: ([Double], Theme) -> (String, Style)

  private var height: Int { width > 0 ? values.count / width : 0 }

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
        var (sign, style) = sign(block(row * step, column * step, step), pen.theme)
        let isHere = cursor.map { $0.row / step == row && $0.column / step == column } ?? false
        if isHere { style.reverse = true }
        let place = rect.column + column * columns
        pen.write(isHere ? sign.padded(columns) : sign, place, rect.row + row, style)
      }
    }
    return rows
  }

  private func block(_ row: Int, _ column: Int, _ step: Int) -> [Double] {
    (row..<min(row + step, height)).flatMap { row in
      (column..<min(column + step, width)).map { values[row * width + $0] }
    }
  }
}
