/// Whose arithmetic an overlap loss follows. They agree to six digits on boxes of some size, and differ where a
/// denominator is small, where boxes touch, and in what the gradient of CIoU goes through.
package enum OverlapConvention: Hashable, Sendable {
  /// mmdetection 2.11: IoU and GIoU divide by at least ε, DIoU and CIoU by ε more; CIoU's gradient goes through α.
  case mmdetection(epsilon: Double = 1e-6)
  /// mmdetection 2.28: the same, but α counts only over IoU .5 and is held, and CIoU stays within ±1.
  case mmdetection228(epsilon: Double = 1e-6)
  /// torchvision: ε more in every denominator; α is held; boxes that only touch have no slope.
  case torchvision(epsilon: Double = 1e-7)
  /// Seed 003: like torchvision, heights larger by ε, and boxes that touch have a slope.
  case seed(epsilon: Double = 1e-7)
}

/// What a convention means for one loss.
struct OverlapRules: Hashable, Sendable {
  enum Denominator: Hashable, Sendable {
    case atLeast(Double)
    case plus(Double)
  }

  enum Alpha: Hashable, Sendable {
    /// The gradient goes through it.
    case through
    /// A constant for the gradient.
    case held
    /// A constant, and 0 up to an IoU of .5.
    case heldOverHalf
  }

  enum Touching: Hashable, Sendable {
    case hasSlope
    case isFlat
  }

  var union: Denominator
  /// The hull's area.
  var hull: Denominator
  /// Added to the hull's squared diagonal.
  var diagonal: Double
  /// Added to the heights in v, and in areas.
  var shapeHeight = 0.0
  var areaHeight = 0.0
  /// Added to 1 − IoU + v.
  var alphaDenominator = 0.0
  var alpha = Alpha.held
  var touching = Touching.hasSlope
  /// Whether an inverted hull counts as empty.
  var hullIsClamped = false
  /// CIoU stays within ± this.
  var limit = Double.infinity
  /// The least IoU in −ln IoU and its kin.
  var floor: Double

  init(_ kind: BoxLoss.Kind, _ convention: OverlapConvention) {
    switch convention {
    case .mmdetection(let epsilon), .mmdetection228(let epsilon):
      // The IoU loss floors IoU at ε; the division below it keeps 1e−6.
      let isDistance = kind == .diou || kind == .ciou
      union = isDistance ? .plus(epsilon) : .atLeast(kind == .giou ? epsilon : 1e-6)
      hull = .atLeast(epsilon)
      diagonal = epsilon
      shapeHeight = epsilon
      hullIsClamped = true
      alpha = .through
      floor = epsilon
      if case .mmdetection228 = convention {
        alpha = .heldOverHalf
        limit = 1
      }
    case .torchvision(let epsilon):
      union = .plus(epsilon)
      hull = .plus(epsilon)
      diagonal = epsilon
      alphaDenominator = epsilon
      touching = .isFlat
      floor = kind == .iouLog ? epsilon : 0
    case .seed(let epsilon):
      union = .plus(epsilon)
      hull = .plus(epsilon)
      diagonal = epsilon
      shapeHeight = epsilon
      areaHeight = epsilon
      alphaDenominator = epsilon
      floor = kind == .iouLog ? epsilon : 0
    }
  }
}
