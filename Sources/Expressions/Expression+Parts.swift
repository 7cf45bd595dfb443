extension Expression {
  /// A condition that is a part of another.
  package struct Part: Hashable, Sendable {
    package let text: String
    /// What it compares as it is: "gt[1].positives is 0"; else whether it holds.
    package let found: String
    package let holds: Bool
  }

  /// What must hold for it to hold, each with what it comes to: the sides of `and`, or itself. Where there is nothing
  /// to evaluate yet, it does not hold.
  package func parts(in moment: Moment) -> [Part] {
    guard case .and(let sides) = syntax.form else { return [Part(syntax, moment)] }
    return sides.map { Part($0, moment) }
  }
}

extension Expression.Part {
  init(_ syntax: Syntax, _ moment: Moment) {
    text = syntax.description
    holds = Self.value(syntax, moment)?.boolean ?? false
    if case .call(let word, let inner) = syntax.form, word.text == "all", let first = inner.first,
      case .booleans(let each)? = Self.value(first, moment),
      case let failing = each.all.indices.filter({ !each.all[$0] }),
      !failing.isEmpty, failing.count < 8
    {
      found = "not for \(failing.map(String.init).joined(separator: ", "))"
      return
    }
    let operands: [Syntax] =
      if case .comparison(let first, let steps) = syntax.form { [first] + steps.map(\.operand) } else { [syntax] }
    let words = operands.compactMap { operand -> String? in
      switch operand.form {
      case .number, .text: return nil
      default: break
      }
      if operand.bareWord != nil, case .comparison = syntax.form, operand != operands.first { return nil }
      return "\(operand.description) is \(Self.value(operand, moment).map { "\($0)" } ?? "not there yet")"
    }
    found = words.joined(separator: ", ")
  }

  private static func value(_ syntax: Syntax, _ moment: Moment) -> Outcome? {
    guard let expression = try? Expression(parsing: syntax.description) else { return nil }
    return try? expression.evaluate(in: moment)
  }
}
