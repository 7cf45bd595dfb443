/// An expression as it was written: what belongs to what, before any name is looked up.
struct Syntax: Hashable, Sendable {
  indirect enum Form: Hashable, Sendable {
    case number(Double)
    case text(String)
    case boolean(Bool)
    case path(Path)
    case call(Word, [Syntax])
    case negated(Syntax)
    case not(Syntax)
    /// Whether it is another than a moment ago.
    case changes(Syntax)
    case sum(Syntax, [Step<Additive>])
    case product(Syntax, [Step<Multiplicative>])
    /// `a < b <= c`: each with the next.
    case comparison(Syntax, [Step<Comparison>])
    case and([Syntax])
    case or([Syntax])
  }

  struct Step<Operator: Hashable & Sendable>: Hashable, Sendable {
    let sign: Operator
    let operand: Syntax
  }

  enum Additive: String, Sendable {
    case plus = "+"
    case minus = "-"
  }

  enum Multiplicative: String, Sendable {
    case times = "*"
    case divided = "/"
  }

  enum Comparison: String, Sendable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case equal = "=="
    case unequal = "!="
  }

  struct Word: Hashable, Sendable {
    let text: String
    let range: Range<Int>
  }

  /// `gt[2].max_iou`: a name and the ways on from it.
  struct Path: Hashable, Sendable {
    enum Turn: Hashable, Sendable {
      case field(Word)
      case index(Syntax)
    }
    let head: Word
    let turns: [Turn]
  }

  let form: Form
  let range: Range<Int>

  /// A single name, nothing after it.
  var bareWord: Word? {
    if case .path(let path) = form, path.turns.isEmpty { path.head } else { nil }
  }
}

extension Syntax: CustomStringConvertible {
  /// The one way to write it: ASCII signs, single spaces, no parentheses but those that are needed.
  var description: String {
    switch form {
    case .number(let number): Self.digits(number)
    case .text(let text): Self.quoted(text)
    case .boolean(let value): value ? "true" : "false"
    case .path(let path): path.description
    case .call(let function, let arguments):
      "\(function.text)(\(arguments.map(\.description).joined(separator: ", ")))"
    case .negated(let operand): "-\(operand.text(atLeast: 9))"
    case .not(let operand): "not \(operand.text(atLeast: 3))"
    case .changes(let operand): "\(operand.text(atLeast: 4)) changes"
    case .sum(let first, let rest): Self.chain(first, rest, atLeast: 7)
    case .product(let first, let rest): Self.chain(first, rest, atLeast: 8)
    case .comparison(let first, let rest): Self.chain(first, rest, atLeast: 6)
    case .and(let parts): parts.map { $0.text(atLeast: 3) }.joined(separator: " and ")
    case .or(let parts): parts.map { $0.text(atLeast: 2) }.joined(separator: " or ")
    }
  }

  static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  /// How tightly the outermost operation binds.
  private var strength: Int {
    switch form {
    case .or: 1
    case .and: 2
    case .not: 3
    case .changes: 4
    case .comparison: 5
    case .sum: 6
    case .product: 7
    case .negated: 8
    case .number, .text, .boolean, .path, .call: 9
    }
  }

  private func text(atLeast wanted: Int) -> String { strength < wanted ? "(\(self))" : description }

  private static func chain<Sign: RawRepresentable<String>>(
    _ first: Syntax, _ rest: [Step<Sign>], atLeast strength: Int
  ) -> String {
    rest.reduce(first.text(atLeast: strength)) {
      "\($0) \($1.sign.rawValue) \($1.operand.text(atLeast: strength))"
    }
  }

  private static func digits(_ number: Double) -> String {
    number == number.rounded() && number < 1e16 ? String(Int(number)) : String(number)
  }
}

extension Syntax.Path: CustomStringConvertible {
  var description: String {
    turns.reduce(head.text) { text, turn in
      switch turn {
      case .field(let word): "\(text).\(word.text)"
      case .index(let index): "\(text)[\(index)]"
      }
    }
  }
}
