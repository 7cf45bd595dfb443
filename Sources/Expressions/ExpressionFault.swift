/// What is wrong with an expression, and at which of its characters.
///
/// The words for it stand in `ExpressionFault+Words.swift`.
package struct ExpressionFault: Error, Hashable, Sendable {
  package let problem: Problem
  /// Characters of the expression, the first at 0; empty past the end where something is missing.
  package let range: Range<Int>
  /// The whole expression.
  package let text: String

  package enum Problem: Hashable, Sendable {
    case tooLong(found: Int, limit: Int)
    case tooDeep(limit: Int)
    /// A character, a number or a word that cannot stand here.
    case unexpected(found: String, wanted: String)
    /// A name nobody knows. `known` is what could have been meant.
    case unknown(kind: String, name: String, known: [String])
    /// A thing of which one value has to be named.
    case incomplete(name: String, known: [String])
    case mismatch(found: String, wanted: String)
    /// This detector, or this run, never leaves such a value.
    case never(name: String, reason: String)
    /// A later step leaves it.
    case notYet(name: String, step: String)
    case outOfRange(name: String, index: String, count: Int)
    /// Two lists that are combined element by element.
    case lengths(Int, Int)
    /// A function of a list that has nothing in it.
    case nothing(function: String)
  }

  package init(_ problem: Problem, at range: Range<Int>, of text: String) {
    self.problem = problem
    self.range = range
    self.text = text
  }

  /// Whether there is nothing wrong but the time: a later step leaves what the expression asks for.
  package var isNotYet: Bool {
    if case .notYet = problem { true } else { false }
  }

  /// The column of the first character, counted from 1.
  package var column: Int { range.lowerBound + 1 }
}
