import Detectors
import Scenes
import Traces

/// What kind of thing an expression comes to, and whether it is a list of them.
package struct ExpressionType: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case number
    case boolean
    case text(Vocabulary)
  }

  package let kind: Kind
  package let isList: Bool

  package static let number = ExpressionType(kind: .number, isList: false)
  package static let boolean = ExpressionType(kind: .boolean, isList: false)
  package static func text(_ words: Vocabulary) -> ExpressionType { ExpressionType(kind: .text(words), isList: false) }

  package init(kind: Kind, isList: Bool) {
    self.kind = kind
    self.isList = isList
  }

  func list(_ isList: Bool = true) -> ExpressionType { ExpressionType(kind: kind, isList: isList) }
}

extension ExpressionType: CustomStringConvertible {
  /// "a number", "a list of states".
  package var description: String {
    switch kind {
    case .number: isList ? "a list of numbers" : "a number"
    case .boolean: isList ? "a list of true and false" : "true or false"
    case .text(let words): isList ? "a list of \(words.noun.many)" : words.noun.one
    }
  }
}

/// Which texts a value can be, so that a mistyped one is found.
package enum Vocabulary: Hashable, Sendable {
  case state
  case className
  case level
  case step
  case detector
  case hazard
  case outcome
  /// Of a parameter that is a choice, by its name.
  case choice(String)
  /// Any text at all.
  case any

  var noun: (one: String, many: String) {
    switch self {
    case .state: ("a state", "states")
    case .className: ("a class", "classes")
    case .level: ("a level", "levels")
    case .step: ("a step", "steps")
    case .detector: ("a detector", "detectors")
    case .hazard: ("a hazard", "hazards")
    case .outcome: ("an outcome", "outcomes")
    case .choice(let name): ("a value of \(name)", "values of \(name)")
    case .any: ("a text", "texts")
    }
  }

  /// Every word there is in a trace; nil for any.
  func words(in trace: Trace) -> [String]? {
    switch self {
    case .state: trace.states.states.map(\.name) + Self.kinds.map(\.word).filter { trace.states[named: $0] == nil }
    case .className: trace.scene.classes
    case .level: trace.priors.levels.map(\.name)
    case .step: trace.steps.map(\.id)
    case .detector: Detectors.all.map { $0.name }
    case .hazard: Hazard.Kind.allCases.map(\.rawValue)
    case .outcome: DetectionOutcome.allCases.map(\.name)
    case .choice(let name): trace.declaration(of: name)?.choices
    case .any: nil
    }
  }

  /// A word as values of the trace spell it: "positive" also stands for what another detector calls its positives.
  /// Nil for a word that is none.
  func spelling(of word: String, in trace: Trace) -> String? {
    if self == .state, trace.states[named: word] == nil, let kind = Self.kinds.first(where: { $0.word == word })?.kind {
      return trace.states.states.first { $0.kind == kind }?.name
    }
    guard let words = words(in: trace) else { return word }
    return words.first { $0 == word }
  }

  /// What any detector's states may be called.
  private static let kinds: [(word: String, kind: StateLegend.State.Kind)] = [
    ("positive", .positive), ("ignored", .between), ("negative", .negative),
  ]
}

extension StateLegend {
  fileprivate subscript(named name: String) -> State? { states.first { $0.name == name } }
}

/// A parameter as a detector's table has it, not as a trace records it.
typealias DeclaredParameter = Parameter

extension Trace {
  /// What the detector's table says of a parameter.
  func declaration(of parameter: String) -> DeclaredParameter? {
    Detectors.named(detector)?.parameters.first { $0.name == parameter }
  }
}

extension DeclaredParameter {
  fileprivate var choices: [String]? {
    switch kind {
    case .choice(let names): names
    case .names(let names): names
    default: nil
    }
  }

  /// What an expression sees of it.
  var type: ExpressionType {
    switch kind {
    case .number, .integer: .number
    case .flag: .boolean
    case .choice: .text(.choice(name))
    case .numbers, .integers: .number.list()
    case .names: .text(.choice(name)).list()
    }
  }
}
