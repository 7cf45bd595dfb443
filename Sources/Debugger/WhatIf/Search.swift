import Detectors
import Scenes
import Traces

/// Seeks the smallest change of each kind that reaches a goal. Nothing is taken on trust: each change is made, and the
/// iteration's steps are performed with it as far as the goal can be seen.
struct Search {
  let kept: KeptIteration
  let goal: Goal
  let detector: any Detector.Type
  let base: Setup
  /// Asked before every try; false stops.
  private let isWanted: () -> Bool
  private(set) var best: [String: Found] = [:]
  /// How often the steps were performed.
  private(set) var tries = 0
  /// How near the goal is as things are, and how near the changes along a line came.
  private let start: Double?
  private var nearest: Double?

  struct Found {
    let change: Change
    let setup: Setup
    let size: Double
    /// With the change.
    let trace: Trace
  }

  init(_ kept: KeptIteration, _ goal: Goal, isWanted: @escaping () -> Bool) {
    self.kept = kept
    self.goal = goal
    self.isWanted = isWanted
    base = kept.before.setup
    start = goal.nearness(in: kept.trace.fresh)
    detector = kept.before.detector
  }

  /// What an amount starts from and how it grows.
  private struct Stride {
    let least: Double
    let factor: Double

    /// A first look, and a second where the first came nearer, for what lies between two of its steps.
    static let (coarse, fine) = (Stride(least: 0.02, factor: 2), Stride(least: 0.028, factor: 1.4))
  }

  /// The smallest changes, of every kind one.
  mutating func run() -> [Found] {
    for parameter in detector.parameters where matters(parameter.name) {
      for change in parameter.otherChoices(from: base.settings) { note(change, parameter.variation) }
      seek(parameter.lines(from: base.settings, for: detector))
    }
    seekBoxes()
    if case .candidate(let index) = goal.question { raiseScore(ofCandidate: index) }
    if case .object = goal.question, !goal.readsPredictions, kept.before.learns { seekMore() }
    return best.values.sorted { ($0.size, $0.change.kind) < ($1.size, $1.change.kind) }
  }

  private mutating func seekBoxes() {
    guard let gt = goal.gt, let index = base.scene.index(ofGT: gt) else { return }
    let box = base.scene.objects[index].box
    seek(box.lines(ofGT: gt, in: base.scene))
    let trace = kept.trace.fresh
    let goals = if case .pair(_, let prior) = goal.question { [prior] } else { trace.goals(forBox: box, ofGT: gt) }
    // All of them only where nothing simpler helps.
    let tried = best["box"] == nil ? goals : Array(goals.prefix(1))
    seek(tried.flatMap { box.lines(ofGT: gt, towards: $0, in: trace) })
  }

  /// Whether the goal can hang on a parameter. What comes after the network's own way back is dear to ask for: there
  /// only what no earlier step asks for is tried.
  private func matters(_ name: String) -> Bool {
    guard let first = kept.firstStep(asking: name) else { return false }
    let steps = kept.before.stepIDs
    guard let own = steps.firstIndex(of: goal.step), let other = steps.firstIndex(of: first) else { return false }
    let isDear = steps.prefix(own).contains("gradients")
    return isDear ? other == own : other <= own
  }

  // MARK: Along lines

  private mutating func seek(_ lines: [Line]) {
    var promising: [Line] = []
    for line in lines {
      nearest = nil
      seek(along: line, by: .coarse)
      // Where no overlap tells how near the goal is, a box may have passed it; a radius or a range has not.
      let leadsNearer = nearest.map { near in start.map { near > $0 } ?? true } ?? (line.variation == .fixed)
      if !line.isMonotone, leadsNearer { promising.append(line) }
    }
    for line in promising { seek(along: line, by: .fine) }
  }

  /// Goes along a line in growing strides until the goal is reached, or what is known already is smaller.
  private mutating func seek(along line: Line, by stride: Stride) {
    guard let cap = cap(of: line) else { return }
    var (missed, amount) = (0.0, stride.least)
    while true {
      amount = min(amount, cap)
      if let found = reach(line, amount) { return note(narrow(line, from: missed, to: amount, found)) }
      guard amount < cap else { return }
      missed = amount
      amount *= stride.factor
    }
  }

  /// How far it is worth going: to what is known of its kind, and not much beyond the smallest of any.
  private func cap(of line: Line) -> Double? {
    guard line.limit > 0, let kind = line.change(line.limit, nil)?.kind else { return nil }
    let smallest = best.values.map(\.size).min() ?? .infinity
    return min(line.limit, best[kind]?.size ?? max(4 * smallest, 0.5))
  }

  /// Between an amount that is too little and one that is enough, to a two-hundredth.
  private mutating func narrow(_ line: Line, from missed: Double, to enough: Double, _ found: Found) -> Found {
    var (low, high, found) = (missed, enough, found)
    while high - low > high / 200, high > 1e-9 {
      let middle = (low + high) / 2
      if let better = reach(line, middle) { (high, found) = (middle, better) } else { low = middle }
    }
    return rounded(line, high, found)
  }

  /// With as few decimals as a fiftieth allows. A box moves by a tenth of a pixel at least, as less is not to be seen: where
  /// a point lies on its very edge, any move at all would do.
  private mutating func rounded(_ line: Line, _ amount: Double, _ found: Found) -> Found {
    for decimals in 0...6 {
      guard let change = line.change(amount, decimals) else { continue }
      let isVisible = if case .box = change { decimals > 0 && found.size < 0.001 } else { false }
      guard isVisible || change.size(measuredBy: line.variation) <= found.size * 1.02 else { continue }
      if let better = reach(change, line.variation) { return better }
    }
    return found
  }

  private mutating func reach(_ line: Line, _ amount: Double) -> Found? {
    line.change(amount, nil).flatMap { reach($0, line.variation) }
  }

  /// One more element in a list of shapes. It asks for a head of other size: only when the smallest is known is the
  /// network run with it.
  private mutating func seekMore() {
    for parameter in detector.parameters where matters(parameter.name) {
      let lines = parameter.growingLines(from: base.settings)
      guard let kind = lines.lazy.compactMap({ $0.change($0.limit, nil)?.kind }).first else { continue }
      seek(lines)
      guard let found = best[kind] else { continue }
      let trainer = try? kept.before.anew(found.setup)
      let trace = trainer.map { KeptIteration($0, until: .step(goal.step)).trace }
      best[kind] = trace.flatMap { trace in
        goal.isReached(in: trace)
          ? Found(change: found.change, setup: found.setup, size: found.size, trace: trace) : nil
      }
    }
  }

  private func record(of change: Change, _ setup: Setup) -> Trace? {
    change.asksForRun
      ? kept.probeWithoutNetwork(setup, until: goal.step) : kept.probe(setup, until: goal.step)
  }

  /// The set-up with a change, when it reaches the goal.
  mutating func reach(_ change: Change, _ variation: Variation) -> Found? {
    guard isWanted(), let setup = change.applied(to: base, for: detector) else { return nil }
    tries += 1
    guard let trace = record(of: change, setup) else { return nil }
    if let near = goal.nearness(in: trace) { nearest = max(near, nearest ?? near) }
    guard goal.isReached(in: trace) else { return nil }
    return Found(change: change, setup: setup, size: change.size(measuredBy: variation), trace: trace)
  }

  private mutating func note(_ change: Change, _ variation: Variation) {
    if let found = reach(change, variation) { note(found) }
  }

  mutating func note(_ found: Found) {
    if let known = best[found.change.kind], known.size <= found.size { return }
    best[found.change.kind] = found
  }
}
