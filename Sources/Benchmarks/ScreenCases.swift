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
