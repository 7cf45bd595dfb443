import Foundation
import TestSupport
import Testing
import Traces

@Suite struct NumberTests {
  @Test(
    "the shortest text at a number of significant digits",
    arguments: [
      (0, 4, "0"), (-0.0, 4, "0"), (0.5, 4, "0.5"), (-3, 4, "−3"), (0.48712, 3, "0.487"),
      (1.0 / 3, 4, "0.3333"), (0.99996, 4, "1"), (9999.6, 4, "10000"), (123_456, 4, "123456"),
      (1234.5678, 6, "1234.57"),
      (0.00012345, 3, "0.000123"), (0.000012345, 3, "1.23e-5"), (1e7, 4, "1e7"), (-1.5e300, 4, "−1.5e300"),
      (.leastNonzeroMagnitude, 3, "4.94e-324"), (9.9999e-9, 3, "1e-8"), (.nan, 4, "NaN"), (.infinity, 4, "∞"),
      (-.infinity, 4, "−∞"), (0.1, 17, "0.1"),
    ] as [(Double, Int, String)])
  func text(number: Double, digits: Int, wanted: String) {
    #expect(Number.text(number, digits: digits) == wanted)
  }

  @Test("a text read back is the number, to its digits")
  func readBack() throws {
    var draws = Draws(1)
    for _ in 0..<3000 {
      let number = draws.double(-1...1) * pow(10, Double(draws.int(-30...30)))
      let digits = draws.int(3...8)
      let read = try Evaluator.evaluate(Number.text(number, digits: digits))
      #expect(close(read, number, relative: pow(10, 1 - Double(digits))), "\(number), \(digits)")
    }
  }

  @Test("fixed decimals, rounded, never a negative nothing")
  func fixed() {
    #expect(Number.fixed(0.5, decimals: 2) == "0.50")
    #expect(Number.fixed(-1.005, decimals: 1) == "−1.0")
    #expect(Number.fixed(0.04, decimals: 1) == "0.0")
    #expect(Number.fixed(-0.04, decimals: 1) == "0.0")
    #expect(Number.fixed(12.5, decimals: 0) == "13")
    #expect(Number.fixed(0.05, decimals: 3) == "0.050")
    #expect(Number.fixed(1e300, decimals: 2) == "1e300")
    #expect(Number.fixed(.nan, decimals: 2) == "NaN")
    #expect(Number.fixed(123_456_789_012, decimals: 9) == Number.text(123_456_789_012))
  }

  @Test("thousands are set apart")
  func count() {
    let wanted = ["0", "7", "999", "1,000", "39,111", "−1,234,567"]
    #expect([0, 7, 999, 1000, 39_111, -1_234_567].map(Number.count) == wanted)
  }
}
