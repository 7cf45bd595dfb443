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
      case .mouse, .lesson: nil
      case .write(let path, let text): SavedFiles.write(text, to: path)
      case .record(let recording): SavedFiles.write(recording)
      case .save(let path, let setup): SavedFiles.save(setup, of: state.detectorType, to: path)
      }
    }
  }

  /// Until the input ends, or somebody leaves.
  mutating func run() {
    say()
    while !debugger.state.hasQuit, let line = readLine() {
      switch line.filter({ $0 != " " }) {
      case "help", "?":
        for line in State.spokenHelp { print(line) }
        print("A number does what the row of that number in a list does; cancel closes the list.")
        continue
      case "why":
        for line in debugger.state.spokenReasons { print(line) }
        continue
      case let word where Int(word) != nil: choose(Int(word) ?? 0)
      default: debugger.perform(.command(line.isEmpty ? "next" : line))
      }
      if debugger.state.hasQuit { return }
      if let fault = debugger.state.prompt?.fault {
        print(fault.pointing(at: debugger.state.prompt?.string ?? ""))
        debugger.perform(.prompt(.cancel))
      }
      say()
    }
  }

  /// The row of a number in the open list, 1 for the first.
  private mutating func choose(_ number: Int) {
    let rows = debugger.state.panelRows
    guard rows.indices.contains(number - 1) else { return print("There is no row \(number) to choose.") }
    if debugger.state.panel?.row != rows[number - 1] { debugger.perform(.panelRow(rows[number - 1])) }
    debugger.perform(.panel(.accept))
  }

  private mutating func say() {
    let lines = debugger.state.spoken
    for line in lines where !said.contains(line) { print(line) }
    if lines == said { print("Nothing changed.") }
    said = lines
  }
}
