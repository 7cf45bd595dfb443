import Boxes
import Traces

/// How far a point is from the four sides of a box, in pixels: what FCOS predicts in place of corners.
package struct SideDistances: Hashable, Sendable {
  package let left: Double
  package let top: Double
  package let right: Double
  package let bottom: Double

  @inline(__always)
  package init(x: Double, y: Double, to box: Box) {
    left = x - box.x1
    top = y - box.y1
    right = box.x2 - x
    bottom = box.y2 - y
  }

  /// Over 0 strictly inside the box.
  @inline(__always)
  package var least: Double { min(min(left, right), min(top, bottom)) }

  @inline(__always)
  package var most: Double { max(max(left, right), max(top, bottom)) }

  package var all: [Double] { [left, top, right, bottom] }

  /// √(min(l,r)/max(l,r) · min(t,b)/max(t,b)): 1 in the middle of the box, towards 0 at its sides.
  package var centerness: Double {
    ((min(left, right) / max(left, right)) * (min(top, bottom) / max(top, bottom))).squareRoot()
  }
}

/// Which points an object may have (FCOS section 3): those strictly inside its box, near enough to its centre,
/// on the level whose range the largest of their four distances falls into.
package struct PointRules: Hashable, Sendable {
  /// Half the side of the centre sample, in strides; nil where the whole box counts.
  package let centerRadius: Double?
  /// For each level, where the largest distance must be, both ends included.
  package let ranges: [ClosedRange<Double>]
  /// The same as they were asked for, and whether their ends count.
  package let bounds: [ClosedRange<Double>]
  package let endsAreIncluded: Bool

  package init(centerRadius: Double? = nil, ranges: [ClosedRange<Double>], endsAreIncluded: Bool = true) {
    self.centerRadius = centerRadius
    bounds = ranges
    self.endsAreIncluded = endsAreIncluded
    // Between two doubles there is no third: without its ends a range begins and ends one further in.
    self.ranges =
      endsAreIncluded
      ? ranges
      : ranges.map { $0.lowerBound.nextUp...max($0.lowerBound.nextUp, $0.upperBound.nextDown) }
  }

  /// What an object's points must lie strictly inside of: the square round its centre, cut to its box.
  package func sample(of box: Box, stride: Double) -> Box {
    guard let centerRadius else { return box }
    let reach = stride * centerRadius
    return Box(
      max(box.centerX - reach, box.x1), max(box.centerY - reach, box.y1), min(box.centerX + reach, box.x2),
      min(box.centerY + reach, box.y2))
  }

  /// The answers of the three rules for a point and an object, each asked on its own.
  package struct Verdict: Hashable, Sendable {
    package let isInBox: Bool
    package let isInSample: Bool
    package let isInRange: Bool

    package var passes: Bool { isInBox && isInSample && isInRange }
  }

  package func judge(x: Double, y: Double, level: Int, stride: Double, _ box: Box) -> Verdict {
    let distances = SideDistances(x: x, y: y, to: box)
    return Verdict(
      isInBox: distances.least > 0,
      isInSample: SideDistances(x: x, y: y, to: sample(of: box, stride: stride)).least > 0,
      isInRange: ranges.indices.contains(level) && ranges[level].contains(distances.most))
  }
}

/// Each point goes to the smallest of the objects that may have it.
///
/// 1. An object claims the points that pass the three rules.
/// 2. Of several claims on a point the smallest box wins, the first of equals.
/// 3. A point strictly inside an ignored object is ignored.
///
/// Only the points inside a box are visited: O(Σ points inside), not points × objects.
package struct PointMatching: Sendable {
  package enum State: Int8, Sendable {
    case positive = 1
    case negative = 0
    case ignored = -1
  }

  /// P: the GT of a positive, −1 for none; read by `owner(of:)`.
  private var owners: [Int32]
  /// P: how many objects claim each point.
  package private(set) var claims: [Int32]
  package private(set) var states: [State]

  package init(_ grid: PriorGrid, to objects: [Box], ignored: [Box] = [], _ rules: PointRules) {
    owners = Array(repeating: -1, count: grid.count)
    claims = Array(repeating: 0, count: grid.count)
    states = []
    var least = [Double](repeating: .infinity, count: grid.count)
    owners.withUnsafeMutableBufferPointer { owners in
      claims.withUnsafeMutableBufferPointer { claims in
        least.withUnsafeMutableBufferPointer { least in
          for (gt, box) in objects.enumerated() {
            let area = box.area
            Self.visit(grid, box, rules) { point in
              claims[point] += 1
              guard area < least[point] else { return }
              least[point] = area
              owners[point] = Int32(gt)
            }
          }
        }
      }
    }
    states = owners.map { $0 < 0 ? .negative : .positive }
    for box in ignored { ignore(inside: box, grid) }
  }

  private mutating func ignore(inside box: Box, _ grid: PriorGrid) {
    let everywhere = PointRules(ranges: grid.levels.map { _ in -Double.infinity...Double.infinity })
    var inside: [Int] = []
    Self.visit(grid, box, everywhere) { inside.append($0) }
    for point in inside {
      states[point] = .ignored
      owners[point] = -1
    }
  }

  /// Calls `body` with every point that passes the rules for a box, in order.
  @inline(__always)
  private static func visit(_ grid: PriorGrid, _ box: Box, _ rules: PointRules, _ body: (Int) -> Void) {
    for (index, level) in grid.levels.enumerated() where rules.ranges.indices.contains(index) {
      let stride = Double(level.stride)
      let range = rules.ranges[index]
      // No point inside reaches as far as the longer side, and none less far than half of it.
      let side = max(box.width, box.height)
      guard side >= range.lowerBound, side * 0.499 <= range.upperBound else { continue }
      let sample = rules.sample(of: box, stride: stride)
      let columns = cells(sample.x1, sample.x2, spacing: level.spacing, offset: grid.offset, count: level.width)
      let rows = cells(sample.y1, sample.y2, spacing: level.spacing, offset: grid.offset, count: level.height)
      for row in rows {
        let y = (Double(row) + grid.offset) * level.spacing
        guard min(y - sample.y1, sample.y2 - y) > 0 else { continue }
        let tall = max(y - box.y1, box.y2 - y)
        for column in columns {
          let x = (Double(column) + grid.offset) * level.spacing
          guard min(x - sample.x1, sample.x2 - x) > 0 else { continue }
          let most = max(max(x - box.x1, box.x2 - x), tall)
          if range.lowerBound <= most && most <= range.upperBound { body(level.start + row * level.width + column) }
        }
      }
    }
  }

  /// The rows or columns whose points may lie between two places: at most one too many at either end.
  private static func cells(_ low: Double, _ high: Double, spacing: Double, offset: Double, count: Int) -> Range<Int> {
    let first = (low / spacing - offset).rounded(.down)
    let last = (high / spacing - offset).rounded(.up)
    guard first <= last, first < Double(count), last >= 0 else { return 0..<0 }
    return Int(max(first, 0))..<Int(min(last, Double(count - 1))) + 1
  }

  package func owner(of point: Int) -> Int? { owners[point] < 0 ? nil : Int(owners[point]) }

  package var positives: [Int] { states.indices.filter { states[$0] == .positive } }

  package func count(of state: State) -> Int { states.count { $0 == state } }
}

/// What the positives should predict.
package struct PointTargets: Sendable {
  /// P,4: l, t, r, b in pixels; 0 where not positive.
  package private(set) var distances: [Double]
  /// P; 0 where not positive.
  package private(set) var centerness: [Double]

  package init(_ grid: PriorGrid, _ matching: PointMatching, objects: [Box], positives: [Int]) {
    distances = Array(repeating: 0, count: grid.count * 4)
    centerness = Array(repeating: 0, count: grid.count)
    for point in positives {
      guard let gt = matching.owner(of: point), let place = grid.location(of: point),
        let center = grid.center(of: place)
      else { continue }
      let target = SideDistances(x: center.x, y: center.y, to: objects[gt])
      distances[point * 4] = target.left
      distances[point * 4 + 1] = target.top
      distances[point * 4 + 2] = target.right
      distances[point * 4 + 3] = target.bottom
      centerness[point] = target.centerness
    }
  }
}
