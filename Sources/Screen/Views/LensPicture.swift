import Boxes
import Scenes
import Traces

/// The part of the picture under a lens, with the region's bins and points drawn over it.
struct LensPicture {
  let view: View.Lens
  let scope: Scope
  let place: LensPlace
  let box: Box

  private let numbers: LensNumbers?
  /// The centres of the four cells round the chosen point, in the picture's pixels.
  let corners: [(x: Double, y: Double)?]
  /// What is shown of the picture.
  let shown: Box

  init(view: View.Lens, scope: Scope, place: LensPlace, box: Box) {
    (self.view, self.scope, self.place, self.box) = (view, scope, place, box)
    let numbers = place.index.map { LensNumbers(view, scope, place, $0) }
    self.numbers = numbers
    let levels = scope.trace.priors.levels
    let level = scope.known(view.levels)?[flat: place.region].flatMap(Int.init(exactly:)) ?? -1
    let stride = levels.indices.contains(level) ? Double(levels[level].stride) : 1
    // A cell's value is taken to lie at its middle.
    corners = (numbers?.cells ?? []).map { cell in
      cell.map { ((Double($0.column) + 0.5) * stride, (Double($0.row) + 0.5) * stride) }
    }
    let margin = max(box.width, box.height) * 0.08 + 1
    var (left, top, right, bottom) = (box.x1 - margin, box.y1 - margin, box.x2 + margin, box.y2 + margin)
    for case let corner? in corners {
      (left, top) = (min(left, corner.x - 1), min(top, corner.y - 1))
      (right, bottom) = (max(right, corner.x + 1), max(bottom, corner.y + 1))
    }
    shown = Box(left, top, right, bottom)
  }

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard !rect.isEmpty, shown.isFinite, shown.width > 0, shown.height > 0 else { return }
    let scale = min(Double(rect.columns) / shown.width, Double(rect.rows * 2) / shown.height)
    guard scale.isFinite, scale > 0 else { return }
    let canvas = LensCanvas(
      rect: rect, x: shown.x1, y: shown.y1, scale: scale,
      width: Int((shown.width * scale).rounded(), in: 1...rect.columns) ?? 1,
      height: Int((shown.height * scale).rounded(), in: 1...rect.rows * 2) ?? 1)
    if pen.hasHalfBlocks { drawHalves(canvas, &pen) } else { drawGlyphs(canvas, &pen) }
    for (index, corner) in corners.enumerated() {
      guard let corner, let cell = canvas.cell(corner.x, corner.y) else { continue }
      let digit = OwnerMark.digit(index + 1)
      pen.put(
        Cell(digit, Style(.rgb(RGB(0xFF, 0xD7, 0x00)), on: .rgb(RGB(0x10, 0x10, 0x10)), bold: true)), cell.0, cell.1)
    }
    if let point = point(place.row, place.column), let cell = canvas.cell(point.x, point.y) {
      pen.put(
        Cell("●", Style(.rgb(RGB(0xFF, 0x5F, 0xFF)), on: .rgb(RGB(0x10, 0x10, 0x10)), bold: true)), cell.0, cell.1)
    }
  }

  func point(_ row: Int, _ column: Int) -> (x: Double, y: Double)? {
    guard let index = place.index(row, column), let points = scope.known(view.points),
      let x = points[place.region, index, 0], let y = points[place.region, index, 1]
    else { return nil }
    return (x, y)
  }

  /// Where the bins' edges lie.
  var edges: (x: [Double], y: [Double]) {
    let (columns, rows) = (place.bins.columns.count, place.bins.rows.count)
    return (
      (0...columns).map { box.x1 + box.width * Double($0) / Double(max(1, columns)) },
      (0...rows).map { box.y1 + box.height * Double($0) / Double(max(1, rows)) }
    )
  }

  // MARK: Half blocks

  private func drawHalves(_ canvas: LensCanvas, _ pen: inout Pen) {
    var pixels = canvas.pixels(of: scope.trace.scene.picture)
    let edges = edges
    let white = RGB(255, 255, 255)
    // Where lines would touch, only the border and the chosen bin are drawn.
    let showsBins = canvas.isSparse(edges.x) && canvas.isSparse(edges.y)
    for (index, x) in edges.x.enumerated() {
      let isBorder = index == 0 || index == edges.x.count - 1
      guard isBorder || showsBins else { continue }
      canvas.line(&pixels, (x, box.y1), (x, box.y2), white, opacity: isBorder ? 0.9 : 0.35)
    }
    for (index, y) in edges.y.enumerated() {
      let isBorder = index == 0 || index == edges.y.count - 1
      guard isBorder || showsBins else { continue }
      canvas.line(&pixels, (box.x1, y), (box.x2, y), white, opacity: isBorder ? 0.9 : 0.35)
    }
    let showsPoints = showsBins && isSparse(canvas)
    for row in 0..<place.bins.rows.count * place.down {
      for column in 0..<place.bins.columns.count * place.across {
        let isInBin = row / place.down == place.binRow && column / place.across == place.binColumn
        guard isInBin || showsPoints, let point = point(row, column) else { continue }
        canvas.set(&pixels, point.x, point.y, isInBin ? RGB(0xFF, 0x5F, 0xFF) : RGB(0x5F, 0xD7, 0xFF))
      }
    }
    canvas.blit(pixels, &pen)
  }

  /// Whether the picture is seen between the points.
  private func isSparse(_ canvas: LensCanvas) -> Bool {
    let bins = (place.bins.columns.count, place.bins.rows.count)
    let (across, down) = (Double(max(1, bins.0 * place.across)), Double(max(1, bins.1 * place.down)))
    return min(box.width / across, box.height / down) * canvas.scale >= 3
  }

  // MARK: Glyphs

  /// Without half blocks only the bins' corners, the border and the points of the chosen bin, on brightness.
  private func drawGlyphs(_ canvas: LensCanvas, _ pen: inout Pen) {
    canvas.shade(canvas.pixels(of: scope.trace.scene.picture), &pen)
    let edges = edges
    let bold = Style(bold: true)
    func put(_ glyph: Unicode.Scalar, _ x: Double, _ y: Double) {
      guard let cell = canvas.cell(x, y) else { return }
      pen.put(glyph, cell.0, cell.1, keepingGround: bold)
    }
    for y in edges.y { for x in edges.x { put("┼", x, y) } }
    for row in place.binRow * place.down..<(place.binRow + 1) * place.down {
      for column in place.binColumn * place.across..<(place.binColumn + 1) * place.across {
        if let point = point(row, column) { put("•", point.x, point.y) }
      }
    }
  }
}

/// A part of a picture in a rectangle of cells.
struct LensCanvas {
  let rect: Rect
  /// The upper left corner, in the picture's pixels.
  let x: Double
  let y: Double
  /// Screen pixels to one of the picture's.
  let scale: Double
  let width: Int
  let height: Int

  private func pixel(_ px: Double, _ py: Double) -> (x: Int, y: Int)? {
    guard let column = Int((px - x) * scale, in: -1...width), let row = Int((py - y) * scale, in: -1...height)
    else { return nil }
    // The last edge lies on the last pixel.
    return (min(column, width - 1), min(row, height - 1))
  }

  /// Whether there is room between places along an axis.
  func isSparse(_ places: [Double]) -> Bool {
    guard places.count > 1 else { return true }
    return (places[1] - places[0]) * scale >= 3
  }

  func cell(_ px: Double, _ py: Double) -> (Int, Int)? {
    guard let pixel = pixel(px, py), pixel.x >= 0, pixel.y >= 0 else { return nil }
    return (rect.column + pixel.x, rect.row + pixel.y / 2)
  }

  /// The picture at this scale; grey outside it.
  func pixels(of picture: Picture) -> [RGB] {
    var pixels: [RGB] = []
    pixels.reserveCapacity(width * height)
    for row in 0..<height {
      for column in 0..<width {
        let px = ((Double(column) + 0.5) / scale + x).rounded(.down)
        let py = ((Double(row) + 0.5) / scale + y).rounded(.down)
        let isInside = px >= 0 && py >= 0 && px < Double(picture.width) && py < Double(picture.height)
        pixels.append(isInside ? picture[Int(px), Int(py)] : RGB(0x26, 0x26, 0x26))
      }
    }
    return pixels
  }

  func set(_ pixels: inout [RGB], _ px: Double, _ py: Double, _ color: RGB) {
    guard let pixel = pixel(px, py), pixel.x >= 0, pixel.y >= 0 else { return }
    pixels[pixel.y * width + pixel.x] = color
  }

  /// A line along one of the axes.
  func line(
    _ pixels: inout [RGB], _ from: (Double, Double), _ to: (Double, Double), _ color: RGB, opacity: Double
  ) {
    guard let first = pixel(from.0, from.1), let last = pixel(to.0, to.1) else { return }
    for row in max(0, first.y)...max(0, first.y, last.y) {
      for column in max(0, first.x)...max(0, first.x, last.x) {
        pixels[row * width + column] = pixels[row * width + column].mixed(with: color, opacity)
      }
    }
  }

  func blit(_ pixels: [RGB], _ pen: inout Pen) {
    for row in 0..<(height + 1) / 2 {
      for column in 0..<width {
        let bottom = row * 2 + 1 < height ? Ink.rgb(pixels[(row * 2 + 1) * width + column]) : .standard
        let style = Style(.rgb(pixels[row * 2 * width + column]), on: bottom)
        pen.put(Cell("▀", style), rect.column + column, rect.row + row)
      }
    }
  }

  /// As brightness, where there are no half blocks.
  func shade(_ pixels: [RGB], _ pen: inout Pen) {
    for row in 0..<(height + 1) / 2 {
      for column in 0..<width {
        let top = pixels[row * 2 * width + column]
        let color = row * 2 + 1 < height ? top.mixed(with: pixels[(row * 2 + 1) * width + column], 0.5) : top
        pen.put(GlyphPicture.cell(color, pen), rect.column + column, rect.row + row)
      }
    }
  }
}
