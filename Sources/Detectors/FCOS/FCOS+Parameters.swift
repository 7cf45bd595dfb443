import Scenes
import Tensors

extension FCOS {
  public static let centerSampling = Setting(
    "center_sampling", false, .flag, "Only points near an object's centre may be its own, not all of its box.",
    source: "off in the paper; FCOS's later code and mmdetection's second configurations on", varies: .choices)
  public static let centerRadius = Setting(
    "center_radius", 1.5, .number(0.01...1000), unit: "strides", "Half the side of the centre sample.",
    source: "mmdetection", varies: .number(.factor))
  public static let regressRanges = Setting(
    "regress_ranges", [-1.0, 64, 64, 128, 128, 256, 256, 512, 512, 1e8],
    .numbers(count: 2...16, each: -1...1e8), unit: "pixels",
    "Least and largest of max(l, t, r, b) that each level takes, level after level, ends included.",
    source: "FCOS section 3.2; mmdetection", varies: .elements(.factor))
  static let rangeEnds = Setting(
    "range_ends", RangeEnds.included, RangeEnds.kind, "Whether a level also takes the two ends of its range.",
    source: "mmdetection included; torchvision excluded", varies: .choices)
  public static let normalizeByStride = Setting(
    "normalize_by_stride", false, .flag,
    "Distances are predicted as max(x, 0) in strides; off: as e^x in pixels.", source: "mmdetection norm_on_bbox")
  static let boxLossKind = Setting(
    "box_loss", BoxLossKind.iou, BoxLossKind.kind, "The loss of the predicted boxes.",
    source: "FCOS section 3.2 IoU; mmdetection has all four")
  static let boxWeight = Setting(
    "box_weight", BoxWeight.centerness, BoxWeight.kind, "What a positive's box loss is weighted by.",
    source: "FCOS's code and mmdetection centerness; torchvision none")
  static let centernessBranch = Setting(
    "centerness_branch", Branch.classification, Branch.kind, "Whose tower of convolutions centerness is read from.",
    source: "FCOS section 3.3 classification; mmdetection's centerness_on_reg regression")
  public static let learnedScale = Setting(
    "learned_scale", true, .flag, "A learned number for each level multiplies the distances before their activation.",
    source: "FCOS section 3.2: e^(s·x)")
  public static let headNorm = Setting(
    "head_norm", true, .flag, "Group normalisation after each convolution of the heads; without it they learn slower.",
    source: "FCOS's code and mmdetection")
  public static let alpha = Setting(
    "alpha", 0.25, .number(0...1), "Weight of the object's class; every other class weighs 1 − α.",
    source: "RetinaNet section 3")
  public static let gamma = Setting(
    "gamma", 2.0, .number(0...10), "How strongly the focal loss turns easy answers down; 0 is cross entropy.",
    source: "RetinaNet section 3")

  enum BoxLossKind: String, SettingChoice {
    case iou = "IoU"
    case giou = "GIoU"
    case diou = "DIoU"
    case ciou = "CIoU"
  }

  enum RangeEnds: String, SettingChoice {
    case included
    case excluded
  }

  enum BoxWeight: String, SettingChoice {
    case centerness
    case none
  }

  enum Branch: String, SettingChoice {
    case classification
    case regression
  }

  public static let presets = [
    Preset("paper", "The paper's first version: the whole box, e^x in pixels, IoU loss."),
    Preset(
      "improved", "Its later one: centre sampling, max(x, 0) in strides, centerness beside the box, GIoU.",
      [
        ("center_sampling", .flag(true)), ("normalize_by_stride", .flag(true)),
        ("centerness_branch", .choice("regression")), ("box_loss", .choice("GIoU")),
      ]),
    Preset(
      "torchvision", "The later version with points at i·stride, open ranges, and boxes that all weigh the same.",
      [
        ("center_sampling", .flag(true)), ("normalize_by_stride", .flag(true)), ("learned_scale", .flag(false)),
        ("centerness_branch", .choice("regression")), ("box_loss", .choice("GIoU")),
        ("box_weight", .choice("none")), ("range_ends", .choice("excluded")), ("anchor_offset", .number(0)),
        // Its score is √(p(class) · p(centerness)), kept over .2: the same order, and the same boxes kept.
        ("score_threshold", .number(0.04)), ("nms_threshold", .number(0.6)),
      ]),
  ]

  public static var parameters: [Parameter] {
    [
      SharedParameters.preset(among: presets), centerSampling.parameter, centerRadius.parameter,
      regressRanges.parameter, rangeEnds.parameter, normalizeByStride.parameter,
      boxLossKind.parameter, boxWeight.parameter, centernessBranch.parameter, learnedScale.parameter,
      headNorm.parameter, alpha.parameter,
      gamma.parameter,
      AnchorParameters.strides.parameter,
      AnchorParameters.offset.parameter(default: 0.5, source: "FCOS section 3.1: ⌊s/2⌋ + i·s"),
      AnchorParameters.strideFactor.parameter,
    ]
      + SharedParameters.all.with(
        SharedParameters.clipNorm.parameter(default: 0, source: "off: keras-retinanet's alone"),
        SharedParameters.maxDetections.parameter(default: 100, source: "mmdetection"))
  }

  public static func check(_ settings: Settings, at place: Fault.Place) throws(Fault) {
    let strides = settings[AnchorParameters.strides].count
    let bounds = settings[regressRanges]
    guard bounds.count == 2 * strides else {
      throw Fault(
        .mismatch(
          found: "\(bounds.count) regress_ranges for \(strides) strides",
          wanted: "two regress_ranges for each of the strides: least and largest"), at: place)
    }
    for level in 0..<strides where bounds[2 * level] > bounds[2 * level + 1] {
      throw Fault(
        .mismatch(
          found: "\(bounds[2 * level]) before \(bounds[2 * level + 1])",
          wanted: "the least before the largest in each pair of regress_ranges"), at: place)
    }
  }
}

extension Settings {
  package var pointRules: PointRules {
    let bounds = self[FCOS.regressRanges]
    return PointRules(
      centerRadius: self[FCOS.centerSampling] ? self[FCOS.centerRadius] : nil,
      // A pair in the wrong order never gets past the check.
      ranges: stride(from: 0, to: bounds.count - 1, by: 2).map { bounds[$0]...max(bounds[$0], bounds[$0 + 1]) },
      endsAreIncluded: self[FCOS.rangeEnds] == .included)
  }

  /// From logits, as mmdetection computes it.
  package var pointFocalLoss: FocalLoss { FocalLoss(alpha: self[FCOS.alpha], gamma: self[FCOS.gamma], clip: 0) }

  package var pointBoxLoss: PointBoxLoss {
    let kind: BoxLoss.Kind =
      switch self[FCOS.boxLossKind] {
      case .iou: .iouLog
      case .giou: .giou
      case .diou: .diou
      case .ciou: .ciou
      }
    return PointBoxLoss(
      BoxLoss(kind, as: .mmdetection(epsilon: 1e-6)), isInStrides: self[FCOS.normalizeByStride],
      isWeighted: self[FCOS.boxWeight] == .centerness)
  }
}

extension FCOS {
  public static let mistakes: [Mistake] = [.atCorners, .stridesHalved]
}
