import Boxes
import Scenes
import Traces

/// The picture in half blocks: every cell is two pixels, and lines are drawn into the pixels.
struct HalfBlockPicture {
  let geometry: PictureGeometry
  let overlay: Overlay

  func draw(_ picture: Picture, _ pen: inout Pen) {
    var raster = Raster(picture, geometry)
    for center in overlay.centers where overlay.showsCenters(geometry) {
      guard let pixel = geometry.pixel(center.x, center.y), let ground = raster[pixel.x, pixel.y] else {
        continue
      }
      raster.set(pixel.x, pixel.y, ground.brightness > 0.5 ? RGB(0, 0, 0) : RGB(255, 255, 255), opacity: 0.45)
    }
    for outline in overlay.outlines { stroke(outline, &raster) }
    if let cursor = overlay.cursor { strokeCorners(cursor, &raster) }
    blit(raster, &pen)
    for sign in overlay.signs { draw(sign, &pen) }
    for member in overlay.members { draw(member, &pen) }
  }

  private func blit(_ raster: Raster, _ pen: inout Pen) {
    for row in 0..<(raster.height + 1) / 2 {
      for column in 0..<raster.width {
        guard let top = raster[column, row * 2] else { continue }
        let bottom = raster[column, row * 2 + 1].map(Ink.rgb) ?? .standard
        pen.put(Cell("▀", Style(.rgb(top), on: bottom)), geometry.column + column, geometry.row + row)
      }
    }
  }

  private func stroke(_ outline: Overlay.Outline, _ raster: inout Raster) {
    guard let edge = geometry.outline(outline.box) else { return }
    func set(_ x: Int, _ y: Int, _ step: Int) {
      switch outline.pattern {
      case .solid: raster.set(x, y, outline.color)
      case .dashed:
        let isLight = step / 2 % 2 == 0
        raster.set(
          x, y, isLight ? outline.color : RGB(0x10, 0x10, 0x10), opacity: isLight ? 1 : 0.7)
      case .faint: raster.set(x, y, outline.color, opacity: 0.3)
      case .weighted(let part): raster.set(x, y, outline.color, opacity: part)
      case .broken: if step / 2 % 2 == 0 { raster.set(x, y, outline.color) }
      case .dotted: if step % 2 == 0 { raster.set(x, y, outline.color) }
      }
    }
    for x in max(edge.left, -1)...max(min(edge.right, raster.width), max(edge.left, -1)) {
      set(x, edge.top, x - edge.left)
      if edge.bottom != edge.top { set(x, edge.bottom, x - edge.left) }
    }
    guard edge.bottom - edge.top > 1 else { return }
    for y in max(edge.top + 1, -1)...max(min(edge.bottom - 1, raster.height), max(edge.top + 1, -1)) {
      set(edge.left, y, y - edge.top)
      if edge.right != edge.left { set(edge.right, y, y - edge.top) }
    }
  }

  /// The cursor's cell by its corners, so that what is in it stays to be seen. They are whole cells of the terminal:
  /// nothing is moved with fewer bytes.
  private func strokeCorners(_ cursor: Overlay.Outline, _ raster: inout Raster) {
    guard let edge = geometry.outline(cursor.box) else { return }
    let margin = edge.right - edge.left < 4 ? 1 : 0
    let (left, right) = (edge.left - margin, edge.right + margin)
    let rows: Set = [edge.top >> 1, edge.bottom >> 1]
    let length = right - left >= 8 ? 2 : 1
    for row in rows {
      for step in 0..<length {
        for column in [left + step, right - step] {
          raster.set(column, row * 2, Self.cursorColor)
          raster.set(column, row * 2 + 1, Self.cursorColor)
        }
      }
    }
  }

  private static let cursorColor = RGB(0xFF, 0x30, 0xFF)

  /// A sign in a colour that its place on the picture lets through.
  private func draw(_ sign: Overlay.Sign, _ pen: inout Pen) {
    guard sign.state.kind != .negative || overlay.isSparse(geometry),
      let cell = geometry.cell(sign.x, sign.y), let glyph = sign.state.sign.unicodeScalars.first
    else { return }
    let under = pen.canvas[cell.column, cell.row].style
    guard under.foreground != .rgb(Self.cursorColor) else {
      // The cursor shows behind it.
      let style = Style(.rgb(RGB(0, 0, 0)), on: .rgb(Self.cursorColor), bold: true, reverse: sign.isChanged)
      return pen.put(Cell(glyph, style), cell.column, cell.row)
    }
    // Signs that matter stand on a dark plate, to be found on any picture.
    let beneath = ground(under)
    let ground =
      sign.state.kind == .negative
      ? beneath : beneath.mixed(with: RGB(0, 0, 0), sign.state.kind == .positive ? 0.75 : 0.5)
    let isBright = ground.brightness > 0.5
    var style = sign.state.style(isBright ? Theme.onBrightPictures : Theme.onPictures)
    style.bold = sign.state.kind != .negative
    style.reverse = sign.isChanged
    if sign.state.kind == .negative {
      style.foreground = .rgb(ground.mixed(with: isBright ? RGB(0, 0, 0) : RGB(255, 255, 255), 0.4))
    }
    style.background = .rgb(ground)
    pen.put(Cell(glyph, style), cell.column, cell.row)
  }

  /// A dot that grows with what the member counts.
  private func draw(_ member: Overlay.Member, _ pen: inout Pen) {
    guard let cell = geometry.cell(member.x, member.y) else { return }
    let ground = ground(pen.canvas[cell.column, cell.row].style).mixed(with: RGB(0, 0, 0), 0.75)
    let color = RGB(0x80, 0x80, 0x80).mixed(with: RGB(0xFF, 0xFF, 0xFF), member.part)
    pen.put(Cell(member.glyph, Style(.rgb(color), on: .rgb(ground), bold: member.part > 0.5)), cell.column, cell.row)
  }

  private func ground(_ style: Style) -> RGB {
    guard case .rgb(let top) = style.foreground else { return RGB(0, 0, 0) }
    if case .rgb(let bottom) = style.background { return top.mixed(with: bottom, 0.5) }
    return top
  }
}
