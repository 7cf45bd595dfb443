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
  /// Candidates that overlapped a harder one, and so were no choice.
  package let suppressed: [Int]

  /// Ranks the candidates by loss and keeps the first of them. O(n log n) for n candidates.
  ///
  /// - Parameters:
  ///   - losses: of every example; NaN ranks as the hardest, so that it is not lost from sight.
  ///   - candidates: which examples may be chosen; nil for all.
  package init(of losses: [Double], among candidates: [Int]? = nil, keep quota: Quota) {
    let candidates = candidates ?? Array(losses.indices)
    self.init(ranked: Self.rank(losses, candidates), of: losses, quota, candidates.count, suppressed: [])
  }

  /// The same after NMS by loss: neighbours that cost for the same reason count once. O(n · kept).
  ///
  /// - Parameter threshold: the IoU over which a candidate gives way to a harder one; .7 in the paper.
  package init(
    of losses: [Double], boxes: [Box], among candidates: [Int]? = nil, threshold: Double, keep quota: Quota
  ) {
    let candidates = candidates ?? Array(losses.indices)
    let ranked = Self.rank(losses, candidates)
    let suppression = Suppression(
      ranked.map { boxes[$0] }, scores: ranked.indices.map { -Double($0) }, threshold: threshold)
    let gone = suppression.fates.indices.filter { suppression.fates[$0] != .kept }.map { ranked[$0] }
    self.init(
      ranked: suppression.kept.map { ranked[$0] }, of: losses, quota, candidates.count, suppressed: gone)
  }

  private init(ranked: [Int], of losses: [Double], _ quota: Quota, _ count: Int, suppressed: [Int]) {
    kept = Array(ranked.prefix(quota.number(of: count)))
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
