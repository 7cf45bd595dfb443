import Expressions
import Scenes
import Traces

/// Narration: words with **bold**, *italic* and `code`, and {expressions} whose values stand in their place.
package struct Prose: Sendable {
  package enum Style: Hashable, Sendable {
    case plain
    case bold
    case italic
    case code
  }

  package enum Piece: Sendable {
    case words(String, Style)
    /// A value, with so many digits: `{loss.cls}`, `{gt[1].max_iou|2}`.
    case value(Expression, digits: Int, Style, Fault.Place)
    /// The end of a paragraph.
    case paragraph
  }

  package let pieces: [Piece]
  package let place: Fault.Place

  /// How many digits a number has unless its braces say otherwise.
  package static let digits = 3

  /// - Parameter value: text, over several lines as a literal block (`|`) has them.
  /// - Throws: a fault at the line of a brace or mark without its end, or of an expression that is none.
  init(_ value: YAMLValue, wanted: String) throws(Fault) {
    place = value.place
    var reader = ProseReader(try value.text(wanted: wanted), at: value.place)
    pieces = try reader.read()
  }

  package var values: [(expression: Expression, place: Fault.Place)] {
    pieces.compactMap { if case .value(let expression, _, _, let place) = $0 { (expression, place) } else { nil } }
  }

  /// As text, with what a function makes of each value.
  package func text(_ word: (Expression, Int) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .words(let text, _): text
      case .value(let expression, let digits, _, _): word(expression, digits)
      case .paragraph: "\n\n"
      }
    }.joined()
  }
}

/// Reads marked-up text character by character.
private struct ProseReader {
  private let characters: [Character]
  private let start: Fault.Place
  private var index = 0
  private var pieces: [Prose.Piece] = []
  private var words = ""
  private var style = Prose.Style.plain
  private var lines = 0
  /// Where the style began.
  private var opened: Fault.Place?

  init(_ text: String, at place: Fault.Place) {
    characters = Array(text)
    start = place
  }

  /// Where the reading is: in a block the text begins on the line below its `|`.
  private var place: Fault.Place {
    var place = start
    if characters.contains("\n") {
      place.line = start.line.map { $0 + 1 + lines }
      place.column = nil
    }
    return place
  }

  mutating func read() throws(Fault) -> [Prose.Piece] {
    while index < characters.count {
      switch characters[index] {
      case "{" where style != .code: try readValue()
      case "`": try toggle(.code, by: 1)
      case "*" where style != .code && next == "*": try toggle(.bold, by: 2)
      case "*" where style != .code: try toggle(.italic, by: 1)
      case "\n": try readLineEnd()
      case let character:
        words.append(character)
        index += 1
      }
    }
    flush()
    try checkEnded()
    return pieces
  }

  private func checkEnded() throws(Fault) {
    guard style != .plain else { return }
    throw Fault(.mismatch(found: "\(style) that does not end", wanted: "its closing mark"), at: opened ?? place)
  }

  private var next: Character? { index + 1 < characters.count ? characters[index + 1] : nil }

  private mutating func flush() {
    if !words.isEmpty { pieces.append(.words(words, style)) }
    words = ""
  }

  private mutating func toggle(_ wanted: Prose.Style, by count: Int) throws(Fault) {
    flush()
    if style != wanted { try checkEnded() }
    style = style == wanted ? .plain : wanted
    opened = style == .plain ? nil : place
    index += count
  }

  /// One line ends: a space. Two: a paragraph.
  private mutating func readLineEnd() throws(Fault) {
    var ends = 0
    while index < characters.count, characters[index] == "\n" || characters[index] == " " {
      if characters[index] == "\n" { (ends, lines) = (ends + 1, lines + 1) }
      index += 1
    }
    guard index < characters.count else { return }
    if ends == 1 { return words.append(" ") }
    flush()
    try checkEnded()
    pieces.append(.paragraph)
  }

  private mutating func readValue() throws(Fault) {
    let line = characters[index...].prefix { $0 != "\n" }
    guard let end = line.firstIndex(of: "}") else {
      throw Fault(.mismatch(found: "{ without }", wanted: "an expression in braces"), at: place)
    }
    flush()
    let inside = String(characters[index + 1..<end])
    let parts = inside.split(separator: "|", omittingEmptySubsequences: false)
    var digits = Prose.digits
    if parts.count == 2 {
      guard let number = Int(parts[1].filter { $0 != " " }), (1...9).contains(number) else {
        throw Fault(
          .mismatch(found: Fault.quoted(inside), wanted: "behind the | the number of digits, 1 to 9"), at: place)
      }
      digits = number
    }
    let expression = try Expression(String(parts[0]), at: place)
    pieces.append(.value(expression, digits: digits, style, place))
    index = end + 1
  }
}

extension Expression {
  /// - Throws: a fault at a place of a file that says what is wrong with it.
  init(_ text: String, at place: Fault.Place) throws(Fault) {
    do throws(ExpressionFault) {
      try self.init(parsing: text)
    } catch {
      throw Fault(.mismatch(found: Fault.quoted(text), wanted: "an expression: \(error)"), at: place)
    }
  }
}
