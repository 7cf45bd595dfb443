import Boxes
import Tensors

/// FCOS's box loss: the positives' predicted box against its GT, each weighted by the centerness of its point, or all
/// the same.
package struct PointBoxLoss: Sendable {
  package let loss: BoxLoss
  /// Whether distances are predicted, and compared, in strides.
  package let isInStrides: Bool
  /// By centerness; otherwise each positive weighs 1.
  package let isWeighted: Bool

  package init(_ loss: BoxLoss, isInStrides: Bool, isWeighted: Bool = true) {
    self.loss = loss
    self.isInStrides = isInStrides
    self.isWeighted = isWeighted
  }

  /// What the loss of a positive counts for.
  package func weight(_ targets: PointTargets, _ point: Int) -> Double {
    isWeighted ? targets.centerness[point] : 1
  }

  package struct Result: Sendable {
    /// P: before weight and normaliser; 0 where not positive.
    package var perPoint: [Double]
    /// Σ of the weights over the positives.
    package var weight: Double
    /// P,4: of Σ weight · perPoint / max(weight, least), by the predicted distances.
    package var gradient: Tensor
  }

  /// What the weights' sum is at least, where it divides.
  package static let leastWeight = 1e-6

  /// - Parameters:
  ///   - distances: P,4 as predicted, after the activation.
  ///   - stride: pixels, of a point.
  package func evaluate(
    _ distances: Tensor, _ targets: PointTargets, positives: [Int], stride: (Int) -> Int
  ) -> Result {
    var result = Result(
      perPoint: Array(repeating: 0, count: targets.centerness.count),
      weight: positives.reduce(0) { $0 + weight(targets, $1) }, gradient: .zeros(distances.shape))
    let normalizer = max(result.weight, Self.leastWeight)
    for point in positives {
      let unit = isInStrides ? Double(stride(point)) : 1
      let term = loss.evaluate(
        predicted(distances, point), against: target(targets, point, unit: unit))
      result.perPoint[point] = term.value
      let slope = term.gradient * (weight(targets, point) / normalizer)
      // A larger distance to the left moves the left side left.
      result.gradient.elements[point * 4] = Float(-slope[0])
      result.gradient.elements[point * 4 + 1] = Float(-slope[1])
      result.gradient.elements[point * 4 + 2] = Float(slope[2])
      result.gradient.elements[point * 4 + 3] = Float(slope[3])
    }
    return result
  }

  /// The predicted box round its point as origin, in the unit of the prediction: what is compared does not
  /// depend on where the point lies.
  package func predicted(_ distances: Tensor, _ point: Int) -> Box {
    func d(_ side: Int) -> Double { Double(distances.elements[point * 4 + side]) }
    return Box(-d(0), -d(1), d(2), d(3))
  }

  package func target(_ targets: PointTargets, _ point: Int, unit: Double) -> Box {
    func d(_ side: Int) -> Double { targets.distances[point * 4 + side] / unit }
    return Box(-d(0), -d(1), d(2), d(3))
  }
}

/// Binary cross entropy of the predicted centerness against the true one, which is no yes or no: the loss of the
/// best answer is the target's own entropy, not 0.
package enum CenternessLoss {
  package struct Result: Sendable {
    /// P: before the normaliser; 0 where not positive.
    package var perPoint: [Double]
    /// P: the least that each could be.
    package var leastPerPoint: [Double]
    /// P: of Σ perPoint / normalizer, by the logits.
    package var gradient: Tensor
  }

  /// - Parameter logits: P.
  package static func evaluate(
    _ logits: Tensor, _ targets: [Double], positives: [Int], normalizer: Double
  ) -> Result {
    let zeros = [Double](repeating: 0, count: targets.count)
    var result = Result(perPoint: zeros, leastPerPoint: zeros, gradient: .zeros(logits.shape))
    for point in positives {
      let (x, c) = (Double(logits.elements[point]), targets[point])
      result.perPoint[point] = crossEntropy(x, c)
      result.leastPerPoint[point] = entropy(c)
      result.gradient.elements[point] = Float((Exact.sigmoid(x) - c) / normalizer)
    }
    return result
  }

  /// −c ln p − (1 − c) ln(1 − p) for p = sigmoid(x), from the logit.
  package static func crossEntropy(_ x: Double, _ c: Double) -> Double {
    max(x, 0) - x * c + Exact.log1p(Exact.exp(-abs(x)))
  }

  /// −c ln c − (1 − c) ln(1 − c): the cross entropy where p = c.
  package static func entropy(_ c: Double) -> Double {
    func part(_ p: Double) -> Double { p > 0 ? -p * Exact.log(p) : 0 }
    return part(c) + part(1 - c)
  }
}
