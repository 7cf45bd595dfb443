import Boxes

/// Online hard example mining (Shrivastava et al. 2016): of many examples the ones that cost most are kept, and
/// only these are learned from.
package struct HardExamples: Hashable, Sendable {
  /// How many are kept.
  package enum Quota: Hashable, Sendable {
    case count(Int)
    /// Of all candidates, rounded down.
    case share(Double)
    /// So many for each positive, rounded down: 3 for 1:3.
    case perPositive(Double, positives: Int)
  }

  /// Candidates kept, the hardest first; of equal losses the lowest index first.
  package let kept: [Int]
  /// The least loss kept; nil when nothing is.
  package let cut: Double?
  /// Candidates passed over because they overlap a harder one that is kept.
  package let suppressed: [Int]

  /// Ranks the candidates by loss and keeps the first of them. O(n log n) for n candidates.
  ///
  /// - Parameters:
  ///   - losses: of every example; NaN ranks as the hardest, so that it is not lost from sight.
  ///   - candidates: which examples may be chosen; nil for all.
  package init(of losses: [Double], among candidates: [Int]? = nil, keep quota: Quota) {
    let candidates = candidates ?? Array(losses.indices)
    let ranked = Self.rank(losses, candidates)
    self.init(kept: Array(ranked.prefix(quota.number(of: candidates.count))), suppressed: [], of: losses)
  }

  /// The same with NMS by loss: of neighbours that cost for the same reason the costliest counts. O(n · kept).
  ///
  /// - Parameter threshold: the IoU over which a candidate gives way to a harder one that is kept; .7 in the paper.
  package init(
    of losses: [Double], boxes: [Box], among candidates: [Int]? = nil, threshold: Double, keep quota: Quota
  ) {
    let candidates = candidates ?? Array(losses.indices)
    let wanted = quota.number(of: candidates.count)
    var kept: [Int] = []
    var suppressed: [Int] = []
    for candidate in Self.rank(losses, candidates) where kept.count < wanted {
      if kept.contains(where: { boxes[$0].iou(with: boxes[candidate]) > threshold }) {
        suppressed.append(candidate)
      } else {
        kept.append(candidate)
      }
    }
    self.init(kept: kept, suppressed: suppressed, of: losses)
  }

  private init(kept: [Int], suppressed: [Int], of losses: [Double]) {
    self.kept = kept
    cut = kept.last.map { losses[$0] }
    self.suppressed = suppressed
  }

  private static func rank(_ losses: [Double], _ candidates: [Int]) -> [Int] {
    let hardness = losses.map { $0.isNaN ? .infinity : $0 }
    return candidates.sorted { hardness[$0] != hardness[$1] ? hardness[$0] > hardness[$1] : $0 < $1 }
  }
}

extension HardExamples.Quota {
  /// Never more than there are, never fewer than none.
  package func number(of available: Int) -> Int {
    let wanted: Double =
      switch self {
      case .count(let count): Double(count)
      case .share(let share): share * Double(available)
      case .perPositive(let ratio, let positives): ratio * Double(positives)
      }
    return wanted > 0 ? Int(min(wanted, Double(available)).rounded(.down)) : 0
  }
}
