import Expressions
import Screen
import Traces

/// A lesson told line by line: what each step says, with its numbers, its question and its answer.
package struct LessonTelling {
  let run: LessonRun

  package init(_ run: LessonRun) { self.run = run }

  private func text(_ prose: Prose) -> String {
    guard let moment = run.debugger.state.moment else { return "" }
    return prose.text { expression, digits in expression.words(in: moment, digits: digits) }
  }

  /// The step that is shown, without the answer to its question.
  package var lines: [String] {
    let (step, lesson) = (run.step, run.lesson)
    var lines = ["", "\(run.index + 1)/\(lesson.steps.count)  \(step.chapter ?? "")"]
    if let prose = step.prose { lines.append(text(prose)) }
    if let source = step.source { lines.append("(\(source))") }
    if let ask = step.ask { lines += question(ask) }
    if let attempt = step.attempt { lines += [text(attempt.goal), "Until: \(attempt.condition.value.text)"] }
    return lines
  }

  private func question(_ ask: Ask) -> [String] {
    let choices: [String] =
      switch ask.answer {
      case .choices(let choices): choices.enumerated().map { "  \($0.offset + 1)  \($0.element.text)" }
      case .number: ["  a number?"]
      }
    return [text(ask.question)] + choices
  }

  /// Whether something typed answers the question of the step; nil where it has none.
  package func isRight(_ typed: String) -> Bool? {
    guard let ask = run.step.ask, let moment = run.debugger.state.moment else { return nil }
    let given: LessonPlayer.Answer? =
      switch ask.answer {
      case .choices(let choices): choices.indices.first { "\($0 + 1)" == typed }.map { .choice($0) }
      case .number: Double(typed).map { .number($0) }
      }
    return given.map { ask.isRight($0, in: moment) } ?? false
  }

  /// The right answer and why.
  package var answer: [String] {
    guard let ask = run.step.ask, let moment = run.debugger.state.moment else { return [] }
    let right: String
    switch ask.answer {
    case .choices(let choices):
      right = ask.rightChoice(in: moment).map { choices[$0].text } ?? ""
    case .number(let expression, _): right = expression.value.words(in: moment, digits: Prose.digits)
    }
    return ["→ \(right)", text(ask.why)]
  }

  package var hint: String? { (run.step.ask?.hint ?? run.step.attempt?.hint).map(text) }

  /// Whether what was to be tried is so; nil where nothing was.
  package var isDone: Bool? {
    guard let attempt = run.step.attempt, let moment = run.debugger.state.moment else { return nil }
    return (try? attempt.condition.value.evaluate(in: moment).boolean) ?? false
  }
}

extension Expression {
  /// What it comes to, a number with so many digits.
  func words(in moment: Moment, digits: Int) -> String {
    guard let value = try? evaluate(in: moment) else { return "?" }
    guard let number = value.number else { return "\(value)" }
    return number == number.rounded() && abs(number) < 1e9
      ? Number.count(Int(number)) : Number.text(number, digits: digits)
  }
}
