import Boxes
import Traces

/// What a lens shows: a region, and one of the points at which its map is sampled.
struct LensPlace: Hashable {
  let region: Int
  let regions: Int
  /// The pooled map's rows and columns of bins.
  let bins: CellRegion
  /// Points of a bin.
  let down: Int
  let across: Int
  /// The chosen point's row and column among the region's points; 0, 0 where there are none.
  let row: Int
  let column: Int

  /// Nil before there are regions.
  init?(_ view: View.Lens, _ scope: Scope) {
    guard let boxes = scope.known(view.boxes), boxes.shape.count == 2, boxes.shape[1] == 4, boxes.shape[0] > 0,
      let pooled = scope.known(view.pooled), pooled.shape.count == 4, let samples = scope.known(view.samples)
    else { return nil }
    regions = boxes.shape[0]
    let chosen = scope.state.selection.box.flatMap { $0.kind.boxes == view.boxes ? $0.index : nil }
    region = (chosen ?? scope.state.scroll.regions[view.boxes] ?? scope.regionOfSelection ?? 0).clamped(
      to: 0...regions - 1)
    bins = CellRegion(rows: 0..<pooled.shape[2], columns: 0..<pooled.shape[3])
    let counts = samples.row(region).map { Int($0, in: 0...1000) ?? 0 }
    (down, across) = counts.count == 2 ? (counts[0], counts[1]) : (0, 0)
    let (rows, columns) = (bins.rows.count * down, bins.columns.count * across)
    // In the middle, before one was chosen.
    let point = scope.state.scroll.point ?? Scroll.Point(row: rows / 2, column: columns / 2)
    row = point.row.clamped(to: 0...max(0, rows - 1))
    column = point.column.clamped(to: 0...max(0, columns - 1))
  }

  /// Points of the whole region.
  var count: Int { bins.rows.count * bins.columns.count * down * across }

  var binRow: Int { down > 0 ? row / down : 0 }
  var binColumn: Int { across > 0 ? column / across : 0 }

  /// The chosen point's index among the region's: bin by bin, row by row, and so within a bin. Nil without points.
  var index: Int? { index(row, column) }

  func index(_ row: Int, _ column: Int) -> Int? {
    guard count > 0 else { return nil }
    let bin = row / down * bins.columns.count + column / across
    return bin * down * across + row % down * across + column % across
  }
}

extension State {
  /// The lens that B shows, and what is under it.
  private var lens: (view: View.Lens, place: LensPlace)? {
    guard let scope = Scope(self), case .lens(let view) = scope.shownView, let place = LensPlace(view, scope)
    else { return nil }
    return (view, place)
  }

  /// Whether B has the keys and shows a lens.
  var pointsWithLens: Bool { focus == .view && lens != nil }

  mutating func movePoint(_ direction: Action.Direction) {
    guard let place = lens?.place else { return }
    switch direction {
    case .left: scroll.point = .init(row: place.row, column: place.column - 1)
    case .right: scroll.point = .init(row: place.row, column: place.column + 1)
    case .up: scroll.point = .init(row: place.row - 1, column: place.column)
    case .down: scroll.point = .init(row: place.row + 1, column: place.column)
    }
    // What lies outside is brought back when it is read.
    guard let shown = lens?.place else { return }
    scroll.point = .init(row: shown.row, column: shown.column)
  }

  mutating func changeRegion(by count: Int) {
    guard let (view, place) = lens else { return }
    let count = count.clamped(to: -place.regions...place.regions)
    let next = ((place.region + count) % place.regions + place.regions) % place.regions
    scroll.regions[view.boxes] = next
    guard let kind = BoxRow.Kind.allCases.first(where: { $0.boxes == view.boxes }) else { return }
    select(.box(BoxRow(kind, next)))
  }
}
