import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// FCOS's losses against finite differences of themselves, and what the steps say of them.
@Suite struct FCOSLossTests {
  private let scene = Fixtures.mixed

  /// Moves a column of a prediction for every point at once, and holds each point's gradient to what its loss did.
  private func check(
    _ prediction: String, _ loss: String, columns: Int, _ options: [String], step: Float, tolerance: Double,
    skip: (Trace, Int, Int) -> Bool = { _, _, _ in false }
  ) throws {
    let predictions = try Fixtures.predictions(for: scene, options, of: FCOS.self)
    func trace(_ column: Int?, _ step: Float) throws -> Trace {
      var tensors = predictions.tensors
      if let column {
        var tensor = try #require(tensors[prediction])
        for row in 0..<tensor.shape[0] { tensor.elements[row * columns + column] += step }
        tensors[prediction] = tensor
      }
      return try Fixtures.trace(
        scene, options, of: FCOS.self, predictions: Predictions(tensors: tensors, source: "moved"))
    }
    let here = try trace(nil, 0)
    let normalizer = try #require(here.losses.first { loss.hasPrefix($0.name) }).normalizer.value
    let gradient = try here.doubles("gradients.\(prediction)")
    var tried = 0
    for column in 0..<columns {
      let high = try trace(column, step).doubles("losses.\(loss)_per_point")
      let low = try trace(column, -step).doubles("losses.\(loss)_per_point")
      for point in 0..<here.priors.count where !skip(here, point, column) {
        let slope = gradient[point * columns + column] * normalizer
        let measured = (high[point] - low[point]) / (2 * Double(step))
        if measured != 0 { tried += 1 }
        #expect(
          close(slope, measured, relative: tolerance, absolute: tolerance * 0.1),
          "\(options) point \(point), column \(column): \(slope), measured \(measured)")
      }
    }
    #expect(tried >= 20)
  }

  @Test("focal loss", arguments: [0.0, 0.5, 2])
  func focal(gamma: Double) throws {
    try check("cls_logits", "cls", columns: 3, ["gamma=\(gamma)", "alpha=0.4"], step: 0.02, tolerance: 2e-3)
  }

  @Test("centerness, with soft targets")
  func centerness() throws {
    try check("centerness", "centerness", columns: 1, [], step: 0.02, tolerance: 1e-3)
  }

  @Test(
    "the four box losses by the four distances, in pixels and in strides, but at their bends",
    arguments: ["IoU", "GIoU", "DIoU", "CIoU"], [false, true])
  func box(kind: String, isInStrides: Bool) throws {
    let options = ["box_loss=\(kind)", "normalize_by_stride=\(isInStrides)"]
    let step: Float = 1 / 256
    try check("distances", "box_weighted", columns: 4, options, step: step, tolerance: 1e-3) { trace, point, side in
      let unit = isInStrides ? Double(trace.priors.levels[trace.priors.level(of: point) ?? 0].stride) : 1
      let target = (trace["targets.distances"]?[point, side] ?? 0) / unit
      return abs((trace["predictions.distances"]?[point, side] ?? 0) - target) < 2 * Double(step)
    }
  }

  @Test(
    "through exp and through max(x, 0), with and without a learned scale, the weights get the slope, whatever the seed",
    arguments: [[], ["normalize_by_stride=true"], ["learned_scale=false"]], UInt64(0)...5)
  func activations(options: [String], seed: UInt64) throws {
    let trace = try Fixtures.trace(scene, Fixtures.tiny + options, of: FCOS.self, seed: seed)
    let names = trace.allValues.map(\.name)
    #expect(names.contains("gradients.weights.heads.box.scale3") == !options.contains("learned_scale=false"))
    #expect(try trace.doubles("gradients.weights.heads.box.output.bias").allSatisfy { $0 != 0 })
    #expect(try trace.doubles("predictions.distances").allSatisfy { $0 > 0 })
  }

  @Test("the box loss is weighted by centerness and divided by its sum")
  func weights() throws {
    let trace = try Fixtures.trace(
      scene, of: FCOS.self, predictions: Fixtures.predictions(for: scene, of: FCOS.self))
    let term = try #require(trace.losses.first { $0.name == "box" })
    let (loss, c) = (try trace.doubles("losses.box_per_point"), try trace.doubles("targets.centerness"))
    let sum = zip(loss, c).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(c.reduce(0, +) > 1)
    #expect(close(term.normalizer.value, c.reduce(0, +), relative: 1e-12))
    #expect(close(term.value, sum / c.reduce(0, +), relative: 1e-12))
    #expect(trace.losses.map(\.name) == ["cls", "box", "centerness", "total"])
    #expect(close(trace.losses[3].value, trace.losses[..<3].reduce(0) { $0 + $1.value }, relative: 1e-12))
  }

  @Test("without weights every positive's box counts the same, in the loss and in its gradient")
  func noWeights() throws {
    let options = ["box_weight=none", "box_loss=GIoU"]
    let trace = try Fixtures.trace(
      scene, options, of: FCOS.self, predictions: Fixtures.predictions(for: scene, of: FCOS.self))
    let term = try #require(trace.losses.first { $0.name == "box" })
    let positives = try trace.doubles("match.state").count { $0 == 1 }
    let sum = try trace.doubles("losses.box_per_point").reduce(0, +)
    #expect(positives > 1 && term.normalizer.value == Double(positives))
    #expect(close(term.value, sum / Double(positives), relative: 1e-12))
    try check("distances", "box_weighted", columns: 4, options, step: 1 / 256, tolerance: 1e-3) { trace, point, side in
      let target = trace["targets.distances"]?[point, side] ?? 0
      return abs((trace["predictions.distances"]?[point, side] ?? 0) - target) < 1.0 / 128
    }
  }

  @Test("an ignored point is in no loss")
  func ignored() throws {
    let trace = try Fixtures.trace(
      scene, of: FCOS.self, predictions: Fixtures.predictions(for: scene, of: FCOS.self))
    let states = try trace.doubles("match.state")
    let ignored = states.indices.filter { states[$0] == -1 }
    #expect(ignored.count >= 4)
    for point in ignored {
      for loss in ["cls", "box", "centerness"] { #expect(trace["losses.\(loss)_per_point"]?[point] == 0) }
      #expect(trace["gradients.cls_logits"]?.row(point).allSatisfy { $0 == 0 } == true)
      #expect(trace["match.gt"]?[point] == -1)
    }
  }

  // MARK: The floor

  private func trace(centerness change: (Double) -> Double) throws -> Trace {
    var tensors = try Fixtures.predictions(for: scene, of: FCOS.self).tensors
    let targets = try Fixtures.trace(scene, Fixtures.tiny, of: FCOS.self).doubles("targets.centerness")
    let logits = targets.map { c in c > 0 ? Float(change(Exact.log(c / max(1 - c, 1e-12)))) : 0 }
    tensors["centerness"] = Tensor(shape: [logits.count], elements: logits)
    return try Fixtures.trace(
      scene, [], of: FCOS.self, predictions: Predictions(tensors: tensors, source: "made"))
  }

  @Test("with the best answers centerness is at the entropy of its targets, and that is said")
  func floor() throws {
    let best = try trace { $0 }
    let (loss, floor) = (try #require(best["losses.centerness"]?[]), try #require(best["centerness.floor"]?[]))
    #expect(close(loss, floor, relative: 1e-6) && floor > 0.3)
    #expect(best.hazards.contains { $0.kind == .atFloor })
    #expect(try best.doubles("gradients.centerness").allSatisfy { abs($0) < 1e-6 })
    let poor = try trace { $0 + 2 }
    #expect(poor["centerness.floor"]?[] == floor)
    #expect(try #require(poor["losses.centerness"]?[]) > floor * 1.1)
    #expect(!poor.hazards.contains { $0.kind == .atFloor })
  }

  @Test("the entropy is the least of the cross entropy, 0 for certain targets", arguments: [0, 0.2, 0.5, 0.9, 1])
  func entropy(c: Double) {
    let least = stride(from: -12.0, through: 12, by: 0.001).map { CenternessLoss.crossEntropy($0, c) }.min() ?? 0
    #expect(close(least, CenternessLoss.entropy(c), relative: 1e-5, absolute: 1e-5))
    #expect(least >= CenternessLoss.entropy(c))
  }

  // MARK: Scores

  @Test("a detection's score is class × centerness, and its box what its point's distances span")
  func scores() throws {
    let options = ["normalize_by_stride=true", "score_threshold=0.2", "nms=none"]
    let predictions = try Fixtures.predictions(for: scene, options, of: FCOS.self)
    let trace = try Fixtures.trace(scene, options, of: FCOS.self, predictions: predictions)
    let points = try trace.doubles("detections.anchor").map { Int($0) }
    let labels = try trace.doubles("detections.labels").map { Int($0) }
    #expect(points.count > 5)
    for (row, (point, label)) in zip(points, labels).enumerated() {
      let p = Exact.sigmoid(trace["predictions.cls_logits"]?[point, label] ?? 0)
      let c = Exact.sigmoid(trace["predictions.centerness"]?[point] ?? 0)
      #expect(close(trace["detections.scores"]?[row] ?? 0, p * c, relative: 1e-12))
      let xy = try #require(trace["points.xy"]?.row(point))
      let d = try #require(trace["predictions.distances"]?.row(point))
      let s = Double(trace.priors.levels[try #require(trace.priors.level(of: point))].stride)
      let box = Box(xy[0] - d[0] * s, xy[1] - d[1] * s, xy[0] + d[2] * s, xy[1] + d[3] * s)
      let wanted = box.clipped(width: Double(scene.width), height: Double(scene.height)).corners
      #expect(difference(try #require(trace["detections.boxes"]?.row(row)), wanted, relative: 1e-9) == nil)
    }
  }
}
