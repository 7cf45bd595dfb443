import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// The rules of Faster R-CNN at their edges.
@Suite struct FasterRCNNTests {
  // MARK: Drawing

  private func draw(
    _ positives: Int, _ negatives: Int, size: Int, fraction: Double, seed: UInt64 = 1
  ) -> BalancedSample {
    var generator = SeededGenerator(seed: seed)
    return BalancedSample(
      from: Array(0..<positives), Array(1000..<1000 + negatives), size: size, fraction: fraction, using: &generator)
  }

  @Test(
    "positives up to their fraction, negatives fill the rest as far as there are any",
    arguments: [
      (100, 900, 64, 0.5, 32, 32), (10, 900, 64, 0.5, 10, 54), (0, 900, 64, 0.5, 0, 64), (100, 5, 64, 0.5, 32, 5),
      (3, 2, 64, 0.5, 3, 2), (0, 0, 64, 0.5, 0, 0), (100, 900, 7, 0.5, 3, 4), (100, 900, 64, 0, 0, 64),
      (100, 900, 64, 1, 64, 0), (100, 900, 1, 0.5, 0, 1),
    ])
  func shares(positives: Int, negatives: Int, size: Int, fraction: Double, plus: Int, minus: Int) {
    let sample = draw(positives, negatives, size: size, fraction: fraction)
    #expect(sample.positives.count == plus && sample.negatives.count == minus)
    #expect(Set(sample.positives).count == plus && sample.positives.allSatisfy { (0..<positives).contains($0) })
    #expect(Set(sample.negatives).count == minus)
    #expect(sample.negatives.allSatisfy { (1000..<1000 + negatives).contains($0) })
    #expect(sample.available == (positives, negatives))
  }

  @Test("each is drawn as often as any other")
  func uniform() {
    var counts = [Int](repeating: 0, count: 12)
    for seed in 0..<3000 {
      for j in draw(12, 0, size: 6, fraction: 0.5, seed: UInt64(seed)).positives { counts[j] += 1 }
    }
    // 3 of 12 in 3,000 draws: 750, with a deviation of 24.
    #expect(counts.allSatisfy { abs($0 - 750) < 110 }, "\(counts)")
  }

  @Test("the same run draws the same; another iteration and another seed draw otherwise")
  func seeded() throws {
    func drawn(_ seed: UInt64, _ iterations: Int) throws -> [[Double]] {
      let trace = try Fixtures.trace(
        Fixtures.crowd, Fixtures.tiny + ["samples_per_image=32", "learning_rate=0"], of: FasterRCNN.self, seed: seed,
        iterations: iterations)
      return [try trace.doubles("sample.negative"), try trace.doubles("roi.drawn")]
    }
    let first = try drawn(1, 1)
    #expect(try drawn(1, 1) == first)
    #expect(try drawn(1, 2)[0] != first[0])
    #expect(try drawn(2, 1)[0] != first[0])
  }

  @Test("with a file's predictions every iteration draws the same")
  func givenPredictions() throws {
    let given = try Fixtures.predictions(for: Fixtures.crowd, of: FasterRCNN.self)
    var trainer = try Fixtures.trainer(Fixtures.crowd, [], of: FasterRCNN.self, predictions: given)
    let first = trainer.iterate()
    #expect(trainer.iterate().firstDifference(from: first) == nil)
    #expect(first.losses.map(\.name) == ["rpn_objectness", "rpn_box", "rpn_total"])
    #expect(first["proposals.boxes"] != nil && first["roi.boxes"] == nil && first["losses.total"] == nil)
  }

  // MARK: Matching

  @Test("IoU of exactly the lower threshold is background, of exactly the upper positive, between neutral")
  func thresholds() throws {
    let anchor = Box(0, 0, 10, 10)
    let scene = Fixtures.scene([])
    func state(_ width: Double) -> ThresholdMatching.State {
      ThresholdMatching(
        [anchor], to: [Box(0, 0, width, 10)], in: scene, .init(positive: 0.6, negative: 0.3)
      ).states[0]
    }
    #expect([3, 3.001, 5.999, 6].map(state) == [.negative, .ignored, .ignored, .positive])
  }

  @Test("the seed's figures: anchors of a picture of 224 × 224, and their sides")
  func anchors() throws {
    let scene = Fixtures.scene([], width: 224, height: 224)
    let trace = try Fixtures.trace(scene, Fixtures.tiny, of: FasterRCNN.self)
    #expect(trace.priors.levels.map(\.count) == [2352, 588, 147])
    let box = try #require(trace["anchors.boxes"]).row(0)
    let wanted = [4 - 64 * 0.5.squareRoot(), 4 - 32 * 0.5.squareRoot()]
    #expect(close(box[0], wanted[0], relative: 1e-12) && close(box[1], wanted[1], relative: 1e-12))
  }

  private func regions(
    _ proposals: [Box], _ objects: [Box], ignored: [Box] = [], size: Int = 8, adds: Bool = true
  ) -> RegionMatching {
    var generator = SeededGenerator(seed: 3)
    return RegionMatching(
      proposals, objects: objects, ignored: ignored,
      .init(threshold: 0.5, size: size, fraction: 0.25, addsObjects: adds), using: &generator)
  }

  @Test("a region is foreground over the threshold, background at it")
  func foreground() {
    let object = Box(0, 0, 10, 10)
    let found = regions([Box(0, 0, 5, 10), Box(0, 0, 5.001, 10), Box(50, 50, 60, 60)], [object])
    #expect(found.states == [.background, .foreground, .background, .foreground])
    #expect(found.owners == [nil, 0, nil, 0])
    #expect(found.mixedIn(3) == 0 && found.mixedIn(2) == nil)
    #expect(found.sample.positives == [1, 3] && found.sample.negatives == [0, 2])
  }

  @Test("GT are mixed in only where wanted, and a quarter of the drawn is foreground at most")
  func mixing() {
    let objects = (0..<10).map { Box(Double($0) * 20, 0, Double($0) * 20 + 10, 10) }
    let proposals = (0..<30).map { Box(Double($0), 40, Double($0) + 10, 50) }
    let with = regions(proposals, objects, size: 16)
    #expect(with.boxes.count == 40 && with.proposals == 30)
    #expect(with.sample.positives.count == 4 && with.sample.negatives.count == 12)
    let without = regions(proposals, objects, size: 16, adds: false)
    #expect(without.boxes.count == 30 && without.sample.positives.isEmpty && without.sample.negatives.count == 16)
  }

  @Test("a proposal half inside an ignored object is ignored, one less so is not; a GT never is")
  func ignored() {
    let found = regions(
      [Box(0, 0, 20, 10), Box(0, 0, 21, 10)], [Box(2, 2, 8, 8)], ignored: [Box(0, 0, 10, 10)])
    #expect(found.states == [.ignored, .background, .foreground])
    #expect(!(found.sample.positives + found.sample.negatives).contains(0))
  }

  @Test("no object, and no region at all")
  func nothing() {
    let empty = regions([Box(0, 0, 10, 10)], [])
    #expect(empty.states == [.background] && empty.sample.negatives == [0])
    #expect(regions([], []).boxes.isEmpty)
    #expect(regions([], [Box(0, 0, 9, 9)]).bestProposal(of: Box(0, 0, 9, 9)) == nil)
  }

  // MARK: Proposals

  private func propose(
    _ boxes: [Box], _ scores: [Double], levels: [Range<Int>]? = nil, before: Int = 100, after: Int = 100
  ) -> RegionProposals {
    RegionProposals(
      boxes, scores: scores, levels: levels ?? [0..<boxes.count], width: 100, height: 100,
      .init(before: before, threshold: 0.7, after: after))
  }

  @Test("suppression works within a level, and says who suppressed whom")
  func suppression() {
    let boxes = [Box(0, 0, 10, 10), Box(0, 0, 10, 10.5), Box(0, 0, 10, 7), Box(0, 0, 10, 6.9)]
    let together = propose(boxes, [1, 3, 2, 0])
    #expect(together.anchors == [1, 2])
    // 100 / 105 with the best; the third box's IoU of 2/3 with it is not enough.
    #expect(together.fates[0] == .suppressed(by: 1, overlap: 100.0 / 105))
    #expect(together.fates[3] == .suppressed(by: 2, overlap: 69.0 / 70))
    #expect(propose(boxes, [1, 3, 2, 0], levels: [0..<2, 2..<4]).anchors == [1, 2])
    #expect(propose(boxes, [1, 3, 2, 0], levels: [0..<1, 1..<4]).anchors == [1, 2, 0])
  }

  @Test("each level's cut comes first, that of all last, and ties go to the lower anchor")
  func cuts() {
    let boxes = (0..<8).map { Box(Double($0) * 12, 0, Double($0) * 12 + 10, 10) }
    let scores: [Double] = [5, 1, 5, 2, 9, 9, 3, 8]
    let found = propose(boxes, scores, levels: [0..<4, 4..<8], before: 3, after: 4)
    #expect(found.fates[1] == .pastLevelCut(4) && found.fates[6] == .pastLevelCut(4))
    #expect(found.anchors == [4, 5, 7, 0])
    #expect(found.fates[2] == .pastCut(5) && found.fates[3] == .pastCut(6) && found.fates[0] == .proposed(3))
  }

  @Test("boxes are cut to the picture; nothing is left of those outside, nor of NaN")
  func clipping() {
    let found = propose(
      [Box(-5, -5, 5, 5), Box(200, 0, 300, 50), Box(.nan, 0, 1, 1), Box(0, 0, .infinity, 9)], [1, 9, 8, .nan])
    #expect(found.anchors == [0, 3])
    #expect(found.boxes == [Box(0, 0, 5, 5), Box(0, 0, 100, 9)])
    #expect(found.fates[1] == .empty && found.fates[2] == .empty)
  }

  // MARK: Levels

  @Test(
    "a region's level, at the powers of two and beyond the levels there are",
    arguments: [
      (1.0, 3), (111.999, 3), (112, 4), (223.999, 4), (224, 5), (500, 5), (0, 3), (-3, 3),
    ])
  func level(side: Double, level: Int) {
    #expect(RegionLevel.level(of: Box(0, 0, side, abs(side)), among: 3...5) == level)
    #expect(RegionLevel.level(of: Box(0, 0, side, abs(side)), among: 4...4) == 4)
  }

  @Test("it is the area that counts, and NaN has the lowest")
  func areas() {
    #expect(RegionLevel.level(of: Box(0, 0, 448, 112), among: 3...5) == 5)
    #expect(RegionLevel.level(of: Box(0, 0, 447.9, 112), among: 3...5) == 4)
    #expect(RegionLevel.level(of: Box(0, 0, 28, 28), among: 2...5) == 2)
    #expect(RegionLevel.level(of: Box(0, 0, .nan, 28), among: 3...5) == 3)
  }
}
