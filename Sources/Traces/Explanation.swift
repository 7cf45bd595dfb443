/// Something one can ask "why" about.
public enum Element: Hashable, Sendable {
  case anchor(Int)
  case gt(Int)
  case pair(gt: Int, anchor: Int)
  /// A loss term by its name in the ledger: "cls", "box", "total".
  case loss(String)
  /// One of the boxes that a step lists: a detection, or a candidate for one.
  case box(BoxRow)
}

/// The answer to "why": what it is, by which rule, with which numbers. Made by a pure function that
/// stands beside the rule itself; the screen and `boxstep why` show it as it is.
public struct Explanation: Sendable {
  public let element: Element
  /// "anchor 2114 → gt 2".
  public let subject: String
  /// The answer in a few words: "ignored", "no positive".
  public let verdict: String
  public let reasons: [Reason]

  public init(element: Element, subject: String, verdict: String, reasons: [Reason]) {
    self.element = element
    self.subject = subject
    self.verdict = verdict
    self.reasons = reasons
  }

  /// With what came of it later: after the decision, before the rest.
  public func inserting(_ consequences: [Reason]) -> Explanation {
    Explanation(
      element: element, subject: subject, verdict: verdict,
      reasons: reasons.prefix(1) + consequences + reasons.dropFirst())
  }
}

/// One line of an explanation: a rule, the same rule with its numbers, and what follows.
public struct Reason: Sendable {
  public enum Rule: Sendable {
    /// The number named in `traced`.
    case formula(Formula)
    /// A test that holds, or fails.
    case condition(Condition)
    /// Words alone.
    case words(String)
  }

  /// What the line is about: "IoU", "state", "cls loss".
  public let topic: String
  public let rule: Rule
  /// What follows: "ignored", or how far it is from another answer.
  public let conclusion: String
  /// The number in the trace that the formula must evaluate to; nil for words and conditions.
  public let traced: Traced?

  /// An element of a value in the trace.
  public struct Traced: Hashable, Sendable {
    public let value: String
    public let indices: [Int]

    public init(_ value: String, _ indices: [Int] = []) {
      self.value = value
      self.indices = indices
    }
  }

  public init(_ topic: String, _ formula: Formula, is traced: Traced, conclusion: String = "") {
    self.topic = topic
    self.rule = .formula(formula)
    self.traced = traced
    self.conclusion = conclusion
  }

  public init(_ topic: String, _ condition: Condition, conclusion: String) {
    self.topic = topic
    self.rule = .condition(condition)
    self.traced = nil
    self.conclusion = conclusion
  }

  public init(_ topic: String, words: String, conclusion: String = "") {
    self.topic = topic
    self.rule = .words(words)
    self.traced = nil
    self.conclusion = conclusion
  }

  /// The rule in symbols; the words of a rule in words.
  public var symbolic: String {
    switch rule {
    case .formula(let formula): formula.symbolic
    case .condition(let condition): condition.symbolic
    case .words(let words): words
    }
  }

  /// The rule with its numbers; empty for a rule in words.
  public var substituted: String {
    switch rule {
    case .formula(let formula): formula.substituted
    case .condition(let condition): condition.substituted
    case .words: ""
    }
  }

  /// What a formula comes to.
  public var result: Double? {
    if case .formula(let formula) = rule { formula.value } else { nil }
  }
}

/// A chain of comparisons: `.4 < IoU < .5`.
public struct Condition: Sendable {
  public enum Relation: String, Sendable {
    case less = "<"
    case lessOrEqual = "≤"
    case greater = ">"
    case greaterOrEqual = "≥"

    func holds(_ a: Double, _ b: Double) -> Bool {
      switch self {
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      }
    }
  }

  public let first: Formula
  public let rest: [(relation: Relation, formula: Formula)]

  public init(_ first: Formula, _ relation: Relation, _ second: Formula) {
    self.first = first
    self.rest = [(relation, second)]
  }

  private init(_ first: Formula, _ rest: [(relation: Relation, formula: Formula)]) {
    self.first = first
    self.rest = rest
  }

  public func and(_ relation: Relation, _ formula: Formula) -> Condition {
    Condition(first, rest + [(relation, formula)])
  }

  public var holds: Bool {
    var left = first.value
    for (relation, formula) in rest {
      let right = formula.value
      if !relation.holds(left, right) { return false }
      left = right
    }
    return true
  }

  public var symbolic: String { text(\.symbolic) }
  public var substituted: String { text(\.substituted) }

  private func text(_ part: KeyPath<Formula, String>) -> String {
    rest.reduce(first[keyPath: part]) {
      "\($0) \($1.relation.rawValue) \($1.formula[keyPath: part])"
    }
  }
}
