import Debugger
import Expressions
import Traces

/// An expression that is shown at every moment, with what it came to in each iteration that was seen.
package struct Watch: Hashable, Sendable {
  package let text: String
  let expression: Expression
  /// Its number at the end of an iteration, by iteration.
  var past: [Int: Double] = [:]

  init(_ expression: Expression) {
    self.expression = expression
    text = expression.text
  }
}

extension State {
  mutating func applyWatching(_ action: Action) {
    switch action {
    case .toggleBreakpoint: toggleBreakpoint()
    case .add(let breakpoint):
      breakpoints.removeAll { $0.place == breakpoint.place }
      breakpoints.append(breakpoint)
      notice("Breakpoint on \(breakpoint.text): c runs on to it, C back.")
    case .removeBreakpoint(let index):
      guard breakpoints.indices.contains(index) else { return }
      breakpoints.remove(at: index)
    case .switchBreakpoint(let index):
      guard breakpoints.indices.contains(index) else { return }
      breakpoints[index].isOn.toggle()
    case .clearBreakpoints:
      breakpoints = []
      notice("No breakpoints.")
    case .watch(let text): watch(text)
    case .removeWatch(let index):
      guard watches.indices.contains(index) else { return }
      watches.remove(at: index)
    case .clearWatches:
      watches = []
      notice("No watches.")
    default: break
    }
  }

  private mutating func toggleBreakpoint() {
    guard let step = currentStep else { return }
    if let index = breakpoints.firstIndex(where: { $0.place == .step(step.id) }) {
      breakpoints.remove(at: index)
      notice("No breakpoint on \(step.id) any more.")
    } else {
      apply(.add(Breakpoint(.step(step.id))))
    }
  }

  private mutating func watch(_ text: String) {
    guard let expression = try? Expression(parsing: text) else { return }
    guard !watches.contains(where: { $0.expression == expression }) else {
      return notice("\(text) is watched already.")
    }
    watches.append(Watch(expression))
    noteWatches()
    notice("\(text) is watched: w shows it with its past.")
  }

  /// Writes down what the watches come to at the end of the iteration that is shown.
  mutating func noteWatches() {
    guard let trace, trace.staleness.isEmpty else { return }
    for index in watches.indices {
      guard let outcome = try? watches[index].expression.evaluate(in: Moment(trace)), let number = outcome.plotted
      else { continue }
      watches[index].past[trace.iteration] = number
    }
  }

  // MARK: Expressions

  /// This moment, after the one before.
  package var moment: Moment? { trace.map { Moment($0, step: position.step, after: previousTrace) } }

  func expression(_ line: Command.Line) throws(PromptFault) -> Expression {
    do throws(ExpressionFault) {
      let expression = try Expression(parsing: line.text)
      if let trace { _ = try expression.type(in: trace) }
      return expression
    } catch {
      throw PromptFault("\(error)", at: line.start + error.range.lowerBound..<line.start + error.range.upperBound)
    }
  }

  /// An expression that is true or false.
  func condition(_ line: Command.Line) throws(PromptFault) -> Expression {
    let expression = try expression(line)
    guard let trace, let type = try? expression.type(in: trace), type != .boolean else { return expression }
    throw line.fault(
      "A breakpoint is a condition, true or false; this is \(type). Compare it: … == 0, … > 5, … changes.")
  }

  func value(of line: Command.Line) throws(PromptFault) -> String {
    let expression = try expression(line)
    guard let moment else { throw PromptFault("Wait for the first iteration.") }
    do throws(ExpressionFault) {
      return "\(expression.text) = \(try expression.evaluate(in: moment))"
    } catch {
      throw PromptFault("\(error)", at: line.start + error.range.lowerBound..<line.start + error.range.upperBound)
    }
  }

  /// What an expression being typed can go on with.
  func completions(of text: String) -> (range: Range<Int>, all: [Suggestion]) {
    let found = Expression.completions(of: text, at: text.count, in: trace)
    return (found.first?.range ?? text.count..<text.count, found.map { Suggestion($0.text, $0.meaning) })
  }

  // MARK: Running

  mutating func run(_ course: Action.Course) {
    guard let trace else { return }
    guard breakpoints.contains(where: \.isOn) else {
      return notice("No breakpoint is set: b sets one on this step, :break any(gt.positives == 0) a condition.")
    }
    let stop =
      course == .forward
      ? breakpoints.first(in: trace, after: position.step, before: previousTrace)
      : breakpoints.last(in: trace, ahead: position.step, before: previousTrace)
    if let stop { return arrive(at: stop) }
    guard learns else { return notice("No breakpoint holds in the rest of this iteration, and there is no other.") }
    if course == .backward, trace.iteration == 1 { return notice("No breakpoint holds before this.") }
    job = .run(
      Run(course: course, iteration: trace.iteration, step: position.step, breakpoints: breakpoints, most: longestRun))
  }

  /// Shows where a run stopped.
  mutating func arrive(at stop: Stop) {
    position = Position(step: stop.step)
    guard let breakpoint = stop.breakpoint else {
      return notice("No breakpoint held up to iteration \(Number.count(stop.trace.iteration)).")
    }
    notice("Stopped: \(breakpoint.text), iteration \(Number.count(stop.trace.iteration)), \(currentStep?.id ?? "").")
  }
}

extension Outcome {
  /// A number to plot: true is 1.
  var plotted: Double? { number ?? boolean.map { $0 ? 1 : 0 } }
}
