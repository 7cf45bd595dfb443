import Debugger
import Detectors
import Traces

extension State {
  /// Before there is one: what to compare with. With one: the GTs that the two decide differently.
  func compareContent(_ theme: Theme) -> PanelContent {
    guard let comparison, let trace = comparison.trace, let own = self.trace else { return choices(theme) }
    var rows: [PanelContent.Row] = [
      .heading("gt        \(own.detectorTitle) here       \(comparison.comparand.title)", theme)
    ]
    for gt in own.scene.groundTruth.indices where trace.scene.groundTruth.indices.contains(gt) {
      let counts = (State.positives(of: gt, in: own), State.positives(of: gt, in: trace))
      let differs = counts.0 != counts.1
      let text = "gt \(gt)".padded(10) + "\(counts.0)".padded(16) + "\(counts.1)"
      rows.append(
        PanelContent.Row(
          [.init(text, differs ? theme.text : theme.secondary), .init(differs ? "   ≠" : "", theme.hazard)],
          detail:
            "Positive \(own.priorName)s of gt \(gt) here, and positive \(trace.priorName)s there. Enter selects it.",
          accept: .select(.gt(gt))))
    }
    return PanelContent(title: "Compared with \(comparison.comparand.title)", keys: "Enter selects  Esc", rows: rows)
  }

  private static func positives(of gt: Int, in trace: Trace) -> Int {
    guard let owners = trace["match.gt"], let states = trace[trace.states.value] else {
      return trace["match.positives_of_gt"]?[gt].flatMap { Int($0, in: 0...1_000_000) } ?? 0
    }
    return (0..<owners.count).count { owners[flat: $0] == Double(gt) && states[flat: $0] == 1 }
  }

  private func choices(_ theme: Theme) -> PanelContent {
    var rows = [PanelContent.Row.heading("another detector", theme)]
    for detector in Detectors.all where detector.name != trace?.detector {
      rows.append(
        PanelContent.Row(
          [.init(detector.title, theme.text)], detail: detector.summary, accept: .compare(.detector(detector.name))))
    }
    let here = trace?.iteration ?? 1
    let moments = [1, here - 1, here / 2].filter { $0 >= 1 && $0 != here }
    if !moments.isEmpty { rows.append(.heading("another moment of this run", theme)) }
    for moment in Set(moments).sorted() {
      rows.append(
        PanelContent.Row(
          [.init("iteration \(Number.count(moment))", theme.text)], detail: "The same step, as it was then.",
          accept: .compare(.iteration(moment))))
    }
    rows.append(.heading("other parameters", theme))
    rows.append(
      PanelContent.Row(
        [.init(":compare PARAMETER=VALUE", theme.text)], detail: "The same iteration with one parameter otherwise.",
        accept: .promptWith("compare ")))
    return PanelContent(title: "Compare with", keys: "Enter runs it  Esc", rows: rows)
  }
}
