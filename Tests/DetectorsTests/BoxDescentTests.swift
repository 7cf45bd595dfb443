import Boxes
import Detectors
import Foundation
import TestSupport
import Testing

@Suite struct BoxDescentTests {
  private func descent(_ kind: BoxLoss.Kind, _ box: Box, _ gt: Box, rate: Double = 0.02) -> BoxDescent {
    BoxDescent(BoxLoss(kind), from: box, to: gt, BoxDescent.Rule(rate: rate, iterations: 1000))
  }

  @Test("the first step is −rate · gradient in units of the GT's size")
  func firstStep() {
    let (box, gt) = (Box(10, 10, 50, 50), Box(12, 14, 60, 48))
    let unit = (48.0 * 34).squareRoot()
    for kind in BoxLoss.Kind.all(beta: 0.11) {
      let path = descent(kind, box, gt)
      #expect(
        path.boxes.count == 1001 && path.boxes[0] == box
          && path.ious[0] == box.scaled(by: 1 / unit).iou(with: gt.scaled(by: 1 / unit)))
      #expect(close(path.unit, unit, relative: 1e-12))
      let term = BoxLoss(kind).evaluate(box.scaled(by: 1 / unit), against: gt.scaled(by: 1 / unit))
      #expect(path.losses[0] == term.value)
      for (corner, (before, after)) in zip(box.corners, path.boxes[1].corners).enumerated() {
        #expect(close(after, before - 0.02 * unit * term.gradient[corner], relative: 1e-12))
      }
    }
  }

  @Test("boxes apart: IoU losses never move, GIoU and its kin arrive, CIoU as DIoU where shapes are equal")
  func apart() {
    let (box, gt) = (Box(0, 0, 20, 20), Box(60, 50, 100, 90))
    for kind in [BoxLoss.Kind.iouLog, .iouLinear, .iouSquare] {
      let path = descent(kind, box, gt)
      #expect(path.boxes.allSatisfy { close($0.x1, box.x1, absolute: 1e-9) && close($0.y2, box.y2, absolute: 1e-9) })
      #expect(BoxDescent.milestones.allSatisfy { path.iteration(reaching: $0) == nil })
    }
    for kind in [BoxLoss.Kind.giou, .diou, .ciou, .l1, .l2] {
      let reached = BoxDescent.milestones.map { descent(kind, box, gt).iteration(reaching: $0) ?? .max }
      #expect(reached == reached.sorted() && reached[2] < 1000 && reached[0] > 0, "\(kind)")
    }
  }

  @Test("a wide box against a high one: the hull and the shape make GIoU and CIoU sooner than DIoU")
  func shapes() throws {
    let (box, gt) = (Box(10, 40, 90, 50), Box(40, 10, 60, 80))
    let reached = try [BoxLoss.Kind.giou, .ciou, .diou].map {
      try #require(descent($0, box, gt).iteration(reaching: 0.5))
    }
    #expect(reached == reached.sorted() && Set(reached).count == 3)
  }

  @Test("the scale of the pair changes nothing but the pixels", arguments: BoxLoss.Kind.all(beta: 0.11))
  func scale(kind: BoxLoss.Kind) {
    let (box, gt) = (Box(3, 4, 20, 31), Box(8, 2, 40, 28))
    let small = descent(kind, box, gt)
    let large = descent(kind, box.scaled(by: 16), gt.scaled(by: 16))
    for k in [0, 1, 10, 50] {
      #expect(close(small.ious[k], large.ious[k], relative: 1e-6))
      #expect(close(small.boxes[k].x2 * 16, large.boxes[k].x2, relative: 1e-6))
    }
  }

  @Test("any pair and rate gives a finite path with an IoU from 0 to 1")
  func anyPair() {
    var draws = Draws(1)
    for _ in 0..<100 {
      let corners = (0..<8).map { _ in draws.double(-50...50) }
      let box = Box(corners[0], corners[1], corners[2], corners[3])
      let gt = Box(corners[4], corners[5], corners[4] + abs(corners[6]) + 1, corners[5] + abs(corners[7]) + 1)
      for kind in BoxLoss.Kind.all(beta: 1) {
        let path = BoxDescent(
          BoxLoss(kind), from: box, to: gt, BoxDescent.Rule(rate: draws.double(0.001...5), iterations: 50))
        #expect(path.boxes.allSatisfy(\.isFinite) && path.losses.allSatisfy(\.isFinite))
        #expect(path.ious.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-12 })
      }
    }
  }

  @Test("ratios are parts of cross entropy, for either truth; the curve goes through the point")
  func probabilities() {
    for p in [0.01, 0.1, 0.5, 0.9, 0.999] {
      let losses = ProbabilityLosses(probability: p, alpha: 0.25, gammas: [0, 2])
      #expect(close(losses.probability, p, relative: 1e-12) && losses.lines.count == 4)
      for (line, wanted) in zip(losses.lines, [1, 0.25, 0.25, 0.25 * (1 - p) * (1 - p)]) {
        #expect(close(line.present.ratio, wanted, relative: 1e-9), "\(line.kind)")
      }
      for (line, wanted) in zip(losses.lines, [1, 0.75, 0.75, 0.75 * p * p]) {
        #expect(close(line.absent.ratio, wanted, relative: 1e-9), "\(line.kind)")
      }
      #expect(close(losses.lines[0].present.loss, -Foundation.log(p), relative: 1e-12))
    }
    let curve = ProbabilityLosses.Kind.focal(alpha: 0.25, gamma: 2).curve(isPresent: true, points: 3, least: 0.1)
    #expect(curve.x.count == 3 && close(curve.y[0], 0.466, relative: 1e-3) && curve.y[2] < curve.y[1])
  }
}
