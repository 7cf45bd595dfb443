import Boxes
import Scenes
import Tensors

extension FasterRCNN {
  public static let thresholds = Setting(
    "iou_thresholds", [0.3, 0.6], .numbers(count: 2...2, each: 0...1), unit: "IoU",
    "Up to the first an anchor is background, from the second on positive; between them it is neutral.",
    source: "EECS 498; .3 and .7 in Ren et al. 2015", varies: .elements(.difference, isAscending: true))
  public static let strideScale = Setting(
    "anchor_stride_scale", 8.0, .number(0.1...64), unit: "strides", "Side of the square anchor of each level.",
    source: "EECS 498; detectron2's 32 at stride 4 is the same", varies: .number(.factor))
  public static let samples = Setting(
    "samples_per_image", 256, .integer(1...4096), unit: "anchors",
    "Anchors drawn for the RPN's losses, and what these are divided by.", source: "Ren et al. 2015, section 3.1.3")
  public static let positiveFraction = Setting(
    "positive_fraction", 0.5, .number(0...1), "Part of the drawn anchors that may be positive.",
    source: "Ren et al. 2015, section 3.1.3")
  public static let rpnNMS = Setting(
    "rpn_nms", 0.7, .number(0...1), unit: "IoU", "A proposal goes when it overlaps a better one of its level by more.",
    source: "Ren et al. 2015, section 3.3")
  public static let proposalsBefore = Setting(
    "proposals_before", 400, .integer(1...100_000), unit: "boxes a level",
    "The best boxes of each level that go into suppression.", source: "EECS 498; 2000 in Lin et al. 2017")
  public static let proposalsAfter = Setting(
    "proposals_after", 100, .integer(1...10_000), unit: "boxes", "At most so many proposals.",
    source: "EECS 498; 300 in Ren et al. 2015")
  public static let addsObjects = Setting(
    "add_gt_to_proposals", true, .flag, "Mix the GT boxes into the proposals while training.",
    source: "EECS 498; detectron2")
  public static let roiIoU = Setting(
    "roi_iou", 0.5, .number(0...1), unit: "IoU", "A region that overlaps a GT by more than this is foreground.",
    source: "Girshick 2015, section 2.3")
  public static let roiSamples = Setting(
    "roi_samples", 64, .integer(1...4096), unit: "regions", "Regions drawn for the second stage's losses.",
    source: "Girshick 2015: 64 a picture")
  public static let roiPositiveFraction = Setting(
    "roi_positive_fraction", 0.25, .number(0...1), "Part of the drawn regions that may be foreground.",
    source: "Girshick 2015, section 2.3")
  public static let roiSize = Setting(
    "roi_size", 7, .integer(1...32), unit: "bins", "Bins along each side of a pooled region.",
    source: "Girshick 2015; He et al. 2017")
  public static let samplingRatio = Setting(
    "sampling_ratio", 2, .integer(0...16), unit: "points",
    "Points along each side of a bin; 0 takes as many as the bin has cells.",
    source: "He et al. 2017; torchvision. EECS 498: 0")
  public static let roiChannels = Setting(
    "roi_channels", 64, .integer(4...4096), unit: "numbers", "Width of the second stage's two layers.",
    source: "1024 in Lin et al. 2017; small here, to train while one watches")
  public static let secondStageBoxes = Setting(
    "second_stage_boxes", true, .flag, "The second stage also bends each region, for each class its own way.",
    source: "Girshick 2015; EECS 498 only classifies")
  public static let roiDeviations = Setting(
    "roi_box_stds", [0.1, 0.1, 0.2, 0.2], .numbers(count: 4...4, each: 1e-6...1e6),
    "The second stage's four numbers are divided by these.", source: "torchvision; detectron2")

  public static var parameters: [Parameter] {
    [SharedParameters.preset(among: presets)]
      + [
        thresholds.parameter, strideScale.parameter, samples.parameter, positiveFraction.parameter, rpnNMS.parameter,
        proposalsBefore.parameter, proposalsAfter.parameter, addsObjects.parameter, roiIoU.parameter,
        roiSamples.parameter, roiPositiveFraction.parameter, roiSize.parameter, samplingRatio.parameter,
        roiChannels.parameter, secondStageBoxes.parameter, roiDeviations.parameter,
      ] + anchorParameters + sharedParameters
  }

  /// Sizes follow from the strides.
  private static var anchorParameters: [Parameter] {
    AnchorParameters.all.filter { $0.name != AnchorParameters.sizes.parameter.name }.with(
      AnchorParameters.strides.parameter(default: [8, 16, 32], source: "EECS 498"),
      AnchorParameters.scales.parameter(default: [1], source: "EECS 498"),
      AnchorParameters.coding.parameter(default: .center, source: "Girshick et al. 2014"),
      AnchorParameters.deviations.parameter(default: [1, 1, 1, 1], source: "EECS 498"))
  }

  private static var sharedParameters: [Parameter] {
    SharedParameters.all.with(
      SharedParameters.priorProbability.parameter(default: 0.5, source: "EECS 498: objectness starts even"),
      SharedParameters.clipNorm.parameter(default: 0, source: "EECS 498 clips nothing"),
      SharedParameters.maxDetections.parameter(default: 100, source: "torchvision"))
  }

  public static let presets = [Preset("eecs498", "The original of the oracle: EECS 498's assignment.")]

  public static func check(_ settings: Settings, at place: Fault.Place) throws(Fault) {
    let (low, high) = (settings[thresholds][0], settings[thresholds][1])
    guard low <= high else {
      throw Fault(
        .mismatch(found: "iou_thresholds \(low), \(high)", wanted: "the first to be at most the second"), at: place)
    }
  }
}

extension Settings {
  var regionThresholds: ThresholdMatching.Thresholds {
    let pair = self[FasterRCNN.thresholds]
    return ThresholdMatching.Thresholds(
      positive: pair[1], negative: pair[0], names: ("lower threshold", "upper threshold"))
  }

  var proposalLimits: RegionProposals.Limits {
    RegionProposals.Limits(
      before: self[FasterRCNN.proposalsBefore], threshold: self[FasterRCNN.rpnNMS],
      after: self[FasterRCNN.proposalsAfter])
  }

  var regionRules: RegionMatching.Rules {
    RegionMatching.Rules(
      threshold: self[FasterRCNN.roiIoU], size: self[FasterRCNN.roiSamples],
      fraction: self[FasterRCNN.roiPositiveFraction], addsObjects: self[FasterRCNN.addsObjects])
  }

  var pooling: RoIPooling {
    RoIPooling(
      height: self[FasterRCNN.roiSize], width: self[FasterRCNN.roiSize], samplingRatio: self[FasterRCNN.samplingRatio])
  }

  /// From an anchor to a proposal.
  var proposalCoding: BoxCoding { BoxCoding(self).growingAtMost(FasterRCNN.largestLogScale) }

  /// From a region to a detection.
  var regionCoding: BoxCoding {
    BoxCoding(kind: .center, means: [0, 0, 0, 0], deviations: self[FasterRCNN.roiDeviations])
      .growingAtMost(FasterRCNN.largestLogScale)
  }
}

extension FasterRCNN {
  /// ln(224/8): a decoded box grows at most so far, and shrinks without bound.
  static let largestLogScale = 3.332204510175204
}

extension BoxCoding {
  fileprivate func growingAtMost(_ logScale: Double) -> BoxCoding {
    BoxCoding(
      kind: kind, means: means, deviations: deviations, largestLogScale: logScale, smallestLogScale: -.infinity)
  }
}

extension FasterRCNN {
  public static let mistakes: [Mistake] = [
    .atCorners,
    Mistake(
      "no ignore band",
      "Anchors that half fit an object are taught that they are background: the loss fights itself at every border."
    ) { settings in
      let upper = settings[thresholds].last ?? 0.6
      return ["iou_thresholds": .numbers([upper, upper])]
    },
    .stridesHalved,
  ]
}
