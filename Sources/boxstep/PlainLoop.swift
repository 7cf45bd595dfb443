import Debugger
import Screen
import Traces

/// The debugger as a conversation, line by line: for screen readers, and for scripts. What is typed is what stands
/// behind `:` in the debugger, or the name of an action; what is answered is only ever added at the end.
struct PlainLoop {
  private var state: State
  private var work: SessionWork
  private let news = News()
  /// What was said last: only what is new is said.
  private var said: [String] = []

  /// What work tells, until it is fetched.
  private final class News {
    var actions: [Action] = []
  }

  init(_ state: State, _ session: Session) {
    self.state = state
    let news = news
    work = SessionWork(session, post: { news.actions.append($0) })
  }

  /// Until the input ends, or somebody leaves.
  mutating func run() {
    settle()
    say()
    while !state.hasQuit, let line = readLine() {
      apply(.command(line.isEmpty ? "next" : line))
      if let fault = state.prompt?.fault {
        print(fault.pointing(at: state.prompt?.string ?? ""))
        apply(.prompt(.cancel))
      }
      say()
    }
  }

  private mutating func apply(_ action: Action) {
    state = state.reduce(action)
    settle()
  }

  private mutating func settle() {
    for effect in state.takeEffects() {
      switch effect {
      case .mouse: break
      case .write(let path, let text): state = state.reduce(SavedFiles.write(text, to: path))
      case .save(let path, let setup): state = state.reduce(SavedFiles.save(setup, of: state.detectorType, to: path))
      }
    }
    var last = Request.none
    while Request(state) != .none, Request(state) != last {
      last = Request(state)
      work.perform(last, under: state.timeline)
      for action in news.actions { state = state.reduce(action) }
      news.actions = []
    }
  }

  private mutating func say() {
    let lines = state.spoken
    for line in lines where !said.contains(line) { print(line) }
    if lines == said { print("Nothing changed.") }
    said = lines
  }
}
