import Boxes
import Tensors

/// A number computed of a box, and its derivative by the box's corners: forward differentiation, rule by rule.
/// No operation allocates.
package struct CornerSlope: Hashable, Sendable {
  package var value: Double
  /// By x1, y1, x2, y2.
  package var gradient: SIMD4<Double>

  /// A number that does not move with the box, or is held while it moves.
  package init(held value: Double) {
    self.value = value
    gradient = .zero
  }

  package init(_ value: Double, _ gradient: SIMD4<Double>) {
    self.value = value
    self.gradient = gradient
  }

  /// A box's own corners.
  static func corners(of box: Box) -> (x1: CornerSlope, y1: CornerSlope, x2: CornerSlope, y2: CornerSlope) {
    (
      CornerSlope(box.x1, SIMD4(1, 0, 0, 0)), CornerSlope(box.y1, SIMD4(0, 1, 0, 0)),
      CornerSlope(box.x2, SIMD4(0, 0, 1, 0)), CornerSlope(box.y2, SIMD4(0, 0, 0, 1))
    )
  }

  var held: CornerSlope { CornerSlope(held: value) }
  var squared: CornerSlope { CornerSlope(value * value, gradient * (2 * value)) }
  package var isFinite: Bool { value.isFinite && (0..<4).allSatisfy { gradient[$0].isFinite } }

  static func + (a: CornerSlope, b: CornerSlope) -> CornerSlope {
    CornerSlope(a.value + b.value, a.gradient + b.gradient)
  }

  static func - (a: CornerSlope, b: CornerSlope) -> CornerSlope {
    CornerSlope(a.value - b.value, a.gradient - b.gradient)
  }

  static func * (a: CornerSlope, b: CornerSlope) -> CornerSlope {
    CornerSlope(a.value * b.value, a.gradient * b.value + b.gradient * a.value)
  }

  /// 0, and flat, where the denominator is 0: a pair of boxes that has no such ratio.
  static func / (a: CornerSlope, b: CornerSlope) -> CornerSlope {
    guard b.value != 0 else { return CornerSlope(held: 0) }
    let ratio = a.value / b.value
    return CornerSlope(ratio, (a.gradient - b.gradient * ratio) / b.value)
  }

  static func + (a: CornerSlope, b: Double) -> CornerSlope { CornerSlope(a.value + b, a.gradient) }

  static func * (a: Double, b: CornerSlope) -> CornerSlope { CornerSlope(a * b.value, a * b.gradient) }

  static func - (a: Double, b: CornerSlope) -> CornerSlope {
    CornerSlope(a - b.value, -1 * b.gradient)
  }

  /// The larger of this and a number of the other box. Where they are equal half the slope passes, as in PyTorch.
  func larger(than other: Double) -> CornerSlope {
    if value > other { return self }
    return value == other ? CornerSlope(value, gradient * 0.5) : CornerSlope(held: other)
  }

  /// The smaller of this and a number of the other box, likewise.
  func smaller(than other: Double) -> CornerSlope {
    if value < other { return self }
    return value == other ? CornerSlope(value, gradient * 0.5) : CornerSlope(held: other)
  }

  /// At least `floor`; exactly there the slope still passes.
  func atLeast(_ floor: Double) -> CornerSlope { value >= floor ? self : CornerSlope(held: floor) }

  /// At most `ceiling`; exactly there the slope still passes.
  func atMost(_ ceiling: Double) -> CornerSlope { value <= ceiling ? self : CornerSlope(held: ceiling) }

  var magnitude: CornerSlope {
    value > 0 ? self : value < 0 ? CornerSlope(-value, -1 * gradient) : CornerSlope(held: 0)
  }

  var logarithm: CornerSlope { CornerSlope(Exact.log(value), gradient / value) }

  /// atan(width / height). Its derivative is written without the ratio, so that a flat box has one too; 0 for a
  /// point, which has no shape.
  static func angle(width: CornerSlope, height: CornerSlope) -> CornerSlope {
    let (w, h) = (width.value, height.value)
    let size = w * w + h * h
    guard size > 0 else { return CornerSlope(held: 0) }
    return CornerSlope(Exact.atan(w / h), (width.gradient * h - height.gradient * w) / size)
  }
}
