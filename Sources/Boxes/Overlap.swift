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

/// Runs of neighbouring priors with the hull of each: most are far from an object and need not be looked at one by one.
struct PriorRuns {
  private let hulls: [Box]
  private let count: Int
  private static let length = 96

  init(_ priors: [Box]) {
    count = priors.count
    hulls = stride(from: 0, to: priors.count, by: Self.length).map { start in
      let run = priors[start..<min(start + Self.length, priors.count)]
      return run.dropFirst().reduce(priors[start]) {
        Box(min($0.x1, $1.x1), min($0.y1, $1.y1), max($0.x2, $1.x2), max($0.y2, $1.y2))
      }
    }
  }

  /// Calls `body` with every run of priors, in order, that an object may overlap.
  @inline(__always)
  func forEach(near object: Box, _ body: (Range<Int>) -> Void) {
    for (index, hull) in hulls.enumerated()
    where hull.x1 < object.x2 && object.x1 < hull.x2 && hull.y1 < object.y2 && object.y1 < hull.y2 {
      body(index * Self.length..<min((index + 1) * Self.length, count))
    }
  }
}

/// The IoU of every GT with every prior, G rows of N columns.
public struct OverlapMatrix: Sendable {
  public let rows: Int
  public let columns: Int
  /// Row-major, `rows · columns`.
  public let values: [Double]

  /// At most O(rows · columns): priors far from an object are passed over in runs.
  public init(of objects: [Box], with priors: [Box]) {
    rows = objects.count
    columns = priors.count
    let runs = PriorRuns(priors)
    var values = [Double](repeating: 0, count: objects.count * priors.count)
    values.withUnsafeMutableBufferPointer { buffer in
      for (row, object) in objects.enumerated() {
        let area = object.area
        let start = row * priors.count
        runs.forEach(near: object) { run in
          for column in run {
            let shared = object.intersection(with: priors[column])
            if shared > 0 { buffer[start + column] = shared / (area + priors[column].area - shared) }
          }
        }
      }
    }
    self.values = values
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

  /// Without keeping the whole matrix: O(priors) memory, and at most O(objects · priors) time: priors far from an
  /// object are passed over in runs.
  public init(of objects: [Box], with priors: [Box]) {
    iou = Array(repeating: 0, count: priors.count)
    // Where nothing overlaps, the first object is as good as any.
    owner = Array(repeating: objects.isEmpty ? -1 : 0, count: priors.count)
    ofObject = []
    let runs = PriorRuns(priors)
    for (row, object) in objects.enumerated() {
      ofObject.append(absorb(object, row: Int32(row), priors, runs))
    }
  }

  /// Which object a prior overlaps most; nil when there is none. An overlap of 0 still names the first.
  public func object(of prior: Int) -> Int? {
    owner[prior] < 0 ? nil : Int(owner[prior])
  }

  private mutating func absorb(
    _ object: Box, row: Int32, _ priors: [Box], _ runs: PriorRuns
  ) -> (iou: Double, prior: Int) {
    let area = object.area
    var best = (iou: 0.0, prior: 0)
    iou.withUnsafeMutableBufferPointer { iou in
      owner.withUnsafeMutableBufferPointer { owner in
        runs.forEach(near: object) { run in
          for column in run {
            let shared = object.intersection(with: priors[column])
            guard shared > 0 else { continue }
            let overlap = shared / (area + priors[column].area - shared)
            if overlap > best.iou { best = (overlap, column) }
            if overlap > iou[column] {
              iou[column] = overlap
              owner[column] = row
            }
          }
        }
      }
    }
    return best
  }
}
