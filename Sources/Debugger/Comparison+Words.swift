import Scenes
import Traces

/// A comparison in words: a headline, the table of the objects, the list of what differs.
extension Comparison {
  /// How each of the two is called: its detector, and what tells it from the other.
  package var names: Pair<String> {
    let (a, b) = (sides.first.trace, sides.second.trace)
    guard a.detector == b.detector else { return Pair(a.detectorTitle, b.detectorTitle) }
    if a.iteration != b.iteration { return Pair("iteration \(a.iteration)", "iteration \(b.iteration)") }
    let changed = changedParameters
    guard changed.count == 1, let only = changed.first else { return Pair("the first", "the second") }
    return Pair("\(only.name) \(only.texts.first)", "\(only.name) \(only.texts.second)")
  }

  /// The parameters that the two have both, with different values.
  package var changedParameters: [(name: String, texts: Pair<String>)] {
    let other = Dictionary(
      sides.second.trace.parameters.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    guard sides.first.trace.detector == sides.second.trace.detector else { return [] }
    return sides.first.trace.parameters.compactMap { parameter in
      guard let text = other[parameter.name], text != parameter.text else { return nil }
      return (parameter.name, Pair(parameter.text, text))
    }
  }

  /// One sentence: how much differs, and which objects have positives in one of the two alone.
  package var headline: String {
    let what = unit == .prior ? sides.first.trace.priorName : "cell"
    guard !differences.isEmpty else {
      let rest =
        objects.contains(where: \.differs) ? ", but the objects' positives on other levels are not the same." : "."
      return "No difference on \(Number.plural(compared, what))" + rest
    }
    let lost = Pair(
      objects.filter { $0.losesAll && $0.fates.first.positives == 0 },
      objects.filter { $0.losesAll && $0.fates.second.positives == 0 })
    let losses = zip(names.both, lost.both).compactMap { name, objects -> String? in
      objects.isEmpty ? nil : "\(name) has no positive for " + objects.map { "gt \($0.gt)" }.joined(separator: ", ")
    }
    let share =
      "\(Number.count(differences.count)) of \(Number.plural(compared, what)) \(differences.count == 1 ? "differs" : "differ")."
    return share + (losses.isEmpty ? "" : " " + losses.joined(separator: "; ") + ".")
  }

  /// How many differ in each way that occurs.
  package var counts: [(kind: Kind, count: Int, words: String)] {
    Kind.allCases.compactMap { kind in
      let count = count(of: kind)
      return count > 0 ? (kind, count, words(for: kind)) : nil
    }
  }

  package func words(for kind: Kind) -> String {
    let names = names
    func between(_ side: Decisions) -> String {
      side.trace.states.states.first { $0.kind == .between }?.name ?? "left out"
    }
    switch kind {
    case .onlyFirst: return "positive in \(names.first) alone"
    case .onlySecond: return "positive in \(names.second) alone"
    case .otherObjects: return "positive in both, for other objects"
    case .betweenInFirst: return "\(between(sides.first)) in \(names.first), negative in \(names.second)"
    case .betweenInSecond: return "negative in \(names.first), \(between(sides.second)) in \(names.second)"
    }
  }

  /// "P4 (3,5) #4", or "P4 (3,5)".
  package func label(of difference: Difference) -> String {
    "\(difference.level) (\(difference.row),\(difference.column))" + (difference.anchor.map { " #\($0)" } ?? "")
  }

  /// "+ gt 2", "~ ignored", "−".
  package func words(for decision: Decisions.Decision) -> String {
    switch decision.kind {
    case .positive:
      "+ " + (decision.gts.isEmpty ? decision.state : "gt " + decision.gts.map(String.init).joined(separator: ", "))
    case .between: "~ \(decision.state)"
    case .negative: "−"
    }
  }

  /// "38: P3 30, P4 8", or "none".
  package func words(for fate: Fate) -> String {
    guard fate.positives > 0 else { return "none" }
    return "\(fate.positives): " + fate.levels.map { "\($0.level) \($0.count)" }.joined(separator: ", ")
  }

  // MARK: Tables

  package static let objectColumns = ["", "gt", "class"]

  /// Whose best IoUs the table has: none where there are no anchors, one column where both have the same.
  private var showsIoU: Pair<Bool> {
    let values = Pair(objects.map(\.fates.first.bestIoU), objects.map(\.fates.second.bestIoU))
    let first = values.first.contains { $0 != nil }
    return Pair(first, values.second.contains { $0 != nil } && !(first && values.first == values.second))
  }

  /// A row for each object: a mark where its positives differ, then for each of the two its positives, the best IoU of
  /// an anchor, and the score of the detection that finds it.
  package var objectRows: [[String]] {
    let showsIoU = showsIoU
    return objects.map { object in
      let start = [object.differs ? "≠" : "=", "gt \(object.gt)", object.name]
      return start + columns(object.fates.first, showsIoU.first) + columns(object.fates.second, showsIoU.second)
    }
  }

  private func columns(_ fate: Fate, _ showsIoU: Bool) -> [String] {
    var columns = [words(for: fate)]
    if showsIoU { columns.append(fate.bestIoU.map { Number.text($0, digits: 3) } ?? "") }
    columns.append(fate.score.map { Number.text($0, digits: 2) } ?? "missed")
    return columns
  }

  package var objectHeading: [String] {
    func columns(_ name: String, _ showsIoU: Bool) -> [String] {
      showsIoU ? [name, "best IoU", "found"] : [name, "found"]
    }
    return Self.objectColumns + columns(names.first, showsIoU.first) + columns(names.second, showsIoU.second)
  }

  /// What the columns are.
  package var objectMeaning: String {
    let iou = showsIoU.both.contains(true) ? "the best IoU of an anchor with it, " : ""
    return "Of each GT: its positives by level, \(iou)and the score it is found with."
  }

  /// A row for each difference: where, and what it is in each of the two.
  package func differenceRows(limit: Int) -> [[String]] {
    differences.prefix(limit).map { difference in
      [label(of: difference)] + difference.decisions.both.map(words)
    }
  }
}
