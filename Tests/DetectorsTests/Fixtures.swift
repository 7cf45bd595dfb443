import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// What every suite here starts from.
enum Fixtures {
  /// A network so small that an iteration takes no time.
  static let tiny = ["width=4", "pyramid_channels=4", "head_depth=1"]

  static func settings(_ options: [String], of detector: any Detector.Type = RetinaNet.self) throws -> Settings {
    try Settings(for: detector, assignments: options.map { try Assignment(option: $0) })
  }

  /// A picture of noise with a disc of colour in each box.
  static func scene(
    _ objects: [SceneObject], name: String = "test", width: Int = 64, height: Int = 64, classes: Int = 3
  ) -> Scene {
    var picture = Picture(width: width, height: height)
    var draws = Draws(11)
    for y in 0..<height {
      for x in 0..<width {
        let noise = UInt8(draws.int(0...60))
        let inside = objects.first { $0.box.contains(x: Double(x), y: Double(y)) }
        picture[x, y] =
          inside.map { RGB(noise + ($0.label == 0 ? 190 : 0), noise + ($0.label == 1 ? 190 : 0), 200) }
          ?? RGB(noise, noise, noise)
      }
    }
    return Scene(name: name, classes: (0..<classes).map { "c\($0)" }, objects: objects, picture: picture)
  }

  static func object(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, label: Int = 0, ignored: Bool = false
  ) -> SceneObject {
    SceneObject(label: label, box: Box(x1, y1, x2, y2), ignored: ignored)
  }

  /// Two objects that contest each other's anchors, a small one, and one to ignore.
  static let mixed = scene(
    [
      object(4, 6, 38, 40), object(14, 10, 50, 38, label: 1), object(52, 50, 60, 59, label: 2),
      object(36, 44, 63, 63, label: 1, ignored: true),
    ], name: "mixed")

  static let empty = scene([], name: "empty")

  static let edge = scene(
    [object(40, 30, 72, 56), object(0, 0, 20, 30.5, label: 2)], name: "edge", width: 72, height: 56)

  static let crowd = scene(
    (0..<12).map { i in
      let (x, y) = (Double(i % 4) * 15, Double(i / 4) * 20)
      return object(x, y, x + 16 + Double(i), y + 19, label: i % 3)
    }, name: "crowd")

  static func trainer(
    _ scene: Scene, _ options: [String] = tiny, of detector: any Detector.Type = RetinaNet.self, seed: UInt64 = 1,
    predictions: Predictions? = nil
  ) throws -> Trainer {
    try Trainer(
      scene, detector: detector, settings: settings(options, of: detector), seed: seed, predictions: predictions)
  }

  static func trace(
    _ scene: Scene, _ options: [String] = tiny, of detector: any Detector.Type = RetinaNet.self, seed: UInt64 = 1,
    iterations: Int = 1, predictions: Predictions? = nil
  ) throws -> Trace {
    var trainer = try trainer(scene, options, of: detector, seed: seed, predictions: predictions)
    var trace = trainer.iterate()
    for _ in 1..<iterations { trace = trainer.iterate() }
    return trace
  }

  /// Random outputs of a model, for the priors that the options make: of every head, logits in their range, the
  /// numbers of boxes from −2 to 2, distances such as a network might give.
  static func predictions(
    for scene: Scene, _ options: [String] = [], of detector: any Detector.Type = RetinaNet.self, seed: UInt64 = 5,
    logits: ClosedRange<Float> = -6...3
  ) throws -> Predictions {
    var draws = Draws(seed)
    let settings = try settings(options, of: detector)
    let count = detector.priors(on: scene, settings).count
    var tensors: [String: Tensor] = [:]
    for head in detector.heads(classes: scene.classes.count, settings) {
      let shape = head.depth.map { [count, $0] } ?? [count]
      let range: ClosedRange<Float> =
        switch head.prediction {
        case "box_deltas": -2...2
        case "distances": 0.01...60
        default: logits
        }
      tensors[head.prediction] = Tensor(shape: shape, elements: draws.floats(shape.reduce(1, *), range))
    }
    return Predictions(tensors: tensors, source: "random")
  }
}

extension Trace {
  /// What two traces differ in, words and views too; nil when in nothing.
  func difference(from b: Trace) -> String? {
    if parameters != b.parameters { return "parameters" }
    if scene != b.scene { return "scene" }
    if priors != b.priors { return "priors" }
    if let name = firstDifference(from: b) { return name }
    if "\(losses)" != "\(b.losses)" { return "losses" }
    if staleness != b.staleness { return "what is stale" }
    guard steps.map(\.id) == b.steps.map(\.id) else { return "steps" }
    return zip(steps, b.steps).first { "\($0)" != "\($1)" }?.0.id
  }

  /// The first value in which two traces differ, to the bit; nil when they are the same.
  func firstDifference(from other: Trace) -> String? {
    let (mine, theirs) = (allValues, other.allValues)
    guard mine.map(\.name) == theirs.map(\.name) else { return "the names of the values" }
    return zip(mine, theirs).first { !$0.isSame(as: $1) }?.0.name
  }

  func doubles(_ name: String) throws -> [Double] { try #require(self[name], "no \(name)").doubles }
}

extension Value {
  func isSame(as other: Value) -> Bool {
    guard shape == other.shape else { return false }
    switch (elements, other.elements) {
    case (.double(let a), .double(let b)): return a.map(\.bitPattern) == b.map(\.bitPattern)
    case (.float(let a), .float(let b)): return a.map(\.bitPattern) == b.map(\.bitPattern)
    case (.int32(let a), .int32(let b)): return a == b
    case (.int8(let a), .int8(let b)): return a == b
    case (.uint8(let a), .uint8(let b)): return a == b
    default: return false
    }
  }
}
