import Debugger
import Screen
import Traces

/// The debugger as a conversation, line by line: for screen readers, and for scripts. What is typed is what stands
/// behind `:` in the debugger, or the name of an action; what is answered is only ever added at the end.
struct PlainLoop {
  private var debugger: Headless
  /// What was said last: only what is new is said.
  private var said: [String] = []

  init(_ state: State, _ session: Session) {
    debugger = Headless(state, session) { effect in
      switch effect {
      case .mouse: nil
      case .write(let path, let text): SavedFiles.write(text, to: path)
      case .save(let path, let setup): SavedFiles.save(setup, of: state.detectorType, to: path)
      }
    }
  }

  /// Until the input ends, or somebody leaves.
  mutating func run() {
    say()
    while !debugger.state.hasQuit, let line = readLine() {
      debugger.perform(.command(line.isEmpty ? "next" : line))
      if let fault = debugger.state.prompt?.fault {
        print(fault.pointing(at: debugger.state.prompt?.string ?? ""))
        debugger.perform(.prompt(.cancel))
      }
      say()
    }
  }

  private mutating func say() {
    let lines = debugger.state.spoken
    for line in lines where !said.contains(line) { print(line) }
    if lines == said { print("Nothing changed.") }
    said = lines
  }
}
