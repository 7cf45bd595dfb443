import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ExactTests {
  /// Within two units in the last place, or 1e−15 relative.
  private func agrees(_ found: Double, _ wanted: Double) -> Bool {
    found == wanted || (found.isNaN && wanted.isNaN)
      || abs(found - wanted) <= max(2 * wanted.ulp, 1e-15 * abs(wanted))
  }

  /// Numbers of every size: evenly spread bits, both signs, and the places where something changes.
  private var numbers: [Double] {
    var draws = Draws(1)
    let spread = (0..<4000).map { _ in Double(bitPattern: draws.next()) }.filter(\.isFinite)
    let ends: [Double] = [
      0, -0.0, 1, -1, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, .infinity, -.infinity, .nan, 1.4142135623730951, 0.7071067811865476,
    ]
    return spread + ends + (0..<4000).map { _ in draws.double(-50...50) }
  }

  @Test("exp, over all it can give, subnormal numbers among them")
  func exp() {
    var draws = Draws(2)
    let edges = [709.78, 709.782712893384, 709.79, 710, -708.3, -708.4, -745.13, -745.2, -746]
    for x in numbers + edges + (0..<4000).map({ _ in draws.double(-750...710) }) {
      let (found, wanted) = (Exact.exp(x), Foundation.exp(x))
      #expect(agrees(found, wanted), "e^\(x): \(found), wanted \(wanted)")
    }
  }

  @Test("log, of every size of number, and near 1")
  func log() {
    var draws = Draws(3)
    for x in numbers + (0..<4000).map({ _ in 1 + draws.double(-0.3...0.3) }) {
      let (found, wanted) = (Exact.log(x), Foundation.log(x))
      #expect(agrees(found, wanted), "ln \(x): \(found), wanted \(wanted)")
    }
  }

  @Test("atan, of every size of number, and about the eighths its table is of")
  func atan() {
    var draws = Draws(12)
    let eighths = (-9...9).flatMap { k in [-1, 0, 1].map { Double(k) / 8 + 0.0625 * $0 } }
    for x in numbers + eighths + (0..<4000).map({ _ in draws.double(-2...2) }) {
      let (found, wanted) = (Exact.atan(x), Foundation.atan(x))
      #expect(agrees(found, wanted), "atan \(x): \(found), wanted \(wanted)")
    }
  }

  @Test("log1p, down to where 1 + x is 1")
  func log1p() {
    var draws = Draws(4)
    let small = (0..<4000).map { _ in draws.double(-1...1) * Foundation.pow(10, -draws.double(0...300)) }
    for x in numbers + small {
      let (found, wanted) = (Exact.log1p(x), Foundation.log1p(x))
      #expect(agrees(found, wanted), "ln(1 + \(x)): \(found), wanted \(wanted)")
    }
  }

  @Test("power of a positive base, with an error that grows as its logarithm")
  func power() {
    var draws = Draws(5)
    for _ in 0..<4000 {
      let (base, exponent) = (Foundation.exp(draws.double(-20...20)), draws.double(-10...10))
      let wanted = Foundation.pow(base, exponent)
      let size = max(1, abs(exponent * Foundation.log(base)))
      #expect(close(Exact.power(base, exponent), wanted, relative: 4e-16 * size))
    }
  }

  @Test("whole powers take any base")
  func wholePowers() {
    #expect(Exact.power(-2, 3) == -8)
    #expect(Exact.power(-2, -2) == 0.25)
    #expect(Exact.power(3, 0) == 1)
    #expect(Exact.power(0, 0) == 1)
    #expect(Exact.power(0.1, 2) == 0.1 * 0.1)
  }

  @Test("powers of 0, and powers that are not defined")
  func strangePowers() {
    #expect(Exact.power(0, 0.5) == 0)
    #expect(Exact.power(0, -0.5) == .infinity)
    #expect(Exact.power(-2, 0.5).isNaN)
    #expect(Exact.power(.nan, 2).isNaN)
    #expect(Exact.power(2, .nan).isNaN)
    #expect(Exact.power(0, .nan).isNaN)
  }

  @Test("sigmoid is accurate at both ends, and never over- or underflows early")
  func sigmoid() {
    var draws = Draws(6)
    for x in (0..<4000).map({ _ in draws.double(-700...700) }) + [0, -0.0, 36, 37, 40, -36, -40] {
      let e = Foundation.exp(-abs(x))
      #expect(agrees(Exact.sigmoid(x), x >= 0 ? 1 / (1 + e) : e / (1 + e)))
    }
    #expect(Exact.sigmoid(.infinity) == 1 && Exact.sigmoid(-.infinity) == 0)
    #expect(Exact.sigmoid(.nan).isNaN)
    #expect(Exact.sigmoid(-745) > 0)
  }

  @Test("sin and cos, with an absolute error of a few units of 1")
  func circular() {
    var draws = Draws(7)
    let small = (0..<2000).map { _ in draws.double(-10...10) }
    for x in small + (0..<2000).map({ _ in draws.double(-9e6...9e6) }) + [0, -0.0] {
      #expect(close(Exact.sin(x), Foundation.sin(x), relative: 0, absolute: 6e-16), "sin \(x)")
      #expect(close(Exact.cos(x), Foundation.cos(x), relative: 0, absolute: 6e-16), "cos \(x)")
    }
    for x in [Double.nan, .infinity, -.infinity] {
      #expect(Exact.sin(x).isNaN && Exact.cos(x).isNaN)
    }
  }
}
