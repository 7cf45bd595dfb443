/// Elementary functions that give the same bits on every processor.
///
/// The C library picks a variant of exp, log and pow by CPU. These are built of additions,
/// multiplications and one division each, which IEEE 754 fixes to the bit; the error is about one
/// unit in the last place.
public enum Exact {
  private static let ln2High = 0x1.62e42fee00000p-1
  private static let ln2Low = 0x1.a39ef35793c76p-33
  private static let log2e = 0x1.71547652b82fep+0

  /// e to the x. Argument reduction to |r| ≤ ½ ln 2, then the Taylor polynomial of degree 13.
  public static func exp(_ x: Double) -> Double {
    guard x == x else { return x }
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let k = (x * log2e).rounded()
    let r = (x - k * ln2High) - k * ln2Low
    var p = 1.0 / 6_227_020_800
    for c in inverseFactorials { p = p * r + c }
    let exponent = Int(k)
    // In two steps, so that neither power of two leaves the range of normal numbers.
    let half = exponent / 2
    return p * powerOfTwo(half) * powerOfTwo(exponent - half)
  }

  /// 1/12! down to 1/0!.
  private static let inverseFactorials: [Double] = [
    1.0 / 479_001_600, 1.0 / 39_916_800, 1.0 / 3_628_800, 1.0 / 362_880, 1.0 / 40_320, 1.0 / 5_040,
    1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1,
  ]

  private static func powerOfTwo(_ exponent: Int) -> Double {
    Double(bitPattern: UInt64(exponent + 1023) << 52)
  }

  /// The natural logarithm. The mantissa is brought to [√½, √2) and ln m = 2 artanh((m−1)/(m+1)).
  public static func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    var m = x.significand
    var k = Double(x.exponent)
    if m > 1.4142135623730951 {
      m *= 0.5
      k += 1
    }
    let s = (m - 1) / (m + 1)
    let s2 = s * s
    var p = 1.0 / 23
    for c in oddReciprocals { p = p * s2 + c }
    return k * ln2High + (2 * s * p + k * ln2Low)
  }

  /// 1/21, 1/19 … 1/1.
  private static let oddReciprocals: [Double] = [
    1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1,
  ]

  /// ln(1 + x), also where x is so small that 1 + x loses it.
  public static func log1p(_ x: Double) -> Double {
    let u = 1 + x
    guard u > 0, u < .infinity else { return log(u) }
    return log(u) + (x - (u - 1)) / u
  }

  /// `base` to the `exponent`. Whole exponents up to 64 multiply; others need a positive base.
  public static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == exponent.rounded(), Swift.abs(exponent) <= 64 {
      var result = 1.0
      for _ in 0..<Int(Swift.abs(exponent)) { result *= base }
      return exponent < 0 ? 1 / result : result
    }
    if base == 0 { return exponent.isNaN ? .nan : exponent > 0 ? 0 : .infinity }
    return exp(exponent * log(base))
  }

  /// 1 / (1 + e^−x) without overflow, and accurate at both ends.
  public static func sigmoid(_ x: Double) -> Double {
    let e = exp(-Swift.abs(x))
    return x >= 0 ? 1 / (1 + e) : e / (1 + e)
  }

  /// The arc tangent, from −π/2 to π/2. With c the nearest eighth, atan a = atan c + atan((a − c)/(1 + ac)); the rest
  /// is at most 1/16, where seven terms of the series are enough.
  public static func atan(_ x: Double) -> Double {
    guard x == x else { return x }
    let size = Swift.abs(x)
    let isSteep = size > 1
    let a = isSteep ? 1 / size : size
    let eighth = (a * 8).rounded()
    let t = (a - eighth / 8) / (1 + a * eighth / 8)
    let t2 = t * t
    let series = (((((t2 / 13 - 1.0 / 11) * t2 + 1.0 / 9) * t2 - 1.0 / 7) * t2 + 0.2) * t2 - 1.0 / 3) * t2
    let angle = arcTangents[Int(eighth)] + (t + t * series)
    let result = isSteep ? 0x1.921fb54442d18p+0 - angle : angle
    return x < 0 ? -result : result
  }

  /// Of 0, 1/8 … 1.
  private static let arcTangents: [Double] = [
    0, 0x1.fd5ba9aac2f6ep-4, 0x1.f5b75f92c80ddp-3, 0x1.6f61941e4def1p-2, 0x1.dac670561bb4fp-2,
    0x1.1e00babdefeb4p-1, 0x1.4978fa3269ee1p-1, 0x1.700a7c5784634p-1, 0x1.921fb54442d18p-1,
  ]

  /// The sine, for arguments of a modest size (up to a million turns or so).
  public static func sin(_ x: Double) -> Double { circular(x, quarterTurns: 0) }

  /// The cosine.
  public static func cos(_ x: Double) -> Double { circular(x, quarterTurns: 1) }

  private static func circular(_ x: Double, quarterTurns: Int) -> Double {
    guard Swift.abs(x) < 1e7 else { return x.isFinite ? 0 : .nan }
    let k = (x * 0x1.45f306dc9c883p-1).rounded()
    // π/2 in three parts: the first two so short that k times them is exact.
    let r = ((x - k * 0x1.921fb50000000p+0) - k * 0x1.1p-26) - k * 0x1.0b4611a626331p-34
    let quadrant = (Int(k) + quarterTurns) & 3
    let value = quadrant & 1 == 0 ? sineCore(r) : cosineCore(r)
    return quadrant & 2 == 0 ? value : -value
  }

  private static func sineCore(_ r: Double) -> Double {
    var term = r
    var sum = r
    for n in stride(from: 2.0, through: 18, by: 2) {
      term *= -r * r / (n * (n + 1))
      sum += term
    }
    return sum
  }

  private static func cosineCore(_ r: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for n in stride(from: 1.0, through: 17, by: 2) {
      term *= -r * r / (n * (n + 1))
      sum += term
    }
    return sum
  }
}
