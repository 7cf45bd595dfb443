import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// What an iteration of Faster R-CNN leaves in its trace.
@Suite struct FasterRCNNTraceTests {
  private static let options = Fixtures.tiny + ["anchor_stride_scale=4"]

  private func trace(_ scene: Scene, _ options: String..., iterations: Int = 1) throws -> Trace {
    try Fixtures.trace(scene, Self.options + options, of: FasterRCNN.self, iterations: iterations)
  }

  // MARK: Losses

  /// The RPN's total, with logits and deltas from a file, for a fixed draw.
  private func total(_ predictions: Predictions) throws -> Double {
    let trace = try Fixtures.trace(
      Fixtures.mixed, ["anchor_stride_scale=4", "samples_per_image=24"], of: FasterRCNN.self, predictions: predictions)
    return try trace.doubles("losses.rpn_total")[0]
  }

  @Test("the gradients of the RPN's loss, by finite differences")
  func proposalGradients() throws {
    let options = ["anchor_stride_scale=4", "samples_per_image=24"]
    let given = try Fixtures.predictions(for: Fixtures.mixed, options, of: FasterRCNN.self, logits: -3...3)
    let trace = try Fixtures.trace(Fixtures.mixed, options, of: FasterRCNN.self, predictions: given)
    let drawn = try trace.doubles("sample.positive") + trace.doubles("sample.negative").prefix(4)
    #expect(drawn.count > 4)
    for anchor in drawn.map({ Int($0) }) {
      for (name, place) in [("objectness", anchor), ("box_deltas", 4 * anchor + 1), ("box_deltas", 4 * anchor + 3)] {
        // |d| has a kink at 0, over which no difference tells the slope.
        let target = try #require(trace["targets.box_deltas"]?[flat: place % (4 * trace.priors.count)])
        if name == "box_deltas", abs(Double(given.tensors[name]?.elements[place] ?? 0) - target) < 1.0 / 64 { continue }
        var (up, down) = (given.tensors, given.tensors)
        up[name]?.elements[place] += 1.0 / 64
        down[name]?.elements[place] -= 1.0 / 64
        let (high, low) = (
          try total(Predictions(tensors: up, source: "")), try total(Predictions(tensors: down, source: ""))
        )
        let measured = (high - low) * 32
        let gradient = try #require(trace["gradients.\(name)"]?[flat: place])
        #expect(close(gradient, measured, relative: 1e-3, absolute: 1e-6), "\(name) \(place)")
      }
    }
  }

  @Test("the gradients of the second stage's losses, by finite differences")
  func regionGradients() throws {
    let objects = [Fixtures.object(4, 4, 40, 36), Fixtures.object(30, 20, 62, 60, label: 1)]
    let proposals = [Box(2, 6, 38, 38), Box(28, 22, 60, 62), Box(0, 40, 20, 60), Box(8, 0, 44, 34)]
    var generator = SeededGenerator(seed: 1)
    let regions = RegionMatching(
      proposals, objects: objects.map(\.box), ignored: [],
      .init(threshold: 0.5, size: 5, fraction: 0.6, addsObjects: true), using: &generator)
    #expect(regions.sample.positives.count == 3 && regions.sample.negatives.count == 1)
    var draws = Draws(8)
    let logits = Tensor(shape: [6, 4], elements: draws.floats(24, -3...3))
    let deltas = Tensor(shape: [6, 12], elements: draws.floats(72, -2...2))
    let coding = BoxCoding(kind: .center, means: [0, 0, 0, 0], deviations: [0.1, 0.1, 0.2, 0.2])
    func classes(_ logits: Tensor) -> RegionClassLoss {
      RegionClassLoss(logits, regions, labels: objects.map(\.label), background: 3)
    }
    func boxes(_ deltas: Tensor) -> RegionBoxLoss {
      RegionBoxLoss(deltas, regions, objects: objects, coding: coding)
    }
    func check(_ x: Tensor, _ gradient: Tensor, _ loss: (Tensor) -> Double) {
      for place in 0..<x.count {
        var (up, down) = (x, x)
        up.elements[place] += 1.0 / 128
        down.elements[place] -= 1.0 / 128
        #expect(close(Double(gradient.elements[place]), (loss(up) - loss(down)) * 64, relative: 1e-3, absolute: 1e-5))
      }
    }
    check(logits, classes(logits).gradient) { classes($0).perRegion.reduce(0, +) / 4 }
    check(deltas, boxes(deltas).gradient) { boxes($0).perRegion.reduce(0, +) / 4 }
    #expect(classes(logits).targets.compactMap(\.self).count == 4)
  }

  @Test("losses add up, and an iteration's total is the sum of both stages")
  func ledger() throws {
    let trace = try trace(Fixtures.mixed)
    func loss(_ name: String) throws -> Double { try trace.doubles("losses.\(name)")[0] }
    #expect(trace.losses.last?.name == "total")
    #expect(close(try loss("rpn_total"), try loss("rpn_objectness") + loss("rpn_box"), relative: 1e-12))
    #expect(close(try loss("total"), try loss("rpn_total") + loss("roi_cls") + loss("roi_box"), relative: 1e-12))
    let size = 256.0
    #expect(
      close(
        try loss("rpn_objectness"), try trace.doubles("losses.rpn_objectness_per_anchor").reduce(0, +) / size,
        relative: 1e-12))
    let drawn = try trace.doubles("roi.drawn").reduce(0, +)
    #expect(
      close(try loss("roi_cls"), try trace.doubles("losses.roi_cls_per_roi").reduce(0, +) / drawn, relative: 1e-9))
  }

  @Test("the second stage's gradient reaches its own layers and the backbone, but no frozen part")
  func flow() throws {
    let trace = try trace(Fixtures.mixed)
    for name in ["heads.roi.fc1.weight", "heads.roi.cls.bias", "heads.roi.box.weight", "pyramid.output3.weight"] {
      #expect(try trace.doubles("gradients.weights.\(name)").contains { $0 != 0 }, "\(name)")
    }
    let frozen = try self.trace(Fixtures.mixed, "freeze=heads")
    #expect(frozen["gradients.weights.heads.roi.fc1.weight"] == nil)
    #expect(frozen["gradients.weights.pyramid.output3.weight"] != nil)
  }

  // MARK: RoIAlign

  @Test("a bin is the mean of its points, a point the weighted cells of the level's map", arguments: [0, 1, 2, 3])
  func lens(ratio: Int) throws {
    let trace = try trace(Fixtures.edge, "sampling_ratio=\(ratio)")
    let pooled = try #require(trace["roi.pooled"])
    let (count, bins) = (pooled.shape[0], pooled.shape[2] * pooled.shape[3])
    let channel = Int(try trace.doubles("roi.channel")[0])
    for r in 0..<count {
      let level = trace.priors.levels[Int(try #require(trace["roi.level"]?[r]))]
      let map = try #require(trace["features.\(level.name)"])
      let samples = Int(try #require(trace["roi.samples"]?[r, 0]) * #require(trace["roi.samples"]?[r, 1]))
      for bin in 0..<bins {
        var sum = 0.0
        for point in bin * samples..<(bin + 1) * samples {
          let cells = (0..<4).compactMap { trace["roi.cells"]?[r, point, $0] }
          let values = (0..<4).compactMap { trace["roi.values"]?[r, point, $0] }
          let weights = (0..<4).compactMap { trace["roi.weights"]?[r, point, $0] }
          for (cell, value) in zip(cells, values) {
            #expect(map[flat: channel * map.shape[1] * map.shape[2] + Int(cell)] == value)
          }
          let sampled = try #require(trace["roi.sampled"]?[r, point])
          #expect(close(sampled, zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }, relative: 1e-9, absolute: 1e-12))
          sum += sampled
        }
        let wanted = samples == 0 ? 0 : sum / Double(samples)
        let found = try #require(pooled[flat: (r * pooled.shape[1] + channel) * bins + bin])
        #expect(close(found, wanted, relative: 1e-4, absolute: 1e-6))
      }
    }
  }

  @Test("points lie inside their region, in pixels")
  func points() throws {
    let trace = try trace(Fixtures.mixed)
    let points = try #require(trace["roi.points"])
    for r in 0..<points.shape[0] {
      let box = try #require(trace["roi.boxes"]).row(r)
      let row = points.row(r)
      #expect(stride(from: 0, to: row.count, by: 2).allSatisfy { row[$0] > box[0] && row[$0] < box[2] })
      #expect(stride(from: 1, to: row.count, by: 2).allSatisfy { row[$0] > box[1] && row[$0] < box[3] })
    }
  }

  // MARK: Detections

  @Test("detections come from proposals alone, not from the GT that were mixed in", arguments: [true, false])
  func detections(boxes: Bool) throws {
    let trace = try trace(Fixtures.crowd, "score_threshold=0", "second_stage_boxes=\(boxes)", "proposals_after=6")
    let proposals = try #require(trace["proposals.boxes"]).shape[0]
    #expect(proposals <= 6)
    #expect(try trace.doubles("roi.anchor").count == proposals + Fixtures.crowd.groundTruth.count)
    let anchors = Set(try trace.doubles("proposals.anchor"))
    #expect(try trace.doubles("detections.anchor").allSatisfy(anchors.contains))
    #expect(try trace.doubles("detections.roi").allSatisfy { $0 < Double(proposals) })
    guard !boxes else { return }
    let own = Set((0..<proposals).compactMap { trace["proposals.boxes"]?.row($0) })
    let found = try #require(trace["detections.boxes"])
    #expect((0..<found.shape[0]).allSatisfy { own.contains(found.row($0)) })
  }

  // MARK: Hazards

  private func hazards(_ trace: Trace, _ kind: Hazard.Kind) -> [String] {
    trace.hazards.filter { $0.kind == kind }.map(\.message)
  }

  @Test("an object that no proposal reaches is named, with what still teaches it")
  func notReached() throws {
    let small = Fixtures.scene([Fixtures.object(30, 30, 36, 36)])
    let mixed = try trace(small)
    #expect(hazards(mixed, .nothingFound).contains { $0.contains("gt 0") && $0.contains("mixed in") })
    #expect(hazards(mixed, .noForeground).isEmpty)
    let alone = try trace(small, "add_gt_to_proposals=false")
    #expect(hazards(alone, .nothingFound).contains { $0.contains("never sees it") })
    #expect(hazards(alone, .noForeground).count == 1)
    #expect(hazards(alone, .noPositive).contains { $0.contains("no positive anchor was drawn") })
  }

  @Test("regions smaller than a cell are said to be")
  func tiny() throws {
    let dot = Fixtures.scene([Fixtures.object(30, 30, 31, 31)])
    #expect(hazards(try trace(dot), .tinyRegion).first?.contains("smaller than one cell") == true)
    let large = Fixtures.scene([Fixtures.object(4, 4, 60, 60)])
    #expect(hazards(try trace(large, "proposals_after=1"), .tinyRegion).isEmpty)
  }

  @Test("where no box has any area inside the picture there is no proposal, and the second stage rests")
  func noProposal() throws {
    let scene = Fixtures.empty
    let count = FasterRCNN.priors(on: scene, try Fixtures.settings([], of: FasterRCNN.self)).count
    var deltas = Tensor.zeros([count, 4])
    for j in 0..<count { deltas.elements[4 * j] = 1000 }
    let given = Predictions(tensors: ["objectness": .zeros([count]), "box_deltas": deltas], source: "made")
    let trace = try Fixtures.trace(scene, [], of: FasterRCNN.self, predictions: given)
    #expect(hazards(trace, .noProposal).count == 1)
    #expect(trace["proposals.boxes"] == nil)
    #expect(try trace.doubles("proposals.fate").allSatisfy { $0 == 1 || $0 == 2 })
  }
}
