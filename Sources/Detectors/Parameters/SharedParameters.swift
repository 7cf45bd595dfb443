/// The parameters that every detector has: the network, its training, and what becomes of its boxes.
public enum SharedParameters {
  public enum Backbone: String, SettingChoice {
    case residual
    case plain
    case depthwise
    case dense
  }

  public enum OptimizerName: String, SettingChoice {
    case adam
    case sgd
  }

  public enum Suppressing: String, SettingChoice {
    case perClass = "per_class"
    case allClasses = "all_classes"
    case none
  }

  public enum SuppressionOverlap: String, SettingChoice {
    case iou
    case diou
  }

  static let presetName = "preset"

  public static let backbone = Setting(
    "backbone", Backbone.residual, Backbone.kind, "The family of the feature extractor.",
    source: "like ResNet; plain like VGG, depthwise like MobileNet, dense like DenseNet")
  public static let width = Setting(
    "width", 16, .integer(4...256), unit: "channels", "Channels of C2; each later stage doubles them.",
    source: "64 in ResNet; small here, to train while one watches")
  public static let blocks = Setting(
    "blocks", [1, 1, 1, 1], .integers(count: 4...4, each: 1...36), unit: "blocks",
    "Blocks of C2, C3, C4, C5, of two convolutions each.", source: "3,4,6,3 in ResNet-34 and -50")
  public static let pyramidChannels = Setting(
    "pyramid_channels", 32, .integer(4...512), unit: "channels", "Channels of every pyramid level.",
    source: "256 in Lin et al. 2017")
  public static let headDepth = Setting(
    "head_depth", 2, .integer(0...8), unit: "convolutions", "3×3 convolutions before a head's last.",
    source: "4 in RetinaNet")
  public static let freeze = Setting(
    "freeze", [String](), .names(Network.parts),
    "Parts whose weights do not move.", source: "common in fine-tuning")
  public static let priorProbability = Setting(
    "prior_probability", 0.01, .number(1e-6...0.99), unit: "probability",
    "Every class's score at the start: the classification bias is −ln((1 − π)/π).",
    source: "RetinaNet, section 4.1")
  public static let optimizer = Setting(
    "optimizer", OptimizerName.adam, OptimizerName.kind, "How weights follow their gradients.",
    source: "Kingma & Ba 2015; keras-retinanet")
  public static let learningRate = Setting(
    "learning_rate", 3e-4, .number(0...10), unit: "per step", "Length of a step of the optimiser.",
    source: "measured: settles within 300 iterations on one small picture")
  public static let momentum = Setting(
    "momentum", 0.9, .number(0...0.9999), "What SGD keeps of its last step.", source: "RetinaNet")
  public static let weightDecay = Setting(
    "weight_decay", 0.0, .number(0...1), "Pull of every weight towards 0, added to its gradient.",
    source: "1e-4 in RetinaNet; off for one picture")
  public static let clipNorm = Setting(
    "clip_norm", 0.001, .number(0...1e6), "Norm that each weight's gradient is cut down to; 0 leaves them.",
    source: "keras-retinanet")
  public static let scoreThreshold = Setting(
    "score_threshold", 0.05, .number(0...1), unit: "probability", "Detections start above this score.",
    source: "keras-retinanet", varies: .number(.difference))
  public static let nmsThreshold = Setting(
    "nms_threshold", 0.5, .number(0...1), unit: "IoU",
    "A box goes when it overlaps a better one by more than this.", source: "keras-retinanet",
    varies: .number(.difference))
  public static let maxDetections = Setting(
    "max_detections", 300, .integer(1...10_000), unit: "boxes", "At most so many detections.",
    source: "keras-retinanet", varies: .number(.factor))
  public static let preNMSTop = Setting(
    "pre_nms_top", 1000, .integer(1...1_000_000), unit: "boxes a level",
    "The best candidates of each level that go into suppression.", source: "RetinaNet, section 4.1",
    varies: .number(.factor))
  public static let nms = Setting(
    "nms", Suppressing.perClass, Suppressing.kind, "Which boxes may suppress each other.",
    source: "keras-retinanet", varies: .choices)
  public static let nmsOverlap = Setting(
    "nms_overlap", SuppressionOverlap.iou, SuppressionOverlap.kind, "How overlap is measured in suppression.",
    source: "Zheng et al. 2020 for diou", varies: .choices)

  static var all: [Parameter] {
    [
      backbone.parameter, width.parameter, blocks.parameter, pyramidChannels.parameter,
      headDepth.parameter, freeze.parameter, priorProbability.parameter, optimizer.parameter,
      learningRate.parameter, momentum.parameter, weightDecay.parameter, clipNorm.parameter, scoreThreshold.parameter,
      nmsThreshold.parameter, maxDetections.parameter, preNMSTop.parameter, nms.parameter,
      nmsOverlap.parameter,
    ]
  }

  /// The parameter that chooses among a detector's presets; the first is the default.
  static func preset(among presets: [Preset]) -> Parameter {
    Parameter(
      name: presetName, kind: .choice(presets.map(\.name)), unit: "",
      meaning: "Whose conventions the other defaults follow.", source: "see each preset",
      standard: .choice(presets.first?.name ?? ""))
  }
}

/// The parameters of detectors that have anchors.
public enum AnchorParameters {
  public static let strides = Setting(
    "strides", [8, 16, 32, 64, 128], .integers(count: 1...8, each: 1...1024), unit: "pixels",
    "Pixels between neighbouring cells of each level.", source: "Lin et al. 2017")
  public static let sizes = Setting(
    "anchor_sizes", [32.0, 64, 128, 256, 512], .numbers(count: 1...8, each: 1...4096), unit: "pixels",
    "Side of the square anchor of each level.", source: "RetinaNet, section 4", varies: .elements(.factor))
  public static let scales = Setting(
    "anchor_scales", [1, 1.2599210739135742, 1.587401032447815],
    .numbers(count: 1...16, each: 0.01...100), unit: "times",
    "Sizes within a level.", source: "keras-retinanet: 2^0, 2^⅓, 2^⅔ in 32-bit floats",
    varies: .elements(.factor))
  public static let ratios = Setting(
    "aspect_ratios", [0.5, 1, 2], .numbers(count: 1...16, each: 0.01...100), unit: "height / width",
    "Shapes of the anchors.", source: "RetinaNet, section 4", varies: .elements(.factor, canGrow: true))
  public static let offset = Setting(
    "anchor_offset", 0.5, .number(0...1), unit: "strides", "Where in its cell an anchor's centre lies.",
    source: "keras-retinanet ½; torchvision and mmdetection 0", varies: .number(.difference))
  public static let strideFactor = Setting(
    "stride_factor", 1.0, .number(0.25...4), unit: "strides",
    "How far apart neighbouring cells' priors are laid; other than 1 they lie beside what their cell sees.",
    source: "1 everywhere; ½ is a mistake often made, where a backbone's stride was changed and this was not")
  public static let rounding = Setting(
    "anchor_rounding", false, .flag, "Cut sizes, and round corners about the centre, to whole pixels.",
    source: "torchvision does", varies: .choices)
  public static let coding = Setting(
    "box_coding", CodingName.corner, CodingName.kind, "How four numbers describe a box from its anchor.",
    source: "keras-retinanet corner; most others center")
  public static let means = Setting(
    "box_means", [0.0, 0, 0, 0], .numbers(count: 4...4, each: -100...100),
    "Taken from the four numbers.", source: "keras-retinanet")
  public static let deviations = Setting(
    "box_stds", [0.2, 0.2, 0.2, 0.2], .numbers(count: 4...4, each: 1e-6...1e6),
    "The four numbers are divided by these.", source: "keras-retinanet")

  public enum CodingName: String, SettingChoice {
    case corner
    case center
  }

  static var all: [Parameter] {
    [
      strides.parameter, sizes.parameter, scales.parameter, ratios.parameter, offset.parameter,
      strideFactor.parameter, rounding.parameter, coding.parameter, means.parameter, deviations.parameter,
    ]
  }
}
