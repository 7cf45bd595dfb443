extension Box {
  /// The area two boxes share; 0 when they do not overlap.
  @inlinable
  public func intersection(with other: Box) -> Double {
    let width = min(x2, other.x2) - max(x1, other.x1)
    let height = min(y2, other.y2) - max(y1, other.y1)
    return max(width, 0) * max(height, 0)
  }

  /// Intersection over union, in the order of operations of the original implementations, so that
  /// ties fall as they do there: union = a + b − intersection. 0 where the union is empty.
  @inlinable
  public func iou(with other: Box) -> Double {
    let shared = intersection(with: other)
    let union = area + other.area - shared
    return union > 0 ? shared / union : 0
  }

  /// IoU less the squared distance of the centres over the squared diagonal of the hull (Zheng et al.
  /// 2020): from −1 to 1. The hull's diagonal is at least 1e−7 squared, so that equal points stay finite.
  @inlinable
  public func diou(with other: Box) -> Double {
    let dx = centerX - other.centerX
    let dy = centerY - other.centerY
    let w = max(x2, other.x2) - min(x1, other.x1)
    let h = max(y2, other.y2) - min(y1, other.y1)
    return iou(with: other) - (dx * dx + dy * dy) / max(w * w + h * h, 1e-7)
  }

  /// IoU less the part of the hull that neither box covers (Rezatofighi et al. 2019): from −1 to 1. 0 is taken off
  /// where the hull is empty.
  @inlinable
  public func giou(with other: Box) -> Double {
    let w = max(x2, other.x2) - min(x1, other.x1)
    let h = max(y2, other.y2) - min(y1, other.y1)
    let hull = w * h
    guard hull > 0 else { return iou(with: other) }
    return iou(with: other) - (hull - (area + other.area - intersection(with: other))) / hull
  }

  /// DIoU less αv (Zheng et al. 2020): v = 4/π² · (difference of the angles of the diagonals)²,
  /// α = v / (1 − IoU + v + 1e−7). The angle of a box without height is a right one, that of a point 0.
  @inlinable
  public func ciou(with other: Box, atan: (Double) -> Double) -> Double {
    let turn = other.diagonalAngle(atan) - diagonalAngle(atan)
    let v = 4 / (Double.pi * Double.pi) * (turn * turn)
    return diou(with: other) - v / (1 - iou(with: other) + v + 1e-7) * v
  }

  @inlinable
  func diagonalAngle(_ atan: (Double) -> Double) -> Double {
    width == 0 && height == 0 ? 0 : atan(width / height)
  }

  /// The part of this box's area that lies inside another, 0 for an empty box.
  @inlinable
  public func shareInside(_ other: Box) -> Double {
    area > 0 ? intersection(with: other) / area : 0
  }
}

/// The IoU of every GT with every prior, G rows of N columns.
public struct OverlapMatrix: Sendable {
  public let rows: Int
  public let columns: Int
  /// Row-major, `rows · columns`.
  public let values: [Double]

  /// O(rows · columns).
  public init(of objects: [Box], with priors: [Box]) {
    rows = objects.count
    columns = priors.count
    let areas = priors.map(\.area)
    values = [Double](unsafeUninitializedCapacity: objects.count * priors.count) { buffer, count in
      for (row, object) in objects.enumerated() {
        let area = object.area
        let start = row * priors.count
        for column in priors.indices {
          let shared = object.intersection(with: priors[column])
          let union = area + areas[column] - shared
          buffer[start + column] = union > 0 ? shared / union : 0
        }
      }
      count = objects.count * priors.count
    }
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Double { values[row * columns + column] }
}

/// For each prior the GT it overlaps most, and for each GT its best prior. Ties go to the lowest index.
public struct BestOverlaps: Sendable {
  /// N: the largest IoU of each prior; 0 without objects.
  public private(set) var iou: [Double]
  /// N: the object it is with, −1 for none; read by `object(of:)`.
  private var owner: [Int32]
  /// G: the largest IoU of each object, and the first prior that has it.
  public private(set) var ofObject: [(iou: Double, prior: Int)]

  /// Without keeping the whole matrix: O(objects · priors) time, O(priors) memory.
  public init(of objects: [Box], with priors: [Box]) {
    iou = Array(repeating: 0, count: priors.count)
    owner = Array(repeating: -1, count: priors.count)
    ofObject = []
    let areas = priors.map(\.area)
    for (row, object) in objects.enumerated() {
      ofObject.append(absorb(object, row: Int32(row), priors: priors, areas: areas))
    }
  }

  /// Which object a prior overlaps most; nil when there is none. An overlap of 0 still names the first.
  public func object(of prior: Int) -> Int? {
    owner[prior] < 0 ? nil : Int(owner[prior])
  }

  private mutating func absorb(
    _ object: Box, row: Int32, priors: [Box], areas: [Double]
  ) -> (iou: Double, prior: Int) {
    let area = object.area
    var best = -1.0
    var bestPrior = 0
    iou.withUnsafeMutableBufferPointer { iou in
      owner.withUnsafeMutableBufferPointer { owner in
        for column in priors.indices {
          let shared = object.intersection(with: priors[column])
          // Most priors are far away: a division saved.
          let overlap = shared > 0 ? shared / (area + areas[column] - shared) : 0
          if overlap > best { best = overlap; bestPrior = column }
          if overlap > iou[column] || row == 0 { iou[column] = overlap; owner[column] = row }
        }
      }
    }
    return (max(best, 0), bestPrior)
  }
}
