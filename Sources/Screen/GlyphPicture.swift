import Boxes
import Scenes
import Traces

/// The picture where half blocks or colours can't be shown: brightness by glyphs, lines by strokes.
struct GlyphPicture {
  let geometry: PictureGeometry
  let overlay: Overlay

  /// From dark to bright. Signs of states and of lines are none of these.
  private static let letters: [Unicode.Scalar] = [" ", ".", ",", "c", "o", "a", "O", "8", "M"]
  private static let shades: [Unicode.Scalar] = [" ", "░", "▒", "▓", "█"]

  func draw(_ picture: Picture, _ pen: inout Pen) {
    let raster = Raster(picture, geometry)
    for row in 0..<(raster.height + 1) / 2 {
      for column in 0..<raster.width {
        guard let top = raster[column, row * 2] else { continue }
        let color = raster[column, row * 2 + 1].map { top.mixed(with: $0, 0.5) } ?? top
        pen.put(GlyphPicture.cell(color, pen), geometry.column + column, geometry.row + row)
      }
    }
    let mark = Style(bold: true)
    for center in overlay.centers where overlay.showsCenters(geometry) {
      put("∙", center.x, center.y, mark, &pen)
    }
    for outline in overlay.outlines { stroke(outline, &pen) }
    for sign in overlay.signs {
      guard sign.state.kind != .negative || overlay.spacing * geometry.scale >= 5,
        let glyph = sign.state.sign.unicodeScalars.first
      else { continue }
      var style = sign.state.style(pen.theme)
      if sign.isChanged { style.reverse.toggle() }
      put(glyph, sign.x, sign.y, style, &pen)
    }
    for member in overlay.members { put(member.glyph, member.x, member.y, Style(bold: member.part > 0.5), &pen) }
    if let cursor = overlay.cursor { drawCursor(cursor.box, &pen) }
  }

  /// A colour as a glyph of its brightness.
  static func cell(_ color: RGB, _ pen: Pen) -> Cell {
    if pen.appearance.colors == .full { return Cell(" ", Style(on: .rgb(color))) }
    let glyphs = pen.isASCII ? GlyphPicture.letters : GlyphPicture.shades
    let isDark = pen.appearance.background == .dark
    let part = isDark ? color.brightness : 1 - color.brightness
    return Cell(glyphs[Int(part * Double(glyphs.count), in: 0...glyphs.count - 1) ?? 0])
  }

  private func put(_ glyph: Unicode.Scalar, _ x: Double, _ y: Double, _ style: Style, _ pen: inout Pen) {
    guard let cell = geometry.cell(x, y) else { return }
    pen.put(glyph, cell.column, cell.row, keepingGround: style)
  }

  private func stroke(_ outline: Overlay.Outline, _ pen: inout Pen) {
    guard let edge = geometry.outline(outline.box) else { return }
    let style = Style(.rgb(outline.color), bold: outline.pattern == .solid)
    let top = floorHalf(edge.top)
    let bottom = floorHalf(edge.bottom)
    let lastRow = (geometry.height + 1) / 2 - 1
    func set(_ x: Int, _ row: Int, _ glyph: Unicode.Scalar) {
      guard x >= 0, x < geometry.width, row >= 0, row <= lastRow else { return }
      pen.put(glyph, geometry.column + x, geometry.row + row, keepingGround: style)
    }
    let glyphs = outline.pattern.glyphs
    for x in max(edge.left, 0)...max(min(edge.right, geometry.width - 1), max(edge.left, 0)) {
      set(x, top, glyphs.across)
      set(x, bottom, glyphs.across)
    }
    for row in max(top, 0)...max(min(bottom, lastRow), max(top, 0)) {
      set(edge.left, row, glyphs.down)
      set(edge.right, row, glyphs.down)
    }
    guard outline.pattern == .solid, bottom > top, edge.right > edge.left else { return }
    for (x, row, glyph) in [
      (edge.left, top, "┏"), (edge.right, top, "┓"), (edge.left, bottom, "┗"), (edge.right, bottom, "┛"),
    ] as [(Int, Int, Unicode.Scalar)] {
      set(x, row, glyph)
    }
  }

  private func floorHalf(_ pixel: Int) -> Int { pixel >= 0 ? pixel / 2 : -((1 - pixel) / 2) }

  /// Brackets round the cursor's cell.
  private func drawCursor(_ box: Box, _ pen: inout Pen) {
    guard let center = geometry.cell(box.centerX, box.centerY) else { return }
    let style = Style(bold: true, reverse: true)
    pen.put(Cell("[", style), center.column - 1, center.row)
    pen.put(Cell("]", style), center.column + 1, center.row)
  }
}

extension Overlay.Pattern {
  fileprivate var glyphs: (across: Unicode.Scalar, down: Unicode.Scalar) {
    switch self {
    case .solid: ("━", "┃")
    case .dashed: ("╌", "╎")
    case .broken: ("╍", "╏")
    case .dotted, .faint: ("┈", "┊")
    case .weighted(let part): part < 0.5 ? ("┈", "┊") : ("╌", "╎")
    }
  }
}

/// Puts labels beside their boxes where no other label stands.
struct LabelPlacer {
  let geometry: PictureGeometry
  private var taken: [Rect] = []

  init(geometry: PictureGeometry) { self.geometry = geometry }

  mutating func place(_ label: Overlay.Label, _ pen: inout Pen) {
    guard let edge = geometry.outline(label.box) else { return }
    var text = pen.spelled(label.text).fitted(min(20, geometry.area.columns))
    // Between glyphs of brightness a label needs room of its own.
    if !pen.hasHalfBlocks { text = " \(text) " }
    let width = text.columns
    guard width > 0 else { return }
    let left = geometry.column + edge.left
    let right = geometry.column + edge.right - width + 1
    let top = geometry.row + (edge.top >= 0 ? edge.top / 2 : -1)
    let bottom = geometry.row + max(edge.bottom, 0) / 2
    let places = [
      (left, top - 1), (left, bottom + 1), (right, top - 1), (right, bottom + 1), (left + 1, top + 1),
      (left + 1, bottom - 1),
    ]
    let rects = places.map { place in
      Rect(
        place.0.clamped(
          to: geometry.area.column...max(geometry.area.column, geometry.area.right - width + 1)),
        place.1, columns: width, rows: 1)
    }
    guard let rect = rects.first(where: { isFree($0) }) else { return }
    taken.append(rect)
    var style = Style(.rgb(label.color), on: .rgb(RGB(0x1C, 0x1C, 0x1C)), bold: label.isSelected)
    if label.isSelected { style = Style(.rgb(RGB(0x10, 0x10, 0x10)), on: .rgb(label.color), bold: true) }
    if pen.appearance.colors == .none { style = Style(bold: true, reverse: label.isSelected) }
    pen.write(text, rect.column, rect.row, width: width, style)
  }

  private func isFree(_ rect: Rect) -> Bool {
    geometry.area.rowRange.contains(rect.row)
      && !taken.contains { other in
        other.row == rect.row && other.column <= rect.right + 1 && rect.column <= other.right + 1
      }
  }
}
