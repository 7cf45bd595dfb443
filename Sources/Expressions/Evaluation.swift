import Traces

/// Works out a checked expression at a moment. It reads what the expression names and nothing else.
struct Evaluation {
  let moment: Moment
  let text: String

  func fault(_ problem: ExpressionFault.Problem, at range: Range<Int>) -> ExpressionFault {
    ExpressionFault(problem, at: range, of: text)
  }

  func evaluate(_ checked: Checked) throws(ExpressionFault) -> Outcome {
    switch checked.form {
    case .constant(let outcome): return outcome
    case .path(let entry, let name, let index): return try evaluate(entry, name, index, checked)
    case .value(let name, let indices): return .numbers(try evaluate(name, indices, checked))
    case .rows(let entry, let indices): return try column(entry, "", checked).many(indices)
    case .element(let list, let index): return try evaluate(list, element: index)
    case .call(let function, let arguments): return try evaluate(function, arguments, checked)
    case .negated(let operand): return .numbers(try numbers(operand).map { -$0 })
    case .not(let operand): return .booleans(try booleans(operand).map { !$0 })
    case .changes(let operand): return .booleans(try changes(operand))
    case .sum(let first, let steps):
      var result = try numbers(first)
      for step in steps {
        let isPlus = step.sign == .plus
        result = try combine(result, try numbers(step.operand), at: step.operand.range) { isPlus ? $0 + $1 : $0 - $1 }
      }
      return .numbers(result)
    case .product(let first, let steps):
      var result = try numbers(first)
      for step in steps {
        let isTimes = step.sign == .times
        result = try combine(result, try numbers(step.operand), at: step.operand.range) { isTimes ? $0 * $1 : $0 / $1 }
      }
      return .numbers(result)
    case .comparison(let first, let steps): return .booleans(try compare(first, steps))
    case .and(let parts): return .booleans(try join(parts, checked, until: false))
    case .or(let parts): return .booleans(try join(parts, checked, until: true))
    }
  }

  // MARK: Kinds

  func numbers(_ checked: Checked) throws(ExpressionFault) -> Batch<Double> {
    guard case .numbers(let batch) = try evaluate(checked) else { throw mismatch(checked, "a number") }
    return batch
  }

  func booleans(_ checked: Checked) throws(ExpressionFault) -> Batch<Bool> {
    guard case .booleans(let batch) = try evaluate(checked) else { throw mismatch(checked, "true or false") }
    return batch
  }

  /// The trace is another than the one the expression was checked for.
  private func mismatch(_ checked: Checked, _ wanted: String) -> ExpressionFault {
    fault(.mismatch(found: "\(checked.type)", wanted: wanted), at: checked.range)
  }

  func combine<A, B, Result>(
    _ a: Batch<A>, _ b: Batch<B>, at range: Range<Int>, _ combine: (A, B) -> Result
  ) throws(ExpressionFault) -> Batch<Result> {
    guard let result = a.combined(with: b, combine) else {
      throw fault(.lengths(a.all.count, b.all.count), at: range)
    }
    return result
  }

  // MARK: Logic

  /// `and` ends at the first false, `or` at the first true. What is not there yet is neither: the others may decide.
  private func join(_ parts: [Checked], _ whole: Checked, until end: Bool) throws(ExpressionFault) -> Batch<Bool> {
    var result = Batch.one(!end)
    var missing: ExpressionFault?
    for part in parts {
      do throws(ExpressionFault) {
        let batch = try booleans(part)
        if !whole.type.isList, batch.one == end { return .one(end) }
        result = try combine(result, batch, at: part.range) { end ? $0 || $1 : $0 && $1 }
      } catch {
        guard error.isNotYet, !whole.type.isList else { throw error }
        missing = missing ?? error
      }
    }
    if let missing { throw missing }
    return result
  }

  private func changes(_ operand: Checked) throws(ExpressionFault) -> Batch<Bool> {
    let now = try evaluate(operand)
    for moment in moment.earlier {
      // A moment that has no such value says nothing; the one before it may.
      guard let before = try? Evaluation(moment: moment, text: text).evaluate(operand),
        let differences = now.differences(from: before)
      else { continue }
      return differences
    }
    return .init(repeating: false, like: now)
  }

  private func compare(
    _ first: Checked, _ steps: [Checked.Step<Syntax.Comparison>]
  ) throws(ExpressionFault) -> Batch<Bool> {
    var left = try evaluate(first)
    var result: Batch<Bool>?
    for step in steps {
      let right = try evaluate(step.operand)
      let test = try compare(left, step.sign, right, at: step.operand.range)
      if let sofar = result {
        result = try combine(sofar, test, at: step.operand.range) { $0 && $1 }
      } else {
        result = test
      }
      left = right
    }
    return result ?? .one(true)
  }

  private func compare(
    _ a: Outcome, _ sign: Syntax.Comparison, _ b: Outcome, at range: Range<Int>
  ) throws(ExpressionFault) -> Batch<Bool> {
    let isEqual = sign == .equal
    switch (a, b) {
    case (.numbers(let a), .numbers(let b)): return try combine(a, b, at: range, sign.test)
    case (.booleans(let a), .booleans(let b)): return try combine(a, b, at: range) { ($0 == $1) == isEqual }
    case (.texts(let a), .texts(let b)): return try combine(a, b, at: range) { ($0 == $1) == isEqual }
    default: throw fault(.mismatch(found: "another kind", wanted: "what is before it"), at: range)
    }
  }
}

extension Syntax.Comparison {
  var test: (Double, Double) -> Bool {
    switch self {
    case .less: { $0 < $1 }
    case .atMost: { $0 <= $1 }
    case .greater: { $0 > $1 }
    case .atLeast: { $0 >= $1 }
    case .equal: { $0 == $1 }
    case .unequal: { $0 != $1 }
    }
  }
}

extension Batch {
  init(repeating element: Element, like outcome: Outcome) {
    self = outcome.count.map { .many([Element](repeating: element, count: $0)) } ?? .one(element)
  }
}
