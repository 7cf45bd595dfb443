import Boxes
import Detectors
import Foundation
import TestSupport
import Testing

@Suite struct ClassificationLossTests {
  @Test("cross entropy of a logit, worked out by hand, and its derivative by finite differences")
  func binary() {
    #expect(close(BinaryCrossEntropy.evaluate(0, target: 1).loss, Foundation.log(2), relative: 1e-12))
    var draws = Draws(1)
    for _ in 0..<500 {
      let (x, y, h) = (draws.double(-12...12), draws.double(0...1), 1e-5)
      let term = BinaryCrossEntropy.evaluate(x, target: y)
      let p = 1 / (1 + Foundation.exp(-x))
      let wanted = -y * Foundation.log(p) - (1 - y) * Foundation.log1p(-p)
      #expect(close(term.loss, wanted, relative: 1e-9, absolute: 1e-10))
      let measured =
        (BinaryCrossEntropy.evaluate(x + h, target: y).loss - BinaryCrossEntropy.evaluate(x - h, target: y).loss)
        / (2 * h)
      #expect(close(term.derivative, measured, relative: 1e-6, absolute: 1e-9))
    }
  }

  @Test("far out it is the logit's size, and finite", arguments: [800.0, 1e30])
  func binaryFar(x: Double) {
    #expect(BinaryCrossEntropy.evaluate(x, target: 0).loss == x)
    #expect(BinaryCrossEntropy.evaluate(-x, target: 1).loss == x)
    #expect(BinaryCrossEntropy.evaluate(x, target: 1).loss == 0)
    #expect(BinaryCrossEntropy.evaluate(x, target: 1).derivative == 0)
  }

  @Test("the worked figure: p .9 costs .1054 and .00026, p .1 costs 2.3026 and .466")
  func workedFigure() {
    let focal = FocalLoss(alpha: 0.25, gamma: 2, clip: 0)
    for (p, crossEntropy, wanted) in [(0.9, 0.1054, 0.00026), (0.1, 2.3026, 0.466)] {
      let x = Foundation.log(p / (1 - p))
      #expect(close(BinaryCrossEntropy.evaluate(x, target: 1).loss, crossEntropy, relative: 1e-3))
      #expect(close(focal.term(x, isPositive: true).loss, wanted, relative: 2e-2))
    }
  }

  @Test("balanced cross entropy is focal with γ 0; without balance both halves are cross entropy's")
  func balanced() {
    let (balanced, half) = (FocalLoss(alpha: 0.25, gamma: 0, clip: 0), FocalLoss(alpha: 0.5, gamma: 0, clip: 0))
    var draws = Draws(2)
    for _ in 0..<200 {
      let x = draws.double(-20...20)
      for isPositive in [true, false] {
        let plain = BinaryCrossEntropy.evaluate(x, target: isPositive ? 1 : 0)
        let weight = isPositive ? 0.25 : 0.75
        #expect(close(balanced.term(x, isPositive: isPositive).loss, weight * plain.loss, relative: 1e-12))
        #expect(close(half.term(x, isPositive: isPositive).loss, 0.5 * plain.loss, relative: 1e-12))
        #expect(
          close(balanced.term(x, isPositive: isPositive).derivative, weight * plain.derivative, relative: 1e-9))
      }
    }
  }

  @Test("focal by finite differences for any γ, both signs", arguments: [0, 0.5, 1, 2, 3.7, 5], [0, 1e-7])
  func focal(gamma: Double, clip: Double) {
    let loss = FocalLoss(alpha: 0.3, gamma: gamma, clip: clip)
    var draws = Draws(3)
    for _ in 0..<300 {
      let (x, h) = (draws.double(-9...9), 1e-5)
      for isPositive in [true, false] {
        let (high, low) = (loss.term(x + h, isPositive: isPositive), loss.term(x - h, isPositive: isPositive))
        let measured = (high.loss - low.loss) / (2 * h)
        #expect(close(loss.term(x, isPositive: isPositive).derivative, measured, relative: 1e-5, absolute: 1e-8))
      }
    }
  }

  // MARK: Softmax

  private func row(_ draws: inout Draws, _ count: Int) -> [Double] { (0..<count).map { _ in draws.double(-9...9) } }

  @Test("softmax cross entropy against its definition, and by finite differences")
  func softmax() {
    var draws = Draws(4)
    for _ in 0..<200 {
      let row = row(&draws, draws.int(1...7))
      let label = draws.int(0...row.count - 1)
      let term = SoftmaxCrossEntropy.evaluate(row, label: label)
      let sum = row.map(Foundation.exp).reduce(0, +)
      let wanted = Foundation.log(sum) - row[label]
      #expect(close(term.loss, wanted, relative: 1e-9, absolute: 1e-12))
      let probabilities = SoftmaxCrossEntropy.probabilities(row)
      #expect(close(probabilities.reduce(0, +), 1, relative: 1e-12))
      #expect(difference(probabilities, row.map { Foundation.exp($0) / sum }, relative: 1e-12) == nil)
      for k in row.indices {
        var (high, low) = (row, row)
        high[k] += 1e-5
        low[k] -= 1e-5
        let measured =
          (SoftmaxCrossEntropy.evaluate(high, label: label).loss - SoftmaxCrossEntropy.evaluate(low, label: label).loss)
          / 2e-5
        #expect(close(term.gradient[k], measured, relative: 1e-6, absolute: 1e-9))
      }
    }
  }

  @Test("two classes are the sigmoid of their difference; a constant on all changes nothing")
  func softmaxOfTwo() {
    var draws = Draws(5)
    for _ in 0..<200 {
      let row = row(&draws, 2)
      let term = SoftmaxCrossEntropy.evaluate(row, label: 0)
      let sigmoid = BinaryCrossEntropy.evaluate(row[0] - row[1], target: 1)
      #expect(close(term.loss, sigmoid.loss, relative: 1e-12))
      #expect(close(term.gradient[0], sigmoid.derivative, relative: 1e-12, absolute: 1e-15))
      #expect(close(term.gradient[1], -sigmoid.derivative, relative: 1e-12, absolute: 1e-15))
      let shifted = SoftmaxCrossEntropy.evaluate(row.map { $0 + 1e4 }, label: 0)
      #expect(close(shifted.loss, term.loss, relative: 1e-6))
    }
  }

  @Test("logits of any size stay finite, and a sure answer keeps its tail")
  func softmaxFar() {
    let term = SoftmaxCrossEntropy.evaluate([1e30, -1e30, 0], label: 1)
    #expect(term.loss == 2e30 && term.gradient == [1, -1, 0])
    let sure = SoftmaxCrossEntropy.evaluate([60.0, 0], label: 0)
    #expect(close(sure.loss, Foundation.exp(-60), relative: 1e-9))
    #expect(close(sure.gradient[0], -Foundation.exp(-60), relative: 1e-9))
    #expect(SoftmaxCrossEntropy.evaluate([Float(3)], label: 0).loss == 0)
    #expect(SoftmaxCrossEntropy.probabilities([Double]()).isEmpty)
  }

  @Test("a slice of a tensor's row gives what a copy gives")
  func softmaxOfSlice() {
    var draws = Draws(6)
    let all = draws.floats(12, -5...5)
    var room: [Double] = []
    for row in 0..<3 {
      let slice = all[row * 4..<row * 4 + 4]
      let loss = SoftmaxCrossEntropy.evaluate(slice, label: 2, gradient: &room)
      let copy = SoftmaxCrossEntropy.evaluate(Array(slice), label: 2)
      #expect(loss == copy.loss && room == copy.gradient)
    }
  }

  // MARK: Hard examples

  @Test("the hardest are kept, of equal ones the first, and never more than there are")
  func mining() {
    let losses = [0.5, 2, 0.1, 2, 3, 0]
    #expect(HardExamples(of: losses, keep: .count(3)).kept == [4, 1, 3])
    #expect(HardExamples(of: losses, keep: .count(3)).cut == 2)
    #expect(HardExamples(of: losses, keep: .count(2)).kept == [4, 1])
    #expect(HardExamples(of: losses, keep: .share(0.7)).kept == [4, 1, 3, 0])
    #expect(HardExamples(of: losses, keep: .share(1)).kept == [4, 1, 3, 0, 2, 5])
    #expect(HardExamples(of: losses, among: [0, 2, 5], keep: .perPositive(3, positives: 1)).kept == [0, 2, 5])
    #expect(HardExamples(of: losses, among: [0, 2, 5], keep: .perPositive(1.5, positives: 1)).kept == [0])
    for quota in [HardExamples.Quota.count(-1), .share(0), .share(.nan), .perPositive(3, positives: 0)] {
      let none = HardExamples(of: losses, keep: quota)
      #expect(none.kept.isEmpty && none.cut == nil)
    }
    #expect(HardExamples(of: [1, .nan, 2], keep: .share(.infinity)).kept == [1, 2, 0])
  }

  @Test("the kept are exactly those no harder one was left out for")
  func miningProperty() {
    var draws = Draws(7)
    for _ in 0..<100 {
      let losses = (0..<draws.int(1...40)).map { _ in Double(draws.int(0...9)) }
      let candidates = losses.indices.filter { _ in draws.int(0...2) > 0 }
      let count = draws.int(0...45)
      let kept = HardExamples(of: losses, among: candidates, keep: .count(count)).kept
      #expect(kept.count == min(count, candidates.count) && Set(kept).count == kept.count)
      let left = Set(candidates).subtracting(kept)
      #expect(left.allSatisfy { out in kept.allSatisfy { (losses[$0], -$0) > (losses[out], -out) } })
    }
  }

  @Test("with NMS a neighbour of a harder example is no choice")
  func miningWithNMS() {
    let boxes = [Box(0, 0, 10, 10), Box(1, 0, 11, 10), Box(40, 0, 50, 10), Box(0, 1, 10, 11)]
    let mined = HardExamples(of: [1, 3, 0.5, 2], boxes: boxes, threshold: 0.7, keep: .count(3))
    #expect(mined.kept == [1, 3, 2], "0 gives way to 1; 3 overlaps 1 by .68")
    #expect(mined.suppressed == [0] && mined.cut == 0.5)
    let all = HardExamples(of: [1, 3, 0.5, 2], boxes: boxes, threshold: 1, keep: .share(1))
    #expect(all.kept == [1, 3, 0, 2] && all.suppressed.isEmpty)
  }
}
