import Boxes
import Detectors
import TestSupport
import Testing

@Suite struct ExampleWeightsTests {
  private let sample = ExamplePool(seed: 1)

  @Test("the shares of a loss sum to 1, whatever is mined", arguments: ExampleWeights.Mining.allCases, [0, 0.5, 2, 5])
  func shares(mining: ExampleWeights.Mining, gamma: Double) {
    let weights = ExampleWeights(sample, alpha: 0.25, gamma: gamma, mining: mining)
    for share in [\ExampleWeights.Group.crossEntropyShare, \.focalShare, \.minedShare] {
      #expect(close(weights.groups.map { $0[keyPath: share] }.reduce(0, +), 1, relative: 1e-9))
    }
    #expect(weights.groups.map(\.count).reduce(0, +) == 2000)
    #expect(weights.groups.map(\.kept).reduce(0, +) == weights.examples.count(where: \.isKept))
    let losses = weights.examples.map(\.crossEntropy)
    #expect(losses == losses.sorted(by: >))
  }

  @Test("weights: with γ 0 only α, else an easy negative fades and the positives gain")
  func focus() throws {
    let flat = ExampleWeights(sample, alpha: 0.25, gamma: 0, mining: .all)
    for example in flat.examples {
      #expect(close(example.weight, example.kind == .positive ? 0.25 : 0.75, relative: 1e-9))
    }
    let focal = ExampleWeights(sample, alpha: 0.25, gamma: 2, mining: .all)
    for example in focal.examples {
      let rest = 1 - example.truth
      #expect(close(example.weight, (example.kind == .positive ? 0.25 : 0.75) * rest * rest, relative: 1e-9))
    }
    let (easy, positive) = (try #require(focal.group(.easy)), try #require(focal.group(.positive)))
    #expect(easy.weight < 0.01 && easy.focalShare < easy.crossEntropyShare / 10)
    #expect(positive.focalShare > positive.crossEntropyShare)
  }

  @Test("mining keeps what its rule says, the costliest of it")
  func mining() throws {
    func weights(_ mining: ExampleWeights.Mining) -> ExampleWeights {
      ExampleWeights(sample, alpha: 0.25, gamma: 2, mining: mining)
    }
    let three = weights(.threeNegatives)
    let negatives = three.examples.filter { $0.kind != .positive }
    #expect(three.group(.positive)?.kept == 12)
    #expect(negatives.map(\.isKept) == Array(repeating: true, count: 36) + Array(repeating: false, count: 1952))
    #expect(weights(.share).examples.prefix(1400).allSatisfy { $0.isKept })
    #expect(weights(.share).examples.count(where: \.isKept) == 1400)
    let hardest = weights(.hardest128).examples
    #expect(hardest.count(where: \.isKept) == 128)
    #expect(hardest.prefix(128).contains { !$0.isKept }, "NMS passes over neighbours of harder ones")
    let all = weights(.all)
    for group in all.groups { #expect(close(group.minedShare, group.crossEntropyShare, relative: 1e-9)) }
  }

  @Test("the anchors of an iteration: the ignored left out, positives by their own class, costs as the trace has them")
  func ofTrace() throws {
    let trace = try Fixtures.trace(Fixtures.mixed, Fixtures.tiny + ["gamma=0", "probability_clip=0"])
    let pool = try #require(ExamplePool(trace))
    let states = try trace.doubles("match.state")
    #expect(pool.examples.map(\.index) == states.indices.filter { states[$0] >= 0 })
    #expect(pool.examples.count { $0.kind == .positive } == states.count { $0 == 1 })
    #expect(pool.boxes?.count == pool.examples.count)
    // With γ 0 the trace's own loss is cross entropy weighted by α, class by class.
    let costs = try trace.doubles("losses.cls_per_anchor")
    for example in pool.examples {
      #expect(close(example.focal(alpha: 0.25, gamma: 0), costs[example.index], relative: 1e-4, absolute: 1e-6))
    }
  }

  @Test("samples differ by their number alone")
  func samples() {
    let (again, other) = (ExamplePool(seed: 1), ExamplePool(seed: 2))
    #expect(again.examples.map(\.truth) == sample.examples.map(\.truth))
    #expect(other.examples.map(\.truth) != sample.examples.map(\.truth))
    #expect(ExamplePool(seed: 1, positives: 0, mistaken: 0, easy: 0).examples.isEmpty)
    let none = ExampleWeights(
      ExamplePool(seed: 1, positives: 0, mistaken: 0, easy: 0), alpha: 0.25, gamma: 2, mining: .hardest128)
    #expect(none.examples.isEmpty && none.groups.allSatisfy { $0.focalShare == 0 && $0.weight == 0 })
  }
}
