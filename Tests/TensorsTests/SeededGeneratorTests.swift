import Tensors
import TestSupport
import Testing

@Suite struct SeededGeneratorTests {
  @Test("the published first values of SplitMix64")
  func firstValues() {
    var zero = SeededGenerator(seed: 0)
    #expect(zero.next() == 0xe220_a839_7b1d_cdaf)
    #expect(zero.next() == 0x6e78_9e6a_a1b9_65f4)
    #expect(zero.next() == 0x06c4_5d18_8009_454f)
    var other = SeededGenerator(seed: 1_234_567)
    #expect((0..<2).map { _ in other.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
  }

  @Test("uniform numbers fill [0, 1) evenly")
  func uniform() {
    var generator = SeededGenerator(seed: 7)
    var bins = [Int](repeating: 0, count: 10)
    for _ in 0..<20_000 {
      let x = generator.uniform()
      #expect(x >= 0 && x < 1)
      bins[Int(x * 10)] += 1
    }
    // Each bin holds 2000 give or take 42.
    #expect(bins.allSatisfy { abs($0 - 2000) < 250 }, "\(bins)")
  }

  @Test("normal numbers have the normal distribution's moments")
  func normal() {
    var generator = SeededGenerator(seed: 8)
    let x = (0..<40_000).map { _ in generator.normal() }
    func moment(_ power: Int) -> Double {
      x.reduce(0) { sum, x in sum + (0..<power).reduce(1.0) { product, _ in product * x } } / Double(x.count)
    }
    #expect(close(moment(1), 0, absolute: 0.02))
    #expect(close(moment(2), 1, absolute: 0.03))
    #expect(close(moment(3), 0, absolute: 0.06))
    #expect(close(moment(4), 3, absolute: 0.2))
  }
}
