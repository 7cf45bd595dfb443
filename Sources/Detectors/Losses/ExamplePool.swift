import Boxes
import Tensors
import Traces

/// Examples for classification losses: the priors of an iteration that are not ignored, or a made-up sample.
package struct ExamplePool: Sendable {
  package struct Example: Sendable {
    package let index: Int
    package let kind: ExampleWeights.Kind
    /// The probability of what is true: of the own class, or that none is there.
    package let truth: Double
    /// Over all classes.
    package let crossEntropy: Double
    private let logits: Logits
    private let label: Int?

    fileprivate enum Logits: Sendable {
      /// Each class on its own.
      case sigmoid([Double])
      /// One choice among classes and background, which is last.
      case softmax([Double])
    }

    fileprivate init(index: Int, label: Int?, _ logits: Logits) {
      self.index = index
      self.label = label
      self.logits = logits
      switch logits {
      case .sigmoid(let row):
        let presence = label.map { row[$0] } ?? -(row.max() ?? 0)
        truth = Exact.sigmoid(presence)
        crossEntropy = row.enumerated().reduce(0) {
          $0 + BinaryCrossEntropy.evaluate($1.element, target: $1.offset == label ? 1 : 0).loss
        }
      case .softmax(let row):
        let place = label ?? row.count - 1
        truth = SoftmaxCrossEntropy.probabilities(row)[place]
        crossEntropy = SoftmaxCrossEntropy.evaluate(row, label: place).loss
      }
      kind = ExampleWeights.Kind(isPositive: label != nil, truth: truth)
    }

    package func focal(alpha: Double, gamma: Double) -> Double {
      switch logits {
      case .sigmoid(let row):
        let focal = FocalLoss(alpha: alpha, gamma: gamma, clip: 0)
        return row.enumerated().reduce(0) {
          $0 + focal.term($1.element, isPositive: $1.offset == label).loss
        }
      case .softmax:
        return (label == nil ? 1 - alpha : alpha) * Exact.power(1 - truth, gamma) * crossEntropy
      }
    }
  }

  /// Where the examples are from, in a few words.
  package let title: String
  package let examples: [Example]
  /// Where each lies; nil where the detector has no boxes.
  package let boxes: [Box]?

  /// Most logits looked at: of more, negatives are left out evenly.
  package static let limit = 200_000

  /// The priors of an iteration; nil when its detector has no states and class logits, or too strange ones.
  package init?(_ trace: Trace) {
    guard let states = trace["match.state"]?.doubles, let logits = trace["predictions.cls_logits"],
      logits.shape.count == 2, logits.shape[0] == states.count, logits.shape[1] > 0
    else { return nil }
    let width = logits.shape[1]
    let objects = trace.scene.groundTruth
    let owners = trace["match.gt"]?.doubles
    let negatives = states.count { $0 == 0 }
    let stride = max(1, negatives * width / Self.limit)
    var seen = 0
    var found: [Example] = []
    for index in states.indices {
      let row = logits.row(index)
      guard row.allSatisfy(\.isFinite) else { return nil }
      let isSoftmax = width == trace.scene.classes.count + 1
      let wrapped = isSoftmax ? Example.Logits.softmax(row) : .sigmoid(row)
      if states[index] == 0 {
        seen += 1
        if seen % stride == 0 { found.append(Example(index: index, label: nil, wrapped)) }
      } else if states[index] == 1, let gt = owners?[index], gt >= 0, Int(gt) < objects.count {
        let label = objects[Int(gt)].label
        if label < width { found.append(Example(index: index, label: label, wrapped)) }
      }
    }
    guard !found.isEmpty else { return nil }
    examples = found
    title =
      "\(trace.scene.name), \(trace.detectorTitle), iteration \(Number.count(trace.iteration))"
      + (stride > 1 ? ", every \(stride)th negative" : "")
    let corners = trace["decoded.boxes"] ?? trace["anchors.boxes"]
    let rows = corners.map { value in found.map { value.row($0.index) } } ?? []
    boxes =
      rows.count == found.count && rows.allSatisfy { $0.count == 4 }
      ? rows.map { Box($0[0], $0[1], $0[2], $0[3]) } : nil
  }

  /// A sample as a detector meets it after some training with cross entropy: few positives, some found and some not,
  /// some negatives taken for objects, and very many easy ones.
  package init(seed: UInt64, positives: Int = 12, mistaken: Int = 28, easy: Int = 1960) {
    var random = SeededGenerator(seed: seed)
    var examples: [Example] = []
    var boxes: [Box] = []
    for (count, mean, spread, label) in [
      (positives, -0.5, 1.8, 0), (mistaken, -0.6, 1.2, nil), (easy, -4.5, 1.1, nil),
    ] as [(Int, Double, Double, Int?)] {
      for _ in 0..<max(0, count) {
        examples.append(
          Example(index: examples.count, label: label, .sigmoid([mean + spread * random.normal()])))
        // Hard examples crowd round a few places, easy ones lie anywhere.
        let (x, y) =
          mean > -1
          ? (30 + 60 * (random.uniform() * 3).rounded(.down), 40 + 8 * random.uniform())
          : (200 * random.uniform(), 150 * random.uniform())
        boxes.append(
          Box(centerX: x + 6 * random.uniform(), centerY: y, width: 24 + 8 * random.uniform(), height: 30))
      }
    }
    title = "made-up sample \(seed)"
    self.examples = examples
    self.boxes = boxes
  }
}
