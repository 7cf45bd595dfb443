import Detectors
import TestSupport
import Traces

/// Holds an explanation to the trace, and its text to what it claims.
enum Faults {
  /// What is wrong with an explanation, a line for each fault.
  static func of(_ explanation: Explanation, in trace: Trace) -> [String] {
    explanation.reasons.flatMap { reason -> [String] in
      switch reason.rule {
      case .formula(let formula): return faults(formula, reason, trace)
      case .condition(let condition):
        return (condition.holds ? [] : ["does not hold: \(reason.substituted)"])
          + ([condition.first] + condition.rest.map(\.formula)).flatMap(textFaults)
      case .words(let words): return words.isEmpty ? ["no words"] : []
      }
    }.map { "\(explanation.subject): \($0)" }
  }

  private static func faults(_ formula: Formula, _ reason: Reason, _ trace: Trace) -> [String] {
    guard let traced = reason.traced else { return ["\(reason.topic): a formula of nothing"] }
    guard let value = trace[traced.value]?[at: traced.indices] else { return ["\(traced.text) is not there"] }
    guard close(formula.value, value, relative: 1e-4, absolute: 1e-6) else {
      return ["\(traced.text) is \(value), explained as \(formula.value) = \(formula.symbolic)"]
    }
    return textFaults(formula)
  }

  private static func textFaults(_ formula: Formula) -> [String] {
    do {
      let read = try Evaluator.evaluate(formula.substituted)
      let agrees = close(read, formula.value, relative: 1e-3, absolute: 2e-6)
      return agrees ? [] : ["\(formula.substituted) comes to \(read), not \(formula.value)"]
    } catch {
      return ["\(error)"]
    }
  }
}
