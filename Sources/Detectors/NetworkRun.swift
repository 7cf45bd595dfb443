import Tensors

/// A network on a tape: its weights as variables, and the layers that use them.
package struct NetworkRun {
  let plan: Network.Plan
  /// One for each of the network's weights.
  package let variables: [Tape.Variable]
  private let byName: [String: Tape.Variable]
  /// C2…C5 and P3…P7, as they come to be.
  package private(set) var features: [String: Tape.Variable] = [:]

  /// - Parameter frozen: parts whose weights are constants.
  package init(_ network: Network, frozen: [String], on tape: inout Tape) {
    plan = network.plan
    var variables: [Tape.Variable] = []
    for (name, weight) in zip(network.names, network.weights) {
      let isFrozen = frozen.contains(Network.part(of: name))
      variables.append(isFrozen ? tape.constant(weight) : tape.parameter(weight))
    }
    self.variables = variables
    byName = Dictionary(uniqueKeysWithValues: zip(network.names, variables))
  }

  /// Stem and four stages; every stage halves the map.
  package mutating func backbone(_ image: Tape.Variable, on tape: inout Tape) {
    var x = convolution(image, "backbone.stem.conv", stride: 2, on: &tape)
    x = tape.relu(norm(x, "backbone.stem.norm", on: &tape))
    for stage in 2...5 {
      for block in 0..<plan.blocks[stage - 2] {
        x = residualBlock(x, "backbone.stage\(stage).block\(block)", stride: block == 0 ? 2 : 1, on: &tape)
      }
      features["C\(stage)"] = x
    }
  }

  /// relu(norm(conv(relu(norm(conv x)))) + shortcut x).
  private func residualBlock(
    _ x: Tape.Variable, _ name: String, stride: Int, on tape: inout Tape
  ) -> Tape.Variable {
    var y = convolution(x, "\(name).conv1", stride: stride, on: &tape)
    y = tape.relu(norm(y, "\(name).norm1", on: &tape))
    y = norm(convolution(y, "\(name).conv2", on: &tape), "\(name).norm2", on: &tape)
    guard byName["\(name).shortcut.conv.weight"] != nil else { return tape.relu(tape.add(y, x)) }
    let shortcut = convolution(x, "\(name).shortcut.conv", stride: stride, on: &tape)
    return tape.relu(tape.add(y, norm(shortcut, "\(name).shortcut.norm", on: &tape)))
  }

  /// P5 to P3 from the top down, then P6 and P7 from C5 (Lin et al. 2017; RetinaNet, section 4).
  package mutating func pyramid(on tape: inout Tape) {
    guard let c3 = features["C3"], let c4 = features["C4"], let c5 = features["C5"] else { return }
    let p5 = convolution(c5, "pyramid.lateral5", on: &tape)
    let p4 = merge(p5, into: convolution(c4, "pyramid.lateral4", on: &tape), on: &tape)
    let p3 = merge(p4, into: convolution(c3, "pyramid.lateral3", on: &tape), on: &tape)
    for (level, map) in [(3, p3), (4, p4), (5, p5)] {
      features["P\(level)"] = convolution(map, "pyramid.output\(level)", on: &tape)
    }
    guard plan.levels > 3 else { return }
    let p6 = convolution(c5, "pyramid.p6", stride: 2, on: &tape)
    features["P6"] = p6
    guard plan.levels > 4 else { return }
    features["P7"] = convolution(tape.relu(p6), "pyramid.p7", stride: 2, on: &tape)
  }

  private func merge(
    _ coarse: Tape.Variable, into fine: Tape.Variable, on tape: inout Tape
  ) -> Tape.Variable {
    let shape = tape[fine].shape
    return tape.add(fine, tape.upsample(coarse, height: shape[1], width: shape[2]))
  }

  /// The same few convolutions on every level, then one table of shape N,depth.
  package func head(_ head: HeadSpecification, on tape: inout Tape) -> Tape.Variable {
    let maps = (3..<3 + plan.levels).compactMap { features["P\($0)"] }.map { map in
      var x = map
      for index in 0..<plan.headDepth {
        x = tape.relu(convolution(x, "heads.\(head.name).conv\(index)", on: &tape))
      }
      return convolution(x, "heads.\(head.name).output", on: &tape)
    }
    return tape.flatten(maps, anchorsPerCell: plan.anchorsPerCell)
  }

  private func convolution(
    _ x: Tape.Variable, _ name: String, stride: Int = 1, on tape: inout Tape
  ) -> Tape.Variable {
    guard let weight = byName["\(name).weight"] else { preconditionFailure("no weight \(name)") }
    return tape.convolution(
      x, weight: weight, bias: byName["\(name).bias"], stride: stride, padding: tape[weight].shape[2] / 2)
  }

  private func norm(_ x: Tape.Variable, _ name: String, on tape: inout Tape) -> Tape.Variable {
    guard let scale = byName["\(name).weight"], let shift = byName["\(name).bias"] else {
      preconditionFailure("no weight \(name)")
    }
    let channels = tape[x].shape[0]
    // Groups of eight channels, as far as they go round.
    let groups = channels % 8 == 0 ? channels / 8 : 1
    return tape.groupNorm(x, scale: scale, shift: shift, groups: groups)
  }
}
