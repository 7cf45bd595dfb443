/// A word, number, text or sign of an expression.
struct Token: Hashable {
  enum Kind: Hashable {
    case number(Double)
    /// In quotes, without them.
    case text(String)
    /// A name or one of the words of the language.
    case word(String)
    case sign(Sign)
    case end
  }

  enum Sign: String, CaseIterable {
    case open = "("
    case close = ")"
    case openIndex = "["
    case closeIndex = "]"
    case comma = ","
    case dot = "."
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divided = "/"
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case equal = "=="
    case unequal = "!="
    case and = "&&"
    case or = "||"
    case not = "!"
  }

  let kind: Kind
  let range: Range<Int>

  /// As a fault shows it.
  var shown: String {
    switch kind {
    case .number: "a number"
    case .text(let text): "\"\(text)\""
    case .word(let word): "\"\(word)\""
    case .sign(let sign): "\"\(sign.rawValue)\""
    case .end: "the end"
    }
  }

  func isWord(_ word: String) -> Bool { kind == .word(word) }
}

/// Cuts an expression into tokens.
struct Lexer {
  static let longest = 4096

  private let text: String
  private let letters: [Character]
  private var place = 0

  /// - Throws: a fault at the first character that begins nothing.
  static func tokens(of text: String) throws(ExpressionFault) -> [Token] {
    var lexer = Lexer(text)
    guard lexer.letters.count <= longest else {
      let problem = ExpressionFault.Problem.tooLong(found: lexer.letters.count, limit: longest)
      throw ExpressionFault(problem, at: longest..<longest + 1, of: text)
    }
    var tokens: [Token] = []
    while let token = try lexer.next() { tokens.append(token) }
    tokens.append(Token(kind: .end, range: lexer.letters.count..<lexer.letters.count))
    return tokens
  }

  private init(_ text: String) {
    self.text = text
    letters = Array(text)
  }

  private func letter(_ offset: Int = 0) -> Character? {
    letters.indices.contains(place + offset) ? letters[place + offset] : nil
  }

  private func fault(_ found: String, _ wanted: String, at range: Range<Int>) -> ExpressionFault {
    ExpressionFault(.unexpected(found: found, wanted: wanted), at: range, of: text)
  }

  private mutating func next() throws(ExpressionFault) -> Token? {
    while let letter = letter(), letter.isWhitespace { place += 1 }
    guard let first = letter() else { return nil }
    let start = place
    let kind: Token.Kind
    if first.isDigit || first == "." && letter(1)?.isDigit == true {
      kind = .number(try number())
    } else if first.isNameStart {
      while let letter = letter(), letter.isNameStart || letter.isDigit { place += 1 }
      kind = .word(String(letters[start..<place]))
    } else if Character.quotes[first] != nil {
      kind = .text(try quoted())
    } else {
      kind = .sign(try sign())
    }
    return Token(kind: kind, range: start..<place)
  }

  private mutating func digits() {
    while letter()?.isDigit == true { place += 1 }
  }

  private mutating func number() throws(ExpressionFault) -> Double {
    let start = place
    digits()
    var isWhole = true
    if letter() == ".", letter(1)?.isDigit == true {
      isWhole = false
      place += 1
      digits()
    }
    if letter() == "e" || letter() == "E" {
      let sign = letter(1).map { "+-−".contains($0) } == true ? 1 : 0
      if letter(1 + sign)?.isDigit == true {
        isWhole = false
        place += 1 + sign
        digits()
      }
    }
    let spelt = String(letters[start..<place]).replacing("−", with: "-")
    if let letter = letter(), letter.isNameStart {
      throw fault(spelt + String(letter), "a number such as 12, 0.5 or 1e-3", at: start..<place + 1)
    }
    let value = Double(spelt.hasPrefix(".") ? "0" + spelt : spelt) ?? .infinity
    // Past 2^53 whole numbers would silently become their neighbours.
    guard value.isFinite, !isWhole || Int(spelt).map({ $0 <= 9_007_199_254_740_992 }) == true else {
      throw fault("a number too large to hold", "at most 9007199254740992", at: start..<place)
    }
    return value
  }

  private mutating func quoted() throws(ExpressionFault) -> String {
    let start = place
    let end = letter().flatMap { Character.quotes[$0] }
    var content = ""
    place += 1
    while let letter = letter(), letter != end {
      // Only a quote and a backslash need one before them.
      if letter == "\\", let escaped = self.letter(1), escaped == "\\" || escaped == end { place += 1 }
      content.append(letters[place])
      place += 1
    }
    guard letter() != nil else { throw fault("a text without an end", "a closing quote", at: start..<place) }
    place += 1
    return content
  }

  private static let others: [Character: Token.Sign] = [
    "≤": .atMost, "≥": .atLeast, "≠": .unequal, "−": .minus, "–": .minus, "×": .times, "·": .times, "÷": .divided,
  ]

  private mutating func sign() throws(ExpressionFault) -> Token.Sign {
    let start = place
    let first = letters[start]
    if let other = Self.others[first] {
      place += 1
      return other
    }
    for length in [2, 1] where start + length <= letters.count {
      guard let sign = Token.Sign(rawValue: String(letters[start..<start + length])) else { continue }
      place += length
      return sign
    }
    let hints: [Character: String] = ["=": "\"==\"", "&": "\"and\"", "|": "\"or\"", "^": "\"*\"", "%": "\"/\""]
    throw fault("\"\(first)\"", hints[first] ?? "a name, a number or a sign", at: start..<start + 1)
  }
}

extension Character {
  var isDigit: Bool { ("0"..."9").contains(self) && isASCII }
  var isNameStart: Bool { isLetter || self == "_" }

  /// Opening quotes with those that close them.
  static let quotes: [Character: Character] = ["\"": "\"", "'": "'", "“": "”", "„": "“", "‘": "’"]
}
