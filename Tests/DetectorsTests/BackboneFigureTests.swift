import Detectors
import Tensors
import TestSupport
import Testing
import Traces

/// Every family of backbones against the same layers in PyTorch: see Tests/PyTorch/network.py.
@Suite struct BackboneFigureTests {
  private let file: Safetensors

  init() throws { file = try Safetensors.read(Folder("Figures")["backbones.safetensors"]) }

  static let families = ["residual", "plain", "depthwise", "dense"]

  private func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(file.tensors[name], "no \(name)")
    return Tensor(shape: entry.shape, elements: entry.doubles.map { Float($0) })
  }

  /// Relative to the largest number of the tensor: sums of many terms lose digits where they cancel.
  private func compare(_ found: Tensor, _ name: String) throws {
    let wanted = try tensor(name)
    #expect(found.shape == wanted.shape, "\(name)")
    let largest = wanted.elements.map { Double(abs($0)) }.max() ?? 0
    let difference = difference(found.elements, wanted.elements, relative: 1e-3, absolute: 2e-5 * largest)
    #expect(difference == nil, "\(name)")
  }

  /// A network whose backbone has the weights of the figures, of 4 channels and 1, 2, 1, 1 blocks.
  private func network(_ family: String) throws -> Network {
    let settings = try Fixtures.settings(["backbone=\(family)", "width=4", "blocks=1,2,1,1", "pyramid_channels=4"])
    var network = Network(Network.Plan(settings, levels: 3...7, anchorsPerCell: 9), heads: [], seed: 0)
    for (index, name) in network.names.enumerated() where name.hasPrefix("backbone.") {
      let wanted = try tensor("\(family).weights.\(name)")
      #expect(network.weights[index].shape == wanted.shape, "\(name)")
      network.weights[index] = wanted
    }
    return network
  }

  @Test("the weights have PyTorch's names", arguments: families)
  func names(family: String) throws {
    let prefix = "\(family).weights."
    let wanted = file.tensors.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    let found = try network(family).names.filter { $0.hasPrefix("backbone.") }
    #expect(Set(found) == Set(wanted) && found.count == wanted.count)
  }

  @Test("C2 to C5 and the gradient of every weight", arguments: families)
  func bothWays(family: String) throws {
    let network = try network(family)
    var tape = Tape()
    var run = NetworkRun(network, on: &tape)
    run.backbone(tape.constant(try tensor("\(family).image.pixels")), on: &tape)
    #expect(run.features.count == 4)
    var seeds: [(Tape.Variable, Tensor)] = []
    for (name, map) in run.features {
      try compare(tape[map], "\(family).features.\(name)")
      seeds.append((map, try tensor("\(family).gradients.features.\(name)")))
    }
    let gradients = tape.gradients(from: seeds)
    for (name, variable) in zip(network.names, run.variables) where name.hasPrefix("backbone.") {
      try compare(
        try #require(gradients[variable], "nothing for \(name)"), "\(family).gradients.weights.\(name)")
    }
  }
}
