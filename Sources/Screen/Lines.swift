import Traces

/// The first line: what is open, and how training goes.
struct TitleLine {
  let state: State

  func draw(columns: Int, _ pen: inout Pen) {
    let theme = pen.theme
    let right = status(columns, pen)
    let width = right.reduce(0) { $0 + pen.columns($1.text) }
    let subject: [Pen.Span] = [
      .init("boxstep", theme.accent), .init("  "), .init(state.scene.name, theme.strong),
      .init(" · ", theme.secondary), .init(state.detector, theme.strong),
    ]
    let room = max(8, columns - width - 4)
    let ways = [false, true].map { subject + edits(theme, isShort: $0) }
    let left = ways.first { $0.reduce(0) { $0 + pen.columns($1.text) } <= room } ?? ways[1]
    pen.write(left, 1, 0, width: room)
    pen.write(right, columns - width - 1, 0, width: width)
  }

  /// That something is edited, and what the last edit did.
  private func edits(_ theme: Theme, isShort: Bool) -> [Pen.Span] {
    if let result = state.comparison?.result {
      let what = result.unit == .prior ? state.trace?.priorName ?? "anchor" : "cell"
      return [
        .init("  \(Number.count(result.differences.count)) of \(Number.plural(result.compared, what)) ≠", theme.hazard)
      ]
    }
    guard state.isEdited else { return recording(theme) }
    var words = "  edited"
    if state.comparison == nil, let changed = state.changedPriors, let trace = state.trace {
      let what = isShort ? Number.count(changed.count) : Number.plural(changed.count, trace.priorName)
      words += changed.isEmpty ? ": no \(trace.priorName) changed" : ": \(what) changed"
    }
    return [.init(words, theme.hazard)] + recording(theme)
  }

  private func recording(_ theme: Theme) -> [Pen.Span] {
    state.recording == nil ? [] : [.init("  ● recording", theme.spokenOf)]
  }

  private func status(_ columns: Int, _ pen: Pen) -> [Pen.Span] {
    let theme = pen.theme
    guard let trace = state.trace else {
      return state.job == .none ? [] : [.init("running the first iteration…", theme.hazard)]
    }
    switch state.job {
    case .none: break
    case .iterate(let wanted): return [.init("running iteration \(Number.count(wanted))…", theme.hazard)]
    case .train(let training): return progress(training, columns, pen)
    case .redo: break
    case .run(let run):
      let words =
        "running \(run.course == .forward ? "on" : "back") to a breakpoint: \(Number.count(run.done)) iterations"
      let loss = run.loss.map { "  loss \(Number.text($0, digits: 3))" } ?? ""
      return [.init(words, theme.hazard), .init(loss, theme.strong), .init("  Esc stops", theme.secondary)]
    }
    var spans: [Pen.Span] = [
      .init("iteration ", theme.secondary), .init(Number.count(trace.iteration), theme.strong),
    ]
    if let loss = trace.losses.last {
      spans += [.init("   loss ", theme.secondary), .init(Number.text(loss.value, digits: 3), theme.strong)]
    }
    let past = Array(state.history.prefix(trace.iteration))
    if past.count > 1 { spans.append(.init("  " + Bar.sparkline(past, columns: 12), theme.accent)) }
    return spans
  }

  private func progress(_ training: Training, _ columns: Int, _ pen: Pen) -> [Pen.Span] {
    let theme = pen.theme
    let done = training.done.clamped(to: 0...training.iterations)
    let part = Double(done) / Double(max(1, training.iterations))
    let bar = Bar.text(part, columns: 10, isASCII: pen.isASCII).padded(10)
    var words = " \(done)/\(training.iterations)"
    if let seconds = training.secondsLeft, seconds.isFinite, seconds >= 0 {
      words += "  \(Number.fixed(seconds.rounded(.up), decimals: 0)) s left"
    }
    var spans: [Pen.Span] = [.init("training ", theme.hazard), .init(bar, theme.accent), .init(words)]
    if let loss = training.losses.last {
      spans.append(.init("  loss \(Number.text(loss, digits: 3))", theme.strong))
    }
    if columns >= 100 {
      let sparkline = Bar.sparkline(state.history + training.losses, columns: 12)
      spans.append(.init("  " + sparkline, theme.accent))
    }
    return spans + [.init("  Esc stops", theme.secondary)]
  }
}

/// What just happened, in one sentence with its numbers, and what went wrong in it.
struct Headline {
  let state: State

  func draw(in rect: Rect, _ pen: inout Pen) {
    guard let step = state.currentStep else {
      let words = state.job == .none ? "No iteration has run." : "Running the first iteration…"
      pen.write(words, rect.column, rect.row, width: rect.columns, pen.theme.strong)
      return
    }
    let words = state.currentSubstep?.headline ?? step.headline
    if state.isStale(step) {
      pen.write(
        "Not done again yet since the edit: it follows in a moment.", rect.column, rect.row, width: rect.columns,
        pen.theme.secondary)
      return
    }
    // What concerns the selected GT comes first.
    let gt = state.selection.gt
    let hazards =
      (step.hazards.filter { $0.focus.gt == gt && gt != nil } + step.hazards.filter { $0.focus.gt != gt || gt == nil })
      .map(\.message)
    var hazard = hazards.first.map { "! " + $0 } ?? ""
    if hazards.count > 1 { hazard += " (and \(hazards.count - 1) more)" }
    guard !hazard.isEmpty else {
      pen.wrap(words, in: rect, pen.theme.strong)
      return
    }
    let width = pen.columns(words)
    if width + 3 + pen.columns(hazard) <= rect.columns || rect.rows == 1 {
      let room = max(rect.columns / 2, rect.columns - 3 - pen.columns(hazard))
      let used = pen.write(words, rect.column, rect.row, width: room, pen.theme.strong)
      let left = rect.columns - used - 3
      pen.write(hazard, rect.column + used + 3, rect.row, width: left, pen.theme.hazard)
    } else {
      pen.write(
        pen.spelled(words).fittedAtPause(rect.columns), rect.column, rect.row, width: rect.columns, pen.theme.strong)
      pen.write(
        pen.spelled(hazard).fittedAtPause(rect.columns), rect.column, rect.row + 1, width: rect.columns,
        pen.theme.hazard)
    }
  }
}

/// The last line: a message, or the keys most used.
struct HintLine {
  let state: State

  func draw(columns: Int, row: Int, _ pen: inout Pen) {
    var column = 1
    // The way on in a lesson is always named.
    for hint in state.panel == nil && !state.isEditing ? state.narration?.keys ?? [] : [] {
      let width = pen.columns(hint.keys) + 1 + pen.columns(hint.words)
      pen.spot(Rect(column, row, columns: width, rows: 1), .lesson(hint.command))
      column += pen.write(hint.keys, column, row, pen.theme.spokenOf) + 1
      column += pen.write(hint.words, column, row, pen.theme.text) + 2
    }
    if let message = state.message {
      let style = message.kind == .fault ? pen.theme.fault : pen.theme.accent
      let room = columns - column - 1
      pen.write(pen.spelled(message.text).withShortPaths(room), column, row, width: room, style)
      return
    }
    let hints =
      state.panel != nil
      ? Panel.hints : state.isEditing ? Edit.hints : KeyBinding.hints(in: state)
    // The way out is always named, at the end.
    guard let exit = hints.last else { return }
    let right = columns - 1 - width(exit, pen)
    var fitting: [KeyBinding.Hint] = []
    var room = right - column
    for hint in hints.dropLast() where width(hint, pen) + 2 <= room {
      fitting.append(hint)
      room -= width(hint, pen) + 2
    }
    // Those of some steps alone stand behind the others, which so keep their places.
    for hint in fitting.filter({ !$0.comesAndGoes }) + fitting.filter(\.comesAndGoes) {
      draw(hint, column, row, &pen)
      column += width(hint, pen) + 2
    }
    draw(exit, max(column, right), row, &pen)
  }

  private func width(_ hint: KeyBinding.Hint, _ pen: Pen) -> Int {
    pen.columns(hint.keys) + 1 + pen.columns(hint.words)
  }

  private func draw(_ hint: KeyBinding.Hint, _ column: Int, _ row: Int, _ pen: inout Pen) {
    let action = KeyBinding.all.first { $0.hint == hint.words }?.actions.first?.action
    action.map { pen.spot(Rect(column, row, columns: width(hint, pen), rows: 1), $0) }
    let end = column + pen.write(hint.keys, column, row, pen.theme.accent)
    pen.write(hint.words, end + 1, row, pen.theme.secondary)
  }
}
