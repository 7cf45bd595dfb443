import Traces

/// What could be written at the cursor.
package struct Completion: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// A name that more follows: `gt`, `match`.
    case group
    /// A value.
    case value
    case parameter
    case function
    /// `and`, `changes`.
    case word
    /// What a value can be: `positive`, `"boat"`.
    case literal
    case index
  }

  package let kind: Kind
  /// What stands in the place of the range.
  package let text: String
  /// Characters of the expression: the part of the word that is there already.
  package let range: Range<Int>
  /// A few words: what it means, its unit, how many there are.
  package let meaning: String

  /// The expression with it, and where the cursor then is.
  package func applied(to text: String) -> (text: String, cursor: Int) {
    let letters = Array(text)
    let range = range.clamped(to: 0..<letters.count)
    let before = String(letters[..<range.lowerBound]) + self.text
    return (before + String(letters[range.upperBound...]), before.count)
  }
}

extension Expression {
  /// What could be written at a place of a text that is not yet an expression: names that the table and the trace have,
  /// functions, indices, words. Nothing for a place where only the user knows, such as inside a number.
  ///
  /// - Parameters:
  ///   - cursor: how many characters stand before it.
  ///   - trace: nil where there is none yet; then only what every trace has.
  ///   - rows: the list that the expression is to filter.
  package static func completions(
    of text: String, at cursor: Int, in trace: Trace?, forEach rows: Rows? = nil
  ) -> [Completion] {
    let letters = Array(text.prefix(max(0, cursor)))
    guard letters.count <= Lexer.longest else { return [] }
    let place = CompletionPlace(letters)
    let choices = CompletionChoices(trace: trace, rows: rows)
    return place.completions(from: choices)
  }
}

/// Something to write, before it is known where.
struct Choice {
  let kind: Completion.Kind
  let text: String
  let meaning: String

  init(_ kind: Completion.Kind, _ text: String, _ meaning: String = "") {
    self.kind = kind
    self.text = text
    self.meaning = meaning
  }
}

/// Where the cursor is: what has been begun, and what stands before it.
struct CompletionPlace {
  private let letters: [Character]

  init(_ letters: [Character]) { self.letters = letters }

  func completions(from choices: CompletionChoices) -> [Completion] {
    if let quote = openQuote {
      let words = operand(beforeComparisonAt: quote).map { choices.literals(of: $0, quoted: true) } ?? []
      return matching(words, from: quote, begun: String(letters[(quote + 1)...]))
    }
    let start = wordStart(before: letters.count)
    let begun = String(letters[start...])
    guard begun.first?.isDigit != true || letters[..<start].last == "[" else { return [] }
    return matching(found(at: start, isBegun: !begun.isEmpty, choices), from: start, begun: begun)
  }

  private func found(at start: Int, isBegun: Bool, _ choices: CompletionChoices) -> [Choice] {
    if start > 0, letters[start - 1] == "." { return path(before: start - 1).map(choices.fields) ?? [] }
    let last = (0..<start).last { !letters[$0].isWhitespace }
    guard let last else { return choices.beginnings }
    if letters[last] == "[" { return (path(before: last).map(choices.indices) ?? []) + choices.beginnings }
    if let operand = operand(beforeComparisonAt: start) {
      return choices.literals(of: operand, quoted: false) + choices.beginnings
    }
    return endsOperand(last) ? (last + 1 < start ? CompletionChoices.operators : []) : choices.beginnings
  }

  /// Those that begin like what is there; after them those that have it further on.
  private func matching(_ choices: [Choice], from start: Int, begun: String) -> [Completion] {
    let begun = begun.lowercased()
    func bare(_ text: String) -> String {
      text.hasPrefix("\"") ? String(text.dropFirst()).lowercased() : text.lowercased()
    }
    var (first, later): ([Choice], [Choice]) = ([], [])
    var seen: Set<String> = []
    for choice in choices where seen.insert(choice.text).inserted {
      if bare(choice.text).hasPrefix(begun) {
        first.append(choice)
      } else if begun.count > 1, bare(choice.text).contains(begun) {
        later.append(choice)
      }
    }
    return (first + later).map {
      Completion(kind: $0.kind, text: $0.text, range: start..<letters.count, meaning: $0.meaning)
    }
  }

  // MARK: Looking back

  /// Where a quote was opened that is not closed yet.
  private var openQuote: Int? {
    var open: (place: Int, end: Character)?
    var place = 0
    while place < letters.count {
      if let quote = open {
        if letters[place] == "\\" {
          place += 1
        } else if letters[place] == quote.end {
          open = nil
        }
      } else if let end = Character.quotes[letters[place]] {
        open = (place, end)
      }
      place += 1
    }
    return open?.place
  }

  private func wordStart(before end: Int) -> Int {
    var start = end
    while start > 0, letters[start - 1].isNameStart || letters[start - 1].isDigit { start -= 1 }
    return start
  }

  private func endsOperand(_ place: Int) -> Bool {
    let letter = letters[place]
    if letter == ")" || letter == "]" || letter == "\"" || letter == "'" || letter == "”" { return true }
    guard letter.isNameStart || letter.isDigit else { return false }
    return !["and", "or", "not"].contains(String(letters[wordStart(before: place + 1)...place]))
  }

  /// The path that ends at a place: names, dots and indices without a space.
  private func path(before end: Int) -> String? {
    var start = end
    while start > 0 {
      if letters[start - 1] == "]" {
        guard let open = opening(of: start - 1) else { return nil }
        start = open
      } else if letters[start - 1].isNameStart || letters[start - 1].isDigit || letters[start - 1] == "." {
        start -= 1
      } else {
        break
      }
    }
    return start < end ? String(letters[start..<end]) : nil
  }

  private func opening(of close: Int) -> Int? {
    var depth = 0
    for place in stride(from: close, through: 0, by: -1) {
      if letters[place] == "]" { depth += 1 }
      if letters[place] == "[" { depth -= 1 }
      if depth == 0 { return place }
    }
    return nil
  }

  /// The path that is compared by `==` or `!=` with what begins at a place.
  private func operand(beforeComparisonAt start: Int) -> String? {
    var end = start
    while end > 0, letters[end - 1].isWhitespace { end -= 1 }
    if end >= 2, ["==", "!="].contains(String(letters[end - 2..<end])) {
      end -= 2
    } else if end >= 1, letters[end - 1] == "≠" {
      end -= 1
    } else {
      return nil
    }
    while end > 0, letters[end - 1].isWhitespace { end -= 1 }
    return path(before: end)
  }
}
