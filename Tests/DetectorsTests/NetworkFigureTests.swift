import Detectors
import Tensors
import TestSupport
import Testing
import Traces

/// The network against the same network in PyTorch: see Tests/PyTorch/network.py.
@Suite struct NetworkFigureTests {
  private let file: Safetensors
  private var network: Network
  private let heads: [HeadSpecification]

  init() throws {
    file = try Safetensors.read(Folder("Figures")["network.safetensors"])
    let settings = try Fixtures.settings(["width=8", "pyramid_channels=16", "head_depth=2"])
    heads = RetinaNet.heads(classes: 3, settings)
    network = Network(Network.Plan(settings, levels: 3...7, anchorsPerCell: 9), heads: heads, seed: 0)
    network.weights = try network.names.map { try tensor("weights.\($0)") }
  }

  private func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(file.tensors[name], "no \(name)")
    return Tensor(shape: entry.shape, elements: entry.doubles.map { Float($0) })
  }

  /// Relative to the largest number of the tensor: sums of many terms lose digits where they cancel.
  private func compare(_ found: Tensor, _ name: String) throws {
    let wanted = try tensor(name)
    #expect(found.shape == wanted.shape, "\(name)")
    let largest = wanted.elements.map { Double(abs($0)) }.max() ?? 0
    let difference = difference(
      found.elements, wanted.elements, relative: 1e-3, absolute: 2e-5 * largest)
    #expect(difference == nil, "\(name)")
  }

  @Test("the weights have PyTorch's names and shapes")
  func names() throws {
    let wanted = file.tensors.keys.filter { $0.hasPrefix("weights.") }
    #expect(Set(network.names.map { "weights.\($0)" }) == Set(wanted))
    let settings = try Fixtures.settings(["width=8", "pyramid_channels=16", "head_depth=2"])
    let plan = Network.Plan(settings, levels: 3...7, anchorsPerCell: 9)
    let fresh = Network(plan, heads: heads, seed: 0)
    #expect(fresh.weights.map(\.shape) == network.weights.map(\.shape))
  }

  @Test("every feature map, every prediction and the gradient of every weight")
  func bothWays() throws {
    var tape = Tape()
    var run = NetworkRun(network, on: &tape)
    run.backbone(tape.constant(try tensor("image.pixels")), on: &tape)
    run.pyramid(on: &tape)
    #expect(run.features.count == 9)
    for (name, map) in run.features { try compare(tape[map], "features.\(name)") }
    let predictions = heads.map { run.head($0, on: &tape) }
    var total = 0.0
    var seeds: [(Tape.Variable, Tensor)] = []
    for (head, prediction) in zip(heads, predictions) {
      try compare(tape[prediction], "predictions.\(head.prediction)")
      let slope = try tensor("gradients.\(head.prediction)")
      seeds.append((prediction, slope))
      total += zip(tape[prediction].elements, slope.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    #expect(close(total, Double(try tensor("losses.total").elements[0]), relative: 1e-4))
    let gradients = tape.gradients(from: seeds)
    for (name, variable) in zip(network.names, run.variables) {
      try compare(try #require(gradients[variable], "nothing for \(name)"), "gradients.weights.\(name)")
    }
  }
}
