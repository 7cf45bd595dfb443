extension Unicode.Scalar {
  /// How many columns a terminal gives the glyph: 0 for what combines, 2 for East Asian wide.
  var columns: Int {
    if value < 0x300 { return value == 0xAD ? 0 : 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return Self.wide.contains { $0.contains(value) } ? 2 : 1
    }
  }

  /// The glyph itself, or a question mark for what a terminal would obey rather than show.
  var shown: Unicode.Scalar {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x2029: "?"
    default: self
    }
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
    0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
    0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
  ]
}

extension String {
  /// The columns the text takes on a terminal.
  var columns: Int { unicodeScalars.reduce(0) { $0 + $1.shown.columns } }

  /// The text cut to a number of columns, with "…" where something was cut.
  func fitted(_ columns: Int) -> String {
    guard self.columns > columns else { return self }
    return columns > 0 ? prefix(columns: columns - 1) + "…" : ""
  }

  /// The text, or where it does not fit its beginning up to a pause: what stands before ": ", "; ", ", " or " (".
  package func fittedAtPause(_ columns: Int) -> String {
    guard self.columns > columns else { return self }
    func heads(_ pauses: [String]) -> [String] {
      indices.compactMap { index -> String? in
        let rest = self[index...]
        guard pauses.first(where: { rest.hasPrefix($0) }) != nil else { return nil }
        let head = String(self[..<index])
        // Nothing is left open, and no list is cut in its middle.
        let isInside = head.count { $0 == "(" } > head.count { $0 == ")" }
        let isList = rest.hasPrefix(",") && (rest.contains(" and ") || rest.contains(" or "))
        return isInside || isList || head.columns > columns || head.columns * 7 < columns ? nil : head
      }
    }
    return heads([": ", "; ", " ("]).last ?? heads([", "]).last ?? fitted(columns)
  }

  /// As many whole sentences as so many lines have room for; of one that is too long, its beginning.
  package func wrappedSentences(_ columns: Int, lines count: Int) -> [String] {
    let all = wrapped(columns)
    guard all.count > count, count > 0 else { return Array(all.prefix(max(0, count))) }
    // A point between blanks is a sign of multiplication.
    let ends = indices.filter { self[$0...].hasPrefix(". ") && !self[..<$0].hasSuffix(" ") }
    let whole = ends.reversed().lazy.map { String(self[...$0]).wrapped(columns) }.first { $0.count <= count }
    // Rather a sentence that breaks off than half the room left empty.
    guard let whole, whole.count * 2 > count else { return wrapped(columns, lines: count) }
    return whole
  }

  /// The text cut in its middle, for names whose end tells most.
  func fittedInMiddle(_ columns: Int) -> String {
    guard self.columns > columns, columns > 8 else { return fitted(columns) }
    let end = String(String(reversed()).prefix(columns: (columns - 1) / 2).reversed())
    return prefix(columns: columns - 1 - end.columns) + "…" + end
  }

  /// Where the text does not fit, only the ends of the paths in it, from the last on.
  func withShortPaths(_ columns: Int) -> String {
    var words = split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for index in words.indices.reversed() where words[index].contains("/") {
      let excess = words.joined(separator: " ").columns - columns
      guard excess > 0 else { break }
      let kept = max(20, words[index].columns - excess - 1)
      guard words[index].columns > kept + 1 else { continue }
      words[index] = "…" + String(String(words[index].reversed()).prefix(columns: kept).reversed())
    }
    return words.joined(separator: " ")
  }

  /// The longest beginning that fits.
  func prefix(columns: Int) -> String {
    var used = 0
    var kept = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      used += scalar.shown.columns
      if used > columns { break }
      kept.append(scalar)
    }
    return String(kept)
  }

  func padded(_ columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - self.columns))
  }

  func padded(left columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - self.columns)) + self
  }

  /// The text broken at spaces into lines of at most so many columns; a longer word is broken inside.
  func wrapped(_ columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      var word = String(word)
      if word.isEmpty && line.isEmpty { continue }
      if !line.isEmpty && line.columns + 1 + word.columns <= columns {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line.withoutBlanksAtEnd) }
      while word.columns > columns {
        let head = word.prefix(columns: columns)
        guard !head.isEmpty else { return lines }
        lines.append(head)
        word = String(String.UnicodeScalarView(word.unicodeScalars.dropFirst(head.unicodeScalars.count)))
      }
      line = word
    }
    if !line.isEmpty { lines.append(line.withoutBlanksAtEnd) }
    return lines
  }

  private var withoutBlanksAtEnd: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  /// As `wrapped`, but no more than so many lines: the last ends with "…" where text was left out.
  func wrapped(_ columns: Int, lines count: Int) -> [String] {
    let lines = wrapped(columns)
    guard lines.count > count, count > 0 else { return Array(lines.prefix(max(0, count))) }
    var kept = Array(lines.prefix(count))
    let last = kept[count - 1]
    kept[count - 1] = last.columns < columns ? last + "…" : last.prefix(columns: columns - 1) + "…"
    return kept
  }
}

extension Int {
  /// A number rounded down into a range; nil for what is no number.
  init?(_ number: Double, in range: ClosedRange<Int>) {
    guard !number.isNaN else { return nil }
    self = Int(
      Swift.min(Swift.max(number, Double(range.lowerBound)), Double(range.upperBound)).rounded(.down))
  }

  func clamped(to range: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
