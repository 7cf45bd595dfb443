import Expressions
import Traces

extension Listing {
  /// The numbers of the priors, without those that the filter leaves out.
  static func filtered(_ numbers: [Double], _ scope: Scope) -> [Double] {
    guard let allowed = scope.allowed(.anchor, Array(numbers.indices)) else { return numbers }
    var kept = [Double](repeating: .nan, count: numbers.count)
    for prior in allowed { kept[prior] = numbers[prior] }
    return kept
  }

  /// Leaves only the rows for which the filter holds; where it asks for what these rows do not have, all.
  mutating func filter(_ scope: Scope) {
    guard scope.state.filter != nil else { return }
    let standing = rows.indices.filter { rows[$0].rule == nil }
    for (subject, element) in Listing.subjects {
      let elements = standing.compactMap { element(rows[$0].focus) }
      guard !standing.isEmpty, elements.count == standing.count,
        let allowed = scope.allowed(subject, elements)
      else { continue }
      let kept = Set(allowed)
      rows = standing.filter { element(rows[$0].focus).map(kept.contains) ?? false }.map { rows[$0] }
      return
    }
  }

  /// What a row can be about, the closest first.
  private static let subjects: [(Subject, @Sendable (Focus) -> Int?)] =
    BoxRow.Kind.allCases.compactMap { kind in
      Subject(rawValue: kind.rawValue).map { ($0, { $0.box.flatMap { $0.kind == kind ? $0.index : nil } }) }
    } + [(.anchor, { $0.anchor }), (.gt, { $0.gt })]
}

extension Scope {
  /// Those of some elements for which the filter holds; nil without one, or where it does not fit them.
  func allowed(_ subject: Subject, _ elements: [Int]) -> [Int]? {
    guard let filter = state.filter, let moment = state.moment,
      let places = try? filter.filter(Rows(subject, elements), at: moment)
    else { return nil }
    return places.map { elements[$0] }
  }
}
