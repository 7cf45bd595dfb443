import Boxes
import Tensors

/// How far a predicted box is from its GT, as a number to make small.
///
/// ```swift
/// let loss = BoxLoss(.giou, as: .mmdetection(epsilon: 1e-6))
/// let term = loss.evaluate(predicted, against: gt)  // term.value, term.gradient
/// ```
package struct BoxLoss: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Σ |d| over the four corners' differences d.
    case l1
    /// Σ d².
    case l2
    /// Σ of d²/2β where |d| < β, else |d| − β/2 (Girshick 2015).
    case smoothL1(beta: Double)
    /// −ln IoU (Yu et al. 2016).
    case iouLog
    /// 1 − IoU.
    case iouLinear
    /// 1 − IoU² (Ge et al. 2021).
    case iouSquare
    /// 1 − IoU + the part of the hull that neither box covers (Rezatofighi et al. 2019).
    case giou
    /// 1 − IoU + squared distance of the centres / squared diagonal of the hull (Zheng et al. 2020).
    case diou
    /// DIoU's, and αv for shapes that differ (the same paper).
    case ciou
    /// An upper bound of IoU in each of centre and size, through smooth L1 (Tychsen-Smith and Petersson 2018).
    case boundedIoU(beta: Double)
  }

  package let kind: Kind
  package let convention: OverlapConvention
  /// What the convention means for this kind, worked out once.
  private let rules: OverlapRules

  package init(_ kind: Kind, as convention: OverlapConvention = .mmdetection()) {
    self.kind = kind
    self.convention = convention
    rules = OverlapRules(kind, convention)
  }

  /// The loss, and its gradient by the corners of `box`. O(1), without allocation; finite for any two boxes of
  /// sides up to 1e6, empty, inverted and equal ones among them.
  package func evaluate(_ box: Box, against gt: Box) -> CornerSlope {
    switch kind {
    case .l1, .l2, .smoothL1: cornerSum(box, gt)
    case .iouLog: CornerSlope(held: 0) - overlap(box, gt).atLeast(rules.floor).logarithm
    case .iouLinear: 1 - overlap(box, gt).atLeast(rules.floor)
    case .iouSquare: 1 - overlap(box, gt).atLeast(rules.floor).squared
    case .giou, .diou, .ciou: 1 - overlap(box, gt)
    case .boundedIoU(let beta): boundedTerms(box, gt, beta: beta).sum
    }
  }

  /// The measure that the loss is made of: IoU, GIoU, DIoU or CIoU, 1 for equal boxes. IoU for the others.
  package func overlap(_ box: Box, _ gt: Box) -> CornerSlope {
    OverlapGeometry(box, gt, rules).measure(of: kind)
  }

  /// The loss of one corner's difference, and its derivative; nil for losses that are not sums over corners.
  package func cornerTerm(_ difference: Double) -> (loss: Double, derivative: Double)? {
    switch kind {
    case .l1: SmoothL1Loss(shape: .l1, sigma: 1).term(difference)
    case .l2: (difference * difference, 2 * difference)
    case .smoothL1(let beta): SmoothL1Loss(beta: beta).term(difference)
    default: nil
    }
  }

  private func cornerSum(_ box: Box, _ gt: Box) -> CornerSlope {
    let differences = SIMD4(box.x1 - gt.x1, box.y1 - gt.y1, box.x2 - gt.x2, box.y2 - gt.y2)
    var sum = CornerSlope(held: 0)
    for corner in 0..<4 {
      guard let term = cornerTerm(differences[corner]) else { continue }
      sum.value += term.loss
      sum.gradient[corner] = term.derivative
    }
    return sum
  }
}

extension BoxLoss {
  /// The four terms of the bounded IoU loss: centre x, centre y, width, height.
  package struct BoundedTerms {
    package let x: CornerSlope
    package let y: CornerSlope
    package let width: CornerSlope
    package let height: CornerSlope

    package var sum: CornerSlope { x + y + width + height }
  }

  package func boundedTerms(_ box: Box, _ gt: Box, beta: Double) -> BoundedTerms {
    let p = CornerSlope.corners(of: box)
    let term = { (ratio: CornerSlope) in Self.bent(1 - ratio, beta: beta) }
    let centre = { (low: CornerSlope, high: CornerSlope, wanted: Double, side: Double) in
      let distance = (CornerSlope(held: wanted) - 0.5 * (low + high)).magnitude
      let ratio = (CornerSlope(held: side) - 2 * distance) / (2 * distance + (side + 1e-3))
      return term(ratio.larger(than: 0))
    }
    let size = { (found: CornerSlope, wanted: Double) in
      let under = found / CornerSlope(held: wanted + 1e-3)
      let over = CornerSlope(held: wanted) / (found + 1e-3)
      return term(under.value < over.value ? under : under.value == over.value ? 0.5 * (under + over) : over)
    }
    return BoundedTerms(
      x: centre(p.x1, p.x2, gt.centerX, gt.width), y: centre(p.y1, p.y2, gt.centerY, gt.height),
      width: size(p.x2 - p.x1, gt.width), height: size(p.y2 - p.y1, gt.height))
  }

  private static func bent(_ loss: CornerSlope, beta: Double) -> CornerSlope {
    loss.value < beta ? (0.5 / beta) * loss.squared : loss + (-0.5 * beta)
  }
}
