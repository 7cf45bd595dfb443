import Boxes
import Scenes
import Traces

extension State {
  // MARK: What is selected

  /// The cell the cursor is on; nil before there are priors.
  var place: PriorGrid.Location? { place(of: selection) }

  /// The cell that a part draws the cursor on: while it is under way, the part that has the keys shows it there.
  func pointer(in part: Part) -> PriorGrid.Location? { place(of: focus == part ? headedFor ?? selection : selection) }

  private func place(of selection: Selection) -> PriorGrid.Location? {
    trace.flatMap {
      $0.priors.nearest(level: selection.level, x: selection.x, y: selection.y, anchor: selection.anchor)
    }
  }

  /// The prior the cursor is on, as a flat index.
  var prior: Int? { place.flatMap { trace?.priors.index(of: $0) } }

  /// The GT that views of one GT show: the selected one, else the one selected last, else the first.
  var shownGT: Int? {
    let count = scene.groundTruth.count
    if let gt = selection.gt ?? scroll.gt, gt < count { return gt }
    return count > 0 ? 0 : nil
  }

  /// What is to be explained, in the order in which to ask.
  var questions: [Element] {
    switch selection.subject {
    case .loss(let name): [.loss(name)]
    case .gt: selection.gt.map { [.gt($0)] } ?? []
    // Before there are such boxes, the prior that it will come from.
    case .box(let row): [.box(row)] + (prior.map { [.anchor($0)] } ?? [])
    case .prior:
      (Scope(self)?.region.map { [.box($0)] } ?? [])
        + (prior.map { prior in
          (selection.gt.map { [.pair(gt: $0, anchor: prior)] } ?? []) + [.anchor(prior)]
        } ?? [])
    }
  }

  /// Changes the selection; an explanation of something else is read from its beginning.
  mutating func changeSelection(_ change: (inout Selection) -> Void) {
    var changed = selection
    change(&changed)
    if changed != selection { changed.explanationLine = 0 }
    if let gt = changed.gt { scroll.gt = gt }
    selection = changed
  }

  // MARK: Moving

  /// Whether an action takes the cursor over the picture or a map, and does nothing else.
  package func isMove(_ action: Action) -> Bool {
    guard case .move = action, panel == nil, prompt == nil, !isEditing, lab == nil, !showsHelp else { return false }
    return focus == .picture || focus == .view && !pointsWithLens && listing == nil
  }

  mutating func move(_ direction: Action.Direction) {
    if showsHelp { return scroll(by: direction == .up ? -1 : direction == .down ? 1 : 0) }
    switch focus {
    case .why: scroll(by: direction == .up ? -1 : direction == .down ? 1 : 0)
    case .losses: moveRow(direction)
    case .view where pointsWithLens: movePoint(direction)
    case .view:
      if listing == nil { moveCell(direction) } else { moveRow(direction) }
    case .picture: moveCell(direction)
    }
  }

  private mutating func moveCell(_ direction: Action.Direction) {
    guard let trace, var place else { return }
    switch direction {
    case .left: place.column -= 1
    case .right: place.column += 1
    case .up: place.row -= 1
    case .down: place.row += 1
    }
    guard trace.priors.index(of: place) != nil else { return }
    if let telling = tellingAnchor(in: place) { place.anchor = telling }
    select(place)
  }

  /// Of the cell under the cursor.
  mutating func chooseTellingAnchor() {
    guard let place, let telling = tellingAnchor(in: place) else { return }
    changeSelection { $0.anchor = telling }
  }

  /// The prior of a cell that its sign on the picture stands for: the most telling, then the one that overlaps an
  /// object most. Nil before there are signs.
  private func tellingAnchor(in place: PriorGrid.Location) -> Int? {
    guard let scope = Scope(self), let states = scope.states else { return nil }
    var cell = place
    cell.anchor = 0
    guard let first = scope.trace.priors.index(of: cell), let level = scope.level else { return nil }
    let overlaps = scope.known("match.max_iou")
    let legend = scope.legend
    func rank(_ anchor: Int) -> (Int, Double) {
      (-(legend.rank(of: states[flat: first + anchor]) ?? .max), overlaps?[flat: first + anchor] ?? 0)
    }
    return (0..<level.anchorsPerCell).reversed().max { rank($0) < rank($1) }
  }

  private mutating func moveRow(_ direction: Action.Direction) {
    switch direction {
    case .up: moveRow(by: -1)
    case .down: moveRow(by: 1)
    case .left: if focus == .view { jumpRow(toCut: false) }
    case .right: if focus == .view { jumpRow(toCut: true) }
    }
  }

  private mutating func select(_ place: PriorGrid.Location) {
    guard let center = trace?.priors.center(of: place) else { return }
    changeSelection {
      $0.x = center.x
      $0.y = center.y
      $0.level = place.level
      $0.anchor = place.anchor
      $0.subject = .prior
    }
  }

  mutating func changeLevel(by count: Int) {
    guard let levels = trace?.priors.levels.count, levels > 0, abs(count) <= levels else { return }
    let wanted = selection.level + count
    guard (0..<levels).contains(wanted) else {
      return notice(count > 0 ? "This is the coarsest level." : "This is the finest level.")
    }
    changeSelection {
      $0.level = wanted
      $0.subject = .prior
    }
  }

  mutating func changeAnchor(by count: Int) {
    if pointsWithLens { return changeRegion(by: count) }
    guard let place, let order = Scope(self)?.cellOrder, order.count > 1 else { return }
    let index = order.firstIndex(of: place.anchor) ?? 0
    let next = index + count.clamped(to: -order.count...order.count) + order.count
    changeSelection {
      $0.anchor = order[next % order.count]
      $0.subject = .prior
    }
  }

  // MARK: Selecting

  mutating func changeGT(by count: Int) {
    let objects = scene.groundTruth.count
    guard objects > 0 else { return notice("The scene has no objects.") }
    guard let gt = selection.gt else { return selectGT(count > 0 ? 0 : objects - 1) }
    selectGT(((gt + count.clamped(to: -objects...objects)) % objects + objects) % objects)
  }

  mutating func select(_ element: Element) {
    switch element {
    case .gt(let gt): selectGT(gt)
    case .anchor(let prior): selectPrior(prior)
    case .pair(let gt, let prior):
      guard scene.groundTruth.indices.contains(gt) else { return noticeUnknown(gt: gt) }
      changeSelection { $0.gt = gt }
      selectPrior(prior)
    case .loss(let name):
      guard trace?.losses.contains(where: { $0.name == name }) ?? false else { return }
      changeSelection { $0.subject = .loss(name) }
    case .box(let row): select(row)
    }
  }

  /// Selects a box of a list, and moves the cursor to the prior it came from.
  private mutating func select(_ row: BoxRow) {
    guard let boxes = trace?[row.kind.boxes], let count = boxes.shape.first, (0..<count).contains(row.index)
    else { return }
    scroll.regions[row.kind.boxes] = row.index
    if let prior = trace?[row.kind.anchors]?[row.index].flatMap(Int.init(exactly:)) { selectPrior(prior) }
    changeSelection { $0.subject = .box(row) }
  }

  private mutating func selectPrior(_ prior: Int) {
    guard let place = trace?.priors.location(of: prior) else { return }
    select(place)
  }

  /// Selects a GT, and moves the cursor to the prior that tells most about it.
  mutating func selectGT(_ gt: Int) {
    guard scene.groundTruth.indices.contains(gt) else { return noticeUnknown(gt: gt) }
    if let trace, let best = trace.tellingPrior(ofGT: gt) {
      selectPrior(best)
    } else {
      let box = scene.groundTruth[gt].box
      if box.isFinite {
        changeSelection {
          $0.x = box.centerX
          $0.y = box.centerY
        }
      }
    }
    changeSelection {
      $0.gt = gt
      $0.subject = .gt
    }
  }

  private mutating func noticeUnknown(gt: Int) {
    switch scene.groundTruth.count {
    case 0: notice("The scene has no objects.")
    case 1: notice("There is no gt \(gt), only gt 0.")
    case let count: notice("There is no gt \(gt): the last is gt \(count - 1).")
    }
  }

  /// Goes to what something is about.
  mutating func apply(_ target: Focus) {
    if let box = target.box {
      if let gt = target.gt, scene.groundTruth.indices.contains(gt) { changeSelection { $0.gt = gt } }
      select(.box(box))
    } else if let anchor = target.anchor {
      if let gt = target.gt { select(.pair(gt: gt, anchor: anchor)) } else { select(.anchor(anchor)) }
    } else if let gt = target.gt {
      select(.gt(gt))
    }
    if let level = target.level, target.anchor == nil, level != selection.level {
      changeLevel(by: level - selection.level)
    }
  }

  mutating func follow() {
    let before = selection
    switch focus {
    case .picture: followPicture()
    case .view:
      guard let focus = listing?.focus(at: currentRow) else { return }
      if let weight = focus.weight { return ask(.causes(weight: weight)) }
      apply(focus)
    case .losses:
      guard let losses = trace?.losses, losses.indices.contains(currentRow) else { return }
      select(.loss(losses[currentRow].name))
    case .why: break
    }
    // Once more leads on from there.
    if selection == before { return openLinks() }
    trail = Array(trail.suffix(99)) + [before]
  }

  /// From a place on the picture to the smallest object there.
  private mutating func followPicture() {
    let objects = scene.groundTruth.enumerated()
    let here = objects.filter { $0.element.box.contains(x: selection.x, y: selection.y) }
    guard let smallest = here.min(by: { $0.element.box.area < $1.element.box.area }) else { return }
    changeSelection {
      $0.gt = smallest.offset
      $0.subject = .gt
    }
  }

  mutating func goBack() {
    guard let before = trail.popLast() else { return notice("Nothing to return to.") }
    selection = before
  }
}
