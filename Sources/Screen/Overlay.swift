import Boxes
import Scenes
import Traces

/// What a moment of the iteration draws over the picture, in the picture's own pixels, the first lowest.
package struct Overlay: Sendable {
  package enum Pattern: Hashable, Sendable {
    case solid
    /// Light and dark in turn, so that it stands out from any picture.
    case dashed
    /// Dashes with the picture between them.
    case broken
    case dotted
    /// There, but not to be looked at first.
    case faint
    /// As strong as what it stands for counts, from 0 to 1.
    case weighted(Double)
  }

  package struct Outline: Sendable {
    package let box: Box
    package let color: RGB
    package let pattern: Pattern
  }

  package struct Label: Sendable {
    package let text: String
    package let box: Box
    package let color: RGB
    package var isSelected = false
  }

  package struct Sign: Sendable {
    package let x: Double
    package let y: Double
    package let state: PriorState
    /// Whether the last edit made it what it is.
    package var isChanged = false
  }

  /// The place of one of the priors that a GT chose among.
  package struct Member: Sendable {
    package let x: Double
    package let y: Double
    /// How much it counts, as a part of what the heaviest does.
    package let part: Double
  }

  package internal(set) var outlines: [Outline] = []
  package internal(set) var labels: [Label] = []
  package private(set) var signs: [Sign] = []
  package private(set) var members: [Member] = []
  /// The centres of the level's cells, where no states are known.
  package private(set) var centers: [(x: Double, y: Double)] = []
  /// Picture pixels between the places of signs and centres.
  package private(set) var spacing = 0.0
  package private(set) var cursor: Outline?
  package private(set) var showsAnchor = false
  package private(set) var showsPrediction = false
  package private(set) var showsDetections = false
  /// What further lines stand for.
  package internal(set) var legend: [String] = []

  /// Boxes alone, for a plane without priors.
  init(outlines: [Outline], labels: [Label]) {
    self.outlines = outlines
    self.labels = labels
  }

  init(_ state: State, detections: Int) {
    if let scope = Scope(state) {
      showsDetections = scope.step.id == "detections"
      let regions = scope.shownBoxes
      if case .candidates(let view) = scope.shownView {
        addMembers(view, scope)
      } else if !regions.isEmpty {
        addRegions(regions, scope)
      } else if !showsDetections {
        addSigns(scope)
      }
      addPriors(scope)
    }
    addObjects(state)
    if let scope = Scope(state) {
      // A selected candidate has the picture to itself: it is about those before suppression.
      let selected = scope.shownBox.flatMap { scope.known($0.kind.boxes) == nil ? nil : $0.kind }
      if selected == .candidate { showsDetections = false }
      if showsDetections { addDetections(scope, most: detections) }
      if selected == nil { addPrediction(scope) }
      if selected != .candidate { addAnchor(scope) }
      if selected != nil { addSelectedBox(scope) }
      addCursor(scope)
    }
  }

  private mutating func addObjects(_ state: State) {
    let scene = state.scene
    for object in scene.ignoredObjects {
      outlines.append(Outline(box: object.box, color: RGB(0x9E, 0x9E, 0x9E), pattern: .dotted))
      labels.append(Label(text: "ignored", box: object.box, color: RGB(0x9E, 0x9E, 0x9E)))
    }
    for (index, object) in scene.groundTruth.enumerated() {
      let color = Theme.onPictures.hue(object.label)
      let isSelected = index == state.selection.gt
      let name =
        scene.classes.indices.contains(object.label) ? scene.classes[object.label] : "class \(object.label)"
      outlines.append(Outline(box: object.box, color: color, pattern: .solid))
      // The labels of many would hide the picture.
      guard isSelected || scene.groundTruth.count <= 12 else { continue }
      labels.append(
        Label(
          text: "gt \(index) \(name)" + (isMissed(index, state) ? " missed" : ""), box: object.box, color: color,
          isSelected: isSelected))
    }
  }

  /// Whether no detection found a GT, once there are any: none is true for it, or its score is under .3.
  private func isMissed(_ gt: Int, _ state: State) -> Bool {
    guard let scope = Scope(state), scope.step.id == "detections", let finder = scope.known("evaluation.found")?[gt]
    else { return false }
    guard let finder = Int(exactly: finder), finder >= 0 else { return true }
    return (scope.known("detections.scores")?[flat: finder]).map { $0 < 0.3 } ?? false
  }

  private mutating func addSigns(_ scope: Scope) {
    guard let level = scope.level, let place = scope.place, scope.hasPriors else { return }
    let states = scope.states
    guard states != nil || scope.laysPriors else { return }
    spacing = level.spacing
    let changed = (scope.state.changedPriors ?? []).filter(level.range.contains)
    for row in 0..<level.height {
      for column in 0..<level.width {
        var cell = PriorGrid.Location(level: place.level, row: row, column: column)
        guard let center = scope.trace.priors.center(of: cell) else { continue }
        cell.anchor = 0
        guard let states, let first = scope.trace.priors.index(of: cell) else {
          centers.append(center)
          continue
        }
        let all = (first..<first + level.anchorsPerCell).compactMap { states[flat: $0] }
        guard let shown = scope.legend.mostTelling(all) else { continue }
        let isChanged = changed.contains { (first..<first + level.anchorsPerCell).contains($0) }
        signs.append(Sign(x: center.x, y: center.y, state: shown, isChanged: isChanged))
      }
    }
  }

  /// The priors that the selected GT chose among, at their places on every level; the boxes of those that count.
  private mutating func addMembers(_ view: View.Candidates, _ scope: Scope) {
    let candidates = Candidates(view, scope)
    var parts: [PriorGrid.Location: Double] = [:]
    for place in candidates.places(sortedBy: 0) {
      let prior = candidates.priors[place]
      guard var cell = scope.trace.priors.location(of: prior) else { continue }
      cell.anchor = 0
      parts[cell] = max(parts[cell] ?? 0, candidates.part(place))
      let share = candidates.share(place)
      guard share >= 0.1, let box = scope.box("anchors.boxes", prior), prior != scope.prior else { continue }
      outlines.append(
        Outline(
          box: Box(box[0], box[1], box[2], box[3]), color: RGB(255, 255, 255), pattern: .weighted(min(1, 0.2 + share))))
    }
    for (cell, part) in parts {
      guard let center = scope.trace.priors.center(of: cell) else { continue }
      members.append(Member(x: center.x, y: center.y, part: part))
    }
    // The heaviest last, so that it stands over its neighbours.
    members.sort { ($0.part, $0.y, $0.x) < ($1.part, $1.y, $1.x) }
  }

  /// The other anchors of the cell, while anchors are what the step is about.
  private mutating func addPriors(_ scope: Scope) {
    guard scope.step.values.contains("anchors.boxes"), let level = scope.level, let place = scope.place
    else { return }
    for anchor in 0..<level.anchorsPerCell where anchor != place.anchor {
      var other = place
      other.anchor = anchor
      guard let box = scope.box("anchors.boxes", scope.trace.priors.index(of: other)) else { continue }
      outlines.append(
        Outline(
          box: Box(box[0], box[1], box[2], box[3]), color: RGB(255, 255, 255), pattern: .faint))
    }
  }

  private mutating func addPrediction(_ scope: Scope) {
    if let box = scope.box("decoded.boxes", scope.prior) {
      showsPrediction = true
      outlines.append(
        Outline(
          box: Box(box[0], box[1], box[2], box[3]), color: Theme.onPictures.prediction, pattern: .dotted))
    }
  }

  private mutating func addAnchor(_ scope: Scope) {
    if let box = scope.box("anchors.boxes", scope.prior) {
      showsAnchor = true
      outlines.append(
        Outline(box: Box(box[0], box[1], box[2], box[3]), color: RGB(255, 255, 255), pattern: .dashed))
    }
  }

  private mutating func addDetections(_ scope: Scope, most: Int) {
    guard let boxes = scope.known("detections.boxes"), boxes.shape.count == 2 else {
      showsDetections = false
      return
    }
    let labels = scope.known("detections.labels")
    let scores = scope.known("detections.scores")
    let anchors = scope.known("detections.anchor")
    for row in (0..<min(boxes.shape[0], most)).reversed() where scope.state.selection.box != BoxRow(.detection, row) {
      guard let box = scope.box("detections.boxes", row) else { continue }
      let label = labels?[flat: row].flatMap(Int.init(exactly:)) ?? 0
      let corners = Box(box[0], box[1], box[2], box[3])
      let color = Theme.onPictures.hue(label).mixed(with: RGB(255, 255, 255), 0.45)
      outlines.append(Outline(box: corners, color: color, pattern: .broken))
      let isSelected = scope.prior.map { Double($0) } == anchors?[flat: row] && scope.prior != nil
      let score = Number.fixed(scores?[flat: row] ?? .nan, decimals: 2)
      if isSelected || row < most / 2 + 1 {
        self.labels.append(
          Label(
            text: "\(scope.className(label)) \(score)", box: corners, color: color, isSelected: isSelected))
      }
    }
  }

  private mutating func addCursor(_ scope: Scope) {
    let priors = scope.trace.priors
    guard let place = scope.state.pointer(in: .picture), priors.levels.indices.contains(place.level),
      let center = priors.center(of: place)
    else { return }
    let level = priors.levels[place.level]
    let box = Box(centerX: center.x, centerY: center.y, width: level.spacing, height: level.spacing)
    cursor = Outline(box: box, color: RGB(255, 255, 255), pattern: .solid)
  }
}

extension Theme {
  /// On a picture the background is the picture's: the dark theme's bright colours serve both.
  static let onPictures = Theme(Appearance())
  static let onBrightPictures = Theme(Appearance(background: .light))
}
