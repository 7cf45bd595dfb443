import Traces

/// Names of things on the picture, as `@` takes them: "gt 2", "anchor 1234", "P4 3,5 #4", "3,5", "detection 0".
struct PlaceName {
  private let words: [Substring]
  private let trace: Trace
  private let selection: Selection

  /// What a line names, or why it names nothing.
  static func find(_ text: String, in trace: Trace, from selection: Selection) -> Result<Element, PromptFault> {
    let parted = text.map { "(),:#".contains($0) ? " " : $0 }
    let name = PlaceName(words: String(parted).split(separator: " "), trace: trace, selection: selection)
    return name.element()
  }

  private func element() -> Result<Element, PromptFault> {
    guard let first = words.first?.lowercased() else {
      return .failure(PromptFault("Name a place: gt 2, P4 3,5 #4, 1234, or detection 0."))
    }
    let rest = words.dropFirst()
    if let level = trace.priors.levels.firstIndex(where: { $0.name.lowercased() == first }) {
      return cell(level, rest)
    }
    switch first {
    case "gt": return number(rest.first, below: trace.scene.groundTruth.count, "gt").map { .gt($0) }
    case "anchor", "point", "prior": return prior(rest.first)
    case "loss":
      guard let name = rest.first.map(String.init), trace.losses.contains(where: { $0.name == name }) else {
        return .failure(PromptFault("The losses are \(trace.losses.map(\.name).joined(separator: ", "))."))
      }
      return .success(.loss(name))
    default: break
    }
    if let kind = BoxRow.Kind(rawValue: first) {
      let count = trace[kind.boxes]?.shape.first ?? 0
      return number(rest.first, below: count, kind.rawValue).map { .box(BoxRow(kind, $0)) }
    }
    if words.count >= 2, Int(first) != nil { return cell(selection.level, words[...]) }
    return prior(words.first)
  }

  private func prior(_ word: Substring?) -> Result<Element, PromptFault> {
    number(word, below: trace.priors.count, trace.priorName).map { .anchor($0) }
  }

  /// Row, column, and which of the cell's anchors.
  private func cell(_ level: Int, _ words: ArraySlice<Substring>) -> Result<Element, PromptFault> {
    let grid = trace.priors.levels[level]
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count, (2...3).contains(numbers.count) else {
      return .failure(PromptFault("Wanted a row and a column of \(grid.name), as in \(grid.name) 3,5 #4."))
    }
    let place = PriorGrid.Location(
      level: level, row: numbers[0], column: numbers[1],
      anchor: numbers.count > 2 ? numbers[2] : selection.anchor.clamped(to: 0...max(0, grid.anchorsPerCell - 1)))
    guard let prior = trace.priors.index(of: place) else {
      let anchors = grid.anchorsPerCell > 1 ? " and anchors #0 to #\(grid.anchorsPerCell - 1)" : ""
      return .failure(
        PromptFault("\(grid.name) has rows 0 to \(grid.height - 1), columns 0 to \(grid.width - 1)\(anchors)."))
    }
    return .success(.anchor(prior))
  }

  private func number(_ word: Substring?, below count: Int, _ kind: String) -> Result<Int, PromptFault> {
    guard count > 0 else { return .failure(PromptFault("There is no \(kind) here.")) }
    guard let number = word.flatMap({ Int($0) }), (0..<count).contains(number) else {
      let found = word.map { "\($0) is none of them: " } ?? ""
      return .failure(PromptFault("\(found)\(kind) goes from 0 to \(count - 1)."))
    }
    return .success(number)
  }
}
