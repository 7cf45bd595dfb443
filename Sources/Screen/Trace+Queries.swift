import Scenes
import Traces

/// Sorting and picking for display; nothing here makes a number that no step left.
extension Trace {
  /// The number of each prior in a value of shape N; of shape N,K (the largest of a row); or of shape G,N
  /// (the row of a GT). Nil for other shapes.
  func perPrior(_ name: String, gt: Int?) -> [Double]? {
    guard let value = self[name] else { return nil }
    let count = priors.count
    switch value.shape.count {
    case 1 where value.shape[0] == count: return value.doubles
    case 2 where value.shape[1] == count && value.shape[0] == scene.groundTruth.count:
      return gt.map { value.row($0) }.flatMap { $0.count == count ? $0 : nil }
    case 2 where value.shape[0] == count: return largestOfRows(value)
    default: return nil
    }
  }

  private func largestOfRows(_ value: Value) -> [Double] {
    let width = value.shape[1]
    let numbers = value.doubles
    return (0..<value.shape[0]).map { row in
      var largest = -Double.infinity
      for number in numbers[row * width..<(row + 1) * width] {
        if number.isNaN { return .nan }
        largest = max(largest, number)
      }
      return largest
    }
  }

  /// The first prior among those that overlap a GT most.
  func bestPrior(ofGT gt: Int) -> Int? {
    guard let overlaps = perPrior("overlap.iou", gt: gt) else { return nil }
    return Trace.largest(1, of: overlaps).first
  }

  /// The indices of the largest numbers, the largest first, the lowest index first among equals. What is
  /// not a number is left out.
  static func largest(_ count: Int, of numbers: [Double]) -> [Int] {
    var kept: [Int] = []
    guard count > 0 else { return kept }
    for (index, number) in numbers.enumerated() where !number.isNaN {
      if kept.count == count, let last = kept.last, numbers[last] >= number { continue }
      var place = kept.count
      while place > 0 && numbers[kept[place - 1]] < number { place -= 1 }
      kept.insert(index, at: place)
      if kept.count > count { kept.removeLast() }
    }
    return kept
  }
}

/// What a prior came to be, as `match.state` says it.
enum PriorState: CaseIterable {
  case positive
  case ignored
  case negative

  init?(_ number: Double?) {
    switch number {
    case 1: self = .positive
    case 0: self = .negative
    case -1: self = .ignored
    default: return nil
    }
  }

  var sign: String {
    switch self {
    case .positive: "+"
    case .ignored: "~"
    case .negative: "−"
    }
  }

  var name: String {
    switch self {
    case .positive: "positive"
    case .ignored: "ignored"
    case .negative: "negative"
    }
  }

  /// The one that a cell of several is shown as: the more telling.
  var weight: Int {
    switch self {
    case .positive: 2
    case .ignored: 1
    case .negative: 0
    }
  }

  func style(_ theme: Theme) -> Style {
    switch self {
    case .positive: theme.positive
    case .ignored: theme.ignored
    case .negative: theme.negative
    }
  }
}
