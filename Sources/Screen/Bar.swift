import Traces

/// Amounts as rows of blocks.
enum Bar {
  private static let heights: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let widths: [Unicode.Scalar] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// A bar to the right for a part from 0 to 1; anything above nothing shows.
  static func text(_ part: Double, columns: Int, isASCII: Bool = false) -> String {
    guard part > 0, columns > 0 else { return "" }
    if isASCII {
      let count = Int((part * Double(columns)).rounded(), in: 1...columns) ?? 0
      return String(repeating: "#", count: count)
    }
    guard let eighths = Int((part * Double(columns * 8)).rounded(), in: 1...columns * 8) else { return "" }
    let whole = String(repeating: "█", count: eighths / 8)
    return eighths % 8 == 0 ? whole : whole + String(Character(widths[eighths % 8 - 1]))
  }

  /// The glyph of one column of a chart of so many rows, `row` counted from its foot.
  static func glyph(_ part: Double, row: Int, rows: Int) -> Unicode.Scalar {
    guard part > 0, let eighths = Int((part * Double(rows * 8)).rounded(), in: 1...max(1, rows * 8)) else {
      return " "
    }
    let here = eighths - row * 8
    return here <= 0 ? " " : heights[min(here, 8) - 1]
  }

  /// A whole series, from its first number to its last, in so many columns; heights from the least to the greatest.
  static func sparkline(_ numbers: [Double], columns: Int) -> String {
    guard columns > 0 else { return "" }
    let shown = numbers.count <= columns ? numbers : (1...columns).map { numbers[$0 * numbers.count / columns - 1] }
    let finite = shown.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else { return "" }
    var text = String.UnicodeScalarView()
    for number in shown {
      let part = most > least ? (number - least) / (most - least) : 0.5
      text.append(number.isFinite ? heights[Int(part * 7.99, in: 0...7) ?? 0] : "?")
    }
    return String(text)
  }
}
