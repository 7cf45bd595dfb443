import ArgumentParser
import Scenes
import Screen
import Walkthroughs

struct Play: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a lesson, line by line.",
    discussion: """
      Enter goes on, b back, h gives a hint; a question is answered by typing, and so is a try, in the debugger's commands.

      With --check lessons are played without anybody: every command is done, every question answered from the engine,
      every try solved, every expectation verified. What is not as a lesson says is printed, and the exit code is 1.

      EXAMPLES
        boxstep play walkthroughs/ignore-band.yaml
        boxstep play walkthroughs/*.yaml --check
      """)

  @Argument(help: "Lesson files.", completion: .file(extensions: ["yaml"]))
  var lessons: [String]

  @Flag(help: "Verify everything the lessons say.")
  var check = false

  func validate() throws {
    if !check, lessons.count != 1 { throw ValidationError("one lesson is played at a time; --check takes several") }
  }

  func run() throws {
    var differs = false
    for path in lessons {
      let lesson = try LessonFile.read(path)
      let opening = try lesson.opening()
      let run = LessonRun(lesson, opening.state, opening.session)
      guard check else {
        var loop = PlayLoop(run)
        return loop.play()
      }
      let found = LessonCheck(run).differences
      for difference in found { print(difference) }
      if found.isEmpty { print("\(path): \(lesson.steps.count) steps, all as it says.") }
      differs = differs || !found.isEmpty
    }
    if differs { throw ExitCode(1) }
  }
}

/// A lesson as a conversation.
private struct PlayLoop {
  private var run: LessonRun
  /// Questions answered right at the first try, and asked.
  private var score = (right: 0, asked: 0)
  private var asked: Set<Int> = []

  init(_ run: LessonRun) { self.run = run }

  private var telling: LessonTelling { LessonTelling(run) }

  mutating func play() {
    print("\(run.lesson.title)\n\(run.lesson.summary)\n\(run.lesson.level.rawValue), \(run.lesson.minutes) minutes")
    show()
    while let line = readLine() {
      switch line.filter({ $0 != " " }) {
      case "q": return
      case "b": move(by: -1)
      case "h": print(telling.hint ?? "There is no hint here.")
      case "":
        guard run.index + 1 < run.lesson.steps.count || isAsking else { return end() }
        if isAsking { answer("") } else { move(by: 1) }
      default: isAsking ? answer(line) : explore(line)
      }
    }
  }

  private var isAsking: Bool { run.step.ask != nil && !asked.contains(run.index) }

  private func show() { for line in telling.lines { print(line) } }

  private mutating func move(by count: Int) {
    run.go(to: run.index + count)
    show()
  }

  private mutating func answer(_ typed: String) {
    let isRight = telling.isRight(typed) ?? false
    asked.insert(run.index)
    score.asked += 1
    if isRight { score.right += 1 }
    if !typed.isEmpty { print(isRight ? "Right." : "Not quite.") }
    for line in telling.answer { print(line) }
  }

  private mutating func explore(_ line: String) {
    do throws(PromptFault) {
      try run.run(line)
      for line in run.debugger.state.spoken.prefix(3) { print(line) }
      if let isDone = telling.isDone { print(isDone ? "That does it. Enter goes on." : "Not yet. h gives a hint.") }
    } catch {
      print(error.pointing(at: line))
    }
  }

  private func end() {
    if score.asked > 0 { print("\n\(score.right) of \(score.asked) answered right.") }
  }
}
