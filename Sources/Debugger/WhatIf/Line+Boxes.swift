import Boxes
import Detectors
import Scenes
import Traces

extension Box {
  /// The lines along which a GT's box can be changed: an edge, two that meet, all four, or the whole box moved.
  func lines(ofGT gt: Int, in scene: Scene) -> [Line] {
    let signs = [-1.0, 1]
    let edges = (0..<4).flatMap { edge in signs.map { [(edge, $0)] } }
    let moves = (0..<2).flatMap { axis in signs.map { [(axis, $0), (axis + 2, $0)] } }
    let corners = signs.flatMap { s in
      [0, 2].flatMap { x in [1, 3].map { y in [(x, x == 0 ? -s : s), (y, y == 1 ? -s : s)] } }
    }
    let sizes = signs.map { s in [(0, -s), (1, -s), (2, s), (3, s)] }
    return (edges + moves + corners + sizes).map { line($0, gt, scene) }
  }

  /// - Parameter edges: which of x1, y1, x2, y2 move, and which way.
  private func line(_ edges: [(edge: Int, sign: Double)], _ gt: Int, _ scene: Scene) -> Line {
    let ends = [Double(scene.width), Double(scene.height)]
    let sides = [width, height]
    let isMove = edges.count == 2 && edges[0].edge + 2 == edges[1].edge
    // Along each axis in parts of the side, shared between the two axes.
    let axes = Double(Set(edges.map { $0.edge % 2 }).count)
    let room = edges.map { edge, sign -> Double in
      let (axis, at) = (edge % 2, corners[edge])
      let outwards = (edge < 2) == (sign < 0)
      let toBorder = sign < 0 ? max(0, at) : max(0, ends[axis] - at)
      let pixels = outwards || isMove ? toBorder : 0.95 * sides[axis]
      return pixels / sides[axis]
    }
    return Line(.fixed, limit: axes * (room.min() ?? 0)) { amount, decimals in
      var numbers = corners
      for (edge, sign) in edges {
        let pixels = (amount / axes * sides[edge % 2]).rounded(decimals, awayFrom: 0)
        // An edge that is moved inwards by too much would pass the other.
        numbers[edge] += sign * pixels
      }
      return change(gt, to: numbers, in: scene)
    }
  }

  /// The lines that lead to a place of a prior: moved there, and bent into its box, or round a point into squares.
  func lines(ofGT gt: Int, towards prior: Int, in trace: Trace) -> [Line] {
    let anchor = Box(row: trace["anchors.boxes"]?.row(prior) ?? [])
    let center = trace.priors.location(of: prior).flatMap { trace.priors.center(of: $0) }
    let there = center.map { Box(centerX: $0.x, centerY: $0.y, width: width, height: height) }
    let stride = trace.priors.level(of: prior).map { Double(trace.priors.levels[$0].stride) } ?? 1
    let squares = [1.0, 2, 4, 8].compactMap { factor in
      center.map { Box(centerX: $0.x, centerY: $0.y, width: factor * stride, height: factor * stride) }
    }
    return ([there].compactMap { $0 } + (anchor.map { [$0] } ?? squares)).map { line(gt, towards: $0, trace.scene) }
  }

  private func line(_ gt: Int, towards place: Box, _ scene: Scene) -> Line {
    // Of an anchor that the border cuts, what lies on the picture.
    let target = place.clipped(width: Double(scene.width), height: Double(scene.height))
    let whole = Change.box(gt: gt, from: self, to: target).size(measuredBy: .fixed)
    return Line(.fixed, limit: whole) { amount, decimals in
      let share = min(amount / whole, 1)
      let numbers = zip(corners, target.corners).map { old, new in
        (old + share * (new - old)).rounded(decimals, awayFrom: old)
      }
      return change(gt, to: numbers, in: scene)
    }
  }

  /// Nil for what is no box, is this one, or lies further outside the picture than this one.
  private func change(_ gt: Int, to numbers: [Double], in scene: Scene) -> Change? {
    let ends = [Double(scene.width), Double(scene.height)]
    let inside = numbers.indices.map { edge in
      min(max(numbers[edge], min(0, corners[edge])), max(ends[edge % 2], corners[edge]))
    }
    guard zip(numbers, inside).allSatisfy({ abs($0 - $1) <= SceneFile.tolerance }) else { return nil }
    let box = Box(inside[0], inside[1], inside[2], inside[3])
    guard box.x1 < box.x2, box.y1 < box.y2, box.area > 0, box.isFinite, box != self else { return nil }
    return .box(gt: gt, from: self, to: box)
  }
}

extension Trace {
  /// The priors that a GT's box might best be brought to: the one it overlaps most, and of every level those of the
  /// nearest cell, and of the nearest that lies in no other object.
  func goals(forBox box: Box, ofGT gt: Int) -> [Int] {
    let overlaps = self["overlap.iou"]?.row(gt) ?? []
    let best = overlaps.indices.max { overlaps[$0] < overlaps[$1] }
    let near = priors.levels.indices.flatMap { priors(level: $0, nearX: box.centerX, y: box.centerY) }
    let others = scene.objects.indices.filter { $0 != scene.index(ofGT: gt) }.map { scene.objects[$0].box }
    let free = priors.levels.indices.flatMap { freePriors(level: $0, near: box, outside: others) }
    let around = near + free.filter { !near.contains($0) }
    return [best].compactMap(\.self) + around.filter { $0 != best }
  }

  private func priors(level: Int, nearX x: Double, y: Double) -> [Int] {
    (0..<priors.levels[level].anchorsPerCell).compactMap { anchor in
      priors.nearest(level: level, x: x, y: y, anchor: anchor).flatMap { priors.index(of: $0) }
    }
  }

  private func freePriors(level: Int, near box: Box, outside others: [Box]) -> [Int] {
    let grid = priors.levels[level]
    let centers = stride(from: grid.start, to: grid.start + grid.count, by: grid.anchorsPerCell)
      .compactMap { priors.location(of: $0).flatMap { priors.center(of: $0) } }
      .filter { center in !others.contains { $0.contains(x: center.x, y: center.y) } }
    func distance(_ center: (x: Double, y: Double)) -> Double {
      let (dx, dy) = (center.x - box.centerX, center.y - box.centerY)
      return dx * dx + dy * dy
    }
    let nearest = centers.min { distance($0) < distance($1) }
    return nearest.map { priors(level: level, nearX: $0.x, y: $0.y) } ?? []
  }
}
