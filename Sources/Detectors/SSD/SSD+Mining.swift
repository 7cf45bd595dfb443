import Boxes
import Traces

extension SSD {
  /// Which negatives are in the class loss. The positives always are.
  struct NegativeSelection {
    enum Rule: String, SettingChoice {
      /// The negatives of highest cross entropy, a few for each positive (SSD).
      case mining
      /// All of them, each with its focal weight.
      case focal
      /// Mining among negatives that overlap no harder one; and of the box losses only the largest.
      case ohem
      /// All of them.
      case all
      /// All of them, after sorting: OHEM as it was once written down, with a cut after the last.
      case ohemKeepsAll = "ohem_keeps_all"

      /// Whether some negatives may be left out.
      var mines: Bool { self == .mining || self == .ohem }
    }

    let rule: Rule
    /// Negatives that can be chosen, the hardest first; of equals the lowest index first.
    let ranked: [Int]
    /// The first of the ranked.
    let kept: [Int]
    /// The negatives that overlap a harder one, and so are no choice.
    let suppressed: [Int]
    let negatives: Int

    init(_ entropy: [Double], _ matching: ThresholdMatching, _ anchors: [Box], _ settings: Settings) {
      rule = settings[SSD.selection]
      let negatives = matching.states.indices.filter { matching.states[$0] == .negative }
      self.negatives = negatives.count
      let all = HardExamples.Quota.count(negatives.count)
      let hard =
        rule == .ohem
        ? HardExamples(
          of: entropy, boxes: anchors, among: negatives, threshold: settings[SSD.ohemNMS], keep: all)
        : HardExamples(of: entropy, among: negatives, keep: all)
      ranked = hard.kept
      suppressed = hard.suppressed
      let quota: HardExamples.Quota =
        switch rule {
        case .mining, .ohem:
          .perPositive(settings[SSD.negativeRatio], positives: matching.count(of: .positive))
        case .focal, .all, .ohemKeepsAll: all
        }
      kept = Array(ranked.prefix(quota.number(of: ranked.count)))
    }

    /// Whether some negatives are left out by their rank.
    var cuts: Bool { kept.count < ranked.count }
  }
}

extension SSD {
  /// What an anchor is once mining has chosen, as `mining.state` has it.
  enum MiningState: Int8 {
    case positive = 1
    case kept = 2
    case left = 0
    case ignored = -1

    static let legend = StateLegend(
      value: "mining.state",
      states: [
        .init(1, "positive", .positive), .init(2, "kept", .between, sign: "−"),
        .init(-1, "ignored", .between), .init(0, "left out", .negative, sign: "·"),
      ])
  }
}

extension Settings {
  /// Which positives are in the box loss: all, or with OHEM the share of them whose box is furthest off, but one
  /// at least.
  func keptBoxLosses(of losses: [Double], _ positives: [Int]) -> [Int] {
    guard self[SSD.selection] == .ohem, !positives.isEmpty else { return positives }
    let count = HardExamples.Quota.share(self[SSD.ohemKeepRatio]).number(of: positives.count)
    return HardExamples(of: losses, among: positives, keep: .count(max(1, count))).kept
  }
}

extension Iteration {
  /// What the choice leaves: who is ranked where, who is kept, and what each adds to the class loss.
  mutating func record(_ selection: SSD.NegativeSelection, _ entropy: [Double]) {
    let n = grid.count
    var rank = [Int32](repeating: 0, count: n)
    var candidate = [Double](repeating: 0, count: n)
    for (place, j) in selection.ranked.enumerated() {
      rank[j] = Int32(place + 1)
      candidate[j] = entropy[j]
    }
    record("mining.negatives_kept", shape: [1], [Int32(selection.kept.count)])
    record("mining.rank", shape: [n], rank)
    record("mining.candidate_entropy", shape: [n], candidate)
    var kept = [UInt8](repeating: 0, count: n)
    for j in selection.kept { kept[j] = 1 }
    trace.record(Value("mining.kept", shape: [n], .uint8(kept)))
    record(selection, kept: kept)
    if let last = selection.kept.last { trace.record(Value("mining.cut", scalar: entropy[last])) }
  }

  /// What mining makes of each anchor, to be seen on the picture.
  private mutating func record(_ selection: SSD.NegativeSelection, kept: [UInt8]) {
    let states = trace["match.state"]?.doubles ?? []
    guard states.count == kept.count else { return }
    let codes = zip(states, kept).map { state, kept in
      state == 0 ? (kept == 1 ? SSD.MiningState.kept : .left) : state == 1 ? .positive : .ignored
    }
    trace.record(Value("mining.state", shape: [kept.count], .int8(codes.map(\.rawValue))))
  }
}
