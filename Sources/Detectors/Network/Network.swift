import Scenes
import Tensors

/// One branch of the heads: what it predicts at every prior.
public struct HeadSpecification: Hashable, Sendable {
  /// What becomes of the last convolution's numbers before they are a prediction.
  public enum Activation: Hashable, Sendable {
    case none
    /// e^x: distances in pixels.
    case exponential
    /// max(x, 0): distances in strides.
    case rectified
  }

  /// "cls" in the weights' names.
  public let name: String
  /// The stack of convolutions before the last, by its name; heads of the same tower share it.
  public let tower: String
  /// "cls_logits" in `predictions.cls_logits` and in predictions files.
  public let prediction: String
  /// Numbers for each prior; nil for a single one, in a table of shape N instead of N,depth.
  public let depth: Int?
  /// Of the last convolution, one for each number of a prior.
  public let biases: [Double]
  public let activation: Activation
  /// Whether a learned number for each level multiplies the last convolution's output (FCOS).
  public let hasLevelScale: Bool
  /// Whether each convolution of the tower is followed by a group normalisation.
  public let hasNorm: Bool

  package init(
    name: String, tower: String? = nil, prediction: String, depth: Int?, bias: Double = 0, biases: [Double]? = nil,
    activation: Activation = .none, hasLevelScale: Bool = false, hasNorm: Bool = false
  ) {
    self.name = name
    self.tower = tower ?? name
    self.prediction = prediction
    self.depth = depth
    self.biases = biases ?? Array(repeating: bias, count: depth ?? 1)
    self.activation = activation
    self.hasLevelScale = hasLevelScale
    self.hasNorm = hasNorm
  }

  /// Of the prediction, for a number of priors.
  package func shape(priors: Int) -> [Int] { depth.map { [priors, $0] } ?? [priors] }
}

/// A fully connected layer of a second stage, which runs on regions instead of priors.
public struct LayerSpecification: Hashable, Sendable {
  /// "fc1" in `weights.heads.roi.fc1.weight`.
  public let name: String
  public let inputs: Int
  public let outputs: Int
  /// Of the normal distribution its weights are first drawn from; nil for He's, before a ReLU.
  public let deviation: Double?

  package init(name: String, inputs: Int, outputs: Int, deviation: Double? = nil) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.deviation = deviation
  }
}

/// A small backbone with a feature pyramid (Lin et al. 2017) and heads shared by all levels: its weights, by name. Group normalisation, because there is one picture.
public struct Network: Sendable {
  public let names: [String]
  public var weights: [Tensor]
  let plan: Plan

  /// The sizes that fix every weight's shape.
  package struct Plan: Hashable, Sendable {
    let backbone: SharedParameters.Backbone
    let width: Int
    let blocks: [Int]
    let pyramid: Int
    let headDepth: Int
    /// Pyramid levels used: 3...7 for P3 to P7.
    let levels: ClosedRange<Int>
    let anchorsPerCell: Int

    package init(_ settings: Settings, levels: ClosedRange<Int>, anchorsPerCell: Int) {
      backbone = settings[SharedParameters.backbone]
      width = settings[SharedParameters.width]
      blocks = settings[SharedParameters.blocks]
      pyramid = settings[SharedParameters.pyramidChannels]
      headDepth = settings[SharedParameters.headDepth]
      self.levels = levels
      self.anchorsPerCell = anchorsPerCell
    }

    /// Channels of stage 2, 3, 4 or 5.
    func channels(ofStage stage: Int) -> Int { width << (stage - 2) }

    /// The strides this network's pyramid can have, P3's to P7's.
    static let strides = [8, 16, 32, 64, 128]

    /// The pyramid levels with these strides; nil where the network has no such run of levels.
    static func levels(strides wanted: [Int]) -> ClosedRange<Int>? {
      guard let first = wanted.first.flatMap({ strides.firstIndex(of: $0) }), first + wanted.count <= strides.count,
        Array(strides[first..<first + wanted.count]) == wanted
      else { return nil }
      return first + 3...first + 2 + wanted.count
    }

    /// The levels that are made from C3, C4, C5: from the first that is used up.
    var laterals: ClosedRange<Int> { min(levels.lowerBound, 5)...5 }
  }

  /// Weights drawn from the seed, in the order of their names.
  package init(_ plan: Plan, heads: [HeadSpecification], layers: [LayerSpecification] = [], seed: UInt64) {
    var builder = Builder(seed: seed)
    builder.backbone(plan)
    builder.pyramid(plan)
    builder.heads(heads, plan)
    builder.layers(layers)
    self.plan = plan
    names = builder.names
    weights = builder.weights
  }

  /// With weights from elsewhere, which must be those of the plan.
  package init(_ plan: Plan, names: [String], weights: [Tensor]) {
    self.plan = plan
    self.names = names
    self.weights = weights
  }

  /// Most numbers that a network may have: more would take minutes to draw and gigabytes to train.
  static let largest = 100_000_000

  /// How many numbers the weights of a plan would have: the backbone's, and of the rest the widest layers'.
  static func size(of plan: Plan, heads: [HeadSpecification], layers: [LayerSpecification] = []) -> Int {
    let stages = DeclaredLayers(plan).weights.reduce(0) { $0 + $1.count }
    let pyramid = plan.pyramid * (9 * 3 * plan.pyramid + 17 * plan.channels(ofStage: 5))
    let branches = heads.reduce(0) {
      $0 + 9 * plan.pyramid * (plan.headDepth * plan.pyramid + plan.anchorsPerCell * ($1.depth ?? 1))
    }
    return stages + pyramid + branches + layers.reduce(0) { $0 + $1.inputs * $1.outputs }
  }

  /// No weights at all: predictions come from a file.
  init(without plan: Plan) {
    self.plan = plan
    names = []
    weights = []
  }

  /// What a network consists of; each may be frozen.
  static let parts = ["backbone", "pyramid", "heads"]

  /// What the names of a second stage's weights begin with: it is a part of the heads.
  static let secondStage = "heads.roi"

  /// Which of its parts a weight belongs to: its name begins with it.
  static func part(of name: String) -> String { String(name.prefix { $0 != "." }) }

  /// A weight's name as the screen has room for, w for weights and b for biases: "C3.0 conv1 w", "P4 lateral b",
  /// "cls conv0 w".
  package static func label(of name: String) -> String {
    var words = name.split(separator: ".").map(String.init)
    switch words.removeFirst() {
    case "backbone":
      guard let stage = words.first, stage.hasPrefix("stage"), words.count > 1 else { break }
      let map = "C\(stage.dropFirst(5))"
      if words[1].hasPrefix("block") {
        words.replaceSubrange(0..<2, with: ["\(map).\(words[1].dropFirst(5))"])
      } else {
        words[0] = map
      }
    case "pyramid":
      guard let layer = words.first else { break }
      let kind = layer.filter(\.isLetter)
      words[0] = kind == "p" ? layer.uppercased() : "P\(layer.filter(\.isNumber)) \(kind)"
    default: break
    }
    if let last = words.last, ["weight", "bias"].contains(last) { words[words.count - 1] = String(last.prefix(1)) }
    return words.joined(separator: " ")
  }

  /// Groups of eight channels in normalisation, as far as they go round.
  static func groups(of channels: Int) -> Int { channels % 8 == 0 ? channels / 8 : 1 }

  /// How many numbers all weights have.
  public var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }
}

/// Draws the first weights: He's normal distribution before ReLUs, Glorot's uniform one in the
/// pyramid, and σ 0.01 in the heads as RetinaNet has it.
private struct Builder {
  var names: [String] = []
  var weights: [Tensor] = []
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func backbone(_ plan: Network.Plan) {
    for weight in DeclaredLayers(plan).weights {
      switch weight.shape.count {
      case 4: rectified(weight.name, weight.shape)
      default: add(weight.name, Tensor(shape: weight.shape, repeating: weight.name.hasSuffix(".bias") ? 0 : 1))
      }
    }
  }

  mutating func pyramid(_ plan: Network.Plan) {
    for level in plan.laterals {
      let channels = plan.channels(ofStage: level)
      glorot("pyramid.lateral\(level)", from: channels, to: plan.pyramid, kernel: 1)
      glorot("pyramid.output\(level)", from: plan.pyramid, to: plan.pyramid, kernel: 3)
    }
    if plan.levels.upperBound > 5 {
      glorot("pyramid.p6", from: plan.channels(ofStage: 5), to: plan.pyramid, kernel: 3)
    }
    if plan.levels.upperBound > 6 { glorot("pyramid.p7", from: plan.pyramid, to: plan.pyramid, kernel: 3) }
  }

  mutating func heads(_ heads: [HeadSpecification], _ plan: Network.Plan) {
    let c = plan.pyramid
    for head in heads {
      for index in 0..<plan.headDepth where !names.contains("heads.\(head.tower).conv\(index).weight") {
        small("heads.\(head.tower).conv\(index)", from: c, to: c)
        if head.hasNorm { norm("heads.\(head.tower).norm\(index)", channels: c) }
      }
      let biases = (0..<plan.anchorsPerCell).flatMap { _ in head.biases }
      small("heads.\(head.name).output", from: c, to: biases.count, biases: biases)
      if head.hasLevelScale {
        for level in plan.levels { add("heads.\(head.name).scale\(level)", Tensor(shape: [1], repeating: 1)) }
      }
    }
  }

  mutating func layers(_ layers: [LayerSpecification]) {
    for layer in layers {
      let deviation = layer.deviation ?? (2 / Double(layer.inputs)).squareRoot()
      let name = "\(Network.secondStage).\(layer.name)"
      add("\(name).weight", .normal([layer.outputs, layer.inputs], deviation: deviation, using: &generator))
      add("\(name).bias", .zeros([layer.outputs]))
    }
  }

  private mutating func norm(_ name: String, channels: Int) {
    add("\(name).weight", Tensor(shape: [channels], repeating: 1))
    add("\(name).bias", .zeros([channels]))
  }

  /// - Parameter shape: O,C,k,k; a sum has C·k·k terms.
  private mutating func rectified(_ name: String, _ shape: [Int]) {
    let deviation = (2 / Double(shape[1] * shape[2] * shape[3])).squareRoot()
    add(name, .normal(shape, deviation: deviation, using: &generator))
  }

  private mutating func glorot(_ name: String, from input: Int, to output: Int, kernel: Int) {
    let limit = (6 / Double((input + output) * kernel * kernel)).squareRoot()
    let shape = [output, input, kernel, kernel]
    let draws = (0..<shape.reduce(1, *)).map { _ in Float((2 * generator.uniform() - 1) * limit) }
    add("\(name).weight", Tensor(shape: shape, elements: draws))
    add("\(name).bias", .zeros([output]))
  }

  private mutating func small(_ name: String, from input: Int, to output: Int, biases: [Double]? = nil) {
    add("\(name).weight", .normal([output, input, 3, 3], deviation: 0.01, using: &generator))
    add("\(name).bias", biases.map { Tensor(shape: [output], elements: $0.map(Float.init)) } ?? .zeros([output]))
  }

  private mutating func add(_ name: String, _ weight: Tensor) {
    names.append(name)
    weights.append(weight)
  }
}
