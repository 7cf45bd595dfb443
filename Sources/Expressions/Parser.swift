/// Reads an expression. From loosest to tightest: `or`, `and`, `not`, `changes`, comparisons, `+ -`, `* /`, signs.
///
/// Chains are kept flat and nesting is counted, so that no input makes it recurse without end.
struct Parser {
  static let deepest = 64

  /// Words that are no names.
  static let reserved: Set<String> = ["and", "or", "not", "changes", "true", "false"]

  private let text: String
  private let tokens: [Token]
  private var place = 0
  private var depth = 0

  static func parse(_ text: String) throws(ExpressionFault) -> Syntax {
    var parser = Parser(text, try Lexer.tokens(of: text))
    let whole = try parser.either()
    guard parser.next.kind == .end else { throw parser.unexpected("an operator such as \"and\", \"==\" or \"+\"") }
    return whole
  }

  private init(_ text: String, _ tokens: [Token]) {
    self.text = text
    self.tokens = tokens
  }

  /// The last token is the end, and is never passed.
  private var next: Token { tokens[min(place, tokens.count - 1)] }

  private mutating func advance() { place += 1 }

  private mutating func take(_ sign: Token.Sign) -> Bool {
    guard next.kind == .sign(sign) else { return false }
    advance()
    return true
  }

  private mutating func take(_ word: String, or sign: Token.Sign? = nil) -> Bool {
    guard next.isWord(word) || sign.map({ next.kind == .sign($0) }) == true else { return false }
    advance()
    return true
  }

  private func unexpected(_ wanted: String) -> ExpressionFault {
    ExpressionFault(.unexpected(found: next.shown, wanted: wanted), at: next.range, of: text)
  }

  /// Where the token before the next one ends.
  private var end: Int { place > 0 ? tokens[min(place, tokens.count) - 1].range.upperBound : 0 }

  private func syntax(_ form: Syntax.Form, from start: Int) -> Syntax {
    Syntax(form: form, range: start..<max(start, end))
  }

  private mutating func deeper(_ count: Int = 1) throws(ExpressionFault) {
    depth += count
    guard depth <= Self.deepest else { throw ExpressionFault(.tooDeep(limit: Self.deepest), at: next.range, of: text) }
  }

  // MARK: Grammar

  private mutating func either() throws(ExpressionFault) -> Syntax {
    let start = next.range.lowerBound
    var parts = [try both()]
    while take("or", or: .or) { parts.append(try both()) }
    return parts.count == 1 ? parts[0] : syntax(.or(parts), from: start)
  }

  private mutating func both() throws(ExpressionFault) -> Syntax {
    let start = next.range.lowerBound
    var parts = [try negation()]
    while take("and", or: .and) { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : syntax(.and(parts), from: start)
  }

  private mutating func negation() throws(ExpressionFault) -> Syntax {
    let outer = depth
    var starts: [Int] = []
    while next.isWord("not") {
      starts.append(next.range.lowerBound)
      advance()
      try deeper()
    }
    var result = try change()
    for start in starts.reversed() { result = syntax(.not(result), from: start) }
    depth = outer
    return result
  }

  private mutating func change() throws(ExpressionFault) -> Syntax {
    let outer = depth
    let start = next.range.lowerBound
    var result = try comparison()
    while take("changes") {
      try deeper()
      result = syntax(.changes(result), from: start)
    }
    depth = outer
    return result
  }

  private mutating func comparison() throws(ExpressionFault) -> Syntax {
    let start = next.range.lowerBound
    let first = try sum()
    var rest: [Syntax.Step<Syntax.Comparison>] = []
    while case .sign(let sign) = next.kind, let comparison = Syntax.Comparison(rawValue: sign.rawValue) {
      advance()
      rest.append(.init(sign: comparison, operand: try sum()))
    }
    return rest.isEmpty ? first : syntax(.comparison(first, rest), from: start)
  }

  private mutating func sum() throws(ExpressionFault) -> Syntax {
    let start = next.range.lowerBound
    let first = try product()
    var rest: [Syntax.Step<Syntax.Additive>] = []
    while case .sign(let sign) = next.kind, let additive = Syntax.Additive(rawValue: sign.rawValue) {
      advance()
      rest.append(.init(sign: additive, operand: try product()))
    }
    return rest.isEmpty ? first : syntax(.sum(first, rest), from: start)
  }

  private mutating func product() throws(ExpressionFault) -> Syntax {
    let start = next.range.lowerBound
    let first = try signed()
    var rest: [Syntax.Step<Syntax.Multiplicative>] = []
    while case .sign(let sign) = next.kind, let multiplicative = Syntax.Multiplicative(rawValue: sign.rawValue) {
      advance()
      rest.append(.init(sign: multiplicative, operand: try signed()))
    }
    return rest.isEmpty ? first : syntax(.product(first, rest), from: start)
  }

  private mutating func signed() throws(ExpressionFault) -> Syntax {
    let outer = depth
    var signs: [(sign: Token.Sign, start: Int)] = []
    while case .sign(let sign) = next.kind, [.minus, .not, .plus].contains(sign) {
      signs.append((sign, next.range.lowerBound))
      advance()
      try deeper()
    }
    var result = try primary()
    for (sign, start) in signs.reversed() where sign != .plus {
      result = syntax(sign == .minus ? .negated(result) : .not(result), from: start)
    }
    depth = outer
    return result
  }

  private mutating func primary() throws(ExpressionFault) -> Syntax {
    let token = next
    let start = token.range.lowerBound
    switch token.kind {
    case .number(let number):
      advance()
      return syntax(.number(number), from: start)
    case .text(let content):
      advance()
      return syntax(.text(content), from: start)
    case .sign(.open):
      return try parenthesised()
    case .word(let word) where word == "true" || word == "false":
      advance()
      return syntax(.boolean(word == "true"), from: start)
    case .word(let word) where !Self.reserved.contains(word):
      return try named(Syntax.Word(text: word, range: token.range))
    default:
      throw unexpected("a value: a name, a number or a parenthesis")
    }
  }

  private mutating func parenthesised() throws(ExpressionFault) -> Syntax {
    advance()
    try deeper()
    let inner = try either()
    guard take(.close) else { throw unexpected("\")\"") }
    depth -= 1
    return inner
  }

  private mutating func named(_ word: Syntax.Word) throws(ExpressionFault) -> Syntax {
    advance()
    if next.kind == .sign(.open) { return try call(word) }
    var turns: [Syntax.Path.Turn] = []
    while true {
      if take(.dot) {
        guard case .word(let field) = next.kind else { throw unexpected("a name after the dot") }
        turns.append(.field(Syntax.Word(text: field, range: next.range)))
        advance()
      } else if take(.openIndex) {
        try deeper()
        turns.append(.index(try either()))
        guard take(.closeIndex) else { throw unexpected("\"]\"") }
        depth -= 1
      } else {
        return syntax(.path(Syntax.Path(head: word, turns: turns)), from: word.range.lowerBound)
      }
    }
  }

  private mutating func call(_ function: Syntax.Word) throws(ExpressionFault) -> Syntax {
    advance()
    try deeper()
    var arguments: [Syntax] = []
    if next.kind != .sign(.close) {
      repeat { arguments.append(try either()) } while take(.comma)
    }
    guard take(.close) else { throw unexpected(arguments.isEmpty ? "\")\"" : "\",\" or \")\"") }
    depth -= 1
    return syntax(.call(function, arguments), from: function.range.lowerBound)
  }
}
