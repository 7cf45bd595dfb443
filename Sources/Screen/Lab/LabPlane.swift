import Boxes
import Detectors
import Scenes

/// The two boxes on their plane, where the chosen loss pulls the corners, and the way it leads.
struct LabPlane {
  let lab: LabBoxes

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let world = PictureGeometry(rect, pictureWidth: lab.width, pictureHeight: lab.height) else { return }
    let isLight = pen.appearance.background == .light
    let ground: UInt8 = pen.hasHalfBlocks ? (isLight ? 0xF0 : 0x16) : isLight ? 0xFF : 0
    var picture = Picture(width: world.width, height: world.height, red: ground, green: ground, blue: ground)
    // From here on in the pixels of the screen.
    guard let plane = PictureGeometry(rect, pictureWidth: world.width, pictureHeight: world.height) else { return }
    let scale = world.scale
    if pen.hasHalfBlocks { paint(&picture, scale, pen) }
    let overlay = overlay(scale, pen)
    if pen.hasHalfBlocks {
      HalfBlockPicture(geometry: plane, overlay: overlay).draw(picture, &pen)
    } else {
      GlyphPicture(geometry: plane, overlay: overlay).draw(picture, &pen)
      drawPath(plane, scale, &pen)
    }
    drawMilestones(plane, scale, &pen)
    drawArrows(plane, scale, &pen)
    var placer = LabelPlacer(geometry: plane)
    for label in overlay.labels { placer.place(label, &pen) }
  }

  private var box: Box { lab.comparison.box }
  private var gt: Box { lab.comparison.gt }

  private func overlay(_ scale: Double, _ pen: Pen) -> Overlay {
    let colors = (gt: pen.theme.hue(0), predicted: pen.theme.prediction)
    let last = lab.line.descent.boxes.last ?? box
    let outlines = [
      Overlay.Outline(box: last.scaled(by: scale), color: pen.theme.hue(1), pattern: .faint),
      Overlay.Outline(box: gt.scaled(by: scale), color: colors.gt, pattern: .solid),
      Overlay.Outline(box: box.scaled(by: scale), color: colors.predicted, pattern: .solid),
    ]
    let isPredicted = lab.held == .predicted
    // Labels stand on dark plates, whatever the background.
    let plates = Theme.onPictures
    return Overlay(
      outlines: outlines,
      labels: [
        Overlay.Label(
          text: "predicted", box: box.scaled(by: scale), color: plates.prediction, isSelected: isPredicted),
        Overlay.Label(text: "GT", box: gt.scaled(by: scale), color: plates.hue(0), isSelected: !isPredicted),
      ])
  }

  // MARK: The path

  private typealias Corner = KeyPath<Box, Double>
  private static var corners: [(x: Corner, y: Corner)] { [(\.x1, \.y1), (\.x2, \.y1), (\.x1, \.y2), (\.x2, \.y2)] }

  /// What both boxes cover, and the way of the four corners.
  private func paint(_ picture: inout Picture, _ scale: Double, _ pen: Pen) {
    let shared = Box(max(box.x1, gt.x1), max(box.y1, gt.y1), min(box.x2, gt.x2), min(box.y2, gt.y2)).scaled(by: scale)
    for y in 0..<picture.height where Double(y) >= shared.y1 && Double(y) < shared.y2 {
      for x in 0..<picture.width where Double(x) >= shared.x1 && Double(x) < shared.x2 {
        picture[x, y] = picture[x, y].mixed(with: pen.theme.hue(0), 0.25)
      }
    }
    let color = pen.theme.hue(1)
    visitPath(scale) { x, y in
      guard x >= 0, y >= 0, x < picture.width, y < picture.height else { return }
      picture[x, y] = picture[x, y].mixed(with: color, 0.6)
    }
  }

  private func drawPath(_ plane: PictureGeometry, _ scale: Double, _ pen: inout Pen) {
    let style = Style(.rgb(pen.theme.hue(1)))
    visitPath(scale) { x, y in
      guard let cell = plane.cell(Double(x), Double(y)), pen.canvas[cell.column, cell.row].glyph == " " else { return }
      pen.put("∙", cell.column, cell.row, keepingGround: style)
    }
  }

  private func visitPath(_ scale: Double, _ visit: (Int, Int) -> Void) {
    let boxes = lab.line.descent.boxes
    for corner in Self.corners {
      var last: (x: Int, y: Int)?
      for box in boxes {
        guard let x = Int(box[keyPath: corner.x] * scale, in: -9999...9999),
          let y = Int(box[keyPath: corner.y] * scale, in: -9999...9999)
        else { break }
        if let last, last == (x, y) { continue }
        Self.line(last ?? (x, y), (x, y), visit)
        last = (x, y)
      }
    }
  }

  /// A digit on the way of each corner where the IoU passes .5, .75, .95.
  private func drawMilestones(_ plane: PictureGeometry, _ scale: Double, _ pen: inout Pen) {
    let descent = lab.line.descent
    let isLight = pen.appearance.background == .light
    let style =
      pen.appearance.colors == .none
      ? Style(bold: true, reverse: true)
      : Style(.rgb(isLight ? RGB(255, 255, 255) : RGB(0, 0, 0)), on: .rgb(pen.theme.hue(1)), bold: true)
    for (iou, digit) in zip(BoxDescent.milestones, ["5", "7", "9"] as [Unicode.Scalar]) {
      guard let iteration = descent.iteration(reaching: iou), iteration > 0 else { continue }
      for corner in Self.corners {
        let box = descent.boxes[iteration]
        guard let cell = plane.cell(box[keyPath: corner.x] * scale, box[keyPath: corner.y] * scale) else { continue }
        pen.put(Cell(digit, style), cell.column, cell.row)
      }
    }
  }

  private static func line(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int), _ visit: (Int, Int) -> Void) {
    let steps = max(abs(b.x - a.x), abs(b.y - a.y))
    guard steps > 0 else { return visit(a.x, a.y) }
    for step in 0...min(steps, 2000) {
      visit(a.x + (b.x - a.x) * step / steps, a.y + (b.y - a.y) * step / steps)
    }
  }

  // MARK: Arrows

  /// An arrow against the gradient at every corner; the longest belongs to the steepest.
  private func drawArrows(_ plane: PictureGeometry, _ scale: Double, _ pen: inout Pen) {
    let gradient = lab.line.term.gradient
    let steepest = (0..<4).map { abs(gradient[$0]) }.max() ?? 0
    guard steepest > 0 else { return }
    let reach = Double(min(plane.width, plane.height)) / 6
    for (index, corner) in Self.corners.enumerated() {
      let dx = -gradient[index % 2 * 2] / steepest * reach
      let dy = -gradient[index / 2 * 2 + 1] / steepest * reach
      let length = (dx * dx + dy * dy).squareRoot()
      guard length >= 1 else { continue }
      let (x, y) = (box[keyPath: corner.x] * scale, box[keyPath: corner.y] * scale)
      let style = Style(pen.theme.accent.foreground, bold: true)
      if let tip = plane.cell(x + dx, y + dy) {
        for step in 1..<max(2, Int(length)) {
          let part = Double(step) / length
          guard let cell = plane.cell(x + dx * part, y + dy * part), cell != tip else { continue }
          pen.put("•", cell.column, cell.row, keepingGround: style)
        }
        pen.put(Self.head(dx, dy), tip.column, tip.row, keepingGround: style)
      }
    }
  }

  /// One of eight directions; y is down.
  static func head(_ dx: Double, _ dy: Double) -> Unicode.Scalar {
    // tan 22.5°: flatter than this is across or down.
    let flat = 0.41421356
    if abs(dy) <= flat * abs(dx) { return dx > 0 ? "→" : "←" }
    if abs(dx) <= flat * abs(dy) { return dy > 0 ? "↓" : "↑" }
    return dx > 0 ? (dy > 0 ? "↘" : "↗") : dy > 0 ? "↙" : "↖"
  }
}
