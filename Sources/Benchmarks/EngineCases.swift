import Boxes
import Detectors
import Scenes
import Tensors
import Traces

/// The engine's work: whole iterations on small pictures, and matching and losses at the papers' size.
enum EngineCases {
  static var all: [Case] {
    [160, 256].map(iteration) + [10, 50, 100].map(matching) + [10, 50, 100].map(losses)
      + [10, 50, 100].map(retinaNet) + [10, 50, 100].map(fcos)
  }

  /// Network forward and backward, matching, losses, clipping and update; the record is kept, as always.
  private static func iteration(side: Int) -> Case {
    Case("iteration.\(side)", hasTwin: true) {
      guard let scene = Gallery.scene(named: "mixed", side: side) else { throw BenchmarkError.noScene }
      let configuration = try Configuration(detector: RetinaNet.self)
      return try Trainer(scene, detector: RetinaNet.self, settings: configuration.settings, seed: 0)
    } body: {
      keep($0.iterate())
    }
  }

  /// Anchors, overlaps and match at 800×1344: 201,600 anchors.
  private static func matching(objects: Int) -> Case {
    Case("match.\(objects)", hasTwin: true) {
      LargeScene(objects: objects)
    } body: { scene in
      let anchors = Anchors(on: scene.grid, scene.settings)
      keep(
        ThresholdMatching(
          anchors.boxes, to: scene.objects.map(\.box), in: scene.scene, LargeScene.thresholds))
    }
  }

  /// Targets, focal loss of 80 classes and smooth L1 there, forward and backward.
  private static func losses(objects: Int) -> Case {
    Case("losses.\(objects)", hasTwin: true) {
      LossWork(objects: objects)
    } body: {
      $0.run()
    }
  }
}

extension EngineCases {
  /// All of it from the boxes on, both ways, against the formulation of the original implementation.
  private static func retinaNet(objects: Int) -> Case {
    Case("retinanet.\(objects)", hasTwin: true) {
      LossWork(objects: objects)
    } body: {
      $0.matchAndRun()
    }
  }
}

enum BenchmarkError: Error {
  case noScene
  case noProgram(String)
}

/// Keeps the optimiser from leaving out what is timed.
@inline(never)
func keep<T>(_ value: T) { withExtendedLifetime(value) {} }

/// A picture of 800×1344 with random objects: sides from 16 to 400 px, seed 0.
struct LargeScene: Sendable {
  let scene: Scene
  let settings: Settings
  let grid: PriorGrid
  static let classes = 80
  static let thresholds = ThresholdMatching.Thresholds(positive: 0.5, negative: 0.4, ignoresOutside: true)

  var objects: [SceneObject] { scene.groundTruth }

  init(objects count: Int) {
    let (width, height) = (1344.0, 800.0)
    var random = SeededGenerator(seed: 0)
    let objects = (0..<count).map { _ in
      let w = 16 + random.uniform() * 384
      let h = 16 + random.uniform() * 384
      let x = random.uniform() * (width - w)
      let y = random.uniform() * (height - h)
      return SceneObject(
        label: Int(random.uniform() * Double(Self.classes)), box: Box(x, y, x + w, y + h))
    }
    scene = Scene(
      name: "large", classes: (0..<Self.classes).map { "class \($0)" }, objects: objects,
      picture: Picture(width: Int(width), height: Int(height)))
    settings = Settings(defaultsOf: RetinaNet.self)
    grid = RetinaNet.priors(on: scene, settings)
  }
}

/// Predictions and matches for the losses.
struct LossWork: Sendable {
  private let large: LargeScene
  private let anchors: [Box]
  private var matching: ThresholdMatching
  private let logits: Tensor
  private let deltas: Tensor
  private let focal = FocalLoss(alpha: 0.25, gamma: 2, clip: 1e-7)
  private let smoothL1 = SmoothL1Loss(shape: .smoothL1, sigma: 3)

  init(objects: Int) {
    large = LargeScene(objects: objects)
    anchors = Anchors(on: large.grid, large.settings).boxes
    matching = ThresholdMatching(
      anchors, to: large.objects.map(\.box), in: large.scene, LargeScene.thresholds)
    var random = SeededGenerator(seed: 1)
    let logits = (0..<anchors.count * LargeScene.classes).map { _ in Float(random.uniform() * 4 - 6) }
    self.logits = Tensor(shape: [anchors.count, LargeScene.classes], elements: logits)
    deltas = .normal([anchors.count, 4], deviation: 0.5, using: &random)
  }

  /// From the objects' boxes on.
  mutating func matchAndRun() {
    matching = ThresholdMatching(
      anchors, to: large.objects.map(\.box), in: large.scene, LargeScene.thresholds)
    run()
  }

  func run() {
    let positives = matching.positives
    let normalizer = Double(max(1, positives.count))
    let labels = large.objects.map(\.label)
    let coding = BoxCoding(kind: .corner, means: [0, 0, 0, 0], deviations: [0.2, 0.2, 0.2, 0.2])
    var targets = [Double](repeating: 0, count: anchors.count * 4)
    for j in positives {
      guard let gt = matching.owners[j] else { continue }
      let target = coding.encode(large.objects[gt].box, from: anchors[j], log: Exact.log)
      targets.replaceSubrange(j * 4..<j * 4 + 4, with: target)
    }
    keep(
      focal.evaluate(
        logits, label: { j in matching.owners[j].map { labels[$0] } },
        counted: { matching.states[$0] != .ignored }, normalizer: normalizer))
    keep(smoothL1.evaluate(deltas, targets, rows: positives, normalizer: normalizer))
  }
}
