import Boxes
import Scenes
import Tensors
import Traces

/// The anchors that a predictions file says were drawn.
struct GivenSample {
  let positives: [Int]
  let negatives: [Int]

  static let names = (positives: "sample.positive", negatives: "sample.negative")

  /// Nil where the file has neither list. An empty list may be left out beside the other.
  init?(_ extras: [String: Tensor]) {
    let lists = [Self.names.positives, Self.names.negatives].map { extras[$0]?.elements.map { Int($0) } }
    guard lists.contains(where: { $0 != nil }) else { return nil }
    positives = lists[0] ?? []
    negatives = lists[1] ?? []
  }
}

extension FasterRCNN {
  /// `sample.positive` and `sample.negative`: lists of anchors, positives among the positive, negatives among the
  /// background, none twice, no more than `samples_per_image` in all.
  public static func extras(_ predictions: Predictions, on scene: Scene, _ settings: Settings) throws(Fault)
    -> [String: Tensor]
  {
    let names = [GivenSample.names.positives, GivenSample.names.negatives]
    guard names.contains(where: { predictions.tensors[$0] != nil }) else { return [:] }
    let anchors = anchors(on: priors(on: scene, settings), settings)
    let states = ThresholdMatching(
      anchors, to: scene.groundTruth.map(\.box), in: scene, settings.regionThresholds
    ).states
    var extras: [String: Tensor] = [:]
    for (name, state) in zip(names, [ThresholdMatching.State.positive, .negative]) {
      guard let tensor = predictions.tensors[name] else { continue }
      try check(tensor, states, state, at: Fault.Place(predictions.source, field: name))
      extras[name] = tensor
    }
    let count = extras.values.reduce(0) { $0 + $1.count }
    guard count <= settings[samples] else {
      throw Fault(
        .mismatch(found: "\(count) anchors drawn", wanted: "at most samples_per_image, \(settings[samples])"),
        at: Fault.Place(predictions.source, field: names.joined(separator: ", ")))
    }
    return extras
  }

  private static func check(
    _ tensor: Tensor, _ states: [ThresholdMatching.State], _ wanted: ThresholdMatching.State, at place: Fault.Place
  ) throws(Fault) {
    guard tensor.shape.count == 1 else {
      let shape = tensor.shape.isEmpty ? "of a single number" : tensor.shape.map(String.init).joined(separator: ", ")
      throw Fault(.mismatch(found: "shape \(shape)", wanted: "a list of anchors, a tensor of one axis"), at: place)
    }
    var seen: Set<Int> = []
    for number in tensor.elements {
      guard let anchor = Int(exactly: number), states.indices.contains(anchor) else {
        let found = Number.text(Double(number))
        throw Fault(.mismatch(found: found, wanted: "whole numbers from 0 to \(states.count - 1)"), at: place)
      }
      guard states[anchor] == wanted else {
        throw Fault(
          .mismatch(
            found: "anchor \(anchor), which is \(word(states[anchor]))", wanted: "anchors that are \(word(wanted))"),
          at: place)
      }
      guard seen.insert(anchor).inserted else {
        throw Fault(.mismatch(found: "anchor \(anchor) twice", wanted: "each anchor once"), at: place)
      }
    }
  }

  private static func word(_ state: ThresholdMatching.State) -> String {
    switch state {
    case .positive: "positive"
    case .ignored: "neutral"
    case .negative: "background"
    }
  }
}
