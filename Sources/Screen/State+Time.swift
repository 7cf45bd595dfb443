import Traces

extension State {
  /// The step the screen shows; nil before the first iteration has run.
  var currentStep: StepRecord? {
    guard let trace, trace.steps.indices.contains(position.step) else { return nil }
    return trace.steps[position.step]
  }

  var currentSubstep: Substep? {
    guard let index = position.substep, let step = currentStep, step.substeps.indices.contains(index)
    else { return nil }
    return step.substeps[index]
  }

  mutating func applyTime(_ action: Action) {
    guard let trace, !trace.steps.isEmpty else { return }
    switch action {
    case .next: goForward(in: trace)
    case .back: goBackward()
    case .into: goInto()
    case .out:
      guard position.substep != nil else { return notice("This is a whole step: s goes into its parts.") }
      go(to: Position(step: position.step), returning: true)
    case .first: go(to: Position(step: 0))
    case .last: go(to: Position(step: trace.steps.count - 1))
    case .goToStep(let id):
      guard let step = trace.steps.firstIndex(where: { $0.id == id }) else { return notice("There is no step \(id).") }
      go(to: Position(step: step))
    default: break
    }
  }

  private mutating func goForward(in trace: Trace) {
    let here = position
    if let substep = here.substep, substep + 1 < currentStep?.substeps.count ?? 0 {
      return go(to: Position(step: here.step, substep: substep + 1))
    }
    guard here.step + 1 < trace.steps.count else {
      return notice("The iteration ends here: i runs the next one.")
    }
    go(to: Position(step: here.step + 1))
    leftFrom = here.substep == nil ? nil : here
  }

  private mutating func goBackward() {
    if let leftFrom { return go(to: leftFrom, returning: true) }
    if let substep = position.substep {
      let before = Position(step: position.step, substep: substep > 0 ? substep - 1 : nil)
      return go(to: before, returning: true)
    }
    guard position.step > 0 else { return notice("The iteration begins here.") }
    go(to: Position(step: position.step - 1), returning: true)
  }

  private mutating func goInto() {
    guard let step = currentStep else { return }
    if position.substep != nil { return notice("n goes to the next part, f out of them.") }
    guard !step.substeps.isEmpty else { return notice("This step has no parts.") }
    go(to: Position(step: position.step, substep: 0))
  }

  /// Whole steps leave the selection alone. A part of a step selects what it is about; on the way back
  /// it finds again what was selected when it was left.
  private mutating func go(to target: Position, returning: Bool = false) {
    let origin = position
    let entersOrLeavesPart = origin.substep != nil || target.substep != nil
    if entersOrLeavesPart { visited[origin] = selection }
    leftFrom = nil
    position = target
    if returning {
      if entersOrLeavesPart, let kept = visited[target] { selection = kept }
    } else if let substep = currentSubstep {
      apply(substep.focus)
      if let view = substep.view { scroll.chosenView[target.step] = view }
    }
  }

  mutating func notice(_ words: String) { message = Message(.notice, words) }
}
