import Boxes
import TestSupport

extension Draws {
  /// A box with an area, corners anywhere within ±`reach`.
  mutating func box(reach: Double = 100) -> Box {
    let (x, y) = (double(-reach...reach), double(-reach...reach))
    return Box(x, y, x + double(0.1...reach), y + double(0.1...reach))
  }

  /// A box on a coarse grid, so that equal overlaps are common; it may be empty.
  mutating func gridBox(side: Int = 6) -> Box {
    let (x, y) = (int(0...side), int(0...side))
    return Box(Double(x), Double(y), Double(x + int(0...3)), Double(y + int(0...3)))
  }

  mutating func boxes(_ count: Int, _ draw: (inout Draws) -> Box) -> [Box] {
    (0..<count).map { _ in draw(&self) }
  }
}
