/// Draws what a lesson says over a part of the frame that it does not speak of.
struct NarrationPanel {
  let state: State
  let narration: Narration

  /// A line, and what a click on it does.
  private struct Line {
    var spans: [Pen.Span] = []
    var command: Narration.Command?
  }

  func draw(_ layout: Layout, _ pen: inout Pen) {
    for place in narration.places { mark(place, layout, &pen) }
    let column = Column(state: state, layout: layout, narration: narration)
    let inside = column.rect.columns - 4
    let lines = self.lines(columns: inside, room: column.rect.rows - 2, pen)
    let rect = column.place(rows: lines.count + 2)
    let theme = pen.theme
    pen.fill(rect)
    let title: [Pen.Span] = [
      .init("LESSON", theme.accent), .init(narration.title.isEmpty ? "" : "  \(narration.title)", theme.strong),
    ]
    let note: Pen.Span =
      narration.isAstray
      ? .init("exploring: Esc comes back", theme.hazard) : .init(narration.progress, theme.secondary)
    pen.frame(rect, title: title, note: [note])
    pen.tintFrame(rect)
    // Where there is no room for all, what came last counts most.
    let room = rect.rows - 2
    if lines.count > room { pen.note(rightOn: rect.row, of: rect, "↑ \(lines.count - room) more", theme.hazard) }
    for (row, line) in lines.suffix(room).enumerated() {
      pen.write(line.spans, rect.column + 2, rect.row + 1 + row, width: inside)
      if let command = line.command {
        pen.spot(Rect(rect.column + 1, rect.row + 1 + row, columns: inside + 2, rows: 1), .lesson(command))
      }
    }
  }

  /// The rows it takes in a column of a width, its frame with it.
  static func rows(_ narration: Narration, _ state: State, columns: Int) -> Int {
    let pen = Pen(size: Size(columns: 0, rows: 0), appearance: state.appearance)
    let panel = NarrationPanel(state: state, narration: narration)
    return panel.lines(narration.blocks, columns: columns - 4, pen).count + 2
  }

  // MARK: What it speaks of

  /// Told by a mark and by colour: the frame of a part, or the beginning of a line.
  private func mark(_ place: Narration.Place, _ layout: Layout, _ pen: inout Pen) {
    switch place {
    case .part(let part):
      guard let rect = state.rect(of: part, layout) else { return }
      pen.tintFrame(rect, pen.theme.spokenOf)
      pen.put(Cell("◆", pen.theme.spokenOf), rect.column, rect.row)
    case .rail: pen.put(Cell("◆", pen.theme.spokenOf), 0, 1)
    case .headline: pen.put(Cell("◆", pen.theme.spokenOf), 0, layout.headline.row)
    }
  }

  // MARK: Lines

  /// Where there is no room for all, what may be done without goes first: the source, then the choices that were passed.
  private func lines(columns: Int, room: Int, _ pen: Pen) -> [Line] {
    var blocks = narration.blocks
    var lines = self.lines(blocks, columns: columns, pen)
    for isSpare in [\Narration.Block.isSource, \.isPassed] where lines.count > room {
      blocks.removeAll { $0[keyPath: isSpare] }
      lines = self.lines(blocks, columns: columns, pen)
    }
    return lines
  }

  private func lines(_ blocks: [Narration.Block], columns: Int, _ pen: Pen) -> [Line] {
    var lines: [Line] = []
    for block in blocks {
      if block.isOfList {} else if !lines.isEmpty { lines.append(Line()) }
      lines += self.lines(block, columns: columns, pen)
    }
    return lines
  }

  private func lines(_ block: Narration.Block, columns: Int, _ pen: Pen) -> [Line] {
    let theme = pen.theme
    func text(_ head: String, _ text: String, _ style: Style, _ command: Narration.Command? = nil) -> [Line] {
      let indent = pen.columns(head)
      return pen.spelled(text).wrapped(columns - indent).enumerated().map { index, line in
        let head = index == 0 ? head : String(repeating: " ", count: indent)
        return Line(spans: [.init(head, style), .init(line, style)], command: command)
      }
    }
    switch block {
    case .words(let spans): return wrapped(spans, columns, pen, theme.text)
    case .question(let spans): return wrapped(spans, columns, pen, theme.strong)
    case .hint(let spans): return wrapped([.init("Hint: ", .strong)] + spans, columns, pen, theme.text)
    case .choice(let number, let words, let mark):
      let (sign, style): (String, Style) =
        switch mark {
        case .open: (" ", theme.text)
        case .right: ("✓", theme.positive)
        case .wrong: ("✗", theme.hazard)
        case .passed: (" ", theme.secondary)
        }
      return text("\(sign) \(number)  ", words, style, mark == .open ? .choose(number) : nil)
    case .input(let typed):
      return [
        Line(spans: [.init("  your answer: ", theme.secondary), .init(typed, theme.strong), .init("▏", theme.accent)])
      ]
    case .verdict(let isRight, let words):
      return text(isRight ? "✓ " : "→ ", words, isRight ? theme.positive : theme.hazard)
    case .condition(let wanted, let found, let holds):
      let mark = holds ? "✓ " : "· "
      return text(mark, wanted, holds ? theme.positive : theme.strong)
        + text("  ", "now \(found)", holds ? theme.text : theme.hazard)
    case .command(let words): return text("  ", ":\(words)", theme.accent)
    case .fault(let words): return text("! ", words, theme.fault)
    case .source(let words): return text("", words, theme.secondary)
    }
  }

  /// Words of several styles, broken at spaces.
  private func wrapped(_ spans: [Narration.Span], _ columns: Int, _ pen: Pen, _ base: Style) -> [Line] {
    var lines: [Line] = []
    var line = Line()
    var used = 0
    for word in words(spans, pen, base) {
      let width = word.reduce(0) { $0 + $1.text.columns }
      if used > 0, used + 1 + width > columns {
        lines.append(line)
        (line, used) = (Line(), 0)
      }
      if used > 0 {
        line.spans.append(.init(" ", base))
        used += 1
      }
      line.spans += word
      used += width
    }
    return used > 0 ? lines + [line] : lines
  }

  /// Words, each of one style or of several: a comma behind a number belongs to it.
  private func words(_ spans: [Narration.Span], _ pen: Pen, _ base: Style) -> [[Pen.Span]] {
    var words: [[Pen.Span]] = [[]]
    for span in spans {
      let style = self.style(span.emphasis, pen.theme, base)
      let parts = pen.spelled(span.text).split(separator: " ", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index > 0 { words.append([]) }
        if !part.isEmpty { words[words.count - 1].append(.init(String(part), style)) }
      }
    }
    return words.filter { !$0.isEmpty }
  }

  private func style(_ emphasis: Narration.Span.Emphasis, _ theme: Theme, _ base: Style) -> Style {
    switch emphasis {
    case .plain: return base
    case .strong: return theme.strong
    case .gentle:
      var style = base
      style.underline = true
      return style
    case .code: return theme.accent
    case .value: return theme.spokenOf
    }
  }
}

extension Narration.Block {
  fileprivate var isSource: Bool { if case .source = self { true } else { false } }
  fileprivate var isPassed: Bool { if case .choice(_, _, .passed) = self { true } else { false } }

  /// Whether it stands under the one before without a space.
  fileprivate var isOfList: Bool {
    switch self {
    case .choice, .command: true
    default: false
    }
  }
}

/// The room for what is said: a column of the frame, and in which direction it may grow.
private struct Column {
  let rect: Rect
  private let growsUp: Bool

  init(state: State, layout: Layout, narration: Narration) {
    func speaks(of part: Part) -> Bool {
      narration.places.contains(.part(part)) && state.rect(of: part, layout) != nil
    }
    let body = layout.body
    guard state.zoomed == nil else {
      // The part that has the frame leaves it this room.
      (rect, growsUp) = (body, true)
      return
    }
    let right = Rect(layout.why.column, body.row, columns: layout.why.columns, rows: body.rows)
    if !speaks(of: .why) || !layout.isWide && (speaks(of: .picture) || speaks(of: .view)) {
      // Over the reasons, and over the losses and the view as far as it must.
      (rect, growsUp) = (right, true)
    } else if let view = layout.view, !speaks(of: .view) {
      (rect, growsUp) = (speaks(of: .losses) ? view : view.joined(with: layout.losses), false)
    } else {
      (rect, growsUp) = (layout.left, true)
    }
  }

  /// As many rows as are wanted, as far as there are.
  func place(rows wanted: Int) -> Rect {
    let rows = min(wanted, rect.rows)
    return growsUp ? rect.dropping(rows: rect.rows - rows) : rect.top(rows: rows)
  }
}
