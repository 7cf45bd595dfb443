import Traces

extension State {
  /// The state after an action. Pure: neither time nor the outside is read.
  package func reduce(_ action: Action) -> State {
    if showsHelp && !action.worksUnderHelp { return self }
    var state = self
    if !action.isNews { state.message = nil }
    state.apply(action)
    return state
  }

  private mutating func apply(_ action: Action) {
    switch action {
    case .next, .back, .into, .out, .first, .last: applyTime(action)
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
    case .goBack: goBack()
    case .focusNext: changeFocus(by: 1)
    case .focusPrevious: changeFocus(by: -1)
    case .zoom: zoomed = zoomed == nil ? focus : nil
    case .nextView: changeView()
    case .sort: sortByNextColumn()
    case .help: showsHelp.toggle()
    case .scroll(let lines): scroll(by: lines)
    case .quit: quit()
    case .openLab: openLab()
    case .lab(let action): reduceLab(action)
    case .resized, .arrived, .progress, .failed, .noticed: applyNews(action)
    }
  }

  // MARK: News

  private mutating func applyNews(_ action: Action) {
    switch action {
    case .resized(let size):
      self.size = size
      if !shownParts.contains(focus) { focus = front }
    case .arrived(let trace, let history, let kept):
      self.kept = kept
      arrive(trace, history)
    case .progress(let done, let losses, let secondsLeft):
      guard case .train(var training) = job else { return }
      training.done = done
      training.losses = losses
      training.secondsLeft = secondsLeft
      job = .train(training)
    case .failed(let words):
      job = .none
      message = Message(.fault, words)
    case .noticed(let words): message = Message(.notice, words)
    default: break
    }
  }

  private mutating func arrive(_ trace: Trace, _ history: [Double]) {
    let isFirst = self.trace == nil
    self.trace = trace
    self.history = history
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
    case .train(let training) where trace.iteration >= training.target: job = .none
    default: break
    }
    guard isFirst else { return }
    if trace.scene.groundTruth.isEmpty { selection.level = 0 } else { selectGT(0) }
    selection.subject = .prior
  }

  // MARK: Work

  private static let nothingToTrain = "The predictions come from a file: there is no network to train."

  private mutating func wantIteration(by count: Int) {
    if case .train = job {
      message = Message(.notice, "Training: Esc stops it.")
      return
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
    } else if job != .none && trace != nil {
      job = .none
      message = Message(.notice, "Stopped.")
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
    } else if zoomed != nil {
      zoomed = nil
    } else {
      hasQuit = true
    }
  }
}
