import Boxes
import TestSupport
import Testing

@Suite struct SuppressionTests {
  /// Three boxes in a chain: 0 covers much of 1, 1 much of 2, but 0 little of 2.
  private let chain = [Box(0, 0, 10, 10), Box(2, 0, 12, 10), Box(5, 0, 15, 10)]

  @Test("a box goes only by one that was kept")
  func chainOfOverlaps() {
    let result = Suppression(chain, scores: [0.9, 0.8, 0.7], threshold: 0.5)
    #expect(result.kept == [0, 2])
    #expect(result.fates == [.kept, .suppressed(by: 0, overlap: 80.0 / 120), .kept])
  }

  @Test("order is by score, not by index")
  func order() {
    let result = Suppression(chain, scores: [0.7, 0.9, 0.8], threshold: 0.5)
    #expect(result.kept == [1])
    #expect(result.fates[0] == .suppressed(by: 1, overlap: 80.0 / 120))
    #expect(result.fates[2] == .suppressed(by: 1, overlap: 70.0 / 130))
  }

  @Test("an overlap of exactly the threshold is let be")
  func exactThreshold() {
    let boxes = [Box(0, 0, 2, 1), Box(0, 0, 1, 1)]
    #expect(Suppression(boxes, scores: [2, 1], threshold: 0.5).kept == [0, 1])
    #expect(Suppression(boxes, scores: [2, 1], threshold: 0.4999).kept == [0])
  }

  @Test("of equal boxes with equal scores the first stays")
  func equalScores() {
    let boxes = Array(repeating: Box(0, 0, 4, 4), count: 4)
    let result = Suppression(boxes, scores: [1, 1, 1, 1], threshold: 0.5)
    #expect(result.kept == [0])
    #expect(result.fates[3] == .suppressed(by: 0, overlap: 1))
  }

  @Test("equal scores keep the order of their indices")
  func stable() {
    let boxes = (0..<6).map { Box(Double($0 * 10), 0, Double($0 * 10 + 5), 5) }
    #expect(Suppression(boxes, scores: [1, 2, 1, 2, 1, 2], threshold: 0.5).kept == [1, 3, 5, 0, 2, 4])
  }

  @Test("groups do not suppress each other")
  func groups() {
    let boxes = Array(repeating: Box(0, 0, 4, 4), count: 3)
    let result = Suppression(boxes, scores: [0.9, 0.8, 0.7], groups: [0, 1, 0], threshold: 0.5)
    #expect(result.kept == [0, 1])
    #expect(result.fates[2] == .suppressed(by: 0, overlap: 1))
  }

  @Test("nothing in, nothing out; no threshold, nobody goes")
  func none() {
    #expect(Suppression([], scores: [], threshold: 0.5).kept.isEmpty)
    let boxes = Array(repeating: Box(0, 0, 4, 4), count: 3)
    #expect(Suppression(boxes, scores: [1, 3, 2], threshold: .infinity).kept == [1, 2, 0])
  }

  @Test("another measure of overlap decides when it is given")
  func measure() {
    // IoU .5 with centres apart: DIoU is less.
    let boxes = [Box(0, 0, 2, 1), Box(0, 0, 1, 1)]
    #expect(Suppression(boxes, scores: [2, 1], threshold: 0.45).kept == [0])
    let byDistance = Suppression(boxes, scores: [2, 1], threshold: 0.45) { $0.diou(with: $1) }
    #expect(byDistance.kept == [0, 1])
  }

  /// Takes the best box left and strikes out what it overlaps, until none is left.
  private func naive(_ boxes: [Box], _ scores: [Double], _ groups: [Int], _ threshold: Double) -> (
    kept: [Int], fates: [Suppression.Fate]
  ) {
    var alive = Set(boxes.indices)
    var kept: [Int] = []
    var fates = [Suppression.Fate](repeating: .kept, count: boxes.count)
    while let best = alive.min(by: { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }) {
      alive.remove(best)
      kept.append(best)
      for other in alive where groups[other] == groups[best] {
        let overlap = boxes[best].iou(with: boxes[other])
        guard overlap > threshold else { continue }
        alive.remove(other)
        fates[other] = .suppressed(by: best, overlap: overlap)
      }
    }
    return (kept, fates)
  }

  @Test("the same as striking out, for any boxes, scores and groups")
  func againstNaive() {
    for seed in 1...80 {
      var draws = Draws(UInt64(seed))
      let count = draws.int(1...40)
      let boxes = draws.boxes(count) { $0.gridBox(side: 4) }
      let scores = (0..<count).map { _ in Double(draws.int(1...10)) / 10 }
      let groups = (0..<count).map { _ in draws.int(0...2) }
      let threshold = [0, 0.2, 0.5, 0.8][draws.int(0...3)]
      let result = Suppression(boxes, scores: scores, groups: groups, threshold: threshold)
      let wanted = naive(boxes, scores, groups, threshold)
      #expect(result.kept == wanted.kept)
      #expect(result.fates == wanted.fates)
    }
  }
}
