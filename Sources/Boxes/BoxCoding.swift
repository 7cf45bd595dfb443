/// How a network's four numbers describe a box relative to an anchor.
///
/// - `corner` (keras-retinanet): (x1−a.x1)/w, (y1−a.y1)/h, (x2−a.x2)/w, (y2−a.y2)/h.
/// - `center` (R-CNN and most others): (cx−a.cx)/w, (cy−a.cy)/h, ln(w/a.w), ln(h/a.h).
///
/// Both are then reduced by a mean and divided by a standard deviation for each number.
public struct BoxCoding: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case corner
    case center
  }

  public let kind: Kind
  public let means: [Double]
  public let deviations: [Double]
  /// Decoding clamps dw and dh to at most this, so that exp stays in range: |ln(16/1000)| in most originals.
  public let largestLogScale: Double
  /// The lower end of that clamp; −∞ where decoding bounds only what grows.
  public let smallestLogScale: Double

  /// - Precondition: four means and four deviations, none of these 0.
  public init(
    kind: Kind, means: [Double], deviations: [Double], largestLogScale: Double = 4.135166556742356,
    smallestLogScale: Double? = nil
  ) {
    precondition(means.count == 4 && deviations.count == 4, "a box has four numbers")
    self.kind = kind
    self.means = means
    self.deviations = deviations
    self.largestLogScale = largestLogScale
    self.smallestLogScale = smallestLogScale ?? -largestLogScale
  }

  /// The numbers that describe `box` from `anchor`. Both must have an area.
  public func encode(_ box: Box, from anchor: Box, log: (Double) -> Double) -> [Double] {
    let w = anchor.width
    let h = anchor.height
    let raw: [Double] =
      switch kind {
      case .corner:
        [
          (box.x1 - anchor.x1) / w, (box.y1 - anchor.y1) / h, (box.x2 - anchor.x2) / w,
          (box.y2 - anchor.y2) / h,
        ]
      case .center:
        [
          (box.centerX - anchor.centerX) / w, (box.centerY - anchor.centerY) / h,
          log(box.width / w), log(box.height / h),
        ]
      }
    return (0..<4).map { (raw[$0] - means[$0]) / deviations[$0] }
  }

  /// The box that four numbers describe from `anchor`.
  public func decode(_ deltas: (Double, Double, Double, Double), from anchor: Box, exp: (Double) -> Double)
    -> Box
  {
    let d0 = deltas.0 * deviations[0] + means[0]
    let d1 = deltas.1 * deviations[1] + means[1]
    let d2 = deltas.2 * deviations[2] + means[2]
    let d3 = deltas.3 * deviations[3] + means[3]
    let w = anchor.width
    let h = anchor.height
    switch kind {
    case .corner:
      return Box(anchor.x1 + d0 * w, anchor.y1 + d1 * h, anchor.x2 + d2 * w, anchor.y2 + d3 * h)
    case .center:
      let (least, most) = (smallestLogScale, largestLogScale)
      return Box(
        centerX: anchor.centerX + d0 * w, centerY: anchor.centerY + d1 * h,
        width: w * exp(min(max(d2, least), most)), height: h * exp(min(max(d3, least), most)))
    }
  }
}
