import Boxes
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// An iteration done again under an edited set-up is a fresh one, to the bit, and no more of it is done than must be.
@Suite struct EditedIterationTests {
  /// A run that has done one iteration.
  private func trainer(
    of detector: DetectorCase, on scene: Scene = Fixtures.mixed, _ options: [String] = []
  ) throws -> Trainer {
    var trainer = try Fixtures.trainer(scene, Fixtures.tiny + options, of: detector.detector)
    _ = trainer.iterate()
    return trainer
  }

  private func fresh(_ trainer: Trainer, _ setup: Setup) throws -> Trace {
    var fresh = try #require(try trainer.with(setup))
    return fresh.iterate()
  }

  private static let network: Set = ["backbone", "pyramid", "heads"]

  @Test("random edits, one after the other", arguments: DetectorCase.all)
  func randomEdits(of detector: DetectorCase) throws {
    for seed in 0..<6 as Range<UInt64> {
      var draws = Draws(100 + seed)
      let trainer = try trainer(of: detector)
      var kept = KeptIteration(trainer)
      var setup = trainer.setup
      for _ in 0..<6 {
        let what = RandomEdit.apply(to: &setup, of: detector, kept.trace, &draws)
        let reaches: [Reach] = [.end, .predictionGradients, .step("bags"), .step("match"), .step("heads")]
        kept = try #require(try kept.again(under: setup, until: reaches[draws.int(0...4)]), "\(what)")
        let wanted = try fresh(trainer, setup)
        #expect(kept.trace.fresh.isBeginning(of: wanted), "\(detector) \(seed): \(what)")
        if !kept.isWhole { kept = try #require(try kept.again(under: setup)) }
        #expect(kept.trace.difference(from: wanted) == nil, "\(detector) \(seed): \(what)")
        if what != .prediction { #expect(Self.network.isDisjoint(with: kept.performed)) }
      }
      var (a, b) = (try #require(kept.after), try #require(try trainer.with(setup)))
      _ = b.iterate()
      #expect(a.iterate().difference(from: b.iterate()) == nil, "an iteration later")
    }
  }

  @Test(
    "a moved box leaves what comes before the overlaps, and the picture's record is new", arguments: DetectorCase.all)
  func movedBox(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    let kept = KeptIteration(trainer)
    var setup = trainer.setup
    setup.scene.objects[0].box.x2 += 3
    let again = try #require(try kept.again(under: setup))
    let first = detector.detector.name == "fcos" ? "candidates" : "overlap"
    #expect(again.performed.prefix(2) == ["image", first])
    #expect(again.trace.difference(from: try fresh(trainer, setup)) == nil)
    let back = try #require(try again.again(under: trainer.setup))
    #expect(back.trace.difference(from: kept.trace) == nil)
  }

  @Test(
    "a set prediction counts from the heads on, and the convolutions are not done again", arguments: DetectorCase.all)
  func setPrediction(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    let kept = KeptIteration(trainer)
    let head = try #require(detector.detector.heads(classes: 3, trainer.settings).first)
    var setup = trainer.setup
    setup.edits = [PredictionEdit(head.prediction, row: 5, to: 2.5)]
    let again = try #require(try kept.again(under: setup))
    #expect(again.performed.first == "heads")
    #expect(try again.trace.doubles("predictions.\(head.prediction)")[5 * (head.depth ?? 1)] == 2.5)
    #expect(again.trace.difference(from: try fresh(trainer, setup)) == nil)
    // The convolutions' own weights are as they were; the pull on them is not.
    let weights = again.trace.allValues.filter { $0.name.hasPrefix("weights.") }
    #expect(weights.allSatisfy { value in kept.trace[value.name].map(value.isSame) ?? false })
    let slope = "gradients.weights.heads.\(head.name).output.bias"
    #expect(try again.trace.doubles(slope) != kept.trace.doubles(slope))
  }

  @Test("a prediction from a file can be set too")
  func setPredictionFromFile() throws {
    let given = try Fixtures.predictions(for: Fixtures.mixed)
    let trainer = try Fixtures.trainer(Fixtures.mixed, [], predictions: given)
    var setup = trainer.setup
    setup.edits = [PredictionEdit("cls_logits", row: 7, column: 2, to: 4)]
    let again = try #require(try KeptIteration(trainer).again(under: setup))
    #expect(again.performed.first == "predictions")
    #expect(try again.trace.doubles("predictions.cls_logits")[7 * 3 + 2] == 4)
    #expect(again.trace.difference(from: try fresh(trainer, setup)) == nil)
  }

  @Test("done as far as the predictions' gradients, then to the end: the whole", arguments: DetectorCase.all)
  func untilThenRest(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    let kept = KeptIteration(trainer)
    var setup = trainer.setup
    setup.scene.objects[1].box.y1 -= 2
    let wanted = try fresh(trainer, setup)
    let part = try #require(try kept.again(under: setup, until: .predictionGradients))
    #expect(!part.isWhole && part.performed.last == "gradients")
    // The record is whole to look at: what is old is marked, and every other number is the new one.
    #expect(part.trace.steps.map(\.id) == wanted.steps.map(\.id))
    #expect(part.trace.staleness.steps == ["update", "detections"] && part.trace.staleness.begun == "gradients")
    #expect(Set(part.trace.allValues.map(\.name)).isSuperset(of: part.trace.staleness.values))
    for value in part.trace.fresh.allValues { #expect(wanted[value.name].map(value.isSame) == true) }
    for name in ["losses.total", "gradients.\(detector.detector.heads(classes: 3, trainer.settings)[0].prediction)"] {
      #expect(part.trace.fresh[name] != nil)
    }
    for name in part.trace.staleness.values {
      #expect(name.hasPrefix("gradients.weights.") || kept.trace[name] != nil)
      #expect(part.trace[name].flatMap { value in kept.trace[name].map(value.isSame) } == true)
    }
    #expect(part.trace.losses.map(\.value) == wanted.losses.map(\.value))
    let whole = try #require(try part.again(under: setup))
    #expect(whole.performed == ["gradients", "update", "detections"])
    #expect(whole.trace.difference(from: wanted) == nil)
  }

  @Test("an iteration begun with no more than a part of it", arguments: DetectorCase.all)
  func begunInPart(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    let id = trainer.stepIDs.contains("match") ? "match" : "bags"
    let part = KeptIteration(trainer, until: .step(id))
    #expect(part.trace.steps.last?.id == id && part.trace.staleness.isEmpty && part.after == nil)
    let whole = try #require(try part.again(under: trainer.setup))
    #expect(whole.trace.difference(from: KeptIteration(trainer).trace) == nil)
  }

  @Test("with another number of objects nothing old is shown", arguments: DetectorCase.all)
  func anotherNumber(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    var setup = trainer.setup
    setup.scene.objects.removeFirst()
    let part = try #require(try KeptIteration(trainer).again(under: setup, until: .predictionGradients))
    #expect(part.trace.staleness.isEmpty && part.trace.step("detections") == nil)
    #expect(part.trace.isBeginning(of: try fresh(trainer, setup)))
  }

  @Test("strange set-ups run, and say what they are", arguments: DetectorCase.all)
  func strange(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    var kept = KeptIteration(trainer)
    let boxes = [
      Box(3, 3, 4, 4), Box(-40, -30, -8, -9), Box(500, 500, 540, 560), Box(-1000, -1000, 1000, 1000),
      Box(10, 10, 10.001, 60), Box(63.5, 63.5, 64, 64), Box(0, 0, 64, 64), Box(-1e5, 0, 1e5, 1e-3),
    ]
    var lists: [[SceneObject]] = [[], Fixtures.mixed.objects.map { SceneObject(label: 0, box: $0.box, ignored: true) }]
    for box in boxes { lists += [[.init(label: 2, box: box)], Fixtures.mixed.objects + [.init(label: 1, box: box)]] }
    lists.append(boxes.map { SceneObject(label: 0, box: $0) })
    lists.append(Array(repeating: Fixtures.object(4, 6, 38, 40), count: 5))
    for objects in lists {
      var setup = trainer.setup
      setup.scene.objects = objects
      let part = try #require(try kept.again(under: setup, until: .predictionGradients))
      kept = try #require(try part.again(under: setup))
      #expect(kept.trace.difference(from: try fresh(trainer, setup)) == nil, "\(objects)")
    }
  }

  @Test("what does not fit is a fault", arguments: DetectorCase.all)
  func refused(of detector: DetectorCase) throws {
    let trainer = try trainer(of: detector)
    let kept = KeptIteration(trainer)
    let head = try #require(detector.detector.heads(classes: 3, trainer.settings).first)
    let objects: [SceneObject] = [
      Fixtures.object(5, 5, 5, 9), Fixtures.object(9, 5, 5, 9), Fixtures.object(0, 0, .infinity, 9),
      Fixtures.object(0, .nan, 5, 9), Fixtures.object(0, 0, 1e9, 9), Fixtures.object(0, 0, 9, 9, label: 3),
      Fixtures.object(0, 0, 9, 9, label: -1), Fixtures.object(0, 0, 1e-200, 1e-200),
    ]
    for object in objects {
      var setup = trainer.setup
      setup.scene.objects.append(object)
      #expect(throws: Fault.self) { try kept.again(under: setup) }
    }
    let rows = kept.trace.priors.count
    let edits = [
      PredictionEdit("cls", row: 0, to: 1), PredictionEdit(head.prediction, row: rows, to: 1),
      PredictionEdit(head.prediction, row: -1, to: 1), PredictionEdit(head.prediction, row: 0, column: 9, to: 1),
      PredictionEdit(head.prediction, row: 0, to: .nan), PredictionEdit(head.prediction, row: 0, to: .infinity),
    ]
    for edit in edits {
      var setup = trainer.setup
      setup.edits = [edit]
      #expect(throws: Fault.self) { try kept.again(under: setup) }
    }
  }

  @Test("other classes or another picture ask for another run", arguments: DetectorCase.all)
  func anotherRun(of detector: DetectorCase) throws {
    let kept = KeptIteration(try trainer(of: detector))
    var setup = kept.before.setup
    setup.scene.classes.append("more")
    #expect(try kept.again(under: setup) == nil)
    setup = kept.before.setup
    setup.scene.picture[3, 3] = RGB(1, 2, 3)
    #expect(try kept.again(under: setup) == nil)
  }
}

/// What a user might do next.
enum RandomEdit: CaseIterable {
  case move, size, add, delete, relabel, ignore, prediction, setting

  static func apply(to setup: inout Setup, of detector: DetectorCase, _ trace: Trace, _ draws: inout Draws)
    -> RandomEdit
  {
    let edit = allCases[draws.int(0...allCases.count - 1)]
    let count = setup.scene.objects.count
    let index = count == 0 ? 0 : draws.int(0...count - 1)
    switch edit {
    case .move where count > 0:
      let (dx, dy) = (Double(draws.int(-9...9)), Double(draws.int(-9...9)) / 2)
      let box = setup.scene.objects[index].box
      setup.scene.objects[index].box = Box(box.x1 + dx, box.y1 + dy, box.x2 + dx, box.y2 + dy)
    case .size where count > 0: setup.scene.objects[index].box.x2 += Double(draws.int(0...12))
    case .delete where count > 0: setup.scene.objects.remove(at: index)
    case .relabel where count > 0: setup.scene.objects[index].label = draws.int(0...2)
    case .ignore where count > 0: setup.scene.objects[index].ignored.toggle()
    case .prediction:
      let heads = detector.detector.heads(classes: 3, setup.settings)
      let head = heads[draws.int(0...heads.count - 1)]
      let edit = PredictionEdit(
        head.prediction, row: draws.int(0...trace.priors.count - 1), column: draws.int(0...(head.depth ?? 1) - 1),
        to: draws.floats(1, 0.1...3)[0])
      setup.edits = draws.int(0...3) == 0 ? [] : setup.edits + [edit]
    case .setting:
      let changes = detector.changes.filter { $0.base.isEmpty && $0.options.count == 1 && !asksForWeights($0.name) }
      let change = changes[draws.int(0...changes.count - 1)]
      if let settings = try? Fixtures.settings(Fixtures.tiny + change.options, of: detector.detector) {
        setup.settings = settings
      }
    default:
      let (x, y) = (Double(draws.int(0...50)), Double(draws.int(0...50)))
      let box = Box(x, y, x + Double(draws.int(1...30)), y + Double(draws.int(1...30)))
      setup.scene.objects.append(SceneObject(label: draws.int(0...2), box: box))
      return .add
    }
    return edit
  }

  private static func asksForWeights(_ name: String) -> Bool {
    [
      "preset", "strides", "class_loss", "selection", "roi_size", "roi_channels", "second_stage_boxes", "learned_scale",
      "head_norm", "normalize_by_stride", "centerness_branch", "anchor_sizes",
    ].contains(name)
  }
}

extension Trace {
  /// Whether another trace begins with the steps of this one, number by number.
  func isBeginning(of other: Trace) -> Bool {
    guard steps.map(\.id) == other.steps.prefix(steps.count).map(\.id) else { return false }
    return allValues.allSatisfy { value in other[value.name].map(value.isSame) ?? false }
  }
}
