import Debugger
import Traces

/// What takes work to answer, and is asked of the session while the panel that shows it is open.
package enum Question: Hashable, Sendable {
  /// Who moved a tensor of the network's weights.
  case causes(weight: String)
  /// What would turn round what is so about something.
  case whatIf(Element)
}

package enum Answer: Sendable {
  /// For each prior; nil where there is no answer.
  case causes([Double]?)
  /// Nil where there is nothing to turn round.
  case whatIf(WhatIf?)
}

/// A question, and its answer once that has come.
struct Asked: Sendable {
  let question: Question
  let iteration: Int
  /// Which edit it was asked after.
  let revision: Int
  var answer: Answer?
}

extension State {
  /// The question that waits for an answer.
  package var wantedAnswer: (question: Question, iteration: Int, revision: Int)? {
    guard let asked, asked.answer == nil, asked.revision == revision, panel?.kind == asked.question.panel
    else { return nil }
    return (asked.question, asked.iteration, asked.revision)
  }

  mutating func ask(_ question: Question) {
    guard let trace else { return }
    asked = Asked(question: question, iteration: trace.iteration, revision: revision)
    panel = Panel(kind: question.panel)
  }

  mutating func arrive(_ answer: Answer, to question: Question, _ revision: Int) {
    guard asked?.question == question, asked?.revision == revision else { return }
    asked?.answer = answer
  }
}

extension Question {
  fileprivate var panel: Panel.Kind {
    switch self {
    case .causes: .links
    case .whatIf: .whatIf
    }
  }
}
