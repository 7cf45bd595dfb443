import Screen

/// Steps as text: what the screen shows, one after another.
enum TextExport {
  static func text(_ reel: Reel) -> String {
    let frames = reel.frames.map { frame in
      ([heading(frame, reel), ""] + lines(frame.state)).joined(separator: "\n")
    }
    return frames.joined(separator: "\n\n") + "\n"
  }

  /// "== 7/13 match".
  static func heading(_ frame: Frame, _ reel: Reel) -> String {
    let chapter = frame.chapter.map { ": \($0)" } ?? ""
    return "== \(frame.number)/\(reel.count) \(frame.id)\(chapter)"
  }

  /// Drawn without colours, which text has not; without the blanks at the ends of its lines.
  private static func lines(_ state: State) -> [String] {
    var state = state
    state.appearance.colors = .none
    return state.canvas(state.size).text.map { line in
      var line = Substring(line)
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }
}
