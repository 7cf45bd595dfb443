import Detectors
import Tensors
import TestSupport
import Testing
import Traces

/// The lists of drawn anchors that a predictions file may hold.
@Suite struct GivenSampleTests {
  private static let options = ["anchor_stride_scale=4", "samples_per_image=20"]
  private let given: Predictions
  /// Anchors by state.
  private let positive: [Int]
  private let neutral: [Int]
  private let background: [Int]

  init() throws {
    given = try Fixtures.predictions(for: Fixtures.mixed, Self.options, of: FasterRCNN.self)
    let trace = try Fixtures.trace(Fixtures.mixed, Self.options, of: FasterRCNN.self, predictions: given)
    let states = try trace.doubles("match.state")
    positive = states.indices.filter { states[$0] == 1 }
    neutral = states.indices.filter { states[$0] == -1 }
    background = states.indices.filter { states[$0] == 0 }
  }

  private func trace(_ positive: Tensor?, _ negative: Tensor?) throws -> Trace {
    var tensors = given.tensors
    tensors["sample.positive"] = positive
    tensors["sample.negative"] = negative
    return try Fixtures.trace(
      Fixtures.mixed, Self.options, of: FasterRCNN.self,
      predictions: Predictions(tensors: tensors, source: "model.safetensors"))
  }

  private func list(_ anchors: [Int]) -> Tensor { Tensor(shape: [anchors.count], elements: anchors.map(Float.init)) }

  @Test("they are taken as they are, in their order, and an empty one may be left out")
  func taken() throws {
    let (plus, minus) = ([positive[1], positive[0]], [background[7], background[2], background[5]])
    let both = try trace(list(plus), list(minus))
    #expect(try both.doubles("sample.positive") == plus.map(Double.init))
    #expect(try both.doubles("sample.negative") == minus.map(Double.init))
    let loss = try both.doubles("losses.rpn_objectness_per_anchor")
    #expect(Set(loss.indices.filter { loss[$0] != 0 }) == Set(plus + minus))
    for negativesOnly in [try trace(nil, list(minus)), try trace(list([]), list(minus))] {
      #expect(negativesOnly["sample.positive"] == nil && negativesOnly["sample.negative"]?.count == 3)
      #expect(negativesOnly["losses.rpn_box"]?[] == 0)
    }
  }

  @Test("without either the draw is the seed's")
  func drawn() throws {
    let trace = try trace(nil, nil)
    #expect(try trace.doubles("sample.negative").count > 3)
  }

  @Test("what is no list of such anchors is refused by name, with what was found")
  func refused() throws {
    func fault(_ positive: Tensor?, _ negative: Tensor?) -> String {
      do {
        _ = try trace(positive, negative)
        return "taken"
      } catch { return "\(error)" }
    }
    let good = list([background[0]])
    let cases: [(fault: String, words: [String])] = [
      (fault(list([background[3]]), good), ["sample.positive", "anchor \(background[3])", "background", "positive"]),
      (fault(list([neutral[0]]), good), ["sample.positive", "neutral"]),
      (fault(nil, list([positive[0]])), ["sample.negative", "positive"]),
      (fault(nil, list([-1])), ["sample.negative", "−1", "whole numbers from 0"]),
      (fault(nil, list([1_000_000])), ["sample.negative", "whole numbers from 0"]),
      (fault(nil, Tensor(shape: [1], elements: [0.5])), ["sample.negative", "0.5"]),
      (fault(nil, Tensor(shape: [1], elements: [.nan])), ["sample.negative", "NaN"]),
      (fault(nil, list([background[0], background[0]])), ["sample.negative", "twice"]),
      (fault(nil, Tensor(shape: [1, 1], elements: [0])), ["sample.negative", "shape 1, 1"]),
      (fault(nil, Tensor(0)), ["sample.negative", "single number"]),
      (fault(nil, list(Array(background.prefix(21)))), ["21", "samples_per_image, 20"]),
    ]
    for (fault, words) in cases {
      for word in words { #expect(fault.contains(word), "\(fault)") }
      #expect(fault.contains("model.safetensors"))
    }
  }
}
