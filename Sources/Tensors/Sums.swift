/// Sums whose order is fixed: eight running sums side by side, joined at the end. The same bits on
/// any width of vector unit.
package enum Sums {
  package static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    reduce(count) { i in
      UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
    } tail: {
      x[$0]
    }
  }

  package static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
    reduce(count) { i in
      UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
        * UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Float>.self)
    } tail: {
      x[$0] * y[$0]
    }
  }

  package static func squares(_ x: UnsafePointer<Float>, minus mean: Float, _ count: Int) -> Float {
    reduce(count) { i in
      let d = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self) - mean
      return d * d
    } tail: {
      (x[$0] - mean) * (x[$0] - mean)
    }
  }

  @inline(__always)
  private static func reduce(
    _ count: Int, _ eight: (Int) -> SIMD8<Float>, tail: (Int) -> Float
  ) -> Float {
    var lanes = SIMD8<Float>.zero
    var i = 0
    while i + 8 <= count {
      lanes += eight(i)
      i += 8
    }
    let four = lanes.lowHalf + lanes.highHalf
    var total = (four[0] + four[2]) + (four[1] + four[3])
    while i < count {
      total += tail(i)
      i += 1
    }
    return total
  }
}
