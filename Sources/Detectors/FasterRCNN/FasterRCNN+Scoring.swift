import Boxes
import Tensors
import Traces

/// What the second stage's scores and losses leave in the trace.
extension Iteration {
  mutating func describeScores(_ regions: RegionMatching) {
    guard let logits = trace["roi.cls_logits"] else { return }
    let classes = logits.shape[1] - 1
    var probabilities: [Double] = []
    var labels: [Int32] = []
    var scores: [Double] = []
    for r in 0..<logits.shape[0] {
      let p = SoftmaxCrossEntropy.probabilities(logits.row(r))
      let best = (0..<classes).max { p[$0] != p[$1] ? p[$0] < p[$1] : $0 > $1 } ?? 0
      probabilities += p
      labels.append(Int32(best))
      scores.append(p[best])
    }
    record("roi.probs", shape: logits.shape, probabilities)
    record("roi.scores", shape: [scores.count], scores)
    record("roi.labels", shape: [labels.count], labels)
    let background = (0..<logits.shape[0]).map { probabilities[$0 * (classes + 1) + classes] }
    let mean = background.reduce(0, +) / Double(max(1, background.count))
    let best = scores.indices.max { scores[$0] != scores[$1] ? scores[$0] < scores[$1] : $0 > $1 } ?? 0
    headline(
      "\(Number.plural(scores.count, "region")), \(classes + 1) scores each. Background gets \(Number.text(mean, digits: 2)) on average; "
        + "the surest of an object is region \(best): \(scene.classes[Int(labels[best])]), \(Number.text(scores[best], digits: 3))."
    )
    show(
      .boxes(
        View.BoxList(
          title: "regions and their likeliest class", boxes: "roi.boxes", labels: "roi.labels", scores: "roi.scores",
          anchors: "roi.anchor", kind: .roi)),
      .table(scoreTable(regions, probabilities, classes)))
  }

  private func scoreTable(_ regions: RegionMatching, _ probabilities: [Double], _ classes: Int) -> View.Table {
    let shown = min(classes, 6)
    let rows = regions.boxes.indices.map { r in
      let p = probabilities[r * (classes + 1)..<(r + 1) * (classes + 1)]
      return View.Table.Row(
        ["\(r)", regions.owners[r].map { "gt \($0)" } ?? "−"]
          + (p.prefix(shown) + p.suffix(1)).map { Number.fixed($0, decimals: 2) },
        focus: Focus(gt: regions.owners[r], box: BoxRow(.roi, r)))
    }
    return View.Table(
      title: "probabilities of each region", columns: ["RoI", "of"] + scene.classes.prefix(shown) + ["background"],
      rows: rows, note: "A row adds up to 1\(classes > shown ? "; not all classes are shown" : "").")
  }

  mutating func record(_ loss: RegionClassLoss, by logits: Tape.Variable?) {
    record("roi.target", shape: [loss.targets.count], loss.targets.map { Int32($0 ?? -1) })
    record("losses.roi_cls_per_roi", shape: [loss.perRegion.count], loss.perRegion)
    let background = scene.classes.count
    record(
      LossTerm(
        name: "roi_cls", title: "second stage: classes",
        parts: [
          .init("foreground", loss.sum { $0 != background }), .init("background", loss.sum { $0 == background }),
        ], normalizer: .init("drawn", Double(loss.drawn)), contributions: "losses.roi_cls_per_roi"),
      gradients: logits.map { [($0, loss.gradient)] } ?? [])
  }

  mutating func describe(_ loss: RegionClassLoss, _ regions: RegionMatching) {
    guard let term = trace.losses.first(where: { $0.name == "roi_cls" }) else { return }
    let drawn = regions.sample
    headline(
      loss.drawn == 0
        ? "No region was drawn, so there is no class loss."
        : "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); "
          + "\(Number.plural(drawn.positives.count, "foreground region")) \(drawn.positives.count == 1 ? "costs" : "cost") \(Number.text(term.parts[0].sum)), "
          + "\(drawn.negatives.count) background \(Number.text(term.parts[1].sum)).")
    partSubsteps(of: term)
    let probabilities = trace["roi.probs"]
    let order = loss.perRegion.indices.filter { loss.targets[$0] != nil }.sorted {
      loss.perRegion[$0] > loss.perRegion[$1]
    }
    let rows = order.map { r in
      let target = loss.targets[r] ?? 0
      return View.Table.Row(
        [
          "\(r)", target < scene.classes.count ? scene.classes[target] : "background",
          Number.text(probabilities?[r, target] ?? .nan, digits: 3), Number.text(loss.perRegion[r], digits: 3),
        ], focus: Focus(gt: regions.owners[r], box: BoxRow(.roi, r)))
    }
    let xs = (0...200).map { Exact.sigmoid(Double($0) / 200 * 14 - 7) }
    show(
      .table(
        View.Table(
          title: "drawn regions that cost most", columns: ["RoI", "should be", "p of it", "−ln p"], rows: rows)),
      .curve(
        View.Curve(
          title: "loss of one answer", xLabel: "p of the right class", yLabel: "loss",
          series: [View.Curve.Series(name: "cross entropy, −ln p", x: xs, y: xs.map { -Exact.log($0) })])))
  }

  mutating func record(_ loss: RegionBoxLoss, _ regions: RegionMatching, by deltas: Tape.Variable?) {
    record("roi.targets", shape: [loss.perRegion.count, 4], loss.targets)
    record("losses.roi_box_per_roi", shape: [loss.perRegion.count], loss.perRegion)
    var sums = [Double](repeating: 0, count: objects.count)
    for r in regions.sample.positives { if let gt = regions.owners[r] { sums[gt] += loss.perRegion[r] } }
    let parts = sums.enumerated().map { LossTerm.Part("gt \($0)", $1, focus: Focus(gt: $0)) }
    record(
      LossTerm(
        name: "roi_box", title: "second stage: boxes", parts: parts.isEmpty ? [.init("no object", 0)] : parts,
        normalizer: .init("drawn", Double(loss.drawn)), contributions: "losses.roi_box_per_roi"),
      gradients: deltas.map { [($0, loss.gradient)] } ?? [])
  }

  mutating func describe(_ loss: RegionBoxLoss, _ regions: RegionMatching) {
    guard let term = trace.losses.first(where: { $0.name == "roi_box" }), let total = trace.losses.last else { return }
    let drawn = regions.sample.positives
    let worst = drawn.max { loss.perRegion[$0] < loss.perRegion[$1] }
    headline(
      worst.map {
        "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); most from region \($0), "
          + "with \(Number.text(loss.perRegion[$0])). Total loss \(Number.text(total.value))."
      } ?? "No foreground region was drawn, so no box loss. Total loss \(Number.text(total.value)).")
    partSubsteps(of: term)
    let names = BoxCoding(kind: .center, means: [0, 0, 0, 0], deviations: [1, 1, 1, 1]).names
    let rows = drawn.sorted { loss.perRegion[$0] > loss.perRegion[$1] }.map { r in
      View.Table.Row(
        ["\(r)", regions.owners[r].map { "gt \($0)" } ?? ""]
          + (0..<4).map { Number.fixed(loss.targets[4 * r + $0], decimals: 2) }
          + [Number.text(loss.perRegion[r], digits: 3)],
        focus: Focus(gt: regions.owners[r], box: BoxRow(.roi, r)))
    }
    show(
      .table(
        View.Table(
          title: "targets of the drawn foreground, dearest first", columns: ["RoI", "of"] + names + ["loss"],
          rows: rows,
          note:
            "Differences divided by \(settings[FasterRCNN.roiDeviations].map { Number.text($0) }.joined(separator: " "))."
        )))
  }

  mutating func describeNoRegionBoxes() {
    headline("second_stage_boxes is off: regions keep the proposals' boxes, and only their classes are learnt.")
  }
}

extension RegionClassLoss {
  /// Over the drawn regions whose target passes.
  fileprivate func sum(where passes: (Int) -> Bool) -> Double {
    targets.indices.reduce(0) { sum, r in
      if let target = targets[r], passes(target) { sum + perRegion[r] } else { sum }
    }
  }
}

extension RegionProposals {
  /// How many boxes that went into suppression overlap an object by more than a threshold, yet are no proposal.
  func lost(_ object: Box, over threshold: Double) -> Int {
    fates.indices.count { j in
      switch fates[j] {
      case .suppressed, .pastCut: object.iou(with: clipped[j]) > threshold
      case .proposed, .pastLevelCut, .empty: false
      }
    }
  }
}
