import Debugger
import Traces

extension State {
  /// Asks what would turn round what is so about the selection.
  mutating func askWhatIf() {
    guard timeline != nil else { return notice("These records cannot be changed.") }
    guard var element = questions.first else { return notice("Select a GT, an anchor or a candidate first.") }
    switch element {
    // Of a GT that has none, any anchor will do: not only the one under the cursor.
    case .pair(let gt, _) where isWithout(gt): element = .gt(gt)
    // Where all is well, what is not is meant.
    case .pair(let gt, let prior) where trace?["match.gt"]?[prior] == Double(gt): element = firstWithout ?? element
    case .anchor: element = firstWithout ?? element
    default: break
    }
    ask(.whatIf(element))
  }

  /// Whether no prior is a GT's own.
  private func isWithout(_ gt: Int) -> Bool {
    trace?["match.gt"].map { !$0.doubles.contains(Double(gt)) } ?? false
  }

  private var firstWithout: Element? { scene.groundTruth.indices.first(where: isWithout).map { .gt($0) } }

  func whatIfContent(_ theme: Theme) -> PanelContent {
    var content = PanelContent(title: "What if?", keys: "Enter does it  u undoes  Esc", rows: [])
    guard let asked, case .whatIf = asked.question else { return content }
    guard case .whatIf(let answer) = asked.answer else {
      content.empty =
        "Every threshold, size, ratio and rule, and the box itself, is tried for the smallest change that turns it round…"
      return content
    }
    guard let answer else {
      content.empty =
        "There is nothing here to turn round. Select a GT without a positive (g), or with it an anchor that is not its "
        + "own, or a box that was suppressed, and ask again."
      return content
    }
    content.title = answer.title
    guard !answer.proposals.isEmpty else {
      content.empty = answer.lines.joined(separator: " ")
      return content
    }
    for (index, proposal) in answer.proposals.enumerated() {
      if index == 0 { content.rows.append(.heading("size   the smallest single change", theme)) }
      if index == 1 { content.rows.append(.heading("size   the smallest of each other kind", theme)) }
      content.rows.append(
        PanelContent.Row(
          [
            .init(Number.fixed(proposal.size, decimals: 3).padded(7), theme.secondary),
            .init(proposal.change.text, index == 0 ? theme.strong : theme.text),
          ],
          detail: proposal.sentence
            + (proposal.asksForRun ? " It asks for other weights: the run begins anew from its seed." : "")
            + " Enter does it, u takes it back. \(WhatIf.measure)",
          accept: .edit(.apply(proposal.setup, words: proposal.change.text))))
    }
    return content
  }
}
