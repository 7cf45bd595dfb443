import Detectors
import Tensors
import TestSupport
import Testing
import Traces

@Suite struct BackboneTests {
  private static let families = BackboneFigureTests.families

  private func trace(_ options: String..., iterations: Int = 1) throws -> Trace {
    try Fixtures.trace(Fixtures.mixed, Fixtures.tiny + options, iterations: iterations)
  }

  @Test("C2 to C5 halve the map and double the channels, whatever the family and its blocks", arguments: families)
  func shapes(family: String) throws {
    for blocks in ["1,1,1,1", "2,1,3,1"] {
      let own = try trace("backbone=\(family)", "blocks=\(blocks)")
      for stage in 2...5 {
        let side = 64 >> stage
        #expect(own["features.C\(stage)"]?.shape == [1 << stage, side, side], "\(family) C\(stage)")
      }
    }
  }

  @Test("more blocks are more weights, and a depthwise block has the fewest")
  func counts() throws {
    func weights(_ family: String, _ blocks: String) throws -> Int {
      try trace("backbone=\(family)", "blocks=\(blocks)").allValues
        .filter { $0.name.hasPrefix("weights.backbone.") }.reduce(0) { $0 + $1.count }
    }
    for family in Self.families {
      #expect(try weights(family, "1,1,1,1") < weights(family, "1,1,2,1"), "\(family)")
    }
    // The plain one is the residual one without its shortcuts: 1×1 kernels and norms of 8, 16, 32 channels and C2's 4.
    let shortcuts = 4 * 4 + 4 * 8 + 8 * 16 + 16 * 32 + 2 * (4 + 8 + 16 + 32)
    #expect(try weights("plain", "1,1,1,1") == weights("residual", "1,1,1,1") - shortcuts)
    #expect(try weights("depthwise", "1,1,1,1") * 4 < weights("plain", "1,1,1,1"))
  }

  @Test("the step speaks of its family, and lists the stages with the weights they have", arguments: families)
  func words(family: String) throws {
    let own = try trace("backbone=\(family)")
    let step = try #require(own.step("backbone"))
    #expect(step.title.contains(family))
    let others = try Self.families.filter { $0 != family }.map { try trace("backbone=\($0)").step("backbone") }
    for other in others { #expect(step.formula != other?.formula && step.meaning != other?.meaning) }
    let tables = step.views.compactMap { view -> View.Table? in
      if case .table(let table) = view { table } else { nil }
    }
    let stages = try #require(tables.first).rows.map(\.cells)
    #expect(stages.map { $0[0] } == ["stem", "C2", "C3", "C4", "C5"])
    let all = own.allValues.filter { $0.name.hasPrefix("weights.backbone.") }.reduce(0) { $0 + $1.count }
    let listed = stages.reduce(0) { $0 + (Int($1[5].filter(\.isNumber)) ?? 0) }
    #expect(listed == all)
  }

  @Test("each family learns: forty iterations bring the loss down by more than half", arguments: families)
  func learns(family: String) throws {
    let scene = Fixtures.scene([Fixtures.object(8, 8, 44, 40), Fixtures.object(30, 24, 62, 60, label: 1)])
    var trainer = try Fixtures.trainer(scene, ["learning_rate=0.001", "backbone=\(family)"])
    let first = try #require(trainer.iterate().losses.last?.value)
    var last = first
    for _ in 1..<40 { last = try #require(trainer.iterate().losses.last?.value) }
    #expect(last < first / 2, "\(first) → \(last)")
  }

  @Test("pictures of one pixel, of one row and of odd sides", arguments: families)
  func edges(family: String) throws {
    for (width, height) in [(1, 1), (33, 1), (47, 71)] {
      let scene = Fixtures.scene([], width: width, height: height)
      let trace = try Fixtures.trace(scene, Fixtures.tiny + ["backbone=\(family)"], iterations: 2)
      #expect(!trace.hazards.contains { $0.kind == .notFinite })
      for stage in 2...5 {
        let cell = 1 << stage
        let sides = [(height + cell - 1) / cell, (width + cell - 1) / cell]
        #expect(trace["features.C\(stage)"].map { Array($0.shape.dropFirst()) } == sides, "\(width)×\(height)")
      }
    }
  }
}
