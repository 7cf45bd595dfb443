import Traces

/// Rankings, which may be cut, and candidates, which may be sorted.
extension Listing {
  /// How many of a ranking are listed on each side of its cut.
  private static let aroundCut = 30
  /// A ranking longer than this is listed at its top and round its cut.
  private static let longestWhole = 240

  mutating func listRanking(_ view: View.Ranking, _ scope: Scope) {
    headings = ["", scope.priorName, view.heading] + view.columns.map(\.heading)
    guard let numbers = scope.trace.perPrior(view.value, gt: scope.gt) else { return }
    let columns = view.columns.map { column in
      let numbers = scope.trace.perPrior(column.value, gt: scope.gt) ?? []
      return (name: column.value, numbers: numbers, decimals: Candidates.decimals(numbers))
    }
    let decimals = Candidates.decimals(numbers)
    func row(_ rank: Int, _ prior: Int) -> Row {
      var row = Row(
        cells: [String(rank + 1), scope.trace.priors.label(of: prior), Candidates.text(numbers[prior], decimals)],
        focus: Focus(anchor: prior), isLeft: rank >= view.cut?.count ?? .max)
      for column in columns {
        let number = column.numbers.indices.contains(prior) ? column.numbers[prior] : nil
        row.add(number, of: column.name, scope, column.decimals)
      }
      return row
    }
    guard let cut = view.cut else {
      // What is 0 has no place among the largest.
      let ranked = Trace.largest(most, of: Listing.filtered(numbers, scope)).filter { numbers[$0] != 0 }
      return rows = ranked.enumerated().map(row)
    }
    listAround(cut, of: numbers, row)
  }

  /// The top of a ranking and what is round its cut, with a line across the list there.
  private mutating func listAround(_ cut: View.Ranking.Cut, of numbers: [Double], _ row: (Int, Int) -> Row) {
    let count = numbers.count { !$0.isNaN && $0 != 0 }
    let taken = cut.count.clamped(to: 0...count)
    let end = min(count, taken + Listing.aroundCut)
    let ranked = Trace.largest(end, of: numbers.map { $0 == 0 ? .nan : $0 })
    var whole = 0..<taken
    if end > Listing.longestWhole { whole = 0..<Listing.longest }
    rows = whole.map { row($0, ranked[$0]) }
    if whole.count < taken {
      let rest = taken - Listing.aroundCut..<taken
      rows.append(Row(cells: [], focus: Focus(), rule: "\(Number.count(rest.lowerBound - whole.count)) more"))
      rows += rest.map { row($0, ranked[$0]) }
    }
    let words = "\(cut.label): ↑ \(Number.count(taken)) taken, ↓ \(Number.count(count - taken)) left"
    rows.append(Row(cells: [], focus: Focus(), rule: words))
    rows += (taken..<end).map { row($0, ranked[$0]) }
  }

  /// The row at which a ranking is cut.
  var cutRow: Int? { rows.lastIndex { $0.rule != nil } }

  // MARK: Candidates

  mutating func listCandidates(_ view: View.Candidates, _ scope: Scope, sort: Int) {
    let candidates = Candidates(view, scope)
    let sorted = sort % max(1, view.columns.count)
    let decimals = candidates.columns.map(Candidates.decimals)
    headings = ["", scope.priorName] + view.columns.enumerated().map { $1.heading + ($0 == sorted ? "▾" : "") }
    for (rank, place) in candidates.places(sortedBy: sorted).enumerated() {
      let prior = candidates.priors[place]
      let numbers = zip(candidates.columns, decimals).map { place < $0.count ? Candidates.text($0[place], $1) : "" }
      rows.append(
        Row(
          cells: [String(rank + 1), scope.trace.priors.label(of: prior)] + numbers,
          focus: Focus(gt: scope.gt, anchor: prior)))
    }
  }
}

/// The row of the selected GT in a view of candidates.
struct Candidates {
  /// Negative for an empty place.
  let priors: [Int]
  /// A column's numbers, place by place; empty when its value is not known.
  let columns: [[Double]]

  init(_ view: View.Candidates, _ scope: Scope) {
    func row(_ name: String) -> [Double] { scope.gt.flatMap { scope.known(name)?.row($0) } ?? [] }
    priors = row(view.priors).map { Int(exactly: $0) ?? -1 }
    columns = view.columns.map { row($0.value) }
  }

  /// The places that are not empty, by one column, the largest first.
  func places(sortedBy column: Int) -> [Int] {
    let places = priors.indices.filter { priors[$0] >= 0 }
    guard columns.indices.contains(column) else { return places }
    let numbers = columns[column]
    func number(_ place: Int) -> Double {
      place < numbers.count && !numbers[place].isNaN ? numbers[place] : -.infinity
    }
    return places.map { ($0, number($0)) }.sorted { $0.1 > $1.1 || $0.1 == $1.1 && $0.0 < $1.0 }.map(\.0)
  }

  /// What is drawn as a bar: a place's number as a part of the largest, from 0 to 1.
  func part(_ place: Int) -> Double {
    guard let numbers = columns.first, place < numbers.count, let most = numbers.filter(\.isFinite).max(), most > 0,
      numbers[place].isFinite
    else { return 0 }
    return max(0, numbers[place] / most)
  }

  /// A place's number as a part of all of them together.
  func share(_ place: Int) -> Double {
    guard let numbers = columns.first, place < numbers.count, numbers[place].isFinite else { return 0 }
    let sum = numbers.filter(\.isFinite).reduce(0, +)
    return sum > 0 ? max(0, numbers[place] / sum) : 0
  }

  /// How many decimals tell the numbers of a column apart.
  static func decimals(_ numbers: [Double]) -> Int {
    let most = numbers.filter(\.isFinite).map { abs($0) }.max() ?? 0
    return most >= 0.1 || most < 1e-5 ? 3 : most >= 0.01 ? 4 : most >= 0.001 ? 5 : 6
  }

  /// So many decimals, which stand under each other; a number that they would lose or that is long is written its own way.
  static func text(_ number: Double, _ decimals: Int = 3) -> String {
    let text = Number.fixed(number, decimals: decimals)
    let isLost = number != 0 && !text.contains { ("1"..."9").contains($0) } || abs(number) >= 1000
    return isLost ? Number.text(number, digits: 3) : text
  }
}

extension Listing.Row {
  /// Adds a further column's number: a state and a GT by their names.
  fileprivate mutating func add(_ number: Double?, of value: String, _ scope: Scope, _ decimals: Int) {
    if value == scope.trace.states.value, let state = scope.trace.states[number] {
      self.state = state
      cells.append(state.text)
    } else if value == "match.gt" {
      cells.append(number.flatMap { $0 >= 0 ? "gt \(Number.text($0))" : nil } ?? "none")
    } else {
      cells.append(number.map { Candidates.text($0, decimals) } ?? "")
    }
  }
}
