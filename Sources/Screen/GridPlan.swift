/// How the columns of a list share a width. What can't stand in the row is said under the list for the row of the
/// cursor, so that at no size a number is cut or lost.
struct GridPlan {
  /// 0 for a column that is not drawn.
  private(set) var widths: [Int]
  private(set) var gap = 2
  /// The headings, line by line; empty where the list has none.
  private(set) var headings: [[String]] = []
  /// The rows under the list that say what the row of the cursor had no room for.
  private(set) var detailRows = 0
  /// Numbers stand to the right, and are never cut.
  let isNumeric: [Bool]

  private let listing: Listing
  private let pen: Pen
  private let columns: Int
  /// The column of states; where room is short its sign tells.
  private let stateColumn: Int?

  /// Text is cut down to so many columns before a column goes: enough for "P3 (16,13) #0".
  private static let leastText = 13

  init(_ listing: Listing, columns: Int, rows: Int, _ pen: Pen) {
    self.listing = listing
    self.pen = pen
    self.columns = columns
    let count = max(listing.headings.count, listing.rows.map(\.cells.count).max() ?? 0)
    isNumeric = (0..<count).map { GridPlan.isNumeric($0, listing) }
    stateColumn = GridPlan.stateColumn(listing)
    widths = Array(repeating: 0, count: count)
    let heads = (0..<count).map { $0 < listing.headings.count ? pen.spelled(listing.headings[$0]) : "" }
    let cells = (0..<count).map { column in
      listing.rows.map { column < $0.cells.count ? pen.columns($0.cells[column]) : 0 }.max() ?? 0
    }
    let isEmpty = cells.map { $0 == 0 && !listing.rows.isEmpty }
    func set(_ heading: (String) -> Int) {
      widths = (0..<count).map { isEmpty[$0] ? 0 : max(cells[$0], heading(heads[$0])) }
    }
    let room = columns - 2
    set(\.columns)
    if total > room { gap = 1 }
    let wraps = total > room && rows >= 6
    if wraps { set(GridPlan.twoLines) }
    shrink(to: room)
    headings = wrapped(heads)
    detailRows = neededDetail(rows - headings.count)
  }

  private var total: Int { widths.reduce(0) { $0 + ($1 > 0 ? $1 + gap : 0) } - gap }

  /// All the rows the list takes, where there is room for them.
  var rows: Int { headings.count + listing.rows.count + detailRows }

  // MARK: Widths

  /// A state gives way to its sign, then text is cut in its middle; then the last columns go.
  private mutating func shrink(to room: Int) {
    if total > room, let stateColumn { widths[stateColumn] = 1 }
    let least = GridPlan.leastText
    while total > room,
      let widest = widths.indices.filter({ !isNumeric[$0] && widths[$0] > least }).max(by: { widths[$0] < widths[$1] })
    {
      widths[widest] -= 1
    }
    while total > room, let last = widths.lastIndex(where: { $0 > 0 }), last > 1 { widths[last] = 0 }
    // Two columns alone that don't fit are cut all the same.
    while total > room, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 1 {
      widths[widest] -= 1
    }
  }

  /// The least width at which a heading stands on two lines.
  private static func twoLines(_ heading: String) -> Int {
    let longest = heading.split(separator: " ").map { String($0).columns }.max() ?? 0
    guard heading.columns > longest else { return heading.columns }
    return (longest...heading.columns).first { heading.wrapped($0).count <= 2 } ?? heading.columns
  }

  private func wrapped(_ heads: [String]) -> [[String]] {
    guard !heads.allSatisfy(\.isEmpty) else { return [] }
    let lines = heads.indices.map { widths[$0] > 1 || heads[$0].columns == 1 ? heads[$0].wrapped(widths[$0]) : [] }
    let count = min(2, max(1, lines.map(\.count).max() ?? 1))
    return (0..<count).map { row in
      lines.map { lines in
        // A heading of one line stands next to its numbers.
        let index = row - (count - min(count, lines.count))
        return index >= 0 && index < lines.count ? lines[index] : ""
      }
    }
  }

  /// What stands for a number in a column of numbers.
  private static let words: Set = ["none", "NaN", "from 0", "frozen", "not"]

  /// A column all of whose cells begin like numbers.
  static func isNumeric(_ column: Int, _ listing: Listing) -> Bool {
    let cells = listing.rows.lazy.map { column < $0.cells.count ? $0.cells[column] : "" }
    var hasNumber = false
    for cell in cells.prefix(Listing.longest) where !cell.isEmpty && !words.contains(cell) {
      guard let last = cell.drop(while: { "−-+".contains($0) }).first, last.isNumber || "∞.".contains(last)
      else { return false }
      hasNumber = true
    }
    return hasNumber
  }

  private static func stateColumn(_ listing: Listing) -> Int? {
    guard let row = listing.rows.first(where: { $0.state != nil }), let sign = row.state?.sign else { return nil }
    return row.cells.firstIndex { $0.hasPrefix("\(sign) ") }
  }

  // MARK: What has no room

  /// What the row at an index says that its line has no room for; empty for nothing.
  func detail(_ index: Int) -> String {
    guard listing.rows.indices.contains(index) else { return "" }
    let cells = listing.rows[index].cells
    let parts = cells.indices.compactMap { column -> String? in
      guard column != stateColumn, column < widths.count, !cells[column].isEmpty,
        pen.columns(cells[column]) > widths[column]
      else { return nil }
      let heading = column < listing.headings.count ? listing.headings[column] : ""
      return heading.isEmpty ? cells[column] : "\(heading): \(cells[column])"
    }
    return parts.joined(separator: "  ")
  }

  func detailLines(_ index: Int) -> [String] {
    pen.spelled(detail(index)).wrapped(columns - 2, lines: detailRows)
  }

  /// The same for every row, so that moving the cursor moves nothing else.
  private func neededDetail(_ room: Int) -> Int {
    let most = max(room / 3, room - listing.rows.count).clamped(to: 0...6)
    guard most > 0 else { return 0 }
    let needed = listing.rows.indices.prefix(Listing.longest).map { pen.spelled(detail($0)).wrapped(columns - 2).count }
    return min(most, needed.max() ?? 0)
  }
}
