import Scenes
import Tensors

extension RetinaNet {
  public static let positiveIoU = Setting(
    "positive_iou", 0.5, .number(0...1), unit: "IoU", "From this best IoU on an anchor is positive.",
    source: "RetinaNet section 4", varies: .number(.difference, pulling: ["negative_iou"]))
  public static let negativeIoU = Setting(
    "negative_iou", 0.4, .number(0...1), unit: "IoU",
    "Up to this best IoU an anchor is negative; between the two it is ignored.",
    source: "RetinaNet section 4")
  static let negativeIsIncluded = Setting(
    "negative_included", true, .flag, "An anchor at exactly negative_iou is negative; off: ignored.",
    source: "keras-retinanet on; torchvision and mmdetection off")
  public static let lowQualityMatches = Setting(
    "low_quality_matches", false, .flag, "Each GT's best anchors are positive whatever their IoU.",
    source: "off in keras-retinanet; on in torchvision and mmdetection", varies: .choices)
  static let lowQualityOwner = Setting(
    "low_quality_owner", ThresholdMatching.LowQualityOwner.prior, ThresholdMatching.LowQualityOwner.kind,
    "Whose such an anchor is: the GT it overlaps most, or the GT whose best it is.",
    source: "torchvision prior; mmdetection gt", varies: .choices)
  static let lowQualityAtZero = Setting(
    "low_quality_at_zero", false, .flag,
    "An IoU of 0 can be a GT's best too: one that overlaps no anchor then takes all that nobody overlaps more.",
    source: "torchvision and mmdetection's min_pos_iou 0 allow it; no GT there is so far from every anchor")
  public static let ignoreOutside = Setting(
    "ignore_outside", true, .flag,
    "Ignore anchors whose centre is at or past the picture's right or bottom edge.",
    source: "keras-retinanet; not in torchvision and mmdetection", varies: .choices)
  public static let alpha = Setting(
    "alpha", 0.25, .number(0...1), "Weight of the object's class; every other class weighs 1 − α.",
    source: "RetinaNet section 3")
  public static let gamma = Setting(
    "gamma", 2.0, .number(0...10), "How strongly the focal loss turns easy answers down; 0 is cross entropy.",
    source: "RetinaNet section 3")
  public static let probabilityClip = Setting(
    "probability_clip", 1e-7, .number(0...0.01), unit: "probability",
    "Probabilities are kept this far from 0 and 1 in the logarithm; 0 computes from logits.",
    source: "keras-retinanet 1e-7; torchvision and mmdetection 0")
  static let boxLossShape = Setting(
    "box_loss", SmoothL1Loss.Shape.smoothL1, SmoothL1Loss.Shape.kind, "The loss of the box numbers.",
    source: "keras-retinanet smooth_l1; torchvision and mmdetection l1")
  public static let sigma = Setting(
    "sigma", 3.0, .number(0.01...100), "Smooth L1 bends at 1/σ².", source: "keras-retinanet")

  public static var parameters: [Parameter] {
    [SharedParameters.preset(among: presets)]
      + [
        positiveIoU.parameter, negativeIoU.parameter, negativeIsIncluded.parameter, lowQualityMatches.parameter,
        lowQualityOwner.parameter, lowQualityAtZero.parameter, ignoreOutside.parameter, alpha.parameter,
        gamma.parameter,
        probabilityClip.parameter, boxLossShape.parameter, sigma.parameter,
      ] + AnchorParameters.all + SharedParameters.all
  }

  public static let presets = [
    Preset("keras-retinanet", "The original of the oracle: corner coding, no low-quality matches."),
    Preset(
      "torchvision", "Centre coding, low-quality matches, rounded anchors at i·stride, L1.",
      others + [
        ("anchor_scales", .numbers([1, cubeRoot, cubeRoot * cubeRoot])),
        ("anchor_rounding", .flag(true)),
        ("low_quality_owner", .choice("prior")),
      ]),
    Preset(
      "mmdetection", "Centre coding, low-quality matches, anchors of 4·stride at i·stride, L1.",
      others + [
        ("anchor_scales", .numbers([1, cubeRoot, cubeRoot * cubeRoot])),
        ("low_quality_owner", .choice("gt")),
      ]),
  ]

  /// What torchvision and mmdetection have in common.
  private static let others: [(String, ParameterValue)] = [
    ("anchor_offset", .number(0)), ("box_coding", .choice("center")), ("box_stds", .numbers([1, 1, 1, 1])),
    ("low_quality_matches", .flag(true)), ("negative_included", .flag(false)), ("ignore_outside", .flag(false)),
    ("probability_clip", .number(0)), ("box_loss", .choice("l1")),
  ]

  /// 2^⅓ in double.
  private static let cubeRoot = 1.2599210498948732

  public static func check(_ settings: Settings, at place: Fault.Place) throws(Fault) {
    try Anchors.check(settings, at: place)
    let (negative, positive) = (settings[negativeIoU], settings[positiveIoU])
    guard negative <= positive else {
      throw Fault(
        .mismatch(
          found: "negative_iou \(negative) over positive_iou \(positive)",
          wanted: "negative_iou to be at most positive_iou"), at: place)
    }
  }
}

extension Settings {
  var thresholds: ThresholdMatching.Thresholds {
    ThresholdMatching.Thresholds(
      positive: self[RetinaNet.positiveIoU], negative: self[RetinaNet.negativeIoU],
      forcing: self[RetinaNet.lowQualityMatches]
        ? .lowQuality(owner: self[RetinaNet.lowQualityOwner], atZero: self[RetinaNet.lowQualityAtZero]) : .none,
      ignoresOutside: self[RetinaNet.ignoreOutside], negativeIsIncluded: self[RetinaNet.negativeIsIncluded])
  }

  var focalLoss: FocalLoss {
    FocalLoss(
      alpha: self[RetinaNet.alpha], gamma: self[RetinaNet.gamma], clip: self[RetinaNet.probabilityClip])
  }

  var boxLoss: SmoothL1Loss {
    SmoothL1Loss(shape: self[RetinaNet.boxLossShape], sigma: self[RetinaNet.sigma])
  }
}

extension RetinaNet {
  public static let mistakes: [Mistake] = [
    .atCorners,
    Mistake(
      "low-quality matches", ["low_quality_matches": .flag(true)],
      "Every GT gets its best anchors, however little they overlap it: it is seen, and also taught by anchors with "
        + "hardly anything of it inside."),
    Mistake(
      "a low-quality match takes another GT's anchor",
      ["low_quality_matches": .flag(true), "low_quality_owner": .choice("gt")],
      "An anchor that fits one GT well learns another's class and box, because it is the best that other has."),
    Mistake(
      "low-quality matches at an IoU of 0",
      ["low_quality_matches": .flag(true), "low_quality_at_zero": .flag(true)],
      "A GT that overlaps no anchor ties with all of them at 0 and takes every one; hardly a negative is left."),
    Mistake(
      "no ignore band",
      "Anchors that half fit an object are taught that they are background: the loss fights itself at every border."
    ) { ["negative_iou": .number($0[positiveIoU])] },
    .stridesHalved,
  ]
}
