import Boxes
import Traces

extension State {
  mutating func reduceMouse(_ mouse: Mouse) {
    if panel != nil { return pointAtPanel(mouse) }
    if showsHelp { return scrollHelp(mouse) }
    guard let layout else { return }
    switch mouse.deed {
    case .drag: continueDrag(mouse, layout)
    case .release: drag = nil
    case .wheelUp: wheel(-3, mouse, layout)
    case .wheelDown: wheel(3, mouse, layout)
    case .press: press(mouse, layout)
    }
  }

  private mutating func scrollHelp(_ mouse: Mouse) {
    if mouse.deed == .wheelUp { scroll(by: -3) }
    if mouse.deed == .wheelDown { scroll(by: 3) }
    if mouse.deed == .press { showsHelp = false }
  }

  private mutating func press(_ mouse: Mouse, _ layout: Layout) {
    if let part = part(at: mouse, layout) {
      focus = part
      if part == .picture || part == .view { front = part }
      if part == .picture, let rect = rect(of: part, layout) { return pressPicture(mouse, rect) }
    }
    spot(at: mouse).map { apply($0) }
  }

  private func part(at mouse: Mouse, _ layout: Layout) -> Part? {
    Part.allCases.last { rect(of: $0, layout)?.contains(mouse.column, mouse.row) ?? false }
  }

  private mutating func wheel(_ lines: Int, _ mouse: Mouse, _ layout: Layout) {
    guard let part = part(at: mouse, layout) else { return }
    guard part != .picture else { return changeLevel(by: lines > 0 ? 1 : -1) }
    let before = focus
    focus = part
    scroll(by: lines)
    focus = before
  }

  // MARK: The picture

  private func place(of mouse: Mouse, _ rect: Rect) -> (x: Double, y: Double, perCell: Double)? {
    guard let geometry = PictureGeometry(rect.inner, pictureWidth: scene.width, pictureHeight: scene.height) else {
      return nil
    }
    let x = (Double(mouse.column - geometry.column) + 0.5) / geometry.scale
    let y = (Double(mouse.row - geometry.row) * 2 + 1) / geometry.scale
    return (x, y, 1 / geometry.scale)
  }

  private mutating func pressPicture(_ mouse: Mouse, _ rect: Rect) {
    guard let (x, y, perCell) = place(of: mouse, rect) else { return }
    if let grip = grip(x, y, reach: perCell * 1.5, isSecond: mouse.isSecond) {
      drag = grip
      if selection.gt != grip.gt { selectGT(grip.gt) }
      if isEditing { return }
    }
    let (width, height) = (Double(scene.width), Double(scene.height))
    changeSelection {
      $0.x = x.clamped(to: 0...width)
      $0.y = y.clamped(to: 0...height)
      $0.subject = .prior
    }
    chooseTellingAnchor()
    if !isEditing, mouse.isSecond { follow() }
  }

  /// The edge or corner of a GT at a place, of the selected one first; or its inside.
  private func grip(_ x: Double, _ y: Double, reach: Double, isSecond: Bool) -> Drag? {
    let objects = scene.groundTruth
    let order =
      (selection.gt.map { [$0] } ?? []) + objects.indices.sorted { objects[$0].box.area < objects[$1].box.area }
    for gt in order where objects.indices.contains(gt) {
      let box = objects[gt].box
      guard box.isFinite, x >= box.x1 - reach, x <= box.x2 + reach, y >= box.y1 - reach, y <= box.y2 + reach else {
        continue
      }
      let left = abs(x - box.x1) <= min(reach, box.width / 3)
      let right = abs(x - box.x2) <= min(reach, box.width / 3)
      let top = abs(y - box.y1) <= min(reach * 2, box.height / 3)
      let bottom = abs(y - box.y2) <= min(reach * 2, box.height / 3)
      let isEdge = left || right || top || bottom
      guard isEdge || gt == selection.gt || isEditing else { continue }
      let grip: Drag.Grip =
        isEdge ? .edges(left: left, top: top, right: right && !left, bottom: bottom && !top) : .inside
      return Drag(gt: gt, grip: grip, x: x, y: y, corners: box.corners, number: revision)
    }
    return nil
  }

  private mutating func continueDrag(_ mouse: Mouse, _ layout: Layout) {
    guard let drag, drag.corners.count == 4, let rect = rect(of: .picture, layout),
      let (x, y, _) = place(of: mouse, rect), scene.groundTruth.indices.contains(drag.gt)
    else { return }
    let (dx, dy) = ((x - drag.x).rounded(), (y - drag.y).rounded())
    let c = drag.corners
    let wanted: Box
    switch drag.grip {
    case .inside: wanted = Box(c[0] + dx, c[1] + dy, c[2] + dx, c[3] + dy)
    case .edges(let left, let top, let right, let bottom):
      let x1 = left ? min(c[0] + dx, c[2] - 1) : c[0]
      let y1 = top ? min(c[1] + dy, c[3] - 1) : c[1]
      wanted = Box(
        x1, y1, right ? max(c[2] + dx, x1 + 1) : c[2], bottom ? max(c[3] + dy, y1 + 1) : c[3])
    }
    let box = kept(wanted, was: Box(c[0], c[1], c[2], c[3]))
    guard box != scene.groundTruth[drag.gt].box else { return }
    if !isEditing { isEditing = true }
    changeObject(drag.gt, "gt \(drag.gt) is at \(State.words(box))", gesture: .dragging(drag.number)) { $0.box = box }
  }

  private mutating func pointAtPanel(_ mouse: Mouse) {
    guard let layout, let panel else { return }
    switch mouse.deed {
    case .wheelUp: reducePanel(.up)
    case .wheelDown: reducePanel(.down)
    case .press:
      guard PanelDrawing.rect(layout, panel.kind).contains(mouse.column, mouse.row) else { return reducePanel(.close) }
      spot(at: mouse).map { apply($0) }
    case .drag, .release: break
    }
  }
}
