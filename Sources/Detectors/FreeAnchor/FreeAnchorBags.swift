import Boxes

/// The bag of each GT: the anchors that overlap it most. Among them learning chooses (FreeAnchor, section 3.2).
package struct AnchorBags: Sendable {
  /// Anchors of each bag: as many as were wanted, or all there are.
  package let size: Int
  /// G,size: best IoU first, of equals the lower index.
  package private(set) var anchors: [Int] = []
  /// G,size.
  package private(set) var iou: [Double] = []
  /// G: by how much the IoU of a bag's last is over that of the best anchor outside; empty where none is outside.
  package private(set) var gaps: [Double] = []

  /// - Parameter leftOut: for each anchor whether it may not be in a bag; empty for none.
  package init(of objects: [Box], among anchors: [Box], blocks: BoxBlocks, wanted: Int, leavingOut leftOut: [Bool] = [])
  {
    let available = leftOut.isEmpty ? anchors.count : leftOut.count { !$0 }
    size = min(wanted, available)
    for object in objects {
      let best = blocks.best(size + 1, of: anchors, for: object) { !leftOut.isEmpty && leftOut[$0] }
      self.anchors += best.prefix(size).map(\.index)
      iou += best.prefix(size).map(\.iou)
      if best.count > size, let last = iou.last { gaps.append(last - best[size].iou) }
    }
  }

  /// The places of a bag in the flat lists.
  package func range(of gt: Int) -> Range<Int> { gt * size..<(gt + 1) * size }
}

/// How a bag's probability comes of its candidates'.
public enum BagFunction: String, SettingChoice {
  /// Σ w x with w = 1 / (1 − x), made to add up to 1: the mean while all are poor, the maximum once one is good.
  case meanMax = "mean_max"
  case max
  case mean

  /// The weights of candidates of probabilities x: they add up to 1. Of equal maxima the first.
  package func weights(_ x: ArraySlice<Double>) -> [Double] {
    switch self {
    case .meanMax:
      let raw = x.map { 1 / Swift.max(1 - $0, Self.least) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    case .max:
      let best = x.indices.reduce(x.startIndex) { x[$1] > x[$0] ? $1 : $0 }
      return x.indices.map { $0 == best ? 1 : 0 }
    case .mean: return x.map { _ in 1 / Double(x.count) }
    }
  }

  /// 1 − x counts as at least this.
  package static let least = 1e-12

  package func value(_ x: ArraySlice<Double>) -> Double {
    zip(weights(x), x).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The derivative of the value by each x. Mean-max's weights move too: dB/dx = w · (1 + (x − B) / (1 − x)).
  package func slopes(_ x: ArraySlice<Double>) -> [Double] {
    let weights = weights(x)
    guard self == .meanMax else { return weights }
    let value = value(x)
    return zip(weights, x).map { weight, x in
      weight * (1 - x >= Self.least ? 1 + (x - value) / (1 - x) : 1)
    }
  }
}

/// A bag's probability by its function, and what the other functions would make of the same candidates.
package struct BagPool: Sendable {
  package let meanMax: Double
  package let max: Double
  package let mean: Double
  /// By the function in use.
  package let probability: Double
  /// Of the candidates, by the function in use.
  package let weights: [Double]
  /// 1 / Σ w²: as many candidates of equal weight would share it so. 0 for an empty bag.
  package let effective: Double

  package init(_ x: ArraySlice<Double>, by function: BagFunction) {
    meanMax = BagFunction.meanMax.value(x)
    max = BagFunction.max.value(x)
    mean = BagFunction.mean.value(x)
    probability = function.value(x)
    weights = function.weights(x)
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    effective = squares > 0 ? 1 / squares : 0
  }
}
