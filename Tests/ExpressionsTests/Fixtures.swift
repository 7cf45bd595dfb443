import Detectors
import Expressions
import Scenes
import Testing
import Traces

/// What every suite here starts from.
enum Fixtures {
  /// One iteration of each detector on the scene "mixed", with a network so small that it takes no time. The scores of
  /// an untrained network, around 0.01, count, so that there are detections.
  static let traces: [String: Trace] = {
    var traces: [String: Trace] = [:]
    for detector in Detectors.all {
      traces[detector.name] = try? trace("mixed", detector, ["score_threshold=0.001", "pre_nms_top=20"])
    }
    return traces
  }()

  static func of(_ detector: String) throws -> Trace { try #require(traces[detector], "no trace of \(detector)") }

  static func trace(
    _ scene: String, _ detector: any Detector.Type = RetinaNet.self, _ options: [String] = [], iterations: Int = 1
  ) throws -> Trace {
    let scene = try #require(Gallery.scene(named: scene))
    return try trace(scene, detector, options, iterations: iterations)
  }

  static func trace(
    _ scene: Scene, _ detector: any Detector.Type, _ options: [String] = [], iterations: Int = 1
  ) throws -> Trace {
    let small = ["width=4", "pyramid_channels=4", "head_depth=1"]
    let settings = try Settings(for: detector, assignments: (small + options).map { try Assignment(option: $0) })
    var trainer = try Trainer(scene, detector: detector, settings: settings, seed: 1)
    var trace = trainer.iterate()
    for _ in 1..<iterations { trace = trainer.iterate() }
    return trace
  }

  /// The scene "mixed" as large as wanted.
  static func large(side: Int) throws -> Trace {
    try trace(try #require(Gallery.scene(named: "mixed", side: side)), RetinaNet.self)
  }

  /// One iteration on a picture without objects.
  static func nothing(_ detector: any Detector.Type = RetinaNet.self) throws -> Trace {
    try trace(Scene(name: "nothing", classes: ["a"], objects: [], picture: Picture(width: 64, height: 64)), detector)
  }
}

extension Trace {
  func number(_ text: String, step: Int? = nil) throws -> Double {
    let outcome = try Expression(parsing: text).evaluate(in: Moment(self, step: step))
    return try #require(outcome.number, "\(text) gave \(outcome)")
  }

  func holds(_ text: String, step: Int? = nil) throws -> Bool {
    try Expression(parsing: text).holds(at: Moment(self, step: step))
  }

  func list(_ text: String) throws -> [Double] {
    guard case .numbers(.many(let list)) = try Expression(parsing: text).evaluate(in: Moment(self)) else { return [] }
    return list
  }

  func index(of step: String) throws -> Int { try #require(steps.firstIndex { $0.id == step }) }

  func doubles(_ name: String) throws -> [Double] { try #require(self[name], "no \(name)").doubles }
}

/// The fault of a text, in reading it or at the end of an iteration.
func fault(_ text: String, in trace: Trace? = nil, step: Int? = nil) -> ExpressionFault? {
  do throws(ExpressionFault) {
    let expression = try Expression(parsing: text)
    if let trace { _ = try expression.evaluate(in: Moment(trace, step: step)) }
    return nil
  } catch {
    return error
  }
}
