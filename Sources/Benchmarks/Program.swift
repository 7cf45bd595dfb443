import CPseudoTerminal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// boxstep on a terminal of its own.
final class Program {
  private var terminal = pseudo_terminal()

  init(scene: String = "mixed") throws {
    let path = Self.path
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup("open"), strdup(scene), nil]
    let environment: [UnsafeMutablePointer<CChar>?] = [
      strdup("TERM=xterm-256color"), strdup("LC_ALL=C.UTF-8"), strdup("PATH=/usr/bin:/bin"), nil,
    ]
    defer { (arguments + environment).forEach { free($0) } }
    let (rows, columns) = (Int32(ScreenCases.size.rows), Int32(ScreenCases.size.columns))
    guard pseudo_terminal_open(&terminal, rows, columns) == 0 else { throw BenchmarkError.noProgram(path) }
    let error = pseudo_terminal_start(&terminal, path, arguments, environment, -1, -1)
    guard error == 0 else { throw BenchmarkError.noProgram(path) }
  }

  /// boxstep lies beside this program.
  private static var path: String {
    let own = CommandLine.arguments.first ?? ""
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/boxstep"
  }

  /// What came within a time; empty when nothing did.
  private func read(milliseconds: Int32) -> [UInt8] {
    var file = pollfd(fd: terminal.controller, events: Int16(POLLIN), revents: 0)
    guard poll(&file, 1, milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(terminal.controller, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  func read(until text: String) throws {
    var seen: [UInt8] = []
    for _ in 0..<1000 {
      seen += read(milliseconds: 10)
      if String(decoding: seen, as: UTF8.self).contains(text) { return }
    }
    throw BenchmarkError.noProgram("boxstep did not show \(text)")
  }

  /// Reads until nothing has come for a while.
  func settle() {
    var quiet = 0
    while quiet < 5 { quiet = read(milliseconds: 100).isEmpty ? quiet + 1 : 0 }
  }

  /// Milliseconds from a key to the last byte it brings.
  func time(typing key: String) -> Double {
    let start = ContinuousClock.now
    _ = Glibc.write(terminal.controller, key, key.utf8.count)
    var last = start
    while !read(milliseconds: last == start ? 1000 : 40).isEmpty { last = ContinuousClock.now }
    return (last - start).milliseconds
  }

  func type(_ text: String) { _ = Glibc.write(terminal.controller, text, text.utf8.count) }

  /// Reads what comes within a time.
  func pass(milliseconds: Int) {
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    while ContinuousClock.now < end { _ = read(milliseconds: 1) }
  }

  /// Milliseconds from a key to the frame that has an answer, whatever else is drawn meanwhile.
  func time(typing key: String, until answer: [String]) throws -> Double {
    let start = ContinuousClock.now
    type(key)
    var seen: [UInt8] = []
    while ContinuousClock.now - start < .seconds(5) {
      let new = read(milliseconds: 1)
      guard !new.isEmpty else { continue }
      let now = ContinuousClock.now
      seen += new
      let text = String(decoding: seen, as: UTF8.self)
      if answer.contains(where: text.contains) { return (now - start).milliseconds }
    }
    throw BenchmarkError.noProgram("boxstep did not show \(answer)")
  }

  func end() {
    kill(terminal.process, SIGTERM)
    pseudo_terminal_hang_up(&terminal)
    var status: Int32 = 0
    waitpid(terminal.process, &status, 0)
  }
}
