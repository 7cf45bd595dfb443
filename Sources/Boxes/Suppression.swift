/// Greedy non-maximum suppression, with a record of who removed whom.
public struct Suppression: Sendable {
  public enum Fate: Hashable, Sendable {
    case kept
    /// By a box of higher score, and their overlap.
    case suppressed(by: Int, overlap: Double)
  }

  /// Indices of the boxes kept, best first.
  public private(set) var kept: [Int]
  /// What became of each box.
  public private(set) var fates: [Fate]

  /// Boxes of different groups do not suppress each other: pass the class for NMS per class.
  ///
  /// O(n · kept). `overlap` may be IoU or any measure like it. Equal scores: the lower index first. A box goes when its IoU with a kept one is
  /// over the threshold.
  public init(
    _ boxes: [Box], scores: [Double], groups: [Int]? = nil, threshold: Double,
    overlap: (Box, Box) -> Double = { $0.iou(with: $1) }
  ) {
    let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    kept = []
    fates = Array(repeating: .kept, count: boxes.count)
    for candidate in order {
      let rival = kept.first { other in
        (groups.map { $0[other] == $0[candidate] } ?? true)
          && overlap(boxes[other], boxes[candidate]) > threshold
      }
      if let rival {
        fates[candidate] = .suppressed(by: rival, overlap: overlap(boxes[rival], boxes[candidate]))
      } else {
        kept.append(candidate)
      }
    }
  }
}
