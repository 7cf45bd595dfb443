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

  private static func lastLine() -> [UInt8] {
    plain(curses_move_string(max(0, curses_rows() - 1), 0))
  }

  private static func capability(_ name: String) -> [UInt8] { plain(curses_capability(name)) }

  /// Without the pauses, written `$<5>`, that terminals of long ago needed.
  private static func plain(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    guard let text else { return [] }
    var rest = Array(String(cString: text).utf8)[...]
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
        let end = rest.firstIndex(of: UInt8(ascii: ">"))
      {
        rest = rest[(end + 1)...]
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
