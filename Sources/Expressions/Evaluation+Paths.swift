import Traces

extension Evaluation {
  func column(_ entry: PathEntry, _ name: String, _ checked: Checked) throws(ExpressionFault) -> Column {
    do {
      return try entry.column(Reading(moment: moment, name: name))
    } catch {
      throw absent(error, name.isEmpty ? entry.spelling : entry.spelling.replacing("NAME", with: name), checked.range)
    }
  }

  private func absent(_ absence: Absence, _ name: String, _ range: Range<Int>) -> ExpressionFault {
    switch absence {
    case .notYet(let step): fault(.notYet(name: name, step: step), at: range)
    case .never(let reason): fault(.never(name: name, reason: reason), at: range)
    }
  }

  func evaluate(
    _ entry: PathEntry, _ name: String, _ index: Checked?, _ checked: Checked
  ) throws(ExpressionFault) -> Outcome {
    let column = try column(entry, name, checked)
    guard let index else {
      return checked.type.isList ? column.many() : try pick(0, from: column, entry.spelling, checked.range)
    }
    let place = try place(index, of: entry.subject)
    return try pick(place, from: column, entry.subject.rawValue, index.range)
  }

  private func pick(
    _ index: Int, from column: Column, _ name: String, _ range: Range<Int>
  ) throws(ExpressionFault) -> Outcome {
    guard index >= 0, index < column.count else {
      throw fault(
        .outOfRange(name: name, index: Number.text(Double(index), digits: 17), count: column.count), at: range)
    }
    return column.one(index)
  }

  /// Which element an index means: a whole number, or the place of a level's name.
  private func place(_ index: Checked, of subject: Subject) throws(ExpressionFault) -> Int {
    guard subject.form == .levels else { return try whole(index) }
    let levels = moment.trace.priors.levels.map(\.name)
    guard let name = try evaluate(index).text, let place = levels.firstIndex(of: name) else {
      throw fault(.mismatch(found: "no level", wanted: "one of \(levels.joined(separator: ", "))"), at: index.range)
    }
    return place
  }

  private func whole(_ index: Checked) throws(ExpressionFault) -> Int {
    let number = try numbers(index).one ?? .nan
    guard let whole = Int(exactly: number) else {
      throw fault(.mismatch(found: Number.text(number, digits: 6), wanted: "a whole number"), at: index.range)
    }
    return whole
  }

  /// A value of the trace by its name: one number, or what its last axes hold.
  func evaluate(_ name: String, _ indices: [Checked], _ checked: Checked) throws(ExpressionFault) -> Batch<Double> {
    guard let value = moment.visible(name), indices.count <= value.shape.count else {
      throw absent(moment.absence(of: [name]), name, checked.range)
    }
    var start = 0
    for (axis, index) in indices.enumerated() {
      let place = try whole(index)
      guard place >= 0, place < value.shape[axis] else {
        let shown = Number.text(Double(place), digits: 17)
        throw fault(.outOfRange(name: name, index: shown, count: value.shape[axis]), at: index.range)
      }
      start = start * value.shape[axis] + place
    }
    if indices.count == value.shape.count { return .one(value[flat: start] ?? .nan) }
    let width = value.shape.dropFirst(indices.count).reduce(1, *)
    if indices.isEmpty { return .many(value.doubles) }
    return .many((start * width..<(start + 1) * width).map { value[flat: $0] ?? .nan })
  }

  func evaluate(_ list: Checked, element index: Checked) throws(ExpressionFault) -> Outcome {
    let place = try whole(index)
    let outcome = try evaluate(list)
    let count = outcome.count ?? 0
    guard place >= 0, place < count else {
      let shown = Number.text(Double(place), digits: 17)
      throw fault(.outOfRange(name: "the list", index: shown, count: count), at: index.range)
    }
    return switch outcome {
    case .numbers(let batch): .numbers(.one(batch.all[place]))
    case .booleans(let batch): .booleans(.one(batch.all[place]))
    case .texts(let batch): .texts(.one(batch.all[place]))
    }
  }

  // MARK: Functions

  func evaluate(_ function: Function, _ arguments: [Checked], _ whole: Checked) throws(ExpressionFault) -> Outcome {
    switch function {
    case .abs: return .numbers(try numbers(arguments[0]).map { Swift.abs($0) })
    case .nan: return .booleans(try numbers(arguments[0]).map { !$0.isFinite })
    case .any: return .booleans(.one(try flags(arguments).contains(true)))
    case .all: return .booleans(.one(try flags(arguments).allSatisfy { $0 }))
    case .count: return .numbers(.one(try count(arguments)))
    case .sum: return .numbers(.one(try list(arguments).reduce(0, +)))
    case .mean:
      let list = try nonEmpty(arguments, function, whole)
      return .numbers(.one(list.reduce(0, +) / Double(list.count)))
    case .min, .max:
      let list = try nonEmpty(arguments, function, whole)
      // What is not a number must not be passed over.
      if list.contains(where: \.isNaN) { return .numbers(.one(.nan)) }
      return .numbers(.one((function == .min ? list.min() : list.max()) ?? .nan))
    }
  }

  private func flags(_ arguments: [Checked]) throws(ExpressionFault) -> [Bool] {
    var all: [Bool] = []
    for argument in arguments { all += try booleans(argument).all }
    return all
  }

  private func list(_ arguments: [Checked]) throws(ExpressionFault) -> [Double] {
    var all: [Double] = []
    for argument in arguments { all += try numbers(argument).all }
    return all
  }

  private func nonEmpty(
    _ arguments: [Checked], _ function: Function, _ whole: Checked
  ) throws(ExpressionFault) -> [Double] {
    let all = try list(arguments)
    guard !all.isEmpty else { throw fault(.nothing(function: function.rawValue), at: whole.range) }
    return all
  }

  private func count(_ arguments: [Checked]) throws(ExpressionFault) -> Double {
    var count = 0
    for argument in arguments {
      switch try evaluate(argument) {
      case .booleans(let batch): count += batch.all.count { $0 }
      case let other: count += other.count ?? 1
      }
    }
    return Double(count)
  }
}
