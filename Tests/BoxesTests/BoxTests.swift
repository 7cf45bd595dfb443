import Boxes
import TestSupport
import Testing

@Suite struct BoxTests {
  @Test("a box round a centre has that centre and size")
  func centreAndSize() {
    let box = Box(centerX: 10, centerY: -4, width: 6, height: 3)
    #expect(box.corners == [7, -5.5, 13, -2.5])
    #expect(box.width == 6 && box.height == 3 && box.area == 18)
    #expect(box.centerX == 10 && box.centerY == -4)
  }

  @Test("clipping keeps what is inside and collapses what is not onto the edge")
  func clipping() {
    #expect(Box(-5, 2, 7, 30).clipped(width: 20, height: 10) == Box(0, 2, 7, 10))
    #expect(Box(1, 2, 3, 4).clipped(width: 20, height: 10) == Box(1, 2, 3, 4))
    #expect(Box(25, -9, 40, -3).clipped(width: 20, height: 10) == Box(20, 0, 20, 0))
  }

  @Test("a clipped box is inside the picture, and clipping it again changes nothing")
  func clippingProperty() {
    var draws = Draws(1)
    for _ in 0..<500 {
      let clipped = draws.box().clipped(width: 60, height: 40)
      #expect(clipped.x1 >= 0 && clipped.x1 <= clipped.x2 && clipped.x2 <= 60)
      #expect(clipped.y1 >= 0 && clipped.y1 <= clipped.y2 && clipped.y2 <= 40)
      #expect(clipped.clipped(width: 60, height: 40) == clipped)
    }
  }

  @Test("scaling multiplies every corner")
  func scaling() {
    #expect(Box(1, -2, 3, 4).scaled(by: 0.5) == Box(0.5, -1, 1.5, 2))
  }

  @Test("the left and top edges belong to a box, the right and bottom do not")
  func containment() {
    let box = Box(0, 0, 2, 1)
    #expect(box.contains(x: 0, y: 0))
    #expect(box.contains(x: 1.99, y: 0.99))
    #expect(!box.contains(x: 2, y: 0.5))
    #expect(!box.contains(x: 1, y: 1))
    #expect(!box.contains(x: -0.01, y: 0.5))
  }

  @Test("a box is finite only when all its corners are", arguments: 0..<4)
  func finite(corner: Int) {
    var corners = [1.0, 2, 3, 4]
    #expect(Box(corners[0], corners[1], corners[2], corners[3]).isFinite)
    for bad in [Double.nan, .infinity, -.infinity] {
      corners[corner] = bad
      #expect(!Box(corners[0], corners[1], corners[2], corners[3]).isFinite)
    }
  }
}
