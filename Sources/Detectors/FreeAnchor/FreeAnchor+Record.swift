import Tensors
import Traces

extension FreeAnchor {
  /// In a bag, or else where a guess may have found an object, or neither.
  public static let states = StateLegend(
    value: "bags.state",
    states: [
      .init(AnchorState.inBag.code, "in a bag", .positive),
      .init(AnchorState.mayHaveFound.code, "P > 0", .between),
      .init(AnchorState.neither.code, "neither", .negative),
    ])

  enum AnchorState: Int8 {
    case inBag = 1
    case mayHaveFound = -1
    case neither = 0

    var code: Int { Int(rawValue) }
  }
}

/// What FreeAnchor's steps leave in the trace.
extension Iteration {
  /// G: each object's best guess, the first of equals.
  mutating func recordBest(_ iou: [Double], columns: Int) -> [(iou: Double, anchor: Int)] {
    let best = objects.indices.map { gt -> (iou: Double, anchor: Int) in
      var top = (iou: -1.0, anchor: 0)
      for j in 0..<columns where iou[gt * columns + j] > top.iou { top = (iou[gt * columns + j], j) }
      return top
    }
    record("decoded.best_iou", shape: [best.count], best.map(\.iou))
    record("decoded.best_anchor", shape: [best.count], best.map { Int32($0.anchor) })
    return best
  }

  mutating func record(_ saturation: Saturation, classes: Int) {
    let (n, g) = (grid.count, objects.count)
    record("saturation.upper", shape: [g], saturation.upper)
    let iou = trace["decoded.iou"]?.doubles ?? []
    let prob = iou.indices.map {
      Saturation.probability(iou[$0], from: saturation.lower, to: saturation.upper[$0 / n])
    }
    record("saturation.box_prob", shape: [g, n], prob)
    var image = [Double](repeating: 0, count: n * classes)
    for j in 0..<n { saturation.image.forEach(ofRow: j) { image[j * classes + $0.label] = $0.probability } }
    record("saturation.image_box_prob", shape: [n, classes], image)
    recordProperties(iou, prob, lower: saturation.lower)
  }

  /// The three things that the paper asks of P, on the numbers themselves.
  private mutating func recordProperties(_ iou: [Double], _ prob: [Double], lower: Double) {
    let n = grid.count
    var (rises, vanishes, ones): ([Int32], [Int32], [Int32]) = ([], [], [])
    for gt in objects.indices {
      let row = gt * n..<(gt + 1) * n
      let order = row.sorted { iou[$0] < iou[$1] }
      rises.append(zip(order, order.dropFirst()).allSatisfy { prob[$0] <= prob[$1] } ? 1 : 0)
      vanishes.append(row.allSatisfy { iou[$0] > lower || prob[$0] == 0 } ? 1 : 0)
      ones.append(Int32(row.count { prob[$0] == 1 }))
    }
    record("saturation.rises", shape: [ones.count], rises)
    record("saturation.zero_under_t1", shape: [ones.count], vanishes)
    record("saturation.ones", shape: [ones.count], ones)
  }

  mutating func record(_ bags: AnchorBags, _ saturation: Saturation, _ leftOut: [Bool]) {
    let (n, shape) = (grid.count, [objects.count, bags.size])
    record("bags.anchor", shape: shape, bags.anchors.map(Int32.init))
    record("bags.iou", shape: shape, bags.iou)
    record("bags.gap", shape: [bags.gaps.count], bags.gaps)
    var counts = [Int32](repeating: 0, count: n)
    for j in bags.anchors { counts[j] += 1 }
    record("bags.count", shape: [n], counts)
    let states = (0..<n).map { j -> FreeAnchor.AnchorState in
      if counts[j] > 0 { return .inBag }
      var isPossible = false
      if leftOut.isEmpty || !leftOut[j] { saturation.image.forEach(ofRow: j) { _ in isPossible = true } }
      return isPossible ? .mayHaveFound : .neither
    }
    trace.record(Value("bags.state", shape: [n], .int8(states.map(\.rawValue))))
  }

  mutating func record(_ likelihood: BagLikelihood, of bags: AnchorBags) {
    let shape = [objects.count, bags.size]
    record("bags.target", shape: shape + [4], likelihood.targets)
    record("bags.cls_prob", shape: shape, likelihood.clsProb)
    record("bags.box_prob", shape: shape, likelihood.boxProb)
    record("bags.prob", shape: shape, likelihood.prob)
  }

  mutating func record(_ pools: [BagPool], size: Int) {
    let g = pools.count
    record("bags.weight", shape: [g, size], pools.flatMap(\.weights))
    record("bags.mean_max", shape: [g], pools.map(\.meanMax))
    record("bags.max", shape: [g], pools.map(\.max))
    record("bags.mean", shape: [g], pools.map(\.mean))
    record("bags.probability", shape: [g], pools.map(\.probability))
    record("bags.effective", shape: [g], pools.map(\.effective))
    guard g > 0 else { return }
    let sorted = pools.map(\.effective).sorted()
    trace.record(Value("bags.median_effective", scalar: (sorted[(g - 1) / 2] + sorted[g / 2]) / 2))
  }

  func term(ofPositive loss: PositiveBagLoss.Result) -> LossTerm {
    let parts = loss.perGT.enumerated().map { LossTerm.Part("gt \($0)", $1, focus: Focus(gt: $0)) }
    return LossTerm(
      name: "positive", title: "bags of the objects", parts: parts.isEmpty ? [.init("no object", 0)] : parts,
      normalizer: .init("objects", Double(loss.perGT.count)), contributions: "losses.positive_per_gt")
  }
}
