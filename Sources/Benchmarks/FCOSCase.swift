import Detectors
import Scenes
import Tensors
import Traces

extension EngineCases {
  /// FCOS at 800×1344, 22,400 points and 80 classes: matching, targets and the three losses, both ways, against the
  /// formulation of the original implementation.
  static func fcos(objects: Int) -> Case {
    Case("fcos.\(objects)", hasTwin: true) {
      PointWork(objects: objects)
    } body: {
      $0.run()
    }
  }
}

/// Predictions for every point of a large picture.
private struct PointWork: Sendable {
  private let scene: Scene
  private let grid: PriorGrid
  private let settings: Settings
  private let logits: Tensor
  private let distances: Tensor
  private let centerness: Tensor

  init(objects: Int) {
    scene = LargeScene(objects: objects).scene
    settings = Settings(defaultsOf: FCOS.self)
    grid = FCOS.priors(on: scene, settings)
    let (points, classes) = (grid.count, LargeScene.classes)
    var random = SeededGenerator(seed: 1)
    func draw(_ count: Int, _ range: ClosedRange<Double>) -> [Float] {
      (0..<count).map { _ in
        Float(range.lowerBound + random.uniform() * (range.upperBound - range.lowerBound))
      }
    }
    logits = Tensor(shape: [points, classes], elements: draw(points * classes, -6 ... -2))
    distances = Tensor(shape: [points, 4], elements: draw(points * 4, 1...200))
    centerness = Tensor(shape: [points], elements: draw(points, -2...2))
  }

  func run() {
    let objects = scene.groundTruth
    let boxes = objects.map(\.box)
    let labels = objects.map(\.label)
    let matching = PointMatching(grid, to: boxes, settings.pointRules)
    let positives = matching.positives
    let normalizer = Double(max(1, positives.count))
    let targets = PointTargets(grid, matching, objects: boxes, positives: positives)
    keep(
      settings.pointFocalLoss.evaluate(
        logits, label: { point in matching.owner(of: point).map { labels[$0] } },
        counted: { matching.states[$0] != .ignored }, normalizer: normalizer))
    keep(
      settings.pointBoxLoss.evaluate(distances, targets, positives: positives, stride: { grid.stride(of: $0) }))
    keep(CenternessLoss.evaluate(centerness, targets.centerness, positives: positives, normalizer: normalizer))
  }
}
