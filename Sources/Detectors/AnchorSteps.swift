import Boxes
import Tensors
import Traces

/// What the steps of anchor-based detectors leave in the trace beside their numbers: headlines, views,
/// hazards.
extension Iteration {
  mutating func describeAnchors(_ anchors: [Box]) {
    guard isShown else { return }
    let cell = grid.levels.first?.anchorsPerCell ?? 0
    var rows: [View.Table.Row] = []
    for (index, level) in grid.levels.enumerated() {
      let shapes = anchors[level.range].prefix(level.anchorsPerCell)
      let sides = shapes.map { $0.area.squareRoot() }
      let ends = [sides.min() ?? 0, sides.max() ?? 0].map { Number.text($0, digits: 3) }
      let sizes = ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])"
      rows.append(
        View.Table.Row(
          [level.name, "\(level.stride)", "\(level.width)×\(level.height)", Number.count(level.count), sizes],
          focus: Focus(level: index)))
      substep(
        level.name,
        "\(level.name): \(level.width)×\(level.height) cells of \(level.stride) px, \(level.anchorsPerCell) anchors each, sides \(sizes) px.",
        focus: Focus(level: index))
    }
    headline(
      "\(Number.count(grid.count)) anchors: \(cell) at each of "
        + "\(Number.count(grid.count / max(1, cell))) cells on \(grid.levels.count) levels.")
    let first = grid.levels.first.map { anchors[$0.range].prefix(cell) } ?? []
    let shapes = first.enumerated().map { index, box in
      View.Table.Row([
        "#\(index)", "\(Number.fixed(box.width, decimals: 1))×\(Number.fixed(box.height, decimals: 1))",
        Number.text(box.height / box.width, digits: 3),
      ])
    }
    show(
      .table(
        View.Table(
          title: "levels", columns: ["level", "stride", "cells", "anchors", "sides px"], rows: rows,
          note: "Small strides carry small anchors. { } goes through those of a cell.")),
      .table(
        View.Table(
          title: "the anchors of one \(grid.levels.first?.name ?? "") cell", columns: ["", "w×h", "height / width"],
          rows: shapes)))
  }

  mutating func describeOverlap(_ overlap: OverlapMatrix, thresholds: [Mark]) {
    guard isShown else { return }
    guard overlap.rows > 0 else {
      headline("No object, so nothing to overlap.")
      return
    }
    var best: [(iou: Double, anchor: Int)] = []
    for gt in 0..<overlap.rows {
      var top = (iou: -1.0, anchor: 0)
      for j in 0..<overlap.columns where overlap[gt, j] > top.iou { top = (overlap[gt, j], j) }
      best.append(top)
      let touching = (0..<overlap.columns).count { overlap[gt, $0] > 0 }
      substep(
        "gt \(gt)",
        "gt \(gt) (\(className(gt))) touches \(Number.count(touching)) anchors; the best, \(grid.label(of: top.anchor)), at IoU \(Number.text(top.iou, digits: 3)).",
        focus: Focus(level: grid.level(of: top.anchor), gt: gt, anchor: top.anchor))
    }
    let least = best.indices.min { best[$0].iou < best[$1].iou } ?? 0
    let lowest = "\(Number.text(best[least].iou, digits: 3)) (gt \(least), \(className(least)))"
    let highest = Number.text(best.map(\.iou).max() ?? 0, digits: 3)
    headline(
      "\(overlap.rows) × \(Number.count(overlap.columns)) overlaps. "
        + (best.count == 1 ? "The object's best is \(lowest)." : "Best of each object from \(lowest) to \(highest)."))
    show(
      .matrix(
        View.Matrix(title: "IoU with every anchor", value: "overlap.iou", marks: thresholds)),
      .priorMap(View.PriorMap(title: "IoU with the selected object", value: "overlap.iou", scale: .unit)))
  }

  mutating func describeTargets(_ targets: [Double], of matching: ThresholdMatching) {
    if settings[AnchorParameters.coding] == .center {
      trace.annotate { $0.formula = "t = ((Δcx / w, Δcy / h, ln(gt.w / w), ln(gt.h / h)) − mean) / std" }
    }
    let positives = matching.positives
    guard !positives.isEmpty else {
      headline("No positive anchor, so no box to learn: all targets stay 0.")
      return
    }
    let largest = positives.map { j in (j, (0..<4).map { abs(targets[j * 4 + $0]) }.max() ?? 0) }
      .max { $0.1 < $1.1 }
    let mean =
      positives.reduce(0.0) { sum, j in sum + (0..<4).reduce(0.0) { $0 + abs(targets[j * 4 + $1]) } }
      / Double(4 * positives.count)
    headline(
      "\(Number.plural(positives.count, "positive anchor")) with four numbers each, on average \(Number.text(mean, digits: 3)) in size; the largest, "
        + "\(Number.text(largest?.1 ?? 0, digits: 3)), bends \(grid.label(of: largest?.0 ?? 0)).")
    let names = BoxCoding(settings).names
    let rows = positives.sorted { matching.best.iou[$0] > matching.best.iou[$1] }.prefix(200).map { j in
      View.Table.Row(
        [grid.label(of: j), matching.owners[j].map { "gt \($0)" } ?? ""]
          + (0..<4).map { Number.fixed(targets[j * 4 + $0], decimals: 2) },
        focus: Focus(gt: matching.owners[j], anchor: j))
    }
    show(
      .table(
        View.Table(
          title: "targets of the positives, best IoU first", columns: ["anchor", "of"] + names, rows: Array(rows),
          note: "0 0 0 0 would be an anchor that fits already.")))
  }

  /// - Parameter cut: where only the largest of the losses count.
  mutating func describeBoxLoss(
    _ perAnchor: [Double], _ positives: [Int], _ loss: SmoothL1Loss, cut: View.Ranking.Cut? = nil
  ) {
    guard let term = trace.losses.first(where: { $0.name == "box" }),
      let total = trace.losses.last
    else { return }
    if loss.shape == .l1 { trace.annotate { $0.formula = "|d|,  Σ / max(1, positives)" } }
    let worst = positives.max { perAnchor[$0] < perAnchor[$1] }
    headline(
      positives.isEmpty
        ? "No positive anchor, so no box loss. Total \(Number.text(total.value))."
        : "Σ \(Number.text(term.sum)) / \(Number.text(term.normalizer.value)) = \(Number.text(term.value)); most from "
          + "\(grid.label(of: worst ?? 0)), with \(Number.text(perAnchor[worst ?? 0])). Total loss \(Number.text(total.value))."
    )
    partSubsteps(of: term)
    let reach = Swift.max(3 * loss.bend, 1)
    let xs = (0...120).map { reach * (Double($0) / 60 - 1) }
    show(
      .ranking(
        View.Ranking(
          title: "positives whose box is furthest off", value: "losses.box_per_anchor", heading: "loss",
          columns: [.init("gt", "match.gt"), .init("IoU", "match.max_iou")], cut: cut)),
      .curve(
        View.Curve(
          title: "loss of one number", xLabel: "d, prediction − target", yLabel: "loss",
          series: [
            View.Curve.Series(
              name: loss.label, x: xs,
              y: xs.map { loss.term($0).loss }),
            View.Curve.Series(name: "½d²", x: xs, y: xs.map { 0.5 * $0 * $0 }),
          ], marks: loss.bend > 0 ? [Mark(loss.notation == .sigma ? "1/σ²" : "β", loss.bend)] : [])),
      .priorMap(View.PriorMap(title: "box loss of each anchor", value: "losses.box_per_anchor", scale: .magnitude)))
  }

  func className(_ gt: Int) -> String { scene.classes[objects[gt].label] }
}

extension SmoothL1Loss {
  /// "smooth L1, σ 3".
  fileprivate var label: String {
    if shape == .l1 { return "L1" }
    return switch notation {
    case .sigma: "smooth L1, σ \(Number.text(sigma))"
    case .beta: "smooth L1, β \(Number.text(bend))"
    }
  }
}
