/// Where RoIAlign (He et al. 2017, "Mask R-CNN") samples a map for one region: bins laid over the region, a few
/// points in each bin, and round each point four cells with their bilinear weights.
///
/// ```swift
/// let grid = RoIGrid((8, 8, 40, 24), scale: 1.0 / 8, on: (height: 12, width: 20), RoIPooling(side: 7))
/// grid.point(0)     // the first point, in cells of the map
/// grid.weights[0]   // what its upper left cell counts for
/// ```
///
/// Edges are torchvision's: a point more than one cell outside the map counts as 0, one less far out takes the
/// value of the edge.
public struct RoIGrid: Sendable {
  public let pooling: RoIPooling
  /// Points along each side of a bin; 0 for a region without a size, which pools to 0.
  public let samples: (down: Int, across: Int)
  /// 2·S: x and y of every point in cells of the map, bin by bin, row by row.
  public private(set) var points: [Double] = []
  /// 4·S: the cells round every point, row · width + column: upper left, upper right, lower left, lower right.
  public private(set) var cells: [Int32] = []
  /// 4·S: how much each counts. They add up to 1, or are all 0 off the map.
  public private(set) var weights: [Float] = []

  /// Points in all.
  public var count: Int { cells.count / 4 }
  /// Points in a bin.
  public var samplesPerBin: Int { samples.down * samples.across }

  public func point(_ index: Int) -> (x: Double, y: Double) { (points[2 * index], points[2 * index + 1]) }

  /// - Parameters:
  ///   - region: x1, y1, x2, y2 in pixels.
  ///   - scale: cells in a pixel: 1 / stride.
  ///   - map: its height and width in cells, both at least 1.
  public init(
    _ region: (x1: Double, y1: Double, x2: Double, y2: Double), scale: Double, on map: (height: Int, width: Int),
    _ pooling: RoIPooling
  ) {
    self.pooling = pooling
    let shift = pooling.aligned ? 0.5 : 0
    let (left, top) = (region.x1 * scale - shift, region.y1 * scale - shift)
    let least = pooling.aligned ? -Double.infinity : 1
    let width = max(region.x2 * scale - shift - left, least)
    let height = max(region.y2 * scale - shift - top, least)
    let (binWidth, binHeight) = (width / Double(pooling.width), height / Double(pooling.height))
    samples = (pooling.samples(along: binHeight), pooling.samples(along: binWidth))
    guard samplesPerBin > 0, left.isFinite, top.isFinite else { return }
    points.reserveCapacity(2 * pooling.height * pooling.width * samplesPerBin)
    for row in 0..<pooling.height {
      for column in 0..<pooling.width {
        for down in 0..<samples.down {
          let y = top + Double(row) * binHeight + (Double(down) + 0.5) * binHeight / Double(samples.down)
          for across in 0..<samples.across {
            let x = left + Double(column) * binWidth + (Double(across) + 0.5) * binWidth / Double(samples.across)
            add(x, y, map)
          }
        }
      }
    }
  }

  private mutating func add(_ x: Double, _ y: Double, _ map: (height: Int, width: Int)) {
    points += [x, y]
    guard let (top, bottom, dy) = Self.neighbours(y, map.height),
      let (left, right, dx) = Self.neighbours(x, map.width)
    else {
      cells += [0, 0, 0, 0]
      weights += [0, 0, 0, 0]
      return
    }
    for row in [top, bottom] { for column in [left, right] { cells.append(Int32(row * map.width + column)) } }
    weights += [
      Float((1 - dy) * (1 - dx)), Float((1 - dy) * dx), Float(dy * (1 - dx)), Float(dy * dx),
    ]
  }

  /// The cells before and after a place along a side, and how far it lies towards the second; nil too far outside.
  private static func neighbours(_ place: Double, _ side: Int) -> (before: Int, after: Int, part: Double)? {
    guard place >= -1, place <= Double(side) else { return nil }
    let inside = max(place, 0)
    let before = Int(inside)
    guard before < side - 1 else { return (side - 1, side - 1, 0) }
    return (before, before + 1, inside - Double(before))
  }
}

/// How RoIAlign pools a region.
public struct RoIPooling: Hashable, Sendable {
  /// Bins down and across.
  public let height: Int
  public let width: Int
  /// Points along each side of a bin; 0 or less takes as many as a bin has cells, ⌈side⌉.
  public let samplingRatio: Int
  /// Whether a cell's value lies at its centre: half a cell is taken from the region's corners. Without it a region
  /// is also at least one cell wide and high.
  public let aligned: Bool

  public init(height: Int, width: Int, samplingRatio: Int, aligned: Bool = true) {
    self.height = height
    self.width = width
    self.samplingRatio = samplingRatio
    self.aligned = aligned
  }

  /// Bounds what a region much larger than its map would ask for.
  private static let mostSamples = 256.0

  fileprivate func samples(along binSide: Double) -> Int {
    guard binSide.isFinite else { return 0 }
    if samplingRatio > 0 { return samplingRatio }
    return Int(min(max(binSide.rounded(.up), 0), Self.mostSamples))
  }
}
