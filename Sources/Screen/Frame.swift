import Scenes
import Traces

extension State {
  /// What the screen shows at a size. Pure; it has the size asked for whatever the state.
  package func canvas(_ size: Size) -> Canvas {
    if let lab { return lab.canvas(size) }
    return drawn(size).finished()
  }

  /// What the screen shows while the cursor is under way: this, and the cursor where another state has it. It takes few
  /// bytes, so that the cursor keeps up with a key that is held over a slow line; what is told of its place follows
  /// when it rests.
  package func canvas(_ size: Size, cursorOf other: State) -> Canvas {
    var state = self
    state.headedFor = other.selection
    return state.canvas(size)
  }

  /// What a click does at a cell; nil where it does nothing.
  func spot(at mouse: Mouse) -> Action? {
    drawn(size).spots.last { $0.place.contains(mouse.column, mouse.row) }?.action
  }

  private func drawn(_ size: Size) -> Pen {
    var pen = Pen(size: size, appearance: appearance)
    guard let layout = layout(at: size) else {
      drawTooSmall(&pen, size)
      return pen
    }
    TitleLine(state: self).draw(columns: size.columns, &pen)
    Rail(state: self).draw(columns: size.columns, row: 1, &pen)
    Headline(state: self).draw(in: layout.headline, &pen)
    drawParts(layout, &pen)
    if let rect = rect(of: focus, layout) { pen.tintFrame(rect) }
    if let narration { NarrationPanel(state: self, narration: narration).draw(layout, &pen) }
    HintLine(state: self).draw(columns: size.columns, row: size.rows - 1, &pen)
    if let panel { draw(panel, layout, &pen) }
    if let prompt { PromptLine(state: self, prompt: prompt).draw(layout, &pen) }
    if showsHelp { HelpPanel(state: self).draw(size, &pen) }
    return pen
  }

  private func drawParts(_ layout: Layout, _ pen: inout Pen) {
    for part in Part.allCases {
      guard let rect = rect(of: part, layout) else { continue }
      // Neighbours share an edge.
      let joinsAbove = zoomed == nil && rect.column > 0 && rect.row > layout.body.row
      let frame = PartFrame(rect: rect, joinsAbove: joinsAbove, isFocused: focus == part)
      draw(part, frame, &pen)
    }
    if other == nil, let rect = rect(of: .view, layout) { ViewPanel(state: self).drawSource(on: rect, &pen) }
  }

  private func draw(_ part: Part, _ frame: PartFrame, _ pen: inout Pen) {
    switch part {
    case .picture: PicturePanel(state: self).draw(frame, &pen)
    case .view:
      if let other {
        PicturePanel(state: other, title: "B \(other.detector), iteration \(other.trace?.iteration ?? 0)").draw(
          frame, &pen)
      } else {
        ViewPanel(state: self).draw(frame, &pen)
      }
      if let step = currentStep, isStale(step) { pen.fade(frame.rect.inner) }
    case .losses: LossesPanel(state: self).draw(frame, &pen)
    case .why: WhyPanel(state: self).draw(frame, &pen)
    }
  }

  private func draw(_ panel: Panel, _ layout: Layout, _ pen: inout Pen) {
    if panel.kind == .timeline {
      TimelinePanel(state: self, row: panel.row).draw(layout, &pen)
    } else {
      PanelDrawing(state: self, panel: panel).draw(layout, &pen)
    }
  }

  /// Where a part is drawn; nil when it is not.
  func rect(of part: Part, _ layout: Layout) -> Rect? {
    if let zoomed { return zoomed == part ? zoomedRect(layout) : nil }
    return switch part {
    case .picture: layout.isWide || front == .picture ? layout.left : nil
    // The other side of a comparison takes the room of the losses too.
    case .view where other != nil:
      layout.view.map { $0.joined(with: layout.losses) } ?? (front == .view ? layout.left : nil)
    case .view: layout.view ?? (front == .view ? layout.left : nil)
    case .losses: layout.isWide && other != nil ? nil : layout.losses
    case .why: layout.why
    }
  }

  /// The whole frame, but for what a lesson says: it covers nothing of the part.
  private func zoomedRect(_ layout: Layout) -> Rect {
    guard let narration else { return layout.body }
    let taken = NarrationPanel.rows(narration, self, columns: layout.body.columns)
    return layout.body.top(rows: max(layout.body.rows / 2, layout.body.rows - taken))
  }

  private func drawTooSmall(_ pen: inout Pen, _ size: Size) {
    let least = Layout.smallest
    let words = "boxstep needs \(least.columns)×\(least.rows), this is \(size.columns)×\(size.rows)"
    let lines = pen.spelled(words).wrapped(size.columns)
    let top = max(0, (size.rows - lines.count) / 2)
    for (index, line) in lines.enumerated() {
      pen.write(line, max(0, (size.columns - line.columns) / 2), top + index)
    }
  }
}

/// The frame of a part.
struct PartFrame {
  let rect: Rect
  let joinsAbove: Bool
  let isFocused: Bool

  /// Draws it and returns the room inside.
  func draw(title: [Pen.Span], note: [Pen.Span] = [], _ pen: inout Pen) -> Rect {
    pen.frame(rect, title: title, note: note, joinsAbove: joinsAbove)
    return rect.inner
  }
}
