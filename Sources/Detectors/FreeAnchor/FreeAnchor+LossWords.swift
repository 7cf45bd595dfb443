import Tensors
import Traces

/// What FreeAnchor's later steps say of their numbers: the candidates' worth, the bags' probabilities, the losses.
extension Iteration {
  mutating func describe(_ likelihood: BagLikelihood, of bags: AnchorBags) {
    let best = objects.indices.map { gt in bags.range(of: gt).max { likelihood.prob[$0] < likelihood.prob[$1] } }
    let notes = zip(objects.indices, best).map { gt, place in
      place.map { "Best: \(grid.label(of: bags.anchors[$0])), \(product(likelihood, $0))." } ?? ""
    }
    show(
      .candidates(
        View.Candidates(
          title: "the bag by x = P_cls · P_loc", priors: "bags.anchor",
          columns: [
            .init("x", "bags.prob"), .init("P_cls", "bags.cls_prob"), .init("P_loc", "bags.box_prob"),
            .init("IoU", "bags.iou"),
          ], notes: notes)),
      .table(candidateTable(likelihood, bags, best)))
    let places = best.compactMap(\.self)
    guard let top = places.max(by: { likelihood.prob[$0] < likelihood.prob[$1] }) else {
      return headline("No candidate to weigh.")
    }
    let poorest = places.map { likelihood.prob[$0] }.min() ?? 0
    headline(
      "Best of \(Number.plural(likelihood.prob.count, "candidate")): \(grid.label(of: bags.anchors[top])) for gt "
        + "\(top / max(1, bags.size)), P_cls · P_loc = \(product(likelihood, top))."
        + (places.count > 1 ? " In the poorest bag the best has x = \(digits(poorest))." : ""))
    for (gt, place) in best.enumerated() {
      guard let place else { continue }
      substep("gt \(gt)", "gt \(gt) (\(className(gt))): \(notes[gt])", focus: focus(gt, bags.anchors[place]))
    }
  }

  private func product(_ likelihood: BagLikelihood, _ place: Int) -> String {
    "\(digits(likelihood.clsProb[place])) · \(digits(likelihood.boxProb[place])) = \(digits(likelihood.prob[place]))"
  }

  private func candidateTable(_ likelihood: BagLikelihood, _ bags: AnchorBags, _ best: [Int?]) -> View.Table {
    let rows = best.enumerated().compactMap { gt, place -> View.Table.Row? in
      guard let place else { return nil }
      let j = bags.anchors[place]
      return View.Table.Row(
        ["gt \(gt)", className(gt), grid.label(of: j)]
          + [likelihood.clsProb[place], likelihood.boxProb[place], likelihood.prob[place]].map(digits),
        focus: focus(gt, j))
    }
    return View.Table(
      title: "the best candidate of each object", columns: ["", "class", "anchor", "P_cls", "P_loc", "x"], rows: rows,
      note: "A candidate that knows the class but not the box, or the box but not the class, is worth little.")
  }

  // MARK: Mean-max

  mutating func describe(_ pools: [BagPool], _ bags: AnchorBags, by function: BagFunction) {
    if function != .meanMax {
      trace.annotate { $0.formula = function == .max ? "B = max x" : "B = Σ x / n,  n the bag's size" }
    }
    recordLargestWeights(pools, bags)
    let notes = pools.map { note(on: $0, size: bags.size) }
    show(
      .candidates(
        View.Candidates(
          title: "the bag by weight", priors: "bags.anchor",
          columns: [
            .init("weight", "bags.weight"), .init("x", "bags.prob"), .init("P_cls", "bags.cls_prob"),
            .init("P_loc", "bags.box_prob"), .init("IoU", "bags.iou"),
          ], notes: notes)),
      .history(effectiveHistory(bags.size)), .bars(functionBars(pools)), .curve(functionCurve(bags)),
      .priorMap(
        View.PriorMap(title: "largest weight of each anchor", value: "bags.anchor_weight", scale: .magnitude)))
    guard let least = pools.indices.min(by: { pools[$0].probability < pools[$1].probability }),
      let median = trace["bags.median_effective"]?[]
    else { return headline("No object, so no bag.") }
    headline(
      "Bag probabilities"
        + (pools.count == 1 ? ": " : " from \(digits(pools[least].probability)) (gt \(least)) to ")
        + "\(digits(pools.map(\.probability).max() ?? 0)). In the median bag "
        + "\(digits(median)) of \(bags.size) anchors count: \(tendency(median, of: bags.size, function)).")
    for (gt, pool) in pools.enumerated() {
      let heaviest = pool.weights.indices.max { pool.weights[$0] < pool.weights[$1] }
      substep(
        "gt \(gt)", "gt \(gt) (\(className(gt))): \(note(on: pool, size: bags.size))",
        focus: focus(gt, heaviest.map { bags.anchors[bags.range(of: gt).lowerBound + $0] }))
    }
  }

  private mutating func recordLargestWeights(_ pools: [BagPool], _ bags: AnchorBags) {
    var largest = [Double](repeating: 0, count: grid.count)
    for (place, weight) in pools.flatMap(\.weights).enumerated() {
      largest[bags.anchors[place]] = max(largest[bags.anchors[place]], weight)
    }
    record("bags.anchor_weight", shape: [largest.count], largest)
  }

  private func note(on pool: BagPool, size: Int) -> String {
    "B = \(digits(pool.probability)), mean \(digits(pool.mean)), max \(digits(pool.max)); "
      + "\(digits(pool.effective)) of \(size) count."
  }

  private func tendency(_ effective: Double, of size: Int, _ function: BagFunction) -> String {
    switch function {
    case .mean: "the mean, by choice"
    case .max: "the maximum, by choice"
    case .meanMax:
      effective > 0.8 * Double(size)
        ? "nearly the mean" : effective < 2 ? "nearly the maximum" : "on its way from mean to maximum"
    }
  }

  private func effectiveHistory(_ size: Int) -> View.History {
    View.History(
      title: "effective anchors, 1 / Σw²: from mean to max", yLabel: "anchors",
      lines: [.init("selected object", "bags.effective"), .init("median of all", "bags.median_effective")],
      marks: [Mark("all", Double(size)), Mark("one", 1)])
  }

  private func functionBars(_ pools: [BagPool]) -> View.Bars {
    View.Bars(
      title: "the same bag by mean, mean-max and max",
      bars: pools.enumerated().flatMap { gt, pool in
        [("mean", pool.mean), ("mean-max", pool.meanMax), ("max", pool.max)].map {
          View.Bars.Bar("gt \(gt) \($0.0)", $0.1, focus: Focus(gt: gt))
        }
      })
  }

  /// What each function would make of an object's bag if its best candidate had another x.
  private func functionCurve(_ bags: AnchorBags) -> View.Curve {
    let prob = trace["bags.prob"]?.doubles ?? []
    let xs = (0...100).map { Double($0) / 100 }
    var series: [View.Curve.Series] = []
    var marks: [Mark] = []
    for gt in objects.indices where bags.size > 0 {
      var bag = Array(prob[bags.range(of: gt)])
      let best = bag.indices.reduce(0) { bag[$1] > bag[$0] ? $1 : $0 }
      marks.append(Mark("now", bag[best], gt: gt))
      for (name, function) in [("max", BagFunction.max), ("mean-max", .meanMax), ("mean", .mean)] {
        let ys = xs.map { x in
          bag[best] = x
          return function.value(bag[...])
        }
        series.append(View.Curve.Series(name: name, x: xs, y: ys, gt: gt))
      }
    }
    return View.Curve(
      title: "B, were its best candidate better", xLabel: "x of the best candidate", yLabel: "B",
      series: series, marks: marks)
  }

  // MARK: Losses

  mutating func describe(_ loss: PositiveBagLoss.Result, alpha: Double) {
    guard let term = trace.losses.last else { return }
    let recall = loss.perGT.indices.reduce(0.0) { sum, gt in
      sum + max(-PositiveBagLoss.ceiling, loss.probability[gt] > 0 ? Exact.log(loss.probability[gt]) : -.infinity)
    }
    trace.record(Value("likelihood.log_recall", scalar: recall))
    let rows = loss.perGT.indices.map { gt in
      View.Table.Row(
        ["gt \(gt)", className(gt), digits(loss.probability[gt]), digits(loss.perGT[gt])],
        focus: Focus(gt: gt))
    }
    show(
      .bars(
        View.Bars(
          title: "positive loss of each object",
          bars: loss.perGT.enumerated().map { .init("gt \($0) \(className($0))", $1, focus: Focus(gt: $0)) })),
      .table(
        View.Table(
          title: "from bag to loss", columns: ["", "class", "B", "α · −ln B"], rows: rows,
          note:
            "−ln of all B together is −ln P_recall = \(digits(-recall)): the chance that every object has an anchor "
            + "that is right.")))
    guard let worst = loss.perGT.indices.max(by: { loss.perGT[$0] < loss.perGT[$1] }) else {
      return headline("No object, so nothing to find: the positive loss is 0.")
    }
    headline(
      "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); most from gt \(worst) "
        + "(\(className(worst))), whose bag has probability \(digits(loss.probability[worst])). P_recall = \(power(recall))."
    )
    for gt in loss.perGT.indices {
      substep(
        "gt \(gt)",
        "gt \(gt) (\(className(gt))): \(Number.text(alpha)) · −ln \(digits(loss.probability[gt])) = \(digits(loss.perGT[gt])).",
        focus: Focus(gt: gt))
      if loss.probability[gt] <= Exact.exp(-PositiveBagLoss.ceiling) {
        warn(
          Hazard(
            .atFloor,
            "the bag of gt \(gt) (\(className(gt))) has a probability of \(digits(loss.probability[gt])): its loss is held at "
              + "\(Number.text(alpha * PositiveBagLoss.ceiling)), and nothing pulls at its anchors",
            focus: Focus(gt: gt)
          ))
      }
    }
  }

  mutating func describe(
    _ loss: NegativeBagLoss.Result, _ saturation: Saturation, leftOut: Int, _ rule: NegativeBagLoss
  ) {
    recordForms()
    guard let term = trace.losses.first(where: { $0.name == "negative" }), let total = trace.losses.last else { return }
    partSubsteps(of: term)
    let forgiven = saturation.image.count
    headline(
      "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value))"
        + (forgiven > 0 ? "; \(Number.plural(forgiven, "score")) forgiven in part, as P > 0" : "; no score is forgiven")
        + (leftOut > 0 ? ", and \(Number.plural(leftOut, "anchor")) in ignored objects left out." : ".")
        + " Total loss \(Number.text(total.value)).")
    show(
      .ranking(
        View.Ranking(
          title: "anchors that cost most as background", value: "losses.negative_per_anchor", heading: "loss",
          columns: [.init("q", "negative.q"), .init("P", "saturation.image_box_prob"), .init("state", "bags.state")])),
      .curve(formCurve(rule)), .table(likelihoodTable()),
      .priorMap(
        View.PriorMap(title: "negative loss of each anchor", value: "losses.negative_per_anchor", scale: .magnitude)))
  }

  /// The largest q of each anchor, and the loss without its focus: −ln of the paper's precision.
  private mutating func recordForms() {
    guard let logits = trace["predictions.cls_logits"], let image = trace["saturation.image_box_prob"]?.doubles else {
      return
    }
    let (classes, shares) = (logits.shape[1], trace["overlap.ignored_share"]?.doubles)
    var logPrecision = 0.0
    let largest = (0..<grid.count).map { j -> Double in
      guard (shares?[j] ?? 0) < 0.5 else { return 0 }
      return (0..<classes).reduce(0.0) { most, k in
        let (q, rest, _) = NegativeBagLoss.share(logits[flat: j * classes + k] ?? 0, forgiven: image[j * classes + k])
        logPrecision += rest < 0.5 ? Exact.log(rest) : Exact.log1p(-q)
        return max(most, q)
      }
    }
    record("negative.q", shape: [largest.count], largest)
    trace.record(Value("likelihood.log_precision", scalar: logPrecision))
  }

  private func formCurve(_ rule: NegativeBagLoss) -> View.Curve {
    let xs = (0...400).map { Exact.sigmoid(Double($0) / 400 * 12 - 6) }
    return View.Curve(
      title: "loss of one score as background", xLabel: "q = p · (1 − P)", yLabel: "loss",
      series: [0, rule.gamma].sorted().map { gamma in
        View.Curve.Series(
          name: gamma == 0 ? "cross entropy (γ 0)" : "focal, γ \(Number.text(gamma))", x: xs,
          y: xs.map { Exact.power($0, gamma) * -Exact.log1p(-$0) })
      }, cursor: "negative.q")
  }

  /// The losses as what they are made of: a likelihood of two factors.
  private func likelihoodTable() -> View.Table {
    let (recall, precision) = (trace["likelihood.log_recall"]?[] ?? 0, trace["likelihood.log_precision"]?[] ?? 0)
    func row(_ name: String, _ meaning: String, _ log: Double) -> View.Table.Row {
      View.Table.Row([name, power(log), digits(-log), meaning])
    }
    return View.Table(
      title: "the same read as likelihood", columns: ["", "is", "−ln", "that"],
      rows: [
        row("P_recall", "all objects found", recall),
        row("P_precision", "nothing else claimed", precision),
        row("both", "all of it", recall + precision),
      ],
      note:
        "P_recall = Π B, P_precision = Π (1 − q). Each loss is −ln of its part; q^γ turns easy background down.")
  }

  /// e to a power, as it is said: the number itself would be 0.
  private func power(_ log: Double) -> String { log == 0 ? "1" : "e^\(Number.text(log, digits: 4))" }
}
