import Scenes

/// A value for each parameter of a detector. Always complete and always within the ranges.
public struct Settings: Hashable, Sendable {
  public private(set) var values: [String: ParameterValue]
  /// Where it is written down which settings are asked for; of no account when settings are compared.
  var journal: SettingsJournal?

  /// The detector's defaults.
  public init(defaultsOf detector: any Detector.Type) {
    values = Dictionary(
      detector.parameters.map { ($0.name, $0.standard) }, uniquingKeysWith: { _, last in last })
  }

  /// The defaults, then the named preset, then the given values in order: later ones win.
  ///
  /// - Parameter assignments: a value as it was written, and where.
  /// - Throws: a fault at the first name or value that does not fit.
  public init(
    for detector: any Detector.Type, assignments: [Assignment]
  ) throws(Fault) {
    self.init(defaultsOf: detector)
    let parsed = try assignments.map { (a) throws(Fault) in (a, try a.parsed(for: detector)) }
    // The last alone: a preset says nothing of the parameters that an earlier one changed.
    if let (_, value) = parsed.last(where: { $0.1.name == SharedParameters.presetName }) {
      try use(preset: value.value.text, of: detector)
    }
    for (_, value) in parsed { values[value.name] = value.value }
    try detector.check(self, at: assignments.last?.place ?? Fault.Place("parameters"))
  }

  /// With one parameter set otherwise. A preset brings its own values with it.
  ///
  /// - Throws: a fault where the name or the value does not fit, or not the others.
  public func assigning(_ assignment: Assignment, for detector: any Detector.Type) throws(Fault) -> Settings {
    let (name, value) = try assignment.parsed(for: detector)
    var changed = self
    if name == SharedParameters.presetName {
      changed = Settings(defaultsOf: detector)
      try changed.use(preset: value.text, of: detector)
    }
    changed.values[name] = value
    try detector.check(changed, at: assignment.place)
    return changed
  }

  public subscript<Value: SettingValue>(setting: Setting<Value>) -> Value {
    journal?.note(setting.parameter.name)
    return values[setting.parameter.name].flatMap(Value.init) ?? setting.standard
  }

  public static func == (a: Settings, b: Settings) -> Bool { a.values == b.values }

  public func hash(into hasher: inout Hasher) { hasher.combine(values) }

  /// As text, in the order of the detector's table.
  public func texts(for detector: any Detector.Type) -> [(name: String, text: String)] {
    detector.parameters.map { ($0.name, (values[$0.name] ?? $0.standard).text) }
  }

  private mutating func use(preset name: String, of detector: any Detector.Type) throws(Fault) {
    guard let preset = detector.presets.first(where: { $0.name == name }) else { return }
    for (name, value) in preset.values { values[name] = value }
    values[SharedParameters.presetName] = .choice(name)
  }

  /// With other values for some parameters; nil where one does not fit its range, or they do not fit each other.
  package func with(_ values: [String: ParameterValue], for detector: any Detector.Type) -> Settings? {
    var settings = self
    for (name, value) in values {
      guard let kind = detector.parameters.first(where: { $0.name == name })?.kind,
        kind.parse(.text(value.text)) == value
      else { return nil }
      settings.values[name] = value
    }
    guard (try? detector.check(settings, at: Fault.Place("parameters"))) != nil else { return nil }
    return settings
  }

  /// With the values that other settings have for some parameters.
  package func taking(_ names: Set<String>, from other: Settings) -> Settings {
    var settings = self
    for name in names { settings.values[name] = other.values[name] }
    return settings
  }

  mutating func assign(_ name: String, _ value: ParameterValue) { values[name] = value }
}

/// Values of several parameters that belong together, such as another implementation's.
public struct Preset: Sendable {
  public let name: String
  public let meaning: String
  let values: [(name: String, value: ParameterValue)]

  init(_ name: String, _ meaning: String, _ values: [(String, ParameterValue)] = []) {
    self.name = name
    self.meaning = meaning
    self.values = values.map { (name: $0.0, value: $0.1) }
  }
}

/// A name and what was written for its value: from `--set name=value`, or from a file.
public struct Assignment: Sendable {
  public enum Written: Sendable {
    /// "8,16,32" or "true".
    case text(String)
    /// A list in a file.
    case list([String])
  }

  public let name: String
  public let written: Written
  public let place: Fault.Place

  public init(name: String, written: Written, place: Fault.Place) {
    self.name = name
    self.written = written
    self.place = place
  }

  /// From `name=value`.
  ///
  /// - Parameter option: what it was given to, which its faults name.
  public init(option text: String, of option: String = "--set") throws(Fault) {
    let place = Fault.Place("\(option) \(text)")
    guard let equals = text.firstIndex(of: "=") else {
      throw Fault(.mismatch(found: text, wanted: "NAME=VALUE"), at: place)
    }
    let name = text[..<equals].filter { $0 != " " }
    let value = text[text.index(after: equals)...]
    self.init(name: String(name), written: .text(String(value)), place: place)
  }

  func parsed(for detector: any Detector.Type) throws(Fault) -> (name: String, value: ParameterValue) {
    guard let parameter = detector.parameters.first(where: { $0.name == name }) else {
      throw Fault(
        .unknown(kind: "parameter", name: name, known: detector.parameters.map(\.name)), at: place)
    }
    guard let value = parameter.kind.parse(written) else {
      let found = written.description
      throw Fault(.mismatch(found: found, wanted: "\(name) to be \(parameter.kind.wanted)"), at: place)
    }
    return (name, value)
  }
}

extension Assignment.Written: CustomStringConvertible {
  public var description: String {
    switch self {
    case .text(let text): text
    case .list(let items): "[\(items.joined(separator: ", "))]"
    }
  }

  var items: [String] {
    switch self {
    case .text(let text):
      text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
    case .list(let items): items
    }
  }
}

extension Parameter.Kind {
  /// The value that was written; nil when it does not fit.
  func parse(_ written: Assignment.Written) -> ParameterValue? {
    switch self {
    case .number(let range):
      return written.single.flatMap(Self.number).flatMap { range.contains($0) ? .number($0) : nil }
    case .integer(let range):
      return written.single.flatMap { Int($0) }.flatMap { range.contains($0) ? .integer($0) : nil }
    case .flag:
      return written.single.flatMap(Self.flag).map { .flag($0) }
    case .choice(let names):
      return written.single.flatMap { names.contains($0) ? .choice($0) : nil }
    case .numbers(let count, let range):
      let numbers = written.items.compactMap(Self.number).filter(range.contains)
      return numbers.count == written.items.count && count.contains(numbers.count)
        ? .numbers(numbers) : nil
    case .integers(let count, let range):
      let integers = written.items.compactMap { Int($0) }.filter(range.contains)
      return integers.count == written.items.count && count.contains(integers.count)
        ? .integers(integers) : nil
    case .names(let known):
      if written.items.isEmpty || written.items == ["none"] { return .names([]) }
      return written.items.allSatisfy(known.contains) ? .names(written.items) : nil
    }
  }

  /// In words, for an error and for the table of parameters.
  public var wanted: String {
    switch self {
    case .number(let range): "a number \(Self.words(range))"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .choice(let names): names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))"
    case .numbers(let count, let range): "\(Self.words(count)) numbers \(Self.words(range))"
    case .integers(let count, let range):
      "\(Self.words(count)) whole numbers from \(range.lowerBound) to \(range.upperBound)"
    case .names(let names): "any of \(names.joined(separator: ", ")), or none"
    }
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    "from \(ParameterValue.number(range.lowerBound).text) to \(ParameterValue.number(range.upperBound).text)"
  }

  private static func words(_ count: ClosedRange<Int>) -> String {
    count.lowerBound == count.upperBound
      ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
  }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on": true
    case "false", "no", "off": false
    default: nil
    }
  }
}

extension Assignment.Written {
  fileprivate var single: String? {
    switch self {
    case .text(let text): text[...].trimmed
    case .list: nil
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
