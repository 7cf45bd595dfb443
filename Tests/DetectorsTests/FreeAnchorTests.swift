import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// FreeAnchor's rules beyond what the recorded runs of the original decide.
@Suite struct FreeAnchorTests {
  private func trace(_ scene: Scene, _ options: [String] = [], logits: ClosedRange<Float> = -6...3) throws -> Trace {
    let predictions = try Fixtures.predictions(for: scene, options, of: FreeAnchor.self, logits: logits)
    return try Fixtures.trace(scene, options, of: FreeAnchor.self, predictions: predictions)
  }

  @Test(
    "the fused losses are the steps' losses", arguments: ["mean_max", "max", "mean"], [Fixtures.mixed, Fixtures.empty])
  func fused(function: String, scene: Scene) throws {
    let options = ["bag_function=\(function)", "box_threshold=0.3"]
    let trace = try trace(scene, options)
    let predictions = try Fixtures.predictions(for: scene, options, of: FreeAnchor.self)
    let anchors = try FusedLoss.anchors(trace)
    let shares = trace["overlap.ignored_share"]?.doubles ?? []
    let result = FusedLoss.rule(threshold: 0.3, function: BagFunction(rawValue: function) ?? .mean).evaluate(
      anchors: anchors, objects: scene.groundTruth.map(\.box), labels: scene.groundTruth.map(\.label),
      logits: try #require(predictions.tensors["cls_logits"]), deltas: try #require(predictions.tensors["box_deltas"]),
      leavingOut: shares.map { $0 >= 0.5 })
    #expect(close(result.positive.value, try trace.doubles("losses.positive")[0], relative: 1e-12))
    #expect(close(result.negative.value, try trace.doubles("losses.negative")[0], relative: 1e-12))
    for (name, gradient) in [("cls_logits", result.logitGradient), ("box_deltas", result.deltaGradient)] {
      let wanted = try trace.doubles("gradients.\(name)")
      #expect(difference(gradient.elements.map(Double.init), wanted, relative: 1e-5, absolute: 1e-9) == nil)
    }
  }

  @Test("without an object there is no positive loss, and every score is background")
  func empty() throws {
    let trace = try trace(Fixtures.empty)
    #expect(try trace.doubles("losses.positive") == [0])
    #expect(try trace.doubles("losses.negative")[0] > 0)
    #expect(try trace.doubles("gradients.box_deltas").allSatisfy { $0 == 0 })
    #expect(try trace.doubles("saturation.image_box_prob").allSatisfy { $0 == 0 })
    #expect(trace["bags.anchor"] == nil)
  }

  @Test("a bag larger than the picture's anchors holds them all, and says so")
  func largeBag() throws {
    let scene = Fixtures.scene([Fixtures.object(2, 2, 30, 30)], name: "small", width: 32, height: 32)
    let trace = try trace(scene, ["bag_size=5000"])
    #expect(trace["bags.anchor"]?.shape == [1, trace.priors.count])
    #expect(Set(try trace.doubles("bags.anchor")).count == trace.priors.count)
    #expect(trace["bags.gap"] == nil)
    let hazard = try #require(trace.hazards.first { $0.kind == .smallBag })
    #expect(hazard.message.contains("5,000") && hazard.message.contains("\(trace.priors.count)"))
    #expect(try self.trace(scene, ["bag_size=5"]).hazards.allSatisfy { $0.kind != .smallBag })
  }

  @Test("anchors at least half inside an ignored object are in no bag and no loss")
  func ignored() throws {
    let ignored = Fixtures.object(-90, 30, 160, 170, ignored: true)
    let trace = try trace(Fixtures.scene(Fixtures.mixed.objects + [ignored]), ["bag_size=400"])
    let shares = try trace.doubles("overlap.ignored_share")
    let leftOut = shares.indices.filter { shares[$0] >= 0.5 }
    #expect(leftOut.count > 20)
    #expect(Set(try trace.doubles("bags.anchor").map { Int($0) }).isDisjoint(with: leftOut))
    for j in leftOut {
      #expect(trace["losses.negative_per_anchor"]?[j] == 0)
      #expect(trace["gradients.cls_logits"]?.row(j).allSatisfy { $0 == 0 } == true)
      #expect(Detectors.explain(.anchor(j), in: trace)?.verdict == "left out")
    }
    #expect(trace["losses.negative_per_anchor"]?.doubles.contains { $0 > 0 } == true)
  }

  @Test("a picture all of which is to be ignored leaves every bag empty, without harm")
  func allIgnored() throws {
    let scene = Fixtures.scene([
      Fixtures.object(10, 10, 40, 40), Fixtures.object(-400, -400, 500, 500, ignored: true),
    ])
    let trace = try trace(scene)
    #expect(trace["bags.anchor"] == nil)
    #expect(try trace.doubles("losses.negative") == [0])
    #expect(try trace.doubles("losses.positive")[0].isFinite)
    #expect(trace.hazards.contains { $0.kind == .smallBag } && trace.hazards.contains { $0.kind == .atFloor })
    #expect(Detectors.explain(.gt(0), in: trace) != nil)
  }

  @Test("an object that no guess overlaps enough is said to be taught as background, and one that is found is not")
  func nothingFound() throws {
    let scene = Fixtures.scene([Fixtures.object(16, 16, 48, 48), Fixtures.object(50, 2, 52, 60, label: 1)])
    let trace = try Fixtures.trace(scene, of: FreeAnchor.self)
    let hazards = trace.hazards.filter { $0.kind == .nothingFound }
    #expect(hazards.map(\.focus.gt) == [1])
    #expect(hazards.first?.message.contains("t1 = 0.6") == true)
    #expect(trace["saturation.upper"]?[1] == 0.6 + 1e-12)
    #expect(try #require(trace["saturation.box_prob"]).row(1).allSatisfy { $0 == 0 })
    #expect(try #require(trace["saturation.box_prob"]).row(0).contains(1))
  }

  @Test("the three properties of P are read off the numbers: a tie at the top is seen")
  func properties() throws {
    // Without any shift, anchors left and right of an object between two cells overlap it alike.
    let scene = Fixtures.scene([Fixtures.object(12, 16, 44, 48)])
    let count = FreeAnchor.priors(on: scene, try Fixtures.settings([], of: FreeAnchor.self)).count
    let still = Predictions(
      tensors: ["cls_logits": .zeros([count, 3]), "box_deltas": .zeros([count, 4])], source: "still")
    let trace = try Fixtures.trace(scene, ["box_threshold=0.3"], of: FreeAnchor.self, predictions: still)
    #expect(trace["saturation.ones"]?[0] == 2)
    #expect(trace["saturation.rises"]?[0] == 1 && trace["saturation.zero_under_t1"]?[0] == 1)
    #expect(trace.hazards.contains { $0.kind == .contested && $0.focus.gt == 0 })
  }

  @Test("likelihood: −ln of recall and precision are the losses without weights and focus")
  func likelihood() throws {
    let trace = try trace(Fixtures.mixed, ["gamma=0", "alpha=0.3", "bag_size=30"])
    let recall = try trace.doubles("likelihood.log_recall")[0]
    let precision = try trace.doubles("likelihood.log_precision")[0]
    #expect(close(0.3 * -recall / 3, try trace.doubles("losses.positive")[0], relative: 1e-9))
    #expect(close(0.7 * -precision / 90, try trace.doubles("losses.negative")[0], relative: 1e-5))
  }

  @Test("mean-max lies between mean and max, nearer the mean while all are poor, and the weights share it out")
  func bagFunctions() {
    func value(_ function: BagFunction, _ x: [Double]) -> Double { function.value(x[...]) }
    // Weights 1/.9 and 1/.1, their sum 12.2: (.1·1.11 + .9·10)/11.1.
    #expect(close(value(.meanMax, [0.1, 0.9]), (0.1 / 0.9 + 9) / (1 / 0.9 + 10), relative: 1e-12))
    var draws = Draws(2)
    for _ in 0..<200 {
      let x = (0..<draws.int(1...60)).map { _ in Double(draws.floats(1, 0...1)[0]) }
      let (mean, meanMax, max) = (value(.mean, x), value(.meanMax, x), value(.max, x))
      #expect(mean <= meanMax + 1e-12 && meanMax <= max + 1e-12)
      #expect(max == x.max())
      for function in [BagFunction.mean, .meanMax, .max] {
        #expect(close(function.weights(x[...]).reduce(0, +), 1, relative: 1e-9))
      }
    }
    let poor = BagPool([0.01, 0.02, 0.005, 0.01][...], by: .meanMax)
    #expect(poor.effective > 3.99)
    let good = BagPool([0.01, 0.999999, 0.005, 0.01][...], by: .meanMax)
    #expect(good.effective < 1.01 && good.probability > 0.999)
    // A certain candidate does not divide by 0.
    #expect(value(.meanMax, [1, 1, 0]).isFinite && value(.meanMax, [1, 0]) > 0.999)
  }
}
