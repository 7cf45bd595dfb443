import Boxes

/// The boxes that a region proposal network hands to the second stage, and what became of all others
/// (Ren et al. 2015, section 3.3).
///
/// 1. Each level's best boxes by objectness; ties go to the lower anchor.
/// 2. Those that have no area left inside the picture are dropped.
/// 3. Non-maximum suppression within each level.
/// 4. The best of all levels.
package struct RegionProposals: Sendable {
  package enum Fate: Hashable, Sendable {
    case proposed(Int)
    /// Its place in its level's ranking, from 1: past the cut.
    case pastLevelCut(Int)
    /// Nothing of it lies inside the picture.
    case empty
    case suppressed(by: Int, overlap: Double)
    /// Its place among all that suppression kept, from 1: past the cut.
    case pastCut(Int)

    /// In the trace's `proposals.fate`.
    package var code: UInt8 {
      switch self {
      case .proposed: 0
      case .pastLevelCut: 1
      case .empty: 2
      case .suppressed: 3
      case .pastCut: 4
      }
    }
  }

  package struct Limits: Sendable {
    /// For each level, before suppression.
    package let before: Int
    /// A box goes when its IoU with a better one is over this.
    package let threshold: Double
    /// Of all levels together.
    package let after: Int

    package init(before: Int, threshold: Double, after: Int) {
      self.before = before
      self.threshold = threshold
      self.after = after
    }
  }

  /// N: what became of each anchor's box.
  package private(set) var fates: [Fate]
  /// N: the boxes, cut to the picture.
  package let clipped: [Box]
  /// The anchors of the proposals, best first.
  package private(set) var anchors: [Int] = []

  package var boxes: [Box] { anchors.map { clipped[$0] } }

  /// O(before²) for each level.
  ///
  /// - Parameters:
  ///   - decoded: N.
  ///   - scores: N, objectness.
  ///   - levels: which anchors belong to each level.
  package init(
    _ decoded: [Box], scores: [Double], levels: [Range<Int>], width: Double, height: Double, _ limits: Limits
  ) {
    clipped = decoded.map { $0.clipped(width: width, height: height) }
    fates = Array(repeating: .empty, count: decoded.count)
    var kept: [Int] = []
    for level in levels { kept += survivors(of: level, scores, limits) }
    let order = Self.ranked(kept, scores)
    for (rank, anchor) in order.enumerated() {
      fates[anchor] = rank < limits.after ? .proposed(rank) : .pastCut(rank + 1)
    }
    anchors = Array(order.prefix(limits.after))
  }

  /// What a level has left after its cut and suppression.
  private mutating func survivors(of level: Range<Int>, _ scores: [Double], _ limits: Limits) -> [Int] {
    let order = Self.ranked(Array(level), scores)
    for (rank, anchor) in order.enumerated() where rank >= limits.before { fates[anchor] = .pastLevelCut(rank + 1) }
    let best = order.prefix(limits.before).filter { clipped[$0].width > 0 && clipped[$0].height > 0 }
    let suppression = Suppression(
      best.map { clipped[$0] }, scores: best.map { Self.rankable(scores[$0]) }, threshold: limits.threshold)
    for (place, fate) in suppression.fates.enumerated() {
      if case .suppressed(let by, let overlap) = fate {
        fates[best[place]] = .suppressed(by: best[by], overlap: overlap)
      }
    }
    return suppression.kept.map { best[$0] }
  }

  private static func ranked(_ anchors: [Int], _ scores: [Double]) -> [Int] {
    anchors.sorted {
      let (a, b) = (rankable(scores[$0]), rankable(scores[$1]))
      return a != b ? a > b : $0 < $1
    }
  }

  /// NaN, which has no place in an order, comes last.
  private static func rankable(_ score: Double) -> Double { score.isNaN ? -.infinity : score }
}
