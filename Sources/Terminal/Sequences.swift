import CNcurses

/// The terminal's own strings, as its description has them.
struct Sequences {
  /// Attributes off and the terminal's own colours.
  let reset: [UInt8]
  let attributes: [[UInt8]]
  /// Both colours the terminal's own; empty where there are none.
  private let ownColors: [UInt8]
  /// Whether one colour can be given back without the other.
  let givesBackEither: Bool
  private let foregrounds: [[UInt8]]
  private let backgrounds: [[UInt8]]
  /// Attributes that do not go with colours.
  let colorless: Attributes
  /// Whether a glyph in the last cell of the last row would move everything up.
  let scrollsAtEnd: Bool
  let isUTF8: Bool
  /// Blanks from the cursor to the end of the row; empty where there is no such thing.
  let clearRow = Sequences.bytes("el")
  /// Whether what is erased takes the background that is set.
  let erasesInColor = curses_has("bce")
  private let hasEraser = curses_capability("ech") != nil
  private let hasColumn = curses_capability("hpa") != nil
  private let hasForward = curses_capability("cuf") != nil

  /// - Parameter codes: what the terminal calls each colour, by the palette's number.
  init(codes: [Int32]) {
    let off = Self.bytes("sgr0")
    let isANSI = off.contains(Array("\u{1B}[m".utf8)) || off.contains(Array("\u{1B}[0m".utf8))
    reset = isANSI ? Array("\u{1B}[m".utf8) : off
    attributes = ["bold", "dim", "smul", "rev"].map { Self.bytes($0) }
    ownColors = Self.bytes("op")
    givesBackEither = ownColors == Array("\u{1B}[39;49m".utf8)
    foregrounds = codes.map { Self.bytes("setaf", $0) }
    backgrounds = codes.map { Self.bytes("setab", $0) }
    let video = curses_number("ncv")
    // The description's bits: 2 underline, 4 reverse, 16 dim, 32 bold.
    let bits: [(Int32, Attributes)] = [(32, .bold), (16, .dim), (2, .underline), (4, .reverse)]
    colorless = bits.reduce(into: []) { if video > 0, video & $1.0 != 0 { $0.insert($1.1) } }
    scrollsAtEnd = curses_has("am") && !curses_has("xenl")
    isUTF8 = String(cString: nl_langinfo(nl_item(CODESET))) == "UTF-8"
  }

  /// What makes the foreground a colour of the palette; nil is the terminal's own.
  func foreground(_ number: Int?) -> [UInt8] {
    guard let number else { return givesBackEither ? Array("\u{1B}[39m".utf8) : ownColors }
    return foregrounds.indices.contains(number) ? foregrounds[number] : []
  }

  func background(_ number: Int?) -> [UInt8] {
    guard let number else { return givesBackEither ? Array("\u{1B}[49m".utf8) : ownColors }
    return backgrounds.indices.contains(number) ? backgrounds[number] : []
  }

  /// The shortest way to a place.
  func move(from old: (column: Int, row: Int)?, to new: (column: Int, row: Int)) -> [UInt8] {
    var best = Self.bytes("cup", Int32(new.row), Int32(new.column))
    guard let old, old.row == new.row else { return best }
    if hasColumn { best = Self.shorter(best, Self.bytes("hpa", Int32(new.column))) }
    if hasForward, new.column > old.column {
      best = Self.shorter(best, Self.bytes("cuf", Int32(new.column - old.column)))
    }
    return best
  }

  /// Blanks in place of so many cells from the cursor on, which stays; empty where there is no such thing.
  func erase(_ count: Int) -> [UInt8] { hasEraser ? Self.bytes("ech", Int32(clamping: count)) : [] }

  private static func shorter(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { !b.isEmpty && b.count < a.count ? b : a }

  /// A string of the description without the pauses, written `$<5>`, that terminals of long ago needed.
  static func bytes(_ name: String, _ first: Int32 = 0, _ second: Int32 = 0) -> [UInt8] {
    guard let text = curses_string(name, first, second) else { return [] }
    var rest = Array(String(cString: text).utf8)[...]
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
        rest = rest[(end + 1)...]
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}

struct Attributes: OptionSet, Hashable {
  let rawValue: Int

  static let bold = Attributes(rawValue: 1)
  static let dim = Attributes(rawValue: 2)
  static let underline = Attributes(rawValue: 4)
  static let reverse = Attributes(rawValue: 8)
}
