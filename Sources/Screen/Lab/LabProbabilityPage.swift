import Detectors
import Traces

extension LabProbability {
  var headline: String {
    let line = losses.lines[chosen]
    let term = term(line)
    let truth = isPresent ? "the class is there" : "the class is not there"
    let plain = self.term(losses.lines[0]).loss
    let compared =
      chosen == 0
      ? "" : ", \(Number.text(term.ratio, digits: 3)) of the cross entropy of \(Number.text(plain))"
    return
      "A probability of \(Number.text(probability)), and \(truth): \(line.kind.title) costs \(Number.text(term.loss))\(compared)."
  }
}

/// Losses over a probability, with the point; and the same logit among others in a softmax.
struct LabProbabilityPage {
  let lab: LabProbability

  func draw(in rect: Rect, _ pen: inout Pen) {
    let leftColumns = rect.columns >= 100 ? rect.columns * 11 / 20 : rect.columns / 2 - 2
    let left = Rect(rect.column, rect.row, columns: leftColumns, rows: rect.rows)
    drawCurves(left, &pen)
    let right = Rect(left.right + 1, rect.row, columns: rect.columns - leftColumns, rows: rect.rows)
    let isTight = right.rows < 22
    let lossRows = min(right.rows, lab.losses.lines.count + (isTight ? 5 : 9))
    drawLosses(right.top(rows: lossRows), &pen)
    drawSoftmax(right.dropping(rows: lossRows - 1), &pen)
  }

  private func drawCurves(_ rect: Rect, _ pen: inout Pen) {
    let isHigh = rect.rows >= 28
    let above = isHigh ? rect.top(rows: rect.rows * 3 / 5) : rect
    let loss = LabPart.draw("the loss of every probability", above, &pen)
    plot(lab.curve).drawUnnamed(in: loss, point: lab.probability, &pen)
    guard isHigh else { return }
    let below = LabPart.draw(
      "the part of cross entropy that is left", rect.dropping(rows: above.rows - 1), joinsAbove: true, &pen)
    plot(lab.ratios, isLogarithmic: true).drawUnnamed(in: below, point: lab.probability, &pen)
  }

  private func plot(_ view: View.Curve, isLogarithmic: Bool = false) -> Plot {
    Plot(
      series: view.series, marks: [], xLabel: view.xLabel, yLabel: view.yLabel, isLogarithmic: isLogarithmic)
  }

  private func drawLosses(_ rect: Rect, _ pen: inout Pen) {
    let inner = LabPart.draw(
      lab.isPresent ? "losses, the class is there" : "losses, the class is not there", rect, &pen)
    pen.note(rightOn: rect.bottom, of: rect, "α \(Number.text(lab.alpha))", pen.theme.accent)
    let rows = lab.losses.lines.enumerated().map { index, line in
      let term = lab.term(line)
      return LabTable.Row(
        cells: [
          line.kind.title, Number.text(term.loss, digits: 3), Number.text(term.ratio, digits: 3),
          Number.text(term.derivative, digits: 3),
        ], mark: Plot.sign(index, pen))
    }
    let used = LabTable(headings: ["loss", "value", "of CE", "slope"], rows: rows, cursor: lab.chosen).draw(
      in: inner, &pen)
    pen.wrapSentences(meaning, in: inner.dropping(rows: used), pen.theme.text)
  }

  private var meaning: String {
    let line = lab.losses.lines[lab.chosen]
    let weight = lab.isPresent ? "α = \(Number.text(lab.alpha))" : "1 − α = \(Number.text(1 - lab.alpha))"
    let truth = lab.isPresent ? lab.probability : 1 - lab.probability
    switch line.kind {
    case .crossEntropy: return "−ln p_t, p_t = \(Number.text(truth)): the probability given to what is true."
    case .balanced: return "\(weight) · cross entropy, whatever the probability: easy and hard weigh the same."
    case .focal(_, let gamma):
      let focus = "\(weight) · (1 − \(Number.text(truth)))^\(Number.text(gamma)) · cross entropy"
      return "\(focus): the surer the right answer, the less it weighs."
    }
  }

  private func drawSoftmax(_ rect: Rect, _ pen: inout Pen) {
    guard rect.rows >= 5 else { return }
    let inner = LabPart.draw(
      "logit \(Number.text(lab.losses.logit, digits: 3)): sigmoid, softmax", rect, joinsAbove: true, &pen)
    let alone = lab.losses.lines[0]
    let own = lab.term(alone)
    var rows = [
      LabTable.Row(cells: [
        "sigmoid", Number.text(lab.probability, digits: 3), Number.text(own.loss, digits: 3),
        Number.text(own.derivative, digits: 3), "0",
      ])
    ]
    rows += lab.softmax.map { company in
      LabTable.Row(
        cells: [
          "softmax of \(company.others + 1)", Number.text(company.probability, digits: 3),
          Number.text(company.loss, digits: 3), Number.text(company.slope, digits: 3),
          Number.text(company.slopeOfOthers, digits: 3),
        ])
    }
    let used = LabTable(headings: ["", "p", "CE", "slope", "others'"], rows: rows).draw(in: inner, &pen)
    let truth = lab.isPresent ? "" : " (one of the others is true; the last column is of one that is not)"
    pen.wrapSentences(
      "The other places have logit 0\(truth). A sigmoid judges its class alone; a softmax shares 1 among all, so that "
        + "every logit pulls at every other. Of two it is the sigmoid again.",
      in: inner.dropping(rows: used), pen.theme.text)
  }
}
