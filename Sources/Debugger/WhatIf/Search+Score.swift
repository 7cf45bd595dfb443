import Detectors
import Tensors
import Traces

extension Search {
  /// How surely a candidate would have to be guessed to come before what suppresses it. The logit is worked out from
  /// the rule of scores; whether it helps, the steps say.
  mutating func raiseScore(ofCandidate index: Int) {
    let trace = kept.trace.fresh
    guard trace["suppression.roi"] == nil, var rival = rivalScore(of: index, in: trace),
      let prior = trace["suppression.anchor"]?[index].map({ Int($0) }), prior >= 0,
      let label = trace["suppression.labels"]?[index].map({ Int($0) }),
      let score = ScoreOfLogit(prior: prior, label: label, trace, base, detector)
    else { return }
    // Past one rival the next may stand in the way.
    for _ in 0..<4 {
      guard let logit = score.logit(over: rival) else { return }
      let edit = PredictionEdit("cls_logits", row: prior, column: label, to: logit)
      let scores = (from: score.value(Double(score.logit)), to: score.value(Double(logit)))
      let change = Change.prediction(edit, from: score.logit, scores: scores)
      if let found = reach(change, .fixed) { return note(found) }
      guard let next = nextRival(change, prior: prior, label: label), next > rival else { return }
      rival = next
    }
  }

  /// The score of what keeps a candidate from being a detection.
  private func rivalScore(of index: Int, in trace: Trace) -> Double? {
    if let by = trace["suppression.by"]?[index], by >= 0 { return trace["suppression.scores"]?[Int(by)] }
    return trace["detections.scores"]?.doubles.last
  }

  private func nextRival(_ change: Change, prior: Int, label: Int) -> Double? {
    guard let setup = change.applied(to: base, for: detector), let trace = kept.probe(setup, until: goal.step),
      let priors = trace["suppression.anchor"]?.doubles, let labels = trace["suppression.labels"]?.doubles,
      let index = priors.indices.first(where: { priors[$0] == Double(prior) && labels[$0] == Double(label) })
    else { return nil }
    return rivalScore(of: index, in: trace)
  }
}

/// The score of a class of a prior as a function of its logit, all else as it is.
private struct ScoreOfLogit {
  let logit: Double
  private let rows: [String: Tensor]
  private let label: Int
  private let setup: Setup
  private let detector: any Detector.Type

  init?(prior: Int, label: Int, _ trace: Trace, _ setup: Setup, _ detector: any Detector.Type) {
    var rows: [String: Tensor] = [:]
    for head in detector.heads(classes: setup.scene.classes.count, setup.settings) {
      guard let row = trace["predictions.\(head.prediction)"]?.row(prior), !row.isEmpty else { return nil }
      rows[head.prediction] = Tensor(shape: head.shape(priors: 1), elements: row.map { Float($0) })
    }
    guard let logits = rows["cls_logits"]?.elements, logits.indices.contains(label) else { return nil }
    logit = Double(logits[label])
    self.rows = rows
    self.label = label
    self.setup = setup
    self.detector = detector
  }

  func value(_ logit: Double) -> Double {
    var rows = rows
    rows["cls_logits"]?.elements[label] = Float(logit)
    let scores = detector.scores(rows, setup.settings)
    return scores.indices.contains(label) ? scores[label] : 0
  }

  /// The least logit, to two decimals, whose score is over another; nil where none is.
  func logit(over rival: Double) -> Float? {
    var (low, high) = (logit, logit + 40)
    guard value(high) > rival else { return nil }
    while high - low > 1e-3 {
      let middle = (low + high) / 2
      if value(middle) > rival { high = middle } else { low = middle }
    }
    let rounded = high.rounded(2, awayFrom: logit)
    return value(rounded) > rival ? Float(rounded) : Float(high)
  }
}
