import TestSupport
import Testing
import Traces

@Suite struct PriorGridTests {
  private func grid(_ draws: inout Draws) -> PriorGrid {
    let levels = draws.int(1...5)
    return PriorGrid(
      names: (0..<levels).map { "P\($0 + 3)" }, strides: (0..<levels).map { 8 << $0 },
      sides: (0..<levels).map { _ in (draws.int(1...9), draws.int(1...9)) },
      anchorsPerCell: draws.int(1...9), offset: [0, 0.5][draws.int(0...1)])
  }

  @Test("an index has one place, and the place that index")
  func roundTrip() throws {
    for seed in 1...40 {
      var draws = Draws(UInt64(seed))
      let grid = grid(&draws)
      #expect(grid.count == grid.levels.reduce(0) { $0 + $1.count })
      var last: PriorGrid.Location?
      for index in 0..<grid.count {
        let place = try #require(grid.location(of: index))
        #expect(grid.index(of: place) == index)
        #expect(grid.level(of: index) == place.level)
        if let last { #expect(follows(last, place)) }
        last = place
      }
      #expect(grid.location(of: grid.count) == nil && grid.location(of: -1) == nil)
      #expect(grid.level(of: grid.count) == nil)
    }
  }

  /// In the order level, row, column, anchor.
  private func follows(_ a: PriorGrid.Location, _ b: PriorGrid.Location) -> Bool {
    (a.level, a.row, a.column, a.anchor) < (b.level, b.row, b.column, b.anchor)
  }

  @Test("a place outside its level has no index")
  func outside() {
    let grid = PriorGrid(
      names: ["P3"], strides: [8], sides: [(height: 2, width: 3)], anchorsPerCell: 4, offset: 0)
    #expect(grid.index(of: .init(level: 0, row: 1, column: 2, anchor: 3)) == 23)
    let strangers: [(Int, Int, Int, Int)] = [
      (1, 0, 0, 0), (-1, 0, 0, 0), (0, 2, 0, 0), (0, 0, 3, 0), (0, 0, 0, 4), (0, -1, 0, 0), (0, 0, -1, 0),
      (0, 0, 0, -1),
    ]
    for (level, row, column, anchor) in strangers {
      #expect(grid.index(of: .init(level: level, row: row, column: column, anchor: anchor)) == nil)
    }
  }

  @Test("the nearest cell is the nearest, from anywhere")
  func nearest() throws {
    for seed in 1...40 {
      var draws = Draws(UInt64(seed))
      let grid = grid(&draws)
      let level = draws.int(0...grid.levels.count - 1)
      let (x, y) = (draws.double(-50...300), draws.double(-50...300))
      func distance(_ place: PriorGrid.Location) throws -> Double {
        let center = try #require(grid.center(of: place))
        return (center.x - x) * (center.x - x) + (center.y - y) * (center.y - y)
      }
      let found = try #require(grid.nearest(level: level, x: x, y: y))
      #expect(grid.index(of: found) != nil)
      let all = try grid.levels[level].range.map { try distance(#require(grid.location(of: $0))) }
      #expect(try distance(found) == all.min())
    }
  }

  @Test("the nearest of strange places is in the grid or nowhere")
  func strangePlaces() throws {
    let grid = PriorGrid(
      names: ["P3"], strides: [8], sides: [(height: 2, width: 3)], anchorsPerCell: 4, offset: 0.5)
    #expect(grid.nearest(level: 0, x: 1e300, y: -1e300) == .init(level: 0, row: 0, column: 2))
    #expect(grid.nearest(level: 0, x: .nan, y: 0) == nil)
    #expect(grid.nearest(level: 0, x: 0, y: .infinity) == nil)
    #expect(grid.nearest(level: 1, x: 0, y: 0) == nil)
    #expect(grid.nearest(level: 0, x: 0, y: 0, anchor: 99)?.anchor == 3)
    #expect(grid.nearest(level: 0, x: 0, y: 0, anchor: -5)?.anchor == 0)
  }

  @Test("centres and labels")
  func words() throws {
    let grid = PriorGrid(
      names: ["P3", "P4"], strides: [8, 16], sides: [(2, 3), (1, 2)], anchorsPerCell: 2, offset: 0.5)
    #expect(grid.label(of: 0) == "P3 (0,0) #0")
    #expect(grid.label(of: 11) == "P3 (1,2) #1")
    #expect(grid.label(of: 14) == "P4 (0,1) #0")
    #expect(grid.label(of: 16) == "none")
    let center = try #require(grid.center(of: .init(level: 1, row: 0, column: 1)))
    #expect(center.x == 24 && center.y == 8)
    #expect(grid.center(of: .init(level: 2, row: 0, column: 0)) == nil)
    let points = PriorGrid(names: ["P3"], strides: [8], sides: [(2, 3)], anchorsPerCell: 1, offset: 0)
    #expect(points.label(of: 4) == "P3 (1,1)")
  }
}
