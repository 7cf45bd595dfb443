/// The keys, over everything else.
struct HelpPanel {
  let state: State

  private enum Line {
    case heading(String)
    case binding(KeyBinding)
    case blank
  }

  private static let lines: [Line] = KeyBinding.Group.allCases.flatMap { group -> [Line] in
    let bindings = KeyBinding.all.filter { $0.group == group }
    return bindings.isEmpty ? [] : [.heading(group.rawValue)] + bindings.map(Line.binding) + [.blank]
  }.dropLast()

  private static let keyColumns = KeyBinding.all.map(\.label.columns).max() ?? 0
  private static let helpColumns = KeyBinding.all.map(\.help.columns).max() ?? 0

  private static func rect(_ size: Size) -> Rect {
    let columns = min(size.columns - 4, keyColumns + helpColumns + 8)
    let rows = min(size.rows - 2, lines.count + 4)
    return Rect((size.columns - columns) / 2, (size.rows - rows) / 2, columns: columns, rows: rows)
  }

  /// How far it can be scrolled.
  static func lastLine(_ size: Size) -> Int { max(0, lines.count - (rect(size).rows - 2)) }

  func draw(_ size: Size, _ pen: inout Pen) {
    let rect = HelpPanel.rect(size)
    let theme = pen.theme
    pen.fill(rect)
    pen.frame(
      rect, title: [.init("Keys", theme.accent)],
      note: [.init(HelpPanel.lastLine(size) > 0 ? "↑↓ scroll  ? closes" : "? closes", theme.secondary)])
    pen.tintFrame(rect)
    let inner = rect.inner.inset(left: 2, right: 1)
    let start = state.scroll.help.clamped(to: 0...HelpPanel.lastLine(size))
    let top = HelpPanel.lastLine(size) == 0 && inner.rows > HelpPanel.lines.count ? 1 : 0
    for (row, line) in HelpPanel.lines.dropFirst(start).prefix(inner.rows - top).enumerated() {
      switch line {
      case .heading(let title): pen.write(title, inner.column, inner.row + top + row, theme.strong)
      case .binding(let binding):
        let left = inner.column + 1
        pen.write(binding.label, left, inner.row + top + row, width: inner.columns - 1, theme.accent)
        let column = left + HelpPanel.keyColumns + 2
        pen.write(binding.help, column, inner.row + top + row, width: inner.right - column + 1)
      case .blank: break
      }
    }
  }
}
