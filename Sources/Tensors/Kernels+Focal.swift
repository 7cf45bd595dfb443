import CKernels

/// The focal loss of background logits in Swift, one operation for one of `kernels.inc`: the bits that the
/// C kernel must give.
extension Kernels {
  /// What the kernel computes of its logits: see `boxstep_focal_background`.
  package struct Focal: Hashable, Sendable {
    package var loss: [Float]
    package var gradient: [Float]
  }

  package struct FocalSettings: Hashable, Sendable {
    let weight: Float
    let slopeWeight: Float
    let gamma: Float
    let clip: Float

    package init(weight: Float, slopeWeight: Float, gamma: Float, clip: Float) {
      self.weight = weight
      self.slopeWeight = slopeWeight
      self.gamma = gamma
      self.clip = clip
    }
  }

  package static func focalReference(_ logits: [Float], _ settings: FocalSettings) -> Focal {
    let pairs = logits.map { focal($0, settings) }
    return Focal(loss: pairs.map(\.loss), gradient: pairs.map(\.gradient))
  }

  /// The C kernel on arrays, for comparison.
  ///
  /// - Parameter width: floats in a vector; nil for the widest there is.
  /// - Returns: nil where the processor has no vectors of this width.
  package static func focalKernel(_ logits: [Float], _ s: FocalSettings, width: Int? = nil) -> Focal? {
    var result = Focal(loss: logits, gradient: logits)
    var isDone = true
    result.loss.withUnsafeMutableBufferPointer { loss in
      result.gradient.withUnsafeMutableBufferPointer { gradient in
        let count = logits.count
        if let width {
          isDone =
            boxstep_focal_at_width(
              Int32(width), count, logits, s.weight, s.slopeWeight, s.gamma, s.clip, loss.baseAddress,
              gradient.baseAddress) == 1
        } else {
          boxstep_focal_background(
            count, logits, s.weight, s.slopeWeight, s.gamma, s.clip, loss.baseAddress, gradient.baseAddress)
        }
      }
    }
    return isDone ? result : nil
  }

  private static func focal(_ x: Float, _ s: FocalSettings) -> (loss: Float, gradient: Float) {
    let isPositive = x > 0
    let magnitude = isPositive ? -x : x
    let e = exponential(magnitude < -87 ? -87 : magnitude)
    let larger = 1 / (e + 1)
    let smaller = e * larger
    let p = isPositive ? larger : smaller
    let q = isPositive ? smaller : larger
    let surprise: Float
    let slope: Float
    if s.clip > 0 {
      let u = (p < s.clip ? s.clip : p) - s.clip
      let rest = (q < s.clip ? s.clip : q) + s.clip
      surprise = isPositive ? 0 - logarithm(rest) : 0 - logarithm1(0 - u)
      slope = (p > s.clip && q > s.clip ? p / (isPositive ? rest : 1 - u) : 0) * q
    } else {
      surprise = (isPositive ? x : 0) + logarithm1(e)
      slope = p
    }
    let focus: Float
    if s.gamma == 2 {
      focus = p * p
    } else {
      let power = ((isPositive ? 0 : x) - logarithm1(e)) * s.gamma
      focus = exponential(power < -87 ? -87 : power)
    }
    return (focus * surprise * s.weight, focus * (q * surprise * s.gamma + slope) * s.slopeWeight)
  }

  /// e^x for −87 ≤ x ≤ 88.
  private static func exponential(_ x: Float) -> Float {
    let n = (x * 1.44269504 + 12_582_912) - 12_582_912
    let r = (x - n * 0.693359375) - n * -2.12194440e-4
    var p = r * 1.3888889e-3 + 8.3333333e-3
    p = p * r + 4.1666667e-2
    p = p * r + 1.6666667e-1
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    // NaN has no whole part; whatever multiplies it leaves NaN.
    let exponent = n.isNaN ? 0 : Int32(n)
    return p * Float(bitPattern: UInt32(bitPattern: (exponent &+ 127) &<< 23))
  }

  /// ln x for normal x > 0.
  private static func logarithm(_ x: Float) -> Float {
    let shifted = Int32(bitPattern: x.bitPattern) &- 0x3f35_04f3
    let exponent = Float(shifted >> 23)
    let m = Float(bitPattern: UInt32(bitPattern: (shifted & 0x7f_ffff) &+ 0x3f35_04f3))
    let s = (m - 1) / (m + 1)
    let s2 = s * s
    var p = s2 * 0.11111111 + 0.14285714
    p = p * s2 + 0.2
    p = p * s2 + 0.33333333
    let tail = s * s2 * p
    return exponent * 0.693359375 + ((s + tail) * 2 + exponent * -2.12194440e-4)
  }

  /// ln(1 + y) for y > −1.
  private static func logarithm1(_ y: Float) -> Float {
    let u = y + 1
    return logarithm(u) + (y - (u - 1)) / u
  }
}
