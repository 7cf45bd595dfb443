/// Something the debugger does on request, by the name that keys, the palette, the command line, configuration
/// files and lessons share.
package struct NamedAction: Sendable {
  /// "next-iteration".
  package let name: String
  /// What it does, for the palette.
  package let words: String
  /// The keys it has unless a configuration says otherwise.
  package let keys: [Key]
  package let action: Action

  init(_ name: String, _ words: String, _ keys: [Key], _ action: Action) {
    self.name = name
    self.words = words
    self.keys = keys
    self.action = action
  }

  init(_ name: String, _ words: String, _ key: Unicode.Scalar, _ action: Action) {
    self.init(name, words, [.character(key)], action)
  }

  /// Every one, in the order of the help.
  package static let all: [NamedAction] = KeyBinding.all.flatMap(\.actions) + unbound

  package static func named(_ name: String) -> NamedAction? { all.first { $0.name == name } }

  /// What has no key of its own: the palette and the command line have it.
  private static let unbound: [NamedAction] = [
    NamedAction("clear-breakpoints", "remove every breakpoint", [], .clearBreakpoints),
    NamedAction("clear-watches", "remove every watch", [], .clearWatches),
    NamedAction("finish-comparing", "show one iteration again", [], .compare(nil)),
  ]
}

/// Which key does what.
package struct Keymap: Sendable {
  private var actions: [Key: NamedAction] = [:]

  /// The keys of the table.
  package static let standard = Keymap()

  package init() {
    for action in NamedAction.all {
      for key in action.keys where actions[key] == nil { actions[key] = action }
    }
  }

  /// The action of a key; nil when it has none.
  package func action(for key: Key) -> Action? { actions[key]?.action }

  /// Gives a key to an action, or to none.
  package mutating func assign(_ key: Key, to action: NamedAction?) { actions[key] = action }

  /// The keys of an action by their names, in a fixed order.
  package func keys(of action: NamedAction) -> [String] {
    let standard = action.keys.filter { actions[$0]?.name == action.name }
    let others = actions.filter { $0.value.name == action.name && !standard.contains($0.key) }.map(\.key.name)
    return standard.map(\.name) + others.sorted()
  }

  /// Whether every key of the standard still does what it did.
  func isStandard(_ action: NamedAction) -> Bool { keys(of: action) == action.keys.map(\.name) }
}
