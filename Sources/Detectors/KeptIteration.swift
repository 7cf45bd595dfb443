import Traces

/// One iteration together with how things stood before each of its steps, so that its end can be done again under
/// other settings. What a step depends on is seen, not declared: which settings it asked for is written down.
package struct KeptIteration: Sendable {
  /// How things stood before a step, and what the step then asked for.
  private struct Stop {
    let detector: any Detector
    let iteration: Iteration
    let asked: Set<String>
  }

  /// The run before this iteration, and after it.
  package let before: Trainer
  package let after: Trainer
  /// The steps that were performed for this record; those before them were taken over as they were.
  package let performed: [String]
  private let stops: [Stop]
  private let end: Iteration
  /// What was asked for before the first step.
  private let opening: Set<String>

  package var trace: Trace { end.trace }

  /// Does the next iteration of a run.
  package init(_ trainer: Trainer) {
    func begin<D: Detector>(_ type: D.Type) -> KeptIteration {
      let journal = SettingsJournal()
      let detector = D(trainer.settings.noted(in: journal))
      let work = Iteration(trainer, journal: journal)
      return KeptIteration(
        trainer, opening: journal.turnPage(), stops: [], detector, work, steps: trainer.steps(of: type)[...], journal)
    }
    self = begin(trainer.detector)
  }

  /// Goes on from the last of some stops.
  private init<D: Detector>(
    _ trainer: Trainer, opening: Set<String>, stops earlier: [Stop], _ detector: D, _ work: Iteration,
    steps: ArraySlice<Step<D>>, _ journal: SettingsJournal
  ) {
    var (stops, detector, work) = (earlier, detector, work)
    for step in steps {
      let (standing, reached) = (detector, work)
      work.perform(step, on: &detector)
      stops.append(Stop(detector: standing, iteration: reached, asked: journal.turnPage()))
    }
    var after = trainer
    after.goOn(from: work)
    before = trainer
    self.after = after
    self.opening = opening
    self.stops = stops
    performed = steps.map(\.id)
    end = work
  }

  /// The same iteration from the same weights under other settings: only the first step that asked for something that
  /// has changed is done again, and the steps after it. Nil when the settings ask for other weights.
  package func again(under settings: Settings) -> KeptIteration? {
    guard let trainer = before.with(settings) else { return nil }
    func goOn<D: Detector>(_ type: D.Type) -> KeptIteration {
      let changed = changes(to: trainer)
      guard opening.isDisjoint(with: changed) else { return KeptIteration(trainer) }
      let index = stops.firstIndex { !$0.asked.isDisjoint(with: changed) } ?? stops.endIndex
      let journal = SettingsJournal()
      let reached = stops.indices.contains(index) ? stops[index] : nil
      var detector = reached?.detector as? D ?? D(settings)
      detector.settings = settings.noted(in: journal)
      let work = (reached?.iteration ?? end).under(trainer, journal: journal)
      return KeptIteration(
        trainer, opening: opening, stops: Array(stops[..<index]), detector, work,
        steps: trainer.steps(of: type)[index...], journal)
    }
    return goOn(trainer.detector)
  }

  /// What the steps can ask for that is otherwise for another trainer of this run.
  private func changes(to trainer: Trainer) -> Set<String> {
    var changed = trainer.settings.differences(from: before.settings)
    if trainer.hasOtherPlaces(than: before) { changed.insert(SettingsJournal.places) }
    return changed
  }
}
