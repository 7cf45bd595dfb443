/// What can be done with values by name.
enum Function: String, CaseIterable, Sendable {
  case any, all, count, min, max, mean, sum, abs, nan

  /// What its arguments must be; nil for anything.
  var wanted: ExpressionType.Kind? {
    switch self {
    case .any, .all: .boolean
    case .count: nil
    case .min, .max, .mean, .sum, .abs, .nan: .number
    }
  }

  /// Whether it makes one of each element rather than one of all.
  var isElementwise: Bool { self == .abs || self == .nan }

  var result: ExpressionType {
    switch self {
    case .any, .all, .nan: .boolean
    case .count, .min, .max, .mean, .sum, .abs: .number
    }
  }

  var spelling: String {
    switch self {
    case .any, .all: "\(rawValue)(tests)"
    case .count: "count(tests)"
    case .min, .max, .mean, .sum: "\(rawValue)(numbers)"
    case .abs, .nan: "\(rawValue)(number)"
    }
  }

  var meaning: String {
    switch self {
    case .any: "whether a test holds for at least one; false of none"
    case .all: "whether a test holds for each; true of none"
    case .count: "for how many a test holds; of numbers or names, how many there are"
    case .min: "the smallest"
    case .max: "the largest"
    case .mean: "the mean"
    case .sum: "the sum; 0 of none"
    case .abs: "the number without its sign"
    case .nan: "whether a number is NaN or infinite"
    }
  }

  var example: String {
    switch self {
    case .any: "any(gt.area < 100)"
    case .all: "all(gt.width > 1 and gt.height > 1)"
    case .count: "count(anchor.level == P4) > 100"
    case .min: "min(gt.area)"
    case .max: "max(loss.total, 1)"
    case .mean: "mean(gt.width)"
    case .sum: "sum(level.anchors)"
    case .abs: "abs(gt[0].x - 80) < 40"
    case .nan: "nan(loss.total)"
    }
  }
}
