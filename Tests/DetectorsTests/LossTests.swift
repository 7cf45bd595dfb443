import Detectors
import Tensors
import TestSupport
import Testing
import Traces

/// The losses against finite differences of themselves, through whole iterations.
@Suite struct LossTests {
  private let scene = Fixtures.mixed

  private func moved(
    _ predictions: Predictions, _ name: String, column: Int, by step: Float
  ) throws -> Predictions {
    var tensors = predictions.tensors
    var tensor = try #require(tensors[name])
    for row in 0..<tensor.shape[0] { tensor.elements[row * tensor.shape[1] + column] += step }
    tensors[name] = tensor
    return Predictions(tensors: tensors, source: "moved")
  }

  /// Moves a column of a prediction, for every anchor at once, and holds each anchor's gradient to what its
  /// loss did.
  private func check(
    _ prediction: String, _ loss: String, columns: Int, _ options: [String], step: Float, tolerance: Double,
    logits: ClosedRange<Float> = -6...3, skip: (Trace, Int, Int) -> Bool = { _, _, _ in false }
  ) throws {
    let predictions = try Fixtures.predictions(for: scene, options, logits: logits)
    let here = try Fixtures.trace(scene, options, predictions: predictions)
    let normalizer = try #require(here.losses.first).normalizer.value
    #expect(normalizer > 1, "there are positives")
    let gradient = try #require(here["gradients.\(prediction)"])
    var tried = 0
    for column in 0..<columns {
      let up = try Fixtures.trace(
        scene, options, predictions: moved(predictions, prediction, column: column, by: step))
      let down = try Fixtures.trace(
        scene, options, predictions: moved(predictions, prediction, column: column, by: -step))
      let high = try up.doubles("losses.\(loss)_per_anchor")
      let low = try down.doubles("losses.\(loss)_per_anchor")
      for j in 0..<here.priors.count where !skip(here, j, column) {
        let slope = try #require(gradient[j, column]) * normalizer
        let measured = (high[j] - low[j]) / (2 * Double(step))
        if measured != 0 { tried += 1 }
        #expect(
          close(slope, measured, relative: tolerance, absolute: tolerance * 0.1),
          "\(options) anchor \(j), column \(column): \(slope), measured \(measured)")
      }
    }
    #expect(tried > 20)
  }

  @Test("focal loss", arguments: [0, 1e-7], [0.0, 0.5, 2, 5])
  func focal(clip: Double, gamma: Double) throws {
    try check(
      "cls_logits", "cls", columns: 3, ["probability_clip=\(clip)", "gamma=\(gamma)", "alpha=0.3"],
      step: 0.02, tolerance: 2e-3)
  }

  @Test("L1 and smooth L1, but at their bends", arguments: ["smooth_l1", "l1"], [0.7, 3])
  func box(shape: String, sigma: Double) throws {
    let step: Float = 0.01
    try check(
      "box_deltas", "box", columns: 4, ["box_loss=\(shape)", "sigma=\(sigma)"], step: step, tolerance: 1e-3
    ) { trace, j, column in
      let target = trace["targets.box_deltas"]?[j, column] ?? 0
      let d = abs((trace["predictions.box_deltas"]?[j, column] ?? 0) - target)
      let bends = shape == "l1" ? [0] : [1 / (sigma * sigma)]
      return bends.contains { abs(d - $0) < 2 * Double(step) }
    }
  }

  @Test("where the clip holds a probability the logarithm's slope is gone, and all stays finite")
  func clipped() throws {
    let options = ["gamma=0", "probability_clip=0.01"]
    let predictions = try Fixtures.predictions(for: scene, options, logits: 20...30)
    let trace = try Fixtures.trace(scene, options, predictions: predictions)
    // Without the focus of gamma only the logarithm has a slope, and it is beyond the clip everywhere.
    #expect(try trace.doubles("gradients.cls_logits").allSatisfy { $0 == 0 })
    #expect(try trace.doubles("losses.cls_per_anchor").max() ?? 0 > 1)
  }

  @Test("ignored anchors cost nothing and pull at nothing")
  func ignored() throws {
    let trace = try Fixtures.trace(scene, predictions: Fixtures.predictions(for: scene))
    let states = try trace.doubles("match.state")
    let ignored = states.indices.filter { states[$0] == -1 }
    #expect(ignored.count > 10)
    for j in ignored {
      #expect(trace["losses.cls_per_anchor"]?[j] == 0)
      #expect(trace["losses.box_per_anchor"]?[j] == 0)
      #expect(trace["gradients.cls_logits"]?.row(j).allSatisfy { $0 == 0 } == true)
    }
  }

  @Test("the ledger's lines are their sums over their normalisers, level by level")
  func ledger() throws {
    let trace = try Fixtures.trace(scene, predictions: Fixtures.predictions(for: scene))
    #expect(trace.losses.map(\.name) == ["cls", "box", "total"])
    let positives = Double(try trace.doubles("match.state").count { $0 == 1 })
    for term in trace.losses.dropLast() {
      let perAnchor = try trace.doubles("losses.\(term.name)_per_anchor")
      #expect(term.normalizer.value == positives)
      #expect(close(term.sum, perAnchor.reduce(0, +), relative: 1e-12))
      #expect(term.value == term.sum / term.normalizer.value)
      #expect(trace["losses.\(term.name)"]?[] == term.value)
      #expect(term.parts.map(\.name) == trace.priors.levels.map(\.name))
      for (level, part) in zip(trace.priors.levels, term.parts) {
        #expect(close(part.sum, perAnchor[level.range].reduce(0, +), relative: 1e-12))
      }
    }
    let total = try #require(trace.losses.last)
    #expect(total.value == trace.losses[0].value + trace.losses[1].value)
    #expect(close(total.parts.reduce(0) { $0 + $1.sum }, total.value, relative: 1e-12))
  }
}
