import Screen
import Testing
import Traces

/// The pages of the loss lab as text.
@Suite struct LabSnapshotTests {
  private static let sizes = [(80, 24), (120, 36), (200, 60)]

  @Test(arguments: LabState.Page.allCases, sizes)
  func pages(_ page: LabState.Page, _ size: (columns: Int, rows: Int)) throws {
    let lab = LabState(appearance: Appearance(glyphs: .ascii, colors: .none)).reduce(.page(page))
    try compare(lab, "lab-\(page)", size)
  }

  @Test func others() throws {
    let lab = LabState()
    try compare(lab, "lab-colours", (80, 24))
    try compare(lab.reduce(.example(1)).reduce(.choose(-1)).reduce(.choose(-1)), "lab-apart", (120, 36))
    try compare(lab.reduce(.help), "lab-help", (80, 24))
    try compare(lab.reduce(.page(.probability)).reduce(.turn), "lab-absent", (120, 36))
    try compare(lab.reduce(.page(.anchors)).reduce(.turn).reduce(.choose(1)), "lab-switched", (120, 36))
    let traced = LabState(trace: try Fixture.mixed.get()).reduce(.page(.anchors))
    try compare(traced, "lab-traced", (120, 36))
  }

  private func compare(_ lab: LabState, _ name: String, _ size: (columns: Int, rows: Int)) throws {
    try Snapshot.compare(lab.canvas(Size(columns: size.columns, rows: size.rows)), name)
  }
}
