/// The page of `boxstep list expressions`: from the same tables that evaluation reads.
package enum ExpressionPage {
  package struct Row: Hashable, Sendable {
    package let spelling: String
    /// "number", "true or false", "state"; empty for signs.
    package let type: String
    package let meaning: String
    package let example: String
  }

  package struct Section: Hashable, Sendable {
    package let title: String
    package let rows: [Row]
  }

  package static let sections: [Section] =
    [Section(title: "signs and words", rows: signs), Section(title: "functions", rows: functions)]
    + Subject.allCases.map { subject in Section(title: subject.meaning, rows: rows(of: subject)) }
    + [Section(title: "every value of the trace by its own name, as `boxstep trace` writes it", rows: values)]

  package static let notes = [
    "Without an index, gt, anchor and the like mean all of them: any(gt.positives == 0). Inside a filter of a list, bare",
    "names are what each row has: iou > 0.4 and level == P4. Texts stand in quotes; states and levels may stand without.",
    "positive, ignored and negative also stand for what a detector calls them. ≤ ≥ ≠ − && || ! are understood.",
    "A value that a later step leaves is not there yet, and a question about it does not hold.",
  ]

  /// The parts of a box in one line: they are the same everywhere.
  private static func rows(of subject: Subject) -> [Row] {
    let parts = BoxPart.allCases.map(\.rawValue)
    let hasBoxes = PathTable.entry(subject, BoxPart.area.rawValue) != nil
    let entries = PathTable.entries(of: subject).filter { !hasBoxes || !parts.dropFirst().contains($0.field) }
    return entries.map { entry in
      guard hasBoxes, entry.field == parts.first else { return row(entry) }
      let others = parts.dropFirst().joined(separator: ", ")
      return Row(spelling: entry.spelling, type: entry.unit, meaning: "its box; also \(others)", example: entry.example)
    }
  }

  private static func row(_ entry: PathEntry) -> Row {
    var type = entry.subject == .parameter ? "its own" : noun(entry.type)
    if !entry.unit.isEmpty { type = entry.unit }
    return Row(spelling: entry.spelling, type: type, meaning: entry.meaning, example: entry.example)
  }

  private static func noun(_ type: ExpressionType) -> String {
    let words = type.description
    for article in ["a list of ", "an ", "a "] where words.hasPrefix(article) {
      return String(words.dropFirst(article.count))
    }
    return words
  }

  private static let signs =
    [
      ("+ - * /", "arithmetic; of lists element by element", "gt[0].width * gt[0].height > 100"),
      ("< <= > >=", "comparison of numbers; in a chain too", "0.4 <= gt[0].max_iou < 0.5"),
      ("== !=", "equal, not equal; numbers to the last bit", "anchor[9].state != positive"),
      ("and or not", "logic; what is not there yet decides nothing", "loss.total > 5 or any(nan)"),
      ("changes", "whether it is another than a moment ago", "anchor[9].state changes"),
      ("== nan", "whether a number is NaN or infinite", "loss.total == nan"),
    ].map { Row(spelling: $0.0, type: "", meaning: $0.1, example: $0.2) }

  private static let functions = Function.allCases.map {
    Row(spelling: $0.spelling, type: noun($0.result), meaning: $0.meaning, example: $0.example)
  }

  private static let values = [
    Row(spelling: "STEP.VALUE", type: "numbers", meaning: "a value, row by row", example: "max(overlap.iou) < 0.5"),
    Row(
      spelling: "STEP.VALUE[i][j]", type: "number", meaning: "one of its elements; with fewer indices a row",
      example: "max(overlap.iou[0]) < 0.5"),
  ]
}
