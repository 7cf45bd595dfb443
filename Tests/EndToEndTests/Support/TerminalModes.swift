import Glibc

/// What a terminal does with what is typed and written: echo, line editing, signals.
struct TerminalModes: Equatable {
  var input: UInt32 = 0
  var output: UInt32 = 0
  var control: UInt32 = 0
  var local: UInt32 = 0
  var characters: [UInt8] = []

  /// When there is no terminal to ask.
  static let fresh = TerminalModes()

  init() {}

  init(of file: Int32, orElse other: TerminalModes) {
    var modes = termios()
    guard tcgetattr(file, &modes) == 0 else {
      self = other
      return
    }
    input = modes.c_iflag
    output = modes.c_oflag
    control = modes.c_cflag
    local = modes.c_lflag
    characters = withUnsafeBytes(of: modes.c_cc) { Array($0) }
  }
}
