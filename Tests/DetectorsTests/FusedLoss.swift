import Boxes
import Detectors
import Tensors
import TestSupport
import Testing
import Traces

/// FreeAnchor's numerical core, and random work for it.
enum FusedLoss {
  static func rule(
    bagSize: Int = 50, threshold: Double = 0.6, alpha: Double = 0.5, gamma: Double = 2, beta: Double = 0.11,
    boxWeight: Double = 0.75, function: BagFunction = .meanMax, coding: BoxCoding.Kind = .center
  ) -> FreeAnchorLoss {
    FreeAnchorLoss(
      threshold: threshold,
      candidates: CandidateRule(
        coding: BoxCoding(kind: coding, means: [0, 0, 0, 0], deviations: [0.1, 0.1, 0.2, 0.2]), beta: beta,
        boxWeight: boxWeight),
      positive: PositiveBagLoss(alpha: alpha, function: function),
      negative: NegativeBagLoss(alpha: alpha, gamma: gamma, bagSize: bagSize))
  }

  static func anchors(_ trace: Trace) throws -> [Box] {
    let value = try #require(trace["anchors.boxes"])
    return (0..<value.shape[0]).map { Box(value.row($0)[0], value.row($0)[1], value.row($0)[2], value.row($0)[3]) }
  }

  /// Boxes of many sizes, some equal, so that there are ties.
  static func boxes(_ count: Int, _ draws: inout Draws, least: Float = 4) -> [Box] {
    (0..<count).map { _ in
      let place = draws.floats(2, 0...200).map { Double(($0 / 8).rounded() * 8) }
      let side = draws.floats(2, least...90).map { Double(($0 / 4).rounded() * 4) }
      return Box(place[0], place[1], place[0] + side[0], place[1] + side[1])
    }
  }
}
