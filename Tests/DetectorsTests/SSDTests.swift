import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// SSD's rules at their edges, which no recorded run decides.
@Suite struct SSDTests {
  private let scene = Fixtures.mixed

  private func trace(
    _ scene: Scene, _ options: String..., logits: ClosedRange<Float> = -6...3
  ) throws -> Trace {
    let predictions = try Fixtures.predictions(for: scene, options, of: SSD.self, logits: logits)
    return try Fixtures.trace(scene, options, of: SSD.self, predictions: predictions)
  }

  /// With the cross entropies one wants: background's logit of each anchor, all others 0.
  private func trace(_ scene: Scene, background: (Int) -> Float, _ options: String...) throws -> Trace {
    let count = SSD.priors(on: scene, try Fixtures.settings(options, of: SSD.self)).count
    let row = { (j: Int) in [Float](repeating: 0, count: scene.classes.count) + [background(j)] }
    let predictions = Predictions(
      tensors: [
        "cls_logits": Tensor(shape: [count, scene.classes.count + 1], elements: (0..<count).flatMap(row)),
        "box_deltas": .zeros([count, 4]),
      ], source: "made")
    return try Fixtures.trace(scene, options, of: SSD.self, predictions: predictions)
  }

  private func kinds(_ trace: Trace) -> [Hazard.Kind] { trace.hazards.map(\.kind) }

  // MARK: Mining

  @Test("the ratio is rounded down, and there are never more than there are", arguments: [0, 0.1, 0.5, 1, 3, 1000])
  func quota(ratio: Double) throws {
    let trace = try trace(scene, "negative_ratio=\(ratio)")
    let states = try trace.doubles("match.state")
    let (positives, negatives) = (states.count { $0 == 1 }, states.count { $0 == 0 })
    let kept = min(Int(ratio * Double(positives)), negatives)
    #expect(try trace.doubles("mining.negatives_kept") == [Double(kept)])
    #expect(try trace.doubles("mining.kept").reduce(0, +) == Double(kept))
  }

  @Test("what is kept costs at least what is left out, and only negatives are ranked")
  func ranking() throws {
    let trace = try trace(scene)
    let (states, entropy) = (try trace.doubles("match.state"), try trace.doubles("losses.cls_per_anchor"))
    let (kept, rank) = (try trace.doubles("mining.kept"), try trace.doubles("mining.rank"))
    let negatives = states.indices.filter { states[$0] == 0 }
    #expect(states.indices.filter { rank[$0] > 0 } == negatives)
    #expect(negatives.map { Int(rank[$0]) }.sorted() == Array(1...negatives.count))
    let least = negatives.filter { kept[$0] == 1 }.map { entropy[$0] }.min() ?? 0
    let most = negatives.filter { kept[$0] == 0 }.map { entropy[$0] }.max() ?? 0
    #expect(least >= most)
    #expect(try trace.doubles("mining.cut") == [least])
    // What is left out sends nothing back; a forced positive does, however poor its IoU.
    let gradients = try #require(trace["gradients.cls_logits"])
    for j in states.indices {
      let isCounted = states[j] == 1 || kept[j] == 1
      #expect(gradients.row(j).contains { $0 != 0 } == isCounted)
    }
    #expect(try trace.doubles("match.rule").contains(6))
  }

  @Test("of negatives that cost the same those of lower number are kept, and the tie is said")
  func tie() throws {
    let trace = try trace(scene, background: { _ in -2 })
    let states = try trace.doubles("match.state")
    let kept = try trace.doubles("mining.kept")
    let count = Int(try trace.doubles("mining.negatives_kept")[0])
    let first = states.indices.filter { states[$0] == 0 }.prefix(count)
    #expect(kept.indices.filter { kept[$0] == 1 } == Array(first))
    #expect(trace.hazards.contains { $0.kind == .rounding && $0.message.hasPrefix("at the cut") })
    // One that costs more than its neighbours by more than rounding is no tie.
    let apart = try self.trace(scene, background: { Float($0) * 0.01 })
    #expect(!apart.hazards.contains { $0.message.hasPrefix("at the cut") })
  }

  @Test("without a positive nothing is mined, nothing is learned, and that is said")
  func noPositives() throws {
    let trace = try trace(Fixtures.empty)
    #expect(trace.losses.map(\.value) == [0, 0, 0])
    #expect(try trace.doubles("mining.negatives_kept") == [0])
    #expect(try trace.doubles("losses.cls_per_anchor").allSatisfy { $0 > 0 })
    #expect(try trace.doubles("gradients.cls_logits").allSatisfy { $0 == 0 })
    #expect(kinds(trace).contains(.noLoss))
    // The alternatives learn background from it.
    for rule in ["focal", "all"] {
      #expect(try self.trace(Fixtures.empty, "selection=\(rule)").losses.last?.value ?? 0 > 0)
    }
  }

  // MARK: The alternatives

  @Test("an OHEM that keeps everything mines nothing: the loss is that of all, and a hazard says so")
  func keepsAll() throws {
    let (mistake, all) = (try trace(scene, "selection=ohem_keeps_all"), try trace(scene, "selection=all"))
    #expect(mistake.losses.map(\.value) == all.losses.map(\.value))
    #expect(kinds(mistake).contains(.nothingMined) && !kinds(all).contains(.nothingMined))
    let negatives = try all.doubles("match.state").count { $0 == 0 }
    #expect(try mistake.doubles("mining.negatives_kept") == [Double(negatives)])
    let mined = try trace(scene)
    #expect(try #require(mined.losses.first).value < (try #require(all.losses.first)).value)
  }

  @Test("OHEM keeps no negative beside a harder one, and the largest box losses alone")
  func ohem() throws {
    let trace = try trace(scene, "selection=ohem", "ohem_nms=0.3", "ohem_keep_ratio=0.5")
    let boxes = try (0..<trace.priors.count).map { j in
      let row = try #require(trace["anchors.boxes"]).row(j)
      return Box(row[0], row[1], row[2], row[3])
    }
    let kept = try trace.doubles("mining.kept")
    let chosen = kept.indices.filter { kept[$0] == 1 }
    #expect(chosen.count > 3)
    for (a, j) in chosen.enumerated() {
      for i in chosen.prefix(a) { #expect(boxes[i].iou(with: boxes[j]) <= 0.3) }
    }
    let (all, counted) = (try trace.doubles("losses.box_per_anchor"), try trace.doubles("box.per_anchor"))
    let positives = try trace.doubles("match.state").count { $0 == 1 }
    #expect(counted.count { $0 > 0 } == positives / 2)
    #expect(counted.filter { $0 > 0 }.sorted() == Array(all.sorted().suffix(positives / 2)))
    // The normaliser stays the positives.
    #expect(trace.losses[1].normalizer.value == Double(positives))
  }

  @Test("of a single positive OHEM keeps the box loss, whatever the share")
  func ohemKeepsOne() throws {
    let one = Fixtures.scene([Fixtures.object(20, 20, 30, 30)])
    let trace = try trace(one, "selection=ohem", "ohem_keep_ratio=0")
    #expect(try trace.doubles("match.state").count { $0 == 1 } == 1)
    #expect(trace.losses[1].value > 0)
  }

  @Test("with γ 0 the focal loss is the cross entropy of all, by α")
  func focalWithoutFocus() throws {
    for form in ["softmax", "logistic"] {
      let focal = try trace(scene, "selection=focal", "gamma=0", "alpha=0.5", "class_loss=\(form)")
      let all = try trace(scene, "selection=all", "class_loss=\(form)")
      #expect(close(focal.losses[0].value * 2, all.losses[0].value, relative: 1e-12))
    }
  }

  @Test("focal through sigmoids is RetinaNet's, unclipped")
  func focalLogistic() throws {
    let trace = try trace(scene, "selection=focal", "class_loss=logistic")
    let logits = try #require(trace["predictions.cls_logits"])
    let labels = scene.groundTruth.map(\.label)
    let owners = try trace.doubles("match.gt")
    let states = try trace.doubles("match.state")
    let result = FocalLoss(alpha: 0.25, gamma: 2, clip: 0).evaluate(
      Tensor(shape: logits.shape, elements: logits.doubles.map { Float($0) }),
      label: { owners[$0] < 0 ? nil : labels[Int(owners[$0])] }, counted: { states[$0] != -1 },
      normalizer: trace.losses[0].normalizer.value)
    #expect(difference(try trace.doubles("cls.per_anchor"), result.perPrior, relative: 1e-5, absolute: 1e-7) == nil)
    let slopes = result.gradient.elements.map(Double.init)
    #expect(difference(try trace.doubles("gradients.cls_logits"), slopes, relative: 1e-5, absolute: 1e-8) == nil)
  }

  // MARK: Matching

  @Test("anchors in the band between the thresholds are in no loss, forced ones aside")
  func band() throws {
    let trace = try trace(scene, "negative_iou=0.3")
    let (states, rules) = (try trace.doubles("match.state"), try trace.doubles("match.rule"))
    let iou = try trace.doubles("match.max_iou")
    let band = iou.indices.filter { iou[$0] > 0.3 && iou[$0] < 0.5 && rules[$0] == 2 }
    #expect(band.count > 5)
    for j in band {
      #expect(states[j] == -1)
      #expect(trace["losses.cls_per_anchor"]?[j] == 0)
      #expect(trace["gradients.cls_logits"]?.row(j).allSatisfy { $0 == 0 } == true)
    }
    #expect(rules.indices.contains { rules[$0] == 6 && states[$0] == 1 && iou[$0] < 0.5 })
  }

  @Test("a GT whose forced anchor goes to a later one has none, and is told who took it")
  func taken() throws {
    let twins = Fixtures.scene([Fixtures.object(26, 26, 29, 29), Fixtures.object(27, 27, 30, 30, label: 1)])
    let trace = try trace(twins)
    #expect(try trace.doubles("match.positives_of_gt") == [0, 1])
    let hazard = try #require(trace.hazards.first { $0.kind == .taken })
    #expect(hazard.message.contains("gt 1") && hazard.message.contains("later"))
    let explanation = try #require(Detectors.explain(.gt(0), in: trace))
    #expect(explanation.verdict == "no positive anchor")
    #expect(explanation.reasons[0].conclusion.contains("gt 1"), "\(explanation.reasons[0])")
  }

  @Test("a GT that overlaps no anchor forces one, or with all ties every one; both are said")
  func nowhere() throws {
    // Anchors of 2 px round centres 16 px apart leave room between them.
    let options = ["strides=16", "anchor_sizes=1", "anchor_scales=2", "aspect_ratios=1"]
    let alone = Fixtures.scene([Fixtures.object(14, 14, 18, 18)])
    for (tied, positives) in [(false, 1), (true, 16)] {
      let all = options + ["force_all_ties=\(tied)"]
      let predictions = try Fixtures.predictions(for: alone, all, of: SSD.self)
      let trace = try Fixtures.trace(alone, all, of: SSD.self, predictions: predictions)
      #expect(try trace.doubles("match.best_iou_of_gt") == [0])
      #expect(try trace.doubles("match.state").count { $0 == 1 } == positives)
      #expect(kinds(trace).contains(.forced))
      #expect(Faults.of(try #require(Detectors.explain(.gt(0), in: trace)), in: trace) == [])
    }
  }

  @Test("anchors tied at a GT's best IoU are said where one of them is forced")
  func tiedBest() throws {
    let inside = Fixtures.scene([Fixtures.object(31, 31, 33, 33)])
    #expect(try trace(inside).hazards.contains { $0.kind == .rounding && $0.message.contains("forced") })
  }

  @Test(
    "strange scenes run through every alternative, and every number stays finite", arguments: DetectorCase.ssd.variants)
  func strangeScenes(options: [String]) throws {
    for scene in TrainingTests.strange {
      let trace = try Fixtures.trace(scene, options + Fixtures.tiny, of: SSD.self, iterations: 2)
      #expect(!trace.hazards.contains { $0.kind == .notFinite }, "\(scene.name)")
      for value in trace.allValues {
        #expect(value.doubles.allSatisfy { $0.isFinite }, "\(scene.name): \(value.name)")
      }
    }
  }

  // MARK: Scores

  @Test("scores are the softmax without background, and a bias is the odds of a class to it")
  func scores() throws {
    let logits = Tensor(shape: [1, 3], elements: [0, Float(Exact.log(2)), Float(Exact.log(5))])
    let settings = try Fixtures.settings([], of: SSD.self)
    let found = SSD.scores(["cls_logits": logits], settings)
    #expect(difference(found, [1.0 / 8, 2.0 / 8], relative: 1e-6) == nil)
    #expect(SSD.heads(classes: 2, settings)[0].biases == [0, 0, 0])
    let rare = try Fixtures.settings(["prior_probability=0.01"], of: SSD.self)
    #expect(close(SSD.heads(classes: 2, rare)[0].biases[2], Exact.log(99), relative: 1e-12))
  }

  // MARK: Gradients

  /// Moves a column of a prediction and holds the gradient of each anchor that counts to what its loss did. Who is
  /// mined is held: the loss of an anchor does not depend on it.
  private func check(
    _ prediction: String, _ loss: String, counted: String, _ options: [String], skip: (Trace, Int, Int) -> Bool
  ) throws {
    let step: Float = 0.01
    let predictions = try Fixtures.predictions(for: scene, options, of: SSD.self)
    let here = try Fixtures.trace(scene, options, of: SSD.self, predictions: predictions)
    let gradient = try #require(here["gradients.\(prediction)"])
    let normalizer = try #require(here.losses.first).normalizer.value
    let isCounted = try here.doubles(counted).map { $0 != 0 }
    func moved(_ column: Int, by step: Float) throws -> [Double] {
      var tensors = predictions.tensors
      var tensor = try #require(tensors[prediction])
      for row in 0..<tensor.shape[0] { tensor.elements[row * tensor.shape[1] + column] += step }
      tensors[prediction] = tensor
      let moved = Predictions(tensors: tensors, source: "moved")
      return try Fixtures.trace(scene, options, of: SSD.self, predictions: moved).doubles(loss)
    }
    var tried = 0
    for column in 0..<gradient.shape[1] {
      let (high, low) = (try moved(column, by: step), try moved(column, by: -step))
      for j in isCounted.indices where isCounted[j] && !skip(here, j, column) {
        let measured = (high[j] - low[j]) / (2 * Double(step))
        let slope = try #require(gradient[j, column]) * normalizer
        if measured != 0 { tried += 1 }
        #expect(close(slope, measured, relative: 1e-3, absolute: 1e-4), "\(options) \(j), \(column)")
      }
    }
    #expect(tried > 20)
  }

  @Test(
    "the class losses against finite differences, the mined set held",
    arguments: ["mining", "ohem", "all", "focal"], ["softmax", "logistic"])
  func classGradients(selection: String, form: String) throws {
    let loss = selection == "focal" ? "cls.per_anchor" : "losses.cls_per_anchor"
    try check(
      "cls_logits", loss, counted: "cls.per_anchor",
      ["selection=\(selection)", "class_loss=\(form)", "gamma=1.5", "alpha=0.3"]
    ) { _, _, _ in false }
  }

  @Test("the box loss against finite differences, but at its bends", arguments: ["mining", "ohem"], [0, 0.3, 1])
  func boxGradients(selection: String, beta: Double) throws {
    try check(
      "box_deltas", "losses.box_per_anchor", counted: "box.per_anchor",
      ["selection=\(selection)", "beta=\(beta)"]
    ) { trace, j, column in
      let target = trace["targets.box_deltas"]?[j, column] ?? 0
      let d = abs((trace["predictions.box_deltas"]?[j, column] ?? 0) - target)
      return abs(d - beta) < 0.02
    }
  }
}
