import Detectors
import Expressions
import Scenes

/// Reads lessons. The README's section on lessons is its schema in words.
package enum LessonFile {
  package static func read(_ path: String) throws(Fault) -> Lesson {
    let bytes = try InputFile.read(path, limit: YAMLDocument.maxBytes)
    return try parse(String(decoding: bytes, as: UTF8.self), source: path, bytes)
  }

  package static func parse(_ text: String, source: String) throws(Fault) -> Lesson {
    try parse(text, source: source, Array(text.utf8))
  }

  private static func parse(_ text: String, source: String, _ bytes: [UInt8]) throws(Fault) -> Lesson {
    let root = try YAMLDocument.parse(bytes, source: source)
    try checkNumberSigns(text, source)
    return try lesson(root, file: source)
  }

  /// YAML takes " #4" for the beginning of a comment; who writes an anchor's place means none.
  private static func checkNumberSigns(_ text: String, _ source: String) throws(Fault) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let field = line.firstMatch(of: /^[ ]*(- )?[a-z]+: +[^"'|>\[{#\s][^"']*? (#[0-9])/) else { continue }
      throw Fault(
        .mismatch(
          found: "\(field.2), which YAML takes for the beginning of a comment", wanted: "the text in quotes"),
        at: Fault.Place(
          source, line: index + 1, column: line.distance(from: line.startIndex, to: field.2.startIndex) + 1))
    }
  }

  /// Whether a file looks like a lesson, be it a faulty one, and not like a scene or a picture.
  package static func isLesson(_ path: String) throws(Fault) -> Bool {
    guard [".yaml", ".yml", ".json"].contains(where: path.hasSuffix),
      case .mapping(let entries) = try YAMLDocument.read(path).content
    else { return false }
    let names = entries.map(\.key)
    return !names.contains("image") && ["title", "steps"].contains(where: names.contains)
  }

  /// The most steps a lesson has.
  static let mostSteps = 200

  private static let keys = [
    "title", "summary", "level", "minutes", "scene", "detector", "parameters", "seed", "steps",
  ]

  private static func lesson(_ root: YAMLValue, file: String) throws(Fault) -> Lesson {
    let fields = LessonFields(
      try root.fields(keys, wanted: "a lesson: a mapping of \(keys.joined(separator: ", "))"), of: root)
    let scene = try fields.required("scene", wanted: "a scene of the gallery, or a file beside the lesson")
    let detector = try fields["detector"].map(LessonSetting.detector) ?? RetinaNet.self
    let setting = LessonSetting(
      scene: Located(try scene.text(wanted: "the name of a scene"), at: scene.place), detector: detector,
      settings: try LessonSetting.settings(fields["parameters"], detector),
      seed: try fields["seed"].map { (seed) throws(Fault) in UInt64(try seed.integer(in: 0...1_000_000_000)) } ?? 0)
    let list = try fields.required("steps", wanted: "the list of the lesson's steps")
    var steps: [LessonStep] = []
    var latest = setting
    for value in try list.items(limit: mostSteps, wanted: "a list of steps") {
      let step = try LessonStep(value, after: latest)
      latest = step.setting ?? latest
      if let earlier = steps.first(where: { $0.id == step.id }) {
        throw Fault(
          .mismatch(
            found: "a second step \(Fault.quoted(step.id)), after that of line \(earlier.place.line ?? 0)",
            wanted: "an id of its own for each step"), at: step.place)
      }
      steps.append(step)
    }
    guard !steps.isEmpty else { throw list.mismatch(wanted: "at least one step") }
    return Lesson(
      file: file, title: try fields.text("title", wanted: "the lesson's title"),
      summary: try fields.text("summary", wanted: "what the lesson is about, in a sentence"),
      level: try level(fields.required("level", wanted: "beginner, intermediate or advanced")),
      minutes: try fields.required("minutes", wanted: "how long it takes").integer(in: 1...120),
      setting: setting, steps: steps)
  }

  private static func level(_ value: YAMLValue) throws(Fault) -> Lesson.Level {
    let name = try value.text(wanted: "beginner, intermediate or advanced")
    guard let level = Lesson.Level(rawValue: name) else {
      throw value.fault(.unknown(kind: "level", name: name, known: Lesson.Level.allCases.map(\.rawValue)))
    }
    return level
  }
}

extension LessonSetting {
  /// What a step opens: what it does not name is as before, but another detector begins with its defaults.
  init?(_ fields: LessonFields, after earlier: LessonSetting) throws(Fault) {
    guard ["scene", "detector", "parameters"].contains(where: { fields[$0] != nil }) else { return nil }
    detector = try fields["detector"].map(Self.detector) ?? earlier.detector
    scene =
      try fields["scene"].map { (value) throws(Fault) in
        Located(try value.text(wanted: "the name of a scene"), at: value.place)
      } ?? earlier.scene
    let keepsSettings = fields["parameters"] == nil && fields["detector"] == nil
    settings = keepsSettings ? earlier.settings : try Self.settings(fields["parameters"], detector)
    seed = earlier.seed
  }

  static func detector(_ value: YAMLValue) throws(Fault) -> any Detector.Type {
    try Detectors.detector(named: value.text(wanted: "a detector's name"), at: value.place)
  }

  static func settings(_ value: YAMLValue?, _ detector: any Detector.Type) throws(Fault) -> Settings {
    guard let value else { return Settings(defaultsOf: detector) }
    var assignments: [Assignment] = []
    for entry in try value.entries(wanted: "a mapping of parameters and values") {
      assignments.append(try Assignment(entry: entry))
    }
    return try Settings(for: detector, assignments: assignments)
  }
}

/// The fields of a mapping of a lesson.
struct LessonFields {
  private let fields: [String: YAMLValue]
  private let owner: YAMLValue

  init(_ fields: [String: YAMLValue], of owner: YAMLValue) {
    self.fields = fields
    self.owner = owner
  }

  subscript(_ key: String) -> YAMLValue? { fields[key] }

  func required(_ key: String, wanted: String) throws(Fault) -> YAMLValue {
    guard let value = fields[key] else { throw owner.missing(key, wanted: wanted) }
    return value
  }

  func text(_ key: String, wanted: String) throws(Fault) -> String {
    try required(key, wanted: wanted).text(wanted: wanted)
  }

  func prose(_ key: String, wanted: String) throws(Fault) -> Prose? {
    guard let value = fields[key] else { return nil }
    return try Prose(value, wanted: wanted)
  }

  func expression(_ key: String, wanted: String) throws(Fault) -> Located<Expression> {
    try LessonFields.expression(required(key, wanted: wanted), wanted: wanted)
  }

  /// One text, or a list of them.
  func texts(_ key: String, wanted: String) throws(Fault) -> [Located<String>] {
    guard let value = fields[key] else { return [] }
    guard case .list = value.content else { return [Located(try value.text(wanted: wanted), at: value.place)] }
    var texts: [Located<String>] = []
    for item in try value.items(limit: 100, wanted: wanted) {
      texts.append(Located(try item.text(wanted: wanted), at: item.place))
    }
    return texts
  }

  static func expression(_ value: YAMLValue, wanted: String) throws(Fault) -> Located<Expression> {
    Located(try Expression(value.text(wanted: wanted), at: value.place), at: value.place)
  }
}
