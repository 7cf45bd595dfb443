import Tensors

/// The smooth L1 loss with σ (Girshick 2015): 0.5σ²d² where |d| < 1/σ², else |d| − 0.5/σ²; or plain L1.
package struct SmoothL1Loss: Sendable {
  package enum Shape: String, SettingChoice {
    case smoothL1 = "smooth_l1"
    case l1
  }

  /// How the place of its bend is written: 1/σ², or β.
  package enum Notation: Sendable {
    case sigma
    case beta
  }

  package let shape: Shape
  package let sigma: Double
  package let notation: Notation

  package init(shape: Shape, sigma: Double, notation: Notation = .sigma) {
    self.shape = shape
    self.sigma = sigma
    self.notation = notation
  }

  /// With β in place of 1/σ², as torchvision and mmdetection write it: d²/2β where |d| < β. β 0 gives L1.
  package init(beta: Double) {
    self.init(shape: beta > 0 ? .smoothL1 : .l1, sigma: beta > 0 ? (1 / beta).squareRoot() : 1, notation: .beta)
  }

  /// Where the parabola gives way to the line.
  package var bend: Double {
    switch shape {
    case .smoothL1: 1 / (sigma * sigma)
    case .l1: 0
    }
  }

  /// The loss of a difference and its derivative; at 0 of plain L1 the derivative is 0.
  package func term(_ d: Double) -> (loss: Double, derivative: Double) {
    let size = abs(d)
    if size < bend { return (0.5 * sigma * sigma * d * d, sigma * sigma * d) }
    return (size - 0.5 * bend, d > 0 ? 1 : d < 0 ? -1 : 0)
  }

  package struct Result: Sendable {
    /// N: the sum over the four numbers, before the normaliser; 0 where not positive.
    package var perPrior: [Double]
    /// N,4: of Σ perPrior / normalizer.
    package var gradient: Tensor
  }

  /// - Parameters:
  ///   - deltas: N,4 as predicted.
  ///   - targets: N,4.
  ///   - rows: the priors that count.
  package func evaluate(_ deltas: Tensor, _ targets: [Double], rows: [Int], normalizer: Double) -> Result {
    var result = Result(
      perPrior: Array(repeating: 0, count: deltas.shape[0]), gradient: .zeros(deltas.shape))
    for row in rows {
      for k in row * 4..<row * 4 + 4 {
        let term = term(Double(deltas.elements[k]) - targets[k])
        result.perPrior[row] += term.loss
        result.gradient.elements[k] = Float(term.derivative / normalizer)
      }
    }
    return result
  }
}
