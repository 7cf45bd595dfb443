import Traces

/// What keys do, once: the keys, the action, and the words of the help and of the last line.
package struct KeyBinding: Sendable {
  package enum Group: String, CaseIterable, Sendable {
    case time = "Time"
    case cursor = "Cursor"
    case frame = "Frame"
    case session = "Session"
  }

  /// How the keys are called: "Space n PgDn".
  package let label: String
  package let actions: [Key: Action]
  package let help: String
  package let group: Group
  /// The few words of the last line; nil for keys that are not named there.
  package let hint: String?
  /// How the keys are called there.
  let shortLabel: String

  init(
    _ label: String, _ group: Group, _ help: String, hint: String? = nil, as shortLabel: String? = nil,
    _ actions: [Key: Action]
  ) {
    self.label = label
    self.group = group
    self.help = help
    self.hint = hint
    self.shortLabel = shortLabel ?? label
    self.actions = actions
  }

  init(
    _ label: String, _ group: Group, _ help: String, hint: String? = nil, as shortLabel: String? = nil,
    _ keys: [Key], _ action: Action
  ) {
    let actions = keys.map { ($0, action) }
    self.init(
      label, group, help, hint: hint, as: shortLabel,
      Dictionary(actions, uniquingKeysWith: { first, _ in first }))
  }

  /// The action of a key; nil when it has none.
  package static func action(for key: Key) -> Action? {
    if case .resize(let size) = key { return .resized(size) }
    return all.lazy.compactMap { $0.actions[key] }.first
  }

  /// In the order of the help.
  package static let all: [KeyBinding] = time + cursor + frame + session

  private static let time = [
    KeyBinding(
      "Space n PgDn", .time, "next step, or next part of a step", hint: "next", as: "Space",
      [.character(" "), .character("n"), .pageDown], .next),
    KeyBinding("p PgUp", .time, "back", hint: "back", as: "p", [.character("p"), .pageUp], .back),
    KeyBinding("s", .time, "into the parts of the step", hint: "into", [.character("s")], .into),
    KeyBinding("f", .time, "out of them", hint: "out", [.character("f")], .out),
    KeyBinding("Home End", .time, "first and last step", [.home: .first, .end: .last]),
    KeyBinding(
      "i I", .time, "next and previous iteration", hint: "iteration",
      [.character("i"): .nextIteration, .character("I"): .previousIteration]),
    KeyBinding("r", .time, "train 100 iterations", hint: "train", [.character("r")], .train(iterations: 100)),
    KeyBinding("Esc", .time, "stop; close; let go of the GT", [.escape], .cancel),
  ]

  private static let cursor = [
    KeyBinding(
      "← ↓ ↑ → hjkl", .cursor, "move; in a list ← is its top, → its cut or end", hint: "move", as: "←↓↑→",
      [
        .left: .move(.left), .character("h"): .move(.left), .down: .move(.down),
        .character("j"): .move(.down),
        .up: .move(.up), .character("k"): .move(.up), .right: .move(.right), .character("l"): .move(.right),
      ]),
    KeyBinding(
      "[ ]", .cursor, "finer and coarser level", hint: "level",
      [.character("["): .level(-1), .character("]"): .level(1)]),
    KeyBinding(
      "{ }", .cursor, "anchors of the cell", hint: "anchor",
      [.character("{"): .anchor(-1), .character("}"): .anchor(1)]),
    KeyBinding(
      "g G", .cursor, "next and previous GT", hint: "GT",
      [.character("g"): .gt(1), .character("G"): .gt(-1)]),
    KeyBinding("0 – 9", .cursor, "the GT of that number", digits),
    KeyBinding("Enter", .cursor, "select what the row, or the object, is", hint: "follow", [.enter], .follow),
    KeyBinding("Backspace", .cursor, "return", [.backspace], .goBack),
  ]

  private static let digits: [Key: Action] = {
    var actions: [Key: Action] = [:]
    for digit in 0...9 { actions[.character(Unicode.Scalar(UInt8(48 + digit)))] = .select(.gt(digit)) }
    return actions
  }()

  private static let frame = [
    KeyBinding(
      "Tab Shift-Tab", .frame, "next and previous part", hint: "part", as: "Tab",
      [.tab: .focusNext, .backTab: .focusPrevious]),
    KeyBinding("z", .frame, "zoom the part, and back", hint: "zoom", [.character("z")], .zoom),
    KeyBinding("v", .frame, "next view of the step", hint: "view", [.character("v")], .nextView),
    KeyBinding("o", .frame, "sort by the next column, where a list can be", hint: "sort", [.character("o")], .sort),
    KeyBinding(
      "- +", .frame, "scroll the part", [.character("-"): .scroll(-5), .character("+"): .scroll(5)]),
  ]

  private static let session = [
    KeyBinding("L", .session, "the loss lab, with these boxes and anchors", [.character("L")], .openLab),
    KeyBinding("?", .session, "these keys", hint: "keys", [.character("?")], .help),
    KeyBinding("q", .session, "back, and then quit; Ctrl-C at once", hint: "quit", [.character("q")], .quit),
  ]

  /// The keys of the last line, the most useful first.
  static func hints(in state: State) -> [(keys: String, words: String)] {
    // Where the picture and the view take turns, the key that turns them comes early.
    let takesTurns = state.takesTurns
    let order = ["move", "level", "anchor", "GT", "into", "out", "keys", "follow", "view", "sort"]
    let hints =
      ["next", "back"]
      + (takesTurns ? ["part", "move", "keys"] + order.filter { $0 != "move" && $0 != "keys" } : order + ["part"])
    return (hints + ["zoom", "iteration", "train", "quit"]).compactMap { words in
      if words == "part" && takesTurns { return ("Tab", state.front == .picture ? "shows B" : "parts") }
      if words == "out" && state.position.substep == nil { return nil }
      if words == "into" && (state.position.substep != nil || state.currentStep?.substeps.isEmpty ?? true) {
        return nil
      }
      if words == "view" && Scope(state)?.views.count ?? 0 < 2 { return nil }
      if words == "sort" {
        guard case .candidates = state.shownView else { return nil }
      }
      if words == "anchor" && state.trace?.priors.levels.first?.anchorsPerCell == 1 { return nil }
      return all.first { $0.hint == words }.map { ($0.shortLabel, words) }
    }
  }
}
