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

/// The state and the moment of its trace that a frame shows.
struct Scope {
  let state: State
  let trace: Trace
  let step: StepRecord
  /// The GT that views of one GT show.
  let gt: Int?
  let place: PriorGrid.Location?
  let prior: Int?

  /// Nil before the first iteration has run.
  init?(_ state: State) {
    guard let trace = state.trace, let step = state.currentStep else { return nil }
    self.state = state
    self.trace = trace
    self.step = step
    gt = state.shownGT
    place = state.place
    prior = state.prior
  }

  var level: PriorGrid.Level? {
    guard let place, trace.priors.levels.indices.contains(place.level) else { return nil }
    return trace.priors.levels[place.level]
  }

  /// A value that this step or one before it left: a moment shows nothing of what comes after.
  func known(_ name: String) -> Value? {
    let past = trace.steps.prefix(state.position.step + 1)
    return past.contains { $0.values.contains(name) } ? trace[name] : nil
  }

  /// A row of four of a known value as a box; nil when it is not there or no box.
  func box(_ name: String, _ row: Int?) -> [Double]? {
    guard let row, let value = known(name), value.shape.count == 2, value.shape[1] == 4 else { return nil }
    let numbers = value.row(row)
    return numbers.count == 4 && numbers.allSatisfy(\.isFinite) ? numbers : nil
  }

  func className(_ label: Int) -> String {
    trace.scene.classes.indices.contains(label) ? trace.scene.classes[label] : "class \(label)"
  }

  /// "gt 2 boat".
  func name(gt: Int) -> String {
    let objects = trace.scene.groundTruth
    return objects.indices.contains(gt) ? "gt \(gt) \(className(objects[gt].label))" : "gt \(gt)"
  }
}
