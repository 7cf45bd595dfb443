import Scenes
import Tensors
import Traces

/// One iteration in progress: the tape, the network on it, and the record so far. A detector's steps
/// read and write this; what only one detector needs is kept in the detector itself.
public struct Iteration: Sendable {
  /// What an edit of the objects leaves as it is.
  let size: (width: Int, height: Int)
  private var picture: Scene
  private var predictionEdits: [PredictionEdit]
  /// Whether somebody will look at the record. What is only asked for its numbers needs no words.
  private(set) var isShown = true
  private(set) var settings: Settings
  let heads: [HeadSpecification]
  /// From a file; nil when the network makes them.
  let given: [String: Tensor]?
  /// What else the file says; empty without one.
  let extras: [String: Tensor]
  let predictionsSource: String
  let network: Network
  var optimizer: Optimizer
  /// The network's weights after the update.
  var updated: [Tensor]

  var tape = Tape()
  var run: NetworkRun
  var image: Tape.Variable
  /// "cls_logits" and so on, as variables of shape N,depth.
  var predictions: [String: Tape.Variable] = [:]
  /// N,K: the detector's scores of these predictions.
  var scores: [Double] = []
  /// Loss terms by name.
  var losses: [String: Tape.Variable] = [:]
  /// The last total: what gradients are of.
  var objective: Tape.Variable?
  var gradients: Tape.Gradients?
  public internal(set) var trace: Trace

  /// The scene with its objects. Steps that need only the picture's size ask for that, and need not be done again when
  /// the objects are edited.
  var scene: Scene {
    settings.journal?.note(SettingsJournal.objects)
    return picture
  }
  var objects: [SceneObject] { scene.groundTruth }
  /// Where the priors lie. Steps that only count them read `trace.priors`, and need not be done again when they move.
  var grid: PriorGrid {
    settings.journal?.note(SettingsJournal.places)
    return trace.priors
  }

  /// - Parameter journal: where it is written down which settings the steps ask for.
  init(_ trainer: Trainer, journal: SettingsJournal? = nil) {
    size = (trainer.scene.width, trainer.scene.height)
    picture = trainer.scene
    predictionEdits = trainer.edits
    settings = trainer.settings.noted(in: journal)
    heads = trainer.heads
    given = trainer.given
    extras = trainer.extras
    predictionsSource = trainer.predictionsSource
    network = trainer.network
    optimizer = trainer.optimizer
    updated = trainer.network.weights
    run = NetworkRun(network, on: &tape)
    image = tape.constant(Tensor(picture: trainer.scene.picture))
    trace = trainer.blankTrace
  }

  /// What has been done so far, for steps still to come under a trainer's other set-up.
  func under(_ trainer: Trainer, journal: SettingsJournal? = nil, isShown: Bool = true) -> Iteration {
    var result = self
    result.isShown = isShown
    result.settings = trainer.settings.noted(in: journal)
    result.picture = trainer.scene
    result.predictionEdits = trainer.edits
    let blank = trainer.blankTrace
    result.trace = trace.under(blank.parameters, priors: blank.priors, scene: blank.scene)
    return result
  }

  mutating func perform<D: Detector>(_ work: StepPart<D>, on detector: inout D) {
    if work.part == 0 { trace.begin(work.step.record) }
    let left = trace.steps.last?.values.count ?? 0
    work.step.parts[work.part](&detector, &self)
    warnOfNonFinite(after: left)
  }

  /// Puts the numbers that were set by hand in the place of those predicted. What the loss asks of them it asks of the
  /// network, as for any other.
  mutating func setByHand() {
    settings.journal?.note(SettingsJournal.edits)
    for (name, edits) in Dictionary(grouping: predictionEdits, by: \.prediction) {
      guard let variable = predictions[name] else { continue }
      var tensor = tape[variable]
      let depth = tensor.shape.dropFirst().reduce(1, *)
      for edit in edits where tensor.elements.indices.contains(edit.row * depth + edit.column) {
        tensor.elements[edit.row * depth + edit.column] = edit.value
      }
      predictions[name] = tape.record(tensor, from: [variable]) { gradient, _ in [gradient] }
    }
  }

  /// A prediction that the detector's `heads` name.
  func prediction(_ name: String) -> Tape.Variable {
    guard let variable = predictions[name] else { preconditionFailure("no head predicts \(name)") }
    return variable
  }

  // MARK: Recording

  mutating func record(_ name: String, shape: [Int], _ numbers: [Double]) {
    trace.record(Value(name, shape: shape, .double(numbers)))
  }

  mutating func record(_ name: String, _ tensor: Tensor) {
    trace.record(Value(name, shape: tensor.shape, .float(tensor.elements)))
  }

  mutating func record(_ name: String, shape: [Int], _ numbers: [Int32]) {
    trace.record(Value(name, shape: shape, .int32(numbers)))
  }

  mutating func headline(_ sentence: String) { trace.annotate { $0.headline = sentence } }

  mutating func show(_ views: View...) { trace.annotate { $0.views = views } }

  mutating func warn(_ hazard: Hazard) { trace.annotate { $0.hazards.append(hazard) } }

  mutating func substep(_ title: String, _ headline: String, focus: Focus) {
    trace.annotate { $0.substeps.append(Substep(title: title, headline: headline, focus: focus)) }
  }
}

extension Tensor {
  /// 3,H,W with every channel from −1 to 1: what the network sees.
  init(picture: Picture) {
    let pixels = picture.width * picture.height
    var elements = [Float](repeating: 0, count: 3 * pixels)
    let bytes = picture.bytes
    for pixel in 0..<pixels {
      for channel in 0..<3 {
        elements[channel * pixels + pixel] = Float(bytes[pixel * 3 + channel]) / 127.5 - 1
      }
    }
    self.init(shape: [3, picture.height, picture.width], elements: elements)
  }
}

/// Runs iterations one after the other. A value: a copy is a checkpoint to train on from.
public struct Trainer: Sendable {
  public private(set) var scene: Scene
  public let detector: any Detector.Type
  public private(set) var settings: Settings
  public let seed: UInt64
  /// Iterations done.
  public private(set) var iteration = 0
  public internal(set) var network: Network
  var optimizer: Optimizer
  let heads: [HeadSpecification]
  let given: [String: Tensor]?
  let extras: [String: Tensor]
  let predictionsSource: String
  private let layers: [LayerSpecification]
  /// As they were read.
  private let predictions: Predictions?
  private var priors: PriorGrid
  /// Predictions of the next iteration that were set by hand.
  private(set) var edits: [PredictionEdit] = []

  /// Weights drawn from the seed. With predictions from a file there is no training: every iteration is
  /// the same.
  ///
  /// - Throws: a fault when predictions or parameters do not fit the scene.
  public init(
    _ scene: Scene, detector: any Detector.Type, settings: Settings, seed: UInt64,
    predictions: Predictions? = nil
  ) throws(Fault) {
    self.scene = scene
    self.detector = detector
    self.settings = settings
    self.seed = seed
    priors = detector.priors(on: scene, settings)
    heads = detector.heads(classes: scene.classes.count, settings)
    given = if let predictions { try predictions.check(heads, rows: priors.count) } else { nil }
    extras = if let predictions { try detector.extras(predictions, on: scene, settings) } else { [:] }
    predictionsSource = predictions?.source ?? ""
    let levels = predictions == nil ? try Self.levels(of: priors) : 3...3
    let cell = priors.levels.first?.anchorsPerCell ?? 1
    let plan = Network.Plan(settings, levels: levels, anchorsPerCell: cell)
    layers = detector.layers(classes: scene.classes.count, settings)
    self.predictions = predictions
    if predictions == nil {
      let size = Network.size(of: plan, heads: heads, layers: layers)
      guard size <= Network.largest else {
        throw Fault(
          .tooLarge(found: "a network of about \(Number.count(size)) weights", limit: Number.count(Network.largest)),
          at: Fault.Place("parameters", field: "width, blocks, pyramid_channels, head_depth"))
      }
    }
    network = predictions == nil ? Network(plan, heads: heads, layers: layers, seed: seed) : Network(without: plan)
    optimizer = Optimizer(settings)
  }

  private static func levels(of grid: PriorGrid) throws(Fault) -> ClosedRange<Int> {
    let strides = grid.levels.map(\.stride)
    guard let levels = Network.Plan.levels(strides: strides) else {
      throw Fault(
        .mismatch(
          found: "strides \(strides.map(String.init).joined(separator: ","))",
          wanted: "neighbours among 8,16,32,64,128: the built-in network has no others. "
            + "Give a model's outputs with --predictions for other strides"),
        at: Fault.Place("parameters", field: "strides"))
    }
    return levels
  }

  /// Whether there is a network to train; without one every iteration is the same.
  public var learns: Bool { given == nil }

  /// Trains one iteration and returns its record.
  public mutating func iterate() -> Trace {
    func run<D: Detector>(_ type: D.Type) -> Iteration {
      var work = Iteration(self)
      var detector = D(settings)
      for part in parts(of: type) { work.perform(part, on: &detector) }
      return work
    }
    let done = run(detector)
    goOn(from: done)
    return done.trace
  }

  /// Takes over what an iteration has learned.
  mutating func goOn(from done: Iteration) {
    iteration += 1
    edits = []
    guard learns else { return }
    network.weights = done.updated
    optimizer = done.optimizer
  }

  package var setup: Setup { Setup(scene: scene, settings: settings, edits: edits) }

  /// This run as it stands under other settings, the weights and the optimiser's memory as they are. Nil when they ask
  /// for other weights, or for other priors than anchors or points moved: such a run begins anew.
  package func with(_ settings: Settings) -> Trainer? { under(Setup(scene: scene, settings: settings, edits: edits)) }

  /// The same under another set-up. Nil where that asks for other weights: for another picture or list of classes too.
  ///
  /// - Throws: a fault when an object or an edited prediction is not of this scene.
  package func with(_ setup: Setup) throws(Fault) -> Trainer? {
    try setup.checkObjects()
    guard let trainer = under(setup) else { return nil }
    try setup.check(heads, rows: trainer.priors.count)
    return trainer
  }

  private func under(_ setup: Setup) -> Trainer? {
    let classes = scene.classes.count
    let (scene, settings) = (setup.scene, setup.settings)
    guard scene.classes == self.scene.classes, scene.picture == self.scene.picture else { return nil }
    var trainer = self
    trainer.scene = scene
    trainer.settings = settings
    trainer.edits = setup.edits
    trainer.priors = detector.priors(on: scene, settings)
    let cell = trainer.priors.levels.first?.anchorsPerCell ?? 1
    guard trainer.priors.hasSameCells(as: priors), heads == detector.heads(classes: classes, settings),
      layers == detector.layers(classes: classes, settings),
      network.plan == Network.Plan(settings, levels: network.plan.levels, anchorsPerCell: cell)
    else { return nil }
    if let predictions {
      guard let extras = try? detector.extras(predictions, on: scene, settings), extras == self.extras
      else { return nil }
    }
    return trainer
  }

  func hasOtherPlaces(than other: Trainer) -> Bool { priors != other.priors }

  /// The same run from its seed, under other settings.
  package func anew(_ settings: Settings) throws(Fault) -> Trainer {
    try anew(Setup(scene: scene, settings: settings))
  }

  /// The same run from its seed, on another scene and under other settings. Predictions set by hand are of one
  /// iteration, and not of a run.
  package func anew(_ setup: Setup) throws(Fault) -> Trainer {
    try setup.checkObjects()
    return try Trainer(
      setup.scene, detector: detector, settings: setup.settings, seed: seed, predictions: predictions)
  }

  /// An iteration's work, in order.
  func parts<D: Detector>(of type: D.Type) -> [StepPart<D>] {
    steps(of: type).flatMap { step in step.parts.indices.map { StepPart(step: step, part: $0) } }
  }

  func steps<D: Detector>(of type: D.Type) -> [Step<D>] { D.steps.filter { includes($0.occasion) } }

  /// The step of each part of an iteration's work.
  var stepIDsOfParts: [String] {
    func ids<D: Detector>(_ type: D.Type) -> [String] { parts(of: type).map(\.step.id) }
    return ids(detector)
  }

  /// The steps an iteration will have.
  public var stepIDs: [String] {
    func ids<D: Detector>(_ type: D.Type) -> [String] { steps(of: type).map(\.id) }
    return ids(detector)
  }

  private func includes<D>(_ occasion: Step<D>.Occasion) -> Bool {
    switch occasion {
    case .always: true
    case .network: given == nil
    case .predictions: given != nil
    }
  }

  fileprivate var blankTrace: Trace {
    Trace(
      scene: scene, detector: detector.name, detectorTitle: detector.title,
      parameters: settings.texts(for: detector).map { Trace.Parameter(name: $0.name, text: $0.text) },
      seed: seed, iteration: iteration + 1, priors: priors, priorName: detector.priorName, states: detector.states)
  }
}

extension Optimizer {
  init(_ settings: Settings) {
    let rule: Rule =
      switch settings[SharedParameters.optimizer] {
      case .adam: .adam
      case .sgd: .sgd(momentum: settings[SharedParameters.momentum])
      }
    let clip = settings[SharedParameters.clipNorm]
    self.init(
      rule: rule, learningRate: settings[SharedParameters.learningRate],
      weightDecay: settings[SharedParameters.weightDecay], clipNorm: clip > 0 ? clip : nil)
  }
}

extension Iteration {
  /// NaN or infinity in what the step left, said where it first appears.
  ///
  /// - Parameter known: how many of its values have been looked at before.
  fileprivate mutating func warnOfNonFinite(after known: Int) {
    guard isShown, let step = trace.steps.last, !step.hazards.contains(where: { $0.kind == .notFinite }) else { return }
    for name in step.values.dropFirst(known) {
      guard let value = trace[name], let index = value.firstNonFinite else { continue }
      warn(
        Hazard(
          .notFinite, "\(name) holds \(Number.text(value[flat: index] ?? .nan)) at element \(index)"))
      return
    }
  }
}

extension Value {
  /// The first element that is NaN or infinite. Most often there is none, and one pass without a branch says so.
  fileprivate var firstNonFinite: Int? {
    switch elements {
    case .double(let a):
      a.firstIndex { !$0.isFinite }
    case .float(let a):
      Self.largestBits(a) < Float.infinity.bitPattern ? nil : a.firstIndex { !$0.isFinite }
    case .int32, .int8, .uint8: nil
    }
  }

  /// The largest bit pattern without its sign: below infinity's where every number is finite.
  private static func largestBits(_ numbers: [Float]) -> UInt32 {
    numbers.withUnsafeBufferPointer { x in
      var most: UInt32 = 0
      for i in 0..<x.count { most = max(most, x[i].bitPattern & 0x7fff_ffff) }
      return most
    }
  }
}
