import Scenes
import Screen
import Testing

@Suite struct StartScreenTests {
  private let start = StartScreen(appearance: Appearance(glyphs: .ascii))

  @Test func choosingStaysOnTheList() {
    #expect(start.selected == 0)
    #expect(start.reduce(.move(.up)).selected == 0)
    #expect(start.reduce(.move(.down)).selected == 1)
    #expect(start.reduce(.last).selected == Gallery.entries.count - 1)
    #expect(start.reduce(.last).reduce(.move(.down)).selected == Gallery.entries.count - 1)
    #expect(start.reduce(.last).reduce(.first).selected == 0)
  }

  @Test func enterAndSpaceOpenTheChosen() {
    let second = start.reduce(.move(.down))
    #expect(second.outcome == nil)
    #expect(second.reduce(.follow).outcome == .open(Gallery.entries[1].name))
    #expect(second.reduce(.next).outcome == .open(Gallery.entries[1].name))
  }

  @Test func leaving() {
    #expect(start.reduce(.quit).outcome == .quit)
    #expect(start.reduce(.cancel).outcome == nil)
  }

  @Test(arguments: [(0, 0), (1, 1), (20, 5), (60, 18), (80, 24), (120, 36), (300, 100)])
  func anySizeIsDrawn(columns: Int, rows: Int) {
    let size = Size(columns: columns, rows: rows)
    for screen in [start, start.reduce(.last)] {
      #expect(screen.canvas(size).size == size)
    }
  }

  /// However few rows there are, the chosen scene is among those shown.
  @Test(arguments: [8, 12, 24, 36])
  func theChosenIsInSight(rows: Int) {
    var screen = start
    for entry in Gallery.entries {
      let text = screen.canvas(Size(columns: 80, rows: rows)).text
      #expect(text.contains { $0.hasPrefix(" > \(entry.name)") }, "\(text)")
      screen = screen.reduce(.move(.down))
    }
  }
}
