import Screen
import Testing

/// The views of what a GT is made of, as text. `BOXSTEP_RECORD=1 swift test` writes them anew.
@Suite struct GroupSnapshotTests {
  private static let steps = ["points", "assign", "bags", "saturation", "mining", "train", "roialign"]
  private static let sizes = [(80, 24), (120, 36), (200, 60)]

  private func state(_ step: String, _ columns: Int, _ rows: Int, _ appearance: Appearance = Appearance()) -> State {
    let trace = Recipe().pointTrace()
    let state = Fixture.waiting(trace, appearance, columns: columns, rows: rows)
      .reduce(.arrived(trace, history: [2.5, 1.25], kept: Recipe().kept))
    return Snapshot.go(to: step, state)
  }

  @Test(arguments: steps, sizes) func aViewAtEverySize(_ step: String, _ size: (columns: Int, rows: Int)) throws {
    try Snapshot.compare(state(step, size.columns, size.rows).reduce(.focusNext), step)
  }

  @Test(arguments: steps) func aViewInASCII(_ step: String) throws {
    let appearance = Appearance(glyphs: .ascii, colors: .none)
    try Snapshot.compare(state(step, 120, 36, appearance).reduce(.focusNext), "\(step)-ascii")
  }

  @Test func ownersOfThePriors() throws {
    let state = state("assign", 80, 24, Appearance(colors: .none)).reduce(.focusNext).reduce(.nextView)
    try Snapshot.compare(state, "owners")
  }

  @Test func aBagSortedByAnotherColumn() throws {
    let state = state("bags", 80, 24, Appearance(colors: .none)).reduce(.focusNext).reduce(.zoom)
    try Snapshot.compare(state.reduce(.sort).reduce(.move(.down)), "bags-sorted")
  }

  @Test func atTheCutOfARanking() throws {
    let state = state("mining", 80, 24, Appearance(colors: .none)).reduce(.focusNext).reduce(.zoom)
    try Snapshot.compare(state.reduce(.move(.right)), "mining-cut")
  }
}
