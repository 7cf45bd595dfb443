import Boxes
import Detectors
import Tensors

extension Change {
  /// How large the change is, without a unit:
  ///
  /// - a threshold, a share, an offset: the difference, as they lie between 0 and 1;
  /// - a size, a ratio, a radius, a range, a count: |ln(new / old)|, .1 for a tenth more or less;
  /// - a box: how far its edges move along x in parts of its width, and along y in parts of its height, together;
  /// - a guess: the difference of the score;
  /// - another choice or switch: 1, as it is another rule and no distance leads there;
  /// - one more shape in a list: 1, and how far it is from the nearest.
  func size(measuredBy variation: Variation) -> Double {
    switch self {
    case .parameter(_, _, let from, let to, let along):
      along.reduce(Self.size(from, to, variation)) { $0 + Self.size($1.from, $1.to, variation) }
    case .box(_, let from, let to):
      Self.share(to.x1 - from.x1, to.x2 - from.x2, of: from.width)
        + Self.share(to.y1 - from.y1, to.y2 - from.y2, of: from.height)
    case .prediction(_, _, let scores): abs(scores.to - scores.from)
    }
  }

  private static func share(_ a: Double, _ b: Double, of side: Double) -> Double { max(abs(a), abs(b)) / side }

  private static func size(_ from: ParameterValue, _ to: ParameterValue, _ variation: Variation) -> Double {
    let measure: Variation.Measure
    switch variation {
    case .fixed, .choices: return 1
    case .number(let by, _), .elements(let by, _, _): measure = by
    }
    switch (from, to) {
    case (.number(let a), .number(let b)): return measure.size(a, b)
    case (.integer(let a), .integer(let b)): return measure.size(Double(a), Double(b))
    case (.numbers(let a), .numbers(let b)) where a.count == b.count:
      return zip(a, b).reduce(0) { $0 + measure.size($1.0, $1.1) }
    case (.numbers(let a), .numbers(let b)):
      guard let new = b.last else { return 1 }
      return 1 + (a.map { measure.size($0, new) }.min() ?? 0)
    default: return 1
    }
  }
}

extension Variation.Measure {
  func size(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .difference: abs(b - a)
    case .factor: a == b ? 0 : a > 0 && b > 0 ? abs(Exact.log(b / a)) : .infinity
    }
  }

  /// What lies so far from a number.
  func number(_ a: Double, moved amount: Double, _ direction: Double) -> Double {
    switch self {
    case .difference: a + direction * amount
    case .factor: a * Exact.exp(direction * amount)
    }
  }
}
