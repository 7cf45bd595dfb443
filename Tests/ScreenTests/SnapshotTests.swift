import Screen
import Testing
import Traces

/// Screens as text, to be read and compared. `BOXSTEP_RECORD=1 swift test` writes them anew.
@Suite struct SnapshotTests {
  private static let sizes = [(80, 24), (120, 36), (200, 60)]
  private static let steps = ["pyramid", "anchors", "match", "focal", "detections"]

  @Test(arguments: sizes) func aStepAtEverySize(_ columns: Int, _ rows: Int) throws {
    let state = Snapshot.go(to: "match", Fixture.state(Recipe().trace(), columns: columns, rows: rows))
    try Snapshot.compare(state, "match")
    try Snapshot.compare(state.reduce(.focusNext), "match-view")
  }

  @Test(arguments: steps) func everyStep(_ step: String) throws {
    let appearance = Appearance(glyphs: .ascii, colors: .none)
    try Snapshot.compare(Snapshot.go(to: step, Fixture.state(Recipe().trace(), appearance)), "\(step)-ascii")
  }

  @Test func everyViewZoomed() throws {
    var state = Snapshot.go(to: "focal", Fixture.state(Recipe().trace(), columns: 80, rows: 24))
    state = state.reduce(.focusNext).reduce(.zoom)
    for view in ["curve", "ranking", "map", "bars"] {
      try Snapshot.compare(state, "zoomed-\(view)")
      state = state.reduce(.nextView)
    }
  }

  @Test func others() throws {
    let trace = Recipe().trace()
    let plain = Fixture.state(trace, Appearance(colors: .none), columns: 80, rows: 24)
    try Snapshot.compare(Fixture.waiting(trace, Appearance(colors: .none), columns: 80, rows: 24), "waiting")
    try Snapshot.compare(plain.reduce(.help), "help")
    try Snapshot.compare(Snapshot.go(to: "match", plain).reduce(.into).reduce(.next), "substep")
    let boxes = Snapshot.go(to: "detections", plain).reduce(.resized(Size(columns: 120, rows: 36)))
    try Snapshot.compare(boxes.reduce(.select(.box(BoxRow(.detection, 1)))), "detection")
    let candidates = boxes.reduce(.nextView)
    try Snapshot.compare(candidates.reduce(.select(.box(BoxRow(.candidate, 0)))), "suppressor")
    try Snapshot.compare(candidates.reduce(.select(.box(BoxRow(.candidate, 1)))), "suppressed")
    try Snapshot.compare(
      plain.reduce(.train(iterations: 100)).reduce(.progress(done: 40, losses: [2, 1], secondsLeft: 12.3)),
      "training")
    try Snapshot.compare(plain.reduce(.failed("The network gave numbers that are not finite.")), "fault")
    try Snapshot.compare(Fixture.state(trace, columns: 59, rows: 18), "too-small")
    try Snapshot.compare(Fixture.state(Recipe(objects: []).trace(), columns: 60, rows: 18), "smallest-empty")
  }
}
