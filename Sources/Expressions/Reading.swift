import Traces

/// A trace as an expression sees it at a moment.
struct Reading: Sendable {
  let moment: Moment
  /// The name after `param.` or `loss.`; empty for other paths.
  var name = ""

  var trace: Trace { moment.trace }
  var hazards: [Hazard] { moment.done.flatMap(\.hazards) }

  /// The first of the values that the iteration has.
  func value(_ names: String...) throws(Absence) -> Value {
    if let name = names.first(where: { trace[$0] != nil }), let value = moment.visible(name) { return value }
    throw moment.absence(of: names)
  }

  /// A value of shape M as a column.
  func numbers(_ names: String...) throws(Absence) -> Column {
    guard let name = names.first(where: { trace[$0] != nil }), let value = moment.visible(name) else {
      throw moment.absence(of: names)
    }
    return .numbers(of: value)
  }

  /// One of the columns of a value of shape M,4 and the like.
  func numbers(_ name: String, column: Int) throws(Absence) -> Column {
    let value = try value(name)
    let width = value.shape.count == 2 ? value.shape[1] : 1
    return .numbers(value.count / max(1, width)) { value[flat: $0 * width + column] ?? .nan }
  }

  /// What a box of a value of shape M,4 has.
  func boxes(_ name: String, _ part: BoxPart) throws(Absence) -> Column {
    let value = try value(name)
    return .numbers(value.count / 4) { index in
      part.of { value[flat: index * 4 + $0] ?? .nan }
    }
  }

  /// A value of class labels as their names.
  func classes(_ name: String) throws(Absence) -> Column {
    let (value, classes) = (try value(name), trace.scene.classes)
    return .texts(value.count) { index in
      value[flat: index].flatMap { Int(exactly: $0) }.flatMap { classes.indices.contains($0) ? classes[$0] : nil }
        ?? "none"
    }
  }

  /// How many boxes a step lists.
  func rows(of kind: BoxRow.Kind, step: String) throws(Absence) -> Int {
    try need(step: step, for: "\(kind.rawValue)s")
    return moment.visible(kind.boxes)?.shape.first ?? 0
  }

  /// - Throws: when the step is still to come, or this detector does not have it.
  func need(step: String, for things: String) throws(Absence) {
    guard let index = trace.steps.firstIndex(where: { $0.id == step }) else {
      throw .never("\(trace.detectorTitle) has no \(things)")
    }
    guard index <= moment.step else { throw .notYet(step: step) }
  }
}

/// What is known of a box by its corners.
enum BoxPart: String, CaseIterable {
  case x1, y1, x2, y2, width, height, area

  func of(_ corner: (Int) -> Double) -> Double {
    switch self {
    case .x1: corner(0)
    case .y1: corner(1)
    case .x2: corner(2)
    case .y2: corner(3)
    case .width: corner(2) - corner(0)
    case .height: corner(3) - corner(1)
    case .area: (corner(2) - corner(0)) * (corner(3) - corner(1))
    }
  }

  var meaning: String {
    switch self {
    case .x1: "left side of the box"
    case .y1: "upper side of the box"
    case .x2: "right side of the box"
    case .y2: "lower side of the box"
    case .width: "width of the box"
    case .height: "height of the box"
    case .area: "area of the box"
    }
  }

  var unit: String { self == .area ? "px²" : "px" }
}

/// One entry for each of a subject's elements, read when it is asked for.
struct Column: Sendable {
  enum Entries: Sendable {
    case numbers(@Sendable (Int) -> Double)
    case booleans(@Sendable (Int) -> Bool)
    case texts(@Sendable (Int) -> String)
  }

  let count: Int
  let entries: Entries

  static func numbers(_ count: Int, _ entry: @escaping @Sendable (Int) -> Double) -> Column {
    Column(count: count, entries: .numbers(entry))
  }
  static func booleans(_ count: Int, _ entry: @escaping @Sendable (Int) -> Bool) -> Column {
    Column(count: count, entries: .booleans(entry))
  }
  static func texts(_ count: Int, _ entry: @escaping @Sendable (Int) -> String) -> Column {
    Column(count: count, entries: .texts(entry))
  }
  static func number(_ number: Double) -> Column { numbers(1) { _ in number } }
  static func text(_ text: String) -> Column { texts(1) { _ in text } }

  static func numbers(of value: Value) -> Column { numbers(value.count) { value[flat: $0] ?? .nan } }

  /// - Precondition: the index lies in the column.
  func one(_ index: Int) -> Outcome {
    switch entries {
    case .numbers(let entry): .numbers(.one(entry(index)))
    case .booleans(let entry): .booleans(.one(entry(index)))
    case .texts(let entry): .texts(.one(entry(index)))
    }
  }

  /// Those of the indices; all for nil.
  func many(_ indices: [Int]? = nil) -> Outcome {
    let indices = indices?.filter { $0 >= 0 && $0 < count } ?? Array(0..<count)
    return switch entries {
    case .numbers(let entry): .numbers(.many(indices.map(entry)))
    case .booleans(let entry): .booleans(.many(indices.map(entry)))
    case .texts(let entry): .texts(.many(indices.map(entry)))
    }
  }
}
