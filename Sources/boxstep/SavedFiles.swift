import Debugger
import Detectors
import Foundation
import Scenes
import Screen
import Walkthroughs

/// Files that the debugger writes for its user.
enum SavedFiles {
  static func write(_ text: String, to path: String) -> Action {
    do throws(Fault) {
      try InputFile.write(Array(text.utf8), to: path)
      return .noticed("Written to \(path).")
    } catch {
      return .failed("\(error)")
    }
  }

  /// Beside what is there already: nothing of the user's is written over.
  static func write(_ recording: Recording) -> Action {
    let stem = recording.path.hasSuffix(".yaml") ? String(recording.path.dropLast(5)) : recording.path
    let names = (1...999).lazy.map { $0 == 1 ? stem + ".yaml" : "\(stem)-\($0).yaml" }
    let path = names.first { !FileManager.default.fileExists(atPath: $0) } ?? recording.path
    return write(recording.text { LessonShelf.scene($0, from: path) }, to: path)
  }

  /// The picture first, then the scene that names it, then the configuration.
  static func save(_ setup: Setup, of detector: (any Detector.Type)?, to path: String) -> Action {
    let stem = path.hasSuffix(".yaml") ? String(path.dropLast(5)) : path
    let name = stem.split(separator: "/").last.map(String.init) ?? stem
    do throws(Fault) {
      try PictureFile.write(setup.scene.picture, to: stem + ".png")
      try InputFile.write(Array(SceneFile.text(setup.scene, image: name + ".png").utf8), to: stem + ".yaml")
      guard let detector else { return .noticed("Saved as \(stem).yaml.") }
      let text = Configuration.text(detector, setup.settings)
      try InputFile.write(Array(text.utf8), to: stem + ".config.yaml")
      return .saved("\(stem).yaml with its picture, and \(name).config.yaml")
    } catch {
      return .failed("\(error)")
    }
  }
}

/// The edits of the last session, kept where a crash cannot take them.
struct KeptSession {
  private let path: String
  private var written: SavedSession?
  private var lastTime = ContinuousClock.now - .seconds(1)

  /// Nil where there is no home to keep anything in.
  init?() {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"].map { $0 + "/.local/state" }
    guard let state = environment["XDG_STATE_HOME"].flatMap({ $0.hasPrefix("/") ? $0 : nil }) ?? home else {
      return nil
    }
    let folder = state + "/boxstep"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    path = folder + "/session.yaml"
  }

  /// What was kept of a session on a scene; nil where nothing was, or it is of something else.
  func found(scene: String, opened: Scene, detector: String) -> SavedSession? {
    guard let root = try? YAMLDocument.read(path), let subject = try? SavedSession.subject(of: root),
      subject == (scene, detector)
    else { return nil }
    return try? SavedSession(root, on: opened)
  }

  /// Writes a session down, where it is another than before. Work must not stop for want of a disk.
  mutating func keep(_ session: SavedSession) {
    guard session != written, let text = session.text else { return }
    written = session
    lastTime = .now
    try? InputFile.write(Array(text.utf8), to: path)
  }

  /// Takes away what was written here: all of it was taken back. What an earlier session left stays.
  mutating func forget() {
    guard written != nil else { return }
    written = nil
    try? FileManager.default.removeItem(atPath: path)
  }

  func isWritten(_ session: SavedSession) -> Bool { session == written }

  /// Whether the last writing is half a second ago.
  var isDue: Bool { ContinuousClock.now - lastTime >= .milliseconds(500) }
}
