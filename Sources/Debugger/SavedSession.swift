import Detectors
import Expressions
import Scenes
import Traces

/// What of a session is worth keeping: its edits, its breakpoints and watches, and where it was. The picture and the
/// weights are not in it: the scene is opened again, and the run is gone through again.
package struct SavedSession: Hashable, Sendable {
  /// What was opened, as the command line names it.
  package var scene: String
  package var detector: String
  package var seed: UInt64
  package var timeline: Timeline
  package var iteration: Int
  package var step: String
  package var breakpoints: [Breakpoint]
  package var watches: [String]

  package init(
    scene: String, detector: String, seed: UInt64, timeline: Timeline, iteration: Int, step: String,
    breakpoints: [Breakpoint], watches: [String]
  ) {
    self.scene = scene
    self.detector = detector
    self.seed = seed
    self.timeline = timeline
    self.iteration = iteration
    self.step = step
    self.breakpoints = breakpoints
    self.watches = watches
  }

  /// Other numbers are of a boxstep that keeps sessions in another form.
  static let format = 1
}

// MARK: - Writing

extension SavedSession {
  /// As YAML; nil where the detector is not known here.
  package var text: String? {
    guard let type = Detectors.named(detector) else { return nil }
    var lines = [
      "format: \(SavedSession.format)", "scene: \(SceneFile.quoted(scene))", "detector: \(SceneFile.quoted(detector))",
      "seed: \(SceneFile.quoted(String(seed)))", "iteration: \(iteration)", "step: \(SceneFile.quoted(step))",
      "breakpoints: [\(breakpoints.map { SceneFile.quoted($0.text) }.joined(separator: ", "))]",
      "watches: [\(watches.map { SceneFile.quoted($0) }.joined(separator: ", "))]",
      "changes:",
    ]
    for change in timeline.changes { lines += SavedSession.lines(change, type) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ change: Timeline.Change, _ detector: any Detector.Type) -> [String] {
    let (scene, settings) = (change.setup.scene, change.setup.settings)
    var lines = [
      "- iteration: \(change.iteration)", "  classes: [\(scene.classes.map(SceneFile.quoted).joined(separator: ", "))]",
      scene.objects.isEmpty ? "  objects: []" : "  objects:",
    ]
    lines += scene.objects.map { "  - \(SceneFile.text($0, classes: scene.classes))" }
    lines.append("  parameters:")
    lines += settings.texts(for: detector).map { "    \($0.name): \(SceneFile.quoted($0.text))" }
    lines.append(change.setup.edits.isEmpty ? "  predictions: []" : "  predictions:")
    lines += change.setup.edits.map {
      "  - [\(SceneFile.quoted($0.prediction)), \($0.row), \($0.column), \($0.value)]"
    }
    return lines
  }
}

// MARK: - Reading

extension SavedSession {
  private static let keys = [
    "format", "scene", "detector", "seed", "iteration", "step", "breakpoints", "watches", "changes",
  ]

  /// What a file names, before the scene is opened: its scene and detector.
  package static func subject(of root: YAMLValue) throws(Fault) -> (scene: String, detector: String) {
    let fields = try root.fields(keys, wanted: "a session that boxstep kept")
    func text(_ key: String) throws(Fault) -> String {
      guard let value = fields[key] else { throw root.missing(key, wanted: "a name") }
      return try value.text(wanted: "a name")
    }
    return (try text("scene"), try text("detector"))
  }

  /// - Parameter opened: the scene as its file has it now.
  /// - Throws: a fault where the file is none of boxstep's, or does not fit the scene.
  package init(_ root: YAMLValue, on opened: Scene) throws(Fault) {
    let subject = try Self.subject(of: root)
    let fields = try root.fields(Self.keys, wanted: "a session that boxstep kept")
    func field(_ key: String) throws(Fault) -> YAMLValue {
      guard let value = fields[key] else { throw root.missing(key, wanted: "a session that boxstep kept") }
      return value
    }
    let detector = try Detectors.detector(named: subject.detector, at: try field("detector").place)
    _ = try field("format").integer(in: Self.format...Self.format, wanted: "\(Self.format)")
    guard let seed = UInt64(try field("seed").text(wanted: "a number")) else {
      throw try field("seed").mismatch(wanted: "a whole number")
    }
    var changes: [Timeline.Change] = []
    for item in try field("changes").items(limit: 10_000, wanted: "a list of changes") {
      changes.append(try Self.change(item, opened, detector))
    }
    guard let timeline = Timeline(changes) else {
      throw try field("changes").mismatch(wanted: "changes in order, the first at iteration 1")
    }
    self.init(
      scene: subject.scene, detector: subject.detector, seed: seed, timeline: timeline,
      iteration: try field("iteration").integer(in: 1...1_000_000, wanted: "an iteration from 1 to 1000000"),
      step: try field("step").text(wanted: "a step's name"),
      breakpoints: try Self.breakpoints(try field("breakpoints")),
      watches: try Self.expressions(try field("watches")))
  }

  private static func change(
    _ value: YAMLValue, _ opened: Scene, _ detector: any Detector.Type
  ) throws(Fault) -> Timeline.Change {
    let keys = ["iteration", "classes", "objects", "parameters", "predictions"]
    let fields = try value.fields(keys, wanted: "a mapping of \(keys.joined(separator: ", "))")
    func field(_ key: String) throws(Fault) -> YAMLValue {
      guard let value = fields[key] else { throw value.missing(key, wanted: "a change") }
      return value
    }
    var scene = opened
    scene.classes = try SceneFile.classes(try field("classes"))
    scene.objects = try SceneFile.objects(
      try field("objects"), classes: scene.classes, width: opened.width, height: opened.height)
    var assignments: [Assignment] = []
    for entry in try field("parameters").entries(wanted: "a mapping of names and values") {
      let text = try entry.value.text(wanted: "a value")
      assignments.append(Assignment(name: entry.key, written: .text(text), place: entry.value.place))
    }
    var edits: [PredictionEdit] = []
    for item in try field("predictions").items(limit: 100_000, wanted: "a list of predictions") {
      edits.append(try edit(item))
    }
    return Timeline.Change(
      iteration: try field("iteration").integer(in: 1...1_000_000, wanted: "an iteration from 1 to 1000000"),
      setup: Setup(scene: scene, settings: try Settings(for: detector, assignments: assignments), edits: edits))
  }

  private static func edit(_ value: YAMLValue) throws(Fault) -> PredictionEdit {
    let wanted = "a prediction's name, row, column and value"
    guard case .list(let items) = value.content, items.count == 4 else { throw value.mismatch(wanted: wanted) }
    return PredictionEdit(
      try items[0].text(wanted: wanted), row: try items[1].integer(in: 0...Int(Int32.max), wanted: "a row"),
      column: try items[2].integer(in: 0...Int(Int32.max), wanted: "a column"), to: Float(try items[3].number()))
  }

  private static func expressions(_ value: YAMLValue) throws(Fault) -> [String] {
    var texts: [String] = []
    for item in try value.items(limit: 1000, wanted: "a list of expressions") {
      let text = try item.text(wanted: "an expression")
      guard (try? Expression(parsing: text)) != nil else { throw item.mismatch(wanted: "an expression") }
      texts.append(text)
    }
    return texts
  }

  private static func breakpoints(_ value: YAMLValue) throws(Fault) -> [Breakpoint] {
    var all: [Breakpoint] = []
    for item in try value.items(limit: 1000, wanted: "a list of breakpoints") {
      guard let breakpoint = Breakpoint(try item.text(wanted: "a breakpoint")) else {
        throw item.mismatch(wanted: "a step, an expression or a hazard")
      }
      all.append(breakpoint)
    }
    return all
  }
}

extension Breakpoint {
  /// From its text; nil for what is neither.
  package init?(_ text: String) {
    if text == "any hazard" {
      self.init(.hazard(nil))
    } else if text.hasPrefix("hazard "), let kind = Hazard.Kind(rawValue: String(text.dropFirst(7))) {
      self.init(.hazard(kind))
    } else if !text.isEmpty, text.allSatisfy({ $0.isLetter || $0 == "_" }) {
      self.init(.step(text))
    } else if let expression = try? Expression(parsing: text) {
      self.init(.condition(expression))
    } else {
      return nil
    }
  }
}
