import CNcurses
import Glibc
import Screen

/// From ncurses' codes and control characters to keys.
enum KeyCodes {
  /// A key that ncurses knows; nil for those boxstep has no use for.
  static func key(code: Int32) -> Key? {
    if let known = keys[code] { return known }
    let number = Int(code) - Int(KEY_F0)
    return (1...63).contains(number) ? .function(number) : nil
  }

  /// A scalar as it was typed; nil for control characters without a meaning.
  static func key(scalar: Unicode.Scalar) -> Key? {
    switch scalar.value {
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    case 0x1B: .escape
    case 0x01...0x1A: Unicode.Scalar(scalar.value + 0x60).map { .control($0) }
    case 0x00...0x1F, 0x80...0x9F: nil
    default: .character(scalar)
    }
  }

  private static let keys: [Int32: Key] = [
    KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
    KEY_HOME: .home, KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
    // The corners of a keypad, in terminals that tell them apart.
    KEY_A1: .home, KEY_C1: .end, KEY_A3: .pageUp, KEY_C3: .pageDown,
    KEY_ENTER: .enter, KEY_BTAB: .backTab, KEY_BACKSPACE: .backspace,
    KEY_DC: .delete, KEY_IC: .insert,
  ]
}

/// Reads keys through ncurses.
struct KeyReader {
  /// One thing that ncurses read.
  private enum Item {
    case code(Int32)
    case scalar(Unicode.Scalar)
  }

  /// A pad: reading from a window that is on the screen would draw it.
  private let window: UnsafeMutablePointer<WINDOW>
  /// Read while looking behind an escape.
  private var ahead: Item?
  /// The beginning of a character.
  private var partial = mbstate_t()

  init?() {
    guard let window = newpad(1, 1) else { return nil }
    self.window = window
    keypad(window, true)
    meta(window, true)
    nodelay(window, true)
  }

  func free() { delwin(window) }

  /// The next key that was typed, if there is one by now.
  mutating func next() -> Key? {
    while let item = ahead ?? read() {
      ahead = nil
      if let key = key(for: item) { return key }
    }
    return nil
  }

  private mutating func key(for item: Item) -> Key? {
    switch item {
    case .code(KEY_MOUSE): return mouse(sequence())
    case .code(let code): return KeyCodes.key(code: code)
    case .scalar("\u{1B}"): return afterEscape()
    case .scalar(let scalar): return KeyCodes.key(scalar: scalar)
    }
  }

  /// An escape and what came with it: nothing, a key held with Alt, or a sequence that ncurses does not know,
  /// which is dropped as a whole.
  private mutating func afterEscape() -> Key? {
    switch read() {
    case nil: return .escape
    case .scalar("["): return mouse(sequence())
    case .scalar("]"): return afterBracket()
    case .scalar("O"):
      _ = read()
      return nil
    case let other:
      ahead = other
      return .escape
    }
  }

  /// "]" held with Alt, or what the terminal says of itself: that ends with a bell, or with an escape and "\".
  private mutating func afterBracket() -> Key? {
    var text = ""
    while text.count < 64, case .scalar(let scalar) = read() ?? waitAndRead(), scalar != "\u{7}", scalar != "\\" {
      if scalar != "\u{1B}" { text.unicodeScalars.append(scalar) }
    }
    if let background = Appearance.Background(answer: text) { return .background(background) }
    guard text.isEmpty else { return nil }
    ahead = .scalar("]")
    return .escape
  }

  /// A mouse's report in SGR's form; nil for any other sequence. ncurses may have read its beginning.
  private func mouse(_ sequence: [Unicode.Scalar]) -> Key? {
    guard let last = sequence.last, last == "M" || last == "m" else { return nil }
    var text = String(String.UnicodeScalarView(sequence.dropLast()))
    if text.hasPrefix("<") { text.removeFirst() }
    return Mouse(report: text, isPress: last == "M").map(Key.mouse)
  }

  /// What follows up to the last byte, which alone is a letter or the like. Its bytes may still be on their way.
  private mutating func sequence() -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    while scalars.count < 64, case .scalar(let scalar) = read() ?? waitAndRead() {
      scalars.append(scalar)
      // The "<" of a mouse's report is no end.
      if ("@"..."~").contains(scalar) { break }
    }
    return scalars
  }

  private mutating func waitAndRead() -> Item? {
    var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&file, 1, 25) > 0 ? read() : nil
  }

  /// Byte by byte: get_wch loses the beginning of a character whose end has yet to arrive.
  private mutating func read() -> Item? {
    while true {
      let value = wgetch(window)
      if value == ERR { return nil }
      guard let byte = UInt8(exactly: value) else { return .code(value) }
      if let scalar = decode(byte) { return .scalar(scalar) }
    }
  }

  /// The character that a byte completes in the user's encoding; bytes that make none are dropped.
  private mutating func decode(_ byte: UInt8) -> Unicode.Scalar? {
    var character: wchar_t = 0
    let length = withUnsafeBytes(of: byte) {
      mbrtowc(&character, $0.bindMemory(to: CChar.self).baseAddress, 1, &partial)
    }
    switch length {
    case 0, 1: return Unicode.Scalar(UInt32(bitPattern: character))
    case Self.incomplete: return nil
    default: return restart(at: byte)
    }
  }

  /// The byte does not go on with what came before; it may begin something.
  private mutating func restart(at byte: UInt8) -> Unicode.Scalar? {
    partial = mbstate_t()
    return byte < 0x80 ? Unicode.Scalar(byte) : nil
  }

  /// What mbrtowc returns for (size_t)-2.
  private static let incomplete = Int(bitPattern: UInt.max - 1)
}
