internal import CYaml

/// The text of a document, made ready for libyaml: checked UTF-8 without control characters, and JSON's
/// `\ud83d\ude00` pairs, which YAML does not have, rewritten as YAML's `\U0001f600`.
struct YAMLText {
  private(set) var bytes: [UInt8]
  /// Places of the rewritten escapes in file order, counted from 0 in the rewritten text.
  private var rewritten: [(line: Int, column: Int)] = []
  /// An escape pair takes twelve characters, what replaces it ten.
  private static let charactersSaved = 2

  init(_ raw: [UInt8], source: String) throws(Fault) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    bytes = raw.starts(with: mark) ? Array(raw.dropFirst(mark.count)) : raw
    try Self.check(bytes, source)
    if isJSON { rewriteSurrogatePairs() }
  }

  /// Line and column from 1 in the file as it was given.
  func position(_ mark: yaml_mark_t) -> (line: Int, column: Int) {
    let line = Int(clamping: mark.line)
    let column = Int(clamping: mark.column)
    let onThisLine = firstRewritten(notBefore: (line, column)) - firstRewritten(notBefore: (line, 0))
    return (line + 1, column + onThisLine * Self.charactersSaved + 1)
  }

  private func firstRewritten(notBefore place: (line: Int, column: Int)) -> Int {
    var low = 0
    var high = rewritten.count
    while low < high {
      let middle = (low + high) / 2
      if (rewritten[middle].line, rewritten[middle].column) < place {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private var isJSON: Bool {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}

extension YAMLText {
  private static func check(_ bytes: [UInt8], _ source: String) throws(Fault) {
    var cursor = Cursor()
    var decoder = UTF8()
    var input = bytes.makeIterator()
    while true {
      let reason: String
      switch decoder.decode(&input) {
      case .emptyInput: return
      case .error: reason = "the text is not UTF-8"
      case .scalarValue(let scalar):
        if isAllowed(scalar) {
          cursor.pass(scalar)
          continue
        }
        reason = "a control character (U+\(String(scalar.value, radix: 16, uppercase: true)))"
      }
      throw Fault(
        .corrupt(format: "YAML or JSON", reason: reason),
        at: .init(source, line: cursor.line + 1, column: cursor.column + 1))
    }
  }

  /// YAML's printable characters; libyaml refuses the others too, but without saying where.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// Lines and columns from 0, a column for each character, as libyaml counts them.
  private struct Cursor {
    var line = 0
    var column = 0
    private var afterReturn = false

    mutating func pass(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x0A where afterReturn: break
      case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
        line += 1
        column = 0
      default: column += 1
      }
      afterReturn = scalar.value == 0x0D
    }
  }

  private mutating func rewriteSurrogatePairs() {
    guard bytes.contains(UInt8(ascii: "\\")) else { return }
    var output = String.UnicodeScalarView()
    var cursor = Cursor()
    let input = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    var i = 0
    func put(_ scalar: Unicode.Scalar) {
      output.append(scalar)
      cursor.pass(scalar)
    }
    while i < input.count {
      if input[i] == "\\", let pair = Self.surrogatePair(input, at: i) {
        rewritten.append((cursor.line, cursor.column))
        for scalar in pair.unicodeScalars { put(scalar) }
        i += 12
      } else if input[i] == "\\", i + 1 < input.count {
        // What follows a backslash is no start of an escape, were it a backslash itself.
        put(input[i])
        put(input[i + 1])
        i += 2
      } else {
        put(input[i])
        i += 1
      }
    }
    bytes = Array(String(output).utf8)
  }

  /// The YAML escape for a JSON pair such as `\ud83d\ude00` that begins at `start`, or nil.
  private static func surrogatePair(_ text: [Unicode.Scalar], at start: Int) -> String? {
    guard let high = escapedUnit(text, at: start), (0xD800...0xDBFF).contains(high),
      let low = escapedUnit(text, at: start + 6), (0xDC00...0xDFFF).contains(low)
    else { return nil }
    let hex = String(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), radix: 16)
    return "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
  }

  private static func escapedUnit(_ text: [Unicode.Scalar], at start: Int) -> UInt32? {
    guard start + 6 <= text.count, text[start] == "\\", text[start + 1] == "u" else { return nil }
    var unit: UInt32 = 0
    for scalar in text[(start + 2)..<(start + 6)] {
      guard let digit = Character(scalar).hexDigitValue, scalar.isASCII else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
