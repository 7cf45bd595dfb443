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
    guard let owner else {
      let none = BoxTermsWhy.none(trace, "losses.box_per_point")
      let centerness = trace["losses.centerness_per_point"].map { _ in
        [Reason("centerness", words: "only positives have a centerness to learn", conclusion: "none here")]
      }
      return score(point) + (centerness ?? []) + none + classes
    }
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
        "centerness", formula, is: .init("losses.centerness_per_point", [point]),
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
    let box = Reason(
      "box loss", formula, is: .init("losses.box_per_point", [point]), conclusion: "= \(Number.text(loss))")
    guard settings.pointBoxLoss.isWeighted else { return [box] + overlapReasons(point, kind) }
    return [
      box,
      Reason(
        "its weight", .named("c", c) * .named("box loss", loss), is: .init("losses.box_weighted_per_point", [point]),
        conclusion: "= \(Number.text(cost)), before dividing by Σ c"),
    ] + overlapReasons(point, kind)
  }

  /// What the overlap of the predicted box with the object is made of. In pixels or strides, as distances are predicted.
  private func overlapReasons(_ point: Int, _ kind: FCOS.BoxLossKind) -> [Reason] {
    guard let p = trace["predictions.distances"]?.row(point), p.count == 4,
      let pixels = trace["targets.distances"]?.row(point), pixels.count == 4,
      let overlap = trace["box.overlap"]?[point]
    else { return [] }
    let isInStrides = settings[FCOS.normalizeByStride]
    let t = pixels.map { isInStrides ? $0 / Double(trace.priors.stride(of: point)) : $0 }
    let parts = OverlapParts(
      predicted: Box(-p[0], -p[1], p[2], p[3]), target: Box(-t[0], -t[1], t[2], t[3]), measure: overlap)
    let sides = zip(p, t).map { "\(Number.text($0, digits: 3)) for \(Number.text($1, digits: 3))" }
    return parts.reasons(kind, point)
      + [
        Reason(
          "guess", words: zip(["l", "t", "r", "b"], sides).map { "\($0) \($1)" }.joined(separator: "  "),
          conclusion: "predicted for wanted, in \(isInStrides ? "strides" : "px")")
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

/// The quantities of IoU and its kin for a predicted and a wanted box, with mmdetection's ε.
private struct OverlapParts {
  let predicted: Box
  let target: Box
  /// What they come to: IoU, GIoU, DIoU or CIoU.
  let measure: Double

  private static let epsilon = 1e-6

  private var shared: Double { predicted.intersection(with: target) }
  private var union: Double { predicted.area + target.area - shared }

  private var hull: Box {
    Box(
      min(predicted.x1, target.x1), min(predicted.y1, target.y1), max(predicted.x2, target.x2),
      max(predicted.y2, target.y2))
  }

  func reasons(_ kind: FCOS.BoxLossKind, _ point: Int) -> [Reason] {
    let isDistance = kind == .diou || kind == .ciou
    let divisor = isDistance ? union + Self.epsilon : max(union, Self.epsilon)
    let iou = Formula.named("IoU", shared / divisor)
    let area = Reason(
      "IoU", words: "i / u = \(Formula.digits(shared)) / \(Formula.digits(divisor))",
      conclusion: "= \(Number.text(iou.value)): i shared area, u area of both")
    func made(of formula: Formula) -> Reason {
      Reason(
        kind.rawValue, formula, is: .init("box.overlap", [point]), conclusion: "= \(Number.text(measure))")
    }
    switch kind {
    case .iou:
      return [made(of: .named("i", shared) / .named("u", divisor))]
    case .giou:
      let empty = (hull.area - divisor) / max(hull.area, Self.epsilon)
      return [made(of: iou - .named("empty part of the hull", empty)), area]
    case .diou: return [made(of: iou - distance), area]
    case .ciou:
      return [made(of: iou - distance - .named("αv", shapePenalty(iou.value))), area]
    }
  }

  /// Squared distance of the centres over the hull's squared diagonal.
  private var distance: Formula {
    let dx = predicted.centerX - target.centerX
    let dy = predicted.centerY - target.centerY
    let diagonal = hull.width * hull.width + hull.height * hull.height + Self.epsilon
    return .named("(d/c)²", (dx * dx + dy * dy) / diagonal)
  }

  /// αv: v = 4/π² · (difference of atan w/h)², α = v / (1 − IoU + v).
  private func shapePenalty(_ iou: Double) -> Double {
    func angle(_ box: Box) -> Double { Exact.atan(box.width / (box.height + Self.epsilon)) }
    let difference = angle(target) - angle(predicted)
    let v = 4 / (Double.pi * Double.pi) * difference * difference
    return v > 0 ? v * v / (1 - iou + v) : 0
  }
}
