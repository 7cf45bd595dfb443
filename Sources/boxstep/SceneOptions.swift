import ArgumentParser
import Detectors
import Scenes
import Screen

/// Which scene, detector and parameters: the options that most commands share.
struct SceneOptions: ParsableArguments {
  @Argument(
    help: "A scene of the gallery, a scene file (YAML or JSON), or a picture (PNG or JPEG).",
    completion: .list(Gallery.names))
  var scene: String

  @OptionGroup var detector: DetectorOptions

  /// What the options ask for; a scaled picture is said so.
  func trainer() throws(Fault) -> Trainer {
    let trainer = try detector.trainer(for: scene)
    if let scaling = trainer.scene.scaling {
      Words.say(
        "Picture scaled down from \(scaling.originalWidth)×\(scaling.originalHeight) to "
          + "\(trainer.scene.width)×\(trainer.scene.height), boxes with it.")
    }
    for notice in trainer.scene.notices { Words.say(notice) }
    return trainer
  }
}

struct DetectorOptions: ParsableArguments {
  @Option(help: "The detector.", completion: .list(Detectors.all.map { $0.name }))
  var detector: String?

  @Option(help: "A file of detector and parameters, in YAML or JSON.", completion: .file())
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Set a parameter; may be given several times. See: boxstep list parameters.", valueName: "name=value"),
    completion: .list(RetinaNet.parameters.map { "\($0.name)=" }))
  var assignments: [String] = []

  @Option(
    help: ArgumentHelp(
      "A model's outputs in place of the built-in network's, as safetensors.",
      discussion:
        "For RetinaNet: cls_logits of shape N,K and box_deltas of shape N,4, anchors in the order level, row, column, ratio, scale."
    ), completion: .file())
  var predictions: String?

  @Option(
    help: ArgumentHelp(
      "A picture's boxes: COCO JSON, Pascal VOC XML or YOLO text.",
      discussion: """
        Without it, a .xml or .txt of the picture's name is taken, beside it, in VOC's Annotations or in YOLO's labels; \
        "none" leaves it. VOC's pixels are counted from 1, its last one belongs to the box: x1 = xmin − 1, x2 = xmax.
        """, valueName: "file"), completion: .file())
  var boxes: String?

  @Option(
    help: ArgumentHelp(
      "The classes in the order of their numbers: a name a line, or data.yaml.",
      discussion: "Without it YOLO's classes.txt, obj.names or data.yaml beside the boxes or above is taken.",
      valueName: "file"), completion: .file())
  var classes: String?

  @Option(help: "Where the first weights and every random choice come from.")
  var seed: UInt64 = 0

  @Option(help: "Pictures with a longer side are scaled down to it, boxes with them (32 to 2048).")
  var maxSide = SceneFile.defaultMaxSide

  func validate() throws {
    guard (32...2048).contains(maxSide) else {
      throw ValidationError("--max-side \(maxSide): wanted a whole number from 32 to 2048")
    }
    guard detector == nil || config == nil else {
      throw ValidationError("--detector and --config both name the detector: give one of them")
    }
  }

  /// - Parameters:
  ///   - choice: a detector's name in place of the one the options name.
  ///   - more: assignments that win over those of the options.
  func trainer(
    for scene: String, with choice: String? = nil, _ more: [Assignment] = []
  ) throws(Fault) -> Trainer {
    let configuration = try configuration(with: choice, more)
    let predictions = if let path = predictions { try Predictions.read(path) } else { nil as Predictions? }
    return try Trainer(
      find(scene), detector: configuration.detector, settings: configuration.settings, seed: seed,
      predictions: predictions)
  }

  /// What the first screen offers: every detector, or the one that parameters or predictions were given for.
  var choices: [StartScreen.DetectorChoice] {
    let isFixed = config != nil || predictions != nil || !assignments.isEmpty
    let named = try? configuration(with: nil).detector
    let all = isFixed ? [named ?? RetinaNet.self] : Detectors.all
    return all.map { StartScreen.DetectorChoice(name: $0.name, title: $0.title, summary: $0.summary) }
  }

  /// Which of them the options name.
  var firstChoice: Int { choices.firstIndex { $0.name == detector } ?? 0 }

  private func configuration(with choice: String?, _ more: [Assignment] = []) throws(Fault) -> Configuration {
    var assignments: [Assignment] = []
    for text in self.assignments { assignments.append(try Assignment(option: text)) }
    assignments += more
    if let config { return try Configuration.read(config, assignments: assignments) }
    let detector =
      if let name = choice ?? detector {
        try Detectors.detector(named: name, at: Fault.Place("--detector \(name)"))
      } else { RetinaNet.self as any Detector.Type }
    return try Configuration(detector: detector, assignments: assignments)
  }

  /// A scene by its name in the gallery, else by its path.
  private func find(_ name: String) throws(Fault) -> Scene {
    try SceneName.find(
      name, boxes: boxes.map { $0 == "none" ? .none : .file($0) } ?? .beside, classes: classes, maxSide: maxSide)
  }
}

/// A scene as it is named on the command line.
enum SceneName {
  static func find(
    _ name: String, boxes source: BoxSource = .beside, classes: String? = nil, maxSide: Int = SceneFile.defaultMaxSide
  ) throws(Fault) -> Scene {
    if let scene = Gallery.scene(named: name, side: min(Gallery.defaultSide, maxSide)) {
      if let fault = source.faultWithoutPicture(classes: classes) { throw fault }
      return scene
    }
    do {
      return try SceneFile.open(name, boxes: source, classes: classes, maxSide: maxSide)
    } catch {
      // A plain word that is no file was meant as a scene's name.
      guard case .file = error.problem, error.place.source == name, !name.contains("/"), !name.contains(".") else {
        throw error
      }
      throw Fault(.unknown(kind: "scene", name: name, known: Gallery.names), at: Fault.Place(name))
    }
  }
}
