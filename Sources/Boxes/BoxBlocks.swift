/// Boxes in blocks of neighbours, each block with the ranges of its boxes' centres and sides, so that whole blocks
/// can be passed over where none of their boxes could overlap an object enough.
///
/// Anchors of one row of cells lie side by side, so a block of them is compact and most are far from any one object.
package struct BoxBlocks: Sendable {
  /// Between which numbers the boxes of a block lie, along one axis.
  package struct Span: Hashable, Sendable {
    package var leastCenter: Double
    package var greatestCenter: Double
    package var leastSide: Double
    package var greatestSide: Double

    package init(leastCenter: Double, greatestCenter: Double, leastSide: Double, greatestSide: Double) {
      self.leastCenter = leastCenter
      self.greatestCenter = greatestCenter
      self.leastSide = leastSide
      self.greatestSide = greatestSide
    }

    fileprivate init() {
      self.init(
        leastCenter: .infinity, greatestCenter: -.infinity, leastSide: .infinity, greatestSide: -.infinity)
    }

    fileprivate mutating func include(center: Double, side: Double) {
      leastCenter = min(leastCenter, center)
      greatestCenter = max(greatestCenter, center)
      leastSide = min(leastSide, side)
      greatestSide = max(greatestSide, side)
    }

    /// No box of the span overlaps an interval by a larger IoU than this, along the axis.
    ///
    /// For centres d apart the IoU of intervals of lengths a and b rises with a up to a = b + 2d, and then falls.
    @inline(__always)
    fileprivate func greatestOverlap(center: Double, side: Double) -> Double {
      // A billionth of a pixel more than rounding could take away.
      let distance = max(0, leastCenter - center - 1e-9, center - greatestCenter - 1e-9)
      let length = min(max(side + 2 * distance, leastSide), greatestSide)
      let shared = min(length, side, (length + side) / 2 - distance)
      return shared > 0 ? shared / (length + side - shared) : 0
    }
  }

  /// Boxes of a block.
  package static let length = 64

  package let count: Int
  private let spans: [(x: Span, y: Span)]

  /// - Parameter span: the ranges of the boxes of a block, along x and y.
  package init(count: Int, spans span: (Range<Int>) -> (x: Span, y: Span)) {
    self.count = count
    spans = stride(from: 0, to: count, by: Self.length).map { span($0..<min(count, $0 + Self.length)) }
  }

  package init(_ boxes: [Box]) {
    self.init(count: boxes.count) { range in
      var (x, y) = (Span(), Span())
      for j in range {
        x.include(center: boxes[j].centerX, side: boxes[j].width)
        y.include(center: boxes[j].centerY, side: boxes[j].height)
      }
      return (x, y)
    }
  }

  /// For each block an IoU that none of its boxes has more of with `object`. O(blocks).
  package func greatestOverlaps(with object: Box) -> [Double] {
    let (cx, cy, width, height) = (object.centerX, object.centerY, object.width, object.height)
    return spans.map { span in
      let x = span.x.greatestOverlap(center: cx, side: width)
      guard x > 0 else { return 0 }
      // A little more than rounding could take away.
      return min(x, span.y.greatestOverlap(center: cy, side: height)) * (1 + 1e-9)
    }
  }

  /// The boxes of a block.
  package func range(ofBlock block: Int) -> Range<Int> {
    block * Self.length..<min(count, (block + 1) * Self.length)
  }

  /// The boxes of the blocks that may hold one whose IoU with `object` is over a bound.
  package func ranges(overlapping object: Box, over bound: Double) -> [Range<Int>] {
    let overlaps = greatestOverlaps(with: object)
    return overlaps.indices.filter { overlaps[$0] > bound }.map(range(ofBlock:))
  }
}

extension BoxBlocks {
  /// The boxes that overlap an object most, best first; of equals the lower index. Boxes that do not overlap it at all
  /// come last, in order.
  ///
  /// Only blocks that may hold one of them are looked at: the bound falls until enough boxes are over it, and what has
  /// not been looked at then is under it.
  ///
  /// - Parameters:
  ///   - boxes: those that the blocks were made of.
  ///   - isLeftOut: boxes that do not count.
  package func best(
    _ wanted: Int, of boxes: [Box], for object: Box, leavingOut isLeftOut: (Int) -> Bool = { _ in false }
  ) -> [(index: Int, iou: Double)] {
    let overlaps = greatestOverlaps(with: object)
    var found: [(index: Int, iou: Double)] = []
    var above = Double.infinity
    for bound in [0.7, 0.5, 0.35, 0.25, 0.15, 0.08, 0.03, 0] {
      for block in overlaps.indices where overlaps[block] > bound && overlaps[block] <= above {
        for j in range(ofBlock: block) where !isLeftOut(j) {
          let iou = object.iou(with: boxes[j])
          if iou > 0 { found.append((j, iou)) }
        }
      }
      above = bound
      guard found.count >= wanted else { continue }
      let over = found.filter { $0.iou > bound }
      if over.count >= wanted { return Self.first(wanted, of: over) }
    }
    return fill(Self.first(wanted, of: found), to: wanted, isLeftOut)
  }

  private static func first(_ wanted: Int, of found: [(index: Int, iou: Double)]) -> [(index: Int, iou: Double)] {
    Array(found.sorted { $0.iou != $1.iou ? $0.iou > $1.iou : $0.index < $1.index }.prefix(wanted))
  }

  private func fill(
    _ found: [(index: Int, iou: Double)], to wanted: Int, _ isLeftOut: (Int) -> Bool
  ) -> [(index: Int, iou: Double)] {
    var result = found
    let taken = Set(found.map(\.index))
    for j in 0..<count where result.count < wanted && !taken.contains(j) && !isLeftOut(j) { result.append((j, 0)) }
    return result
  }
}
