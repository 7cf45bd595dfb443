import Tensors

/// A family of feature extractors: what its block does, and how its stages halve the map. All of them give C2 to C5 at
/// strides 4, 8, 16, 32 with the plan's channels, so that one pyramid serves them all.
protocol BackboneFamily: Sendable {
  /// What the step says of this family.
  var words: BackboneWords { get }

  /// One stage, which halves the map: C2, C3, C4 or C5 from the one before.
  ///
  /// - Parameters:
  ///   - name: "backbone.stage2", the beginning of its weights' names.
  ///   - channels: of the stage's output.
  ///   - width: of the network, for what does not grow with the stages.
  func stage<Layers: BackboneLayers>(
    _ x: Layers.Map, _ name: String, channels: Int, width: Int, blocks: Int, on layers: inout Layers
  ) -> Layers.Map
}

/// A backbone's step in words.
struct BackboneWords: Sendable {
  /// "residual (like ResNet)".
  let name: String
  let formula: String
  let source: String
  let meaning: String
  /// What a block does, line by line: what is done, and what comes of it.
  let block: [(does: String, gives: String)]
}

extension SharedParameters.Backbone {
  var family: any BackboneFamily {
    switch self {
    case .residual: ResidualBackbone()
    case .plain: PlainBackbone()
    case .depthwise: DepthwiseBackbone()
    case .dense: DenseBackbone()
    }
  }
}

/// What backbones are made of. A family describes itself once, in these terms; the description serves to declare the
/// weights, where a map is no more than its number of channels, and to run on a tape.
protocol BackboneLayers {
  associatedtype Map

  /// k×k without bias, padded so that stride 1 keeps the size.
  mutating func convolution(_ x: Map, _ name: String, to channels: Int, kernel: Int, stride: Int) -> Map
  /// 3×3, every channel by itself.
  mutating func depthwise(_ x: Map, _ name: String, stride: Int) -> Map
  mutating func norm(_ x: Map, _ name: String) -> Map
  mutating func relu(_ x: Map) -> Map
  mutating func add(_ a: Map, _ b: Map) -> Map
  mutating func concatenate(_ maps: [Map]) -> Map
  mutating func maxPool(_ x: Map) -> Map
  mutating func averagePool(_ x: Map) -> Map
}

extension BackboneLayers {
  /// The stem, which halves the picture, and four stages, which halve the map each: C2 to C5.
  mutating func backbone(_ image: Map, _ plan: Network.Plan) -> [Map] {
    let family = plan.backbone.family
    var x = convolution(image, "backbone.stem.conv", to: plan.width, kernel: 3, stride: 2)
    x = relu(norm(x, "backbone.stem.norm"))
    var stages: [Map] = []
    for stage in 2...5 {
      x = family.stage(
        x, "backbone.stage\(stage)", channels: plan.channels(ofStage: stage), width: plan.width,
        blocks: plan.blocks[stage - 2], on: &self)
      stages.append(x)
    }
    return stages
  }
}

/// Layers that only say which weights they need; a map is its number of channels.
struct DeclaredLayers: BackboneLayers {
  struct Weight {
    let name: String
    let shape: [Int]

    var count: Int { shape.reduce(1, *) }
  }

  private(set) var weights: [Weight] = []

  init(_ plan: Network.Plan) { _ = backbone(3, plan) }

  mutating func convolution(_ x: Int, _ name: String, to channels: Int, kernel: Int, stride: Int) -> Int {
    weights.append(Weight(name: "\(name).weight", shape: [channels, x, kernel, kernel]))
    return channels
  }

  mutating func depthwise(_ x: Int, _ name: String, stride: Int) -> Int {
    weights.append(Weight(name: "\(name).weight", shape: [x, 1, 3, 3]))
    return x
  }

  mutating func norm(_ x: Int, _ name: String) -> Int {
    weights.append(Weight(name: "\(name).weight", shape: [x]))
    weights.append(Weight(name: "\(name).bias", shape: [x]))
    return x
  }

  func relu(_ x: Int) -> Int { x }
  func add(_ a: Int, _ b: Int) -> Int { a }
  func concatenate(_ maps: [Int]) -> Int { maps.reduce(0, +) }
  func maxPool(_ x: Int) -> Int { x }
  func averagePool(_ x: Int) -> Int { x }
}

/// Layers that run on a tape with a network's weights.
struct TapeLayers: BackboneLayers {
  var tape: Tape
  /// By name.
  let weights: [String: Tape.Variable]

  private func weight(_ name: String) -> Tape.Variable {
    guard let weight = weights[name] else { preconditionFailure("no weight \(name)") }
    return weight
  }

  mutating func convolution(
    _ x: Tape.Variable, _ name: String, to channels: Int, kernel: Int, stride: Int
  ) -> Tape.Variable {
    tape.convolution(x, weight: weight("\(name).weight"), stride: stride, padding: kernel / 2)
  }

  mutating func depthwise(_ x: Tape.Variable, _ name: String, stride: Int) -> Tape.Variable {
    tape.depthwiseConvolution(x, weight: weight("\(name).weight"), stride: stride, padding: 1)
  }

  mutating func norm(_ x: Tape.Variable, _ name: String) -> Tape.Variable {
    tape.groupNorm(
      x, scale: weight("\(name).weight"), shift: weight("\(name).bias"),
      groups: Network.groups(of: tape[x].shape[0]))
  }

  mutating func relu(_ x: Tape.Variable) -> Tape.Variable { tape.relu(x) }
  mutating func add(_ a: Tape.Variable, _ b: Tape.Variable) -> Tape.Variable { tape.add(a, b) }
  mutating func concatenate(_ maps: [Tape.Variable]) -> Tape.Variable { tape.concatenate(maps) }
  mutating func maxPool(_ x: Tape.Variable) -> Tape.Variable { tape.maxPool(x) }
  mutating func averagePool(_ x: Tape.Variable) -> Tape.Variable { tape.averagePool(x) }
}
