import Boxes
import Foundation
import TestSupport
import Testing

@Suite struct OverlapTests {
  @Test(
    "IoU worked out by hand",
    arguments: [
      (Box(0, 0, 2, 2), Box(0, 0, 2, 2), 1.0),
      (Box(0, 0, 2, 2), Box(1, 0, 3, 2), 1.0 / 3),
      (Box(0, 0, 4, 4), Box(1, 1, 3, 3), 0.25),
      (Box(0, 0, 2, 1), Box(0, 0, 1, 1), 0.5),
      (Box(0, 0, 2, 2), Box(2, 0, 4, 2), 0),
      (Box(0, 0, 2, 2), Box(2, 2, 4, 4), 0),
      (Box(0, 0, 2, 2), Box(5, 5, 6, 6), 0),
      (Box(1, 1, 1, 1), Box(1, 1, 1, 1), 0),
      (Box(0, 0, 2, 2), Box(1, 1, 1, 1), 0),
      (Box(0, 0, 2, 2), Box(1, 0, 1, 2), 0),
    ] as [(Box, Box, Double)])
  func byHand(a: Box, b: Box, wanted: Double) {
    #expect(a.iou(with: b) == wanted)
    #expect(b.iou(with: a) == wanted)
  }

  @Test("IoU is symmetric, from 0 to 1, and 1 for a box with itself")
  func bounds() {
    var draws = Draws(2)
    for _ in 0..<2000 {
      let (a, b) = (draws.box(), draws.box())
      let iou = a.iou(with: b)
      #expect(iou == b.iou(with: a))
      #expect(iou >= 0 && iou <= 1)
      #expect(a.iou(with: a) == 1)
    }
  }

  /// As the original writes it: no early way out but the empty intersection, areas before the union.
  private func original(_ box: Box, _ query: Box) -> Double {
    let queryArea = (query.x2 - query.x1) * (query.y2 - query.y1)
    let iw = min(box.x2, query.x2) - max(box.x1, query.x1)
    guard iw > 0 else { return 0 }
    let ih = min(box.y2, query.y2) - max(box.y1, query.y1)
    guard ih > 0 else { return 0 }
    let union = (box.x2 - box.x1) * (box.y2 - box.y1) + queryArea - iw * ih
    return iw * ih / union
  }

  @Test("the order of operations is the original's, to the bit, in all three places")
  func bits() {
    var draws = Draws(3)
    let objects = draws.boxes(30) { $0.box(reach: 40) }
    let priors = draws.boxes(200) { $0.box(reach: 40) }
    let matrix = OverlapMatrix(of: objects, with: priors)
    let best = BestOverlaps(of: objects, with: priors)
    for (j, prior) in priors.enumerated() {
      let column = objects.map { original($0, prior).bitPattern }
      #expect(objects.indices.map { matrix[$0, j].bitPattern } == column)
      #expect(objects.map { $0.iou(with: prior).bitPattern } == column)
      #expect(best.iou[j] == objects.map { original($0, prior) }.max())
    }
  }

  @Test("priors in runs lose nothing: neighbours in a grid, objects near, far, and overlapping none")
  func runs() {
    var draws = Draws(4)
    let priors = (0..<700).map { index -> Box in
      let (x, y) = (Double(index % 50) * 8, Double(index / 50) * 8)
      return Box(x - 12, y - 9, x + 12, y + 9)
    }
    let objects = draws.boxes(40) { $0.box(reach: 300) } + [Box(900, 900, 950, 950), Box(-80, -80, -12, -9)]
    let matrix = OverlapMatrix(of: objects, with: priors)
    let best = BestOverlaps(of: objects, with: priors)
    for (j, prior) in priors.enumerated() {
      let column = objects.map { original($0, prior) }
      #expect(objects.indices.map { matrix[$0, j].bitPattern } == column.map(\.bitPattern))
      let most = column.max() ?? 0
      #expect(best.iou[j] == most && best.object(of: j) == column.firstIndex(of: most))
    }
    for gt in objects.indices {
      let row = priors.map { original(objects[gt], $0) }
      let most = row.max() ?? 0
      #expect(best.ofObject[gt].iou == most && best.ofObject[gt].prior == row.firstIndex(of: most))
    }
  }

  @Test("the matrix is row-major with a row for each object")
  func matrixLayout() {
    let objects = [Box(0, 0, 2, 2), Box(10, 10, 12, 12)]
    let priors = [Box(0, 0, 2, 2), Box(1, 0, 3, 2), Box(10, 10, 12, 11)]
    let matrix = OverlapMatrix(of: objects, with: priors)
    #expect(matrix.rows == 2 && matrix.columns == 3)
    #expect(matrix.values == [1, 1.0 / 3, 0, 0, 0, 0.5])
    #expect(OverlapMatrix(of: [], with: priors).values.isEmpty)
  }

  @Test("DIoU worked out by hand")
  func diouByHand() {
    // Centres 2 apart; the hull is 4×2, its diagonal squared 20.
    #expect(Box(0, 0, 2, 2).diou(with: Box(2, 0, 4, 2)) == -4.0 / 20)
    #expect(Box(0, 0, 2, 2).diou(with: Box(0, 0, 2, 2)) == 1)
    // The same centre: nothing is taken from the IoU.
    #expect(Box(0, 0, 4, 4).diou(with: Box(1, 1, 3, 3)) == 0.25)
    #expect(Box(3, 3, 3, 3).diou(with: Box(3, 3, 3, 3)) == 0)
  }

  @Test("DIoU is symmetric, at most IoU and never under −1")
  func diouBounds() {
    var draws = Draws(4)
    for _ in 0..<1000 {
      let (a, b) = (draws.box(), draws.box(reach: 400))
      #expect(a.diou(with: b) == b.diou(with: a))
      #expect(a.diou(with: b) <= a.iou(with: b))
      #expect(a.diou(with: b) > -1)
    }
  }

  @Test("GIoU and CIoU worked out by hand")
  func giouAndCIoUByHand() {
    // The hull is 4×2 and full; then 3×3 with two corners empty.
    #expect(Box(0, 0, 2, 2).giou(with: Box(2, 0, 4, 2)) == 0)
    #expect(close(Box(0, 0, 2, 2).giou(with: Box(1, 1, 3, 3)), 1.0 / 7 - 2.0 / 9, relative: 1e-12))
    #expect(Box(3, 3, 3, 3).giou(with: Box(3, 3, 3, 3)) == 0)
    let (a, b) = (Box(0, 0, 2, 2), Box(1, 1, 3, 3))
    #expect(a.ciou(with: b, atan: Foundation.atan) == a.diou(with: b), "equal shapes")
    // Equal centres, sides 4×2 and 2×4: IoU 4/12, angles atan 2 and atan ½ apart by .6435.
    let v = 4 / (Double.pi * Double.pi) * 0.6435011087932844 * 0.6435011087932844
    let wanted = 1.0 / 3 - v * v / (2.0 / 3 + v)
    #expect(close(Box(0, 1, 4, 3).ciou(with: Box(1, 0, 3, 4), atan: Foundation.atan), wanted, relative: 1e-6))
    #expect(Box(3, 3, 3, 3).ciou(with: Box(3, 3, 9, 3), atan: Foundation.atan).isFinite)
  }

  @Test("GIoU and CIoU are symmetric; GIoU is at most IoU and over −1, CIoU at most DIoU")
  func giouAndCIoUBounds() {
    var draws = Draws(14)
    for _ in 0..<1000 {
      let (a, b) = (draws.box(), draws.box(reach: 400))
      #expect(a.giou(with: b) == b.giou(with: a))
      #expect(a.giou(with: b) <= a.iou(with: b) + 1e-15 && a.giou(with: b) > -1)
      let ciou = a.ciou(with: b, atan: Foundation.atan)
      #expect(ciou == b.ciou(with: a, atan: Foundation.atan) && ciou <= a.diou(with: b))
    }
  }

  @Test("the share inside another box is of one's own area")
  func shareInside() {
    #expect(Box(0, 0, 2, 2).shareInside(Box(1, 0, 10, 10)) == 0.5)
    #expect(Box(1, 0, 10, 10).shareInside(Box(0, 0, 2, 2)) == 2.0 / 90)
    #expect(Box(1, 1, 2, 2).shareInside(Box(0, 0, 4, 4)) == 1)
    #expect(Box(0, 0, 1, 1).shareInside(Box(1, 0, 2, 1)) == 0)
    #expect(Box(1, 1, 1, 1).shareInside(Box(0, 0, 4, 4)) == 0)
  }

  @Test("the best of each prior and object are the matrix's, ties going to the lowest index")
  func bestOverlaps() {
    var ties = 0
    for seed in 1...200 {
      var draws = Draws(UInt64(seed))
      let objects = draws.boxes(draws.int(2...6)) { $0.gridBox(side: 3) }
      let priors = draws.boxes(draws.int(20...40)) { $0.gridBox(side: 3) }
      let matrix = OverlapMatrix(of: objects, with: priors)
      let best = BestOverlaps(of: objects, with: priors)
      for j in priors.indices {
        let column = objects.indices.map { matrix[$0, j] }
        let most = column.max() ?? 0
        ties += column.count { $0 == most } > 1 && most > 0 ? 1 : 0
        #expect(best.iou[j] == most)
        #expect(best.object(of: j) == column.firstIndex(of: most))
      }
      for gt in objects.indices {
        let row = priors.indices.map { matrix[gt, $0] }
        let most = row.max() ?? 0
        ties += row.count { $0 == most } > 1 && most > 0 ? 1 : 0
        #expect(best.ofObject[gt].iou == most)
        #expect(best.ofObject[gt].prior == row.firstIndex(of: most))
      }
    }
    #expect(ties > 100, "the property was tried where it matters")
  }

  @Test("without objects nothing is best")
  func noObjects() {
    let best = BestOverlaps(of: [], with: [Box(0, 0, 1, 1), Box(1, 1, 2, 2)])
    #expect(best.iou == [0, 0])
    #expect(best.object(of: 0) == nil && best.object(of: 1) == nil)
    #expect(best.ofObject.isEmpty)
  }
}
