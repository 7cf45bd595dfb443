import Expressions
import Foundation
import Scenes
import Testing
import Walkthroughs

/// Whatever a lesson claims or names, changed, makes its check fail at that line.
@Suite struct MutationTests {
  private struct Mutation: CustomStringConvertible {
    let step: Int
    let line: Int
    let text: String
    var description: String { "line \(line): \(text.trimmingCharacters(in: .whitespaces))" }
  }

  /// Two lessons, or with BOXSTEP_LESSONS=all every one.
  private static let lessons: [String] = {
    let isAll = ProcessInfo.processInfo.environment["BOXSTEP_LESSONS"] == "all"
    return LessonRunTests.shipped.filter { isAll || $0.hasSuffix("/ignore-band.yaml") || $0.hasSuffix("/crowd.yaml") }
  }()

  @Test("every change is found at its line", arguments: lessons)
  func everyChange(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lesson = try LessonFile.parse(text, source: path)
    var run = try LessonRun(lesson)
    run.go(to: lesson.steps.count - 1)
    let mutations = self.mutations(of: lesson, text)
    #expect(mutations.count >= lesson.steps.count)
    for mutation in mutations { try hold(mutation, text, path, run) }
  }

  private func hold(_ mutation: Mutation, _ text: String, _ path: String, _ run: LessonRun) throws {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[mutation.line - 1] = mutation.text
    let found: [Int?]
    do throws(Fault) {
      let changed = try LessonFile.parse(lines.joined(separator: "\n"), source: path)
      let step = changed.steps[mutation.step]
      found = LessonCheck(step, run.reaching(step, at: mutation.step)).differences.map(\.place.line)
    } catch {
      found = [error.place.line]
    }
    #expect(found.contains(mutation.line), "\(path): \(mutation) was found at \(found)")
  }

  private func mutations(of lesson: Lesson, _ text: String) -> [Mutation] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lesson.steps.enumerated().flatMap { index, step in
      changes(of: step).compactMap { change -> Mutation? in
        guard let number = change.place.line, lines.indices.contains(number - 1),
          let range = lines[number - 1].range(of: change.found)
        else { return nil }
        let line = lines[number - 1].replacingCharacters(in: range, with: change.changed)
        return Mutation(step: index, line: number, text: line)
      }
    }
  }

  private typealias Change = (place: Fault.Place, found: String, changed: String)

  private func changes(of step: LessonStep) -> [Change] {
    var changes: [Change] = []
    func turn(_ condition: Located<Expressions.Expression>) {
      changes.append((condition.place, condition.value.text, "not (\(condition.value.text))"))
    }
    func rename(_ name: Located<String>?) {
      if let name { changes.append((name.place, name.value, "nowhere \(name.value)")) }
    }
    rename(step.destination)
    rename(step.selection)
    step.commands.forEach(rename)
    step.attempt?.solution.forEach(rename)
    if let view = step.view { changes.append((view.place, "show: \(view.value)", "show: 9")) }
    for expectation in step.expectations {
      let located = expectation.expression
      switch expectation.kind {
      case .holds: turn(located)
      case .number(let number, let tolerance):
        changes.append(
          (located.place, located.value.text, "\(located.value.text) + \(1 + 2 * tolerance + abs(number))"))
      }
    }
    switch step.ask?.answer {
    case .choices(let choices)?: choices.forEach { turn($0.condition) }
    case .number(let answer, _)?:
      changes.append((answer.place, answer.value.text, "2 * (\(answer.value.text)) + 1"))
    case nil: break
    }
    if let attempt = step.attempt { turn(attempt.condition) }
    let proses = [
      step.prose, step.ask?.question, step.ask?.why, step.ask?.hint, step.attempt?.goal, step.attempt?.hint,
    ]
    for value in proses.compactMap({ $0 }).flatMap(\.values) {
      changes.append((value.place, "{\(value.expression.text)", "{nowhere.\(value.expression.text)"))
    }
    return changes
  }
}
