import Detectors
import Traces

/// What `boxstep losses --json` prints.
struct LossJSON: Encodable {
  struct Pair: Encodable {
    let pred: [Double]
    let gt: [Double]
    let iou: Double
    let losses: [Line]
    let descent: Descent?
  }

  struct Line: Encodable {
    let loss: String
    let value: Double
    let gradient: [Double]
    let path: Path?
  }

  struct Descent: Encodable {
    let rate: Double
    let steps: Int
    let unit: Double
    let rule: String
  }

  struct Path: Encodable {
    struct Point: Encodable {
      let iteration: Int
      let box: [Double]
      let iou: Double
      let loss: Double
    }
    /// The iteration whose IoU is first at least the key; null for never.
    let reaches: [String: Int?]
    let points: [Point]
  }

  struct Term: Encodable {
    let value: Double
    let ratio: Double
    let gradient: Double
  }

  struct Probability: Encodable {
    struct Line: Encodable {
      let loss: String
      let present: Term
      let absent: Term
    }
    let probability: Double
    let logit: Double
    let losses: [Line]
  }

  struct Row: Encodable {
    struct Softmax: Encodable {
      let probabilities: [Double]
      let value: Double
      let gradient: [Double]
    }
    let logits: [Double]
    let label: Int
    let softmax: Softmax
    /// `value` is the sum over the places.
    let sigmoid: Softmax
  }

  let convention: String
  let epsilon: Double
  let boxes: Pair?
  let pairs: [Pair]?
  let probabilities: [Probability]?
  let softmax: Row?
}

extension LossAnswer {
  var json: LossJSON {
    let convention = try? options.chosenConvention()
    return LossJSON(
      convention: options.convention, epsilon: convention?.epsilon ?? 0, boxes: boxes.map { json($0, withPath: true) },
      pairs: pairs.map { $0.map { json($0, withPath: false) } },
      probabilities: probabilities.isEmpty ? nil : probabilities.map(Self.json), softmax: softmax.map(Self.json))
  }

  private func json(_ found: BoxLossComparison, withPath: Bool) -> LossJSON.Pair {
    LossJSON.Pair(
      pred: found.box.corners, gt: found.gt.corners, iou: found.iou,
      losses: found.lines.map { line in
        LossJSON.Line(
          loss: line.loss.kind.id, value: line.term.value, gradient: (0..<4).map { line.term.gradient[$0] },
          path: withPath ? path(line.descent) : nil)
      },
      descent: withPath
        ? LossJSON.Descent(
          rate: found.rule.rate, steps: found.rule.iterations, unit: found.lines.first?.descent.unit ?? 1,
          rule: "corners / unit move by -rate * gradient of the loss of boxes / unit") : nil)
  }

  private func path(_ descent: BoxDescent) -> LossJSON.Path {
    let reaches = BoxDescent.milestones.map { (Number.text($0), descent.iteration(reaching: $0)) }
    let shown = descent.boxes.indices.filter { $0 % options.every == 0 || $0 == descent.boxes.count - 1 }
    return LossJSON.Path(
      reaches: Dictionary(reaches, uniquingKeysWith: { $1 }),
      points: shown.map {
        LossJSON.Path.Point(
          iteration: $0, box: descent.boxes[$0].corners, iou: descent.ious[$0], loss: descent.losses[$0])
      })
  }

  private static func json(_ found: ProbabilityLosses) -> LossJSON.Probability {
    func term(_ term: ProbabilityLosses.Term) -> LossJSON.Term {
      LossJSON.Term(value: term.loss, ratio: term.ratio, gradient: term.derivative)
    }
    return LossJSON.Probability(
      probability: found.probability, logit: found.logit,
      losses: found.lines.map {
        LossJSON.Probability.Line(loss: $0.kind.id, present: term($0.present), absent: term($0.absent))
      })
  }

  private static func json(_ row: LogitRow) -> LossJSON.Row {
    let sigmoids = row.sigmoids
    return LossJSON.Row(
      logits: row.logits, label: row.label,
      softmax: LossJSON.Row.Softmax(
        probabilities: row.probabilities, value: row.softmax.loss, gradient: row.softmax.gradient),
      sigmoid: LossJSON.Row.Softmax(
        probabilities: sigmoids.map(\.probability), value: sigmoids.reduce(0) { $0 + $1.loss },
        gradient: sigmoids.map(\.derivative)))
  }
}
