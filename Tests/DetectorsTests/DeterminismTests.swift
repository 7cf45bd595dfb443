import Detectors
import Tensors
import TestSupport
import Testing
import Traces

@Suite struct DeterminismTests {
  @Test("the same seed gives the same bits, iteration after iteration")
  func sameSeed() throws {
    var (one, other) = (try Fixtures.trainer(Fixtures.mixed), try Fixtures.trainer(Fixtures.mixed))
    for _ in 1...3 { #expect(one.iterate().firstDifference(from: other.iterate()) == nil) }
  }

  @Test("another seed gives another network")
  func otherSeed() throws {
    let one = try Fixtures.trace(Fixtures.mixed, seed: 1)
    let other = try Fixtures.trace(Fixtures.mixed, seed: 2)
    #expect(one.firstDifference(from: other) == "weights.backbone.stem.conv.weight")
    #expect(one["losses.total"]?[] != other["losses.total"]?[])
  }

  @Test("iterations count from 1, and each changes the weights that the next begins with")
  func chain() throws {
    var trainer = try Fixtures.trainer(Fixtures.mixed)
    let (first, second) = (trainer.iterate(), trainer.iterate())
    #expect(first.iteration == 1 && second.iteration == 2)
    #expect(trainer.iteration == 2)
    for name in trainer.network.names {
      #expect(try first.doubles("updated.\(name)") == second.doubles("weights.\(name)"), "\(name)")
    }
    #expect(first.firstDifference(from: second) != nil)
  }

  @Test("a copy of a trainer goes on as the trainer does")
  func checkpoint() throws {
    var trainer = try Fixtures.trainer(Fixtures.mixed)
    _ = trainer.iterate()
    var copy = trainer
    _ = trainer.iterate()
    let wanted = trainer.iterate()
    _ = copy.iterate()
    #expect(copy.iterate().firstDifference(from: wanted) == nil)
  }

  // MARK: Predictions from a file

  @Test("with predictions the network's steps are not there, and every iteration is the same")
  func predictions() throws {
    let given = try Fixtures.predictions(for: Fixtures.mixed)
    var trainer = try Fixtures.trainer(Fixtures.mixed, predictions: given)
    let first = trainer.iterate()
    #expect(trainer.iterate().firstDifference(from: first) == nil)
    for id in ["backbone", "pyramid", "heads", "update"] { #expect(first.step(id) == nil, "\(id)") }
    for id in ["predictions", "anchors", "match", "focal", "box", "gradients", "detections"] {
      #expect(first.step(id) != nil, "\(id)")
    }
    let logits = try #require(given.tensors["cls_logits"])
    #expect(try first.doubles("predictions.cls_logits") == logits.elements.map(Double.init))
    #expect(!first.allValues.contains { $0.name.hasPrefix("weights.") || $0.name.hasPrefix("updated.") })
  }

  @Test("predictions take any strides")
  func anyStrides() throws {
    let options = ["strides=10,30", "anchor_sizes=20,60"]
    let given = try Fixtures.predictions(for: Fixtures.mixed, options)
    let trace = try Fixtures.trace(Fixtures.mixed, options, predictions: given)
    #expect(trace.priors.count == (49 + 9) * 9)
    #expect(trace.priors.levels.map(\.name) == ["level 0", "level 1"])
  }

  @Test("predictions that do not fit are refused by tensor and shape")
  func unfitting() throws {
    let good = try Fixtures.predictions(for: Fixtures.mixed)
    let count = try Fixtures.trace(Fixtures.mixed, predictions: good).priors.count
    func fault(_ change: (inout [String: Tensor]) -> Void) -> String? {
      var tensors = good.tensors
      change(&tensors)
      do {
        _ = try Fixtures.trainer(
          Fixtures.mixed, predictions: Predictions(tensors: tensors, source: "model.safetensors"))
        return nil
      } catch {
        return "\(error)"
      }
    }
    let missing = try #require(fault { $0["box_deltas"] = nil })
    #expect(missing.contains("box_deltas") && missing.contains("\(count), 4"))
    let misshaped = try #require(fault { $0["cls_logits"] = .zeros([count, 2]) })
    #expect(misshaped.contains("cls_logits"))
    #expect(misshaped.contains("\(count), 2") && misshaped.contains("\(count), 3"))
    let flat = try #require(fault { $0["cls_logits"] = .zeros([count * 3]) })
    #expect(flat.contains("\(count * 3)"))
    for bad in [Float.nan, .infinity, -.infinity] {
      let strange = try #require(fault { $0["box_deltas"]?.elements[41] = bad })
      #expect(strange.contains("box_deltas") && strange.contains("[10, 1]"), "\(strange)")
    }
    #expect(fault { _ in } == nil)
  }
}
