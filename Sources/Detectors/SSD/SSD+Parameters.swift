import Scenes

extension SSD {
  public static let positiveIoU = Setting(
    "positive_iou", 0.5, .number(0...1), unit: "IoU", "From this best IoU on an anchor is positive.",
    source: "Liu et al. 2016, section 2.2", varies: .number(.difference, pulling: ["negative_iou"]))
  public static let negativeIoU = Setting(
    "negative_iou", 0.5, .number(0...1), unit: "IoU",
    "Up to this best IoU an anchor is negative; under positive_iou there is a band between that is ignored.",
    source: "mmdetection 0.5, so no band")
  public static let forceAllTies = Setting(
    "force_all_ties", false, .flag,
    "Force every anchor tied at a GT's best IoU, not the first alone; a GT that overlaps none then takes them all.",
    source: "mmdetection gt_max_assign_all, off for SSD", varies: .choices)
  static let forceOverwrites = Setting(
    "force_overwrites", true, .flag,
    "A GT's best anchor becomes its own even where it was another's; off, the other keeps it.",
    source: "mmdetection max_iou_assigner.py: a later GT wins", varies: .choices)
  static let classLoss = Setting(
    "class_loss", ClassLoss.Form.softmax, ClassLoss.Form.kind,
    "Cross entropy over the classes and background, or a yes or no for each class.",
    source: "Liu et al. 2016 softmax; logistic as YOLOv3 has it")
  static let selection = Setting(
    "selection", NegativeSelection.Rule.mining, NegativeSelection.Rule.kind,
    "Which negatives count: the hardest; all by focal weight; the hardest that overlap no harder one; all; "
      + "or all by an OHEM that cuts after the last, a mistake to look at.",
    source: "Liu et al. 2016 mining; Lin et al. 2017 focal; Shrivastava et al. 2016 ohem")
  public static let negativeRatio = Setting(
    "negative_ratio", 3.0, .number(0...1000), unit: "per positive", "So many negatives are kept for each positive.",
    source: "Liu et al. 2016, section 2.2")
  public static let ohemNMS = Setting(
    "ohem_nms", 0.5, .number(0...1), unit: "IoU",
    "With ohem a negative gives way to a harder one that it overlaps by more than this.",
    source: "0.7 in Shrivastava et al. 2016; no two anchors of SSD overlap so much")
  public static let ohemKeepRatio = Setting(
    "ohem_keep_ratio", 0.7, .number(0...1), unit: "of the positives",
    "With ohem only this share of the box losses is kept, the largest; one at least.",
    source: "Shrivastava et al. 2016 keeps by loss; the share as commonly set")
  public static let alpha = Setting(
    "alpha", 0.25, .number(0...1), "With focal: weight of an object; background weighs 1 − α.",
    source: "RetinaNet section 3")
  public static let gamma = Setting(
    "gamma", 2.0, .number(0...10), "With focal: how strongly easy answers are turned down; 0 is cross entropy.",
    source: "RetinaNet section 3")
  public static let beta = Setting(
    "beta", 1.0, .number(0...100), "Smooth L1 bends at β; 0 is plain L1.", source: "mmdetection smooth_l1_loss.py")

  public static var parameters: [Parameter] {
    [SharedParameters.preset(among: presets)]
      + [
        positiveIoU.parameter, negativeIoU.parameter, forceAllTies.parameter, forceOverwrites.parameter,
        classLoss.parameter,
        selection.parameter, negativeRatio.parameter, ohemNMS.parameter, ohemKeepRatio.parameter, alpha.parameter,
        gamma.parameter, beta.parameter,
      ] + anchorParameters + networkParameters
  }

  private static var anchorParameters: [Parameter] {
    AnchorParameters.all.with(
      AnchorParameters.strides.parameter(default: [16, 32, 64], source: "three maps; six in Liu et al. 2016"),
      AnchorParameters.sizes.parameter(default: [16, 32, 64], source: "the stride, times the scales"),
      AnchorParameters.scales.parameter(default: [2, 2.8284], source: "a scale and the next, √2 apart"),
      AnchorParameters.ratios.parameter(default: [0.5, 1, 2], source: "Liu et al. 2016; ⅓ and 3 besides"),
      AnchorParameters.offset.parameter(default: 0.5, source: "Liu et al. 2016, section 2.2"),
      AnchorParameters.coding.parameter(default: .center, source: "Liu et al. 2016, equation 2"),
      AnchorParameters.deviations.parameter(default: [0.1, 0.1, 0.2, 0.2], source: "mmdetection; SSD's variances"))
  }

  private static var networkParameters: [Parameter] {
    SharedParameters.all.with(
      SharedParameters.priorProbability.parameter(
        default: 0.5, source: "0.5 is no bias, as in Liu et al. 2016: π to 1 − π are the odds of a class to background"),
      SharedParameters.clipNorm.parameter(default: 0, source: "off in mmdetection's SSD"),
      SharedParameters.scoreThreshold.parameter(default: 0.02, source: "mmdetection; 0.01 in Liu et al. 2016"),
      SharedParameters.nmsThreshold.parameter(default: 0.45, source: "Liu et al. 2016, section 2.2"),
      SharedParameters.maxDetections.parameter(default: 200, source: "Liu et al. 2016, section 2.2"))
  }

  public static let presets = [
    Preset("mmdetection", "The original of the oracle: forced matches, softmax, three negatives for each positive.")
  ]

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
  var ssdThresholds: ThresholdMatching.Thresholds {
    ThresholdMatching.Thresholds(
      positive: self[SSD.positiveIoU], negative: self[SSD.negativeIoU],
      forcing: self[SSD.forceAllTies] ? .allTied : .best(overwrites: self[SSD.forceOverwrites]))
  }

  var ssdBoxLoss: SmoothL1Loss { SmoothL1Loss(beta: self[SSD.beta]) }
}

extension SSD {
  public static let mistakes: [Mistake] = [
    .atCorners,
    Mistake(
      "a forced match leaves the anchor to another GT", ["force_overwrites": .flag(false)],
      "A GT whose best anchor is another's gets no positive at all, although forcing was to give it one."),
    Mistake(
      "all ties forced, even at an IoU of 0", ["force_all_ties": .flag(true)],
      "A GT that overlaps no anchor ties with all of them at 0 and takes every one; hardly a negative is left."),
    Mistake(
      "mining that keeps all", ["selection": .choice("ohem_keeps_all")],
      "The negatives are sorted, and then all are kept: they drown the positives, and the loss shows it only by its size."
    ),
    .stridesHalved,
  ]
}
