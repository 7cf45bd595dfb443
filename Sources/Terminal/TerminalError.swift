/// Why there can be no screen.
package enum TerminalError: Error, Hashable, CustomStringConvertible {
  case inputIsNoTerminal
  case outputIsNoTerminal
  /// `TERM` is not set.
  case unnamedTerminal
  /// `TERM` names a terminal that the system has no description of.
  case unknownTerminal(String)
  /// The terminal cannot put its cursor at a place: an old printer, an editor's shell window.
  case noCursorMovement(String)
  /// There is one screen in a process, and it is taken.
  case alreadyOpen
  /// The system refused something, for the reason that `errno` gave.
  case system(reason: String)

  package var description: String {
    switch self {
    case .inputIsNoTerminal: "standard input is not a terminal"
    case .outputIsNoTerminal: "standard output is not a terminal"
    case .unnamedTerminal: "TERM is not set, so what this terminal understands is not known"
    case .unknownTerminal(let name): "there is no description of the terminal \"\(name)\" that TERM names"
    case .noCursorMovement(let name): "the terminal \"\(name)\" that TERM names cannot move its cursor"
    case .alreadyOpen: "the screen is open already"
    case .system(let reason): "no screen could be opened: \(reason)"
    }
  }
}
