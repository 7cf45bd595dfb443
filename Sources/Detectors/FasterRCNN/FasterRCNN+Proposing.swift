import Boxes
import Tensors
import Traces

/// What the first stage's own steps leave in the trace: values, headlines, views, hazards.
extension Iteration {
  /// What a draw is for; each has its own numbers.
  enum Purpose: UInt64 {
    case anchors = 1
    case regions = 2
  }

  /// The same at every run of an iteration, another at the next. With predictions from a file every iteration is
  /// the same.
  func generator(for purpose: Purpose) -> SeededGenerator {
    SeededGenerator(seed: trace.seed, iteration: given == nil ? trace.iteration : 1, purpose: purpose.rawValue)
  }

  mutating func record(_ sample: BalancedSample) {
    record("sample.positive", shape: [sample.positives.count], sample.positives.map(Int32.init))
    record("sample.negative", shape: [sample.negatives.count], sample.negatives.map(Int32.init))
    trace.record(Value("sample.state", shape: [grid.count], .int8(sample.codes(count: grid.count))))
  }

  mutating func describe(_ sample: BalancedSample, of matching: ThresholdMatching) {
    let (plus, minus) = (sample.positives.count, sample.negatives.count)
    headline(
      "Drawn\(extras.isEmpty ? "" : ", as the file says"): + \(plus) of \(Number.plural(sample.available.positives, "positive"))   − \(minus) of "
        + "\(Number.count(sample.available.negatives)) background   = \(Number.plural(sample.count, "anchor")) of \(Number.count(grid.count))."
    )
    if plus == 0, !objects.isEmpty {
      warn(
        Hazard(
          .noPositive, "no positive anchor was drawn: this time the RPN learns only what is background"))
    }
    let available = matching.positiveCounts(of: objects.count)
    let rows = objects.indices.map { gt in
      let drawn = sample.positives.filter { matching.owners[$0] == gt }
      return View.Table.Row(
        ["gt \(gt)", className(gt), "\(available[gt])", drawn.isEmpty ? "! none" : "+ \(drawn.count)"],
        focus: Focus(gt: gt, anchor: drawn.first))
    }
    for gt in objects.indices {
      let drawn = sample.positives.count { matching.owners[$0] == gt }
      substep(
        "gt \(gt)",
        available[gt] == 0
          ? "gt \(gt) (\(className(gt))) has no positive anchor to draw."
          : "gt \(gt) (\(className(gt))): \(drawn) of its \(Number.plural(available[gt], "positive anchor")) drawn.",
        focus: Focus(gt: gt))
    }
    show(
      .priorMap(
        View.PriorMap(title: "which anchors are drawn", legend: BalancedSample.legend)),
      .table(
        View.Table(
          title: "positives of each object", columns: ["", "class", "there are", "drawn"], rows: rows,
          note: "Every iteration draws anew, from the seed and its own number: the same run draws the same.")))
  }

  mutating func describeObjectness(_ perAnchor: [Double], _ sample: BalancedSample) {
    recordTruth(of: sample)
    guard let term = trace.losses.last else { return }
    let positive = sample.positives.reduce(0.0) { $0 + perAnchor[$1] }
    let share = term.sum > 0 ? 100 * positive / term.sum : 0
    headline(
      "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); "
        + "\(Number.plural(sample.positives.count, "positive")) \(sample.positives.count == 1 ? "makes" : "make") \(Number.fixed(share, decimals: 0))% of it, "
        + "\(Number.count(sample.negatives.count)) background anchors the rest.")
    partSubsteps(of: term)
    let xs = (0...200).map { Exact.sigmoid(Double($0) / 200 * 14 - 7) }
    show(
      .ranking(
        View.Ranking(
          title: "drawn anchors that cost most", value: "losses.rpn_objectness_per_anchor", heading: "loss",
          columns: [.init("p right", "objectness.p_t"), .init("state", "match.state")])),
      .curve(
        View.Curve(
          title: "loss of one answer", xLabel: "p of the right answer", yLabel: "loss",
          series: [View.Curve.Series(name: "cross entropy, −ln p", x: xs, y: xs.map { -Exact.log($0) })],
          cursor: "objectness.p_t")),
      .priorMap(
        View.PriorMap(
          title: "objectness loss of each anchor", value: "losses.rpn_objectness_per_anchor", scale: .magnitude)))
  }

  /// The probability of the right answer: of an object at positives, of none elsewhere.
  private mutating func recordTruth(of sample: BalancedSample) {
    guard let logits = trace["predictions.objectness"]?.doubles, let states = trace["match.state"]?.doubles else {
      return
    }
    record(
      "objectness.p_t", shape: [logits.count],
      logits.indices.map { Exact.sigmoid(states[$0] == 1 ? logits[$0] : -logits[$0]) })
  }

  mutating func describeProposalBoxLoss(_ perAnchor: [Double], _ positives: [Int]) {
    guard let term = trace.losses.first(where: { $0.name == "rpn_box" }), let total = trace.losses.last else { return }
    let worst = positives.max { perAnchor[$0] < perAnchor[$1] }
    headline(
      worst.map {
        "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); most from \(grid.label(of: $0)), "
          + "with \(Number.text(perAnchor[$0])). The RPN's loss in all: \(Number.text(total.value))."
      } ?? "No positive anchor was drawn, so no box loss. The RPN's loss in all: \(Number.text(total.value)).")
    partSubsteps(of: term)
    let xs = (0...120).map { Double($0) / 60 - 1 }
    show(
      .ranking(
        View.Ranking(
          title: "drawn positives, worst box first", value: "losses.rpn_box_per_anchor", heading: "loss",
          columns: [.init("gt", "match.gt"), .init("IoU", "match.max_iou")])),
      .curve(
        View.Curve(
          title: "loss of one number", xLabel: "d, prediction − target", yLabel: "loss",
          series: [View.Curve.Series(name: "L1, |d|", x: xs, y: xs.map(abs))])),
      .priorMap(View.PriorMap(title: "box loss of each anchor", value: "losses.rpn_box_per_anchor", scale: .magnitude)))
  }

  mutating func record(_ proposals: RegionProposals, scores: [Double]) {
    let anchors = proposals.anchors
    let best = BestOverlaps(of: objects.map(\.box), with: proposals.boxes)
    record("proposals.boxes", shape: [anchors.count, 4], proposals.boxes.flatMap(\.corners))
    record("proposals.scores", shape: [anchors.count], anchors.map { Exact.sigmoid(scores[$0]) })
    record("proposals.anchor", shape: [anchors.count], anchors.map(Int32.init))
    if !objects.isEmpty {
      record("proposals.iou", shape: [anchors.count], best.iou)
      record("proposals.gt", shape: [anchors.count], anchors.indices.map { Int32(best.object(of: $0) ?? -1) })
    }
    trace.record(Value("proposals.fate", shape: [grid.count], .uint8(proposals.fates.map(\.code))))
    record("proposals.place", shape: [grid.count], proposals.fates.map { Int32($0.place) })
    record("proposals.overlap", shape: [grid.count], proposals.fates.map(\.overlap))
  }

  mutating func describe(_ proposals: RegionProposals, reaching threshold: Double) {
    let fates = proposals.fates
    let suppressed = fates.count { if case .suppressed = $0 { true } else { false } }
    let considered = fates.count { if case .pastLevelCut = $0 { false } else { true } }
    headline(
      "\(Number.count(considered)) of \(Self.boxes(fates.count)) go into suppression, \(Number.count(suppressed)) go there for a better one; "
        + "the best \(Self.boxes(proposals.anchors.count)) \(proposals.anchors.count == 1 ? "is" : "are") proposed.")
    if proposals.anchors.isEmpty {
      warn(Hazard(.noProposal, "no proposal: none of the RPN's boxes has any area inside the picture"))
    }
    let reached = reach(proposals, threshold)
    record(
      "proposals.reached", shape: [],
      [reached.isEmpty ? 0 : Double(reached.count { $0.best > threshold }) / Double(reached.count)])
    describeLevels(of: proposals)
    show(
      .boxes(
        View.BoxList(
          title: "proposals, best first", boxes: "proposals.boxes", scores: "proposals.scores",
          anchors: "proposals.anchor", kind: .proposal)),
      .table(suppressedTable(proposals)),
      .table(reachedTable(reached, threshold)),
      .table(levelTable(proposals)),
      .history(
        View.History(
          title: "objects that a proposal reaches", yLabel: "part of the objects",
          lines: [.init("IoU > \(Number.text(threshold, digits: 2))", "proposals.reached")])))
  }

  /// "1 box", "3 boxes".
  private static func boxes(_ count: Int) -> String { "\(Number.count(count)) box\(count == 1 ? "" : "es")" }

  /// Of each GT: the best IoU of any decoded box that went into suppression, and of any proposal.
  private func reach(_ proposals: RegionProposals, _ threshold: Double) -> [(before: Double, best: Double, row: Int?)] {
    let entered = proposals.fates.indices.filter {
      switch proposals.fates[$0] {
      case .pastLevelCut, .empty: false
      case .proposed, .suppressed, .pastCut: true
      }
    }
    return objects.map { object in
      let before = entered.map { object.box.iou(with: proposals.clipped[$0]) }.max() ?? 0
      let boxes = proposals.boxes
      let row = boxes.indices.max { object.box.iou(with: boxes[$0]) < object.box.iou(with: boxes[$1]) }
      return (before, row.map { object.box.iou(with: boxes[$0]) } ?? 0, row)
    }
  }

  private func reachedTable(_ reached: [(before: Double, best: Double, row: Int?)], _ threshold: Double) -> View.Table {
    let rows = reached.enumerated().map { gt, reach in
      View.Table.Row(
        [
          "gt \(gt)", className(gt), Number.text(reach.before, digits: 3), Number.text(reach.best, digits: 3),
          reach.best > threshold ? "reached" : reach.before > threshold ? "! lost in NMS or the cut" : "! not reached",
        ], focus: Focus(gt: gt, box: reach.row.map { BoxRow(.proposal, $0) }))
    }
    return View.Table(
      title: "how near the proposals come", columns: ["", "class", "before", "after", ""], rows: rows,
      note:
        "Best IoU of any box before suppression, and of the proposals left after it. Reached: over \(Number.text(threshold))."
    )
  }

  private func suppressedTable(_ proposals: RegionProposals) -> View.Table {
    let scores = trace["predictions.objectness"]?.doubles ?? []
    let rows = proposals.fates.indices.compactMap { j -> (row: View.Table.Row, score: Double)? in
      guard case .suppressed(let by, let overlap) = proposals.fates[j] else { return nil }
      return (
        View.Table.Row(
          [
            grid.label(of: j), Number.fixed(Exact.sigmoid(scores[j]), decimals: 3), grid.label(of: by),
            Number.text(overlap, digits: 3),
          ], focus: Focus(anchor: j)), scores[j]
      )
    }
    return View.Table(
      title: "suppressed: who, and by whom", columns: ["anchor", "score", "by", "IoU"],
      rows: rows.sorted { $0.score > $1.score }.prefix(100).map(\.row),
      note: rows.isEmpty
        ? "Nothing was suppressed."
        : "A box goes when its IoU with a better one of its level is over \(Number.text(settings[FasterRCNN.rpnNMS])).")
  }

  private func levelTable(_ proposals: RegionProposals) -> View.Table {
    let rows = grid.levels.enumerated().map { index, level in
      let counts = proposals.counts(in: level.range)
      return View.Table.Row(
        [level.name, Number.count(level.count)] + counts.map { Number.count($0) }, focus: Focus(level: index))
    }
    return View.Table(
      title: "what became of the boxes, by level",
      columns: ["level", "boxes", "past cut", "empty", "NMS", "past best", "proposed"], rows: rows,
      note:
        "past cut: not of the best \(settings[FasterRCNN.proposalsBefore]) of its level. empty: off the picture. NMS: a better one suppressed it. "
        + "past best: kept, but not of the best \(settings[FasterRCNN.proposalsAfter]) of all."
    )
  }

  private mutating func describeLevels(of proposals: RegionProposals) {
    for (index, level) in grid.levels.enumerated() {
      let counts = proposals.counts(in: level.range)
      substep(
        level.name,
        "\(level.name): of \(Number.count(level.count)) boxes \(Number.count(counts[0])) are past the cut, \(Number.count(counts[2])) suppressed, \(Number.count(counts[4])) proposed.",
        focus: Focus(level: index))
    }
  }
}

extension RegionProposals {
  /// How many boxes of some anchors: past their level's cut, empty, suppressed, past the cut of all, proposed.
  func counts(in anchors: Range<Int>) -> [Int] {
    [1, 2, 3, 4, 0].map { code in anchors.count { fates[$0].code == code } }
  }
}

extension RegionProposals.Fate {
  /// The proposal's index, the place in the ranking that was too low, or the anchor that suppressed it.
  var place: Int {
    switch self {
    case .proposed(let index): index
    case .pastLevelCut(let rank), .pastCut(let rank): rank
    case .empty: -1
    case .suppressed(let by, _): by
    }
  }

  var overlap: Double {
    if case .suppressed(_, let overlap) = self { overlap } else { 0 }
  }
}
