import Foundation
import Screen
import Testing
import Traces

/// Screens as text, to be read and compared. `BOXSTEP_RECORD=1 swift test` writes them anew.
@Suite struct SnapshotTests {
  private static let sizes = [(80, 24), (120, 36), (200, 60)]
  private static let steps = ["pyramid", "anchors", "match", "focal", "detections"]

  @Test(arguments: sizes) func aStepAtEverySize(_ columns: Int, _ rows: Int) throws {
    let state = go(to: "match", Fixture.state(Recipe().trace(), columns: columns, rows: rows))
    try compare(state, "match")
    try compare(state.reduce(.focusNext), "match-view")
  }

  @Test(arguments: steps) func everyStep(_ step: String) throws {
    let appearance = Appearance(glyphs: .ascii, colors: .none)
    try compare(go(to: step, Fixture.state(Recipe().trace(), appearance)), "\(step)-ascii")
  }

  @Test func everyViewZoomed() throws {
    var state = go(to: "focal", Fixture.state(Recipe().trace(), columns: 80, rows: 24))
    state = state.reduce(.focusNext).reduce(.zoom)
    for view in ["curve", "ranking", "map", "bars", "cell"] {
      try compare(state, "zoomed-\(view)")
      state = state.reduce(.nextView)
    }
  }

  @Test func others() throws {
    let trace = Recipe().trace()
    let plain = Fixture.state(trace, Appearance(colors: .none), columns: 80, rows: 24)
    try compare(Fixture.waiting(trace, Appearance(colors: .none), columns: 80, rows: 24), "waiting")
    try compare(plain.reduce(.help), "help")
    try compare(go(to: "match", plain).reduce(.into).reduce(.next), "substep")
    let boxes = go(to: "detections", plain).reduce(.resized(Size(columns: 120, rows: 36)))
    try compare(boxes.reduce(.select(.box(BoxRow(.detection, 1)))), "detection")
    let candidates = boxes.reduce(.nextView)
    try compare(candidates.reduce(.select(.box(BoxRow(.candidate, 0)))), "suppressor")
    try compare(candidates.reduce(.select(.box(BoxRow(.candidate, 1)))), "suppressed")
    try compare(
      plain.reduce(.train(iterations: 100)).reduce(.progress(done: 40, losses: [2, 1], secondsLeft: 12.3)),
      "training")
    try compare(plain.reduce(.failed("The network gave numbers that are not finite.")), "fault")
    try compare(Fixture.state(trace, columns: 59, rows: 18), "too-small")
    try compare(Fixture.state(Recipe(objects: []).trace(), columns: 60, rows: 18), "smallest-empty")
  }

  private func go(to id: String, _ state: State) -> State {
    var state = state
    while state.trace?.steps[state.position.step].id != id {
      let next = state.reduce(.next)
      if next.position == state.position { return state }
      state = next
    }
    return state
  }

  private func compare(_ state: State, _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let found = state.canvas(state.size).text.map(Self.withoutBlanksAtEnd)
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
    let file = folder.appending(path: "\(name)-\(state.size.columns)x\(state.size.rows).txt")
    if ProcessInfo.processInfo.environment["BOXSTEP_RECORD"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try (found.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
      return
    }
    var wanted = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    if wanted.last == "" { wanted.removeLast() }
    let difference = Self.difference(found, wanted)
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
