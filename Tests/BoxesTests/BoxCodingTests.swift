import Boxes
import Foundation
import TestSupport
import Testing

@Suite struct BoxCodingTests {
  private let plain = (means: [0.0, 0, 0, 0], deviations: [1.0, 1, 1, 1])

  @Test("corner coding worked out by hand")
  func corner() {
    let coding = BoxCoding(kind: .corner, means: [0, 0, 0, 0.5], deviations: [0.5, 1, 1, 0.25])
    let code = coding.encode(Box(1, 2, 13, 18), from: Box(0, 0, 10, 20), log: Foundation.log)
    #expect(difference(code, [0.2, 0.1, 0.3, -2.4], relative: 1e-14) == nil)
  }

  @Test("centre coding worked out by hand")
  func center() {
    let coding = BoxCoding(kind: .center, means: plain.means, deviations: [0.1, 0.1, 0.2, 0.2])
    let code = coding.encode(Box(0, 0, 20, 10), from: Box(0, 0, 10, 20), log: Foundation.log)
    let ln2 = Foundation.log(2.0)
    #expect(difference(code, [5, -2.5, ln2 * 5, -ln2 * 5], relative: 1e-14) == nil)
  }

  @Test("decoding undoes encoding, whatever means and deviations", arguments: BoxCoding.Kind.allCases)
  func roundTrip(kind: BoxCoding.Kind) {
    var draws = Draws(5)
    for _ in 0..<500 {
      let coding = BoxCoding(
        kind: kind, means: (0..<4).map { _ in draws.double(-1...1) },
        deviations: (0..<4).map { _ in draws.double(0.05...2) })
      let (box, anchor) = (draws.box(), draws.box())
      // Within what the clamp of the logarithms lets through.
      guard abs(Foundation.log(box.width / anchor.width)) < 4,
        abs(Foundation.log(box.height / anchor.height)) < 4
      else { continue }
      let code = coding.encode(box, from: anchor, log: Foundation.log)
      let back = coding.decode((code[0], code[1], code[2], code[3]), from: anchor, exp: Foundation.exp)
      #expect(difference(back.corners, box.corners, relative: 0, absolute: 1e-9) == nil)
    }
  }

  @Test("an anchor that fits already has a code of zeros", arguments: BoxCoding.Kind.allCases)
  func identity(kind: BoxCoding.Kind) {
    let coding = BoxCoding(kind: kind, means: plain.means, deviations: [0.2, 0.2, 0.2, 0.2])
    let anchor = Box(3, 4, 35, 20)
    #expect(coding.encode(anchor, from: anchor, log: Foundation.log) == [0, 0, 0, 0])
    #expect(coding.decode((0, 0, 0, 0), from: anchor, exp: Foundation.exp) == anchor)
  }

  @Test("a clamp of growth alone lets sizes shrink without bound")
  func growth() {
    let coding = BoxCoding(
      kind: .center, means: [0, 0, 0, 0], deviations: [1, 1, 1, 1], largestLogScale: Foundation.log(28),
      smallestLogScale: -.infinity)
    let box = coding.decode((0, 0, -20, 20), from: Box(0, 0, 8, 8), exp: Foundation.exp)
    #expect(close(box.width, 8 * Foundation.exp(-20), relative: 1e-5))
    #expect(close(box.height, 224, relative: 1e-9))
  }

  @Test("sizes are clamped when decoding centres, corners are not")
  func clamp() {
    let anchor = Box(0, 0, 8, 8)
    let center = BoxCoding(kind: .center, means: plain.means, deviations: plain.deviations)
    let huge = center.decode((0, 0, 50, -50), from: anchor, exp: Foundation.exp)
    #expect(close(huge.width, 8 * 62.5, relative: 1e-12))
    #expect(close(huge.height, 8 / 62.5, relative: 1e-12))
    let corner = BoxCoding(kind: .corner, means: plain.means, deviations: plain.deviations)
    #expect(corner.decode((-50, 0, 50, 0), from: anchor, exp: Foundation.exp) == Box(-400, 0, 408, 8))
  }
}
