import CNcurses

/// What brings the screen down without ncurses' help, which a dying process cannot ask for.
enum Reset {
  /// The terminal's own strings: no colours and attributes, own colours, keypad off, cursor on, main screen.
  /// To be asked for once ncurses knows the terminal.
  static var bytes: [CChar] {
    var text = mouseOff + capability("sgr0") + capability("op") + capability("rmkx") + capability("cnorm")
    let leave = capability("rmcup")
    // Without a second screen the drawing stays; what follows begins below it.
    text += leave.isEmpty ? lastLine() + Array("\r\n".utf8) : leave
    return text.map { CChar(bitPattern: $0) }
  }

  private static var mouseOff: [UInt8] {
    capability("kmous").isEmpty ? [] : Array("\u{1B}[?1006l\u{1B}[?1003l\u{1B}[?1002l\u{1B}[?1000l".utf8)
  }

  private static func lastLine() -> [UInt8] { Sequences.bytes("cup", Int32(max(0, curses_rows() - 1))) }

  private static func capability(_ name: String) -> [UInt8] { Sequences.bytes(name) }
}
