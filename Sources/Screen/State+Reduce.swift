import Traces

extension State {
  /// The state after an action. Pure: neither time nor the outside is read.
  package func reduce(_ action: Action) -> State {
    if showsHelp && !action.worksUnderHelp { return self }
    var state = self
    if !action.isNews {
      state.message = nil
      if !action.isEdit { state.lastGesture = nil }
    }
    state.apply(action)
    if recording != nil, var recording = state.recording {
      recording.note(self, state)
      state.recording = recording
    }
    return state
  }

  mutating func apply(_ action: Action) {
    switch action {
    case .next, .back, .into, .out, .first, .last, .goToStep:
      // What was asked was asked of the moment before.
      if panel?.kind == .links || panel?.kind == .whatIf { panel = nil }
      applyTime(action)
    case .goToIteration(let iteration): wantIteration(iteration)
    case .run(let course): run(course)
    case .openPrompt(let kind): prompt = Prompt(kind)
    case .prompt(let key): reducePrompt(key)
    case .promptWith(let text): prompt = Prompt(.command, text: text)
    case .command(let line): run(command: line)
    case .searchAgain: search(searched)
    case .setMark(let letter): setMark(letter)
    case .goToMark(let letter): goToMark(letter)
    case .toggleBreakpoint, .add, .removeBreakpoint, .switchBreakpoint, .clearBreakpoints, .watch, .removeWatch,
      .clearWatches:
      applyWatching(action)
    case .edit(let edit): reduce(edit)
    case .takeUp: takeUp()
    case .forget: (offer, panel) = (nil, nil)
    case .undo: undo()
    case .redo: redo()
    case .compare(let comparand): compare(with: comparand)
    case .openPanel(let kind): open(kind)
    case .panel(let key): reducePanel(key)
    case .panelRow(let row): pointAt(panelRow: row)
    case .row(let row):
      scroll.rows[.view(step: position.step, view: viewIndex)] = row
      focus = .view
      follow()
    case .theme(let name): appearance = appearance.themed(name)
    case .background(let background):
      appearance.background = background
      lab?.appearance.background = background
    case .filter(let filter): self.filter = filter
    case .effect(let effect): effects.append(effect)
    case .leave: hasQuit = true
    case .toggleMouse:
      hasMouse.toggle()
      effects.append(.mouse(hasMouse))
      notice(
        hasMouse ? "The mouse selects and drags." : "The mouse is the terminal's: it selects text. M takes it back.")
    case .mouse(let event): reduceMouse(event)
    case .nextIteration: wantIteration(by: 1)
    case .previousIteration: wantIteration(by: -1)
    case .train(let iterations): train(iterations)
    case .cancel: cancel()
    case .move(let direction): move(direction)
    case .level(let count): changeLevel(by: count)
    case .anchor(let count): changeAnchor(by: count)
    case .gt(let count): changeGT(by: count)
    case .select(let element): select(element)
    case .follow: follow()
    case .followTo(let element): follow(to: element)
    case .goBack: goBack()
    case .focusNext: changeFocus(by: 1)
    case .focusPrevious: changeFocus(by: -1)
    case .zoom: zoomed = zoomed == nil ? focus : nil
    case .nextView: changeView()
    case .showView(let number): showView(number)
    case .sort: sortByNextColumn()
    case .help: showsHelp.toggle()
    case .scroll(let lines): scroll(by: lines)
    case .quit: quit()
    case .record(let path): record(path)
    case .lesson(let command): effects.append(.lesson(command))
    case .openLab: openLab()
    case .lab(let action): reduceLab(action)
    case .resized, .arrived, .progress, .ran, .stopped, .compared, .answered, .saved, .failed, .noticed:
      applyNews(action)
    }
  }

  /// What is to be done outside; whoever asks does it.
  package mutating func takeEffects() -> [Effect] {
    defer { effects = [] }
    return effects
  }

  // MARK: News

  private mutating func applyNews(_ action: Action) {
    switch action {
    case .resized(let size):
      self.size = size
      if !shownParts.contains(focus) { focus = front }
    case .arrived(let trace, let history, let kept, let revision, let timeline):
      self.kept = kept
      // An edit may have asked for a run of its own.
      if let timeline, revision == nil || revision == self.revision { self.timeline = timeline }
      // While the mouse moves on, what was is better than nothing; but it is not what is wanted.
      arrive(trace, history, isWanted: revision == nil || revision == self.revision)
    case .ran(let iterations, let loss):
      guard case .run(var run) = job else { return }
      run.done = iterations
      run.loss = loss
      job = .run(run)
    case .stopped(let stop, let history, let kept):
      guard case .run = job else { return }
      self.kept = kept
      arrive(stop.trace, history)
      job = .none
      arrive(at: stop)
    case .compared(let trace, let revision): arrive(compared: trace, revision)
    case .answered(let question, let answer, let revision): arrive(answer, to: question, revision)
    case .progress(let done, let losses, let secondsLeft):
      guard case .train(var training) = job else { return }
      training.done = done
      training.losses = losses
      training.secondsLeft = secondsLeft
      job = .train(training)
    case .saved(let words):
      saved = timeline
      message = Message(.notice, "Saved as \(words).")
    case .failed(let words):
      dropFailedEdit()
      message = Message(.fault, words)
    case .noticed(let words): message = Message(.notice, words)
    default: break
    }
  }

  private mutating func arrive(_ trace: Trace, _ history: [Double], isWanted: Bool = true) {
    let isFirst = self.trace == nil
    let shownBefore = self.trace?.iteration
    if let shown = self.trace, shown.iteration != trace.iteration {
      beforeEdit = nil
      previousTrace = shown.iteration == trace.iteration - 1 ? shown : nil
    }
    self.trace = trace
    self.history = history
    comparison?.hold(against: trace)
    if isWanted {
      scene = trace.scene
      parameters = trace.parameters
      noteWatches()
    }
    stepIDs = trace.steps.map(\.id)
    position.step = position.step.clamped(to: 0...max(0, trace.steps.count - 1))
    if let substep = position.substep, !(currentStep?.substeps.indices.contains(substep) ?? false) {
      position.substep = nil
    }
    if let box = selection.box, trace[box.kind.boxes]?.row(box.index).isEmpty ?? true { selection.subject = .prior }
    leftFrom = nil
    visited = [:]
    switch job {
    case .iterate(let wanted) where isFirst || wanted == trace.iteration: job = .none
    case .redo where isWanted && trace.staleness.isEmpty: job = .none
    case .train(let training) where trace.iteration >= training.target: job = .none
    default: break
    }
    if case .timeline = panel?.kind, panel?.row == shownBefore { panel?.row = trace.iteration }
    guard isFirst else { return }
    showOffer()
    if trace.scene.groundTruth.isEmpty { selection.level = 0 } else { selectGT(0) }
    selection.subject = .prior
  }

  // MARK: Work

  private static let nothingToTrain = "The predictions come from a file: there is no network to train."

  /// To an iteration by its number.
  mutating func wantIteration(_ number: Int) {
    guard let trace else { return }
    wantIteration(by: number.clamped(to: 1...1_000_000) - trace.iteration)
  }

  private mutating func wantIteration(by count: Int) {
    switch job {
    case .train: return notice("Training: Esc stops it.")
    case .run: return notice("Running to a breakpoint: Esc stops it.")
    default: break
    }
    guard let trace else { return }
    guard learns else { return notice(Self.nothingToTrain) }
    var wanted = trace.iteration
    if case .iterate(let target) = job { wanted = target }
    guard wanted < Int.max - 1, wanted + count >= 1 else {
      message = Message(.notice, "This is the first iteration.")
      return
    }
    job = wanted + count == trace.iteration ? .none : .iterate(to: wanted + count)
  }

  private mutating func train(_ iterations: Int) {
    guard let trace, iterations > 0 else { return }
    guard learns else { return notice(Self.nothingToTrain) }
    if case .train = job { return }
    job = .train(Training(start: trace.iteration, iterations: iterations))
  }

  /// One thing at a time: help, then the work, then the zoom, then the selected GT.
  private mutating func cancel() {
    if showsHelp {
      showsHelp = false
    } else if panel != nil {
      panel = nil
    } else if job != .none && trace != nil {
      job = .none
      message = Message(.notice, "Stopped.")
    } else if isEditing {
      isEditing = false
    } else if zoomed != nil {
      zoomed = nil
    } else {
      selection.gt = nil
      selection.subject = .prior
    }
  }

  private mutating func quit() {
    if showsHelp {
      showsHelp = false
    } else if isEditing {
      isEditing = false
    } else if comparison != nil {
      compare(with: nil)
    } else if zoomed != nil {
      zoomed = nil
    } else if recording != nil {
      // What was recorded is written before anybody leaves.
      record(nil)
    } else {
      hasQuit = true
    }
  }
}
