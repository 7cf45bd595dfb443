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
  /// The debugger as each step so far showed it first.
  private var shown: [State] = []
  /// As each step so far was meant to end.
  private var ends: [State] = []
  /// What went wrong in each step so far.
  package private(set) var failures: [[Failure]] = []

  /// At the first step.
  package init(
    _ lesson: Lesson, _ state: State, _ session: Session, outside: @escaping (Effect) -> Action? = { _ in nil }
  ) {
    self.lesson = lesson
    debugger = Headless(state, session, outside: outside)
    go(to: 0)
  }

  package var step: LessonStep { lesson.steps[index] }

  /// As the step was meant to end: a try is solved.
  package var end: State { ends[index] }

  /// To a step by its number, as it is when one comes to it along the path.
  package mutating func go(to wanted: Int) {
    let wanted = min(max(0, wanted), lesson.steps.count - 1)
    while shown.count <= wanted { reachNext() }
    index = wanted
    debugger.restore(shown[wanted])
  }

  /// Back to how the step was shown, from wherever one has gone.
  package mutating func comeBack() { debugger.restore(shown[index]) }

  /// Something the learner does, off the path.
  package mutating func perform(_ action: Action) { debugger.perform(action) }

  /// A command, off the path.
  package mutating func run(_ command: String) throws(PromptFault) { try debugger.run(command) }

  private mutating func reachNext() {
    if let end = ends.last { debugger.restore(end) }
    var performance = StepPerformance(lesson.steps[shown.count], debugger)
    performance.begin()
    shown.append(performance.debugger.state)
    performance.end()
    ends.append(performance.debugger.state)
    failures.append(performance.failures)
    debugger = performance.debugger
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
  }

  mutating func end() {
    for command in step.attempt?.solution ?? [] { run(command.value, command.place) }
  }

  private mutating func run(_ command: String, _ place: Fault.Place) {
    do throws(PromptFault) {
      try debugger.run(command)
    } catch {
      failures.append(.init(place: place, expected: "a command that can be done", found: "\(command): \(error.words)"))
    }
  }
}
