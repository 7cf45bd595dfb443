import Boxes
import Tensors
import Traces

/// A candidate of an object, and an object with its whole bag.
extension BagWhy {
  func pair(_ gt: Int, _ j: Int) -> Explanation? {
    guard let object = objectBox(gt), (0..<trace.priors.count).contains(j) else { return nil }
    let overlap = trace["overlap.iou"] == nil ? [] : overlap(gt: gt, anchor: j)
    let place = place(of: j, in: gt)
    let decision =
      place.map { candidate(gt, j, $0, object) }
      ?? (trace["bags.anchor"] == nil ? [] : [outside(j, gt)].compactMap(\.self))
    let reasons = background(j) + decision + saturation(gt, j) + overlap
    return Explanation(
      element: .pair(gt: gt, anchor: j), subject: "anchor \(j) → gt \(gt) (\(className(gt)))",
      verdict: verdict(gt, j, place),
      reasons: reasons.isEmpty ? [Reason("pair", words: "they are compared in the steps to come")] : reasons)
  }

  private func verdict(_ gt: Int, _ j: Int, _ place: Int?) -> String {
    if trace["overlap.iou"] == nil { return "not compared yet" }
    guard let place else { return trace["bags.anchor"] == nil ? "not in a bag yet" : "no candidate" }
    let weight = trace["bags.weight"]?[gt, place].map { ", weight \(Number.text($0, digits: 3))" } ?? ""
    return "a candidate, place \(place + 1) of \(bagSize)\(weight)"
  }

  // MARK: A candidate

  private func candidate(_ gt: Int, _ j: Int, _ place: Int, _ object: Box) -> [Reason] {
    weight(gt, place) + likelihood(gt, j, place) + inside(gt, place) + targets(gt, j, place, object)
  }

  /// By which right it is in the bag.
  private func inside(_ gt: Int, _ place: Int) -> [Reason] {
    guard let iou = trace["bags.iou"]?[gt, place], let last = lastIoU(of: gt) else { return [] }
    return [
      Reason(
        "bag", Condition(.named("IoU", iou), .greaterOrEqual, .named("IoU of the bag's last", last)),
        conclusion: "in, at place \(place + 1) of \(bagSize)")
    ]
  }

  private func weight(_ gt: Int, _ place: Int) -> [Reason] {
    guard let weight = trace["bags.weight"]?[gt, place], let row = trace["bags.prob"]?.row(gt),
      row.indices.contains(place)
    else { return [] }
    let formula: Formula
    switch positive.function {
    case .meanMax:
      let sum = row.reduce(0) { $0 + 1 / max(1 - $1, BagFunction.least) }
      formula = 1 / .named("(1 − x)", max(1 - row[place], BagFunction.least)) / .named("Σ 1/(1 − x)", sum)
    case .mean: formula = 1 / .named("bag", Double(row.count))
    case .max: formula = .number(weight)
    }
    let share = "= \(Number.text(weight)), with \(Number.text(1 / Double(max(1, row.count)), digits: 3)) an equal share"
    return [Reason("weight", formula, is: .init("bags.weight", [gt, place]), conclusion: share)]
  }

  private func likelihood(_ gt: Int, _ j: Int, _ place: Int) -> [Reason] {
    guard let score = trace["bags.cls_prob"]?[gt, place], let fit = trace["bags.box_prob"]?[gt, place],
      let product = trace["bags.prob"]?[gt, place], let target = trace["bags.target"]?.row(gt),
      let deltas = trace["predictions.box_deltas"]?.row(j), deltas.count == 4,
      let logit = trace["predictions.cls_logits"]?[j, objects[gt].label]
    else { return [] }
    let terms = (0..<4).map {
      candidates.smoothL1.formula(
        deltas[$0] - target[place * 4 + $0], name: "d\($0 + 1)")
    }
    let misfit = terms.dropFirst().reduce(terms[0], +)
    return [
      Reason(
        "x", .named("P_cls", score) * .named("P_loc", fit), is: .init("bags.prob", [gt, place]),
        conclusion: "= \(Number.text(product))"),
      Reason(
        "P_cls", .sigmoid("logit", logit), is: .init("bags.cls_prob", [gt, place]),
        conclusion: "= \(Number.text(score)), its score for \(className(gt))"),
      Reason(
        "P_loc", .exp(.negated(.named("λ", candidates.boxWeight) * misfit)), is: .init("bags.box_prob", [gt, place]),
        conclusion: "= \(Number.text(fit)); d is prediction − target"),
    ]
  }

  private func targets(_ gt: Int, _ j: Int, _ place: Int, _ object: Box) -> [Reason] {
    guard let anchor = anchorBox(j), let values = trace["bags.target"] else { return [] }
    return candidates.coding.formulas(object, from: anchor).enumerated().map { k, formula in
      Reason(
        "target \(candidates.coding.names[k])", formula, is: .init("bags.target", [gt, place, k]),
        conclusion: "= \(Number.text(values[gt, place, k] ?? 0))")
    }
  }

  // MARK: P{a → b}

  /// P on the saturated line, and the overlap of the guess that it comes from.
  private func saturation(_ gt: Int, _ j: Int) -> [Reason] {
    guard let iou = trace["decoded.iou"]?[gt, j], let guess = trace["decoded.boxes"].flatMap({ Box(row: $0.row(j)) }),
      let object = objectBox(gt)
    else { return [] }
    let shared = Formula.named("i", object.intersection(with: guess))
    let union = .named("gt area", object.area) + .named("guess area", guess.area) - shared
    let overlap = Reason(
      "guess IoU", union.value < 1e-6 ? shared / .number(1e-6) : shared / union, is: .init("decoded.iou", [gt, j]),
      conclusion: "= \(Number.text(iou)), of the decoded guess and gt \(gt)")
    guard let prob = trace["saturation.box_prob"]?[gt, j] else { return [overlap] }
    guard prob > 0, let formula = saturated(gt, j) else {
      let missing = Number.text(threshold - iou, digits: 3)
      return [
        Reason(
          "P", Condition(.named("guess IoU", iou), .lessOrEqual, .named("t1", threshold)),
          conclusion: "P = 0; \(missing) short"), overlap,
      ]
    }
    return [
      Reason(
        "P", formula, is: .init("saturation.box_prob", [gt, j]),
        conclusion: "= \(Number.text(prob)), that it found gt \(gt)"),
      overlap,
    ]
  }

  /// (IoU − t1) / (t2 − t1) of a guess over t1; the differences as they are, since digits are lost in writing them out.
  func saturated(_ gt: Int, _ j: Int) -> Formula? {
    guard let iou = trace["decoded.iou"]?[gt, j], let upper = trace["saturation.upper"]?[gt] else { return nil }
    return .named("(IoU − t1)", iou - threshold) / .named("(t2 − t1)", upper - threshold)
  }

  // MARK: An object

  func object(_ gt: Int) -> Explanation? {
    guard let box = objectBox(gt) else { return nil }
    let probability = trace["bags.probability"]?[gt]
    let verdict =
      probability.map { "its bag has probability \(Number.text($0, digits: 3))" }
      ?? (trace["bags.anchor"] == nil ? "no bag yet" : "a bag of \(Number.plural(bagSize, "anchor"))")
    let sides = Reason(
      "box", words: "\(Number.text(box.width)) × \(Number.text(box.height)) px, \(className(gt))")
    return Explanation(
      element: .gt(gt), subject: "gt \(gt) (\(className(gt)))", verdict: verdict,
      reasons: positiveLoss(gt) + pool(gt) + upper(gt) + end(gt) + [sides])
  }

  private func positiveLoss(_ gt: Int) -> [Reason] {
    guard let loss = trace["losses.positive_per_gt"]?[gt], let probability = trace["bags.probability"]?[gt] else {
      return []
    }
    let surprise = Formula.negated(.ln(.named("B", probability)))
    let held = loss >= positive.alpha * PositiveBagLoss.ceiling
    return [
      Reason(
        "positive", .named("α", positive.alpha) * (held ? .min(surprise, .number(PositiveBagLoss.ceiling)) : surprise),
        is: .init("losses.positive_per_gt", [gt]),
        conclusion: "= \(Number.text(loss)), before dividing by the objects"
          + (held ? "; held there, nothing pulls" : ""))
    ]
  }

  /// The bag's probability and how many anchors share its weight: the heaviest spelt out.
  private func pool(_ gt: Int) -> [Reason] {
    guard let weights = trace["bags.weight"]?.row(gt), let x = trace["bags.prob"]?.row(gt), !weights.isEmpty,
      let effective = trace["bags.effective"]?[gt], let probability = trace["bags.probability"]?[gt]
    else { return [] }
    let order = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : x[$0] > x[$1] }
    let (shown, rest) = (order.prefix(3), order.dropFirst(3))
    func total(_ term: (Int) -> Formula, _ others: (Int) -> Double) -> Formula {
      let sum = shown.dropFirst().reduce(term(shown[0])) { $0 + term($1) }
      return rest.isEmpty ? sum : sum + .named("\(rest.count) others", rest.reduce(0) { $0 + others($1) })
    }
    let value = total({ .named("w\($0 + 1)", weights[$0]) * .named("x\($0 + 1)", x[$0]) }) { weights[$0] * x[$0] }
    let squares = total({ Formula.named("w\($0 + 1)", weights[$0]).power(2) }) { weights[$0] * weights[$0] }
    let best = trace["bags.anchor"]?[gt, shown[0]].map { trace.priors.label(of: Int($0)) } ?? ""
    return [
      Reason(
        "B", value, is: .init("bags.probability", [gt]),
        conclusion: "= \(Number.text(probability)), most weight on \(best)"),
      Reason(
        "effective", 1 / squares, is: .init("bags.effective", [gt]),
        conclusion: "= \(Number.text(effective, digits: 3)) of \(bagSize) anchors share the weight"),
    ] + functions(gt, x)
  }

  /// What the three functions make of the same bag.
  private func functions(_ gt: Int, _ x: [Double]) -> [Reason] {
    guard let best = x.max(), let mean = trace["bags.mean"]?[gt], let meanMax = trace["bags.mean_max"]?[gt] else {
      return []
    }
    let raw = x.map { 1 / max(1 - $0, BagFunction.least) }
    return [
      Reason(
        "mean", .named("Σ x", x.reduce(0, +)) / .named("bag", Double(x.count)), is: .init("bags.mean", [gt]),
        conclusion: "= \(Number.text(mean))"),
      Reason(
        "mean-max",
        .named("Σ x/(1 − x)", zip(raw, x).reduce(0) { $0 + $1.0 * $1.1 }) / .named("Σ 1/(1 − x)", raw.reduce(0, +)),
        is: .init("bags.mean_max", [gt]), conclusion: "= \(Number.text(meanMax))"),
      Reason("max", .named("x of the best", best), is: .init("bags.max", [gt]), conclusion: "= \(Number.text(best))"),
    ]
  }

  private func upper(_ gt: Int) -> [Reason] {
    guard let upper = trace["saturation.upper"]?[gt], let best = trace["decoded.best_iou"]?[gt],
      let j = trace["decoded.best_anchor"]?[gt].map(Int.init)
    else { return [] }
    return [
      Reason(
        "t2", .max(.named("best IoU of a guess", best), .named("t1", threshold) + .number(Saturation.least)),
        is: .init("saturation.upper", [gt]),
        conclusion: best > threshold
          ? "= \(Number.text(upper)), of the guess from \(trace.priors.label(of: j))"
          : "no guess is over t1: P is 0 for all, and all are background")
    ]
  }

  private func end(_ gt: Int) -> [Reason] {
    guard let last = lastIoU(of: gt), let first = trace["bags.iou"]?[gt, 0] else { return [] }
    let range = "IoU of anchor and object from \(Number.text(first, digits: 3)) down to \(Number.text(last, digits: 3))"
    guard let gap = trace["bags.gap"]?[gt] else {
      return [Reason("bag", words: range, conclusion: "it holds every anchor")]
    }
    return [
      Reason(
        "bag", words: range,
        conclusion: gap < 1e-6
          ? "the next outside ties with the last: rounding decides"
          : "the next outside has \(Number.text(gap, digits: 2)) less")
    ]
  }
}

extension NegativeBagLoss {
  /// The loss of one class as background at a logit, in symbols.
  func formula(_ x: Double, forgiven: Double, className: String) -> Formula {
    let (q, rest) = shown(x, forgiven: forgiven)
    return .named("(1 − α)", 1 - alpha) * Formula.named("q_\(className)", q).power(.named("γ", gamma))
      * .negated(.ln(.named("(1 − q_\(className))", rest)))
  }
}
