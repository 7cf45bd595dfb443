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
      lines += ["Why, \(explanation.subject): \(explanation.verdict)"] + explanation.lines
    }
    if let panel, let content = content(of: panel, Theme(appearance)) {
      lines.append(content.title)
      if content.rows.isEmpty { lines.append(content.empty) }
      var number = 0
      for row in content.rows {
        if !row.isHeading { number += 1 }
        lines.append((row.isHeading ? "" : "\(number)  ") + row.spans.map(\.text).joined())
      }
    }
    lines += watches.map { "\($0.text) = \(reading(of: $0).value)" }
    if let message { lines.append(message.text) }
    return lines.filter { !$0.isEmpty }
  }
}

extension State {
  /// The rows of the open panel that one can stand on, in order; empty without a panel.
  package var panelRows: [Int] {
    guard let panel, let content = content(of: panel, Theme(appearance)) else { return [] }
    return content.rows.indices.filter { !content.rows[$0].isHeading }
  }

  /// Why what is selected is what it is, line by line.
  package var spokenReasons: [String] {
    guard let explanation else { return [withoutExplanation] }
    return ["Why, \(explanation.subject): \(explanation.verdict)"] + explanation.lines
  }

  /// What can be typed: commands with their arguments, and named actions.
  package static var spokenHelp: [String] {
    Command.all.map { "\($0.name) \($0.arguments)".padded(34) + $0.words }
      + NamedAction.all.map { $0.name.padded(34) + $0.words }
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

extension Explanation {
  fileprivate var lines: [String] {
    reasons.map { reason in
      let numbers = reason.substituted.isEmpty ? "" : "; here \(reason.substituted)"
      let end = reason.conclusion.isEmpty ? "" : "; \(reason.conclusion)"
      return "  \(reason.topic): \(reason.symbolic)\(numbers)\(end)"
    }
  }
}
