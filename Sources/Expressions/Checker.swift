import Traces

/// Looks up the names of an expression in a trace and sees that the types fit.
struct Checker {
  let trace: Trace
  /// The list whose rows the expression is asked for; nil outside a filter.
  let rows: Rows?
  let text: String

  func fault(_ problem: ExpressionFault.Problem, at range: Range<Int>) -> ExpressionFault {
    ExpressionFault(problem, at: range, of: text)
  }

  func check(_ syntax: Syntax) throws(ExpressionFault) -> Checked {
    let range = syntax.range
    switch syntax.form {
    case .number(let number): return Checked(form: .constant(.numbers(.one(number))), type: .number, range: range)
    case .text(let text): return Checked(form: .constant(.texts(.one(text))), type: .text(.any), range: range)
    case .boolean(let value): return Checked(form: .constant(.booleans(.one(value))), type: .boolean, range: range)
    case .path(let path): return try check(path, range)
    case .call(let function, let arguments): return try check(function, arguments, range)
    case .negated(let operand):
      let operand = try check(operand, wanted: .number, for: "\"-\"")
      return Checked(form: .negated(operand), type: operand.type, range: range)
    case .not(let operand):
      let operand = try check(operand, wanted: .boolean, for: "\"not\"")
      return Checked(form: .not(operand), type: operand.type, range: range)
    case .changes(let operand):
      let operand = try check(operand)
      return Checked(form: .changes(operand), type: .boolean.list(operand.type.isList), range: range)
    case .sum(let first, let rest): return try checkSum(first, rest, range)
    case .product(let first, let rest): return try checkProduct(first, rest, range)
    case .comparison(let first, let rest): return try check(first, rest, range)
    case .and(let parts): return try check(parts, "\"and\"", range) { .and($0) }
    case .or(let parts): return try check(parts, "\"or\"", range) { .or($0) }
    }
  }

  private func check(_ syntax: Syntax, wanted: ExpressionType.Kind, for what: String) throws(ExpressionFault) -> Checked
  {
    let checked = try check(syntax)
    guard checked.type.kind == wanted else {
      let one = ExpressionType(kind: wanted, isList: false)
      throw fault(.mismatch(found: "\(checked.type)", wanted: "\(one) for \(what)"), at: checked.range)
    }
    return checked
  }

  private func check(
    _ parts: [Syntax], _ what: String, _ range: Range<Int>, _ form: ([Checked]) -> Checked.Form
  ) throws(ExpressionFault) -> Checked {
    var checked: [Checked] = []
    for part in parts { checked.append(try check(part, wanted: .boolean, for: what)) }
    return Checked(form: form(checked), type: .boolean.list(checked.contains { $0.type.isList }), range: range)
  }

  private func checkSum(
    _ first: Syntax, _ rest: [Syntax.Step<Syntax.Additive>], _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked {
    let first = try check(first, wanted: .number, for: "\"\(rest.first?.sign.rawValue ?? "+")\"")
    var isList = first.type.isList
    var steps: [Checked.Step<Syntax.Additive>] = []
    for step in rest {
      let operand = try check(step.operand, wanted: .number, for: "\"\(step.sign.rawValue)\"")
      isList = isList || operand.type.isList
      steps.append(.init(sign: step.sign, operand: operand))
    }
    return Checked(form: .sum(first, steps), type: .number.list(isList), range: range)
  }

  private func checkProduct(
    _ first: Syntax, _ rest: [Syntax.Step<Syntax.Multiplicative>], _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked {
    let first = try check(first, wanted: .number, for: "\"\(rest.first?.sign.rawValue ?? "*")\"")
    var isList = first.type.isList
    var steps: [Checked.Step<Syntax.Multiplicative>] = []
    for step in rest {
      let operand = try check(step.operand, wanted: .number, for: "\"\(step.sign.rawValue)\"")
      isList = isList || operand.type.isList
      steps.append(.init(sign: step.sign, operand: operand))
    }
    return Checked(form: .product(first, steps), type: .number.list(isList), range: range)
  }

  private func check(
    _ word: Syntax.Word, _ arguments: [Syntax], _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked {
    guard let function = Function(rawValue: word.text) else {
      let known = Function.allCases.map(\.rawValue)
      throw fault(.unknown(kind: "function", name: word.text, known: known), at: word.range)
    }
    guard !arguments.isEmpty, arguments.count == 1 || !function.isElementwise else {
      let found = arguments.isEmpty ? "nothing" : "\(arguments.count) values"
      throw fault(.mismatch(found: found, wanted: "one number for \(function.rawValue)"), at: range)
    }
    var checked: [Checked] = []
    for argument in arguments {
      if let wanted = function.wanted {
        checked.append(try check(argument, wanted: wanted, for: function.rawValue))
      } else {
        checked.append(try check(argument))
      }
    }
    if let first = checked.first, let odd = checked.first(where: { $0.type.kind != first.type.kind }) {
      throw fault(.mismatch(found: "\(odd.type)", wanted: "\(first.type), as before it"), at: odd.range)
    }
    let isList = function.isElementwise && checked.contains { $0.type.isList }
    return Checked(form: .call(function, checked), type: function.result.list(isList), range: range)
  }
}
