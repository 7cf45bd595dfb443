import Boxes
import Tensors
import Traces

/// What SSD's own steps leave beside their numbers: headlines, views, hazards.
extension Iteration {
  mutating func describeEntropy(_ entropy: [Double], _ matching: ThresholdMatching, _ settings: Settings) {
    if settings[SSD.classLoss] == .logistic {
      trace.annotate {
        $0.formula = "CE = −Σ ln p of every class,  p = 1 / (1 + e⁻ˣ) where the class is there, else 1 less"
      }
    }
    let mean = { (rows: [Int]) in rows.isEmpty ? 0 : rows.reduce(0) { $0 + entropy[$1] } / Double(rows.count) }
    let positives = matching.positives
    let negatives = matching.states.indices.filter { matching.states[$0] == .negative }
    headline(
      positives.isEmpty
        ? "No positive. On average the \(Number.count(negatives.count)) negatives cost \(Number.text(mean(negatives), digits: 3))."
        : "On average a positive costs \(Number.text(mean(positives), digits: 3)) and a negative "
          + "\(Number.text(mean(negatives), digits: 3)); but of negatives there are \(Number.count(negatives.count)), "
          + "of positives \(Number.count(positives.count)).")
    for (index, level) in grid.levels.enumerated() {
      let part = level.range.filter { matching.states[$0] == .negative }
      substep(
        level.name,
        "\(level.name): \(Number.plural(part.count, "negative")), on average \(Number.text(mean(part), digits: 3)) each.",
        focus: Focus(level: index))
    }
    show(
      .curve(
        View.Curve(
          title: "cost of one answer", xLabel: "p_truth, of the right answer", yLabel: "CE",
          series: [SSD.curve(named: "cross entropy, −ln p") { -Exact.log($0) }], cursor: "entropy.p_truth",
          showsAll: true)),
      .ranking(
        View.Ranking(
          title: "anchors that are most wrong", value: "losses.cls_per_anchor", heading: "CE",
          columns: [.init("p_truth", "entropy.p_truth"), .init("state", "match.state")])),
      .priorMap(
        View.PriorMap(title: "cross entropy of each anchor", value: "losses.cls_per_anchor", scale: .magnitude)))
  }

  mutating func describe(
    _ selection: SSD.NegativeSelection, _ entropy: [Double], _ matching: ThresholdMatching, _ settings: Settings
  ) {
    let positives = matching.count(of: .positive)
    trace.annotate {
      $0.formula = selection.formula(settings)
      $0.meaning = selection.meaning ?? $0.meaning
    }
    headline(selection.sentence(positives: positives, entropy, settings))
    warnOfMining(selection, positives: positives, entropy)
    let table = miningTable(selection, entropy, matching)
    let kept = View.priorMap(View.PriorMap(title: "which anchors count", legend: SSD.MiningState.legend))
    guard selection.rule != .focal else {
      return show(.curve(SSD.focalCurve(settings)), .table(table), kept)
    }
    show(
      .ranking(
        View.Ranking(
          title: "negatives, the hardest first", value: "mining.candidate_entropy", heading: "CE",
          columns: [.init("p_truth", "entropy.p_truth")] + (objects.isEmpty ? [] : [.init("IoU", "match.max_iou")]),
          cut: .init(selection.kept.count, selection.cutLabel(positives: positives, settings)))),
      .table(table), kept)
  }

  /// Who is kept of each level, and what the hardest is that is left.
  private mutating func miningTable(
    _ selection: SSD.NegativeSelection, _ entropy: [Double], _ matching: ThresholdMatching
  ) -> View.Table {
    let left = selection.ranked.dropFirst(selection.kept.count)
    var rows: [View.Table.Row] = []
    for (index, level) in grid.levels.enumerated() {
      let positives = level.range.count { matching.states[$0] == .positive }
      let negatives = level.range.count { matching.states[$0] == .negative }
      let kept = selection.kept.count { level.range.contains($0) }
      let hardest = left.first { level.range.contains($0) }
      let most = hardest.map { Number.text(entropy[$0], digits: 4) } ?? "·"
      rows.append(
        View.Table.Row(
          [level.name, "\(positives)", Number.count(negatives), Number.count(kept), most],
          focus: Focus(level: index, anchor: hardest)))
      substep(
        level.name,
        "\(level.name): \(Number.plural(positives, "positive")); \(Number.count(kept)) of "
          + "\(Number.plural(negatives, "negative")) kept"
          + (hardest == nil ? "." : "; the hardest left out costs \(most)."),
        focus: Focus(level: index, anchor: hardest))
    }
    return View.Table(
      title: "kept of each level", columns: ["level", "+", "−", "kept", "hardest left out"], rows: rows,
      note: selection.suppressed.isEmpty
        ? "" : "\(Number.plural(selection.suppressed.count, "negative")) overlap a harder one and could not be chosen.")
  }

  private mutating func warnOfMining(
    _ selection: SSD.NegativeSelection, positives: Int, _ entropy: [Double]
  ) {
    switch selection.rule {
    case .mining, .ohem:
      if positives == 0 {
        warn(
          Hazard(
            .noLoss,
            "no positive anchor, so no negative is mined: the loss is 0 and this picture teaches nothing, not even "
              + "what background looks like"))
      }
      warnOfTie(selection, entropy)
    case .ohemKeepsAll where selection.negatives > 0:
      warn(
        Hazard(
          .nothingMined,
          "this OHEM keeps all \(Number.count(selection.negatives)) negatives: nothing is mined, "
            + "\(Number.count(selection.negatives / max(1, positives))) speak against each positive"))
    case .focal, .all, .ohemKeepsAll: break
    }
  }

  private mutating func warnOfTie(_ selection: SSD.NegativeSelection, _ entropy: [Double]) {
    guard selection.cuts, let last = selection.kept.last else { return }
    let next = selection.ranked[selection.kept.count]
    guard abs(entropy[last] - entropy[next]) < 1e-6 else { return }
    let whose =
      entropy[last] == entropy[next] ? "the lower number decides which is kept" : "rounding decides which is kept"
    warn(
      Hazard(
        .rounding,
        "at the cut \(grid.label(of: last)) and \(grid.label(of: next)) cost the same to within 1e-6: \(whose)",
        focus: Focus(anchor: last)))
  }

  mutating func describeClassLoss(
    _ term: LossTerm, _ perAnchor: [Double], _ matching: ThresholdMatching, _ selection: SSD.NegativeSelection,
    _ settings: Settings
  ) {
    let positives = matching.positives
    if selection.rule == .focal {
      trace.annotate { $0.formula = "FL = −α_t (1 − p_truth)^γ ln p_truth,  Σ of all / max(1, positives)" }
    }
    if !selection.rule.mines {
      trace.annotate {
        $0.meaning =
          "Every anchor that is not ignored is in this sum, the positives and all negatives. Divided by the positives alone, as they are what there is to learn."
      }
    }
    let sums = term.parts.map { Number.text($0.sum, digits: 3) }
    headline(
      positives.isEmpty && selection.kept.isEmpty
        ? "No positive and no kept negative: the class loss is 0."
        : "\(Number.plural(positives.count, "positive")) cost \(sums[0]), \(Number.plural(selection.kept.count, "kept negative")) "
          + "\(sums[1]): together / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)).")
    partSubsteps(of: term)
    var bars: [View.Bars.Bar] = []
    for (label, name) in scene.classes.enumerated() {
      let own = positives.filter { j in matching.owners[j].map { objects[$0].label == label } ?? false }
      guard !own.isEmpty else { continue }
      bars.append(View.Bars.Bar("\(name), \(own.count) +", own.reduce(0) { $0 + perAnchor[$1] }))
    }
    bars.append(View.Bars.Bar("background, \(Number.count(selection.kept.count)) −", term.parts[1].sum))
    show(
      .ranking(
        View.Ranking(
          title: "anchors that cost most, of those that count", value: "cls.per_anchor", heading: "loss",
          columns: [.init("p_truth", "entropy.p_truth"), .init("state", "match.state")])),
      .bars(View.Bars(title: "whose the class loss is", bars: bars)),
      .priorMap(
        View.PriorMap(title: "each anchor's part of the class loss", value: "cls.per_anchor", scale: .magnitude)))
  }

  /// Where not every box loss counts, that comes first.
  mutating func describeKeptBoxes(_ kept: Int, of positives: Int) {
    guard kept < positives, let term = trace.losses.first(where: { $0.name == "box" }), let total = trace.losses.last
    else { return }
    headline(
      "Of \(positives) box losses the largest \(kept) are kept: Σ \(Number.text(term.sum)) / "
        + "\(Number.text(term.normalizer.value)) = \(Number.text(term.value)). Total loss \(Number.text(total.value)).")
  }
}

extension Settings {
  func boxCut(_ kept: Int, of positives: Int) -> View.Ranking.Cut? {
    guard self[SSD.selection] == .ohem, positives > 0 else { return nil }
    return View.Ranking.Cut(kept, "ohem_keep_ratio \(Number.text(self[SSD.ohemKeepRatio])) of \(positives)")
  }
}

extension SSD {
  /// A function of p_truth in even steps of the logit: as fine near 0 and 1, where it bends, as between.
  static func curve(named name: String, _ cost: (Double) -> Double) -> View.Curve.Series {
    let xs = (0...400).map { Exact.sigmoid(Double($0) / 400 * 14 - 7) }
    return View.Curve.Series(name: name, x: xs, y: xs.map(cost))
  }

  fileprivate static func focalCurve(_ settings: Settings) -> View.Curve {
    let gamma = settings[gamma]
    return View.Curve(
      title: "cost of one answer, before α", xLabel: "p_truth, of the right answer", yLabel: "loss",
      series: [
        curve(named: "cross entropy") { -Exact.log($0) },
        curve(named: "focal, γ \(Number.text(gamma))") { Exact.power(1 - $0, gamma) * -Exact.log($0) },
      ], cursor: "entropy.p_truth", showsAll: true)
  }
}

extension SSD.NegativeSelection {
  fileprivate func formula(_ settings: Settings) -> String {
    let ratio = "keep the ⌊negative_ratio · positives⌋ negatives of highest CE"
    return switch rule {
    case .mining: ratio
    case .ohem: "\(ratio) of those that overlap no harder one by IoU > \(Number.text(settings[SSD.ohemNMS]))"
    case .focal: "keep all negatives, each weighed by (1 − α) (1 − p_truth)^γ"
    case .all: "keep all negatives"
    case .ohemKeepsAll: "sort the negatives by CE, keep the first of min(all, all)"
    }
  }

  /// What a newcomer should know where it is not the mining of the paper.
  fileprivate var meaning: String? {
    switch rule {
    case .mining: nil
    case .ohem:
      "As hard negative mining, but neighbours that are wrong for the same reason count once: a negative that overlaps a harder one is passed over."
    case .focal:
      "Focal loss throws nothing away. It turns easy answers down instead, so that even hundreds of them weigh little beside a hard one."
    case .all:
      "Every negative counts as much as a positive does. There are so many of them that together they drown the positives."
    case .ohemKeepsAll:
      "A mistake to look at: the negatives are sorted, but the cut is set after the last. The work is done and nothing is mined, so they drown the positives."
    }
  }

  /// The headline.
  fileprivate func sentence(positives: Int, _ entropy: [Double], _ settings: Settings) -> String {
    let all = Number.count(negatives)
    switch rule {
    case .focal:
      return "Nothing is cut: all \(all) negatives count, each turned down by its focal weight (1 − p_truth)^γ."
    case .all: return "Nothing is mined: all \(all) negatives count beside \(Number.plural(positives, "positive"))."
    case .ohemKeepsAll:
      return "\(all) of \(all) negatives kept: the cut lies after the last, so nothing is mined."
    case .mining, .ohem: break
    }
    let passed = suppressed.isEmpty ? "" : ", \(Number.count(suppressed.count)) passed over beside a harder one"
    let ratio = Number.text(settings[SSD.negativeRatio])
    guard let last = kept.last else {
      return positives == 0
        ? "No positive, so \(ratio) × 0 = 0 of \(all) negatives are kept: nothing is learned from this picture."
        : "\(Number.plural(positives, "positive")) → 0 of \(all) negatives kept\(passed): \(ratio) for each rounds down to none."
    }
    let cut = Number.text(entropy[last], digits: 4)
    return "\(Number.plural(positives, "positive")) → \(Number.count(kept.count)) of \(all) negatives kept\(passed); "
      + (cuts ? "the cut lies at CE \(cut)." : "\(ratio) × \(positives) is as many as there are, so none is left out.")
  }

  fileprivate func cutLabel(positives: Int, _ settings: Settings) -> String {
    switch rule {
    case .mining, .ohem:
      "\(Number.text(settings[SSD.negativeRatio])) for each of \(Number.plural(positives, "positive"))"
    case .focal, .all: "all are kept"
    case .ohemKeepsAll: "the cut of this OHEM: after the last"
    }
  }
}
