import Boxes
import Tensors
import Traces

/// What the steps after the match made of a point, the latest first.
extension PointWhy {
  func costs(_ point: Int, _ owner: Int?) -> [Reason] {
    if trace["match.state"]?[point] == -1 {
      return trace["losses.cls_per_point"] == nil
        ? [] : [Reason("losses", words: "an ignored point is in no loss and gets no gradient")]
    }
    let label = owner.map { trace.scene.groundTruth[$0].label }
    let classes = settings.pointFocalLoss.reasons(point, label, trace)
    guard let owner else { return score(point) + classes }
    return score(point) + centerness(point) + boxCost(point) + classes + targets(point, owner)
  }

  /// The score that detection sorts by.
  private func score(_ point: Int) -> [Reason] {
    guard trace.step("detections") != nil, let score = trace["heads.score"]?[point],
      let logits = trace["predictions.cls_logits"]?.row(point), let x = trace["predictions.centerness"]?[point],
      let best = logits.indices.max(by: { logits[$0] < logits[$1] })
    else { return [] }
    let product =
      Formula.named("p_\(trace.scene.classes[best])", Exact.sigmoid(logits[best]))
      * .named("p_centerness", Exact.sigmoid(x))
    return [
      Reason("score", product, is: .init("heads.score", [point]), conclusion: "= \(Number.text(score, digits: 3))")
    ]
  }

  private func centerness(_ point: Int) -> [Reason] {
    guard let loss = trace["losses.centerness_per_point"]?[point], let x = trace["predictions.centerness"]?[point],
      let c = trace["targets.centerness"]?[point], let least = trace["centerness.least_per_point"]?[point]
    else { return [] }
    let logit = Formula.named("x", x)
    let formula = .max(logit, 0) - logit * .named("c", c) + .ln(1 + .exp(.negated(.abs(logit))))
    return [
      Reason(
        "centerness loss", formula, is: .init("losses.centerness_per_point", [point]),
        conclusion: "= \(Number.text(loss)), at least \(Number.text(least)) with this target")
    ]
  }

  private func targets(_ point: Int, _ gt: Int) -> [Reason] {
    guard let d = trace["targets.distances"]?.row(point), d.count == 4, let xy = trace["points.xy"]?.row(point),
      let c = trace["targets.centerness"]?[point]
    else { return [] }
    let box = trace.scene.groundTruth[gt].box
    let (x, y) = (Formula.named("x", xy[0]), Formula.named("y", xy[1]))
    let sides: [(String, Formula)] = [
      ("l", x - .named("gt.x1", box.x1)), ("t", y - .named("gt.y1", box.y1)),
      ("r", .named("gt.x2", box.x2) - x), ("b", .named("gt.y2", box.y2) - y),
    ]
    let (l, t) = (Formula.named("l", d[0]), Formula.named("t", d[1]))
    let (r, b) = (Formula.named("r", d[2]), Formula.named("b", d[3]))
    let middle = Formula.sqrt(.min(l, r) / .max(l, r) * (.min(t, b) / .max(t, b)))
    return [
      Reason("c", middle, is: .init("targets.centerness", [point]), conclusion: "= \(Number.text(c))")
    ]
      + sides.enumerated().map { side, item in
        Reason(
          item.0, item.1, is: .init("targets.distances", [point, side]), conclusion: "= \(Number.text(d[side])) px")
      }
  }

  /// What the predicted box costs, and what it weighs.
  private func boxCost(_ point: Int) -> [Reason] {
    guard let cost = trace["losses.box_weighted_per_point"]?[point], let loss = trace["losses.box_per_point"]?[point],
      let c = trace["targets.centerness"]?[point], let overlap = trace["box.overlap"]?[point]
    else { return [] }
    let kind = settings[FCOS.boxLossKind]
    let name = kind.rawValue
    let formula: Formula =
      kind == .iou
      ? .negated(.ln(.max(.named("IoU", overlap), .named("ε", 1e-6)))) : 1 - .named(name, overlap)
    return [
      Reason(
        "box loss", formula, is: .init("losses.box_per_point", [point]), conclusion: "= \(Number.text(loss))"),
      Reason(
        "its weight", .named("c", c) * .named("box loss", loss), is: .init("losses.box_weighted_per_point", [point]),
        conclusion: "= \(Number.text(cost)), before dividing by Σ c"),
    ] + overlapReasons(point, kind)
  }

  /// IoU from predicted and target distances.
  private func overlapReasons(_ point: Int, _ kind: FCOS.BoxLossKind) -> [Reason] {
    guard kind == .iou, let p = trace["predictions.distances"]?.row(point), p.count == 4,
      let pixels = trace["targets.distances"]?.row(point), pixels.count == 4,
      let overlap = trace["box.overlap"]?[point]
    else { return [] }
    let unit = settings[FCOS.normalizeByStride] ? Double(trace.priors.stride(of: point)) : 1
    let t = pixels.map { $0 / unit }
    let names = ["l", "t", "r", "b"]
    let guess = names.indices.map { Formula.named("p.\(names[$0])", p[$0]) }
    let truth = names.indices.map { Formula.named(names[$0], t[$0]) }
    let width = Formula.min(guess[0], truth[0]) + .min(guess[2], truth[2])
    let height = Formula.min(guess[1], truth[1]) + .min(guess[3], truth[3])
    let shared = width * height
    let i = Formula.named("i", shared.value)
    let union =
      (guess[0] + guess[2]) * (guess[1] + guess[3]) + (truth[0] + truth[2]) * (truth[1] + truth[3]) - i
    let words = unit == 1 ? "px" : "strides"
    return [
      Reason(
        "IoU", i / union, is: .init("box.overlap", [point]), conclusion: "= \(Number.text(overlap))"),
      Reason(
        "shared", words: "i = \(shared.substituted)",
        conclusion: "= \(Number.text(shared.value)); p. is predicted, in \(words)"),
    ]
  }

  /// What centerness can't fall under.
  var floor: [Reason] {
    guard let floor = trace["centerness.floor"]?[], let each = trace["centerness.least_per_point"]?.doubles,
      let term = trace.losses.first(where: { $0.name == "centerness" })
    else { return [] }
    let sum = Formula.named("Σ entropy of the targets", each.reduce(0, +))
    let positives = Formula.named("positives", term.normalizer.counted)
    return [
      Reason(
        "floor", sum / .max(1, positives), is: .init("centerness.floor"),
        conclusion: "= \(Number.text(floor)): soft targets keep it from 0")
    ]
  }
}
