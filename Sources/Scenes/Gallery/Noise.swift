/// Repeatable noise from whole numbers alone, so that every machine draws the same picture.
enum Noise {
  /// A value in 0..<1 for a place on a grid (a finaliser of the MurmurHash3 family).
  @inline(__always)
  static func hash(_ x: Int32, _ y: Int32, _ seed: UInt32) -> Float {
    var h = UInt32(bitPattern: x) &* 0x9E37_79B1 ^ UInt32(bitPattern: y) &* 0x85EB_CA77 ^ seed &* 0xC2B2_AE3D
    h ^= h >> 16
    h = h &* 0x85EB_CA6B
    h ^= h >> 13
    h = h &* 0xC2B2_AE35
    h ^= h >> 16
    return Float(h >> 8) * (1 / 16_777_216)
  }

  /// Smooth noise in 0...1 whose hills are one unit apart. O(1).
  static func smooth(_ x: Float, _ y: Float, seed: UInt32) -> Float {
    let floorX = x.rounded(.down)
    let floorY = y.rounded(.down)
    let column = Int32(floorX)
    let row = Int32(floorY)
    let u = ease(x - floorX)
    let v = ease(y - floorY)
    let top = mix(hash(column, row, seed), hash(column &+ 1, row, seed), u)
    let bottom = mix(hash(column, row &+ 1, seed), hash(column &+ 1, row &+ 1, seed), u)
    return mix(top, bottom, v)
  }

  /// Three sizes of smooth noise on top of one another, in 0...1.
  static func cloud(_ x: Float, _ y: Float, seed: UInt32) -> Float {
    (smooth(x, y, seed: seed) * 4 + smooth(x * 2.1, y * 2.1, seed: seed &+ 1) * 2
      + smooth(x * 4.3, y * 4.3, seed: seed &+ 2)) * (1 / 7)
  }

  /// A seed that depends on a name's letters.
  static func seed(_ name: String) -> UInt32 {
    name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  /// From 0 to 1 and back with period 1, as round as a sine but made of parabolas.
  @inline(__always)
  static func wave(_ t: Float) -> Float {
    let part = t - t.rounded(.down)
    let half = part < 0.5 ? part : part - 0.5
    let bump = 8 * half * (0.5 - half)
    return part < 0.5 ? 0.5 + bump : 0.5 - bump
  }

  @inline(__always)
  static func ease(_ t: Float) -> Float { t * t * (3 - 2 * t) }

  @inline(__always)
  static func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }
}

/// Red, green, blue; 0 to 1 shows, what is brighter is cut off at the end.
typealias Ink = SIMD3<Float>

extension Ink {
  /// A colour written the way the web writes it, `0xRRGGBB`.
  init(_ hex: UInt32) {
    self.init(Float(hex >> 16 & 255) / 255, Float(hex >> 8 & 255) / 255, Float(hex & 255) / 255)
  }

  @inline(__always)
  func mixed(_ other: Ink, _ part: Float) -> Ink { self + (other - self) * part }

  /// This colour at the top, the other at the bottom of `0...1`.
  @inline(__always)
  func toward(_ other: Ink, at part: Float) -> Ink { mixed(other, Swift.min(Swift.max(part, 0), 1)) }
}
