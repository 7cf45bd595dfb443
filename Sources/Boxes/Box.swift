/// An axis-aligned rectangle in pixels, `x1, y1, x2, y2`, without the "+ 1" of older code.
///
/// Corners are doubles: which anchor wins a tie is often decided by rounding, and the original
/// implementations decide it in double.
public struct Box: Hashable, Sendable {
  public var x1: Double
  public var y1: Double
  public var x2: Double
  public var y2: Double

  @inlinable
  public init(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  /// The box of the given size round a centre.
  @inlinable
  public init(centerX: Double, centerY: Double, width: Double, height: Double) {
    self.init(
      centerX - width * 0.5, centerY - height * 0.5, centerX + width * 0.5, centerY + height * 0.5)
  }

  @inlinable public var width: Double { x2 - x1 }
  @inlinable public var height: Double { y2 - y1 }
  @inlinable public var area: Double { (x2 - x1) * (y2 - y1) }
  @inlinable public var centerX: Double { (x1 + x2) / 2 }
  @inlinable public var centerY: Double { (y1 + y2) / 2 }
  @inlinable public var corners: [Double] { [x1, y1, x2, y2] }

  @inlinable public var isFinite: Bool { x1.isFinite && y1.isFinite && x2.isFinite && y2.isFinite }

  /// The part of the box inside a picture of the given size; empty parts collapse onto its edge.
  @inlinable
  public func clipped(width: Double, height: Double) -> Box {
    Box(
      min(max(x1, 0), width), min(max(y1, 0), height), min(max(x2, 0), width),
      min(max(y2, 0), height))
  }

  /// Whether both sides reach a length: what is smaller is no proposal.
  @inlinable
  public func hasSides(ofAtLeast length: Double) -> Bool { width >= length && height >= length }

  @inlinable
  public func scaled(by factor: Double) -> Box {
    Box(x1 * factor, y1 * factor, x2 * factor, y2 * factor)
  }

  @inlinable
  public func contains(x: Double, y: Double) -> Bool {
    x >= x1 && x < x2 && y >= y1 && y < y2
  }
}
