extension Key {
  /// As configuration files and the help write it: "n", "Space", "Ctrl-R", "PgDn", "F5".
  package var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let scalar): String(scalar)
    case .control(let scalar): "Ctrl-\(String(scalar).uppercased())"
    case .function(let number): "F\(number)"
    default: Key.names.first { $0.key == self }?.name ?? "?"
    }
  }

  /// The key of a name, whatever its case; nil for none.
  package init?(name: String) {
    let scalars = Array(name.unicodeScalars)
    if let known = Key.names.first(where: { $0.name == name }) {
      self = known.key
      return
    }
    if scalars.count == 1, let scalar = scalars.first, !scalar.properties.isWhitespace {
      self = .character(scalar)
      return
    }
    let lower = name.lowercased()
    if lower == "space" {
      self = .character(" ")
    } else if let known = Key.names.first(where: { $0.name.lowercased() == lower }) {
      self = known.key
    } else if lower.hasPrefix("ctrl-"), scalars.count == 6, let last = lower.unicodeScalars.last,
      ("a"..."z").contains(last), !"cijmhz".unicodeScalars.contains(last)
    {
      self = .control(last)
    } else if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...63).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }

  private static let names: [(key: Key, name: String)] = [
    (.up, "↑"), (.down, "↓"), (.left, "←"), (.right, "→"), (.up, "Up"), (.down, "Down"), (.left, "Left"),
    (.right, "Right"), (.home, "Home"), (.end, "End"), (.pageUp, "PgUp"), (.pageDown, "PgDn"), (.enter, "Enter"),
    (.escape, "Esc"), (.tab, "Tab"), (.backTab, "Shift-Tab"), (.backspace, "Backspace"), (.delete, "Delete"),
    (.insert, "Insert"),
  ]
}
