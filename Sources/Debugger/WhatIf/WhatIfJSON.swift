import Detectors
import Traces

/// An explanation with what would turn it round, as `boxstep why --json` prints it.
package struct WhyJSON: Encodable {
  struct Answer: Encodable {
    let question: String
    let changes: [Change]
  }

  struct Change: Encodable {
    let change: String
    let kind: String
    let size: Double
    let gained: Int
    let prior: Int?
    let newRun: Bool
    let sentence: String
  }

  private enum CodingKeys: String, CodingKey {
    case whatIf = "what_if"
  }

  private let explanation: ExplanationJSON
  private let whatIf: Answer?

  package init(_ explanation: Explanation, _ whatIf: WhatIf?) {
    self.explanation = ExplanationJSON(explanation)
    self.whatIf = whatIf.map { Answer(question: $0.title, changes: $0.proposals.map(Self.change)) }
  }

  private static func change(_ proposal: WhatIf.Proposal) -> Change {
    Change(
      change: proposal.change.text, kind: proposal.change.kind, size: proposal.size, gained: proposal.gained,
      prior: proposal.prior, newRun: proposal.asksForRun, sentence: proposal.sentence)
  }

  package func encode(to encoder: any Encoder) throws {
    try explanation.encode(to: encoder)
    guard let whatIf else { return }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(whatIf, forKey: .whatIf)
  }
}
