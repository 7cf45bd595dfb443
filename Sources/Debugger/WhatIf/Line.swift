import Boxes
import Detectors
import Scenes
import Traces

/// One way in which a set-up can be changed further and further.
struct Line {
  /// How the size of its changes is measured.
  let variation: Variation
  /// How far it goes.
  let limit: Double
  /// Whether whoever goes further never loses again what has been reached: a threshold, but no shape.
  let isMonotone: Bool
  /// The change of an amount, which is about its size. Rounded to so many decimals, away from what is; nil past the
  /// end of the line.
  let change: (_ amount: Double, _ decimals: Int?) -> Change?

  init(
    _ variation: Variation, limit: Double, isMonotone: Bool = false, _ change: @escaping (Double, Int?) -> Change?
  ) {
    self.variation = variation
    self.limit = limit
    self.isMonotone = isMonotone
    self.change = change
  }
}

extension Double {
  /// To so many decimals, away from another number.
  func rounded(_ decimals: Int?, awayFrom other: Double) -> Double {
    guard let decimals else { return self }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    return (self * scale).rounded(self < other ? .down : .up) / scale
  }
}

// MARK: - Parameters

extension Parameter {
  /// The lines along which its value can be changed.
  func lines(from settings: Settings, for detector: any Detector.Type) -> [Line] {
    guard let value = settings.values[name] else { return [] }
    switch (variation, value) {
    case (.number(let measure, let pulled), .number(let old)):
      return [-1.0, 1].map { direction in
        line(old, measure, direction, isMonotone: measure == .difference) { new in
          .parameter(
            name: name, element: nil, from: value, to: .number(new), along: Self.pull(pulled, to: new, settings))
        }
      }
    case (.number(let measure, _), .integer(let old)):
      return [-1.0, 1].map { direction in
        line(Double(old), measure, direction, isMonotone: true) { new in
          let whole = Int(new.rounded(direction < 0 ? .down : .up))
          return whole == old
            ? nil : .parameter(name: name, element: nil, from: value, to: .integer(whole), along: [])
        }
      }
    case (.elements(let measure, let isAscending, _), .numbers(let old)):
      return old.indices.flatMap { index in
        [-1.0, 1].map { direction in
          line(old[index], measure, direction, isMonotone: measure == .difference) { new in
            let list = Self.replacing(index, of: old, by: new, isAscending: isAscending)
            return .parameter(name: name, element: index, from: value, to: .numbers(list), along: [])
          }
        }
      }
    default: return []
    }
  }

  /// The lines along which one more element can be put into a list: from each that is there.
  func growingLines(from settings: Settings) -> [Line] {
    guard case .elements(let measure, _, true) = variation, case .numbers(let old)? = settings.values[name],
      case .numbers(let count, _) = kind, count.contains(old.count + 1)
    else { return [] }
    return old.flatMap { element in
      [-1.0, 1].map { direction in
        line(element, measure, direction, isMonotone: false) { new in
          old.contains(new)
            ? nil
            : .parameter(
              name: name, element: old.count, from: .numbers(old), to: .numbers(old + [new]), along: [])
        }
      }
    }
  }

  /// The other choices there are.
  func otherChoices(from settings: Settings) -> [Change] {
    guard variation == .choices, let value = settings.values[name] else { return [] }
    let others: [ParameterValue] =
      switch (kind, value) {
      case (_, .flag(let isOn)): [.flag(!isOn)]
      case (.choice(let names), _): names.map { .choice($0) }.filter { $0 != value }
      default: []
      }
    return others.map { .parameter(name: name, element: nil, from: value, to: $0, along: []) }
  }

  /// Fifty times as much or as little; counts may grow further.
  private static let farthest = 3.9

  private func line(
    _ old: Double, _ measure: Variation.Measure, _ direction: Double, isMonotone: Bool,
    _ change: @escaping (Double) -> Change?
  ) -> Line {
    let range = bounds
    let bound = direction < 0 ? range.lowerBound : range.upperBound
    let limit =
      switch measure {
      case .difference: abs(bound - old)
      case .factor: bound > 0 || old <= 0 ? measure.size(old, bound) : Double.infinity
      }
    let isCount = if case .integer = kind { true } else { false }
    // What is no number of pixels, such as −1 for no bound, has no size.
    let reach = measure == .factor && old <= 0 ? 0 : min(limit, isCount ? 1.4 * Self.farthest : Self.farthest)
    return Line(variation, limit: reach, isMonotone: isMonotone) { amount, decimals in
      let moved = measure.number(old, moved: amount, direction).rounded(decimals, awayFrom: old)
      let new = min(max(moved, range.lowerBound), range.upperBound)
      return new == old ? nil : change(new)
    }
  }

  private var bounds: ClosedRange<Double> {
    switch kind {
    case .number(let range), .numbers(_, let range): range
    case .integer(let range), .integers(_, let range): Double(range.lowerBound)...Double(range.upperBound)
    case .flag, .choice, .names: 0...0
    }
  }

  private static func pull(_ names: [String], to new: Double, _ settings: Settings) -> [Change.Assigned] {
    names.compactMap { name in
      guard case .number(let old)? = settings.values[name], old > new else { return nil }
      return Change.Assigned(name: name, from: .number(old), to: .number(new))
    }
  }

  private static func replacing(_ index: Int, of list: [Double], by new: Double, isAscending: Bool) -> [Double] {
    var list = list
    list[index] = new
    guard isAscending else { return list }
    for other in list.indices where other != index {
      list[other] = other < index ? min(list[other], new) : max(list[other], new)
    }
    return list
  }
}
