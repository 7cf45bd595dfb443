import Boxes
import Scenes

extension FreeAnchor {
  public static let bagSize = Setting(
    "bag_size", 50, .integer(1...10_000), unit: "anchors",
    "Candidates of each object; where there are fewer anchors, all of them.",
    source: "FreeAnchor section 4; pre_anchor_topk in mmdetection", varies: .number(.factor))
  public static let boxThreshold = Setting(
    "box_threshold", 0.6, .number(0...1), unit: "IoU",
    "t1: a guess that overlaps an object by no more is background.", source: "FreeAnchor section 4; bbox_thr",
    varies: .number(.difference))
  public static let alpha = Setting(
    "alpha", 0.5, .number(0...1), "Weight of the positive loss; the negative's is 1 − α.",
    source: "FreeAnchor section 4")
  public static let gamma = Setting(
    "gamma", 2.0, .number(0...10), "How strongly easy background is turned down; 0 is cross entropy.",
    source: "FreeAnchor section 4; Lin et al. 2017")
  public static let beta = Setting(
    "beta", 0.11, .number(0.001...10), "Smooth L1 bends at this difference.",
    source: "FreeAnchor section 4; mmdetection")
  public static let boxLossWeight = Setting(
    "box_loss_weight", 0.75, .number(0...100), "λ in P_loc = e^(−λ · smooth L1): how strictly a box must fit.",
    source: "FreeAnchor section 4; loss_bbox in mmdetection")
  public static let bagFunction = Setting(
    "bag_function", BagFunction.meanMax, BagFunction.kind, "How a bag's probability comes of its candidates'.",
    source: "FreeAnchor section 3.3")

  static let negativeClamp = Setting(
    "negative_clamp", true, .flag,
    "Keep q a little from 0 and 1 in the negative loss, where its gradient is otherwise not a number.",
    source: "mmdetection clamps; the first release did not, and gave NaN")

  public static var parameters: [Parameter] {
    [
      bagSize.parameter, boxThreshold.parameter, alpha.parameter, gamma.parameter, beta.parameter,
      boxLossWeight.parameter, bagFunction.parameter, negativeClamp.parameter,
    ] + anchorParameters
      + SharedParameters.all.with(SharedParameters.clipNorm.parameter(default: 0, source: "off here"))
  }

  private static var anchorParameters: [Parameter] {
    AnchorParameters.all.with(
      AnchorParameters.sizes.parameter(default: [32, 64, 128, 256, 512], source: "mmdetection: 4·stride"),
      // 2^0, 2^⅓, 2^⅔ in double: rounding decides ties.
      AnchorParameters.scales.parameter(
        default: [1, 1.2599210498948732, 1.5874010519681994], source: "mmdetection: 2^0, 2^⅓, 2^⅔"),
      AnchorParameters.offset.parameter(default: 0, source: "mmdetection"),
      AnchorParameters.coding.parameter(default: .center, source: "mmdetection"),
      AnchorParameters.deviations.parameter(default: [0.1, 0.1, 0.2, 0.2], source: "mmdetection"))
  }

  public static func check(_ settings: Settings, at place: Fault.Place) throws(Fault) {
    try Anchors.check(settings, at: place)
  }
}

extension Settings {
  var candidateRule: CandidateRule {
    CandidateRule(coding: BoxCoding(self), beta: self[FreeAnchor.beta], boxWeight: self[FreeAnchor.boxLossWeight])
  }

  var positiveBagLoss: PositiveBagLoss {
    PositiveBagLoss(alpha: self[FreeAnchor.alpha], function: self[FreeAnchor.bagFunction])
  }

  var negativeBagLoss: NegativeBagLoss {
    NegativeBagLoss(
      alpha: self[FreeAnchor.alpha], gamma: self[FreeAnchor.gamma], bagSize: self[FreeAnchor.bagSize],
      isClamped: self[FreeAnchor.negativeClamp])
  }
}

extension FreeAnchor {
  public static let mistakes: [Mistake] = [
    .atMiddles,
    Mistake(
      "no clamp in the negative loss", ["negative_clamp": .flag(false)],
      "Where a guess fits an object perfectly, P is 1 and q is 0: the gradient of ln q is 0 · ∞, a NaN, and one update "
        + "later every weight is one."),
    .stridesHalved,
  ]
}
