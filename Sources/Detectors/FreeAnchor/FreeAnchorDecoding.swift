import Boxes
import Tensors

/// The boxes that a network's deltas stand for, worked out only where they are looked at: of 200,000 at a paper's size
/// most lie so far from every object that ranges for whole blocks of them show it.
package struct DecodedBoxes: Sendable {
  private let anchors: [Box]
  private let deltas: Tensor
  private let coding: BoxCoding
  package let blocks: BoxBlocks
  /// N; an anchor's own box until it is decoded.
  private var boxes: [Box]
  private var isDecoded: [Bool]

  /// - Parameter deltas: N,4.
  package init(_ deltas: Tensor, from anchors: [Box], _ coding: BoxCoding) {
    self.anchors = anchors
    self.deltas = deltas
    self.coding = coding
    boxes = anchors
    switch coding.kind {
    case .center:
      blocks = Self.blocks(deltas, from: anchors, coding)
      isDecoded = Array(repeating: false, count: anchors.count / BoxBlocks.length + 1)
    case .corner:
      for j in anchors.indices { boxes[j] = coding.decode(deltas.four(at: j), from: anchors[j], exp: Exact.exp) }
      blocks = BoxBlocks(boxes)
      isDecoded = Array(repeating: true, count: anchors.count / BoxBlocks.length + 1)
    }
  }

  /// Ranges of the centres, and of the sides from those of the anchors and of the deltas.
  private static func blocks(_ deltas: Tensor, from anchors: [Box], _ coding: BoxCoding) -> BoxBlocks {
    let (means, stds) = (coding.means, coding.deviations)
    return deltas.elements.withUnsafeBufferPointer { d in
      BoxBlocks(count: anchors.count) { range in
        var (x, y) = (Extent.none, Extent.none)
        for j in range {
          let anchor = anchors[j]
          x.include(anchor.centerX, anchor.width, Double(d[j * 4]) * stds[0] + means[0], Double(d[j * 4 + 2]))
          y.include(anchor.centerY, anchor.height, Double(d[j * 4 + 1]) * stds[1] + means[1], Double(d[j * 4 + 3]))
        }
        return (x.span(stds[2], means[2], coding), y.span(stds[3], means[3], coding))
      }
    }
  }

  /// What the anchors and deltas of a block range over along one axis.
  private struct Extent {
    var center: (least: Double, greatest: Double)
    var side: (least: Double, greatest: Double)
    var delta: (least: Double, greatest: Double)

    static let none = Extent(
      center: (.infinity, -.infinity), side: (.infinity, -.infinity), delta: (.infinity, -.infinity))

    @inline(__always)
    mutating func include(_ center: Double, _ side: Double, _ shift: Double, _ delta: Double) {
      let moved = center + shift * side
      self.center = (min(self.center.least, moved), max(self.center.greatest, moved))
      self.side = (min(self.side.least, side), max(self.side.greatest, side))
      self.delta = (min(self.delta.least, delta), max(self.delta.greatest, delta))
    }

    func span(_ std: Double, _ mean: Double, _ coding: BoxCoding) -> BoxBlocks.Span {
      let limit = coding.largestLogScale
      func factor(_ delta: Double) -> Double { Exact.exp(min(max(delta * std + mean, -limit), limit)) }
      return BoxBlocks.Span(
        leastCenter: center.least, greatestCenter: center.greatest,
        // As in the block's bounds, more than rounding could take away.
        leastSide: side.least * factor(delta.least) * (1 - 1e-12),
        greatestSide: side.greatest * factor(delta.greatest) * (1 + 1e-12))
    }
  }

  /// Every box.
  package mutating func all() -> [Box] {
    for block in isDecoded.indices { decode(block) }
    return boxes
  }

  /// Calls `visit` with each box whose IoU with an object may be over a bound, and that IoU.
  package mutating func forEach(
    overlapping object: Box, over bound: Double, _ visit: (_ anchor: Int, _ iou: Double) -> Void
  ) {
    for range in blocks.ranges(overlapping: object, over: bound) {
      decode(range.lowerBound / BoxBlocks.length)
      for j in range { visit(j, object.overlap(withDecoded: boxes[j])) }
    }
  }

  private mutating func decode(_ block: Int) {
    guard !isDecoded[block] else { return }
    isDecoded[block] = true
    for j in blocks.range(ofBlock: block) {
      boxes[j] = coding.decode(deltas.four(at: j), from: anchors[j], exp: Exact.exp)
    }
  }
}

extension Box {
  /// The IoU with a guess, which may be of any size: the area both cover counts as at least 1e−6, as in mmdetection.
  @inline(__always)
  func overlap(withDecoded guess: Box) -> Double {
    let shared = intersection(with: guess)
    return shared > 0 ? shared / max(area + guess.area - shared, 1e-6) : 0
  }
}

extension Tensor {
  /// A row of N,4.
  @inline(__always)
  fileprivate func four(at row: Int) -> (Double, Double, Double, Double) {
    (
      Double(elements[row * 4]), Double(elements[row * 4 + 1]), Double(elements[row * 4 + 2]),
      Double(elements[row * 4 + 3])
    )
  }
}
