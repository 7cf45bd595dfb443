import Synchronization

/// Which settings, and what else can be edited, is asked for while something is done: what that depends on, without anybody having to declare it.
final class SettingsJournal: Sendable {
  private let names = Mutex<Set<String>>([])

  /// Beside the parameters' names: where the priors lie, which follows from several of them.
  static let places = "the priors' places"
  /// The objects of the scene: their boxes, classes, and which are to be ignored.
  static let objects = "the objects"
  /// Predictions that were set by hand.
  static let edits = "predictions set by hand"

  func note(_ name: String) { names.withLock { _ = $0.insert(name) } }

  /// What was noted since the last call.
  func turnPage() -> Set<String> {
    names.withLock { names in
      defer { names = [] }
      return names
    }
  }
}

extension Settings {
  func noted(in journal: SettingsJournal?) -> Settings {
    var settings = self
    settings.journal = journal
    return settings
  }

  /// The names of the parameters whose values differ.
  package func differences(from other: Settings) -> Set<String> {
    Set(values.keys).union(other.values.keys).filter { values[$0] != other.values[$0] }
  }
}
