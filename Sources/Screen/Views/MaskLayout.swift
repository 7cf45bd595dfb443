import Scenes
import Traces

/// How the maps of a strip stand: how large a cell is, which part of the level is shown, how many are beside each other.
struct MaskLayout {
  enum Form {
    /// Two columns and a row to a cell, which is square.
    case wide
    case narrow
    /// A column and half a row, in colours.
    case half
  }

  let form: Form
  let region: CellRegion
  let labelRows: Int
  /// The rows that all maps take together.
  let rows: Int
  private let room: Rect
  private let across: Int
  private let gap: Int
  private let tile: Size

  /// Takes the first of these that fits: the whole level in square cells; the part round the object; the same
  /// smaller; what there is room for round the cursor.
  init(
    room: Rect, tiles: Int, labels: Int, level: (height: Int, width: Int), object: CellRegion,
    cursor: (row: Int, column: Int), hasHalves: Bool
  ) {
    let whole = CellRegion(rows: 0..<level.height, columns: 0..<level.width)
    let part = object.including(cursor)
    var tries: [(CellRegion, Form)] = [(whole, .wide), (part, .wide), (whole, .narrow), (part, .narrow)]
    if hasHalves { tries += [(whole, .half), (part, .half)] }
    // Maps as wide as their labels need: a label may break into two lines.
    let least = min(max(8, (labels + 6) / 2), 14)
    for (region, form) in tries {
      let size = MaskLayout.size(region, form)
      let columns = max(size.columns, least)
      let labelRows = columns >= labels + 5 ? 1 : 2
      for across in (1...max(1, tiles)).reversed() {
        let down = (tiles + across - 1) / across
        let gap = across * (columns + 2) - 2 <= room.columns ? 2 : 1
        guard across * (columns + gap) - gap <= room.columns, down * (size.rows + labelRows) <= room.rows else {
          continue
        }
        let tile = Size(columns: columns, rows: size.rows + labelRows)
        self.init(room, form, region, across, gap, labelRows, down, tile)
        return
      }
    }
    let across = max(1, min(tiles, (room.columns + 2) / (least + 2)))
    let down = (tiles + across - 1) / across
    let columns = max(1, (room.columns + 2) / across - 2)
    let rows = max(2, room.rows / down)
    let labelRows = rows > 4 && columns < labels + 5 ? 2 : 1
    let cut = whole.cut(rows: max(1, rows - labelRows), columns: columns, round: cursor)
    self.init(room, .narrow, cut, across, 2, labelRows, down, Size(columns: columns, rows: rows))
  }

  private init(
    _ room: Rect, _ form: Form, _ region: CellRegion, _ across: Int, _ gap: Int, _ labelRows: Int, _ down: Int,
    _ tile: Size
  ) {
    self.room = room
    self.form = form
    self.region = region
    self.across = across
    self.gap = gap
    self.labelRows = labelRows
    self.tile = tile
    rows = min(room.rows, down * tile.rows)
  }

  private static func size(_ region: CellRegion, _ form: Form) -> Size {
    let (rows, columns) = (region.rows.count, region.columns.count)
    switch form {
    // Brackets round the cursor need a column before the first.
    case .wide: return Size(columns: columns * 2 + 1, rows: rows)
    case .narrow: return Size(columns: columns, rows: rows)
    case .half: return Size(columns: columns, rows: (rows + 1) / 2)
    }
  }

  /// Where a map and its label stand; nil where there is no room left.
  func spot(_ index: Int) -> Rect? {
    let row = room.row + index / across * tile.rows
    let rows = min(tile.rows, room.bottom - row + 1)
    guard rows > labelRows else { return nil }
    return Rect(room.column + index % across * (tile.columns + gap), row, columns: tile.columns, rows: rows)
  }
}

/// One map of a strip.
struct MaskMap {
  let tile: MaskStrip.Tile
  let level: PriorGrid.Level
  let layout: MaskLayout
  let cursor: (row: Int, column: Int)

  func draw(in rect: Rect, _ pen: inout Pen) {
    switch layout.form {
    case .wide, .narrow: drawSigns(rect, &pen)
    case .half: drawHalves(rect, &pen)
    }
  }

  /// What a cell of several priors shows: that one passes, before that one is another's.
  private func mark(_ row: Int, _ column: Int) -> MaskStrip.Tile.Mark {
    let first = level.start + (row * level.width + column) * level.anchorsPerCell
    var shown = MaskStrip.Tile.Mark.fails
    for mark in tile.marks[first..<first + level.anchorsPerCell] where mark != .fails {
      if mark == .passes { return mark }
      shown = mark
    }
    return shown
  }

  private func isCursor(_ row: Int, _ column: Int) -> Bool { row == cursor.row && column == cursor.column }

  private func drawSigns(_ rect: Rect, _ pen: inout Pen) {
    let isWide = layout.form == .wide
    for (line, row) in layout.region.rows.enumerated() where line < rect.rows {
      for (index, column) in layout.region.columns.enumerated() {
        let place = rect.column + (isWide ? index * 2 + 1 : index)
        guard place <= rect.right else { continue }
        var (sign, style) = sign(mark(row, column), pen.theme)
        let isHere = isCursor(row, column)
        if isHere && !isWide { style.reverse = true }
        pen.put(Cell(sign, style), place, rect.row + line)
        guard isHere && isWide else { continue }
        pen.put(Cell("[", pen.theme.accent), place - 1, rect.row + line)
        if place < rect.right { pen.put(Cell("]", pen.theme.accent), place + 1, rect.row + line) }
      }
    }
  }

  private func sign(_ mark: MaskStrip.Tile.Mark, _ theme: Theme) -> (Unicode.Scalar, Style) {
    switch mark {
    case .fails: ("·", theme.negative)
    case .passes: ("■", theme.positive)
    case .other(let gt): (OwnerMark.digit(gt), theme.hazard)
    }
  }

  private func drawHalves(_ rect: Rect, _ pen: inout Pen) {
    let rows = layout.region.rows
    for line in 0..<min((rows.count + 1) / 2, rect.rows) {
      let upper = rows.lowerBound + line * 2
      for (index, column) in layout.region.columns.enumerated() where index < rect.columns {
        let bottom = upper + 1 < rows.upperBound ? ink(upper + 1, column, pen.theme) : .standard
        pen.put(Cell("▀", Style(ink(upper, column, pen.theme), on: bottom)), rect.column + index, rect.row + line)
      }
    }
  }

  /// Bright for what passes; brightness tells it without the hue.
  private func ink(_ row: Int, _ column: Int, _ theme: Theme) -> Ink {
    let mark = mark(row, column)
    if isCursor(row, column) { return .rgb(mark == .fails ? RGB(0xAF, 0x00, 0xAF) : RGB(0xFF, 0x5F, 0xFF)) }
    return switch mark {
    case .fails: .rgb(RGB(0x3A, 0x3A, 0x3A))
    case .passes: .rgb(RGB(0x87, 0xD7, 0xFF))
    case .other: .rgb(RGB(0xD7, 0x87, 0x00))
    }
  }
}

/// How the number of a GT is shown in one column.
enum OwnerMark {
  private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".unicodeScalars)

  static func digit(_ gt: Int) -> Unicode.Scalar { digits.indices.contains(gt) ? digits[gt] : "*" }
}
