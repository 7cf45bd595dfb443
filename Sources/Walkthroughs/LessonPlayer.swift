import Debugger
import Expressions
import Screen
import Traces

/// A step of a lesson, ready to be shown.
package struct LessonStage: Sendable {
  package struct Scene: Sendable {
    package let state: State
    package let session: Session

    init(_ debugger: Headless) {
      state = debugger.state
      session = debugger.session
    }
  }

  /// As one comes to it along the path.
  package let begun: Scene
  /// With what was to be tried done.
  package let ended: Scene
  /// What is not as the step says, where that was looked for.
  package let differences: [String]?

  /// - Parameter step: the step, where it is to be checked too.
  package init(_ reached: LessonRun.Reached, checking step: LessonStep? = nil) {
    differences = step.map { LessonCheck($0, reached).differences.map(\.inFile) }
    begun = Scene(reached.begun)
    ended = Scene(reached.ended)
  }
}

/// A lesson as somebody plays it: where they are in it, what they have answered, what is said to them. A value; it asks
/// for what is to be shown, and is told what has become of it.
package struct LessonPlayer: Sendable {
  /// What somebody made of a question.
  package enum Answer: Hashable, Sendable {
    case choice(Int)
    case number(Double)
    /// They asked to be told.
    case told
  }

  package let lesson: Lesson
  /// The steps that can be shown; the later ones come as they are ready.
  package private(set) var stages: [LessonStage]
  package private(set) var index = 0
  package private(set) var isOffPath = false
  /// Past the last step.
  package private(set) var hasEnded = false
  /// Whether it goes on by itself.
  package var isAutomatic: Bool
  /// Whether the part that is spoken of has the whole frame.
  package var isLarge = false
  /// The step that is wanted and not ready.
  private(set) var wanted: Int?
  private(set) var answers: [Int: Answer] = [:]
  private(set) var typed = ""
  private(set) var hinted: Set<Int> = []
  /// The tries that somebody did, and those that were shown.
  private(set) var done: Set<Int> = []
  private(set) var shown: Set<Int> = []

  /// - Parameter first: the first step.
  package init(_ lesson: Lesson, first: LessonStage, isAutomatic: Bool = false) {
    self.lesson = lesson
    self.isAutomatic = isAutomatic
    stages = [first]
  }

  package var step: LessonStep { lesson.steps[index] }
  package var stage: LessonStage { stages[index] }

  /// The part that has the whole frame; nil where none has. The picture has the full height by itself.
  package var enlarged: Part? {
    guard isLarge, !hasEnded, !step.highlights.contains(.picture) else { return nil }
    return narration(for: stage.begun.state).places.lazy.compactMap { place in
      if case .part(let part) = place { part } else { nil }
    }.first
  }

  /// A further step is ready; returns what is to be shown if that was waited for.
  package mutating func reached(_ stage: LessonStage) -> LessonStage.Scene? {
    stages.append(stage)
    guard let wanted, wanted < stages.count else { return nil }
    return go(to: wanted)
  }

  /// - Returns: what is to be shown in place of what is there; nil where that stays.
  package mutating func take(_ command: Narration.Command) -> LessonStage.Scene? {
    switch command {
    case .next: return next()
    case .back:
      if hasEnded {
        hasEnded = false
        return nil
      }
      return index > 0 ? go(to: index - 1) : nil
    case .choose(let number): answer(.choice(number - 1))
    case .type(let character): if typed.count < 12 { typed.append(character) }
    case .erase: typed = String(typed.dropLast())
    case .accept: if let number = Double(typed), number.isFinite { answer(.number(number)) }
    case .hint: hinted.insert(index)
    case .comeBack: return comeBack()
    case .pause: isAutomatic.toggle()
    case .enlarge: isLarge.toggle()
    }
    return nil
  }

  /// Somebody did something that is not of the lesson.
  package mutating func explored() { isOffPath = true }

  /// Looks whether what was to be tried is so now.
  package mutating func look(at state: State) {
    guard let attempt = step.attempt, !shown.contains(index), let moment = state.moment else { return }
    if attempt.condition.value.parts(in: moment).allSatisfy(\.holds) { done.insert(index) }
  }

  private mutating func next() -> LessonStage.Scene? {
    if isAsking {
      answer(.told)
      return nil
    }
    if step.attempt != nil, !done.contains(index), !shown.contains(index) {
      shown.insert(index)
      isOffPath = false
      return stage.ended
    }
    guard index + 1 < lesson.steps.count else {
      hasEnded = true
      return nil
    }
    return reach(index + 1)
  }

  /// To a step by its number, as soon as it is ready.
  package mutating func reach(_ number: Int) -> LessonStage.Scene? {
    guard number < stages.count else {
      wanted = number
      return nil
    }
    return go(to: number)
  }

  private mutating func go(to wanted: Int) -> LessonStage.Scene {
    (index, typed, self.wanted, hasEnded) = (wanted, "", nil, false)
    return comeBack()
  }

  private mutating func comeBack() -> LessonStage.Scene {
    isOffPath = false
    return shown.contains(index) ? stage.ended : stage.begun
  }

  private mutating func answer(_ answer: Answer) {
    guard isAsking else { return }
    answers[index] = answer
  }

  /// Whether the step's question waits for an answer.
  package var isAsking: Bool { step.ask != nil && answers[index] == nil }

  // MARK: Score

  /// The questions answered right, and all that were met. Nothing of it is kept.
  package var score: (right: Int, asked: Int) {
    let right = answers.filter { isRight($0.value, at: $0.key) }
    return (right.count, answers.count)
  }

  func isRight(_ answer: Answer, at index: Int) -> Bool {
    guard let ask = lesson.steps[index].ask, let moment = stages[index].begun.state.moment else { return false }
    return ask.isRight(answer, in: moment)
  }

  // MARK: Time

  /// How long the step is to be read before it goes on by itself.
  package var pauseSeconds: Double {
    let words = narration(for: stage.begun.state).wordCount
    return 2 + Double(words) / 2.5 + (isAsking ? 5 : 0)
  }
}

extension Ask {
  func isRight(_ answer: LessonPlayer.Answer, in moment: Moment) -> Bool {
    switch (answer, self.answer) {
    case (.choice(let index), .choices): rightChoice(in: moment) == index
    case (.number(let number), .number(let expression, let tolerance)):
      (try? expression.value.evaluate(in: moment).number).map { abs($0 - number) <= tolerance } ?? false
    default: false
    }
  }

  /// The choice whose condition holds.
  func rightChoice(in moment: Moment) -> Int? {
    guard case .choices(let choices) = answer else { return nil }
    return choices.firstIndex { (try? $0.condition.value.evaluate(in: moment).boolean) ?? false }
  }
}
