import Tensors
import Traces

/// What one predicted probability costs when its class is there and when it is not, under cross entropy, balanced
/// cross entropy, and focal loss of several γ.
package struct ProbabilityLosses: Sendable {
  package enum Kind: Hashable, Sendable {
    case crossEntropy
    /// Weighted by α where the class is there, 1 − α where not.
    case balanced(alpha: Double)
    case focal(alpha: Double, gamma: Double)
  }

  /// The loss, its slope by the logit, and its part of cross entropy.
  package struct Term: Hashable, Sendable {
    package let loss: Double
    package let derivative: Double
    package let ratio: Double
  }

  package struct Line: Sendable {
    package let kind: Kind
    package let present: Term
    package let absent: Term
  }

  package let logit: Double
  package let probability: Double
  package let lines: [Line]

  package init(logit: Double, alpha: Double = 0.25, gammas: [Double] = [0, 0.5, 1, 2, 5], clip: Double = 0) {
    self.logit = logit
    probability = Exact.sigmoid(logit)
    let kinds = [Kind.crossEntropy, .balanced(alpha: alpha)] + gammas.map { .focal(alpha: alpha, gamma: $0) }
    lines = kinds.map { kind in
      Line(
        kind: kind, present: kind.term(logit, isPresent: true, clip: clip),
        absent: kind.term(logit, isPresent: false, clip: clip))
    }
  }

  /// - Parameter probability: between 0 and 1, neither of them.
  package init(probability: Double, alpha: Double = 0.25, gammas: [Double] = [0, 0.5, 1, 2, 5], clip: Double = 0) {
    self.init(logit: Self.logit(of: probability), alpha: alpha, gammas: gammas, clip: clip)
  }

  package static func logit(of probability: Double) -> Double {
    Exact.log(probability) - Exact.log1p(-probability)
  }
}

extension ProbabilityLosses.Kind {
  package var title: String {
    switch self {
    case .crossEntropy: "cross entropy"
    case .balanced(let alpha): "balanced, α \(Number.text(alpha))"
    case .focal(_, let gamma): "focal, γ \(Number.text(gamma))"
    }
  }

  package var id: String {
    switch self {
    case .crossEntropy: "cross_entropy"
    case .balanced: "balanced"
    case .focal(_, let gamma): "focal_\(Number.text(gamma))"
    }
  }

  package func term(_ logit: Double, isPresent: Bool, clip: Double = 0) -> ProbabilityLosses.Term {
    let plain = BinaryCrossEntropy.evaluate(logit, target: isPresent ? 1 : 0)
    let found =
      switch self {
      case .crossEntropy: plain
      case .balanced(let alpha): FocalLoss(alpha: alpha, gamma: 0, clip: clip).term(logit, isPositive: isPresent)
      case .focal(let alpha, let gamma):
        FocalLoss(alpha: alpha, gamma: gamma, clip: clip).term(logit, isPositive: isPresent)
      }
    return ProbabilityLosses.Term(
      loss: found.loss, derivative: found.derivative, ratio: plain.loss > 0 ? found.loss / plain.loss : 0)
  }

  /// The loss, or another number of its term, over the probability of the class from `least` to 1 − `least`.
  package func curve(
    isPresent: Bool, of number: (ProbabilityLosses.Term) -> Double = \.loss, points: Int = 199, least: Double = 0.005
  ) -> View.Curve.Series {
    let x = (0..<points).map { least + (1 - 2 * least) * Double($0) / Double(max(1, points - 1)) }
    let y = x.map { number(term(ProbabilityLosses.logit(of: $0), isPresent: isPresent)) }
    return View.Curve.Series(name: title, x: x, y: y)
  }
}
