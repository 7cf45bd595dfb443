import Traces

/// What keys do, once: the keys, the action, and the words of the help and of the last line.
package struct KeyBinding: Sendable {
  package enum Group: String, CaseIterable, Sendable {
    case time = "Time"
    case cursor = "Cursor"
    case finding = "Finding"
    case editing = "Editing"
    case frame = "Frame"
    case session = "Session"
  }

  /// How the keys are called: "Space n PgDn".
  package let label: String
  package let actions: [NamedAction]
  package let help: String
  package let group: Group
  /// The few words of the last line; nil for keys that are not named there.
  package let hint: String?
  /// How the keys are called there.
  let shortLabel: String

  init(
    _ label: String, _ group: Group, _ help: String, hint: String? = nil, as shortLabel: String? = nil,
    _ actions: [NamedAction]
  ) {
    self.label = label
    self.actions = actions
    self.help = help
    self.group = group
    self.hint = hint
    self.shortLabel = shortLabel ?? label
  }

  /// A line for one action, called `name`.
  init(
    _ label: String, _ group: Group, _ help: String, hint: String? = nil, as shortLabel: String? = nil,
    _ name: String, _ keys: [Key], _ action: Action
  ) {
    self.init(label, group, help, hint: hint, as: shortLabel, [NamedAction(name, help, keys, action)])
  }

  /// In the order of the help.
  package static let all: [KeyBinding] = time + cursor + finding + editing + frame + session

  private static let time = [
    KeyBinding(
      "Space n PgDn .", .time, "next step, or part of a step; in a lesson only .", hint: "next", as: "Space",
      "next", [.character(" "), .character("n"), .pageDown, .character(".")], .next),
    KeyBinding(
      "p PgUp ,", .time, "back; in a lesson only ,", hint: "back", as: "p", "back",
      [.character("p"), .pageUp, .character(",")], .back),
    KeyBinding("s", .time, "into the parts of the step", hint: "into", "into", [.character("s")], .into),
    KeyBinding("f", .time, "out of them", hint: "out", "out", [.character("f")], .out),
    KeyBinding(
      "Home End", .time, "first and last step",
      [
        NamedAction("first", "to the first step", [.home], .first),
        NamedAction("last", "to the last step", [.end], .last),
      ]),
    KeyBinding(
      "i I", .time, "next and previous iteration", hint: "iteration",
      [
        NamedAction("next-iteration", "to the next iteration", "i", .nextIteration),
        NamedAction("previous-iteration", "to the iteration before", "I", .previousIteration),
      ]),
    KeyBinding("r", .time, "train 100 iterations", hint: "train", "train", [.character("r")], .train(iterations: 100)),
    KeyBinding(
      "c C", .time, "on to the next breakpoint; back to the one before", hint: "run",
      [
        NamedAction("continue", "on to the next breakpoint", "c", .run(.forward)),
        NamedAction("reverse-continue", "back to the breakpoint before", "C", .run(.backward)),
      ]),
    KeyBinding(
      "t", .time, "the timeline: losses and events, to jump on", hint: "timeline", "timeline", [.character("t")],
      .openPanel(.timeline)),
    KeyBinding("Esc", .time, "stop; close; let go of the GT", "cancel", [.escape], .cancel),
  ]

  private static let cursor = [
    KeyBinding(
      "← ↓ ↑ → hjkl", .cursor, "move; in a list ← is its top, → its cut or end", hint: "move", as: "←↓↑→",
      [
        NamedAction("left", "cursor left", [.left, .character("h")], .move(.left)),
        NamedAction("down", "cursor down", [.down, .character("j")], .move(.down)),
        NamedAction("up", "cursor up", [.up, .character("k")], .move(.up)),
        NamedAction("right", "cursor right", [.right, .character("l")], .move(.right)),
      ]),
    KeyBinding(
      "[ ]", .cursor, "finer and coarser level", hint: "level",
      [
        NamedAction("finer-level", "to the finer level", "[", .level(-1)),
        NamedAction("coarser-level", "to the coarser level", "]", .level(1)),
      ]),
    KeyBinding(
      "{ }", .cursor, "anchors of the cell", hint: "anchor",
      [
        NamedAction("previous-anchor", "to the anchor before, of this cell", "{", .anchor(-1)),
        NamedAction("next-anchor", "to the next anchor of this cell", "}", .anchor(1)),
      ]),
    KeyBinding(
      "g G", .cursor, "next and previous GT", hint: "GT",
      [
        NamedAction("next-gt", "to the next GT", "g", .gt(1)),
        NamedAction("previous-gt", "to the GT before", "G", .gt(-1)),
      ]),
    KeyBinding("0 – 9", .cursor, "the GT of that number", digits),
    KeyBinding("Enter", .cursor, "select it; once more: all it leads to", hint: "follow", "follow", [.enter], .follow),
    KeyBinding("Backspace", .cursor, "return", "return", [.backspace], .goBack),
  ]

  private static let digits = (0...9).map { digit in
    NamedAction("gt-\(digit)", "to gt \(digit)", Unicode.Scalar(UInt8(48 + digit)), .select(.gt(digit)))
  }

  private static let finding = [
    KeyBinding(
      ":", .finding, "a command, with completion and history", hint: "command", "command", [.character(":")],
      .openPrompt(.command)),
    KeyBinding("a", .finding, "the palette: every action by name", "palette", [.character("a")], .openPrompt(.palette)),
    KeyBinding(
      "@", .finding, "to an anchor, point or GT by name: P4 3,5 #4", "go-to", [.character("@")], .openPrompt(.place)),
    KeyBinding(
      "/ N", .finding, "search what is shown; once more",
      [
        NamedAction("search", "search what is shown", "/", .openPrompt(.search)),
        NamedAction("search-again", "on to the next that was searched for", "N", .searchAgain),
      ]),
    KeyBinding(
      "m '", .finding, "set a mark; go to one",
      [
        NamedAction("mark", "set a mark here", "m", .openPrompt(.mark)),
        NamedAction("go-to-mark", "go to a mark", "'", .openPrompt(.jump)),
      ]),
    KeyBinding(
      "b", .finding, "breakpoint on this step, or none", hint: "break", "break", [.character("b")], .toggleBreakpoint),
    KeyBinding(
      "w", .finding, "breakpoints and watches", hint: "watch", "watches", [.character("w")], .openPanel(.watches)),
  ]

  private static let editing = [
    KeyBinding(
      "e", .editing, "edit boxes: move, size, add, delete; e ends it", hint: "edit", "edit", [.character("e")],
      .edit(.toggle)),
    KeyBinding(
      "W", .editing, "what if: the smallest change that turns it round", hint: "What-if", "what-if",
      [.character("W")], .openPanel(.whatIf)),
    KeyBinding(
      "P", .editing, "parameters: sliders, numbers and rules to switch", hint: "parameters", "parameters",
      [.character("P")], .openPanel(.parameters)),
    KeyBinding(
      "u Ctrl-R", .editing, "undo; redo", hint: "undo", as: "u",
      [
        NamedAction("undo", "take the last edit back", "u", .undo),
        NamedAction("redo", "do it again", [.control("r")], .redo),
      ]),
    KeyBinding(
      "x", .editing, "compare with another detector, parameters or moment", hint: "compare", "compare",
      [.character("x")], .openPanel(.compare)),
  ]

  private static let frame = [
    KeyBinding(
      "Tab Shift-Tab", .frame, "next and previous part", hint: "part", as: "Tab",
      [
        NamedAction("next-part", "to the next part", [.tab], .focusNext),
        NamedAction("previous-part", "to the part before", [.backTab], .focusPrevious),
      ]),
    KeyBinding("z", .frame, "zoom the part, and back", hint: "zoom", "zoom", [.character("z")], .zoom),
    KeyBinding("v", .frame, "next view of the step", hint: "view", "next-view", [.character("v")], .nextView),
    KeyBinding(
      "o", .frame, "sort by the next column, where a list can be", hint: "sort", "sort", [.character("o")], .sort),
    KeyBinding(
      "- +", .frame, "scroll the part",
      [
        NamedAction("scroll-up", "scroll the part up", "-", .scroll(-5)),
        NamedAction("scroll-down", "scroll the part down", "+", .scroll(5)),
      ]),
  ]

  private static let session = [
    KeyBinding("L", .session, "the loss lab, with these boxes and anchors", "loss-lab", [.character("L")], .openLab),
    KeyBinding(
      "M", .session, "mouse on and off; off, the terminal selects text", "mouse", [.character("M")], .toggleMouse),
    KeyBinding("?", .session, "these keys", hint: "keys", "help", [.character("?")], .help),
    KeyBinding("q", .session, "back, and then quit; Ctrl-C at once", hint: "quit", "quit", [.character("q")], .quit),
  ]

  /// A key as the last line names it.
  struct Hint {
    let keys: String
    let words: String

    init(_ keys: String, _ words: String) {
      self.keys = keys
      self.words = words
    }

    /// Whether there are steps without it.
    var comesAndGoes: Bool { ["into", "out", "view", "sort"].contains(words) }
  }

  /// The keys of the last line, the most useful first; the way out is the last.
  static func hints(in state: State) -> [Hint] {
    // Where the picture and the view take turns, the key that turns them comes early.
    let takesTurns = state.takesTurns
    let order = [
      "move", "GT", "What-if", "edit", "command", "keys", "into", "out", "level", "anchor", "follow", "view", "sort",
      "break",
    ]
    let steps = state.narration == nil ? ["next", "back"] : []
    let hints =
      steps
      + (takesTurns ? ["part", "move", "keys"] + order.filter { $0 != "move" && $0 != "keys" } : order + ["part"])
    return (hints + ["zoom", "iteration", "train", "quit"]).compactMap { words in
      if words == "part" && takesTurns { return Hint("Tab", state.front == .picture ? "shows B" : "parts") }
      if words == "out" && state.position.substep == nil { return nil }
      if words == "into" && (state.position.substep != nil || state.currentStep?.substeps.isEmpty ?? true) {
        return nil
      }
      if words == "view" && Scope(state)?.views.count ?? 0 < 2 { return nil }
      if words == "sort" {
        guard case .candidates = state.shownView else { return nil }
      }
      if words == "anchor" && state.trace?.priors.levels.first?.anchorsPerCell == 1 { return nil }
      return all.first { $0.hint == words }.map { Hint($0.shortLabel, words) }
    }
  }
}
