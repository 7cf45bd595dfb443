import Scenes
import Screen
import Testing

@Suite struct StartScreenTests {
  private let start = StartScreen(
    detectors: ["one", "two", "three"].map {
      StartScreen.DetectorChoice(name: $0, title: $0.uppercased(), summary: "How \($0) does it.")
    }, appearance: Appearance(glyphs: .ascii))

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
    #expect(second.reduce(.follow).outcome == .open(scene: Gallery.entries[1].name, detector: "one"))
    #expect(second.reduce(.next).outcome == .open(scene: Gallery.entries[1].name, detector: "one"))
  }

  @Test func tabShowsTheLessons() {
    let lessons = ["one", "two"].map {
      StartScreen.LessonChoice(path: "\($0).yaml", title: "Lesson \($0)", summary: "About \($0)", effort: "5 minutes")
    }
    let start = StartScreen(
      detectors: [.init(name: "one", title: "One", summary: "")], lessons: lessons,
      appearance: Appearance(glyphs: .ascii))
    let list = start.reduce(.focusNext)
    #expect(list.canvas(Size(columns: 80, rows: 24)).text.contains { $0.contains("Lesson two") })
    #expect(list.reduce(.move(.down)).reduce(.follow).outcome == .play("two.yaml"))
    #expect(list.reduce(.next).outcome == .play("one.yaml"))
    #expect(list.reduce(.focusNext).lesson == nil && list.reduce(.cancel).lesson == nil)
    #expect(list.reduce(.quit).outcome == .quit)
    // Where there is none, there is nothing to choose.
    #expect(self.start.reduce(.focusNext).lesson == nil)
  }

  @Test func aDetectorIsChosenToo() {
    let third = start.reduce(.move(.left))
    #expect(third.detector == 2 && third.reduce(.move(.right)).detector == 0)
    #expect(third.reduce(.follow).outcome == .open(scene: Gallery.entries[0].name, detector: "three"))
    #expect(third.reduce(.follow).reopened().outcome == nil && third.reduce(.follow).reopened().detector == 2)
    let text = third.canvas(Size(columns: 80, rows: 24)).text
    #expect(text[2].contains(" ONE   TWO  [THREE]") && text[3].contains("How three does it."))
    #expect(StartScreen.action(for: .character("d")).map { "\($0)" } == "\(Action.move(.right))")
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
