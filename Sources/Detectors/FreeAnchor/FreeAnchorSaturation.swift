import Boxes
import Tensors

/// P{a_j → b_i}: how sure it is that an anchor's guess has found an object (FreeAnchor, section 3.2, "saturated linear").
///
/// With IoU that of the object and the decoded box: 0 up to t1, 1 from t2, and a straight line between. t1 is a
/// parameter, t2 the object's best IoU, so that its best guess counts as found however poor it is. No gradient flows
/// through any of this.
package struct Saturation: Sendable {
  package let lower: Double
  /// G: t2, at least t1 + 1e−12.
  package private(set) var upper: [Double]
  /// The image's box probability: for each anchor and class the largest P over the GT of the class.
  package private(set) var image: SparseProbabilities

  /// O(G · blocks) and the boxes near the objects; memory grows with the anchors whose P is not 0.
  package init(of objects: [Box], labels: [Int], in decoded: inout DecodedBoxes, anchors: Int, lower: Double) {
    self.lower = lower
    upper = []
    image = SparseProbabilities(rows: anchors)
    for (gt, object) in objects.enumerated() {
      var best = 0.0
      var over: [(anchor: Int, iou: Double)] = []
      decoded.forEach(overlapping: object, over: lower) { anchor, iou in
        guard iou > lower else { return }
        best = max(best, iou)
        over.append((anchor, iou))
      }
      let t2 = max(best, lower + Self.least)
      upper.append(t2)
      for (anchor, iou) in over {
        let probability = Self.probability(iou, from: lower, to: t2)
        image.raise(anchor, label: labels[gt], to: probability)
      }
    }
  }

  /// By how much t2 is over t1 at least.
  package static let least = 1e-12

  package static func probability(_ iou: Double, from t1: Double, to t2: Double) -> Double {
    min(max((iou - t1) / (t2 - t1), 0), 1)
  }
}

/// A table of rows and labels most of which is 0: only the others are kept, a chain for each row.
package struct SparseProbabilities: Sendable {
  package struct Entry: Sendable {
    package let label: Int
    package fileprivate(set) var probability: Double
    fileprivate let next: Int32
  }

  /// The first entry of each row; −1 for none.
  private var first: [Int32]
  private var entries: [Entry] = []

  package init(rows: Int) { first = Array(repeating: -1, count: rows) }

  /// How many are not 0.
  package var count: Int { entries.count }

  /// Keeps the larger of what there is and `probability`.
  package mutating func raise(_ row: Int, label: Int, to probability: Double) {
    guard probability > 0 else { return }
    var index = Int(first[row])
    while index >= 0 {
      if entries[index].label == label {
        entries[index].probability = max(entries[index].probability, probability)
        return
      }
      index = Int(entries[index].next)
    }
    entries.append(Entry(label: label, probability: probability, next: first[row]))
    first[row] = Int32(entries.count - 1)
  }

  /// What of a row is not 0.
  @inline(__always)
  package func forEach(ofRow row: Int, _ visit: (Entry) -> Void) {
    var index = Int(first[row])
    while index >= 0 {
      visit(entries[index])
      index = Int(entries[index].next)
    }
  }
}
