import Boxes

/// What a predicted box and its GT share and span, each with its slope by the predicted corners.
struct OverlapGeometry {
  private let rules: OverlapRules
  private let gt: Box
  private let corners: (x1: CornerSlope, y1: CornerSlope, x2: CornerSlope, y2: CornerSlope)
  let shared: CornerSlope
  /// The denominator of IoU, which is at least, or larger by, ε.
  let union: CornerSlope

  init(_ box: Box, _ gt: Box, _ rules: OverlapRules) {
    self.rules = rules
    self.gt = gt
    let p = CornerSlope.corners(of: box)
    corners = p
    let width = p.x2.smaller(than: gt.x2) - p.x1.larger(than: gt.x1)
    let height = p.y2.smaller(than: gt.y2) - p.y1.larger(than: gt.y1)
    shared =
      rules.touching == .isFlat && (width.value <= 0 || height.value <= 0)
      ? CornerSlope(held: 0) : width.atLeast(0) * height.atLeast(0)
    let area = (p.x2 - p.x1) * (p.y2 - p.y1 + rules.areaHeight)
    union = rules.union.applied(to: area + gt.width * (gt.height + rules.areaHeight) - shared)
  }

  func measure(of kind: BoxLoss.Kind) -> CornerSlope {
    switch kind {
    case .giou: giou
    case .diou: iou - distance
    case .ciou: (iou - distance - shapePenalty).atLeast(-rules.limit).atMost(rules.limit)
    default: iou
    }
  }

  var iou: CornerSlope { shared / union }

  /// IoU less the share of the hull that the union leaves empty.
  private var giou: CornerSlope {
    let (width, height) = hullSides
    let hull = rules.hull.applied(to: width * height)
    return iou - (hull - union) / hull
  }

  private var hullSides: (width: CornerSlope, height: CornerSlope) {
    let width = corners.x2.larger(than: gt.x2) - corners.x1.smaller(than: gt.x1)
    let height = corners.y2.larger(than: gt.y2) - corners.y1.smaller(than: gt.y1)
    return rules.hullIsClamped ? (width.atLeast(0), height.atLeast(0)) : (width, height)
  }

  /// Squared distance of the centres over the hull's squared diagonal.
  private var distance: CornerSlope {
    let dx = corners.x1 + corners.x2 + (-gt.x1 - gt.x2)
    let dy = corners.y1 + corners.y2 + (-gt.y1 - gt.y2)
    let (width, height) = hullSides
    return 0.25 * (dx.squared + dy.squared) / (width.squared + height.squared + rules.diagonal)
  }

  /// αv: v from the angles of the two diagonals, α = v / (1 − IoU + v).
  private var shapePenalty: CornerSlope {
    let found = CornerSlope.angle(
      width: corners.x2 - corners.x1, height: corners.y2 - corners.y1 + rules.shapeHeight)
    let wanted = CornerSlope.angle(
      width: CornerSlope(held: gt.width), height: CornerSlope(held: gt.height + rules.shapeHeight))
    let v = (4 / (Double.pi * Double.pi)) * (wanted - found).squared
    let alpha = v / ((1 - iou) + v + rules.alphaDenominator)
    switch rules.alpha {
    case .through: return alpha * v
    case .held: return alpha.held * v
    case .heldOverHalf: return iou.value > 0.5 ? alpha.held * v : CornerSlope(held: 0)
    }
  }
}

extension OverlapRules.Denominator {
  /// Where a number is exactly the least there may be, half its slope passes, as in PyTorch.
  fileprivate func applied(to number: CornerSlope) -> CornerSlope {
    switch self {
    case .atLeast(let least): number.larger(than: least)
    case .plus(let epsilon): number + epsilon
    }
  }
}
