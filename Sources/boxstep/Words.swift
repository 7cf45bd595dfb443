import Foundation

/// Words for people go to standard error; data goes to standard output.
enum Words {
  static func say(_ text: String) { write(text + "\n") }

  /// Without ending the line. Nobody is left to tell when it can't be written.
  static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

  static func fail(_ message: String, code: Int32 = 2) -> Never {
    say(message.hasPrefix("Error:") ? message : "Error: \(message)")
    exit(code)
  }

  /// Whether a person reads standard error on a terminal.
  static var areOnTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether a person sits at both ends.
  static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }
}
