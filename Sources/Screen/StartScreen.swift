import Scenes
import Traces

/// The first screen: the scenes to choose from, and the chosen one beside them.
package struct StartScreen: Sendable {
  package enum Outcome: Hashable, Sendable {
    case open(String)
    case lab
    case quit
  }

  package private(set) var selected = 0
  package private(set) var outcome: Outcome?
  private let entries: [GalleryEntry]
  private let appearance: Appearance

  /// - Parameter entries: at least one.
  package init(_ entries: [GalleryEntry] = Gallery.entries, appearance: Appearance) {
    self.entries = entries
    self.appearance = appearance
  }

  /// The state after an action: up and down choose, Enter and Space open, q leaves.
  package func reduce(_ action: Action) -> StartScreen {
    var next = self
    next.outcome = nil
    switch action {
    case .move(.up), .back, .gt(-1): next.selected = max(0, selected - 1)
    case .move(.down), .gt(1): next.selected = min(entries.count - 1, selected + 1)
    case .first: next.selected = 0
    case .last: next.selected = entries.count - 1
    case .follow, .next: if let entry = chosen { next.outcome = .open(entry.name) }
    case .openLab: next.outcome = .lab
    case .quit: next.outcome = .quit
    default: break
    }
    return next
  }

  private var chosen: GalleryEntry? { entries.indices.contains(selected) ? entries[selected] : nil }

  package func canvas(_ size: Size) -> Canvas {
    var pen = Pen(size: size, appearance: appearance)
    let theme = pen.theme
    pen.write(
      [.init(" boxstep", theme.accent), .init("  step through one training iteration of an object detector")], 0, 0,
      width: size.columns)
    pen.write(" Choose a scene, or bring your own: boxstep open FILE", 0, 1, theme.secondary)
    let body = Rect(0, 3, columns: size.columns, rows: max(0, size.rows - 4))
    let listColumns = size.columns >= 90 ? size.columns / 2 : size.columns
    drawList(Rect(0, body.row, columns: listColumns, rows: body.rows), &pen)
    if listColumns < size.columns {
      let right = Rect(listColumns, body.row, columns: size.columns - listColumns, rows: body.rows)
      drawPreview(right, &pen)
    }
    pen.write(
      [
        .init(" ↑↓", theme.accent), .init(" choose  "), .init("Enter", theme.accent), .init(" open  "),
        .init("L", theme.accent), .init(" loss lab  "),
        .init("q", theme.accent), .init(" quit  "), .init("boxstep --help", theme.accent), .init(" other commands"),
      ], 0, size.rows - 1, width: size.columns)
    return pen.finished()
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
