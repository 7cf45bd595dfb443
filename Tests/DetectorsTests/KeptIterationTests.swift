import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// Doing the end of an iteration again must be doing all of it, to the bit.
@Suite struct KeptIterationTests {
  /// A run that has done one iteration.
  private func trainer(
    _ options: [String] = Fixtures.tiny, of detector: any Detector.Type = RetinaNet.self,
    predictions: Predictions? = nil
  ) throws -> Trainer {
    var trainer = try Fixtures.trainer(Fixtures.mixed, options, of: detector, predictions: predictions)
    _ = trainer.iterate()
    return trainer
  }

  private func difference(_ a: Trace, _ b: Trace) -> String? { a.difference(from: b) }

  @Test("keeping an iteration changes nothing in it", arguments: DetectorCase.all)
  func keeping(detector: DetectorCase) throws {
    let trainer = try trainer(of: detector.detector)
    let kept = KeptIteration(trainer)
    var plain = trainer
    #expect(difference(kept.trace, plain.iterate()) == nil)
    var after = try #require(kept.after)
    #expect(difference(after.iterate(), plain.iterate()) == nil)
    #expect(kept.performed == trainer.stepIDs)
  }

  @Test("under any other setting the end done again is all of it, to the bit", arguments: DetectorCase.all)
  func everyChange(of detector: DetectorCase) throws {
    for change in detector.allChanges {
      let base = Fixtures.tiny + change.base
      let trainer = try trainer(base, of: detector.detector)
      let kept = KeptIteration(trainer)
      let settings = try Fixtures.settings(base + change.options, of: detector.detector)
      guard let again = kept.again(under: settings), var fresh = trainer.with(settings) else {
        #expect(kept.again(under: settings) == nil && trainer.with(settings) == nil)
        continue
      }
      let what = "\(change)"
      #expect(difference(again.trace, fresh.iterate()) == nil, "\(what)")
      var after = try #require(again.after)
      #expect(difference(after.iterate(), fresh.iterate()) == nil, "\(what), an iteration later")
      let back = try #require(again.again(under: trainer.settings))
      #expect(difference(back.trace, kept.trace) == nil, "\(what), and back")
      #expect(Array(trainer.stepIDs.suffix(again.performed.count)) == again.performed)
    }
  }

  static let firsts = [
    ("positive_iou=0.6", "overlap"), ("alpha=0.3", "focal"), ("sigma=2", "box"), ("anchor_offset=0", "anchors"),
    ("anchor_sizes=24,64,128,256,512", "anchors"), ("box_stds=0.1,0.2,0.2,0.2", "targets"),
    ("freeze=backbone", "gradients"), ("clip_norm=0", "gradients"), ("learning_rate=0.1", "update"),
    ("optimizer=sgd", "update"), ("nms_threshold=0.9", "detections"), ("score_threshold=0.001", "detections"),
  ]

  @Test("the first step that asked for what changed is done again, and those after it", arguments: firsts)
  func firstStep(option: String, first: String) throws {
    let kept = KeptIteration(try trainer())
    let again = try #require(kept.again(under: Fixtures.settings(Fixtures.tiny + [option])))
    #expect(again.performed.first == first)
    for id in ["backbone", "pyramid", "heads"] { #expect(!again.performed.contains(id)) }
  }

  @Test("what no step asks for does nothing again")
  func nothing() throws {
    let kept = KeptIteration(try trainer())
    let same = try #require(kept.again(under: Fixtures.settings(Fixtures.tiny)))
    #expect(same.performed.isEmpty && difference(same.trace, kept.trace) == nil)
    // Momentum is SGD's; this is Adam.
    let settings = try Fixtures.settings(Fixtures.tiny + ["momentum=0.5"])
    let other = try #require(kept.again(under: settings))
    #expect(other.performed.isEmpty)
    #expect(other.trace.parameters.contains(Trace.Parameter(name: "momentum", text: "0.5")))
  }

  @Test("one change after another")
  func chain() throws {
    let start = try trainer()
    var kept = KeptIteration(start)
    var options = Fixtures.tiny
    for (option, first) in Self.firsts {
      options.append(option)
      kept = try #require(kept.again(under: Fixtures.settings(options)))
      #expect(kept.performed.first == first, "\(option)")
      var fresh = try #require(start.with(Fixtures.settings(options)))
      #expect(difference(kept.trace, fresh.iterate()) == nil, "\(option)")
    }
  }

  @Test(
    "other weights are another run",
    arguments: [
      "width=8", "blocks=1,2,1,1", "backbone=plain", "pyramid_channels=8", "head_depth=2", "prior_probability=0.1",
      "aspect_ratios=1", "strides=8,16,32 anchor_sizes=32,64,128",
    ])
  func anotherRun(options: String) throws {
    let trainer = try trainer()
    let settings = try Fixtures.settings(Fixtures.tiny + options.split(separator: " ").map(String.init))
    #expect(trainer.with(settings) == nil && KeptIteration(trainer).again(under: settings) == nil)
    var anew = try trainer.anew(settings)
    #expect(anew.iteration == 0)
    let wanted = try Fixtures.trace(Fixtures.mixed, Fixtures.tiny + options.split(separator: " ").map(String.init))
    #expect(difference(anew.iterate(), wanted) == nil)
  }

  @Test("with predictions from a file too, and priors they do not fit are refused")
  func predictions() throws {
    let given = try Fixtures.predictions(for: Fixtures.mixed)
    let trainer = try trainer([], predictions: given)
    let kept = KeptIteration(trainer)
    let settings = try Fixtures.settings(["positive_iou=0.6"])
    let again = try #require(kept.again(under: settings))
    #expect(again.performed.first == "overlap")
    var fresh = try trainer.anew(settings)
    _ = fresh.iterate()
    #expect(difference(again.trace, fresh.iterate()) == nil)
    let fewer = try Fixtures.settings(["aspect_ratios=1"])
    #expect(kept.again(under: fewer) == nil)
    #expect(throws: Fault.self) { try trainer.anew(fewer) }
  }
}
