import Traces

extension State {
  /// What the screen shows in sentences, one to a line: where one is, what just happened, what is selected and why.
  package var spoken: [String] {
    var lines: [String] = []
    if let trace, let step = currentStep {
      let place = "step \(position.step + 1) of \(trace.steps.count), \(step.id), iteration \(trace.iteration)"
      let part = currentSubstep.map { ", part \($0.title)" } ?? ""
      lines.append("\(detector) on \(scene.name), \(place)\(part).")
      lines.append(currentSubstep?.headline ?? step.headline)
      lines += step.hazards.map { "Warning: \($0.message)" }
    }
    if let explanation {
      lines.append("Why, \(explanation.subject): \(explanation.verdict)")
      lines += explanation.reasons.map { reason in
        let numbers = reason.substituted.isEmpty ? "" : "; here \(reason.substituted)"
        let end = reason.conclusion.isEmpty ? "" : "; \(reason.conclusion)"
        return "  \(reason.topic): \(reason.symbolic)\(numbers)\(end)"
      }
    }
    if let panel, let content = content(of: panel, Theme(appearance)) {
      lines.append(content.title)
      if content.rows.isEmpty { lines.append(content.empty) }
      lines += content.rows.map { row in "  " + row.spans.map(\.text).joined() }
    }
    lines += watches.map { "\($0.text) = \(reading(of: $0).value)" }
    if let message { lines.append(message.text) }
    return lines.filter { !$0.isEmpty }
  }
}

extension PromptFault {
  /// The line, a caret under what is wrong in it, and why.
  package func pointing(at line: String) -> String {
    guard let range else { return words }
    let blanks = String(repeating: " ", count: range.lowerBound)
    return "\(line)\n\(blanks)\(String(repeating: "^", count: max(1, range.count)))\n\(words)"
  }
}
