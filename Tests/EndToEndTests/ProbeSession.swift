import Screen

/// The probe on a terminal of its own, with its first screen drawn.
func startProbe(
  _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
) throws -> TerminalSession {
  let session = try TerminalSession(
    Products.path("TerminalProbe"), arguments, environment: environment, columns: columns, rows: rows)
  try session.waitUntil("the last cell of the first screen") {
    !$0[columns - 1, rows - 1].glyph.allSatisfy(\.isWhitespace)
  }
  return session
}

extension TerminalSession {
  /// Waits until the probe says that it heard so many keys, the last of that name.
  func waitForKey(_ number: Int, _ name: String) throws {
    try waitUntil("key \(number), \(name)") { $0.line(1) == "heard \(number): \(name)" }
  }

  /// The number of bytes received while something is done and until the screen is as expected.
  func bytes(of action: () throws -> Void, until isReached: (Emulator) -> Bool) throws -> Int {
    let before = received.count
    try action()
    try waitUntil("the end of a measurement", isReached)
    return received.count - before
  }
}
