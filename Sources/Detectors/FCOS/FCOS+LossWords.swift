import Boxes
import Tensors
import Traces

/// What the steps from the targets on leave in the trace beside their numbers: headlines, views, hazards.
extension Iteration {
  mutating func describe(_ targets: PointTargets, _ positives: [Int]) {
    guard !positives.isEmpty else {
      return headline("No positive point, so no box to learn: all targets stay 0.")
    }
    let distances = positives.flatMap { point in (0..<4).map { targets.distances[point * 4 + $0] } }
    let centerness = positives.map { targets.centerness[$0] }
    headline(
      "\(Number.plural(positives.count, "positive point")): distances from \(Number.text(distances.min() ?? 0, digits: 3)) to "
        + "\(Number.text(distances.max() ?? 0, digits: 3)) px, centerness from \(Number.text(centerness.min() ?? 0, digits: 2)) to "
        + "\(Number.text(centerness.max() ?? 0, digits: 2)).")
    let owners = trace["match.gt"]
    let rows = positives.sorted { targets.centerness[$0] > targets.centerness[$1] }.prefix(200).map { point in
      let gt = owners?[point].map(Int.init)
      return View.Table.Row(
        [grid.label(of: point), gt.map { "gt \($0)" } ?? ""]
          + (0..<4).map { Number.fixed(targets.distances[point * 4 + $0], decimals: 1) }
          + [Number.fixed(targets.centerness[point], decimals: 2)], focus: Focus(gt: gt, anchor: point))
    }
    let xs = (0...100).map { Double($0) / 100 * 0.998 + 0.001 }
    show(
      .table(
        View.Table(
          title: "targets of the positives, most central first", columns: ["point", "of", "l", "t", "r", "b", "c"],
          rows: Array(rows), note: "l, t, r, b: pixels to the left, top, right and bottom side. c: centerness.")),
      .priorMap(
        View.PriorMap(title: "centerness that is to be predicted", value: "targets.centerness", scale: .unit)),
      .curve(
        View.Curve(
          title: "centerness on the way through a box", xLabel: "l / (l + r), from the left side to the right",
          yLabel: "√(min(l,r) / max(l,r))",
          series: [
            View.Curve.Series(
              name: "at half height", x: xs, y: xs.map { (min($0, 1 - $0) / max($0, 1 - $0)).squareRoot() })
          ])))
  }

  // MARK: Boxes

  /// P: what the predicted distances span, in pixels.
  var decodedBoxes: [Box] {
    let distances = tape[prediction("distances")].elements
    let isInStrides = settings[FCOS.normalizeByStride]
    return grid.points.enumerated().map { index, point in
      let unit = isInStrides ? Double(grid.stride(of: index)) : 1
      func d(_ side: Int) -> Double { Double(distances[index * 4 + side]) * unit }
      return Box(point.x - d(0), point.y - d(1), point.x + d(2), point.y + d(3))
    }
  }

  mutating func record(
    _ result: PointBoxLoss.Result, of loss: PointBoxLoss, _ targets: PointTargets, positives: [Int],
    gradient: (by: Tape.Variable, Tensor)
  ) {
    let n = grid.count
    record("losses.box_per_point", shape: [n], result.perPoint)
    var weighted = [Double](repeating: 0, count: n)
    for point in positives { weighted[point] = loss.weight(targets, point) * result.perPoint[point] }
    record("losses.box_weighted_per_point", shape: [n], weighted)
    let parts = grid.levels.enumerated().map { index, level in
      LossTerm.Part(level.name, weighted[level.range].reduce(0, +), focus: Focus(level: index))
    }
    record(
      LossTerm(
        name: "box", title: "box", parts: parts,
        normalizer: .init(
          loss.isWeighted ? "Σ centerness" : "positives", result.weight, floor: PointBoxLoss.leastWeight),
        contributions: "losses.box_weighted_per_point"), gradients: [gradient])
    record("decoded.boxes", shape: [n, 4], decodedBoxes.flatMap(\.corners))
  }

  mutating func describeBoxLoss(
    _ loss: PointBoxLoss, _ targets: PointTargets, _ positives: [Int], kind: FCOS.BoxLossKind
  ) {
    let name = kind.rawValue
    let (product, sum) = loss.isWeighted ? ("c·loss", "Σ c") : ("loss", "positives")
    trace.annotate { $0.formula = (kind == .iou ? "−ln IoU" : "1 − \(name)") + ",  Σ \(product) / \(sum)" }
    let overlaps = overlaps(loss, targets, positives)
    record("box.overlap", shape: [overlaps.count], overlaps)
    guard let term = trace.losses.last, !positives.isEmpty else {
      return headline("No positive point, so no box loss.")
    }
    let mean = positives.reduce(0) { $0 + overlaps[$1] } / Double(positives.count)
    headline(
      "Σ \(product) \(Number.text(term.sum)) / \(sum) \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); "
        + "the \(name) of the positives' boxes with their objects is \(Number.text(mean, digits: 3)) on average.")
    partSubsteps(of: term)
    let least = kind == .iou ? 0.01 : -1
    let xs = (0...200).map { least + (1 - least) * Double($0) / 200 }
    show(
      .ranking(
        View.Ranking(
          title: "positives whose box costs most", value: "losses.box_weighted_per_point", heading: product,
          columns: [
            .init("loss", "losses.box_per_point"), .init("c", "targets.centerness"), .init(name, "box.overlap"),
            .init("gt", "match.gt"),
          ])),
      .curve(
        View.Curve(
          title: "loss of one box", xLabel: "\(name) of predicted box and object", yLabel: "loss",
          series: [
            View.Curve.Series(
              name: kind == .iou ? "−ln IoU" : "1 − \(name)", x: xs,
              y: xs.map { kind == .iou ? -Exact.log($0) : 1 - $0 })
          ], cursor: "box.overlap")),
      .priorMap(
        View.PriorMap(
          title: "box loss of each point" + (loss.isWeighted ? ", times its centerness" : ""),
          value: "losses.box_weighted_per_point",
          scale: .magnitude)))
  }

  /// P: the measure that the box loss is made of; 0 where not positive.
  private func overlaps(_ loss: PointBoxLoss, _ targets: PointTargets, _ positives: [Int]) -> [Double] {
    let distances = tape[prediction("distances")]
    var overlaps = [Double](repeating: 0, count: grid.count)
    for point in positives {
      let unit = loss.isInStrides ? Double(grid.stride(of: point)) : 1
      overlaps[point] =
        loss.loss.overlap(loss.predicted(distances, point), loss.target(targets, point, unit: unit)).value
    }
    return overlaps
  }

  // MARK: Centerness

  mutating func describe(_ loss: CenternessLoss.Result, _ targets: PointTargets, _ positives: [Int]) {
    let n = grid.count
    let logits = tape[prediction("centerness")].elements
    record("centerness.prob", shape: [n], logits.map { Exact.sigmoid(Double($0)) })
    record("centerness.least_per_point", shape: [n], loss.leastPerPoint)
    record("centerness.excess", shape: [n], (0..<n).map { loss.perPoint[$0] - loss.leastPerPoint[$0] })
    let floor = loss.leastPerPoint.reduce(0, +) / Double(max(1, positives.count))
    trace.record(Value("centerness.floor", scalar: floor))
    guard let term = trace.losses.first(where: { $0.name == "centerness" }), let total = trace.losses.last else {
      return
    }
    guard !positives.isEmpty else {
      return headline("No positive point, so no centerness loss. Total loss \(Number.text(total.value)).")
    }
    headline(
      "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)), of which "
        + "\(Number.text(floor)) is the targets' own entropy and can't be learned away. Total loss \(Number.text(total.value))."
    )
    partSubsteps(of: term)
    if floor > 0, term.value <= floor * 1.03 {
      warn(
        Hazard(
          .atFloor,
          "the centerness loss \(Number.text(term.value)) is at its floor \(Number.text(floor)), the entropy of its targets: it can fall no further"
        ))
    }
    showCenterness()
  }

  private mutating func showCenterness() {
    // Even steps of the logit: as fine near 0 and 1, where the curves bend, as between.
    let logits = (0...200).map { Double($0) / 200 * 12 - 6 }
    let xs = logits.map(Exact.sigmoid)
    let series = [1, 0.7, 0.3].map { c in
      View.Curve.Series(name: "c \(Number.text(c))", x: xs, y: logits.map { CenternessLoss.crossEntropy($0, c) })
    }
    let floor = View.Curve.Series(name: "floor, where p = c", x: xs, y: xs.map(CenternessLoss.entropy))
    show(
      .curve(
        View.Curve(
          title: "loss of one guess, for three targets c", xLabel: "p, predicted centerness", yLabel: "loss",
          series: series + [floor], cursor: "centerness.prob")),
      .ranking(
        View.Ranking(
          title: "positives furthest over their floor", value: "centerness.excess", heading: "over",
          columns: [
            .init("loss", "losses.centerness_per_point"), .init("p", "centerness.prob"),
            .init("c", "targets.centerness"), .init("gt", "match.gt"),
          ])),
      .history(
        View.History(
          title: "centerness loss and its floor", yLabel: "loss",
          lines: [.init("loss", "losses.centerness"), .init("floor", "centerness.floor")])),
      .priorMap(View.PriorMap(title: "predicted centerness", value: "centerness.prob", scale: .unit)))
  }

  // MARK: Detections

  /// The heads' scores, and the two numbers that each is the product of.
  mutating func showWhatScoresAreMadeOf() {
    let logits = tape[prediction("cls_logits")]
    let classes = logits.shape[1]
    let likeliest = (0..<grid.count).map { point in
      Exact.sigmoid(Double(logits.elements[point * classes..<(point + 1) * classes].max() ?? 0))
    }
    let centerness = tape[prediction("centerness")].elements.map { Exact.sigmoid(Double($0)) }
    record("detections.class_score", shape: [grid.count], likeliest)
    record("detections.centerness", shape: [grid.count], centerness)
    let view = View.ranking(
      View.Ranking(
        title: "points of highest score", value: "heads.score", heading: "score",
        columns: [
          .init("class", "detections.class_score"), .init("centerness", "detections.centerness"),
          .init("gt", "match.gt"),
        ]))
    trace.annotate { $0.views.append(view) }
  }
}
