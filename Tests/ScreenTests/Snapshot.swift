import Foundation
import Screen
import Testing

/// A screen held against the text of an earlier one.
enum Snapshot {
  static func go(to id: String, _ state: State) -> State {
    var state = state
    while state.trace?.steps[state.position.step].id != id {
      let next = state.reduce(.next)
      if next.position == state.position { return state }
      state = next
    }
    return state
  }

  static func compare(_ state: State, _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    try compare(state.canvas(state.size), name, sourceLocation: sourceLocation)
  }

  static func compare(_ canvas: Canvas, _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let found = canvas.text.map(withoutBlanksAtEnd)
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
    let file = folder.appending(path: "\(name)-\(canvas.size.columns)x\(canvas.size.rows).txt")
    if ProcessInfo.processInfo.environment["BOXSTEP_RECORD"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try (found.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
      return
    }
    var wanted = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    if wanted.last == "" { wanted.removeLast() }
    let difference = difference(found, wanted)
    #expect(difference.isEmpty, "\(file.lastPathComponent)\n\(difference)", sourceLocation: sourceLocation)
  }

  private static func withoutBlanksAtEnd(_ line: String) -> String {
    var line = line
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  /// The lines that differ, as wanted and as found.
  private static func difference(_ found: [String], _ wanted: [String]) -> String {
    (0..<max(found.count, wanted.count)).compactMap { row in
      let pair = (
        row < wanted.count ? wanted[row] : "(no line)", row < found.count ? found[row] : "(no line)"
      )
      return pair.0 == pair.1 ? nil : "line \(row + 1)\n  wanted  \(pair.0)\n  found   \(pair.1)"
    }.joined(separator: "\n")
  }
}
