import CPseudoTerminal
import Debugger
import Detectors
import Scenes
import Screen

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a user waits for, at 200×60.
enum ScreenCases {
  static let size = Size(columns: 200, rows: 60)

  static var all: [Case] { [frame, firstFrame, stepKey] }

  /// Drawing every step of an iteration into a canvas, a frame each: the mean of the steps.
  private static var frame: Case {
    Case("frame") { repeats in
      let states = try everyStep()
      return (0..<repeats).map { _ in
        let start = ContinuousClock.now
        for state in states { keep(state.canvas(size)) }
        return (ContinuousClock.now - start).milliseconds / Double(states.count)
      }
    }
  }

  private static func everyStep() throws -> [State] {
    guard let scene = Gallery.scene(named: "mixed") else { throw BenchmarkError.noScene }
    let settings = Settings(defaultsOf: RetinaNet.self)
    var trainer = try Trainer(scene, detector: RetinaNet.self, settings: settings, seed: 0)
    let trace = trainer.iterate()
    var state = State(
      scene: scene, detector: RetinaNet.title, stepIDs: trainer.stepIDs, size: size, explain: Why.explain
    ).reduce(.arrived(trace, history: [trace.losses.last?.value ?? 0]))
    var states = [state]
    for _ in trace.steps.dropFirst() {
      state = state.reduce(.next)
      states.append(state)
    }
    return states
  }

  /// From starting the program to the picture's title on the terminal.
  private static var firstFrame: Case {
    Case("first frame") { repeats in
      try (0..<repeats).map { _ in
        let start = ContinuousClock.now
        let program = try Program()
        defer { program.end() }
        try program.read(until: "picture")
        return (ContinuousClock.now - start).milliseconds
      }
    }
  }

  /// From a step key to the last byte of the new screen, on a 200×60 terminal.
  private static var stepKey: Case {
    Case("step key") { repeats in
      let program = try Program()
      defer { program.end() }
      try program.read(until: "iteration")
      program.settle()
      return (0..<repeats).map { index in
        program.time(typing: index / 12 % 2 == 0 ? " " : "p")
      }
    }
  }
}

/// boxstep on a terminal of its own.
private final class Program {
  private var terminal = pseudo_terminal()

  init() throws {
    let path = Self.path
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup("open"), strdup("mixed"), nil]
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

  func end() {
    kill(terminal.process, SIGTERM)
    pseudo_terminal_hang_up(&terminal)
    var status: Int32 = 0
    waitpid(terminal.process, &status, 0)
  }
}
