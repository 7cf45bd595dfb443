import Boxes
import Detectors
import Tensors
import TestSupport
import Testing

/// FreeAnchor's numerical core against the plain way of computing the same, and its gradients against finite differences
/// with bags and image box probabilities held.
@Suite struct FreeAnchorLossTests {
  @Test("bags are those of a plain sort, ties and anchors left out included", arguments: [1, 7, 50, 400, 900])
  func bags(size: Int) {
    var draws = Draws(UInt64(size))
    let anchors = FusedLoss.boxes(600, &draws)
    let objects = FusedLoss.boxes(12, &draws) + [Box(900, 900, 950, 950), Box(3, 3, 4, 4)]
    for leftOut in [[], anchors.indices.map { $0 % 3 == 0 }] {
      let bags = AnchorBags(
        of: objects, among: anchors, blocks: BoxBlocks(anchors), wanted: size, leavingOut: leftOut)
      let open = anchors.indices.filter { leftOut.isEmpty || !leftOut[$0] }
      #expect(bags.size == min(size, open.count))
      for (gt, object) in objects.enumerated() {
        let iou = anchors.map { object.iou(with: $0) }
        let order = open.sorted { iou[$0] != iou[$1] ? iou[$0] > iou[$1] : $0 < $1 }
        #expect(Array(bags.anchors[bags.range(of: gt)]) == Array(order.prefix(size)))
        #expect(Array(bags.iou[bags.range(of: gt)]) == order.prefix(size).map { iou[$0] })
        if order.count > size {
          #expect(bags.gaps[gt] == iou[order[size - 1]] - iou[order[size]])
        } else {
          #expect(bags.gaps.isEmpty)
        }
      }
    }
  }

  @Test("no box of a block overlaps more than the block's bound")
  func bounds() {
    var draws = Draws(4)
    let boxes = FusedLoss.boxes(1000, &draws) + [Box(5, 5, 5, 5), Box(9, 9, 4, 30)]
    let blocks = BoxBlocks(boxes)
    for object in FusedLoss.boxes(40, &draws, least: 0.5) {
      for (block, bound) in blocks.greatestOverlaps(with: object).enumerated() {
        #expect(blocks.range(ofBlock: block).allSatisfy { object.iou(with: boxes[$0]) <= bound })
      }
    }
  }

  @Test(
    "the sparse image box probability is the dense one", arguments: [0, 0.3, 0.6, 1],
    [BoxCoding.Kind.center, .corner])
  func saturation(threshold: Double, coding: BoxCoding.Kind) {
    var draws = Draws(9)
    let anchors = FusedLoss.boxes(500, &draws)
    let objects = FusedLoss.boxes(9, &draws) + [anchors[3]]
    let labels = objects.indices.map { $0 % 3 }
    let spread: Float = coding == .center ? 12 : 4
    var deltas = Tensor(shape: [500, 4], elements: draws.floats(2000, -spread...spread))
    for k in 0..<4 { deltas.elements[12 + k] = 0 }
    let rule = FusedLoss.rule(threshold: threshold, coding: coding)
    var decoded = DecodedBoxes(deltas, from: anchors, rule.candidates.coding)
    let sparse = Saturation(of: objects, labels: labels, in: &decoded, anchors: anchors.count, lower: threshold)
    let boxes = decoded.all()
    var dense = [Double](repeating: 0, count: 500 * 3)
    for (gt, object) in objects.enumerated() {
      let iou = boxes.map { object.iou(with: $0) }
      let upper = max(iou.max() ?? 0, threshold + 1e-12)
      #expect(sparse.upper[gt] == upper)
      for j in boxes.indices {
        let p = min(max((iou[j] - threshold) / (upper - threshold), 0), 1)
        dense[j * 3 + labels[gt]] = max(dense[j * 3 + labels[gt]], p)
      }
    }
    var found = [Double](repeating: 0, count: 500 * 3)
    for j in boxes.indices { sparse.image.forEach(ofRow: j) { found[j * 3 + $0.label] = $0.probability } }
    #expect(found == dense)
    #expect(sparse.image.count == dense.count { $0 > 0 })
    #expect(threshold == 1 || sparse.image.count > 0)
  }

  // MARK: Gradients

  private struct Work {
    let objects = [Box(20, 20, 60, 70), Box(30, 24, 62, 60), Box(100, 90, 190, 120)]
    let labels = [0, 1, 1]
    let anchors: [Box]
    let bags: AnchorBags
    var logits: Tensor
    var deltas: Tensor

    init(_ rule: FreeAnchorLoss) {
      var draws = Draws(6)
      anchors = FusedLoss.boxes(120, &draws)
      bags = AnchorBags(of: objects, among: anchors, blocks: BoxBlocks(anchors), wanted: rule.negative.bagSize)
      logits = Tensor(shape: [120, 2], elements: draws.floats(240, -4...4))
      // Some near their targets, so that the bags hold more than candidates of no worth.
      deltas = Tensor(shape: [120, 4], elements: draws.floats(480, -1...1))
      for (place, j) in bags.anchors.enumerated() where place % 3 == 0 {
        let object = objects[place / bags.size]
        let target = rule.candidates.coding.encode(object, from: anchors[j], log: Exact.log)
        for k in 0..<4 { deltas.elements[j * 4 + k] = Float(target[k]) + draws.floats(1, -0.3...0.3)[0] }
      }
    }

    func positive(_ rule: FreeAnchorLoss) -> PositiveBagLoss.Result {
      let likelihood = BagLikelihood(
        bags, of: objects, labels: labels, anchors: anchors, logits: logits, deltas: deltas, rule.candidates)
      return rule.positive.evaluate(bags, likelihood, labels: labels, classes: 2)
    }
  }

  /// The derivative by one number, from both sides.
  private func measured(_ tensor: inout Tensor, _ place: Int, _ value: (Tensor) -> Double) -> Double {
    let here = tensor.elements[place]
    let (up, down) = (here + 0.004, here - 0.004)
    tensor.elements[place] = up
    let high = value(tensor)
    tensor.elements[place] = down
    let low = value(tensor)
    tensor.elements[place] = here
    return (high - low) / Double(up - down)
  }

  @Test("positive loss", arguments: [BagFunction.meanMax, .max, .mean], [0.11, 2])
  func positive(function: BagFunction, beta: Double) {
    let rule = FusedLoss.rule(bagSize: 12, alpha: 0.3, beta: beta, boxWeight: 0.4, function: function)
    var work = Work(rule)
    let loss = work.positive(rule)
    #expect(loss.perGT.allSatisfy { $0 > 0 && $0 < 30 })
    let (byLogit, byDelta) = (loss.logitGradient.dense([120, 2]), loss.deltaGradient.dense([120, 4]))
    var (tried, logits, deltas) = (0, work.logits, work.deltas)
    for place in byLogit.elements.indices {
      let slope = measured(&logits, place) {
        work.logits = $0; return work.positive(rule).value
      }
      work.logits = logits
      tried += slope == 0 ? 0 : 1
      #expect(close(Double(byLogit.elements[place]), slope, relative: 2e-3, absolute: 1e-6))
    }
    for place in byDelta.elements.indices where !isAtBend(place, work, rule, beta) {
      let slope = measured(&deltas, place) {
        work.deltas = $0; return work.positive(rule).value
      }
      work.deltas = deltas
      tried += slope == 0 ? 0 : 1
      #expect(close(Double(byDelta.elements[place]), slope, relative: 2e-3, absolute: 1e-6))
    }
    #expect(tried > (function == .max ? 12 : 100))
  }

  private func isAtBend(_ place: Int, _ work: Work, _ rule: FreeAnchorLoss, _ beta: Double) -> Bool {
    let (j, k) = (place / 4, place % 4)
    return work.objects.contains { object in
      let target = rule.candidates.coding.encode(object, from: work.anchors[j], log: Exact.log)[k]
      return abs(abs(Double(work.deltas.elements[place]) - target) - beta) < 0.01
    }
  }

  @Test(
    "negative loss, with and without what is forgiven", arguments: [0.0, 0.5, 2],
    [-6...3, -30...30] as [ClosedRange<Float>])
  func negative(gamma: Double, range: ClosedRange<Float>) {
    let rule = FusedLoss.rule(bagSize: 3, alpha: 0.3, gamma: gamma)
    var draws = Draws(8)
    var image = SparseProbabilities(rows: 300)
    for j in stride(from: 0, to: 300, by: 2) {
      image.raise(j, label: j % 3, to: j % 10 == 0 ? 1 : Double(draws.floats(1, 0...1)[0]))
    }
    let logits = Tensor(shape: [300, 3], elements: draws.floats(900, range))
    let here = rule.negative.evaluate(logits, image, objects: 2)
    #expect(here.normalizer == 6)
    for k in 0..<3 {
      func moved(_ step: Float) -> [Double] {
        var moved = logits
        for j in 0..<300 { moved.elements[j * 3 + k] += step }
        return rule.negative.evaluate(moved, image, objects: 2).perAnchor
      }
      let (high, low) = (moved(0.01), moved(-0.01))
      // Where the clamp begins the slope is another on either side.
      for j in 0..<300 where abs(logits.elements[j * 3 + k] - 27.63) > 0.05 {
        let slope = Double(here.gradient.elements[j * 3 + k]) * here.normalizer
        #expect(
          close(slope, (high[j] - low[j]) / 0.02, relative: 3e-3, absolute: 2e-3), "\(logits.elements[j * 3 + k])")
      }
    }
  }

  @Test("the clamp stops the gradient at its ends, and the loss stays finite")
  func clamp() {
    let rule = FusedLoss.rule(gamma: 0)
    for (x, forgiven) in [(40.0, 0.0), (28, 0), (-28, 0), (3, 1), (200, 0), (-900, 0)] {
      let term = rule.negative.background(x, forgiven: forgiven)
      #expect(term.loss.isFinite && term.derivative == 0, "\(x)")
    }
    // −ln(1 − q) at its most: 27.6.
    #expect(close(rule.negative.background(40, forgiven: 0).loss, 0.5 * 27.631, relative: 1e-4))
    #expect(rule.negative.background(27, forgiven: 0).derivative > 0.49)
    let image = SparseProbabilities(rows: 2)
    let loss = rule.negative.evaluate(Tensor(shape: [2, 2], elements: [40, -3, 27, 200]), image, objects: 0)
    #expect(loss.gradient.elements[0] == 0 && loss.gradient.elements[3] == 0)
    #expect(loss.gradient.elements[1] > 0 && loss.gradient.elements[2] > 0.49)
    #expect(
      close(
        loss.perAnchor[0],
        rule.negative.background(40, forgiven: 0).loss + rule.negative.background(-3, forgiven: 0).loss, relative: 1e-6
      ))
  }

  @Test("a bag whose probability is 0 costs a finite amount and pulls at nothing")
  func floor() {
    let rule = FusedLoss.rule(bagSize: 3, boxWeight: 100)
    var work = Work(rule)
    for i in work.deltas.elements.indices { work.deltas.elements[i] = 80 }
    let loss = work.positive(rule)
    #expect(loss.perGT == [50, 50, 50])
    #expect(loss.deltaGradient.dense([120, 4]).elements.allSatisfy { $0 == 0 })
  }
}
