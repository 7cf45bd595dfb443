#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Words for people go to standard error; data goes to standard output.
enum Words {
  static func say(_ text: String) { write(text + "\n") }

  /// Without ending the line.
  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { system(STDERR_FILENO, $0) }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }

  private static func system(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(file, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(file, bytes.baseAddress, bytes.count)
    #endif
  }

  static func fail(_ message: String, code: Int32 = 2) -> Never {
    say(message.hasPrefix("Error:") ? message : "Error: \(message)")
    exit(code)
  }

  /// Whether a person reads standard error on a terminal.
  static var areOnTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether a person sits at both ends.
  static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }
}
