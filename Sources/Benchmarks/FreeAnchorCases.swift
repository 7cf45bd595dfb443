import Boxes
import Detectors
import Tensors

/// FreeAnchor's losses at the papers' size: 800×1344, 201,600 anchors, 80 classes.
enum FreeAnchorCases {
  static var all: [Case] { [10, 50, 100].map(losses) }

  /// Bags, decoding, image box probability, both losses, forward and backward, against the original formulation.
  private static func losses(objects: Int) -> Case {
    Case("freeanchor.\(objects)", hasTwin: true) {
      FreeAnchorWork(objects: objects)
    } body: { work in
      keep(
        work.rule.evaluate(
          anchors: work.anchors, objects: work.objects, labels: work.labels, logits: work.logits, deltas: work.deltas))
    }
  }
}

private struct FreeAnchorWork: Sendable {
  let rule = FreeAnchorLoss(
    threshold: 0.6,
    candidates: CandidateRule(
      coding: BoxCoding(kind: .center, means: [0, 0, 0, 0], deviations: [0.1, 0.1, 0.2, 0.2]), beta: 0.11,
      boxWeight: 0.75),
    positive: PositiveBagLoss(alpha: 0.5, function: .meanMax),
    negative: NegativeBagLoss(alpha: 0.5, gamma: 2, bagSize: 50))
  let anchors: [Box]
  let objects: [Box]
  let labels: [Int]
  let logits: Tensor
  let deltas: Tensor

  init(objects count: Int) {
    let large = LargeScene(objects: count)
    anchors = Anchors(on: large.grid, large.settings).boxes
    objects = large.objects.map(\.box)
    labels = large.objects.map(\.label)
    var random = SeededGenerator(seed: 1)
    let logits = (0..<anchors.count * LargeScene.classes).map { _ in Float(random.uniform() * 4 - 5) }
    self.logits = Tensor(shape: [anchors.count, LargeScene.classes], elements: logits)
    deltas = .normal([anchors.count, 4], deviation: 1, using: &random)
  }
}
