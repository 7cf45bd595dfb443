import Tensors
import Traces

extension Iteration {
  /// What the classification's focal loss leaves beside its numbers.
  ///
  /// - Parameters:
  ///   - perPrior: N, before the normaliser.
  ///   - owners: N, the GT of each positive.
  ///   - labels: G, the class of each GT.
  mutating func describeFocal(
    _ perPrior: [Double], owners: [Int?], negatives: Int, _ labels: [Int], _ loss: FocalLoss
  ) {
    recordProbabilityOfTruth(owners, labels)
    guard let term = trace.losses.last else { return }
    let positives = owners.indices.filter { owners[$0] != nil }
    let positive = positives.reduce(0.0) { $0 + perPrior[$1] }
    let share = term.sum > 0 ? positive / term.sum : 0
    headline(
      "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); "
        + Self.shares(positive: share, positives: positives.count, negatives: negatives))
    partSubsteps(of: term)
    let value = "losses.cls_per_\(trace.priorName)"
    // Even steps of the logit: as fine near 0 and 1, where the curves bend, as between.
    let xs = (0...400).map { Exact.sigmoid(Double($0) / 400 * 14 - 7) }
    let gammas = [0, loss.gamma].sorted()
    let series = gammas.map { gamma in
      View.Curve.Series(
        name: gamma == 0 ? "cross entropy (γ 0)" : "focal, γ \(Number.text(gamma))", x: xs,
        y: xs.map { Exact.power(1 - $0, gamma) * -Exact.log($0) })
    }
    show(
      .curve(
        View.Curve(
          title: "loss of one answer, before α", xLabel: "p_t, probability of the right answer", yLabel: "loss",
          series: series, cursor: "focal.p_t")),
      .ranking(
        View.Ranking(
          title: "\(trace.priorName)s that cost most", value: value, heading: "loss",
          columns: [.init("p_t", "focal.p_t"), .init("state", trace.states.value)])),
      .priorMap(
        View.PriorMap(title: "classification loss of each \(trace.priorName)", value: value, scale: .magnitude)))
  }

  /// Whose the classification loss is, in words that rounding does not make untrue.
  private static func shares(positive share: Double, positives: Int, negatives: Int) -> String {
    let counts = (plus: Number.plural(positives, "positive"), minus: Number.plural(negatives, "negative"))
    if positives == 0 { return "all of it from \(counts.minus), as there is no positive." }
    if share > 0.995 { return "nearly all of it from \(counts.plus), hardly any from \(counts.minus)." }
    if share < 0.005 { return "nearly all of it from \(counts.minus), hardly any from \(counts.plus)." }
    return "\(Number.fixed(100 * share, decimals: 0))% of it from \(counts.plus), the rest from \(counts.minus)."
  }

  /// p_t of each prior: the probability of its class if it has one, else of there being none of the
  /// likeliest class.
  private mutating func recordProbabilityOfTruth(_ owners: [Int?], _ labels: [Int]) {
    guard let logits = trace["predictions.cls_logits"] else { return }
    let classes = logits.shape[1]
    let truth = (0..<grid.count).map { j -> Double in
      if let gt = owners[j] { return Exact.sigmoid(logits[flat: j * classes + labels[gt]] ?? 0) }
      return Exact.sigmoid(-(logits.row(j).max() ?? -.infinity))
    }
    record("focal.p_t", shape: [truth.count], truth)
  }
}
