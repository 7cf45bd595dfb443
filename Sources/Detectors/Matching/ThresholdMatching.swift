import Boxes
import Scenes
import Traces

/// Anchors are positive, ignored or negative by their best IoU (Faster R-CNN, RetinaNet).
///
/// 1. Each anchor takes the GT it overlaps most.
/// 2. IoU ≥ positive: positive. IoU > negative: ignored. Else negative; at exactly that, as the thresholds say.
/// 3. Forcing, where wanted: each GT's best anchor, or every anchor tied with it, becomes positive.
/// 4. An anchor lying at least half inside an ignored object is ignored.
/// 5. An anchor whose centre is at or past the picture's right or bottom edge is ignored.
package struct ThresholdMatching: Sendable {
  package enum State: Int8, Sendable {
    case positive = 1
    case negative = 0
    case ignored = -1
  }

  /// Which of the rules above had the last word.
  package enum Rule: UInt8, Sendable {
    case overlap = 2
    case lowQuality = 3
    case ignoredObject = 4
    case outside = 5
    case forced = 6
  }

  /// Which anchors become positive because they are the best that a GT has, whatever their IoU.
  package enum Forcing: Hashable, Sendable {
    case none
    /// Every anchor tied at a GT's best IoU, if that is over 0 (RetinaNet elsewhere), or even at 0.
    case lowQuality(owner: LowQualityOwner, atZero: Bool = false)
    /// One anchor of each GT, the first of equals. Another GT's it takes from that, so that a later GT wins a shared one
    /// (SSD), or leaves to it.
    case best(overwrites: Bool = true)
    /// Every anchor tied at a GT's best IoU, even at 0: a GT that overlaps no anchor then takes them all. A
    /// later GT wins (SSD in mmdetection, where all ties are taken).
    case allTied
  }

  /// Who owns an anchor that a low-quality match makes positive.
  package enum LowQualityOwner: String, SettingChoice {
    /// The GT the anchor overlaps most, as in torchvision.
    case prior
    /// The GT whose best anchor it is, a later GT winning, as in mmdetection.
    case gt
  }

  package struct Thresholds: Sendable {
    let positive: Double
    let negative: Double
    let forcing: Forcing
    let ignoresOutside: Bool
    /// Whether an IoU of exactly the lower threshold is negative; otherwise it is ignored.
    let negativeIsIncluded: Bool
    /// What the detector calls the two.
    let names: (negative: String, positive: String)

    package init(
      positive: Double, negative: Double, forcing: Forcing = .none, ignoresOutside: Bool = false,
      negativeIsIncluded: Bool = true,
      names: (negative: String, positive: String) = ("negative_iou", "positive_iou")
    ) {
      self.names = names
      self.positive = positive
      self.negative = negative
      self.forcing = forcing
      self.ignoresOutside = ignoresOutside
      self.negativeIsIncluded = negativeIsIncluded
    }

    /// Whether a GT that overlaps no anchor takes those it overlaps by 0 as its best.
    var forcesAtZero: Bool {
      switch forcing {
      case .lowQuality(_, let atZero): atZero
      case .allTied: true
      case .none, .best: false
      }
    }

    func state(at iou: Double) -> State {
      if iou >= positive { return .positive }
      return iou > negative || (iou == negative && !negativeIsIncluded) ? .ignored : .negative
    }
  }

  package private(set) var states: [State]
  package private(set) var rules: [Rule]
  /// The GT of a positive.
  package private(set) var owners: [Int?]
  /// The largest part of each anchor inside one ignored object; empty when there is none.
  package private(set) var ignoredShares: [Double] = []
  package let anchors: [Box]
  package let best: BestOverlaps
  package let thresholds: Thresholds

  package init(_ anchors: [Box], to objects: [Box], in scene: Scene, _ thresholds: Thresholds) {
    let best = BestOverlaps(of: objects, with: anchors)
    let states = best.iou.map { iou -> State in
      // Without an object nothing overlaps, whatever the thresholds say.
      objects.isEmpty ? .negative : thresholds.state(at: iou)
    }
    self.anchors = anchors
    self.best = best
    self.thresholds = thresholds
    self.states = states
    rules = anchors.map { _ in .overlap }
    owners = states.indices.map { states[$0] == .positive ? best.object(of: $0) : nil }
    switch thresholds.forcing {
    case .none: break
    case .lowQuality(let owner, let atZero): matchLowQuality(anchors, objects, owner, atZero: atZero)
    case .best(let overwrites):
      for gt in objects.indices where !anchors.isEmpty {
        let prior = best.ofObject[gt].prior
        if overwrites || owners[prior] == nil { force(prior, to: gt) }
      }
    case .allTied:
      for (gt, object) in objects.enumerated() {
        for j in tied(with: object, at: best.ofObject[gt].iou, anchors) { force(j, to: gt) }
      }
    }
    ignoreInside(scene.ignoredObjects.map(\.box), anchors)
    if thresholds.ignoresOutside { ignoreOutside(anchors, Double(scene.width), Double(scene.height)) }
  }

  private mutating func matchLowQuality(
    _ anchors: [Box], _ objects: [Box], _ owner: LowQualityOwner, atZero: Bool
  ) {
    for (gt, object) in objects.enumerated() {
      let bestIoU = best.ofObject[gt].iou
      guard bestIoU > 0 || atZero else { continue }
      for j in tied(with: object, at: bestIoU, anchors) {
        if states[j] != .positive { rules[j] = .lowQuality }
        states[j] = .positive
        switch owner {
        case .prior: owners[j] = best.object(of: j)
        case .gt: owners[j] = gt
        }
      }
    }
  }

  private func tied(with object: Box, at iou: Double, _ anchors: [Box]) -> [Int] {
    anchors.indices.filter { object.iou(with: anchors[$0]) == iou }
  }

  private mutating func force(_ j: Int, to gt: Int) {
    if states[j] != .positive || owners[j] != gt { rules[j] = .forced }
    states[j] = .positive
    owners[j] = gt
  }

  private mutating func ignoreInside(_ ignored: [Box], _ anchors: [Box]) {
    guard !ignored.isEmpty else { return }
    ignoredShares = anchors.map { anchor in
      ignored.reduce(0) { max($0, anchor.shareInside($1)) }
    }
    for j in anchors.indices where ignoredShares[j] >= 0.5 { ignore(j, by: .ignoredObject) }
  }

  private mutating func ignoreOutside(_ anchors: [Box], _ width: Double, _ height: Double) {
    for j in anchors.indices where anchors[j].centerX >= width || anchors[j].centerY >= height {
      ignore(j, by: .outside)
    }
  }

  private mutating func ignore(_ j: Int, by rule: Rule) {
    states[j] = .ignored
    owners[j] = nil
    rules[j] = rule
  }

  package var positives: [Int] { states.indices.filter { states[$0] == .positive } }

  package func count(of state: State) -> Int { states.count { $0 == state } }
}
