/// Walks over JSON from value to value without building a tree, so that a file of hundreds of megabytes costs no more
/// than its bytes. What nobody asks for is skipped by its brackets and quotes alone.
struct JSONCursor {
  static let maxDepth = 64

  let bytes: [UInt8]
  let source: String
  private(set) var index = 0

  init(_ bytes: [UInt8], source: String) {
    self.bytes = bytes
    self.source = source
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// The kind of value that comes next, by its first byte.
  enum Kind {
    case object
    case array
    case string
    /// A number, `true`, `false` or `null`.
    case plain
  }

  mutating func kind() throws(Fault) -> Kind {
    switch try next() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      return .plain
    default: throw corrupt("a value was expected")
    }
  }

  /// The same file from another place on.
  func at(_ index: Int) -> JSONCursor {
    var cursor = self
    cursor.index = index
    return cursor
  }

  /// Where the cursor stands: its line, and its column in characters. The file is counted through, so ask for faults.
  func place(field: String? = nil) -> Fault.Place {
    let end = min(index, bytes.count)
    var (line, start) = (1, 0)
    for i in 0..<end where bytes[i] == UInt8(ascii: "\n") { (line, start) = (line + 1, i + 1) }
    let column = bytes[start..<end].count { $0 & 0xC0 != 0x80 }
    return Fault.Place(source, line: line, column: column + 1, field: field)
  }

  func corrupt(_ reason: String) -> Fault { Fault(.corrupt(format: "JSON", reason: reason), at: place()) }
}

extension JSONCursor {
  /// Goes through an object's entries. The body is called with the cursor before each value and leaves it after it.
  mutating func entries(_ body: (inout JSONCursor, String) throws(Fault) -> Void) throws(Fault) {
    try enter(UInt8(ascii: "{"))
    guard try !leaves(UInt8(ascii: "}")) else { return }
    repeat {
      guard try next() == UInt8(ascii: "\"") else { throw corrupt("a key in quotes was expected") }
      let key = try string()
      guard try next() == UInt8(ascii: ":") else { throw corrupt("\":\" was expected") }
      index += 1
      passSpace()
      try body(&self, key)
    } while try goesOn(until: UInt8(ascii: "}"))
  }

  /// Goes through an array's values. The body is called with the cursor before each value and leaves it after it.
  mutating func values(_ body: (inout JSONCursor, Int) throws(Fault) -> Void) throws(Fault) {
    try enter(UInt8(ascii: "["))
    guard try !leaves(UInt8(ascii: "]")) else { return }
    var count = 0
    repeat {
      passSpace()
      try body(&self, count)
      count += 1
    } while try goesOn(until: UInt8(ascii: "]"))
  }

  /// Nothing but white space may follow.
  mutating func finish() throws(Fault) {
    passSpace()
    guard index >= bytes.count else { throw corrupt("more text after the end") }
  }

  /// A number, `true`, `false` or `null` as it is written.
  mutating func plain() throws(Fault) -> String {
    _ = try next()
    let start = index
    while index < bytes.count, !Self.endsPlain(bytes[index]) { index += 1 }
    guard index > start else { throw corrupt("a value was expected") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// A text in quotes.
  mutating func string() throws(Fault) -> String {
    let start = try next() == UInt8(ascii: "\"") ? index : index - 1
    guard start == index else { throw corrupt("a text in quotes was expected") }
    var isPlain = true
    index += 1
    while true {
      guard index < bytes.count else { throw at(start).corrupt("a text that does not end") }
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        index += 1
      }
      index += 1
    }
    let body = bytes[(start + 1)..<index]
    index += 1
    let text = isPlain ? String(validating: body, as: UTF8.self) : JSONEscapes.text(body)
    guard let text else { throw at(start).corrupt("a text that is not UTF-8, or has an escape JSON does not know") }
    return text
  }

  /// Passes over the value that comes next.
  mutating func skip() throws(Fault) {
    let start = index
    // Which of the brackets that are open are braces: a bit each.
    var (braces, depth) = (UInt64(0), 0)
    repeat {
      switch try next() {
      case UInt8(ascii: "\""): try passString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < Self.maxDepth else {
          throw Fault(
            .tooLarge(found: "values nested more than \(Self.maxDepth) deep", limit: "\(Self.maxDepth)"), at: place())
        }
        braces = braces << 1 | (bytes[index] == UInt8(ascii: "{") ? 1 : 0)
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0, (braces & 1 == 1) == (bytes[index] == UInt8(ascii: "}")) else {
          throw corrupt("a bracket that closes nothing")
        }
        braces >>= 1
        depth -= 1
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw at(start).corrupt("a value was expected") }
        index += 1
      default: while index < bytes.count, !Self.endsPlain(bytes[index]) { index += 1 }
      }
    } while depth > 0
  }
}

extension JSONCursor {
  /// The next byte that is no white space; the cursor stays on it.
  private mutating func next() throws(Fault) -> UInt8 {
    passSpace()
    guard index < bytes.count else { throw corrupt("the file ends too soon") }
    return bytes[index]
  }

  private mutating func passSpace() {
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
  }

  private mutating func enter(_ bracket: UInt8) throws(Fault) {
    guard try next() == bracket else { throw corrupt("\"\(Character(UnicodeScalar(bracket)))\" was expected") }
    index += 1
  }

  private mutating func leaves(_ bracket: UInt8) throws(Fault) -> Bool {
    guard try next() == bracket else { return false }
    index += 1
    return true
  }

  private mutating func goesOn(until bracket: UInt8) throws(Fault) -> Bool {
    if try leaves(bracket) { return false }
    guard bytes[index] == UInt8(ascii: ",") else {
      throw corrupt("\",\" or \"\(Character(UnicodeScalar(bracket)))\" was expected")
    }
    index += 1
    return true
  }

  private mutating func passString() throws(Fault) {
    let start = index
    index += 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard index < bytes.count else { throw at(start).corrupt("a text that does not end") }
    index += 1
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private static func endsPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
      UInt8(ascii: "]"), UInt8(ascii: "\""):
      true
    default: isSpace(byte)
    }
  }
}

/// JSON's escapes: `\n`, `\u00e9`, `\ud83d\ude00`.
private enum JSONEscapes {
  /// Nil for what is no escape, half a pair, or no UTF-8.
  static func text(_ body: ArraySlice<UInt8>) -> String? {
    var output: [UInt8] = []
    var rest = body
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        continue
      }
      guard let scalar = scalar(&rest), let encoded = UTF8.encode(scalar) else { return nil }
      output += encoded
    }
    return String(validating: output, as: UTF8.self)
  }

  private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let byte = rest.popFirst() else { return nil }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: return nil
    }
    guard let first = unit(&rest) else { return nil }
    guard (0xD800...0xDBFF).contains(first) else { return Unicode.Scalar(first) }
    guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"), let second = unit(&rest),
      (0xDC00...0xDFFF).contains(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
    guard rest.count >= 4 else { return nil }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = rest.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
