extension StartScreen {
  /// Keys, and what they do here.
  private static let help = [
    ("↑ ↓  j k", "another scene"), ("d D  ← →", "another detector"), ("Home End", "first and last scene"),
    ("Enter Space", "open the scene"), ("Tab", "lessons, and back to the scenes"),
    ("L", "the loss lab, without a scene"), ("q", "quit"),
    ("?", "in the debugger too: all its keys"),
  ]

  func drawHelp(_ size: Size, _ pen: inout Pen) {
    let rows = StartScreen.help.count + 2
    guard size.columns >= 52, size.rows >= rows + 2 else { return }
    let rect = Rect((size.columns - 50) / 2, (size.rows - rows) / 2, columns: 50, rows: rows)
    pen.fill(rect)
    pen.frame(rect, title: [.init("Keys", pen.theme.accent)], note: [.init("any key closes", pen.theme.secondary)])
    for (row, line) in StartScreen.help.enumerated() {
      pen.write(line.0, rect.column + 2, rect.row + 1 + row, pen.theme.accent)
      pen.write(line.1, rect.column + 15, rect.row + 1 + row, width: 33, pen.theme.text)
    }
  }
}
