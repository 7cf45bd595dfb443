extension Checker {
  func check(
    _ first: Syntax, _ rest: [Syntax.Step<Syntax.Comparison>], _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked {
    if rest.count == 1, let test = try checkFinite(first, rest[0], range) { return test }
    let all = [first] + rest.map(\.operand)
    var operands: [Checked?] = []
    for operand in all { operands.append(isLoose(operand) ? nil : try check(operand)) }
    // A loose word is one of those that its neighbours can be.
    let words = operands.lazy.compactMap { $0?.type.vocabulary }.first
    var checked: [Checked] = []
    for (index, operand) in operands.enumerated() {
      if let operand {
        checked.append(operand)
      } else {
        checked.append(try checkWord(all[index], in: words, beside: operands))
      }
    }
    for (index, step) in rest.enumerated() { try check(checked[index], step.sign, checked[index + 1]) }
    let steps = rest.enumerated().map { Checked.Step(sign: $1.sign, operand: checked[$0 + 1]) }
    let isList = checked.contains { $0.type.isList }
    return Checked(form: .comparison(checked[0], steps), type: .boolean.list(isList), range: range)
  }

  /// `x == nan` asks whether x is NaN or infinite, which no comparison of numbers could.
  private func checkFinite(
    _ first: Syntax, _ step: Syntax.Step<Syntax.Comparison>, _ range: Range<Int>
  ) throws(ExpressionFault) -> Checked? {
    func isNaN(_ syntax: Syntax) -> Bool { syntax.bareWord?.text == "nan" && rows?.has("nan") != true }
    guard [.equal, .unequal].contains(step.sign), isNaN(first) != isNaN(step.operand) else { return nil }
    let number = try check(isNaN(first) ? step.operand : first)
    guard number.type.kind == .number else {
      throw fault(.mismatch(found: "\(number.type)", wanted: "a number beside nan"), at: number.range)
    }
    let test = Checked(form: .call(.nan, [number]), type: .boolean.list(number.type.isList), range: range)
    return step.sign == .equal ? test : Checked(form: .not(test), type: test.type, range: range)
  }

  /// Whether it is a text, or a word that is no name of a value.
  func isLoose(_ syntax: Syntax) -> Bool {
    if case .text = syntax.form { return true }
    guard let word = syntax.bareWord else { return false }
    return !isName(word.text)
  }

  /// A text or a word as one of the words that are wanted here.
  func checkWord(
    _ syntax: Syntax, in words: Vocabulary?, beside others: [Checked?] = []
  ) throws(ExpressionFault) -> Checked {
    let word: String
    if case .text(let text) = syntax.form {
      word = text
    } else if let bare = syntax.bareWord {
      word = bare.text
    } else {
      return try check(syntax)
    }
    guard let words else {
      if syntax.bareWord != nil { throw unknown(word, at: syntax.range) }
      if let other = others.lazy.compactMap({ $0 }).first {
        throw fault(.mismatch(found: "a text", wanted: "\(other.type.list(false))"), at: syntax.range)
      }
      return try check(syntax)
    }
    guard let spelling = words.spelling(of: word, in: trace) else {
      let kind = String(words.noun.one.drop { $0 != " " }.dropFirst())
      throw fault(.unknown(kind: kind, name: word, known: words.words(in: trace) ?? []), at: syntax.range)
    }
    return Checked(form: .constant(.texts(.one(spelling))), type: .text(words), range: syntax.range)
  }

  private func check(_ a: Checked, _ sign: Syntax.Comparison, _ b: Checked) throws(ExpressionFault) {
    let isOrder = sign != .equal && sign != .unequal
    switch (a.type.kind, b.type.kind) {
    case (.number, .number): return
    case (.boolean, .boolean) where !isOrder: return
    case (.text(let x), .text(let y)) where !isOrder && (x == y || x == .any || y == .any): return
    case (.number, _): throw fault(.mismatch(found: "\(b.type)", wanted: "a number"), at: b.range)
    case _ where isOrder:
      throw fault(.mismatch(found: "\(a.type)", wanted: "a number before \"\(sign.rawValue)\""), at: a.range)
    default: throw fault(.mismatch(found: "\(b.type)", wanted: "\(a.type.list(false))"), at: b.range)
    }
  }
}

extension ExpressionType {
  var vocabulary: Vocabulary? { if case .text(let words) = kind { words } else { nil } }
}
