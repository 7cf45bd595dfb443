import Debugger
import Expressions
import Scenes
import Screen
import Traces

/// Plays a lesson by itself and finds whatever is not as it says.
package struct LessonCheck {
  /// "moon.yaml:31: expected gt[0].positives == 0, found 3".
  package struct Difference: Sendable, CustomStringConvertible {
    package let place: Fault.Place
    package let expected: String
    package let found: String

    /// Without the file's name.
    var inFile: String { "line \(place.line ?? 0): expected \(expected), found \(found)" }

    package var description: String {
      let line = place.line.map { ":\($0)" } ?? ""
      return "\(place.source)\(line): expected \(expected), found \(found)"
    }
  }

  package private(set) var differences: [Difference] = []

  /// - Parameter run: the lesson at its beginning.
  package init(_ run: LessonRun) {
    var run = run
    for index in run.lesson.steps.indices {
      run.go(to: index)
      check(run.step, run.reached[index])
    }
  }

  /// A step alone.
  ///
  /// - Parameter reached: the step as it is come to.
  package init(_ step: LessonStep, _ reached: LessonRun.Reached) { check(step, reached) }

  private mutating func check(_ step: LessonStep, _ reached: LessonRun.Reached) {
    differences += reached.failures.map { Difference(place: $0.place, expected: $0.expected, found: $0.found) }
    // What is not where it should be is not looked at: all that would be found there follows from that.
    guard reached.failures.isEmpty, let moment = reached.begun.state.moment else { return }
    for prose in [
      step.prose, step.ask?.question, step.ask?.hint, step.ask?.why, step.attempt?.goal, step.attempt?.hint,
    ] {
      if let prose { check(prose, moment) }
    }
    for expectation in step.expectations { check(expectation, moment) }
    if let ask = step.ask { check(ask, moment) }
    if let attempt = step.attempt { check(attempt, moment, reached.ended.state.moment) }
  }

  private mutating func report(_ place: Fault.Place, _ expected: String, _ found: String) {
    differences.append(Difference(place: place, expected: expected, found: found))
  }

  /// The value of an expression; reports why there is none.
  private mutating func value(_ expression: Expression, at place: Fault.Place, _ moment: Moment) -> Outcome? {
    do throws(ExpressionFault) {
      return try expression.evaluate(in: moment)
    } catch {
      report(place, "a value of \(expression.text)", "\(error)")
      return nil
    }
  }

  private mutating func truth(_ located: Located<Expression>, _ moment: Moment) -> Bool? {
    guard let value = value(located.value, at: located.place, moment) else { return nil }
    if let truth = value.boolean { return truth }
    report(located.place, "\(located.value.text) to be true or false", "\(value)")
    return nil
  }

  private mutating func check(_ prose: Prose, _ moment: Moment) {
    for (expression, place) in prose.values {
      guard let value = value(expression, at: place, moment) else { continue }
      if value.count != nil { report(place, "a single value of \(expression.text)", "\(value)") }
      if let number = value.number, !number.isFinite { report(place, "a number from \(expression.text)", "\(value)") }
    }
    for typed in prose.typedNumbers {
      report(prose.place, "an expression in braces for every number", "\(typed) typed in")
    }
  }

  private mutating func check(_ expectation: Expectation, _ moment: Moment) {
    let (expression, place) = (expectation.expression.value, expectation.expression.place)
    guard let value = value(expression, at: place, moment) else { return }
    switch expectation.kind {
    case .holds:
      if value.boolean != true { report(place, "\(expression.text)", "\(value)\(sides(of: expression, moment))") }
    case .number(let wanted, let tolerance):
      guard let number = value.number, abs(number - wanted) <= tolerance else {
        let within = tolerance > 0 ? " within \(Number.text(tolerance))" : ""
        return report(place, "\(expression.text) = \(Number.text(wanted))\(within)", "\(value)")
      }
    }
  }

  /// What the sides of a comparison come to.
  private func sides(of expression: Expression, _ moment: Moment) -> String {
    for sign in [" == ", " != ", " <= ", " >= ", " < ", " > "] {
      let parts = expression.text.split(separator: sign).map(String.init)
      guard parts.count == 2, let left = try? Expression(parsing: parts[0]).evaluate(in: moment),
        let right = try? Expression(parsing: parts[1]).evaluate(in: moment)
      else { continue }
      return ": \(left)\(sign)\(right)"
    }
    return ""
  }

  private mutating func check(_ ask: Ask, _ moment: Moment) {
    switch ask.answer {
    case .choices(let choices):
      var right: [(text: String, place: Fault.Place)] = []
      for choice in choices where truth(choice.condition, moment) == true {
        right.append((choice.text, choice.condition.place))
      }
      guard right.count != 1 else { return }
      // Where none is right, each may be the one that should be; where several are, each may be the one too many.
      let found = right.isEmpty ? "none" : right.map { Fault.quoted($0.text) }.joined(separator: " and ")
      let suspects = right.isEmpty ? choices.map { ($0.text, $0.condition.place) } : right
      for (text, place) in suspects {
        report(place, "one choice to be right, \(Fault.quoted(text)) or another", found)
      }
    case .number(let located, _):
      guard let value = value(located.value, at: located.place, moment) else { return }
      guard let number = value.number, number.isFinite else {
        return report(located.place, "\(located.value.text) to be a number", "\(value)")
      }
      // So that the answer can't go astray by itself.
      let told = ask.why.values.compactMap { try? $0.expression.evaluate(in: moment).number }
      if !told.contains(number) { report(located.place, "the answer \(value) to be told in why", words(told)) }
    }
  }

  private func words(_ numbers: [Double]) -> String {
    numbers.isEmpty ? "no number there" : numbers.map { Number.text($0) }.joined(separator: ", ")
  }

  /// What is to be tried is not so at first, and is so when it is solved.
  private mutating func check(_ attempt: Attempt, _ before: Moment, _ after: Moment?) {
    let condition = attempt.condition
    guard let isDone = truth(condition, before) else { return }
    if isDone { report(condition.place, "\(condition.value.text) not to hold before it is tried", "true") }
    guard let after else { return }
    if truth(condition, after) == false {
      report(
        condition.place, "\(condition.value.text) to hold after the solution",
        "false\(sides(of: condition.value, after))")
    }
  }
}

extension Prose {
  /// What a number behind it makes a name of.
  private static let named: Set<String> = [
    "gt", "anchor", "point", "roi", "detection", "candidate", "proposal", "level",
  ]

  /// Numbers that stand in the words, where only expressions should. Names that hold a digit ("P3", "gt 1") are none.
  package var typedNumbers: [String] {
    pieces.flatMap { piece -> [String] in
      guard case .words(let text, let style) = piece, style != .code else { return [] }
      let words = text.split { " \n,;:()–—?!".contains($0) }.map { $0.trimmingSuffix(".") }
      return words.indices.filter {
        // "NaN" and "infinity" are words.
        Double(words[$0]) != nil && words[$0].contains(where: \.isNumber)
          && ($0 == 0 || !Self.named.contains(words[$0 - 1]))
      }
      .map { words[$0] }
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String {
    var text = String(self)
    while text.last == suffix { text.removeLast() }
    return text
  }
}
