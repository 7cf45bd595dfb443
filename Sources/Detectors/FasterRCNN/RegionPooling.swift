import Boxes
import Tensors
import Traces

/// Each region on the level that its size asks for, with RoIAlign's grid laid over it.
package struct RegionPooling: Sendable {
  /// R: an index into the grid's levels, and the points on that level's map.
  package let regions: [(map: Int, grid: RoIGrid)]
  /// R: pixels between the cells of each region's level.
  package let strides: [Double]

  package init(_ boxes: [Box], on priors: PriorGrid, _ pooling: RoIPooling) {
    let first = priors.levels.first.map { Self.number(of: $0) } ?? 0
    let last = priors.levels.last.map { Self.number(of: $0) } ?? 0
    regions = boxes.map { box in
      let index = RegionLevel.level(of: box, among: first...max(first, last)) - first
      let level = priors.levels[index]
      let grid = RoIGrid(
        (box.x1, box.y1, box.x2, box.y2), scale: 1 / Double(level.stride), on: (level.height, level.width), pooling)
      return (index, grid)
    }
    strides = regions.map { Double(priors.levels[$0.map].stride) }
  }

  /// 3 for P3: the binary logarithm of the stride.
  static func number(of level: PriorGrid.Level) -> Int { level.stride.trailingZeroBitCount }

  /// Where a region is sampled, x and y in pixels: cells have their values at their centres.
  package func pixels(of region: Int) -> [Double] {
    let half = regions[region].grid.pooling.aligned ? 0.5 : 0
    return regions[region].grid.points.map { ($0 + half) * strides[region] }
  }

  /// The most points that a region has.
  package var mostPoints: Int { regions.map(\.grid.count).max() ?? 0 }
}
