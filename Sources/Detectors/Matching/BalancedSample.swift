import Tensors
import Traces

/// A random choice of positives and negatives, so that the few are not drowned by the many (Ren et al. 2015).
///
/// At most ⌊fraction · size⌋ positives are drawn; negatives fill the rest, as far as there are any.
package struct BalancedSample: Sendable {
  /// Drawn, in ascending order, or in the order they were given in.
  package let positives: [Int]
  package let negatives: [Int]
  /// How many there were to draw from.
  package let available: (positives: Int, negatives: Int)

  package var count: Int { positives.count + negatives.count }

  /// Already drawn elsewhere.
  package init(positives: [Int], negatives: [Int], available: (positives: Int, negatives: Int)) {
    self.positives = positives
    self.negatives = negatives
    self.available = available
  }

  package init(
    from positives: [Int], _ negatives: [Int], size: Int, fraction: Double, using generator: inout SeededGenerator
  ) {
    let share = min(Int(Double(size) * fraction), positives.count)
    self.positives = generator.choose(share, from: positives)
    self.negatives = generator.choose(min(size - share, negatives.count), from: negatives)
    available = (positives.count, negatives.count)
  }

  /// For a list of so many: 1 drawn as a positive, 0 as a negative, −1 not drawn.
  package func codes(count: Int) -> [Int8] {
    var codes = [Int8](repeating: -1, count: count)
    for index in positives { codes[index] = 1 }
    for index in negatives { codes[index] = 0 }
    return codes
  }

  /// The codes in words. Background that was drawn stands out from what was not.
  static let legend = StateLegend(
    value: "sample.state",
    states: [
      .init(1, "positive", .positive), .init(0, "background", .between, sign: "−"),
      .init(-1, "not drawn", .negative, sign: "·"),
    ])
}

extension SeededGenerator {
  /// What an iteration draws: the same at every run, another at each iteration and for each purpose.
  init(seed: UInt64, iteration: Int, purpose: UInt64) {
    var root = SeededGenerator(seed: seed)
    var branch = SeededGenerator(seed: root.next() ^ UInt64(truncatingIfNeeded: iteration) &* 0xbf58_476d_1ce4_e5b9)
    self.init(seed: branch.next() ^ purpose &* 0x94d0_49bb_1331_11eb)
  }

  /// So many of a list, each choice as likely as any other, in ascending places (Fisher and Yates).
  fileprivate mutating func choose(_ count: Int, from list: [Int]) -> [Int] {
    guard count < list.count else { return list }
    var list = list
    for place in 0..<max(0, count) {
      let other = place + Int(uniform() * Double(list.count - place))
      list.swapAt(place, other)
    }
    return list.prefix(max(0, count)).sorted()
  }
}
