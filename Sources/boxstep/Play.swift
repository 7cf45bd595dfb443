import ArgumentParser
import Foundation
import Scenes
import Screen
import Terminal
import Walkthroughs

struct Play: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a lesson.",
    discussion: """
      Space goes on and p back, as a clicker sends them too; numbers answer, H gives a hint. Every other key is the
      debugger's: explore, and Esc comes back to the lesson.

      With --plain it is told line by line: Enter goes on, b back, h gives a hint; a question is answered by typing, and so
      is a try, in the debugger's commands.

      With --check lessons are played without anybody: every command is done, every question answered from the engine,
      every try solved, every expectation verified. What is not as a lesson says is printed, and the exit code is 1.

      EXAMPLES
        boxstep play moon
        boxstep play my-lesson.yaml --auto
        boxstep play walkthroughs/*.yaml --check
      """)

  @Argument(help: "Lessons: names from boxstep list walkthroughs, or files.", completion: .file(extensions: ["yaml"]))
  var lessons: [String]

  @OptionGroup var appearance: AppearanceOptions

  @Flag(help: "Verify everything the lessons say.")
  var check = false

  @Flag(help: "Go on without a key, after as long as the words take to be read; A holds it.")
  var auto = false

  @Flag(help: "For a lecture hall: the part that is spoken of has the whole frame; Z switches it.")
  var large = false

  @Flag(help: "Show the lesson anew whenever its file is saved, at the step it was at.")
  var watch = false

  @Flag(help: "Line by line, for screen readers.")
  var plain = false

  func validate() throws {
    if !check, lessons.count != 1 { throw ValidationError("one lesson is played at a time; --check takes several") }
  }

  func run() throws {
    if check { return try checkAll() }
    let lesson = try LessonShelf.shipped.lesson(lessons[0])
    if plain {
      var loop = PlayLoop(try LessonRun(lesson))
      return loop.play()
    }
    guard Words.hasTerminal else {
      Words.fail("boxstep play needs a terminal. Without one: boxstep play FILE --plain, or --check.")
    }
    let preferences = try Preferences.read()
    // Bad input is refused before the terminal is taken.
    try lesson.checkOpenings()
    do {
      let screen = try ScreenSession(appearance, preferences)
      defer { screen.terminal.leave() }
      try screen.play(lesson, isAutomatic: auto, isLarge: large, isWatched: watch)
    } catch let error as TerminalError {
      Words.fail("\(error)")
    }
  }

  private func checkAll() throws {
    var differs = false
    for name in lessons {
      let lesson = try LessonShelf.shipped.lesson(name)
      let found = LessonCheck(try LessonRun(lesson)).differences
      for difference in found { print(difference) }
      if found.isEmpty { print("\(name): \(lesson.steps.count) steps, all as it says.") }
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

extension LessonShelf {
  /// The lessons that come with this program.
  static let shipped = LessonShelf.ofProgram(
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0])

  /// For the start: those that can be read.
  var choices: [StartScreen.LessonChoice] {
    lessons.map { entry, lesson in
      StartScreen.LessonChoice(
        path: entry.path, title: lesson.title, summary: lesson.summary,
        effort: "\(lesson.level.rawValue), \(lesson.minutes) minutes")
    }
  }

  /// Those that can be read, the easiest first.
  var lessons: [(entry: Entry, lesson: Lesson)] {
    let read = entries.compactMap { entry in (try? LessonFile.read(entry.path)).map { (entry, $0) } }
    return Lesson.Level.allCases.flatMap { level in read.filter { $0.1.level == level } }
  }

  func lesson(_ name: String) throws(Fault) -> Lesson { try LessonFile.read(path(of: name)) }
}
