/// A number, switch or choice that a user may set: what `--set`, configuration files and the debugger
/// check against, and what `boxstep list parameters` prints.
public struct Parameter: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case flag
    case choice([String])
    case numbers(count: ClosedRange<Int>, each: ClosedRange<Double>)
    case integers(count: ClosedRange<Int>, each: ClosedRange<Int>)
    /// Any of these names, or none.
    case names([String])
  }

  public let name: String
  public let kind: Kind
  public let unit: String
  /// One line.
  public let meaning: String
  /// Paper or implementation the default is taken from.
  public let source: String
  public let standard: ParameterValue
  /// How What-if may try other values.
  public var variation = Variation.fixed
}

/// The value of a parameter.
public enum ParameterValue: Hashable, Sendable {
  case number(Double)
  case integer(Int)
  case flag(Bool)
  case choice(String)
  case numbers([Double])
  case integers([Int])
  case names([String])

  /// As `--set` takes it.
  public var text: String {
    switch self {
    case .number(let number): Self.text(number)
    case .integer(let integer): String(integer)
    case .flag(let flag): flag ? "true" : "false"
    case .choice(let name): name
    case .numbers(let numbers): numbers.map(Self.text).joined(separator: ",")
    case .integers(let integers): integers.map(String.init).joined(separator: ",")
    case .names(let names): names.isEmpty ? "none" : names.joined(separator: ",")
    }
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }
}

/// A parameter together with the Swift type of its value, so that a detector reads its settings
/// without casting: `settings[RetinaNet.positiveIoU]` is a Double.
public struct Setting<Value: SettingValue>: Sendable {
  public let parameter: Parameter
  let standard: Value

  init(
    _ name: String, _ standard: Value, _ kind: Parameter.Kind, unit: String = "", _ meaning: String,
    source: String, varies variation: Variation = .fixed
  ) {
    self.standard = standard
    parameter = Parameter(
      name: name, kind: kind, unit: unit, meaning: meaning, source: source, standard: standard.encoded,
      variation: variation)
  }
}

extension Setting {
  /// The parameter with the default that another detector has for it.
  func parameter(default standard: Value, source: String? = nil) -> Parameter {
    let p = parameter
    return Parameter(
      name: p.name, kind: p.kind, unit: p.unit, meaning: p.meaning, source: source ?? p.source,
      standard: standard.encoded, variation: p.variation)
  }
}

extension [Parameter] {
  /// With some in the place of those of the same names.
  func with(_ others: Parameter...) -> [Parameter] {
    map { parameter in others.first { $0.name == parameter.name } ?? parameter }
  }
}

/// What a setting can hold.
public protocol SettingValue: Sendable {
  init?(_ value: ParameterValue)
  var encoded: ParameterValue { get }
}

extension Double: SettingValue {
  public init?(_ value: ParameterValue) {
    guard case .number(let number) = value else { return nil }
    self = number
  }
  public var encoded: ParameterValue { .number(self) }
}

extension Int: SettingValue {
  public init?(_ value: ParameterValue) {
    guard case .integer(let integer) = value else { return nil }
    self = integer
  }
  public var encoded: ParameterValue { .integer(self) }
}

extension Bool: SettingValue {
  public init?(_ value: ParameterValue) {
    guard case .flag(let flag) = value else { return nil }
    self = flag
  }
  public var encoded: ParameterValue { .flag(self) }
}

/// What a setting can hold a list of.
public protocol SettingElement: Sendable {
  static func list(from value: ParameterValue) -> [Self]?
  static func encode(list: [Self]) -> ParameterValue
}

extension Array: SettingValue where Element: SettingElement {
  public init?(_ value: ParameterValue) {
    guard let list = Element.list(from: value) else { return nil }
    self = list
  }
  public var encoded: ParameterValue { Element.encode(list: self) }
}

extension Double: SettingElement {
  public static func list(from value: ParameterValue) -> [Double]? {
    if case .numbers(let numbers) = value { numbers } else { nil }
  }
  public static func encode(list: [Double]) -> ParameterValue { .numbers(list) }
}

extension Int: SettingElement {
  public static func list(from value: ParameterValue) -> [Int]? {
    if case .integers(let integers) = value { integers } else { nil }
  }
  public static func encode(list: [Int]) -> ParameterValue { .integers(list) }
}

extension String: SettingElement {
  public static func list(from value: ParameterValue) -> [String]? {
    if case .names(let names) = value { names } else { nil }
  }
  public static func encode(list: [String]) -> ParameterValue { .names(list) }
}

/// A choice among named things is an enum of strings.
public protocol SettingChoice: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}

extension SettingChoice {
  public init?(_ value: ParameterValue) {
    guard case .choice(let name) = value else { return nil }
    self.init(rawValue: name)
  }
  public var encoded: ParameterValue { .choice(rawValue) }
  static var kind: Parameter.Kind { .choice(allCases.map(\.rawValue)) }
}
