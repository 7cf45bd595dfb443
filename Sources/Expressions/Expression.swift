import Traces

/// A question or a number in the one language of breakpoints, watches, filters and lessons:
/// `any(gt.positives == 0)`, `anchor[1234].state changes`, `loss.cls > 5`.
///
/// What names and functions there are stands in `PathTable` and `Function`. Reading and evaluating are total: whatever
/// the text, there is an outcome or an `ExpressionFault`.
package struct Expression: Hashable, Sendable {
  /// As it was written.
  package let text: String
  let syntax: Syntax

  /// - Throws: a fault where the text is no expression. Names are looked up only when a trace is there.
  package init(parsing text: String) throws(ExpressionFault) {
    syntax = try Parser.parse(text)
    self.text = text
  }

  package static func == (a: Expression, b: Expression) -> Bool { a.text == b.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// What it comes to on iterations like this one.
  ///
  /// - Parameter rows: the list that it is to filter, if it is a filter.
  /// - Throws: a fault where a name is unknown to this detector, or types do not fit.
  package func type(in trace: Trace, forEach rows: Rows? = nil) throws(ExpressionFault) -> ExpressionType {
    let checked = try Checker(trace: trace, rows: rows, text: text).check(syntax)
    // Evaluated at the end, where only what this detector never leaves is missing.
    do throws(ExpressionFault) {
      _ = try Evaluation(moment: Moment(trace), text: text).evaluate(checked)
    } catch {
      if case .never = error.problem { throw error }
    }
    return checked.type
  }

  /// What it comes to at a moment.
  ///
  /// - Throws: a fault; `isNotYet` where a later step leaves what it asks for.
  package func evaluate(in moment: Moment) throws(ExpressionFault) -> Outcome {
    let checked = try Checker(trace: moment.trace, rows: nil, text: text).check(syntax)
    return try Evaluation(moment: moment, text: text).evaluate(checked)
  }

  /// What it comes to for each row of a list; functions such as `max` go over all of them.
  package func evaluate(in moment: Moment, forEach rows: Rows) throws(ExpressionFault) -> Outcome {
    let checked = try Checker(trace: moment.trace, rows: rows, text: text).check(syntax)
    let outcome = try Evaluation(moment: moment, text: text).evaluate(checked).repeated(rows.count)
    guard let count = outcome.count, count == rows.count else {
      throw ExpressionFault(.lengths(outcome.count ?? 1, rows.count), at: checked.range, of: text)
    }
    return outcome
  }

  /// Whether it holds; false where what it asks for is not there yet.
  ///
  /// - Throws: a fault; one of them says that it is no question.
  package func holds(at moment: Moment) throws(ExpressionFault) -> Bool {
    do throws(ExpressionFault) {
      let outcome = try evaluate(in: moment)
      guard let answer = outcome.boolean else { throw isNoQuestion(outcome) }
      return answer
    } catch {
      guard error.isNotYet else { throw error }
      return false
    }
  }

  /// The places of the rows for which it holds; none where what it asks for is not there yet.
  package func filter(_ rows: Rows, at moment: Moment) throws(ExpressionFault) -> [Int] {
    do throws(ExpressionFault) {
      let outcome = try evaluate(in: moment, forEach: rows)
      guard case .booleans(let batch) = outcome else { throw isNoQuestion(outcome) }
      return batch.all.indices.filter { batch.all[$0] }
    } catch {
      guard error.isNotYet else { throw error }
      return []
    }
  }

  private func isNoQuestion(_ outcome: Outcome) -> ExpressionFault {
    let (found, wanted) =
      switch outcome {
      case .booleans: ("a list of true and false", "one of them: any(…) or all(…)")
      case .numbers: ("a number", "a question, such as … > 0")
      case .texts: ("a text", "a question, such as … == \"…\"")
      }
    return ExpressionFault(.mismatch(found: found, wanted: wanted), at: 0..<text.count, of: text)
  }
}

extension Expression: CustomStringConvertible {
  /// The one way to write it: reading this gives the same expression, and the same description.
  package var description: String { syntax.description }
}

extension Outcome {
  /// One as a list of so many.
  fileprivate func repeated(_ count: Int) -> Outcome {
    switch self {
    case .numbers(.one(let element)): .numbers(.many([Double](repeating: element, count: count)))
    case .booleans(.one(let element)): .booleans(.many([Bool](repeating: element, count: count)))
    case .texts(.one(let element)): .texts(.many([String](repeating: element, count: count)))
    default: self
    }
  }
}
