import Expressions
import Screen

/// All that a step of a lesson says, with its numbers in place and the answers that the engine gives, for whoever shows
/// it in a way of its own.
package struct ToldStep: Sendable {
  package enum Piece: Hashable, Sendable {
    case words(String, Prose.Style)
    /// The end of a paragraph.
    case paragraph
  }

  package enum Answers: Sendable {
    case choices([String], right: Int?)
    /// Nil where the engine has no number.
    case number(Double?, tolerance: Double)
  }

  package struct Question: Sendable {
    package let text: [Piece]
    package let answers: Answers
    /// The right answer in words.
    package let answer: String
    package let hint: [Piece]?
    package let why: [Piece]
  }

  package struct Attempt: Sendable {
    package let goal: [Piece]
    /// The condition as it is written.
    package let condition: String
    package let hint: [Piece]?
    package let solution: [String]
  }

  package let prose: [Piece]?
  package let source: String?
  package let question: Question?
  package let attempt: Attempt?
}

extension LessonTelling {
  package var told: ToldStep {
    let step = run.step
    return ToldStep(
      prose: step.prose.map(pieces), source: step.source, question: step.ask.map(question),
      attempt: step.attempt.map { attempt in
        ToldStep.Attempt(
          goal: pieces(attempt.goal), condition: attempt.condition.value.text, hint: attempt.hint.map(pieces),
          solution: attempt.solution.map(\.value))
      })
  }

  private func question(_ ask: Ask) -> ToldStep.Question {
    let answers: ToldStep.Answers
    switch ask.answer {
    case .choices(let choices):
      let right = run.debugger.state.moment.flatMap { ask.rightChoice(in: $0) }
      answers = .choices(choices.map(\.text), right: right)
    case .number(let expression, let tolerance):
      let number = run.debugger.state.moment.flatMap { try? expression.value.evaluate(in: $0).number }
      answers = .number(number, tolerance: tolerance)
    }
    return ToldStep.Question(
      text: pieces(ask.question), answers: answers, answer: answer.first.map { String($0.dropFirst(2)) } ?? "",
      hint: ask.hint.map(pieces), why: pieces(ask.why))
  }

  private func pieces(_ prose: Prose) -> [ToldStep.Piece] {
    prose.pieces.map { piece in
      switch piece {
      case .words(let text, let style): .words(text, style)
      case .value(let expression, let digits, let style, _):
        .words(run.debugger.state.moment.map { expression.words(in: $0, digits: digits) } ?? "?", style)
      case .paragraph: .paragraph
      }
    }
  }
}
