import Glibc

/// What a terminal does with what is typed and written: echo, line editing, signals.
struct TerminalModes: Equatable {
  var input: UInt32 = 0
  var output: UInt32 = 0
  var control: UInt32 = 0
  var local: UInt32 = 0
  var characters: [UInt8] = []

  /// All zeros when there is no terminal to ask.
  init(of file: Int32) {
    var modes = termios()
    guard tcgetattr(file, &modes) == 0 else { return }
    input = modes.c_iflag
    output = modes.c_oflag
    control = modes.c_cflag
    local = modes.c_lflag
    characters = withUnsafeBytes(of: modes.c_cc) { Array($0) }
  }
}
