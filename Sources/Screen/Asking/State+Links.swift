import Debugger
import Detectors
import Traces

extension State {
  /// The list of where one can go from here.
  mutating func openLinks() {
    asked = nil
    panel = Panel(kind: .links)
  }

  /// Goes where a link leads; `goBack` returns.
  mutating func follow(to element: Element) {
    let before = selection
    panel = nil
    select(element)
    if selection != before { trail = Array(trail.suffix(99)) + [before] }
  }

  func linksContent(_ theme: Theme) -> PanelContent {
    if case .causes(let weight) = asked?.question { return causesContent(weight, theme) }
    let links = questions.first.flatMap { trace?.upTo(step: position.step).links(from: $0) } ?? []
    return PanelContent(
      title: "From \(explanation?.subject ?? "here") to", keys: "Enter goes there  Esc",
      rows: links.map { link in
        PanelContent.Row(
          [.init(link.words, theme.text)], detail: "Enter goes there; Backspace returns.",
          accept: .followTo(link.element))
      },
      empty: "Nothing is known yet that this leads to. Later steps know more.")
  }

  /// Who moved a tensor of weights.
  private func causesContent(_ weight: String, _ theme: Theme) -> PanelContent {
    var content = PanelContent(
      title: "Who moved \(Network.label(of: weight))", keys: "Enter goes there  Esc", rows: [])
    guard case .causes(let found) = asked?.answer, let trace else {
      content.empty = "Running the network once with these weights moved, and all others as they were…"
      return content
    }
    let causes = found ?? []
    let all = causes.reduce(0) { $0 + abs($1) }
    guard all > 0 else {
      content.empty =
        "No \(trace.priorName)'s guess follows these weights: they did not move, or they act on regions alone."
      return content
    }
    content.rows = Trace.largest(20, of: causes).filter { causes[$0] > 0 }.map { prior in
      let share = 100 * causes[prior] / all
      return PanelContent.Row(
        [
          .init("\(trace.priorName) \(prior), \(trace.priors.label(of: prior))  ", theme.text),
          .init("\(Number.fixed(share, decimals: 1))%", theme.strong),
        ],
        detail:
          "As these weights move, this \(trace.priorName)'s guesses follow, and its own part of the loss falls by "
          + "\(Number.text(causes[prior])). The larger, the more of the move it asked for. Enter goes there.",
        accept: .followTo(.anchor(prior)))
    }
    return content
  }
}
