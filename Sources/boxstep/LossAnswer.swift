import Boxes
import Detectors
import Traces

/// A row of logits of which one is true.
struct LogitRow {
  let logits: [Double]
  let label: Int

  var softmax: SoftmaxCrossEntropy.Term { SoftmaxCrossEntropy.evaluate(logits, label: label) }
  var probabilities: [Double] { SoftmaxCrossEntropy.probabilities(logits) }

  /// Each logit on its own.
  var sigmoids: [(probability: Double, loss: Double, derivative: Double)] {
    logits.enumerated().map { k, x in
      let alone = ProbabilityLosses(logit: x, gammas: [])
      let term = k == label ? alone.lines[0].present : alone.lines[0].absent
      return (alone.probability, term.loss, term.derivative)
    }
  }
}

/// What `boxstep losses` has to say.
struct LossAnswer {
  let boxes: BoxLossComparison?
  let pairs: [BoxLossComparison]?
  let probabilities: [ProbabilityLosses]
  let softmax: LogitRow?
  let options: BoxLossOptions

  // MARK: For people

  func write() {
    var paragraphs = [() -> Void]()
    if let boxes { paragraphs.append { write(boxes, withPath: true) } }
    for pair in pairs ?? [] { paragraphs.append { write(pair, withPath: false) } }
    for losses in probabilities { paragraphs.append { write(losses) } }
    if let softmax { paragraphs.append { write(softmax) } }
    for (index, paragraph) in paragraphs.enumerated() {
      if index > 0 { print("") }
      paragraph()
    }
  }

  private func write(_ found: BoxLossComparison, withPath: Bool) {
    print(
      "predicted \(Self.words(found.box))   GT \(Self.words(found.gt))   "
        + "IoU \(Number.text(found.iou))   in the arithmetic of \(options.convention)")
    let milestones = withPath ? BoxDescent.milestones : []
    let heading =
      ["loss", "value", "by x1", "by y1", "by x2", "by y2"] + milestones.map { "IoU ≥ \(Number.text($0))" }
      + (withPath ? ["last IoU"] : [])
    let rows = found.lines.map { line in
      [line.loss.kind.title, Number.text(line.term.value)]
        + (0..<4).map { Number.text(line.term.gradient[$0], digits: 3) }
        + milestones.map { line.descent.iteration(reaching: $0).map { Number.count($0) } ?? "never" }
        + (withPath ? [Number.fixed(line.descent.lastIoU, decimals: 3)] : [])
    }
    Table.print(rows, heading: heading)
    if case .smoothL1(let beta)? = found.lines.map(\.loss.kind).first(where: { $0.id == "smooth_l1" }) {
      print("smooth L1 bends at β \(Number.text(beta)). The gradient is per pixel of each predicted corner.")
    }
    guard withPath, let unit = found.lines.first?.descent.unit else { return }
    print(
      """
      The path: both boxes in units of the GT's size √(w·h) = \(Number.text(unit)) px; each iteration moves every \
      corner by −\(Number.text(found.rule.rate)) · gradient.
      IoU ≥ says at which of \(Number.plural(found.rule.iterations, "iteration")) the overlap is first that large.
      """)
  }

  private func write(_ found: ProbabilityLosses) {
    print("probability \(Number.text(found.probability)) of a class   logit \(Number.text(found.logit))")
    Table.print(
      found.lines.map { line in
        [line.kind.title] + Self.cells(line.present) + Self.cells(line.absent)
      },
      heading: ["loss", "if there", "of CE", "slope", "if not there", "of CE", "slope"])
    print("“of CE” is the loss as a part of the cross entropy; the slope is by the logit.")
  }

  private static func cells(_ term: ProbabilityLosses.Term) -> [String] {
    [Number.text(term.loss), Number.text(term.ratio), Number.text(term.derivative, digits: 3)]
  }

  private func write(_ row: LogitRow) {
    let (softmax, probabilities, sigmoids) = (row.softmax, row.probabilities, row.sigmoids)
    print("logits \(row.logits.map { Number.text($0) }.joined(separator: ", "))   true: place \(row.label)")
    Table.print(
      row.logits.indices.map { k in
        [
          k == row.label ? "\(k) true" : "\(k)", Number.text(row.logits[k]), Number.text(probabilities[k]),
          Number.text(softmax.gradient[k], digits: 3), Number.text(sigmoids[k].probability),
          Number.text(sigmoids[k].loss), Number.text(sigmoids[k].derivative, digits: 3),
        ]
      },
      heading: ["place", "logit", "softmax p", "slope", "sigmoid p", "loss", "slope"])
    print(
      "Cross entropy: softmax \(Number.text(softmax.loss)), sigmoids "
        + "\(Number.text(sigmoids.reduce(0) { $0 + $1.loss })). "
        + "Softmax shares 1 among the places; each sigmoid judges its own alone.")
  }

  private static func words(_ box: Box) -> String {
    box.corners.map { Number.text($0, digits: 6) }.joined(separator: ",")
  }
}
