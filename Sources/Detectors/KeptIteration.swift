import Scenes
import Tensors
import Traces

/// One iteration together with how things stood before each part of its steps, so that it can be done again under
/// another set-up, and no more of it than has to be. What a step depends on is seen, not declared: which settings it
/// asked for is written down, and whether it read the objects or what was set by hand.
package struct KeptIteration: Sendable {
  /// How things stood before a part of a step, and what the part then asked for.
  private struct Stop {
    let detector: any Detector
    let iteration: Iteration
    var asked: Set<String>
  }

  /// The run before this iteration, and after it. There is no after before the whole is done.
  package let before: Trainer
  package let after: Trainer?
  /// The steps that were performed, or a part of them, for this record; the others were taken over as they were.
  package let performed: [String]
  /// The record. While the iteration is not done to its end, what an edit made stale follows what is new.
  package let trace: Trace
  private let stops: [Stop]
  /// How things stand after the last part that is done.
  private let end: Stop
  /// What was asked for before the first step.
  private let opening: Set<String>

  package var isWhole: Bool { after != nil }
  package var iteration: Int { before.iteration + 1 }

  /// Does the next iteration of a run.
  package init(_ trainer: Trainer, until reach: Reach = .end) {
    func begin<D: Detector>(_ type: D.Type) -> KeptIteration {
      let journal = SettingsJournal()
      let detector = D(trainer.settings.noted(in: journal))
      let start = Stop(detector: detector, iteration: Iteration(trainer, journal: journal), asked: [])
      return KeptIteration(
        trainer, type, opening: journal.turnPage(), stops: [], from: start, until: reach, journal, performed: [],
        older: nil)
    }
    self = begin(trainer.detector)
  }

  /// Goes on from where some stops lead.
  private init<D: Detector>(
    _ trainer: Trainer, _ type: D.Type, opening: Set<String>, stops earlier: [Stop], from start: Stop,
    until reach: Reach, _ journal: SettingsJournal, performed earlierSteps: [String], older: Trace?
  ) {
    let parts = trainer.parts(of: type)
    let limit = parts.firstIndex { $0.isLast(of: reach) }.map { $0 + 1 } ?? parts.count
    var (stops, work, performed) = (earlier, start.iteration, earlierSteps)
    var detector = start.detector as? D ?? D(trainer.settings)
    while stops.count < limit {
      let part = parts[stops.count]
      let (standing, reached) = (detector, work)
      work.perform(part, on: &detector)
      stops.append(Stop(detector: standing, iteration: reached, asked: journal.turnPage()))
      if performed.last != part.step.id { performed.append(part.step.id) }
    }
    let isWhole = stops.count == parts.count
    var after = trainer
    after.goOn(from: work)
    before = trainer
    self.after = isWhole ? after : nil
    self.opening = opening
    self.stops = stops
    self.performed = performed
    trace = isWhole ? work.trace : older.map { work.trace.followed(byStale: $0) } ?? work.trace
    end = Stop(detector: detector, iteration: work, asked: [])
  }

  /// The same iteration from the same weights under other settings, whole.
  package func again(under settings: Settings) -> KeptIteration? {
    before.with(settings).map { again($0, until: .end) }
  }

  /// The same iteration from the same weights under another set-up, equal in every bit to a fresh one. Only the first
  /// step that asked for something that has changed is done again and those after it, and as far as is wanted; under
  /// the same set-up it is gone on with. Nil when the set-up asks for other weights.
  ///
  /// - Throws: a fault when an object or an edited prediction is not of this scene.
  package func again(under setup: Setup, until reach: Reach = .end) throws(Fault) -> KeptIteration? {
    try before.with(setup).map { again($0, until: reach) }
  }

  /// The record of the same iteration under another set-up, as far as a step: to ask something of it, and not to be
  /// looked at. Nil when the set-up asks for other weights or does not fit.
  package func probe(_ setup: Setup, until step: String) -> Trace? {
    guard let trainer = try? before.with(setup) else { return nil }
    return again(trainer, until: .step(step), shows: false).trace
  }

  /// The record of a first iteration under a set-up that asks for other weights, as far as a step that reads none of
  /// the network's guesses: zeros stand for them. Nil when the set-up does not fit.
  package func probeWithoutNetwork(_ setup: Setup, until step: String) -> Trace? {
    let detector = before.detector
    let rows = detector.priors(on: setup.scene, setup.settings).count
    let heads = detector.heads(classes: setup.scene.classes.count, setup.settings)
    let zeros = heads.map { ($0.prediction, Tensor.zeros($0.shape(priors: rows))) }
    let trainer = try? Trainer(
      setup.scene, detector: detector, settings: setup.settings, seed: before.seed,
      predictions: Predictions(tensors: Dictionary(uniqueKeysWithValues: zeros), source: "zeros"))
    return trainer.map { KeptIteration($0, until: .step(step)).trace }
  }

  /// The first step that asked for a parameter; nil where none did.
  package func firstStep(asking parameter: String) -> String? {
    let steps = before.stepIDsOfParts
    return zip(steps, stops).first { $0.1.asked.contains(parameter) }?.0
  }

  /// - Parameter shows: whether what is only there to be looked at is brought up to date too.
  private func again(_ trainer: Trainer, until reach: Reach, shows: Bool = true) -> KeptIteration {
    func goOn<D: Detector>(_ type: D.Type) -> KeptIteration {
      let changed = changes(to: trainer)
      guard opening.isDisjoint(with: changed) else { return KeptIteration(trainer, until: reach) }
      let parts = trainer.parts(of: type)
      let index = stops.indices.first { index in
        parts[index].step.use == .laterSteps && !stops[index].asked.isDisjoint(with: changed)
      }
      let journal = SettingsJournal()
      let start = index.map { stops[$0] } ?? end
      var detector = start.detector as? D ?? D(trainer.settings)
      detector.settings = trainer.settings.noted(in: journal)
      var work = start.iteration.under(trainer, journal: journal, isShown: shows)
      var kept = index.map { Array(stops[..<$0]) } ?? stops
      let shown = shows ? showAgain(&kept, parts, changed, trainer, in: &work) : []
      let from = Stop(detector: detector, iteration: work, asked: [])
      return KeptIteration(
        trainer, type, opening: opening, stops: kept, from: from, until: reach, journal, performed: shown,
        older: shows ? trace : nil)
    }
    return goOn(trainer.detector)
  }

  /// Steps that are there only to be looked at are done again alone. Their records are put where they belong.
  private func showAgain<D: Detector>(
    _ kept: inout [Stop], _ parts: [StepPart<D>], _ changed: Set<String>, _ trainer: Trainer, in work: inout Iteration
  ) -> [String] {
    var performed: [String] = []
    for index in kept.indices where parts[index].step.use == .record {
      let (stop, step) = (kept[index], parts[index].step)
      var latest = end.iteration.trace
      if !stop.asked.isDisjoint(with: changed) {
        let journal = SettingsJournal()
        var detector = stop.detector as? D ?? D(trainer.settings)
        detector.settings = trainer.settings.noted(in: journal)
        var alone = stop.iteration.under(trainer, journal: journal)
        alone.perform(parts[index], on: &detector)
        kept[index].asked = journal.turnPage()
        latest = alone.trace
        performed.append(step.id)
      }
      work.trace = work.trace.replacing(step: step.id, from: latest)
    }
    return performed
  }

  /// What the steps can ask for that is otherwise for another trainer of this run.
  private func changes(to trainer: Trainer) -> Set<String> {
    var changed = trainer.settings.differences(from: before.settings)
    if trainer.hasOtherPlaces(than: before) { changed.insert(SettingsJournal.places) }
    if trainer.scene != before.scene { changed.insert(SettingsJournal.objects) }
    if trainer.edits != before.edits { changed.insert(SettingsJournal.edits) }
    return changed
  }
}
