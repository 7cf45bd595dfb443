import Traces

/// Small maps of a level beside each other, one a rule, for the selected GT: who passes it, who passes all, whose
/// those are.
struct MasksView {
  let view: View.Masks
  let scope: Scope

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let place = scope.place, let level = scope.level, !view.masks.isEmpty else {
      pen.wrap("There is no level to show.", in: rect, pen.theme.secondary)
      return
    }
    guard let strip = MaskStrip(view, scope, level) else {
      pen.wrap("The scene has no objects: there is nothing to pass.", in: rect, pen.theme.secondary)
      return
    }
    let pointer = scope.state.pointer(in: .view) ?? place
    let words = words(strip, rect.columns, pen)
    let labels = strip.tiles.map { pen.columns($0.label) }.max() ?? 0
    func fitted(words kept: Int) -> MaskLayout {
      MaskLayout(
        room: rect.top(rows: rect.rows - kept), tiles: strip.tiles.count, labels: labels,
        level: (level.height, level.width), object: strip.region(level), cursor: (place.row, place.column),
        hasHalves: pen.hasHalfBlocks)
    }
    // How many pass on each level is always said; maps one can read come before the other words.
    var layout = fitted(words: rect.rows >= 9 ? words.count : 1)
    if layout.form != .wide && rect.rows >= 9 { layout = fitted(words: 2) }
    if layout.form != .wide { layout = fitted(words: 1) }
    for (index, tile) in strip.tiles.enumerated() {
      guard let spot = layout.spot(index) else { continue }
      let lines = pen.spelled("\(tile.label) \(Number.count(tile.count))").wrapped(
        spot.columns, lines: layout.labelRows)
      for (row, line) in lines.enumerated() {
        let style = index < view.masks.count ? pen.theme.text : pen.theme.strong
        // A short label stands next to its map.
        let top = spot.row + layout.labelRows - lines.count
        pen.write(line, spot.column, top + row, width: spot.columns, style)
      }
      let map = MaskMap(tile: tile, level: level, layout: layout, cursor: (pointer.row, pointer.column))
      map.draw(in: spot.dropping(rows: layout.labelRows), &pen)
    }
    let below = rect.dropping(rows: layout.rows)
    for (row, line) in words.prefix(below.rows).enumerated() {
      pen.write(line, below.column, below.row + row, width: below.columns, pen.theme.secondary)
    }
  }

  /// What is said under the maps: the prior under the cursor, the levels, the signs.
  func words(_ strip: MaskStrip, _ room: Int, _ pen: Pen) -> [String] {
    let levels = scope.trace.priors.levels.map { "\($0.name) \(strip.count(in: $0.range))" }
    var lines = ["pass all: " + levels.joined(separator: "  ")]
    if let prior = scope.prior {
      let verdicts = zip(view.masks, strip.passes).map { mask, passes in
        "\(passes.indices.contains(prior) && passes[prior] ? "✓" : "✗") \(mask.label)"
      }
      let name = "▸ \(scope.trace.priors.label(of: prior))  "
      let long = name + verdicts.joined(separator: "  ")
      lines.append(pen.columns(long) <= room ? long : "▸ " + verdicts.joined(separator: " "))
    }
    lines.append(view.owner == nil ? "■ passes  · fails" : "■ passes  · fails  1: passes, goes to gt 1")
    return lines
  }
}

/// The maps' contents: for each prior whether it passes.
struct MaskStrip {
  struct Tile {
    enum Mark: Hashable {
      case fails
      case passes
      /// Passes everything, but belongs to another GT.
      case other(Int)
    }

    let label: String
    /// Of all priors.
    let marks: [Mark]
    /// How many of the level pass.
    let count: Int
  }

  /// A mask a rule, in order.
  let passes: [[Bool]]
  let tiles: [Tile]
  private let all: [Bool]
  private let scope: Scope

  /// Nil when a rule is of a GT, and there is none.
  init?(_ view: View.Masks, _ scope: Scope, _ level: PriorGrid.Level) {
    self.scope = scope
    let numbers = view.masks.map { mask in
      scope.known(mask.value) == nil ? nil : scope.trace.perPrior(mask.value, gt: scope.gt)
    }
    guard numbers.contains(where: { $0 != nil }) else { return nil }
    let count = scope.trace.priors.count
    let passes = numbers.map { $0.map { $0.map { $0 > 0 } } ?? Array(repeating: false, count: count) }
    let all = (0..<count).map { prior in passes.allSatisfy { $0[prior] } }
    var tiles = zip(view.masks, passes).map { MaskStrip.tile($0.label, $1, level) }
    // Some steps ask for everything together themselves.
    if passes.count > 1, passes.last != all { tiles.append(MaskStrip.tile("= all of them", all, level)) }
    if let owner = view.owner.flatMap({ scope.known($0) }), owner.count == count {
      let marks = all.indices.map { prior -> Tile.Mark in
        guard all[prior], let gt = owner[flat: prior].flatMap(Int.init(exactly:)) else { return .fails }
        return gt == scope.gt ? .passes : gt >= 0 ? .other(gt) : .fails
      }
      let own = marks[level.range].count { $0 == .passes }
      tiles.append(Tile(label: scope.gt.map { "→ gt \($0)" } ?? "→ taken", marks: marks, count: own))
    }
    (self.passes, self.all, self.tiles) = (passes, all, tiles)
  }

  private static func tile(_ label: String, _ passes: [Bool], _ level: PriorGrid.Level) -> Tile {
    Tile(label: label, marks: passes.map { $0 ? .passes : .fails }, count: passes[level.range].count { $0 })
  }

  func count(in range: Range<Int>) -> Int { all[range].count { $0 } }

  /// The cells round the selected object, with one to spare on each side.
  func region(_ level: PriorGrid.Level) -> CellRegion {
    let whole = CellRegion(rows: 0..<level.height, columns: 0..<level.width)
    let objects = scope.trace.scene.groundTruth
    guard let gt = scope.gt, objects.indices.contains(gt), objects[gt].box.isFinite,
      let index = scope.place?.level
    else { return whole }
    let box = objects[gt].box
    let priors = scope.trace.priors
    guard let first = priors.nearest(level: index, x: box.x1, y: box.y1),
      let last = priors.nearest(level: index, x: box.x2, y: box.y2)
    else { return whole }
    return CellRegion(rows: first.row - 1..<last.row + 2, columns: first.column - 1..<last.column + 2)
      .clamped(to: whole)
  }
}

/// Some rows and columns of a level's cells.
struct CellRegion: Hashable {
  var rows: Range<Int>
  var columns: Range<Int>

  func clamped(to other: CellRegion) -> CellRegion {
    CellRegion(rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }

  func including(_ cell: (row: Int, column: Int)) -> CellRegion {
    CellRegion(
      rows: min(rows.lowerBound, cell.row)..<max(rows.upperBound, cell.row + 1),
      columns: min(columns.lowerBound, cell.column)..<max(columns.upperBound, cell.column + 1))
  }

  /// At most so many rows and columns, with a cell among them.
  func cut(rows count: Int, columns width: Int, round cell: (row: Int, column: Int)) -> CellRegion {
    func cut(_ range: Range<Int>, _ count: Int, _ at: Int) -> Range<Int> {
      guard range.count > count, count > 0 else { return range }
      let first = (at - count / 2).clamped(to: range.lowerBound...range.upperBound - count)
      return first..<first + count
    }
    return CellRegion(rows: cut(rows, count, cell.row), columns: cut(columns, width, cell.column))
  }
}
