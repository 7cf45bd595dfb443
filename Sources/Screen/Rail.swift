import Traces

/// The second line: the steps of the iteration, and which is shown.
struct Rail {
  let state: State

  /// Long ids have a short label; all others are their own.
  static func label(_ id: String) -> String { ["gradients": "grad", "detections": "detect"][id] ?? id }

  /// What the papers call for short; a name cut after some letters would be none.
  static let short = [
    "backbone": "CNN", "pyramid": "FPN", "overlap": "IoU", "saturation": "saturate", "predictions": "given",
  ]

  /// A step by its id, or by what the rail calls it.
  static func step(named name: String, among ids: [String]) -> String? {
    let wanted = name.lowercased()
    return ids.first { $0 == name } ?? ids.first { label($0) == wanted || short[$0]?.lowercased() == wanted }
  }

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
      let text = isHere ? "[\(line.labels[index].uppercased())]" : line.text(index)
      let stops = state.breakpoints.contains { $0.isOn && $0.place == .step(state.stepIDs[index]) }
      let style =
        isHere ? pen.theme.current : stops ? pen.theme.hazard : index < here ? pen.theme.text : pen.theme.secondary
      let width = pen.write(text, column, row, style)
      pen.spot(Rect(column, row, columns: width, rows: 1), .goToStep(state.stepIDs[index]))
      column += width
    }
    if line.shown.upperBound < labels.count { pen.write(" …", column, row, pen.theme.secondary) }
    pen.write(rightAt: columns - 2, place, row, pen.theme.strong)
  }
}

/// Which steps are named on the line, and how.
struct RailLine {
  let labels: [String]
  let shown: Range<Int>
  /// Whether blanks stand round a label.
  private let isSpaced: Bool

  /// Names in full on a line; else closer together; else by their short names; else steps far away go.
  init(_ names: [String], here: Int, room: Int) {
    let short = names.map { Rail.short[$0] ?? $0 }
    for (labels, isSpaced) in [(names, true), (names, false), (short, false)] {
      // Brackets take the place of blanks, or two columns more; after the last there is no joint.
      let width = labels.reduce(0) { $0 + $1.columns + (isSpaced ? 3 : 1) } + (isSpaced ? -1 : 1)
      guard width <= room else { continue }
      (self.labels, self.isSpaced, shown) = (labels, isSpaced, labels.indices)
      return
    }
    (labels, isSpaced) = (short, false)
    shown = RailLine.window(short.map { $0.columns + 1 }, around: here, room: room)
  }

  func text(_ index: Int) -> String { isSpaced ? " \(labels[index]) " : labels[index] }

  /// Between two labels.
  var joint: String { isSpaced ? "─" : " " }

  /// As many labels as fit, with the current one among them.
  private static func window(_ widths: [Int], around here: Int, room: Int) -> Range<Int> {
    var shown = here..<here + 1
    // With its brackets, and a mark at each end that something is left out.
    var used = widths[here] + 2 + 6
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
