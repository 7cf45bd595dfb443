import Debugger
import Screen
import Terminal

/// Keys and news in, canvases out, until the user leaves.
struct DebuggerLoop {
  private let terminal: Terminal
  private let wake: Wake
  private let worker: Worker
  private var state: State
  /// The job the worker was last given.
  private var given = Job.none

  init(_ state: State, session: Session, terminal: Terminal, wake: Wake) {
    self.state = state
    self.terminal = terminal
    self.wake = wake
    worker = Worker(session, wake: wake)
  }

  /// Runs until the user quits; false when the keyboard is gone or Ctrl-C was pressed.
  mutating func run() -> Bool {
    apply(.resized(terminal.size))
    draw()
    passOnJob()
    while !state.hasQuit, let key = terminal.next(wake: wake) {
      guard take(key) else { return false }
      // Keys typed ahead are taken before drawing, so that holding one down never lags behind.
      while let more = terminal.next(timeoutMilliseconds: 0, wake: wake) {
        guard take(more) else { return false }
        if state.hasQuit { return true }
      }
      passOnJob()
      draw()
    }
    worker.start(.none)
    return state.hasQuit
  }

  /// False when there is no one left to draw for.
  private mutating func take(_ key: Key) -> Bool {
    switch key {
    case .endOfInput, .hangUp, .control("c"): return false
    case .resize(let size): apply(.resized(size))
    case .wake: for action in worker.news() { apply(action) }
    case .resumed: break
    default: if let action = state.action(for: key) { apply(action) }
    }
    return true
  }

  private mutating func apply(_ action: Action) { state = state.reduce(action) }

  private func draw() { terminal.show(state.canvas(state.size)) }

  /// The state says what is wanted; the worker is told when that has changed.
  private mutating func passOnJob() {
    guard state.job.target != given.target else { return }
    given = state.job
    worker.start(given)
  }
}

extension Job {
  /// The iteration to get to, whatever has been done of it.
  fileprivate var target: Int? {
    switch self {
    case .none: nil
    case .iterate(let iteration): iteration
    case .train(let training): training.target
    }
  }
}
