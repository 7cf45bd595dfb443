import Scenes

/// The record of one iteration: the steps in order and every value they left. Screens, commands,
/// exports and tests read this and compute nothing themselves.
public struct Trace: Sendable {
  public internal(set) var scene: Scene
  /// The detector's name in commands ("retinanet") and in prose ("RetinaNet").
  public let detector: String
  public let detectorTitle: String
  /// Every parameter's name and value, as text that `--set` takes.
  public internal(set) var parameters: [Parameter]
  public let seed: UInt64
  /// 1 for the first iteration of training.
  public let iteration: Int
  public internal(set) var priors: PriorGrid
  /// What the detector calls a prior: "anchor" or "point".
  public let priorName: String
  /// What the priors' states are called.
  public let states: StateLegend
  public internal(set) var steps: [StepRecord] = []
  /// The loss terms in order, the total last; empty before any loss step.
  public internal(set) var losses: [LossTerm] = []
  private var values: [String: Value] = [:]
  /// What is left from before an edit, until its steps are done again.
  public private(set) var staleness = Staleness()

  public struct Parameter: Hashable, Sendable {
    public let name: String
    public let text: String

    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  public init(
    scene: Scene, detector: String, detectorTitle: String, parameters: [Parameter], seed: UInt64,
    iteration: Int, priors: PriorGrid, priorName: String = "anchor", states: StateLegend = .matching
  ) {
    self.priorName = priorName
    self.states = states
    self.scene = scene
    self.detector = detector
    self.detectorTitle = detectorTitle
    self.parameters = parameters
    self.seed = seed
    self.iteration = iteration
    self.priors = priors
  }

  /// "an anchor", "a point".
  public var aPrior: String { "\("aeiou".contains(priorName.prefix(1)) ? "an" : "a") \(priorName)" }

  public subscript(name: String) -> Value? { values[name] }

  /// Every value, in the order in which the steps left them.
  public var allValues: [Value] { steps.flatMap(\.values).compactMap { values[$0] } }

  public func step(_ id: String) -> StepRecord? { steps.first { $0.id == id } }

  /// The record as it stood when a step had just been done: what came later is not in it.
  public func upTo(step index: Int) -> Trace {
    guard index + 1 < steps.count else { return self }
    var earlier = self
    earlier.steps = Array(steps.prefix(max(0, index + 1)))
    let names = Set(earlier.steps.flatMap(\.values))
    earlier.values = values.filter { names.contains($0.key) }
    earlier.losses = losses.filter { names.contains("losses.\($0.name)") }
    return earlier
  }

  public var hazards: [Hazard] { steps.flatMap(\.hazards) }

  /// The same record under other parameters and objects, for steps still to come.
  public func under(_ parameters: [Parameter], priors: PriorGrid, scene: Scene) -> Trace {
    var other = self
    other.scene = scene
    other.parameters = parameters
    other.priors = priors
    return other
  }

  // MARK: Recording

  /// Opens the next step; what is recorded from here on belongs to it.
  public mutating func begin(_ step: StepRecord) { steps.append(step) }

  /// Leaves a value. Empty values are left out, as the contract of `boxstep trace` has it.
  public mutating func record(_ value: Value) {
    guard value.count > 0, let last = steps.indices.last else { return }
    if values.updateValue(value, forKey: value.name) == nil { steps[last].values.append(value.name) }
  }

  public mutating func record(_ term: LossTerm) { losses.append(term) }

  /// Changes the words and views of the step in progress.
  public mutating func annotate(_ change: (inout StepRecord) -> Void) {
    guard let last = steps.indices.last else { return }
    change(&steps[last])
  }
}

// MARK: - Old and new together

extension Trace {
  mutating func replace(step index: Int, by step: StepRecord, value: (String) -> Value?) {
    for name in steps[index].values { values[name] = nil }
    steps[index] = step
    for name in step.values { values[name] = value(name) }
  }

  func without(_ names: Set<String>) -> Trace {
    var result = self
    for index in result.steps.indices { result.steps[index].values.removeAll(where: names.contains) }
    for name in names { result.values[name] = nil }
    result.staleness = Staleness()
    return result
  }

  func taking(_ older: Trace) -> Trace {
    var result = self
    var added: [String] = []
    if let last = steps.indices.last, let step = older.step(steps[last].id) {
      added = step.values.filter { values[$0] == nil }
      result.steps[last].values += added
      if !added.isEmpty { result.staleness.begun = step.id }
    }
    let rest = older.steps.dropFirst(steps.count)
    result.steps += rest
    result.staleness.steps = Set(rest.map(\.id))
    added += rest.flatMap(\.values)
    for name in added { result.values[name] = older.values[name] }
    result.staleness.values = Set(added)
    result.losses += older.losses.filter { result.staleness.values.contains("losses.\($0.name)") }
    return result
  }
}
