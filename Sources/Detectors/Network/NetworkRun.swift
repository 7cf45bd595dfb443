import Tensors

/// A network on a tape: its weights as variables, and the layers that use them.
package struct NetworkRun {
  let plan: Network.Plan
  /// One for each of the network's weights.
  package let variables: [Tape.Variable]
  private let byName: [String: Tape.Variable]
  /// C2…C5 and P3…P7, as they come to be.
  package private(set) var features: [String: Tape.Variable] = [:]
  private var towers: [String: [(level: Int, map: Tape.Variable)]] = [:]

  package init(_ network: Network, on tape: inout Tape) {
    plan = network.plan
    variables = network.weights.map { tape.parameter($0) }
    byName = Dictionary(uniqueKeysWithValues: zip(network.names, variables))
  }

  /// C2 to C5.
  package mutating func backbone(_ image: Tape.Variable, on tape: inout Tape) {
    var layers = TapeLayers(tape: tape, weights: byName)
    for (index, map) in layers.backbone(image, plan).enumerated() { features["C\(index + 2)"] = map }
    tape = layers.tape
  }

  /// P5 to P3, or to the finest that is used, from the top down, then P6 and P7 from C5 (Lin et al. 2017;
  /// RetinaNet, section 4).
  package mutating func pyramid(on tape: inout Tape) {
    guard let c5 = features["C5"] else { return }
    var merged: [Int: Tape.Variable] = [:]
    for level in plan.laterals.reversed() {
      guard let stage = features["C\(level)"] else { return }
      let lateral = convolution(stage, "pyramid.lateral\(level)", on: &tape)
      merged[level] = merged[level + 1].map { merge($0, into: lateral, on: &tape) } ?? lateral
    }
    for level in plan.laterals {
      features["P\(level)"] = merged[level].map { convolution($0, "pyramid.output\(level)", on: &tape) }
    }
    guard plan.levels.upperBound > 5 else { return }
    let p6 = convolution(c5, "pyramid.p6", stride: 2, on: &tape)
    features["P6"] = p6
    guard plan.levels.upperBound > 6 else { return }
    features["P7"] = convolution(tape.relu(p6), "pyramid.p7", stride: 2, on: &tape)
  }

  private func merge(
    _ coarse: Tape.Variable, into fine: Tape.Variable, on tape: inout Tape
  ) -> Tape.Variable {
    let shape = tape[fine].shape
    return tape.add(fine, tape.upsample(coarse, height: shape[1], width: shape[2]))
  }

  /// The same few convolutions on every level, then one table of shape N,depth, or N.
  package mutating func head(_ head: HeadSpecification, on tape: inout Tape) -> Tape.Variable {
    let maps = tower(head.tower, on: &tape).map { level, x in
      let y = convolution(x, "heads.\(head.name).output", on: &tape)
      guard let scale = byName["heads.\(head.name).scale\(level)"] else { return y }
      return tape.scale(y, by: scale)
    }
    var table = tape.flatten(maps, anchorsPerCell: plan.anchorsPerCell)
    if head.depth == nil { table = tape.reshape(table, [tape[table].count]) }
    switch head.activation {
    case .none: return table
    case .exponential: return tape.exp(table)
    case .rectified: return tape.relu(table)
    }
  }

  /// A fully connected layer of the second stage, on rows of numbers.
  func layer(_ name: String, _ x: Tape.Variable, on tape: inout Tape) -> Tape.Variable {
    guard let weight = byName["\(Network.secondStage).\(name).weight"] else { preconditionFailure("no layer \(name)") }
    return tape.linear(x, weight: weight, bias: byName["\(Network.secondStage).\(name).bias"])
  }

  /// A tower's map of each level; run once, whichever of its heads asks first.
  private mutating func tower(_ name: String, on tape: inout Tape) -> [(level: Int, map: Tape.Variable)] {
    if let done = towers[name] { return done }
    let maps = plan.levels.compactMap { level in
      features["P\(level)"].map { map in
        var x = map
        for index in 0..<plan.headDepth {
          x = convolution(x, "heads.\(name).conv\(index)", on: &tape)
          x = tape.relu(normalized(x, "heads.\(name).norm\(index)", on: &tape))
        }
        return (level: level, map: x)
      }
    }
    towers[name] = maps
    return maps
  }

  /// As it is, where the network has no such normalisation.
  private func normalized(_ x: Tape.Variable, _ name: String, on tape: inout Tape) -> Tape.Variable {
    guard let scale = byName["\(name).weight"], let shift = byName["\(name).bias"] else { return x }
    return tape.groupNorm(x, scale: scale, shift: shift, groups: Network.groups(of: tape[x].shape[0]))
  }

  private func convolution(
    _ x: Tape.Variable, _ name: String, stride: Int = 1, on tape: inout Tape
  ) -> Tape.Variable {
    guard let weight = byName["\(name).weight"] else { preconditionFailure("no weight \(name)") }
    return tape.convolution(
      x, weight: weight, bias: byName["\(name).bias"], stride: stride, padding: tape[weight].shape[2] / 2)
  }
}
