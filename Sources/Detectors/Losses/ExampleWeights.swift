import Boxes

/// The same examples under cross entropy, under focal loss, and under hard example mining: who counts for how much.
package struct ExampleWeights: Sendable {
  /// Who an example is: a positive, or a negative by how sure the model is that nothing is there.
  package enum Kind: Hashable, Sendable, CaseIterable {
    case positive
    /// A negative that is taken for something: p_t under .5.
    case mistaken
    /// p_t from .5 to .9.
    case unsure
    /// p_t of .9 or more.
    case easy

    init(isPositive: Bool, truth: Double) {
      self = isPositive ? .positive : truth < 0.5 ? .mistaken : truth < 0.9 ? .unsure : .easy
    }
  }

  package struct Example: Sendable {
    /// Its place in the pool's source: a prior's flat index.
    package let index: Int
    package let kind: Kind
    /// p_t: the probability given to what is true.
    package let truth: Double
    package let crossEntropy: Double
    package let focal: Double
    /// Whether mining keeps it.
    package let isKept: Bool

    /// What focal loss makes of one unit of cross entropy.
    package var weight: Double { crossEntropy > 0 ? focal / crossEntropy : 0 }
  }

  /// All examples of a kind, and their parts of the three totals.
  package struct Group: Sendable {
    package let kind: Kind
    package let count: Int
    package let kept: Int
    package let crossEntropyShare: Double
    package let focalShare: Double
    package let minedShare: Double
    /// Focal's total over cross entropy's.
    package let weight: Double
  }

  /// Which examples mining keeps.
  package enum Mining: Hashable, Sendable, CaseIterable {
    /// Every positive, and for each the three negatives that cost most (SSD).
    case threeNegatives
    /// The 128 that cost most of all, after NMS at .7 (OHEM).
    case hardest128
    /// 70% of all, by cost.
    case share
    /// Every one: what seed 003's second version comes to.
    case all
  }

  /// The costliest by cross entropy first.
  package let examples: [Example]
  package let groups: [Group]
  package let totals: (crossEntropy: Double, focal: Double, mined: Double)

  /// O(N·K + N log N) for a pool of N examples.
  package init(_ pool: ExamplePool, alpha: Double, gamma: Double, mining: Mining) {
    let focal = pool.examples.map { $0.focal(alpha: alpha, gamma: gamma) }
    let kept = Set(mining.kept(of: pool))
    examples = HardExamples(of: pool.examples.map(\.crossEntropy), keep: .share(1)).kept.map { k in
      let example = pool.examples[k]
      return Example(
        index: example.index, kind: example.kind, truth: example.truth, crossEntropy: example.crossEntropy,
        focal: focal[k], isKept: kept.contains(k))
    }
    let all = examples
    let totals = (
      crossEntropy: all.reduce(0) { $0 + $1.crossEntropy }, focal: all.reduce(0) { $0 + $1.focal },
      mined: all.reduce(0) { $0 + ($1.isKept ? $1.crossEntropy : 0) }
    )
    self.totals = totals
    groups = Kind.allCases.map { kind in
      let members = all.filter { $0.kind == kind }
      let plain = members.reduce(0) { $0 + $1.crossEntropy }
      let focal = members.reduce(0) { $0 + $1.focal }
      let mined = members.reduce(0) { $0 + ($1.isKept ? $1.crossEntropy : 0) }
      func share(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
      return Group(
        kind: kind, count: members.count, kept: members.count(where: \.isKept),
        crossEntropyShare: share(plain, totals.crossEntropy), focalShare: share(focal, totals.focal),
        minedShare: share(mined, totals.mined), weight: share(focal, plain))
    }
  }

  package func group(_ kind: Kind) -> Group? { groups.first { $0.kind == kind } }
}

extension ExampleWeights.Mining {
  /// Places in the pool.
  func kept(of pool: ExamplePool) -> [Int] {
    let losses = pool.examples.map(\.crossEntropy)
    switch self {
    case .threeNegatives:
      let positives = losses.indices.filter { pool.examples[$0].kind == .positive }
      let negatives = losses.indices.filter { pool.examples[$0].kind != .positive }
      return positives
        + HardExamples(of: losses, among: negatives, keep: .perPositive(3, positives: positives.count)).kept
    case .hardest128:
      guard let boxes = pool.boxes else { return HardExamples(of: losses, keep: .count(128)).kept }
      return HardExamples(of: losses, boxes: boxes, threshold: 0.7, keep: .count(128)).kept
    case .share: return HardExamples(of: losses, keep: .share(0.7)).kept
    case .all: return Array(losses.indices)
    }
  }
}
