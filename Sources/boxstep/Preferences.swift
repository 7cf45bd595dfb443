import Foundation
import Scenes
import Screen

/// What a user has settled for good, in `$XDG_CONFIG_HOME/boxstep/config.yaml`:
///
/// ```yaml
/// theme: colorblind
/// mouse: false
/// keys: {F5: train, x: none}
/// ```
struct Preferences {
  var theme: String?
  var ascii = false
  var mouse = true
  var keymap = Keymap.standard

  /// Without a file, what everybody has.
  ///
  /// - Throws: a fault at the first thing in the file that is not understood.
  static func read() throws(Fault) -> Preferences {
    guard let path, FileManager.default.fileExists(atPath: path) else { return Preferences() }
    return try Preferences(YAMLDocument.read(path))
  }

  private static var path: String? {
    let environment = ProcessInfo.processInfo.environment
    let own = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (own ?? environment["HOME"].map { $0 + "/.config" }).map { $0 + "/boxstep/config.yaml" }
  }

  init() {}

  init(_ root: YAMLValue) throws(Fault) {
    if case .nothing = root.content { return }
    let fields = try root.fields(
      ["theme", "ascii", "mouse", "keys"], wanted: "a mapping of theme, ascii, mouse and keys")
    if let value = fields["theme"] {
      let name = try value.text(wanted: "a theme's name")
      guard Appearance.themes.contains(name) else {
        throw value.fault(.unknown(kind: "theme", name: name, known: Appearance.themes))
      }
      theme = name
    }
    ascii = try fields["ascii"]?.flag() ?? ascii
    mouse = try fields["mouse"]?.flag() ?? mouse
    guard let keys = fields["keys"] else { return }
    for entry in try keys.entries(wanted: "a mapping of keys and actions") { try assign(entry) }
  }

  private mutating func assign(_ entry: YAMLValue.Entry) throws(Fault) {
    guard let key = Key(name: entry.key) else {
      throw Fault(
        .mismatch(found: Fault.quoted(entry.key), wanted: "a key: n, Space, Ctrl-R, PgDn, F5"), at: entry.keyPlace)
    }
    let name = try entry.value.text(wanted: "an action's name, or none")
    if name == "none" { return keymap.assign(key, to: nil) }
    guard let action = NamedAction.named(name) else {
      throw entry.value.fault(.unknown(kind: "action", name: name, known: NamedAction.all.map(\.name)))
    }
    keymap.assign(key, to: action)
  }
}
