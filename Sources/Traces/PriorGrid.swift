import Boxes

/// Where the priors (anchors or points) of a detector lie: level by level, row by row, column by
/// column, and anchor by anchor in a cell. Every flat index in a trace counts in this order.
public struct PriorGrid: Hashable, Sendable {
  public struct Level: Hashable, Sendable {
    /// "P3" to "P7".
    public let name: String
    /// Pixels that a cell of the feature map stands for.
    public let stride: Int
    /// Pixels between the centres of neighbouring cells as priors are laid: the stride, or else a mistake.
    public let spacing: Double
    public let height: Int
    public let width: Int
    public let anchorsPerCell: Int
    /// Flat index of the level's first prior.
    public let start: Int

    public var count: Int { height * width * anchorsPerCell }
    public var range: Range<Int> { start..<start + count }
  }

  /// A prior's place.
  public struct Location: Hashable, Sendable {
    public var level: Int
    public var row: Int
    public var column: Int
    /// Which of the anchors of its cell: ratio outer, scale inner.
    public var anchor: Int

    public init(level: Int, row: Int, column: Int, anchor: Int = 0) {
      self.level = level
      self.row = row
      self.column = column
      self.anchor = anchor
    }
  }

  public let levels: [Level]
  /// Where in its cell a prior's centre lies, as a part of the stride: 0 or 0.5.
  public let offset: Double
  public let count: Int

  /// - Parameters:
  ///   - sides: height and width of each level in cells.
  ///   - spacing: of neighbouring priors, as a part of the stride.
  public init(
    names: [String], strides: [Int], sides: [(height: Int, width: Int)], anchorsPerCell: Int,
    offset: Double, spacing: Double = 1
  ) {
    var levels: [Level] = []
    var start = 0
    for (index, side) in sides.enumerated() {
      let level = Level(
        name: names[index], stride: strides[index], spacing: spacing * Double(strides[index]), height: side.height,
        width: side.width,
        anchorsPerCell: anchorsPerCell, start: start)
      levels.append(level)
      start += level.count
    }
    self.levels = levels
    self.offset = offset
    self.count = start
  }

  /// The place of a flat index, or nil when there is no such prior.
  public func location(of index: Int) -> Location? {
    guard let level = level(of: index) else { return nil }
    let grid = levels[level]
    let cell = (index - grid.start) / grid.anchorsPerCell
    return Location(
      level: level, row: cell / grid.width, column: cell % grid.width,
      anchor: (index - grid.start) % grid.anchorsPerCell)
  }

  /// Which level a flat index belongs to.
  public func level(of index: Int) -> Int? {
    levels.firstIndex { $0.range.contains(index) }
  }

  /// The flat index of a place, or nil when it is outside its level.
  public func index(of location: Location) -> Int? {
    guard levels.indices.contains(location.level) else { return nil }
    let level = levels[location.level]
    guard location.row >= 0, location.row < level.height, location.column >= 0,
      location.column < level.width, location.anchor >= 0, location.anchor < level.anchorsPerCell
    else { return nil }
    return level.start
      + (location.row * level.width + location.column) * level.anchorsPerCell + location.anchor
  }

  /// The centre in pixels of a place's cell.
  public func center(of location: Location) -> (x: Double, y: Double)? {
    guard levels.indices.contains(location.level) else { return nil }
    let spacing = levels[location.level].spacing
    return ((Double(location.column) + offset) * spacing, (Double(location.row) + offset) * spacing)
  }

  /// The cell of a level whose centre is nearest to a place on the picture.
  public func nearest(level: Int, x: Double, y: Double, anchor: Int = 0) -> Location? {
    guard levels.indices.contains(level), x.isFinite, y.isFinite else { return nil }
    let grid = levels[level]
    func cell(_ place: Double, _ side: Int) -> Int {
      let cell = (place / grid.spacing - offset).rounded()
      return Int(min(max(cell, 0), Double(side - 1)))
    }
    return Location(
      level: level, row: cell(y, grid.height), column: cell(x, grid.width),
      anchor: min(max(anchor, 0), grid.anchorsPerCell - 1))
  }

  /// Whether another grid has the same cells, wherever its priors lie in them.
  public func hasSameCells(as other: PriorGrid) -> Bool {
    levels.elementsEqual(other.levels) { a, b in
      a.name == b.name && a.stride == b.stride && a.height == b.height && a.width == b.width
        && a.anchorsPerCell == b.anchorsPerCell
    }
  }

  /// How a prior is called on the screen: "P4 (3,5) #4" with row and column.
  public func label(of index: Int) -> String {
    guard let place = location(of: index) else { return "none" }
    let name = "\(levels[place.level].name) (\(place.row),\(place.column))"
    return levels[place.level].anchorsPerCell > 1 ? "\(name) #\(place.anchor)" : name
  }
}
