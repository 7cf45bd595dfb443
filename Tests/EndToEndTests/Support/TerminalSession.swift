import CPseudoTerminal
import Foundation
import Glibc
import Screen

/// A program that runs on a terminal of its own, and somebody who looks at it and types.
///
/// Nothing is timed: a test waits until the screen shows what it expects, and gives up only after a time in
/// which any machine would have shown it.
final class TerminalSession {
  /// How a program ended.
  enum Ending: Equatable {
    case code(Int)
    case signal(Int32)
  }

  /// What a test that cannot go on says.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// What stands in for the terminal as a program's standard input or output.
  enum Replacement {
    case none, input, output
  }

  static let patience = Duration.seconds(120)

  let screen: Emulator
  let process: pid_t
  /// All that the program has written to the terminal.
  private(set) var received: [UInt8] = []
  /// The terminal's modes before the program started.
  let modesBefore: TerminalModes
  private var terminal = pseudo_terminal()
  private var ending: Ending?
  /// What the program takes for its user's home; kept as long as the program may look there.
  private let home: TemporaryFolder

  /// Starts a program; `environment` adds to a plain one, in which `TERM` is xterm-256color. Without a `home` it gets
  /// an empty one of its own.
  init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
    home: TemporaryFolder? = nil, columns: Int = 80, rows: Int = 24, replacing replacement: Replacement = .none
  ) throws {
    let home = try home ?? TemporaryFolder()
    self.home = home
    var all = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    all.merge(home.asHome) { $1 }
    all.merge(environment) { $1 }
    let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(nowhere) }
    var terminal = pseudo_terminal()
    guard pseudo_terminal_open(&terminal, Int32(rows), Int32(columns)) == 0 else {
      throw Failure(description: "no terminal could be made")
    }
    modesBefore = TerminalModes(of: terminal.controller)
    let error = withStrings([program] + arguments) { words in
      withStrings(all.map { "\($0)=\($1)" }) { variables in
        pseudo_terminal_start(
          &terminal, program, words, variables, replacement == .input ? nowhere : -1,
          replacement == .output ? nowhere : -1)
      }
    }
    guard error == 0 else {
      pseudo_terminal_hang_up(&terminal)
      throw Failure(description: "\(program) did not start: error \(error)")
    }
    self.terminal = terminal
    process = terminal.process
    screen = Emulator(columns: columns, rows: rows)
  }

  deinit {
    if ending == nil {
      kill(process, SIGKILL)
      kill(-process, SIGKILL)
      waitpid(process, nil, 0)
    }
    pseudo_terminal_hang_up(&terminal)
  }

  /// The terminal's modes now.
  var modes: TerminalModes { TerminalModes(of: terminal.controller) }

  // MARK: - Acting

  func type(_ text: String) throws { try write(Array(text.utf8)) }

  func press(_ keys: Key...) throws {
    for key in keys { try write(Array(xtermSequence(key).utf8)) }
  }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + Self.patience
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(terminal.controller, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else {
        guard errno == EAGAIN || errno == EINTR, .now < deadline else { throw failure("could not type") }
        readAvailable()
        pause(for: Int16(POLLOUT))
      }
    }
  }

  func resize(columns: Int, rows: Int) {
    screen.resize(columns: columns, rows: rows)
    pseudo_terminal_resize(&terminal, Int32(rows), Int32(columns))
  }

  func send(signal: Int32) { kill(process, signal) }

  /// Closes the window.
  func hangUp() { pseudo_terminal_hang_up(&terminal) }

  // MARK: - Looking

  /// How many bytes were typed that the program has not read.
  var unread: Int {
    var count: Int32 = 0
    return ioctl(terminal.program_side, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
  }

  /// Waits until the screen is as expected.
  func waitUntil(_ what: String = "", _ isReached: (Emulator) -> Bool) throws {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      readAvailable()
      if isReached(screen) { return }
      // What a program wrote last may come after its end is known.
      if hasEnded() {
        readRest()
        if isReached(screen) { return }
        throw failure("the program ended, \(ending.map { "\($0)" } ?? ""), before \(what)")
      }
      guard .now < deadline else { throw failure("waited in vain for \(what)") }
      pause(for: Int16(POLLIN))
    }
  }

  /// Waits until a text is on the screen.
  func waitFor(_ text: String) throws { try waitUntil("\"\(text)\"") { $0.text.contains(text) } }

  /// Waits until bytes were received.
  func waitForBytes(_ bytes: String) throws {
    let wanted = Array(bytes.utf8)
    try waitUntil("the bytes \(bytes.debugDescription)") { _ in received.contains(wanted) }
  }

  /// Waits until the program has read all that was typed, and all of its threads wait: then the screen is what it will be.
  func settle() throws {
    var quiet = 0
    try waitUntil("quiet") { _ in
      let before = received.count
      usleep(5000)
      quiet = unread == 0 && isWaiting && readsNothing(since: before) ? quiet + 1 : 0
      return quiet >= 20
    }
  }

  private func readsNothing(since count: Int) -> Bool {
    readAvailable()
    return received.count == count
  }

  /// Whether every thread of the program sleeps.
  private var isWaiting: Bool {
    let folder = "/proc/\(process)/task"
    guard let tasks = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return false }
    return tasks.allSatisfy { task in
      guard let text = try? String(contentsOfFile: "\(folder)/\(task)/stat", encoding: .utf8),
        let name = text.lastIndex(of: ")")
      else { return true }
      return text[name...].dropFirst(2).first == "S"
    }
  }

  /// Waits for the end of the program, and reads what it wrote last. Does something meanwhile, if asked to.
  func finish(meanwhile act: () -> Void = {}) throws -> Ending {
    let deadline = ContinuousClock.now + Self.patience
    while !hasEnded() {
      act()
      readAvailable()
      guard .now < deadline else { throw failure("the program does not end") }
      pause(for: Int16(POLLIN))
    }
    readRest()
    return ending ?? .code(-1)
  }

  func failure(_ what: String) -> Failure {
    Failure(description: "\(what); the screen shows:\n\(screen.text)\n--")
  }

  // MARK: - Reading

  private func hasEnded() -> Bool {
    guard ending == nil else { return true }
    var (code, signal): (Int32, Int32) = (-1, -1)
    guard pseudo_terminal_has_ended(process, &code, &signal) else { return false }
    ending = signal >= 0 ? .signal(signal) : .code(Int(code))
    return true
  }

  /// Reads what is there; false when nobody can write any more.
  @discardableResult
  private func readAvailable() -> Bool {
    guard terminal.controller >= 0 else { return false }
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(terminal.controller, &block, block.count)
      guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
      let bytes = Array(block[..<count])
      received += bytes
      screen.write(bytes)
    }
  }

  /// After the end of the program: once nobody holds its side, reading comes to an end.
  private func readRest() {
    if terminal.program_side >= 0 { close(terminal.program_side) }
    terminal.program_side = -1
    let deadline = ContinuousClock.now + Self.patience
    while readAvailable(), .now < deadline { pause(for: Int16(POLLIN)) }
  }

  /// Until something happens on the terminal, or a moment for what happens elsewhere.
  private func pause(for events: Int16) {
    var file = pollfd(fd: terminal.controller, events: events, revents: 0)
    poll(&file, 1, 5)
  }
}

/// Passes strings as C wants them.
private func withStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var copies = strings.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return body(&copies)
}
