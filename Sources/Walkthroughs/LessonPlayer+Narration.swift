import Expressions
import Screen
import Traces

extension LessonPlayer {
  /// What is said at this moment, with the debugger as it is now.
  package func narration(for state: State) -> Narration {
    guard !hasEnded else { return ending }
    var narration = Narration(
      title: lesson.chapter(at: index) ?? lesson.title, progress: progress, blocks: blocks(state), places: places,
      keys: keys, isOffPath: isOffPath)
    // Who does what is asked for is where the lesson wants them.
    narration.isAstray = isOffPath && step.attempt == nil
    if isAsking, let ask = step.ask {
      narration.input =
        if case .choices(let choices) = ask.answer { .choice(of: choices.count) } else { .number }
    }
    return narration
  }

  private var progress: String {
    let left = minutesLeft
    let words = left > 0 ? "≈ \(left) min left" : "nearly done"
    return "\(index + 1) of \(lesson.steps.count) · \(words)\(isAutomatic ? " · by itself" : "")"
  }

  /// Questions and tries take longer than what is only read.
  var minutesLeft: Int {
    let weights = lesson.steps.map { $0.ask == nil ? $0.attempt == nil ? 1.0 : 3 : 2 }
    let left = weights[(index + 1)...].reduce(0, +) / weights.reduce(0, +)
    return Int((left * Double(lesson.minutes)).rounded())
  }

  private var places: [Narration.Place] {
    step.highlights.map { highlight in
      switch highlight {
      case .picture: .part(.picture)
      case .view: .part(.view)
      case .losses: .part(.losses)
      case .why: .part(.why)
      case .rail: .rail
      case .headline: .headline
      }
    }
  }

  private var keys: [Narration.Hint] {
    var keys: [Narration.Hint] = []
    if isOffPath { keys.append(.init("Esc", "back to the lesson", .comeBack)) }
    if isAsking, case .choices(let choices)? = step.ask?.answer {
      keys.append(.init("1–\(choices.count)", "answer", .choose(1)))
    } else if isAsking {
      keys.append(.init("Enter", "answer", .accept))
    }
    let isTrying = step.attempt != nil && !done.contains(index) && !shown.contains(index)
    keys.append(.init("Space", isAsking ? "tell me" : isTrying ? "show me" : "next", .next))
    if index > 0 { keys.append(.init("p", "back", .back)) }
    if hint != nil, !hinted.contains(index), isAsking || isTrying { keys.append(.init("H", "hint", .hint)) }
    return keys
  }

  private var hint: Prose? { step.ask?.hint ?? step.attempt?.hint }

  // MARK: Blocks

  private func blocks(_ state: State) -> [Narration.Block] {
    var blocks: [Narration.Block] = []
    if index == 0, answers.isEmpty { blocks.append(.question([.init(lesson.title)])) }
    // What was said before a question has been read when it is answered.
    if let prose = step.prose, answers[index] == nil { blocks += words(prose) }
    if let ask = step.ask { blocks += self.blocks(ask) }
    if let attempt = step.attempt { blocks += self.blocks(attempt, state) }
    blocks += (stage.differences ?? []).prefix(3).map { .fault($0) }
    if let source = step.source { blocks.append(.source(source)) }
    if wanted != nil { blocks.append(.source("One moment: the next step is being computed.")) }
    return blocks
  }

  private func blocks(_ ask: Ask) -> [Narration.Block] {
    var blocks: [Narration.Block] = [.question(spans(ask.question))]
    let given = answers[index]
    let moment = stage.begun.state.moment
    switch ask.answer {
    case .choices(let choices):
      let right = moment.flatMap { ask.rightChoice(in: $0) }
      blocks += choices.enumerated().map { place, choice in
        let mark: Narration.Mark =
          given == nil ? .open : place == right ? .right : given == .choice(place) ? .wrong : .passed
        return .choice(place + 1, choice.text, mark)
      }
      if let given {
        let isRight = isRight(given, at: index)
        blocks.append(.verdict(isRight: isRight, isRight ? "Right." : given == .told ? "So it is." : "Not quite."))
      }
    case .number(let expression, _):
      guard let given else {
        blocks.append(.input(typed))
        break
      }
      let answer = moment.map { expression.value.words(in: $0, digits: Prose.digits) } ?? ""
      let isRight = isRight(given, at: index)
      let words: String =
        switch given {
        case .number(let number) where !isRight:
          "Not quite: \(Formula.digits(number)) was your answer, it is \(answer)."
        default: isRight ? "Right: \(answer)." : "It is \(answer)."
        }
      blocks.append(.verdict(isRight: isRight, words))
    }
    if given != nil {
      blocks += words(ask.why)
    } else if hinted.contains(index), let hint = ask.hint {
      blocks.append(.hint(spans(hint)))
    }
    return blocks
  }

  private func blocks(_ attempt: Attempt, _ state: State) -> [Narration.Block] {
    var blocks: [Narration.Block] = [.question(spans(attempt.goal))]
    if let moment = state.moment {
      blocks += attempt.condition.value.parts(in: moment).map { .condition($0.text, found: $0.found, holds: $0.holds) }
    }
    if shown.contains(index) {
      blocks.append(.words([.init("One way:")]))
      blocks += attempt.solution.map { .command($0.value) }
    } else if done.contains(index) {
      blocks.append(.verdict(isRight: true, "Done. Space goes on, as if it were done the lesson's way."))
    } else if hinted.contains(index), let hint = attempt.hint {
      blocks.append(.hint(spans(hint)))
    }
    return blocks
  }

  private var ending: Narration {
    var blocks: [Narration.Block] = [.question([.init("That was: \(lesson.title)")])]
    let score = score
    if score.asked > 0 {
      blocks.append(
        .words([
          .init("You answered "), .init("\(score.right) of \(score.asked)", .value),
          .init(score.asked == 1 ? " question right." : " questions right."),
        ]))
    }
    blocks.append(.words([.init("The debugger stays open: change things and look. Nothing of this is kept.")]))
    return Narration(
      title: lesson.title, progress: "\(lesson.steps.count) of \(lesson.steps.count)", blocks: blocks,
      keys: [.init("p", "back", .back)])
  }

  // MARK: Words

  private func words(_ prose: Prose) -> [Narration.Block] {
    let spans = spans(prose)
    return spans.split { $0.text == "\n\n" }.map { .words(Array($0)) }
  }

  /// Words with the numbers of the step as it was come to.
  private func spans(_ prose: Prose) -> [Narration.Span] {
    let moment = stage.begun.state.moment
    return prose.pieces.map { piece in
      switch piece {
      case .words(let text, .plain): .init(text)
      case .words(let text, .bold): .init(text, .strong)
      case .words(let text, .italic): .init(text, .gentle)
      case .words(let text, .code): .init(text, .code)
      case .value(let expression, let digits, _, _):
        .init(moment.map { expression.words(in: $0, digits: digits) } ?? "?", .value)
      case .paragraph: .init("\n\n")
      }
    }
  }
}

extension Narration {
  /// How many words there are to read.
  package var wordCount: Int {
    let texts = blocks.flatMap { block -> [String] in
      switch block {
      case .words(let spans), .question(let spans), .hint(let spans): spans.map(\.text)
      case .choice(_, let text, _), .verdict(_, let text): [text]
      case .condition(let text, let found, _): [text, found]
      case .input, .source, .command, .fault: []
      }
    }
    return texts.joined(separator: " ").split(separator: " ").count
  }
}
