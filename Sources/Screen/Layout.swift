import Scenes

/// Where everything stands on a screen of a given size. It depends on nothing else but the picture's
/// shape and how many losses the detector has, so the frame never jumps.
struct Layout: Hashable {
  static let smallest = Size(columns: 60, rows: 18)

  let size: Size
  /// Room for the picture and the view beside each other.
  let isWide: Bool
  let headline: Rect
  /// Everything between the headline and the line of keys.
  let body: Rect
  /// Where the picture is; where room is short, the picture or the view.
  let left: Rect
  /// The view; nil where room is short.
  let view: Rect?
  /// Nil where room is short: the title line has the loss.
  let losses: Rect?
  let why: Rect

  var showsLosses: Bool { losses != nil }

  /// Nil when the size is too small for a screen.
  ///
  /// - Parameter losses: lines of the ledger, the total among them.
  init?(size: Size, scene: Scene, losses count: Int = 3) {
    guard size.columns >= Layout.smallest.columns, size.rows >= Layout.smallest.rows else { return nil }
    self.size = size
    isWide = size.columns >= 100 && size.rows >= 28
    let headlineRows = size.rows >= 22 ? 2 : 1
    headline = Rect(1, 2, columns: size.columns - 2, rows: headlineRows)
    let body = Rect(0, 2 + headlineRows, columns: size.columns, rows: size.rows - 3 - headlineRows)
    self.body = body
    let leftColumns = Layout.leftColumns(body, scene, isWide: isWide)
    left = Rect(0, body.row, columns: leftColumns, rows: body.rows)
    let right = Rect(leftColumns, body.row, columns: size.columns - leftColumns, rows: body.rows)
    // Neighbours share an edge.
    let lossRows = size.rows >= 45 ? 8 : size.rows >= 22 ? count.clamped(to: 3...4) + 2 : 0
    let rest = right.rows - max(0, lossRows - 1)
    let viewRows = isWide ? (rest * 5 + 4) / 8 : 0
    view = isWide ? right.top(rows: viewRows) : nil
    let below = isWide ? right.dropping(rows: viewRows - 1) : right
    losses = lossRows > 0 ? below.top(rows: lossRows) : nil
    why = lossRows > 0 ? below.dropping(rows: lossRows - 1) : below
  }

  /// The picture takes the full height where it can, and leaves the right side enough to read.
  private static func leftColumns(_ body: Rect, _ scene: Scene, isWide: Bool) -> Int {
    let ratio = Double(scene.width) / Double(max(1, scene.height))
    let wanted = Int(Double(2 * (body.rows - 2)) * ratio, in: 0...10_000) ?? 0
    let least = isWide ? body.columns * 2 / 5 : body.columns * 11 / 20
    let most = isWide ? max(least, min(body.columns * 11 / 20, body.columns - 56)) : least
    return (wanted + 2).clamped(to: least...most)
  }
}

extension State {
  /// Where everything stands at the size the screen has.
  var layout: Layout? { layout(at: size) }

  func layout(at size: Size) -> Layout? {
    Layout(size: size, scene: scene, losses: detectorType?.lossCount ?? trace?.losses.count ?? 3)
  }
}
