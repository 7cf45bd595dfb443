import Tensors

/// A small formula that can be written in symbols, written with its numbers, and evaluated: what
/// an explanation shows is what it computes.
public indirect enum Formula: Sendable {
  case number(Double)
  /// A quantity with its symbol and its number here.
  case named(String, Double)
  case sum(Formula, Formula)
  case difference(Formula, Formula)
  case product(Formula, Formula)
  case quotient(Formula, Formula)
  case power(Formula, Formula)
  case negated(Formula)
  case call(Function, [Formula])

  public enum Function: String, Sendable {
    case sqrt = "√"
    case ln
    case exp
    case abs
    case min
    case max
  }

  /// The number the formula comes to; NaN where it is not defined.
  public var value: Double {
    switch self {
    case .number(let number): number
    case .named(_, let number): number
    case .sum(let a, let b): a.value + b.value
    case .difference(let a, let b): a.value - b.value
    case .product(let a, let b): a.value * b.value
    case .quotient(let a, let b): a.value / b.value
    case .power(let a, let b): Exact.power(a.value, b.value)
    case .negated(let a): -a.value
    case .call(let function, let arguments): function.apply(arguments.map(\.value))
    }
  }

  /// With the names of its quantities: "i / (a + b − i)".
  public var symbolic: String { text { name, _ in name } }

  /// With their numbers: "812 / (1024 + 900 − 812)". Six digits, so that it can be checked by hand.
  public var substituted: String { text { _, number in Formula.digits(number) } }

  /// A number as explanations write it: six significant digits, no trailing zeros, a true minus.
  public static func digits(_ number: Double) -> String { Number.text(number, digits: 6) }
}

extension Formula.Function {
  func apply(_ x: [Double]) -> Double {
    guard let first = x.first else { return .nan }
    return switch self {
    case .sqrt: first.squareRoot()
    case .ln: Exact.log(first)
    case .exp: Exact.exp(first)
    case .abs: Swift.abs(first)
    case .min: x.reduce(first, Swift.min)
    case .max: x.reduce(first, Swift.max)
    }
  }
}

extension Formula {
  /// How tightly an operation binds; an operand that binds less is put in parentheses.
  private var strength: Int {
    switch self {
    case .number(let number): number < 0 ? 2 : 5
    case .named(_, let number): number < 0 ? 2 : 5
    case .call: 5
    case .power: 4
    case .product, .quotient: 3
    case .negated: 2
    case .sum, .difference: 1
    }
  }

  private func text(_ quantity: (String, Double) -> String) -> String {
    func part(_ formula: Formula, atLeast strength: Int) -> String {
      let text = formula.text(quantity)
      // A name never needs the parentheses that a negative number does.
      if case .named(let name, let number) = formula, quantity(name, number) == name { return text }
      return formula.strength < strength ? "(\(text))" : text
    }
    switch self {
    case .number(let number): return Formula.digits(number)
    case .named(let name, let number): return quantity(name, number)
    case .sum(let a, let b): return "\(part(a, atLeast: 1)) + \(part(b, atLeast: 2))"
    case .difference(let a, let b): return "\(part(a, atLeast: 1)) − \(part(b, atLeast: 3))"
    case .product(let a, let b): return "\(part(a, atLeast: 3)) · \(part(b, atLeast: 4))"
    case .quotient(let a, let b): return "\(part(a, atLeast: 3)) / \(part(b, atLeast: 4))"
    case .power(let a, let b): return "\(part(a, atLeast: 5))^\(part(b, atLeast: 5))"
    case .negated(let a): return "−\(part(a, atLeast: 3))"
    case .call(let function, let arguments):
      return "\(function.rawValue)(\(arguments.map { $0.text(quantity) }.joined(separator: ", ")))"
    }
  }

  public static func + (a: Formula, b: Formula) -> Formula { .sum(a, b) }
  public static func - (a: Formula, b: Formula) -> Formula { .difference(a, b) }
  public static func * (a: Formula, b: Formula) -> Formula { .product(a, b) }
  public static func / (a: Formula, b: Formula) -> Formula { .quotient(a, b) }
  public static prefix func - (a: Formula) -> Formula { .negated(a) }
  public func power(_ exponent: Formula) -> Formula { .power(self, exponent) }
  public static func ln(_ a: Formula) -> Formula { .call(.ln, [a]) }
  public static func exp(_ a: Formula) -> Formula { .call(.exp, [a]) }
  public static func sqrt(_ a: Formula) -> Formula { .call(.sqrt, [a]) }
  public static func abs(_ a: Formula) -> Formula { .call(.abs, [a]) }
  public static func min(_ a: Formula, _ b: Formula) -> Formula { .call(.min, [a, b]) }
  public static func max(_ a: Formula, _ b: Formula) -> Formula { .call(.max, [a, b]) }
}

extension Formula: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
}
