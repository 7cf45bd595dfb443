import Boxes
import Detectors
import Foundation
import TestSupport
import Testing

@Suite struct BoxLossTests {
  static let kinds: [BoxLoss.Kind] = [
    .l1, .l2, .smoothL1(beta: 1), .smoothL1(beta: 0.11), .iouLog, .iouLinear, .iouSquare, .giou, .diou, .ciou,
    .boundedIoU(beta: 0.2),
  ]
  static let conventions: [OverlapConvention] = [
    .mmdetection(), .mmdetection228(), .torchvision(), .seed(), .mmdetection(epsilon: 1e-16),
  ]

  @Test("worked out by hand")
  func byHand() {
    // Shared 2×2, union 4·4 + 4·4 − 4 = 28, hull 6×6, centres (2, 2) apart.
    let (box, gt) = (Box(0, 0, 4, 4), Box(2, 2, 6, 6))
    let iou = 4.0 / 28
    func loss(_ kind: BoxLoss.Kind) -> Double { BoxLoss(kind).evaluate(box, against: gt).value }
    #expect(loss(.l1) == 8)
    #expect(loss(.l2) == 16)
    #expect(loss(.smoothL1(beta: 1)) == 6)
    #expect(loss(.smoothL1(beta: 4)) == 2)
    #expect(close(loss(.iouLog), 1.9459101490553132, relative: 1e-12))
    #expect(close(loss(.iouLinear), 1 - iou, relative: 1e-12))
    #expect(close(loss(.iouSquare), 1 - iou * iou, relative: 1e-12))
    #expect(close(loss(.giou), 1 - iou + 8.0 / 36, relative: 1e-12))
    #expect(close(loss(.diou), 1 - iou + 8.0 / 72, relative: 1e-6))
    #expect(close(loss(.ciou), 1 - iou + 8.0 / 72, relative: 1e-6), "equal shapes: v is 0")
    let bounded = 1 - 0.0 / 8.001 - 0.1
    #expect(close(loss(.boundedIoU(beta: 0.2)), 2 * bounded, relative: 1e-5))
  }

  /// A pair whose corners are all apart, so that no maximum is near its kink.
  private func pair(_ draws: inout Draws) -> (box: Box, gt: Box) {
    while true {
      let gt = box(&draws)
      let box = box(&draws)
      let edges = [box.x1, box.x2, gt.x1, gt.x2].sorted() + [box.y1, box.y2, gt.y1, gt.y2].sorted()
      let centres = [box.centerX - gt.centerX, box.centerY - gt.centerY, box.width - gt.width]
      let gaps = zip(edges, edges.dropFirst()).map { abs($1 - $0) }
      if (gaps + centres.map(abs) + [abs(box.height - gt.height)]).allSatisfy({ $0 > 0.05 }) { return (box, gt) }
    }
  }

  private func box(_ draws: inout Draws) -> Box {
    let (x, y) = (draws.double(0...30), draws.double(0...30))
    return Box(x, y, x + draws.double(1...30), y + draws.double(1...30))
  }

  @Test("finite differences, but at kinks", arguments: kinds, conventions)
  func finiteDifferences(kind: BoxLoss.Kind, convention: OverlapConvention) {
    let loss = BoxLoss(kind, as: convention)
    // α is held, so the loss moves differently from what its gradient says: see `heldAlpha`.
    if kind == .ciou, ![.mmdetection(), .mmdetection(epsilon: 1e-16)].contains(convention) { return }
    var draws = Draws(1)
    var moving = 0
    for _ in 0..<300 {
      let (box, gt) = pair(&draws)
      let gradient = loss.evaluate(box, against: gt).gradient
      let h = 1e-5
      for corner in 0..<4 {
        let high = loss.evaluate(box.moved(corner, by: h), against: gt)
        let low = loss.evaluate(box.moved(corner, by: -h), against: gt)
        // The bends of smooth L1 and of its kin are kinks of the slope.
        guard close(high.gradient[corner], low.gradient[corner], relative: 1e-2, absolute: 1e-4) else { continue }
        let measured = (high.value - low.value) / (2 * h)
        moving += measured != 0 ? 1 : 0
        #expect(close(gradient[corner], measured, relative: 1e-4, absolute: 1e-7), "\(box) \(gt) corner \(corner)")
      }
    }
    #expect(moving > 400)
  }

  @Test("with α held the gradient is that of 1 − DIoU + αv at the α there", arguments: conventions)
  func heldAlpha(convention: OverlapConvention) {
    var draws = Draws(2)
    let (ciou, diou) = (BoxLoss(.ciou, as: convention), BoxLoss(.diou, as: convention))
    if [.mmdetection(), .mmdetection(epsilon: 1e-16)].contains(convention) { return }
    var counted = 0
    for _ in 0..<2000 {
      let (box, gt) = pair(&draws)
      let here = ciou.evaluate(box, against: gt)
      let penalty = here.value - diou.evaluate(box, against: gt).value
      let v = shapeDifference(box, gt)
      guard v > 1e-6, here.value < 2 else { continue }
      let alpha = penalty / v
      counted += alpha > 0 ? 1 : 0
      let h = 1e-5
      for corner in 0..<4 {
        let (high, low) = (box.moved(corner, by: h), box.moved(corner, by: -h))
        let held = { (b: Box) in diou.evaluate(b, against: gt).value + alpha * shapeDifference(b, gt) }
        let measured = (held(high) - held(low)) / (2 * h)
        #expect(close(here.gradient[corner], measured, relative: 1e-4, absolute: 1e-6), "\(box) \(gt)")
      }
    }
    #expect(counted > 20)
  }

  /// Corners that are empty, inverted, disjoint, touching and equal, and everything between.
  static let awkward: [Box] = [
    Box(0, 0, 0, 0), Box(0, 0, 0, 5), Box(0, 0, 5, 0), Box(0, 0, 5, 5), Box(5, 5, 0, 0), Box(5, 0, 0, 5),
    Box(5, 0, 10, 5), Box(5, 5, 10, 10), Box(2, 2, 3, 3), Box(0, 0, 5, 2.5), Box(-1e6, -1e6, 1e6, 1e6),
    Box(100, 100, 101, 101), Box(0, 0, 1e-9, 1e-9), Box(0, 0, 5, -1e-6), Box(0, 0, 5, -1e-7), Box(1e6, 0, 0, 1e6),
    Box(0, 0, 1e-200, 5),
  ]

  @Test("degenerate pairs stay finite", arguments: kinds, conventions)
  func degenerate(kind: BoxLoss.Kind, convention: OverlapConvention) {
    let loss = BoxLoss(kind, as: convention)
    for box in Self.awkward {
      for gt in Self.awkward { #expect(loss.evaluate(box, against: gt).isFinite, "\(box) \(gt)") }
    }
  }

  @Test("the GT itself costs nothing and pulls nowhere; nothing else costs less", arguments: kinds, conventions)
  func equal(kind: BoxLoss.Kind, convention: OverlapConvention) {
    let loss = BoxLoss(kind, as: convention)
    var draws = Draws(3)
    for _ in 0..<300 {
      let (box, gt) = pair(&draws)
      let best = loss.evaluate(gt, against: gt)
      #expect(abs(best.value) < 1e-3 && loss.evaluate(box, against: gt).value > best.value)
      if case .boundedIoU = kind { continue }
      #expect((0..<4).allSatisfy { abs(best.gradient[$0]) < 1e-6 })
    }
  }

  @Test("overlap losses don't change with the scale of both boxes, and mirror with them", arguments: kinds.suffix(7))
  func invariance(kind: BoxLoss.Kind) {
    if case .boundedIoU = kind { return }
    let loss = BoxLoss(kind)
    var draws = Draws(4)
    for _ in 0..<300 {
      let (box, gt) = pair(&draws)
      let here = loss.evaluate(box, against: gt)
      let scaled = loss.evaluate(box.scaled(by: 8), against: gt.scaled(by: 8))
      #expect(close(scaled.value, here.value, relative: 1e-5))
      let mirrored = loss.evaluate(box.mirrored, against: gt.mirrored)
      #expect(close(mirrored.value, here.value, relative: 1e-12))
      let turned = SIMD4(-here.gradient[2], here.gradient[1], -here.gradient[0], here.gradient[3])
      for k in 0..<4 {
        #expect(close(mirrored.gradient[k], turned[k], relative: 1e-9, absolute: 1e-12))
        #expect(close(scaled.gradient[k] * 8, here.gradient[k], relative: 1e-4, absolute: 1e-9))
      }
    }
  }

  @Test("boxes apart: IoU has no slope; GIoU and DIoU still pull")
  func disjoint() {
    let (box, gt) = (Box(0, 0, 4, 4), Box(10, 10, 14, 14))
    #expect(BoxLoss(.iouLog).evaluate(box, against: gt).gradient == .zero)
    #expect(BoxLoss(.iouLinear).evaluate(box, against: gt).gradient == .zero)
    for kind in [BoxLoss.Kind.giou, .diou, .ciou] {
      let gradient = BoxLoss(kind).evaluate(box, against: gt).gradient
      #expect(gradient[2] < 0 && gradient[3] < 0, "the near corner goes towards the GT")
    }
  }
}

private func shapeDifference(_ box: Box, _ gt: Box) -> Double {
  let d = atan(gt.width / gt.height) - atan(box.width / box.height)
  return 4 / (Double.pi * Double.pi) * d * d
}

extension Box {
  fileprivate func moved(_ corner: Int, by step: Double) -> Box {
    var corners = corners
    corners[corner] += step
    return Box(corners[0], corners[1], corners[2], corners[3])
  }

  fileprivate var mirrored: Box { Box(-x2, y1, -x1, y2) }
}
