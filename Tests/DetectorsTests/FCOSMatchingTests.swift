import Boxes
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// FCOS's rules at their edges, which no recorded run decides, and all of them against the plain way.
@Suite struct FCOSMatchingTests {
  private let paper = [-1...64, 64...128, 128...256, 256...512, 512...1e8]

  private func grid(_ width: Int = 160, _ height: Int = 128, offset: Double = 0.5) -> PriorGrid {
    let strides = [8, 16, 32, 64, 128]
    return PriorGrid(
      names: strides.map { "s\($0)" }, strides: strides,
      sides: strides.map { ((height + $0 - 1) / $0, (width + $0 - 1) / $0) }, anchorsPerCell: 1, offset: offset)
  }

  private func match(
    _ boxes: [Box], radius: Double? = nil, ranges: [ClosedRange<Double>]? = nil, ignored: [Box] = []
  ) -> PointMatching {
    PointMatching(
      grid(), to: boxes, ignored: ignored, PointRules(centerRadius: radius, ranges: ranges ?? paper))
  }

  /// The points, as (level, row, column), that an object has.
  private func points(of gt: Int, _ matching: PointMatching) -> [[Int]] {
    let grid = grid()
    return (0..<grid.count).filter { matching.owner(of: $0) == gt }.compactMap { grid.location(of: $0) }
      .map { [$0.level, $0.row, $0.column] }
  }

  @Test("the points visited in each box are those that the rules pass, and the smallest box has each")
  func plainWay() {
    var draws = Draws(4)
    var positives = 0
    for round in 0..<60 {
      let grid = grid(draws.int(1...200), draws.int(1...200), offset: [0, 0.5, 0.3][round % 3])
      // Whole and half numbers bring points onto sides and distances onto the ends of ranges.
      let boxes = (0..<draws.int(0...12)).map { _ in
        let (x, y) = (Double(draws.int(-20...300)) / 2, Double(draws.int(-20...300)) / 2)
        return Box(x, y, x + Double(draws.int(1...300)) / 2, y + Double(draws.int(1...300)) / 2)
      }
      let ranges = round % 2 == 0 ? paper : [-1...16, 12...32, 32...64, 64...64, 64...1e8]
      let rules = PointRules(
        centerRadius: [nil, 1.5, 0.5, 20][round % 4], ranges: ranges, endsAreIncluded: round % 5 != 0)
      let matching = PointMatching(grid, to: boxes, rules)
      let plain = PointCandidates(grid, boxes, rules)
      for point in 0..<grid.count {
        let claimants = boxes.indices.filter { plain.passes($0, point) }
        #expect(Int(matching.claims[point]) == claimants.count)
        #expect(matching.owner(of: point) == claimants.min { boxes[$0].area < boxes[$1].area })
      }
      positives += matching.positives.count
    }
    #expect(positives > 300)
  }

  @Test("a point on a side of the box is outside; the least bit further in it is inside")
  func strictlyInside() {
    let sides = [Box(4, 0, 10, 10), Box(0, 4, 10, 10), Box(0, 0, 4, 10), Box(0, 0, 10, 4)]
    for box in sides { #expect(points(of: 0, match([box])) == []) }
    let wider = [
      Box(4.0.nextDown, 0, 10, 10), Box(0, 4.0.nextDown, 10, 10), Box(0, 0, 4.0.nextUp, 10), Box(0, 0, 10, 4.0.nextUp),
    ]
    for box in wider { #expect(points(of: 0, match([box])) == [[0, 0, 0]]) }
  }

  @Test("both ends of a range are within it")
  func inclusiveEnds() {
    // From the P3 point (4, 4) it is 64 px to the right side; from the P4 point (8, 8) 60.
    #expect(points(of: 0, match([Box(0, 0, 68, 7)])).contains([0, 0, 0]))
    #expect(!points(of: 0, match([Box(0, 0, 68.0.nextUp, 7)])).contains([0, 0, 0]))
    // From the P4 point (8, 8) it is 64 px: the least that P4 takes.
    #expect(points(of: 0, match([Box(0, 0, 72, 11)])).contains([1, 0, 0]))
    #expect(!points(of: 0, match([Box(0, 0, 72.0.nextDown, 11)])).contains([1, 0, 0]))
  }

  @Test("without its ends a range takes what lies between them")
  func exclusiveEnds() {
    func levels(_ box: Box) -> Set<Int> {
      let rules = PointRules(ranges: paper, endsAreIncluded: false)
      let matching = PointMatching(grid(), to: [box], rules)
      return Set([0, 320].filter(matching.positives.contains).compactMap { grid().level(of: $0) })
    }
    #expect(grid().levels[1].start == 320)
    // From the P3 point (4, 4) it is 64 px to the right side.
    #expect(levels(Box(0, 0, 68, 7)) == [] && levels(Box(0, 0, 68.0.nextDown, 7)) == [0])
    // From the P4 point (8, 8) it is 64 px, the least that P4 takes.
    #expect(levels(Box(0, 0, 72, 11)) == [] && levels(Box(0, 0, 72.0.nextUp, 11)) == [1])
    // Equal ends leave nothing between them.
    let narrow = PointRules(ranges: [64...64], endsAreIncluded: false)
    #expect(PointMatching(grid(), to: [Box(0, 0, 68, 7)], narrow).positives == [])
  }

  @Test("the smallest box takes a point, the first of equals")
  func smallest() {
    let boxes = [Box(0, 0, 8, 8), Box(1, 1, 7, 7), Box(1, 1, 7, 7), Box(2, 0, 8, 6)]
    let matching = match(boxes)
    #expect(points(of: 1, matching) == [[0, 0, 0]])
    #expect(matching.claims[0] == 4)
    for gt in [0, 2, 3] { #expect(points(of: gt, matching) == []) }
  }

  @Test("the centre sample is strict, and cut to the box")
  func centerSample() {
    // Centre (8, 8), half a stride of 8 is 4: the P3 points at 4 and 12 lie exactly on its sides.
    let box = Box(0, 0, 16, 16)
    #expect(points(of: 0, match([box], radius: 0.5)) == [])
    #expect(points(of: 0, match([box], radius: 0.501)).count == 4)
    // As wide as it likes, it ends where the box does.
    #expect(points(of: 0, match([Box(5, 0, 16, 16)], radius: 100)) == [[0, 0, 1], [0, 1, 1]])
    // The radius is in strides: a level of twice the stride samples twice as far.
    let ranges: [ClosedRange<Double>] = [-1...1e8, -1...1e8]
    let wide = points(of: 0, match([Box(0, 0, 128, 128)], radius: 1, ranges: ranges))
    #expect(wide.filter { $0[0] == 0 }.count == 4 && wide.filter { $0[0] == 1 }.count == 4)
  }

  @Test("a point strictly inside an ignored object is ignored, even a positive")
  func ignored() {
    let box = Box(0, 0, 24, 8)
    #expect(points(of: 0, match([box])) == [[0, 0, 0], [0, 0, 1], [0, 0, 2]])
    // The point (12, 4) lies on its left side.
    let matching = match([box], ignored: [Box(12, 0, 24, 8)])
    #expect(points(of: 0, matching) == [[0, 0, 0], [0, 0, 1]])
    #expect(matching.states[0] == .positive && matching.states[1] == .positive && matching.states[2] == .ignored)
    #expect(matching.count(of: .ignored) == 1)
    #expect(matching.positives == [0, 1])
  }

  @Test("boxes that are no boxes have no points, and nothing traps")
  func degenerate() {
    let huge = 1e100
    let strange = [
      Box(4, 4, 4, 4), Box(10, 10, 0, 0), Box(.nan, 0, 10, 10), Box(0, 0, .nan, .nan), Box(500, 500, 600, 600),
      Box(-huge, -huge, -1, -1), Box(.infinity, 0, .infinity, 10),
    ]
    #expect(match(strange).positives == [])
    #expect(match(strange, radius: 1.5).positives == [])
    #expect(match([Box(-huge, -huge, huge, huge)], ranges: [-1...huge]).positives.count == 20 * 16)
  }

  @Test("distances and centerness of a positive")
  func targets() throws {
    let box = Box(1, 2, 13, 7)
    let matching = match([box])
    let targets = PointTargets(grid(), matching, objects: [box], positives: matching.positives)
    #expect(matching.positives == [0, 1])
    #expect(Array(targets.distances[0..<8]) == [3, 2, 9, 3, 11, 2, 1, 3])
    #expect(close(targets.centerness[0], (3.0 / 9 * 2 / 3).squareRoot(), relative: 1e-12))
    #expect(targets.distances[8...].allSatisfy { $0 == 0 } && targets.centerness[2...].allSatisfy { $0 == 0 })
    #expect(SideDistances(x: 5, y: 5, to: Box(0, 0, 10, 10)).centerness == 1)
  }

  // MARK: In the trace

  private func trace(_ objects: [SceneObject], _ options: String...) throws -> Trace {
    try Fixtures.trace(Fixtures.scene(objects), Fixtures.tiny + options, of: FCOS.self)
  }

  private func reason(_ trace: Trace, gt: Int) throws -> String {
    let hazards = trace.hazards.filter { $0.kind == .noPositive && $0.focus.gt == gt }
    #expect(hazards.count == 1)
    let explanation = try #require(Detectors.explain(.gt(gt), in: trace))
    #expect(explanation.verdict == "no positive point")
    let message = try #require(hazards.first).message
    // What the hazard says is what Why says.
    #expect(message.hasSuffix(try #require(explanation.reasons.first).symbolic))
    return message
  }

  @Test("an object without a point: the rule that cost it is named")
  func obstacles() throws {
    #expect(try reason(trace([Fixtures.object(9, 9, 11, 11)]), gt: 0).contains("no point lies inside its box"))
    let offCentre = try trace(
      [Fixtures.object(4, 4, 40, 40)], "center_sampling=true", "center_radius=0.01",
      "regress_ranges=-1,64,64,128,128,256,256,512,512,600")
    #expect(try reason(offCentre, gt: 0).contains("within 0.01 strides of its centre"))
    let offRange = try reason(trace([Fixtures.object(7, 7, 9, 9)]), gt: 0)
    #expect(offRange.contains("P4 (0,0) has max(l, t, r, b) 1") && offRange.contains("P4 takes 64 to 128"))
    let ignored = try trace([Fixtures.object(1, 1, 7, 7), Fixtures.object(0, 0, 8, 8, ignored: true)])
    #expect(try reason(ignored, gt: 0).contains("inside an ignored object"))
    let lost = try reason(trace([Fixtures.object(0, 0, 8, 8), Fixtures.object(1, 1, 7, 7)]), gt: 0)
    #expect(lost.contains("its only point, P3 (0,0), went to gt 1, whose box is smaller (36 against 64 px²)"))
    let all = try trace([Fixtures.object(0, 0, 16, 8), Fixtures.object(1, 1, 15, 7)])
    #expect(try reason(all, gt: 0).contains("all 2 points it could have went to gt 1"))
    let fine = try trace([Fixtures.object(1, 1, 7, 7)])
    #expect(!fine.hazards.contains { $0.kind == .noPositive })
  }

  @Test("contested points are counted, and equal areas are told")
  func contests() throws {
    let trace = try trace([Fixtures.object(0, 0, 8, 16), Fixtures.object(0, 0, 16, 8), Fixtures.object(0, 0, 40, 40)])
    let contested = try #require(trace.hazards.first { $0.kind == .contested })
    #expect(contested.message.hasPrefix("3 points may be several objects': up to 3, at P3 (0,0)"))
    let ties = trace.hazards.filter { $0.kind == .rounding && $0.message.contains("area") }
    #expect(ties.map(\.message) == ["gt 0 and gt 1 contest 1 point and have the same area: the first wins"])
    #expect(try trace.doubles("match.claims")[0] == 3)
    #expect(trace["match.gt"]?[0] == 0)
  }

  @Test("a comparison within a millionth of its bound is told, and one exactly on it otherwise")
  func rounding() throws {
    func hazards(_ box: Box) throws -> [String] {
      try trace([SceneObject(label: 0, box: box)]).hazards.filter { $0.kind == .rounding }.map(\.message)
    }
    #expect(
      try hazards(Box(3.9999995, 1, 10, 7)).contains { $0.contains("P3 (0,0)") && $0.contains("rounding decides") })
    #expect(try hazards(Box(4.0000005, 1, 10, 7)).contains { $0.contains("rounding decides") })
    #expect(try hazards(Box(4, 1, 10, 7)).contains { $0.contains("exactly on a side of gt 0's box: not inside it") })
    #expect(try hazards(Box(3.99, 1, 10, 7)) == [])
    let scene = Fixtures.scene([Fixtures.object(0, 0, 68, 7)], width: 96)
    let ends = try Fixtures.trace(scene, Fixtures.tiny, of: FCOS.self).hazards.filter { $0.kind == .rounding }
    #expect(ends.contains { $0.message.contains("P3 (0,0)") && $0.message.contains("the range of its level ends") })
  }
}
