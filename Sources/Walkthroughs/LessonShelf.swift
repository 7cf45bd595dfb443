import Foundation
import Scenes

/// Where lessons are found by their names: in a folder `walkthroughs` beside the program, or above it as in the
/// repository it was built in, or under the directory one is in.
package struct LessonShelf: Sendable {
  /// A lesson's file by its name.
  package struct Entry: Sendable {
    package let name: String
    package let path: String
  }

  /// In the order of their names; the first folder that has a name counts.
  package let entries: [Entry]

  package init(folders: [String]) {
    var entries: [String: Entry] = [:]
    for folder in folders {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for file in files where file.hasSuffix(".yaml") {
        let name = String(file.dropLast(5))
        if entries[name] == nil { entries[name] = Entry(name: name, path: "\(folder)/\(file)") }
      }
    }
    self.entries = entries.values.sorted { $0.name < $1.name }
  }

  /// The lessons that come with the program.
  ///
  /// - Parameter program: the path of the program's file, links followed.
  package static func ofProgram(_ program: String, directory: String = ".") -> LessonShelf {
    var folders = ["\(directory)/walkthroughs"]
    var folder = URL(filePath: program).deletingLastPathComponent()
    for _ in 0..<6 where folder.path != "/" {
      folders.append(folder.appending(path: "walkthroughs").path)
      folders.append(folder.appending(path: "share/boxstep/walkthroughs").path)
      folder = folder.deletingLastPathComponent()
    }
    return LessonShelf(folders: folders)
  }

  /// A scene's path as seen from the folder of a lesson's file; a scene of the gallery as it is.
  package static func scene(_ scene: String, from lesson: String) -> String {
    guard scene.contains("/") || scene.contains(".") else { return scene }
    let folder = URL(filePath: lesson).standardizedFileURL.deletingLastPathComponent().pathComponents
    let file = URL(filePath: scene).standardizedFileURL.pathComponents
    let shared = zip(folder, file).prefix { $0 == $1 }.count
    return (folder.dropFirst(shared).map { _ in ".." } + file.dropFirst(shared)).joined(separator: "/")
  }

  /// The file of a lesson: what has a slash or a dot in it is a path.
  ///
  /// - Throws: a fault for a name that no lesson has.
  package func path(of name: String) throws(Fault) -> String {
    if name.contains("/") || name.contains(".") { return name }
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw Fault(.unknown(kind: "lesson", name: name, known: entries.map(\.name)), at: Fault.Place("play \(name)"))
    }
    return entry.path
  }
}
