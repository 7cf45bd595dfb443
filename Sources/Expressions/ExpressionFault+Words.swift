import Scenes
import Traces

extension ExpressionFault: CustomStringConvertible {
  /// One line, without an end: `column 8: unknown value of gt "postives"; did you mean "positives"?`.
  package var description: String { "column \(column): \(problem)" }

  /// The expression, a caret under what is wrong with it, and the words:
  ///
  ///     any(gt.postives == 0)
  ///            ^~~~~~~~
  ///     column 8: unknown value of gt "postives"; did you mean "positives"?
  ///
  /// - Parameter width: of a long expression no more than so many characters are shown.
  package func pointing(width: Int = 100) -> String {
    let width = max(20, width)
    let letters = Array(text).map { Fault.printable(String($0), limit: 16) }
    // The fault a third from the left, so that one sees what leads to it.
    let start = letters.count <= width ? 0 : min(max(0, range.lowerBound - width / 3), letters.count - width)
    let shown = letters.indices.clamped(to: start..<start + width)
    let before = shown.clamped(to: 0..<range.lowerBound).reduce(0) { $0 + letters[$1].count }
    let under = shown.clamped(to: range).reduce(0) { $0 + letters[$1].count }
    let dots = (left: start > 0 ? "…" : "", right: shown.upperBound < letters.count ? "…" : "")
    let caret =
      String(repeating: " ", count: before + dots.left.count) + "^" + String(repeating: "~", count: max(0, under - 1))
    return "\(dots.left)\(letters[shown].joined())\(dots.right)\n\(caret)\n\(self)"
  }
}

extension ExpressionFault.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooLong(let found, let limit):
      "\(Number.count(found)) characters; an expression has at most \(Number.count(limit))"
    case .tooDeep(let limit): "nested too deep; at most \(limit) parentheses, brackets and signs lie in one another"
    case .unexpected(let found, let wanted): "found \(Self.safe(found)), wanted \(wanted)"
    case .unknown(let kind, let name, let known): Self.unknown(kind, name, known)
    case .incomplete(let name, let known):
      "\(Self.safe(name)) is no value by itself, wanted one of its values: \(Self.list(known))"
    case .mismatch(let found, let wanted): "found \(Self.safe(found)), wanted \(wanted)"
    case .never(let name, let reason): "there is no \(Self.safe(name)): \(reason)"
    case .notYet(let name, let step): "there is no \(Self.safe(name)) yet: the step \(step) leaves it"
    case .outOfRange(let name, let index, let count):
      count == 0
        ? "\(Self.safe(name)) has no \(index): there are none"
        : "\(Self.safe(name)) has no \(index), wanted \(count == 1 ? "0" : "0 to \(count - 1)")"
    case .lengths(let a, let b):
      "a list of \(Number.count(a)) cannot be combined with a list of \(Number.count(b))"
    case .nothing(let function): "\(function) of nothing: the list is empty"
    }
  }

  private static func safe(_ text: String) -> String { Fault.printable(text, limit: 60) }

  private static func unknown(_ kind: String, _ name: String, _ known: [String]) -> String {
    let start = "unknown \(kind) \(Fault.quoted(name))"
    if let nearest = Fault.nearest(to: name, in: known) { return "\(start); did you mean \(Fault.quoted(nearest))?" }
    return known.isEmpty ? "\(start); there are none" : "\(start). Known: \(list(known))"
  }

  private static func list(_ known: [String]) -> String {
    let most = 24
    let listed = known.prefix(most).map(safe).joined(separator: ", ")
    return known.count > most ? "\(listed) and \(known.count - most) more" : listed
  }
}
