import Boxes
import Scenes
import Tensors

/// The regions that the second stage learns from: proposals and, where wanted, the GT themselves, each matched to
/// the GT it overlaps most, and some of them drawn (Girshick 2015; Ren et al. 2015).
///
/// 1. A region with IoU over the threshold is foreground, the class of its GT; all others are background.
/// 2. A proposal that lies at least half inside an ignored object is ignored.
/// 3. Foreground is drawn up to its fraction, background fills the rest.
package struct RegionMatching: Sendable {
  package enum State: Int8, Sendable {
    case foreground = 1
    case background = 0
    case ignored = -1
  }

  package struct Rules: Sendable {
    package let threshold: Double
    package let size: Int
    package let fraction: Double
    package let addsObjects: Bool

    package init(threshold: Double, size: Int, fraction: Double, addsObjects: Bool) {
      self.threshold = threshold
      self.size = size
      self.fraction = fraction
      self.addsObjects = addsObjects
    }
  }

  /// R: the proposals, then the GT that were mixed in.
  package let boxes: [Box]
  /// How many of them are proposals.
  package let proposals: Int
  package let states: [State]
  /// R: the GT of a foreground region.
  package let owners: [Int?]
  package let best: BestOverlaps
  package let sample: BalancedSample
  package let rules: Rules

  package init(
    _ proposals: [Box], objects: [Box], ignored: [Box], _ rules: Rules, using generator: inout SeededGenerator
  ) {
    let boxes = proposals + (rules.addsObjects ? objects : [])
    let best = BestOverlaps(of: objects, with: boxes)
    let states = boxes.indices.map { r -> State in
      if r < proposals.count, ignored.contains(where: { boxes[r].shareInside($0) >= 0.5 }) { return .ignored }
      return best.iou[r] > rules.threshold ? .foreground : .background
    }
    self.boxes = boxes
    self.proposals = proposals.count
    self.best = best
    self.states = states
    self.rules = rules
    owners = boxes.indices.map { states[$0] == .foreground ? best.object(of: $0) : nil }
    sample = BalancedSample(
      from: boxes.indices.filter { states[$0] == .foreground }, boxes.indices.filter { states[$0] == .background },
      size: rules.size, fraction: rules.fraction, using: &generator)
  }

  /// The GT whose own box a region is; nil for a proposal.
  package func mixedIn(_ region: Int) -> Int? { region < proposals ? nil : region - proposals }

  package func count(of state: State) -> Int { states.count { $0 == state } }

  /// The GT's best proposal and its IoU; nil without proposals.
  package func bestProposal(of object: Box) -> (region: Int, iou: Double)? {
    (0..<proposals).map { ($0, object.iou(with: boxes[$0])) }.max { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 > $1.0 }
  }
}

/// From which level of the pyramid a region is pooled (Lin et al. 2017, section 4.2).
package enum RegionLevel {
  /// The side of the square that belongs to the level `top`: ImageNet's pictures.
  package static let canonicalSide = 224.0
  package static let top = 5

  /// clamp(⌊5 + log2(√area / 224)⌋) to the levels there are, exact at powers of two.
  package static func level(of box: Box, among levels: ClosedRange<Int>) -> Int {
    let side = max(box.area, 0).squareRoot()
    return levels.last { side >= smallestSide(of: $0) } ?? levels.lowerBound
  }

  /// The smallest √area that a level takes, the lowest level aside: 224 · 2^(level − 5).
  package static func smallestSide(of level: Int) -> Double {
    var side = canonicalSide
    for _ in 0..<abs(level - top) { side *= level < top ? 0.5 : 2 }
    return side
  }
}
