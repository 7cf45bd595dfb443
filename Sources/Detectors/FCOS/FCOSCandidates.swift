import Boxes
import Traces

/// The answers of FCOS's three rules for every pair of an object and a point, each asked on its own, for the record.
/// Matching does not need them.
package struct PointCandidates: Sendable {
  /// A comparison so close that rounding decides, or exactly on its bound.
  package struct Borderline: Hashable, Sendable {
    package enum Bound: Hashable, Sendable {
      /// A side of the box, or of the centre sample.
      case side
      /// The least or largest distance of the level.
      case range
    }

    package let gt: Int
    package let point: Int
    package let bound: Bound
    /// From the bound, over 0 on the passing side.
    package let distance: Double
  }

  package let objects: Int
  package let points: Int
  /// G,P each, row-major.
  package private(set) var inBox: [Bool]
  package private(set) var inSample: [Bool]
  package private(set) var inRange: [Bool]
  package private(set) var borderlines: [Borderline] = []

  /// O(objects · points).
  package init(_ grid: PriorGrid, _ boxes: [Box], _ rules: PointRules) {
    objects = boxes.count
    points = grid.count
    inBox = Array(repeating: false, count: objects * points)
    inSample = inBox
    inRange = inBox
    let places = grid.points
    for (gt, box) in boxes.enumerated() {
      for (index, level) in grid.levels.enumerated() {
        for point in level.range {
          let (x, y) = places[point]
          let verdict = rules.judge(x: x, y: y, level: index, stride: Double(level.stride), box)
          inBox[gt * points + point] = verdict.isInBox
          inSample[gt * points + point] = verdict.isInSample
          inRange[gt * points + point] = verdict.isInRange
          noteBorderline(gt, point, x: x, y: y, box, level: index, stride: Double(level.stride), rules)
        }
      }
    }
  }

  /// How near is too near to tell.
  package static let tolerance = 1e-6

  private mutating func noteBorderline(
    _ gt: Int, _ point: Int, x: Double, y: Double, _ box: Box, level: Int, stride: Double, _ rules: PointRules
  ) {
    guard rules.ranges.indices.contains(level) else { return }
    let inside = SideDistances(x: x, y: y, to: rules.sample(of: box, stride: stride)).least
    let most = SideDistances(x: x, y: y, to: box).most
    let range = rules.ranges[level]
    let within = min(most - range.lowerBound, range.upperBound - most)
    // Only where the other rule leaves the matter to this one.
    guard inside > -Self.tolerance, within > -Self.tolerance else { return }
    if inside < Self.tolerance { borderlines.append(Borderline(gt: gt, point: point, bound: .side, distance: inside)) }
    if within < Self.tolerance { borderlines.append(Borderline(gt: gt, point: point, bound: .range, distance: within)) }
  }

  package func passes(_ gt: Int, _ point: Int) -> Bool {
    let index = gt * points + point
    return inBox[index] && inSample[index] && inRange[index]
  }

  /// G,P: whether a pair passes all three.
  package var passed: [Bool] { inBox.indices.map { inBox[$0] && inSample[$0] && inRange[$0] } }
}

/// What became of the points that one object could have, rule by rule, as the trace has it.
struct PointFate {
  /// The rule that left an object without a point.
  enum Obstacle {
    case box
    case sample
    case range
    case area
    case ignoredObject
  }

  let gt: Int
  let box: Box
  /// The points strictly in the box; those of them in the centre sample; those of these in their level's range.
  let inBox: [Int]
  let inSample: [Int]
  let passed: [Int]
  /// Those that became its own; empty before the match.
  let won: [Int]
  /// Those that went to another object.
  let lost: [(point: Int, to: Int)]
  private let trace: Trace

  /// Nil when there is no such object, or no candidates yet.
  init?(of gt: Int, in trace: Trace) {
    let objects = trace.scene.groundTruth
    guard objects.indices.contains(gt), let inBox = trace.ones("candidates.inside_box", gt),
      let inSample = trace["candidates.inside_center"], let inRange = trace["candidates.inside_range"]
    else { return nil }
    self.gt = gt
    self.trace = trace
    box = objects[gt].box
    self.inBox = inBox
    self.inSample = inBox.filter { inSample[gt, $0] == 1 }
    passed = self.inSample.filter { inRange[gt, $0] == 1 }
    let owners = trace["match.gt"]
    won = passed.filter { owners?[$0] == Double(gt) }
    lost = passed.compactMap { point in
      guard let owner = owners?[point], owner >= 0, owner != Double(gt) else { return nil }
      return (point, Int(owner))
    }
  }

  /// Nil when the object has points.
  var obstacle: Obstacle? {
    if inBox.isEmpty { return .box }
    if inSample.isEmpty { return .sample }
    if passed.isEmpty { return .range }
    guard trace["match.gt"] != nil, won.isEmpty else { return nil }
    return lost.isEmpty ? .ignoredObject : .area
  }

  /// The point to look at: its own of highest centerness, else that which came furthest.
  var telling: Int? {
    let stage = [won, passed, inSample, inBox].first { !$0.isEmpty }
    guard let stage else { return nearest }
    return stage.max { middle($0) < middle($1) }
  }

  private func distances(_ point: Int) -> SideDistances {
    let center = trace.priors.location(of: point).flatMap { trace.priors.center(of: $0) }
    return SideDistances(x: center?.x ?? .nan, y: center?.y ?? .nan, to: box)
  }

  private func middle(_ point: Int) -> Double { distances(point).centerness }

  /// The point that is least far outside the box.
  private var nearest: Int? { (0..<trace.priors.count).max { distances($0).least < distances($1).least } }

  // MARK: In words

  /// Which rule left the object without a point, in a sentence; nil where it has one.
  var sentence: String? {
    guard let obstacle else { return nil }
    switch obstacle {
    case .box: return outsideAll
    case .sample:
      let radius = Settings(recordedIn: trace, of: FCOS.self)[FCOS.centerRadius]
      return "\(Self.count(inBox)) in its box, but none within \(Number.text(radius)) strides of its centre."
    case .range: return offRange
    case .area: return lostAll
    case .ignoredObject: return "\(Self.count(passed)) could be its own, but all lie inside an ignored object."
    }
  }

  private static func count(_ points: [Int]) -> String {
    "\(Number.plural(points.count, "point")) \(points.count == 1 ? "lies" : "lie")"
  }

  private var outsideAll: String {
    let size = "\(Number.text(box.width, digits: 3))×\(Number.text(box.height, digits: 3)) px"
    let gap = Number.text(trace.priors.levels.map(\.spacing).min() ?? 0)
    return "no point lies inside its box of \(size), as points are \(gap) px apart or more."
  }

  private var offRange: String {
    let ranges = Settings(recordedIn: trace, of: FCOS.self).pointRules.ranges
    guard let point = inSample.max(by: { middle($0) < middle($1) }), let level = trace.priors.level(of: point),
      ranges.indices.contains(level)
    else { return "no point is on the level for its distances." }
    return
      "of \(Number.plural(inSample.count, "point")) in its box none is on the level for its distances: "
      + "\(trace.priors.label(of: point)) has max(l, t, r, b) \(Number.text(distances(point).most, digits: 3)), "
      + "and \(trace.priors.levels[level].name) takes \(ranges[level].words)."
  }

  private var lostAll: String {
    let rivals = Set(lost.map(\.to)).sorted()
    guard let first = lost.first else { return "" }
    let objects = trace.scene.groundTruth
    let mine = box.area
    func comparison(_ rival: Int) -> String {
      let its = objects[rival].box.area
      return its < mine
        ? "smaller (\(Number.text(its, digits: 4)) against \(Number.text(mine, digits: 4)) px²)"
        : "as large and comes first"
    }
    if lost.count == 1 {
      return "its only point, \(trace.priors.label(of: first.point)), went to gt \(first.to), whose box is "
        + comparison(first.to) + "."
    }
    let names = rivals.prefix(4).map { "gt \($0)" }.joined(separator: ", ") + (rivals.count > 4 ? " and others" : "")
    return rivals.count == 1
      ? "all \(lost.count) points it could have went to \(names), whose box is \(comparison(first.to))."
      : "all \(lost.count) points it could have went to \(names), whose boxes are smaller, or as large and come first."
  }
}

extension ClosedRange<Double> {
  /// "64 to 128", "up to 64", "512 and more", as levels take distances.
  var words: String {
    if lowerBound <= 0 { return upperBound >= 1e8 ? "any distance" : "up to \(Number.text(upperBound))" }
    return upperBound >= 1e8
      ? "\(Number.text(lowerBound)) and more" : "\(Number.text(lowerBound)) to \(Number.text(upperBound))"
  }
}

extension Trace {
  /// Where a row of a value of shape G,N is 1; nil when there is no such row.
  func ones(_ name: String, _ row: Int) -> [Int]? {
    guard let value = self[name], value.shape.count == 2, row >= 0, row < value.shape[0] else { return nil }
    let width = value.shape[1]
    return (0..<width).filter { value[flat: row * width + $0] == 1 }
  }
}

extension PriorGrid {
  /// The centre of each cell, in the order of the priors: one prior to a cell.
  package var points: [(x: Double, y: Double)] {
    levels.flatMap { level in
      return (0..<level.height).flatMap { row in
        (0..<level.width).map { ((Double($0) + offset) * level.spacing, (Double(row) + offset) * level.spacing) }
      }
    }
  }

  /// Of the level of a prior; 1 when there is no such prior.
  package func stride(of prior: Int) -> Int { level(of: prior).map { levels[$0].stride } ?? 1 }
}
