import Debugger
import Detectors
import Expressions
import Scenes
import Screen
import Traces

/// A lesson as it is played, with a debugger that does what its steps say. Every step begins where the one before it
/// was meant to end, whatever the learner did meanwhile: a try that was not solved is solved by then.
package struct LessonRun {
  /// What a step could not do.
  package struct Failure: Sendable {
    package let place: Fault.Place
    package let expected: String
    package let found: String
  }

  package let lesson: Lesson
  package private(set) var debugger: Headless
  /// The step that is shown.
  package private(set) var index = 0
  /// Each step so far, as it was meant to be.
  package private(set) var reached: [Reached] = []
  private let openings: [(state: State, session: Session)?]
  private let outside: (Effect) -> Action?

  /// A step as one comes to it along the path.
  package struct Reached {
    package let begun: Headless
    /// With what was to be tried done.
    package let ended: Headless
    package let failures: [Failure]
  }

  /// At the first step.
  ///
  /// - Throws: a fault when a scene can't be read, or parameters do not fit it.
  package init(
    _ lesson: Lesson, _ appearance: Appearance = Appearance(), _ size: Size = Size(columns: 120, rows: 36),
    outside: @escaping (Effect) -> Action? = { _ in nil }
  ) throws(Fault) {
    self.lesson = lesson
    self.outside = outside
    openings = try lesson.openings(appearance, size)
    guard let first = openings.first ?? nil else {
      throw Fault(
        .mismatch(found: "a lesson without steps", wanted: "at least one step"), at: lesson.setting.scene.place)
    }
    debugger = Headless(first.state, first.session, outside: outside)
    go(to: 0)
  }

  package var step: LessonStep { lesson.steps[index] }

  /// To a step by its number, as it is when one comes to it along the path.
  package mutating func go(to wanted: Int) {
    let wanted = min(max(0, wanted), lesson.steps.count - 1)
    while reached.count <= wanted { reachNext() }
    index = wanted
    comeBack()
  }

  /// Back to how the step was shown, from wherever one has gone.
  package mutating func comeBack() { debugger = reached[index].begun }

  /// Something the learner does, off the path.
  package mutating func perform(_ action: Action) { debugger.perform(action) }

  /// A command, off the path.
  package mutating func run(_ command: String) throws(PromptFault) { try debugger.run(command) }

  private mutating func reachNext() { reached.append(reaching(lesson.steps[reached.count], at: reached.count)) }

  /// A step in the place of one of the lesson's, done from where the one before it ended.
  ///
  /// - Precondition: the steps before it are reached.
  package func reaching(_ step: LessonStep, at index: Int) -> Reached {
    var start = index > 0 ? reached[index - 1].ended : debugger
    if let opening = openings[index] { start = Headless(opening.state, opening.session, outside: outside) }
    var performance = StepPerformance(step, start)
    performance.begin()
    let begun = performance.debugger
    performance.end()
    return Reached(begun: begun, ended: performance.debugger, failures: performance.failures)
  }
}

/// Does what a step says.
private struct StepPerformance {
  let step: LessonStep
  var debugger: Headless
  var failures: [LessonRun.Failure] = []

  init(_ step: LessonStep, _ debugger: Headless) {
    self.step = step
    self.debugger = debugger
  }

  mutating func begin() {
    if let destination = step.destination { run("step \(destination.value)", destination.place) }
    for command in step.commands { run(command.value, command.place) }
    if let selection = step.selection { run("go \(selection.value)", selection.place) }
    if let view = step.view { run("view \(view.value)", view.place) }
    // Where there is room for one of the picture and the view, it is the one that is spoken of.
    let part: Part = step.highlights.contains(.view) ? .view : .picture
    debugger.change { $0.bringForward(part) }
  }

  mutating func end() {
    for command in step.attempt?.solution ?? [] { run(command.value, command.place) }
  }

  private mutating func run(_ command: String, _ place: Fault.Place) {
    do throws(PromptFault) {
      let before = debugger
      try debugger.run(command)
      guard debugger.state.hasQuit else { return }
      debugger = before
      failures.append(.init(place: place, expected: "a command that stays in the lesson", found: command))
    } catch {
      failures.append(.init(place: place, expected: "a command that can be done", found: "\(command): \(error.words)"))
    }
  }
}
