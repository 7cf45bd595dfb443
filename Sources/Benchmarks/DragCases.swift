import Boxes
import Debugger
import Detectors
import Scenes

/// What follows the mouse while it drags a GT: matches, targets, losses and their gradients by the predictions.
enum DragCases {
  static var all: [Case] { Detectors.all.map(drag) + Detectors.all.map(rest) }

  /// A box of `mixed`, a pixel further each time.
  private static func drag(of detector: any Detector.Type) -> Case {
    Case("drag.\(detector.name)") {
      try Drag(detector)
    } body: {
      try $0.move(until: .predictionGradients)
    }
  }

  /// The same with what follows when the mouse rests: the weights' gradients, the update, the detections.
  private static func rest(of detector: any Detector.Type) -> Case {
    Case("rest.\(detector.name)") {
      try Drag(detector)
    } body: {
      try $0.move(until: .end)
    }
  }
}

private struct Drag: Sendable {
  private var session: Session
  private var setup: Setup
  private var moves = 0

  init(_ detector: any Detector.Type) throws {
    guard let scene = Gallery.scene(named: "mixed", side: 160) else { throw BenchmarkError.noScene }
    let configuration = try Configuration(detector: detector)
    session = Session(try Trainer(scene, detector: detector, settings: configuration.settings, seed: 0))
    setup = Setup(scene: scene, settings: configuration.settings)
  }

  mutating func move(until reach: Reach) throws {
    // There and back again, so that it stays on the picture however often it moves.
    let step = moves % 20 < 10 ? 1.0 : -1.0
    moves += 1
    setup.scene.objects[0].box.x1 += step
    setup.scene.objects[0].box.x2 += step
    keep(try session.reiterate(1, under: setup, until: reach))
  }
}

/// What-if's answer about an object that goes without.
enum WhatIfCases {
  static var all: [Case] { Detectors.all.map(question) }

  private static func question(of detector: any Detector.Type) -> Case {
    Case("whatif.\(detector.name)") {
      try Self.kept(detector)
    } body: { kept in
      keep(WhatIf(.gt(0), on: kept))
    }
  }

  /// The first object of `slender`, under thresholds that leave it without.
  private static func kept(_ detector: any Detector.Type) throws -> KeptIteration {
    guard var scene = Gallery.scene(named: "slender", side: 160) else { throw BenchmarkError.noScene }
    if detector == FCOS.self { scene.objects[0].box = Box(1, 1, 2, 2) }
    let options = detector == SSD.self ? ["positive_iou=0.9"] : []
    let configuration = try Configuration(
      detector: detector, assignments: options.map { try Assignment(option: $0) })
    return KeptIteration(try Trainer(scene, detector: detector, settings: configuration.settings, seed: 0))
  }
}
