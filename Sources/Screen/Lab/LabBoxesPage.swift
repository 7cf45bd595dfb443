import Boxes
import Detectors
import Traces

extension LabBoxes {
  /// What the chosen loss says of the pair, in a sentence.
  var headline: String {
    let term = line.term
    let now =
      "\(line.loss.kind.title) is \(Number.text(term.value, digits: 3)) at an IoU of \(Number.fixed(comparison.iou, decimals: 3))."
    guard (0..<4).contains(where: { term.gradient[$0] != 0 }) else {
      return comparison.box == comparison.gt
        ? "\(now) The boxes are equal: nothing is left to pull."
        : "\(now) It is flat here: no gradient, and descent never moves the box."
    }
    let reached = BoxDescent.milestones.compactMap { iou in
      line.descent.iteration(reaching: iou).map { (Number.text(iou), $0) }
    }
    guard let first = reached.first, let last = reached.last else {
      return "\(now) In \(Number.plural(comparison.rule.iterations, "iteration")) descent doesn't reach an IoU of 0.5."
    }
    let end = "it ends at \(Number.fixed(line.descent.lastIoU, decimals: 3))"
    if last.1 == 0 { return "\(now) Descent begins past \(last.0); \(end)." }
    let way =
      first.0 == last.0
      ? "reaches \(first.0) at iteration \(Number.count(first.1))"
      : "reaches \(first.0) at iteration \(Number.count(first.1)), \(last.0) at \(Number.count(last.1))"
    return "\(now) Descent \(way); \(end)."
  }
}

/// Two boxes, the losses beside them, and IoU on the way of each.
struct LabBoxesPage {
  let lab: LabBoxes

  func draw(in rect: Rect, _ pen: inout Pen) {
    let isWide = rect.columns >= 100 && rect.rows >= 24
    let wanted = Int(Double(2 * (rect.rows - 2)) * Double(lab.width) / Double(max(1, lab.height)), in: 0...10_000) ?? 0
    let least = isWide ? rect.columns * 2 / 5 : rect.columns * 9 / 20
    let most = isWide ? max(least, rect.columns - 62) : least
    let left = Rect(rect.column, rect.row, columns: (wanted + 2).clamped(to: least...most), rows: rect.rows)
    drawPlane(left, &pen)
    let right = Rect(left.right + 1, rect.row, columns: rect.columns - left.columns, rows: rect.rows)
    let tableRows = min(right.rows, isWide ? lab.comparison.lines.count + 11 : right.rows)
    drawLosses(right.top(rows: tableRows), &pen)
    guard right.rows - tableRows >= 7 else { return }
    drawCurves(right.dropping(rows: tableRows - 1), &pen)
  }

  private func drawPlane(_ rect: Rect, _ pen: inout Pen) {
    let title = "5 7 9: past IoU .5 .75 .95"
    let inner = LabPart.draw(title, rect, &pen)
    LabPlane(lab: lab).draw(in: Rect(rect.column + 1, inner.row, columns: rect.columns - 2, rows: inner.rows), &pen)
    let grip = lab.grip == .place ? "move" : "size"
    let held = lab.held == .predicted ? "the predicted box" : "the GT"
    pen.note(rightOn: rect.bottom, of: rect, "arrows \(grip) \(held)", pen.theme.accent)
    let words = lab.exampleWords
    guard !words.isEmpty, pen.columns(words) + pen.columns(title) + 8 <= rect.columns else { return }
    pen.note(rightOn: rect.row, of: rect, words, pen.theme.secondary)
  }

  // MARK: The losses

  private func drawLosses(_ rect: Rect, _ pen: inout Pen) {
    let theme = pen.theme
    let inner = LabPart.draw("losses, and when descent passes an IoU", rect, &pen)
    pen.note(
      rightOn: rect.bottom, of: rect, "\(lab.conventionName), rate \(Number.text(lab.comparison.rule.rate))",
      theme.accent)
    let showsGradients = inner.columns >= 64
    let headings =
      ["loss", "value"] + BoxDescent.milestones.map { "≥ " + Number.text($0) }
      + (showsGradients ? ["by x1", "y1", "x2", "y2"] : []) + ["last IoU"]
    let rows = lab.comparison.lines.enumerated().map { index, line in
      let numbers = (0..<4).map { Number.text(line.term.gradient[$0], digits: 2) }
      return LabTable.Row(
        cells: [line.loss.kind.title, Number.text(line.term.value, digits: 3)]
          + BoxDescent.milestones.map { line.descent.iteration(reaching: $0).map { Number.count($0) } ?? "never" }
          + (showsGradients ? numbers : []) + [Number.fixed(line.descent.lastIoU, decimals: 2)],
        mark: Plot.sign(index, pen))
    }
    var used = LabTable(headings: headings, rows: rows, cursor: lab.chosen).draw(in: inner, &pen)
    let kind = lab.line.loss.kind
    if !showsGradients { used += drawGradient(inner.dropping(rows: used), &pen) }
    used += pen.wrap(kind.formula, in: inner.dropping(rows: used), lines: 2, theme.accent)
    used += pen.wrapSentences(kind.meaning, in: inner.dropping(rows: used), theme.text)
    let rule =
      "Descent: in units of the GT's √(w·h) = \(Number.text(lab.line.descent.unit, digits: 3)) px, each iteration moves "
      + "every corner by −\(Number.text(lab.comparison.rule.rate)) · gradient."
    pen.wrapSentences(rule, in: inner.dropping(rows: used), theme.secondary)
  }

  private func drawGradient(_ rect: Rect, _ pen: inout Pen) -> Int {
    let gradient = lab.line.term.gradient
    let names = ["x1", "y1", "x2", "y2"]
    let numbers = (0..<4).map { "\(names[$0])=\(Number.text(gradient[$0], digits: 2))" }
    return pen.wrap("gradient " + numbers.joined(separator: " "), in: rect, lines: 2, pen.theme.strong)
  }

  // MARK: The way

  private func drawCurves(_ rect: Rect, _ pen: inout Pen) {
    let inner = LabPart.draw("IoU on the way of each loss", rect, joinsAbove: true, &pen)
    let lines = lab.comparison.lines
    let reached = lines.compactMap { $0.descent.iteration(reaching: BoxDescent.milestones[2]) }
    let last = max(40, (reached.max() ?? 400) * 5 / 4)
    let series = lines.map { line in
      let ious = line.descent.ious.prefix(last + 1)
      return View.Curve.Series(name: line.loss.kind.title, x: ious.indices.map(Double.init), y: Array(ious))
    }
    let marks = BoxDescent.milestones.compactMap { iou in
      lab.line.descent.iteration(reaching: iou).map { Mark("\(Number.text(iou)) at", Double($0)) }
    }
    let plot = Plot(
      series: series, marks: marks, levels: BoxDescent.milestones.map { Mark("", $0) }, xLabel: "iteration",
      yLabel: "IoU")
    plot.drawUnnamed(in: inner, &pen)
  }
}
