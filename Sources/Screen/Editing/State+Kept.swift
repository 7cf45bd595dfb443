import Debugger
import Expressions
import Traces

extension State {
  /// What of this session is worth keeping; nil where there is nothing that was not there when it was opened.
  ///
  /// - Parameters:
  ///   - scene: what was opened, as it is named on the command line.
  package func kept(scene: String, seed: UInt64) -> SavedSession? {
    guard let timeline, let trace, let detectorType else { return nil }
    // What is offered is not written over before it was looked at.
    guard offer == nil,
      timeline.changes.count > 1 || timeline.setup(at: 1) != opened || !breakpoints.isEmpty
        || !watches.isEmpty
    else { return nil }
    return SavedSession(
      scene: scene, detector: detectorType.name, seed: seed, timeline: timeline, iteration: trace.iteration,
      step: currentStep?.id ?? "", breakpoints: breakpoints, watches: watches.map(\.text))
  }

  /// Shows what an earlier session left, once there is an iteration.
  mutating func showOffer() {
    if offer != nil { panel = Panel(kind: .offer) }
  }

  func offerContent(_ theme: Theme) -> PanelContent {
    guard let offer else { return PanelContent(title: "Kept", keys: "", rows: [], empty: "Nothing is kept.") }
    let edits = offer.timeline.changes.count - (offer.timeline.setup(at: 1) == opened ? 1 : 0)
    let parts = [
      edits > 0 ? "\(Number.plural(edits, "edited moment"))" : "",
      "iteration \(Number.count(offer.iteration)), \(offer.step)",
      offer.breakpoints.isEmpty ? "" : Number.plural(offer.breakpoints.count, "breakpoint"),
      offer.watches.isEmpty ? "" : Number.plural(offer.watches.count, "watch"),
    ].filter { !$0.isEmpty }
    return PanelContent(
      title: "An earlier session on this scene", keys: "Enter  Esc keeps it for later",
      rows: [
        PanelContent.Row(
          [.init("take it up again", theme.strong)],
          detail: "It had \(parts.joined(separator: ", ")). The run is gone through again as far as that.",
          accept: .takeUp),
        PanelContent.Row(
          [.init("begin afresh", theme.text)], detail: "What it had is forgotten with the first edit.", accept: .forget),
      ])
  }

  mutating func takeUp() {
    guard let offer, let trace else { return }
    self.offer = nil
    panel = nil
    breakpoints = offer.breakpoints
    watches = offer.watches.compactMap { (try? Expression(parsing: $0)).map { Watch($0) } }
    position = Position(step: stepIDs.firstIndex(of: offer.step) ?? 0)
    undoable.append(EditRecord(timeline: timeline ?? offer.timeline, words: "what was taken up", iteration: 1))
    timeline = offer.timeline
    // Whoever edits before the iteration is there edits what was taken up.
    scene = offer.timeline.setup(at: trace.iteration).scene
    revision += 1
    job = .iterate(to: offer.iteration)
    notice("Taken up where it was left.")
  }
}
