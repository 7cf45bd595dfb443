import Detectors
import Scenes
import Traces

/// What was done since `:record`, as the steps of a lesson. Not the keys are kept but what they came to: a step that was
/// gone to, what was selected there, the view that was shown, what was changed.
package struct Recording: Hashable, Sendable {
  private struct Step: Hashable {
    var destination: String
    var commands: [String] = []
    var selection: String?
    var view: Int?
    /// What no command does, to be told to whoever finishes the lesson.
    var remarks: [String] = []

    var isBare: Bool { commands.isEmpty && selection == nil && view == nil && remarks.isEmpty }
  }

  /// The file it is to become.
  package let path: String
  /// What the lesson opens.
  private struct Opening: Hashable {
    let scene: String
    let detector: String
    let seed: UInt64
    var parameters: [Parameter] = []

    struct Parameter: Hashable {
      let name: String
      let text: String
    }
  }

  private var opening: Opening
  private var steps: [Step]

  /// - Parameter scene: the scene as a lesson names it.
  init(_ path: String, scene: String, _ state: State) {
    self.path = path
    opening = Opening(scene: scene, detector: state.detectorType?.name ?? "", seed: state.trace?.seed ?? 0)
    steps = [Step(destination: state.currentStep?.id ?? "")]
    guard let timeline = state.timeline, let detector = state.detectorType, let opened = state.opened else { return }
    // What was changed so far is changed at the same iterations again.
    opening.parameters = Self.changes(from: nil, to: timeline.setup(at: 1), detector).map { .init(name: $0, text: $1) }
    let now = state.trace?.iteration ?? 1
    var earlier = timeline.setup(at: 1)
    var unchanged = earlier
    unchanged.scene = opened.scene
    if earlier.scene != opened.scene || !earlier.edits.isEmpty {
      unchanged.edits = []
      note(earlier, after: unchanged, state)
    }
    for change in timeline.changes where change.iteration > 1 && change.iteration <= now {
      steps[0].commands.append("iteration \(change.iteration)")
      note(change.setup, after: earlier, state)
      earlier = change.setup
    }
    if now > (timeline.changes.last { $0.iteration <= now }?.iteration ?? 1) {
      steps[0].commands.append("iteration \(now)")
    }
  }

  /// What an action has come to.
  mutating func note(_ before: State, _ after: State) {
    let step = after.currentStep?.id ?? ""
    if step != before.currentStep?.id, before.trace != nil { goTo(step) }
    if let from = before.trace?.iteration, let to = after.trace?.iteration, from != to {
      beginAfterSelecting(step)
      steps[steps.count - 1].commands.append("iteration \(to)")
    }
    if let setup = after.setup, let earlier = before.setup, setup != earlier { note(setup, after: earlier, after) }
    if after.selection != before.selection, let name = after.selectionName, name != before.selectionName {
      steps[steps.count - 1].selection = name
    }
    if after.viewIndex != before.viewIndex, after.position == before.position {
      steps[steps.count - 1].view = after.viewIndex + 1
    }
  }

  private mutating func goTo(_ step: String) {
    if steps[steps.count - 1].isBare {
      steps[steps.count - 1].destination = step
    } else {
      steps.append(Step(destination: step))
    }
  }

  /// A step of its own for what would otherwise be done before it was selected.
  private mutating func beginAfterSelecting(_ step: String) {
    if steps[steps.count - 1].selection != nil || steps[steps.count - 1].view != nil {
      steps.append(Step(destination: step))
    }
  }

  // MARK: Edits

  private mutating func note(_ setup: Setup, after earlier: Setup, _ state: State) {
    guard let detector = state.detectorType else { return }
    beginAfterSelecting(state.currentStep?.id ?? "")
    var step = steps[steps.count - 1]
    for change in Self.changes(from: earlier, to: setup, detector) {
      step.commands.removeAll { $0.hasPrefix("set \(change.name) ") }
      step.commands.append("set \(change.name) \(change.text)")
    }
    let (now, then) = (setup.scene.groundTruth, earlier.scene.groundTruth)
    if now.count == then.count {
      for (gt, (now, then)) in zip(now, then).enumerated() where now != then {
        // Of a drag only where it ended.
        if step.commands.count > 1, step.commands[step.commands.count - 2] == "go gt \(gt)",
          step.commands.last?.hasPrefix("box ") ?? false
        {
          step.commands.removeLast(2)
        }
        step.commands.append("go gt \(gt)")
        if now.box != then.box {
          step.commands.append("box " + now.box.corners.map { Number.text($0, digits: 4) }.joined(separator: " "))
        }
        if now.label != then.label { step.commands.append("class \(setup.scene.classes[now.label])") }
      }
    } else {
      step.remarks.append("here a box was added or deleted: put the scene as it should be into a file with :save")
    }
    for edit in setup.edits.dropFirst(earlier.edits.count) {
      step.commands.append("predict \(edit.prediction) \(edit.row) \(edit.column) \(edit.value)")
    }
    steps[steps.count - 1] = step
  }

  private static func changes(
    from earlier: Setup?, to setup: Setup, _ detector: any Detector.Type
  ) -> [(name: String, text: String)] {
    let settings = earlier?.settings ?? Settings(defaultsOf: detector)
    let before = Dictionary(settings.texts(for: detector).map { ($0.name, $0.text) }) { first, _ in first }
    return setup.settings.texts(for: detector).filter { before[$0.name] != $0.text }.map { ($0.name, $0.text) }
  }

  // MARK: The file

  /// The lesson, to be finished by hand.
  ///
  /// - Parameter scene: gives the scene's name as seen from the lesson's file.
  package func text(_ scene: (String) -> String) -> String {
    var lines = [
      "title: Recorded", "summary: What this lesson shows, in a sentence", "level: beginner", "minutes: 5",
      "scene: \(SceneFile.quoted(scene(opening.scene)))", "detector: \(opening.detector)",
    ]
    if opening.seed != 0 { lines.append("seed: \(opening.seed)") }
    if !opening.parameters.isEmpty {
      lines.append("parameters:")
      lines += opening.parameters.map { "  \($0.name): \(SceneFile.quoted($0.text))" }
    }
    lines.append("steps:")
    for (index, step) in steps.enumerated() { lines += self.lines(step, index) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(_ step: Step, _ index: Int) -> [String] {
    var lines = step.remarks.map { "# \($0)" } + ["- id: step-\(Self.letters(index))"]
    if !step.destination.isEmpty { lines.append("  goto: \(step.destination)") }
    if !step.commands.isEmpty { lines.append("  do: [\(step.commands.map(SceneFile.quoted).joined(separator: ", "))]") }
    if let selection = step.selection { lines.append("  select: \(SceneFile.quoted(selection))") }
    if let view = step.view { lines.append("  show: \(view)") }
    let isOfView = step.view != nil
    lines.append("  highlight: \(isOfView ? "view" : "picture")")
    return lines + ["  say: What is to be seen here.", ""]
  }

  /// a, b, …, z, aa: an id says nothing of the order, so that it can stay when steps are moved.
  private static func letters(_ index: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(97 + index % 26)))
    return index < 26 ? letter : letters(index / 26 - 1) + letter
  }
}

extension State {
  /// What is selected, as `:go` takes it.
  var selectionName: String? {
    switch selection.subject {
    case .gt: return selection.gt.map { "gt \($0)" }
    case .prior: return Scope(self).flatMap { scope in scope.prior.map { "\(scope.trace.priorName) \($0)" } }
    case .box(let row): return "\(row.kind.rawValue) \(row.index)"
    case .loss(let name): return "loss \(name)"
    }
  }

  /// Begins to record, or ends it and has the file written.
  mutating func record(_ path: String?) {
    if let recording {
      effects.append(.record(recording))
      self.recording = nil
      return
    }
    guard let path, !path.isEmpty else { return notice("Nothing is being recorded. To begin: :record mine.yaml") }
    recording = Recording(path.contains(".") ? path : path + ".yaml", scene: sceneReference ?? scene.name, self)
    notice("Recording. What you do becomes steps of a lesson; :record again ends it.")
  }
}
