import CNcurses

/// What a cell looks like on a terminal: a glyph, and colours by the palette's numbers, nil for the terminal's own.
struct Paint: Hashable {
  var glyph: Unicode.Scalar
  var width: Int
  var foreground: Int?
  var background: Int?
  var attributes: Attributes

  /// The colour of a cell that is all of one, and .some(nil) for the terminal's own; nil for other cells.
  var fill: Int?? {
    switch glyph {
    case " " where attributes.isDisjoint(with: [.underline, .reverse]): .some(background)
    // Terminals may brighten one of the first colours where it is bold.
    case "█" where attributes.isEmpty && foreground != nil: .some(foreground)
    case "█" where attributes == .bold && foreground ?? 0 > 15: .some(foreground)
    case "▀" where attributes.isEmpty && foreground != nil && foreground == background: .some(foreground)
    default: nil
    }
  }
}

/// Collects the fewest bytes that paint cells one after another. What the terminal has set already is not sent again,
/// and where a cell can be written in several ways, the shortest is taken.
struct Pencil {
  private(set) var bytes: [UInt8] = []
  private let sequences: Sequences
  private let columns: Int
  /// Where the terminal's cursor stands; nil where that is not known.
  private var place: (column: Int, row: Int)?
  private var foreground: Int?
  private var background: Int?
  private var attributes: Attributes = []
  /// Whether the last bytes set colours or attributes, and can take in more of them.
  private var isSetting = false

  init(_ sequences: Sequences, columns: Int) {
    self.sequences = sequences
    self.columns = columns
  }

  /// A way of writing a cell; what is nil makes no difference to what is seen.
  private struct Spelling {
    var glyph: Unicode.Scalar
    var foreground: Int??
    var background: Int??
    var attributes: Attributes?
  }

  /// - Parameter count: how many cells like it follow, itself among them.
  mutating func put(_ paint: Paint, column: Int, row: Int, count: Int = 1) {
    move(to: (column, row))
    let ways = Self.spellings(of: paint)
    let way = ways.count == 1 ? ways[0] : shortest(ways, count)
    set(way)
    append(way.glyph)
    isSetting = false
    // Behind the last column terminals differ.
    place = column + paint.width < columns ? (column + paint.width, row) : nil
  }

  /// Blanks from a place to the end of its row, in the terminal's own colours.
  mutating func clear(from column: Int, row: Int) {
    move(to: (column, row))
    if background != nil || !attributes.isEmpty { resetAll() }
    bytes += sequences.clearRow
    isSetting = false
  }

  /// Erases cells of one colour, where that is shorter than to write blanks; false where it is not.
  /// - Parameter isLast: whether nothing follows in the row. Erasing leaves the cursor where it is, from where it has
  ///   to be moved on.
  mutating func erase(_ cells: Range<Int>, of paint: Paint, row: Int, isLast: Bool) -> Bool {
    guard let color = paint.fill, color == nil || sequences.erasesInColor else { return false }
    let erasure = sequences.erase(cells.count)
    guard !erasure.isEmpty, cells.count > erasure.count + (isLast ? 0 : 5) else { return false }
    move(to: (cells.lowerBound, row))
    set(Spelling(glyph: " ", foreground: nil, background: .some(color), attributes: nil))
    bytes += erasure
    isSetting = false
    return true
  }

  mutating func move(to new: (column: Int, row: Int)) {
    if let place, place == new { return }
    bytes += sequences.move(from: place, to: new)
    isSetting = false
    place = new
  }

  /// How many cells lie between here and a place to the right in the same row; nil for other places.
  func gap(to column: Int, _ row: Int) -> Range<Int>? {
    guard let place, place.row == row, place.column < column else { return nil }
    return place.column..<column
  }

  /// Whether a cell can be written without setting anything.
  func costsNothing(_ paint: Paint) -> Bool {
    paint.width == 1 && Self.spellings(of: paint).contains { cost(of: $0) == 0 && $0.glyph.isASCII }
  }

  /// Leaves the terminal with its own colours and no attributes.
  mutating func finish() {
    guard foreground != nil || background != nil || !attributes.isEmpty else { return }
    resetAll()
  }

  // MARK: - Spelling

  private static func spellings(of paint: Paint) -> [Spelling] {
    var all = [
      Spelling(
        glyph: paint.glyph, foreground: .some(paint.foreground), background: .some(paint.background),
        attributes: paint.attributes)
    ]
    if paint.glyph == " ", paint.attributes.isDisjoint(with: [.underline, .reverse]) {
      all[0].foreground = nil
      all[0].attributes = nil
    } else if paint.glyph == "▀", paint.attributes.isEmpty, let top = paint.foreground, let bottom = paint.background {
      // Two pixels of one colour are a blank, or a block; the lower half block has its colours the other way round.
      if top == bottom {
        all.append(Spelling(glyph: " ", foreground: nil, background: .some(bottom), attributes: nil))
        all.append(Spelling(glyph: "█", foreground: .some(top), background: nil, attributes: []))
      } else {
        all.append(Spelling(glyph: "▄", foreground: .some(bottom), background: .some(top), attributes: []))
      }
    } else if paint.glyph == "█", let color = paint.fill {
      all.append(Spelling(glyph: " ", foreground: nil, background: color, attributes: nil))
    }
    return all
  }

  private func shortest(_ ways: [Spelling], _ count: Int) -> Spelling {
    var best = (way: ways[0], bytes: Int.max)
    for way in ways {
      let bytes = cost(of: way) + count * UTF8.width(way.glyph)
      if bytes < best.bytes { best = (way, bytes) }
    }
    return best.way
  }

  /// An attribute that does not show on a blank must not be underline or reverse. Where a cell wants nothing at all,
  /// nothing is shorter.
  private func needsReset(_ way: Spelling) -> Bool {
    let wantsNothing = way.foreground == .some(.none) && way.background == .some(.none) && way.attributes == []
    let isShorter = sequences.reset.count < sequences.foreground(nil).count
    if wantsNothing, isShorter, foreground != nil || background != nil { return true }
    guard let wanted = way.attributes else { return !attributes.isDisjoint(with: [.underline, .reverse]) }
    return !attributes.isSubset(of: wanted)
  }

  private func cost(of way: Spelling) -> Int {
    var cost = 0
    var (front, back, now): (Int?, Int?, Attributes) = (foreground, background, attributes)
    if needsReset(way) {
      cost += sequences.reset.count
      (front, back, now) = (nil, nil, [])
    }
    for index in 0..<4 where (way.attributes ?? []).subtracting(now).rawValue >> index & 1 != 0 {
      cost += sequences.attributes[index].count
    }
    if case .some(let wanted) = way.foreground, wanted != front { cost += sequences.foreground(wanted).count }
    if case .some(let wanted) = way.background, wanted != back { cost += sequences.background(wanted).count }
    return cost
  }

  // MARK: - Setting

  private mutating func set(_ way: Spelling) {
    if needsReset(way) { resetAll() }
    let missing = (way.attributes ?? []).subtracting(attributes)
    for index in 0..<4 where missing.rawValue >> index & 1 != 0 { send(sequences.attributes[index]) }
    attributes.formUnion(missing)
    giveBackBoth(way)
    if case .some(let wanted) = way.foreground, wanted != foreground {
      send(sequences.foreground(wanted))
      foreground = wanted
    }
    if case .some(let wanted) = way.background, wanted != background {
      send(sequences.background(wanted))
      background = wanted
    }
  }

  /// Where one colour cannot be given back alone, both are.
  private mutating func giveBackBoth(_ way: Spelling) {
    guard !sequences.givesBackEither else { return }
    let losesFront = way.foreground == .some(.none) && foreground != nil
    let losesBack = way.background == .some(.none) && background != nil
    guard losesFront || losesBack else { return }
    send(sequences.background(nil))
    (foreground, background) = (nil, nil)
  }

  private mutating func resetAll() {
    send(sequences.reset)
    (foreground, background, attributes) = (nil, nil, [])
  }

  /// Settings in a row, each `ESC [ … m`, are one.
  private mutating func send(_ sequence: [UInt8]) {
    let isPlain = sequence.starts(with: [0x1B, UInt8(ascii: "[")]) && sequence.last == UInt8(ascii: "m")
    if isSetting, isPlain, sequence.count > 3 {
      bytes[bytes.count - 1] = UInt8(ascii: ";")
      bytes += sequence.dropFirst(2)
    } else {
      bytes += sequence
    }
    isSetting = isPlain
  }

  private mutating func append(_ glyph: Unicode.Scalar) {
    if sequences.isUTF8 || glyph.isASCII {
      bytes += Array(String(glyph).utf8)
    } else {
      var buffer = [CChar](repeating: 0, count: 32)
      var state = mbstate_t()
      let count = wcrtomb(&buffer, wchar_t(glyph.value), &state)
      bytes += (1...31).contains(count) ? buffer[..<count].map { UInt8(bitPattern: $0) } : [UInt8(ascii: "?")]
    }
  }
}
