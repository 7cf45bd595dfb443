import Scenes
import Traces

/// The first screen: the scenes and detectors to choose from, and the chosen scene beside them.
package struct StartScreen: Sendable {
  package enum Outcome: Hashable, Sendable {
    case open(scene: String, detector: String)
    /// A lesson, by the path of its file.
    case play(String)
    case lab
    case quit
  }

  package struct DetectorChoice: Hashable, Sendable {
    /// In commands: "fcos".
    package let name: String
    /// In prose: "FCOS".
    package let title: String
    /// One line.
    package let summary: String

    package init(name: String, title: String, summary: String) {
      self.name = name
      self.title = title
      self.summary = summary
    }
  }

  /// A lesson to choose.
  package struct LessonChoice: Hashable, Sendable {
    package let path: String
    package let title: String
    package let summary: String
    /// "beginner, 8 minutes".
    package let effort: String

    package init(path: String, title: String, summary: String, effort: String) {
      self.path = path
      self.title = title
      self.summary = summary
      self.effort = effort
    }
  }

  package private(set) var selected = 0
  /// The lesson that is chosen, while lessons are shown; nil while scenes are.
  package private(set) var lesson: Int?
  /// The detector that a scene is opened with.
  package private(set) var detector: Int
  package private(set) var outcome: Outcome?
  private var showsHelp = false
  private let entries: [GalleryEntry]
  private let detectors: [DetectorChoice]
  private let lessons: [LessonChoice]
  package var appearance: Appearance

  /// - Parameters:
  ///   - entries: at least one.
  ///   - detectors: at least one; `detector` is the one chosen at first.
  package init(
    _ entries: [GalleryEntry] = Gallery.entries, detectors: [DetectorChoice], detector: Int = 0,
    lessons: [LessonChoice] = [], appearance: Appearance
  ) {
    self.lessons = lessons
    self.entries = entries
    self.detectors = detectors
    self.detector = detector.clamped(to: 0...max(0, detectors.count - 1))
    self.appearance = appearance
  }

  /// The action of a key: as in the debugger, and `d` for the next detector.
  package static func action(for key: Key) -> Action? {
    switch key {
    case .character("d"): .move(.right)
    case .character("D"): .move(.left)
    default: Keymap.standard.action(for: key)
    }
  }

  /// The same choice once more, as after leaving what was opened.
  package func reopened() -> StartScreen {
    var next = self
    next.outcome = nil
    return next
  }

  /// The state after an action: up and down choose a scene, left and right a detector, Enter and Space open, q leaves.
  package func reduce(_ action: Action) -> StartScreen {
    var next = self
    next.outcome = nil
    let count = max(1, detectors.count)
    // Any key closes the help.
    next.showsHelp = false
    if showsHelp { return next }
    if case .help = action {
      next.showsHelp = true
      return next
    }
    if let lesson, next.reduceLessons(action, lesson) { return next }
    switch action {
    case .focusNext, .focusPrevious: next.lesson = lessons.isEmpty ? nil : 0
    case .move(.right): next.detector = (detector + 1) % count
    case .move(.left): next.detector = (detector + count - 1) % count
    case .move(.up), .back, .gt(-1): next.selected = max(0, selected - 1)
    case .move(.down), .gt(1): next.selected = min(entries.count - 1, selected + 1)
    case .first: next.selected = 0
    case .last: next.selected = entries.count - 1
    case .openLab: next.outcome = .lab
    case .follow, .next:
      guard let entry = chosen, detectors.indices.contains(detector) else { break }
      next.outcome = .open(scene: entry.name, detector: detectors[detector].name)
    case .quit: next.outcome = .quit
    default: break
    }
    return next
  }

  /// While something is being opened.
  package static func opening(_ title: String, _ appearance: Appearance, _ size: Size) -> Canvas {
    var pen = Pen(size: size, appearance: appearance)
    pen.write([.init(" \(title)", pen.theme.accent), .init("  one moment…", pen.theme.secondary)], 0, 0)
    return pen.finished()
  }

  /// Whether the action was one for the list of lessons.
  private mutating func reduceLessons(_ action: Action, _ chosen: Int) -> Bool {
    switch action {
    case .focusNext, .focusPrevious, .cancel: lesson = nil
    case .move(.up), .back: lesson = max(0, chosen - 1)
    case .move(.down): lesson = min(lessons.count - 1, chosen + 1)
    case .first: lesson = 0
    case .last: lesson = lessons.count - 1
    case .follow, .next: if lessons.indices.contains(chosen) { outcome = .play(lessons[chosen].path) }
    case .openLab, .quit: return false
    default: break
    }
    return true
  }

  private var chosen: GalleryEntry? { entries.indices.contains(selected) ? entries[selected] : nil }

  package func canvas(_ size: Size) -> Canvas {
    var pen = Pen(size: size, appearance: appearance)
    let theme = pen.theme
    pen.write(
      [.init(" boxstep", theme.accent), .init("  step through one training iteration of an object detector")], 0, 0,
      width: size.columns)
    if let lesson { return lessonsCanvas(lesson, pen) }
    pen.write(" Choose a scene, or bring your own: boxstep open FILE", 0, 1, theme.secondary)
    drawDetectors(2, &pen)
    let body = Rect(0, 5, columns: size.columns, rows: max(0, size.rows - 6))
    let listColumns = size.columns >= 90 ? size.columns / 2 : size.columns
    drawList(Rect(0, body.row, columns: listColumns, rows: body.rows), &pen)
    if listColumns < size.columns {
      let right = Rect(listColumns, body.row, columns: size.columns - listColumns, rows: body.rows)
      drawPreview(right, &pen)
    }
    let more: [Pen.Span] = [.init("  boxstep --help", theme.accent), .init(" more")]
    pen.write(
      [
        .init(" ↑↓", theme.accent), .init(" scene  "), .init("d ←→", theme.accent), .init(" detector  "),
        .init("Enter", theme.accent), .init(" open  "), .init("Tab", theme.accent), .init(" lessons  "),
        .init("L", theme.accent), .init(" loss lab  "), .init("?", theme.accent), .init(" keys  "),
        .init("q", theme.accent), .init(" quit"),
      ] + (size.columns >= 98 ? more : []), 0, size.rows - 1, width: size.columns)
    if showsHelp { drawHelp(size, &pen) }
    return pen.finished()
  }

  /// The lessons, each with what it is about.
  private func lessonsCanvas(_ chosen: Int, _ pen: Pen) -> Canvas {
    var pen = pen
    let (theme, size) = (pen.theme, pen.canvas.size)
    pen.write(" Choose a lesson. Space leads through it; every other key is the debugger's.", 0, 1, theme.secondary)
    // Where not all can have it, what the chosen one is about stands under the list.
    let rowsEach = size.rows - 4 >= lessons.count * 2 ? 2 : 1
    let shown = max(1, (size.rows - (rowsEach == 1 ? 7 : 4)) / rowsEach)
    let first = min(max(0, chosen - shown / 2), max(0, lessons.count - shown))
    for (line, index) in (first..<min(lessons.count, first + shown)).enumerated() {
      let (lesson, row) = (lessons[index], 3 + line * rowsEach)
      let isChosen = index == chosen
      pen.write(
        [
          .init(isChosen ? " ▸ " : "   ", theme.accent), .init(lesson.title, isChosen ? theme.accent : theme.strong),
          .init("  \(lesson.effort)", theme.secondary),
        ], 0, row, width: size.columns)
      if rowsEach > 1 {
        pen.write(lesson.summary, 5, row + 1, width: size.columns - 6, isChosen ? theme.text : theme.secondary)
      }
    }
    if rowsEach == 1, lessons.indices.contains(chosen) {
      let room = Rect(3, max(0, size.rows - 3), columns: size.columns - 4, rows: 2)
      pen.wrap(lessons[chosen].summary, in: room, theme.text)
    }
    pen.write(
      [
        .init(" ↑↓", theme.accent), .init(" lesson  "), .init("Enter", theme.accent), .init(" play  "),
        .init("Tab", theme.accent), .init(" scenes  "), .init("?", theme.accent), .init(" keys  "),
        .init("q", theme.accent), .init(" quit"),
      ], 0, size.rows - 1, width: size.columns)
    if showsHelp { drawHelp(size, &pen) }
    return pen.finished()
  }

  /// The detectors beside each other, and what the chosen one is.
  private func drawDetectors(_ row: Int, _ pen: inout Pen) {
    var column = 1
    for (index, choice) in detectors.enumerated() {
      let isChosen = index == detector
      let text = isChosen ? "[\(choice.title)]" : " \(choice.title) "
      column += pen.write(text, column, row, isChosen ? pen.theme.current : pen.theme.strong) + 1
    }
    guard detectors.indices.contains(detector) else { return }
    pen.write(detectors[detector].summary, 2, row + 1, width: pen.canvas.size.columns - 3, pen.theme.secondary)
  }

  private func drawList(_ rect: Rect, _ pen: inout Pen) {
    let theme = pen.theme
    let rowsEach = rect.rows >= entries.count * 3 ? 3 : rect.rows >= entries.count * 2 ? 2 : 1
    let shown = max(1, rect.rows / rowsEach)
    let first = min(max(0, selected - shown / 2), max(0, entries.count - shown))
    for (line, index) in (first..<min(entries.count, first + shown)).enumerated() {
      let entry = entries[index]
      let isChosen = index == selected
      let row = rect.row + line * rowsEach
      pen.write(
        [.init(isChosen ? " ▸ " : "   ", theme.accent), .init(entry.name, isChosen ? theme.accent : theme.strong)],
        rect.column, row, width: rect.columns)
      guard rowsEach > 1 else { continue }
      let room = Rect(rect.column + 3, row + 1, columns: rect.columns - 4, rows: rowsEach - 1)
      pen.wrap(entry.summary, in: room, isChosen ? theme.text : theme.secondary)
    }
  }

  /// The picture as the debugger shows it, with what it was made to show.
  private func drawPreview(_ rect: Rect, _ pen: inout Pen) {
    guard let entry = chosen else { return }
    let words = min(3, max(0, rect.rows - 10))
    let frame = rect.top(rows: rect.rows - words)
    let state = State(
      scene: entry.scene(), detector: "", appearance: appearance, explain: { _, _ in nil })
    PicturePanel(state: state).draw(PartFrame(rect: frame, joinsAbove: false, isFocused: false), &pen)
    pen.wrap(
      "Made to show: \(entry.shows).", in: rect.dropping(rows: rect.rows - words).inset(left: 1, right: 1),
      pen.theme.text)
  }
}
