import Expressions
import Traces

extension State {
  /// B's list as it is sorted and filtered, as comma-separated values or as text; nil where there is no list.
  func listingText(asCSV: Bool) -> String? {
    guard let scope = Scope(self), let view = scope.shownView,
      let listing = Listing(view, scope, sort: sortColumn(ofView: viewIndex), most: .max)
    else { return nil }
    let rows = [listing.headings] + listing.rows.filter { $0.rule == nil }.map(\.cells)
    let lines = rows.map { cells in cells.map { asCSV ? State.quoted($0) : $0 }.joined(separator: asCSV ? "," : "\t") }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ cell: String) -> String {
    let plain = cell.replacing("−", with: "-")
    guard plain.contains(where: { ",\"\n".contains($0) }) else { return plain }
    return "\"" + plain.replacing("\"", with: "\"\"") + "\""
  }
}
