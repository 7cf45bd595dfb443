import Traces

/// The second line: the steps of the iteration, and which is shown.
struct Rail {
  let state: State

  /// Long ids have a short label; all others are their own.
  static func label(_ id: String) -> String { ["gradients": "grad", "detections": "detect"][id] ?? id }

  func draw(columns: Int, row: Int, _ pen: inout Pen) {
    let labels = state.stepIDs.map(Rail.label)
    guard !labels.isEmpty else { return }
    let here = state.position.step.clamped(to: 0...labels.count - 1)
    var place = state.trace == nil ? "" : "\(here + 1)/\(labels.count)"
    if let substep = state.currentSubstep, let index = state.position.substep {
      let parts = state.currentStep?.substeps.count ?? 0
      place = "\(labels[here]) \(index + 1)/\(parts): \(substep.title)  \(place)"
    }
    // As wide as the widest place, so that the rail stands still.
    place = pen.spelled(place).fitted(columns / 2).padded(left: 5)
    let line = RailLine(labels, here: here, room: columns - place.columns - 2)
    var column = 0
    if line.shown.lowerBound > 0 { column += pen.write(" … ", column, row, pen.theme.secondary) }
    for index in line.shown {
      if column > 0 { column += pen.write(line.joint, column, row, pen.theme.frame) }
      let isHere = index == here && state.trace != nil
      let text = isHere ? "[\(labels[index].uppercased())]" : line.text(index)
      let style = isHere ? pen.theme.current : index < here ? pen.theme.text : pen.theme.secondary
      column += pen.write(text, column, row, style)
    }
    if line.shown.upperBound < labels.count { pen.write("─ …", column, row, pen.theme.secondary) }
    pen.write(rightAt: columns - 2, place, row, pen.theme.strong)
  }
}

/// How much of its name each step gets.
struct RailLine {
  let shown: Range<Int>
  /// The letters that a step other than the current one has.
  private let letters: Int
  /// Whether blanks stand round a label.
  private let isSpaced: Bool
  private let labels: [String]

  /// Names are shortened, all alike, until every step has a place; then steps far away go.
  init(_ labels: [String], here: Int, room: Int) {
    self.labels = labels
    // Names in full on a line; then shorter and shorter with a blank between.
    let tries: [(letters: Int, isSpaced: Bool)] =
      [(.max, true), (.max, false)] + (4...9).reversed().map { ($0, false) }
    for (letters, isSpaced) in tries {
      let widths = labels.map { RailLine.width($0, letters, isSpaced) }
      // Whichever is the current one, so that going on changes no name but two.
      let current = labels.indices.map { labels[$0].columns + 3 - widths[$0] }.max() ?? 0
      guard widths.reduce(0, +) + max(0, current) - 1 <= room else { continue }
      (self.letters, self.isSpaced, shown) = (letters, isSpaced, labels.indices)
      return
    }
    (letters, isSpaced) = (6, false)
    shown = RailLine.window(labels.map { RailLine.width($0, 6, false) }, labels, around: here, room: room)
  }

  func text(_ index: Int) -> String {
    let label = RailLine.short(labels[index], letters)
    return isSpaced ? " \(label) " : label
  }

  /// Between two labels.
  var joint: String { isSpaced ? "─" : " " }

  /// The beginning of a label; it ends in a consonant, as abbreviations do.
  private static func short(_ label: String, _ letters: Int) -> String {
    guard label.columns > letters else { return label }
    var text = label.prefix(columns: letters)
    while text.count > 3, let last = text.last, "aeiou_ ".contains(last) { text.removeLast() }
    return text
  }

  /// Of a label and the line to its neighbour.
  private static func width(_ label: String, _ letters: Int, _ isSpaced: Bool) -> Int {
    short(label, letters).columns + (isSpaced ? 3 : 1)
  }

  /// As many labels as fit, with the current one among them.
  private static func window(_ widths: [Int], _ labels: [String], around here: Int, room: Int) -> Range<Int> {
    var shown = here..<here + 1
    var used = labels[here].columns + 3 + 8
    while true {
      let after = shown.upperBound < widths.count ? widths[shown.upperBound] : .max
      let before = shown.lowerBound > 0 ? widths[shown.lowerBound - 1] : .max
      let prefersAfter = shown.upperBound - here <= here - shown.lowerBound + 1
      if after != .max, used + after <= room, prefersAfter || before == .max {
        shown = shown.lowerBound..<shown.upperBound + 1
        used += after
      } else if before != .max, used + before <= room {
        shown = shown.lowerBound - 1..<shown.upperBound
        used += before
      } else if after != .max, used + after <= room {
        shown = shown.lowerBound..<shown.upperBound + 1
        used += after
      } else {
        return shown
      }
    }
  }
}
