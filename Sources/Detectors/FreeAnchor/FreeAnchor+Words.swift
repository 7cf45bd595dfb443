import Tensors
import Traces

/// What FreeAnchor's steps say of their numbers, up to the bags: headlines, hazards, parts of a step.
extension Iteration {
  mutating func describeDecoded(_ iou: [Double], threshold: Double) {
    let best = recordBest(iou, columns: grid.count)
    show(
      .matrix(
        View.Matrix(
          title: "IoU of every guess with", value: "decoded.iou", marks: [Mark("t1", threshold)])),
      .priorMap(View.PriorMap(title: "IoU of the guesses with", value: "decoded.iou", scale: .unit)))
    guard let least = best.indices.min(by: { best[$0].iou < best[$1].iou }) else {
      return headline("\(Number.count(grid.count)) guesses, and no object to compare them with.")
    }
    let found = best.count { $0.iou > threshold }
    let greatest = best.map(\.iou).max() ?? 0
    headline(
      "Best IoU of a guess with each object: "
        + (best.count == 1
          ? "\(digits(greatest))."
          : "from \(digits(best[least].iou)) (gt \(least), \(className(least))) to \(digits(greatest)).")
        + " \(found == best.count ? "All are" : "\(found) of \(best.count) \(found == 1 ? "is" : "are")") over t1 = \(Number.text(threshold))."
    )
    for (gt, top) in best.enumerated() {
      substep(
        "gt \(gt)",
        "The best guess for gt \(gt) (\(className(gt))), from \(grid.label(of: top.anchor)), has IoU \(digits(top.iou)); "
          + (top.iou > threshold ? "that is over" : "that is not over") + " t1 = \(Number.text(threshold)).",
        focus: focus(gt, top.anchor))
    }
  }

  mutating func describe(_ saturation: Saturation) {
    let t1 = Number.text(saturation.lower)
    show(
      .curve(saturatedLine(saturation)), .table(propertyTable(t1)),
      .priorMap(
        View.PriorMap(
          title: "P that a guess has found", value: "saturation.box_prob", scale: .unit)),
      .priorMap(
        View.PriorMap(
          title: "largest P of each anchor, any class", value: "saturation.image_box_prob", scale: .unit)))
    guard !objects.isEmpty, let prob = trace["saturation.box_prob"]?.doubles else {
      return headline("No object, so no guess can have found one: P is 0 everywhere.")
    }
    let n = grid.count
    let any = (0..<n).count { j in objects.indices.contains { prob[$0 * n + j] > 0 } }
    let without = objects.indices.filter { trace["saturation.ones"]?[$0] == 0 }
    headline(
      (any == 0 ? "P is 0 for every guess" : "P is over 0 for \(Number.plural(any, "anchor")) of \(Number.count(n))")
        + (without.isEmpty
          ? "; it reaches 1 at each object's best guess."
          : ": \(without.count == objects.count ? "no object" : "\(without.count) of \(objects.count) objects") "
            + (without.count == objects.count ? "has a guess" : "\(without.count == 1 ? "has" : "have") no guess")
            + " over t1 = \(t1) yet."))
    for gt in objects.indices { describe(saturation, gt, count: prob[gt * n..<(gt + 1) * n].count { $0 > 0 }) }
  }

  private mutating func describe(_ saturation: Saturation, _ gt: Int, count: Int) {
    guard let best = trace["decoded.best_iou"]?[gt], let top = trace["decoded.best_anchor"]?[gt].map(Int.init),
      let ones = trace["saturation.ones"]?[gt].map(Int.init)
    else { return }
    let (name, t1) = ("gt \(gt) (\(className(gt)))", Number.text(saturation.lower))
    substep(
      "gt \(gt)",
      count == 0
        ? "\(name): the best guess, IoU \(digits(best)), is not over t1 = \(t1), so P is 0 for all."
        : "\(name): the line rises from t1 = \(t1) to t2 = \(digits(saturation.upper[gt])); "
          + "\(Number.count(count)) \(count == 1 ? "guess lies" : "guesses lie") on it.",
      focus: focus(gt, top))
    if ones == 0 {
      warn(
        Hazard(
          .nothingFound,
          "the best guess for \(name) has IoU \(digits(best)), not over t1 = \(t1): every anchor on it is still taught "
            + "to be background", focus: focus(gt, top)))
    }
    if ones > 1 {
      warn(
        Hazard(
          .contested, "\(ones) guesses tie for the best of \(name): P reaches 1 for all of them, not for one",
          focus: focus(gt, top)))
    }
    if abs(best - saturation.lower) < 1e-6 {
      warn(
        Hazard(
          .rounding, "the best IoU of a guess for \(name) is within 1e-6 of t1 = \(t1): rounding decides",
          focus: focus(gt, top)))
    }
  }

  private func saturatedLine(_ saturation: Saturation) -> View.Curve {
    let t1 = saturation.lower
    let series = saturation.upper.enumerated().map { gt, t2 in
      View.Curve.Series(name: "P", x: [0, t1, t2, max(t2, 1)], y: [0, 0, 1, 1], gt: gt)
    }
    let ends = saturation.upper.enumerated().map { gt, t2 in Mark("t2", t2, gt: gt) }
    return View.Curve(
      title: "P along the IoU of a guess with",
      xLabel: "IoU of the guess with the object", yLabel: "P", series: series, marks: [Mark("t1", t1)] + ends,
      cursor: objects.isEmpty ? nil : "decoded.iou", showsAll: true)
  }

  private func propertyTable(_ t1: String) -> View.Table {
    func mark(_ value: String, _ gt: Int) -> String { trace[value]?[gt] == 1 ? "✓ yes" : "✗ no" }
    let rows = objects.indices.map { gt in
      let ones = trace["saturation.ones"]?[gt].map(Int.init) ?? 0
      return View.Table.Row(
        [
          "gt \(gt)", mark("saturation.rises", gt), mark("saturation.zero_under_t1", gt),
          ones == 1 ? "✓ one" : ones == 0 ? "✗ none" : "✗ \(ones) tie",
        ], focus: Focus(gt: gt))
    }
    return View.Table(
      title: "what the paper asks of P, checked", columns: ["", "rises with IoU", "0 under t1", "1 for one anchor"],
      rows: rows,
      note: objects.isEmpty
        ? "No object on this picture."
        : "None: no guess is over t1 = \(t1). A tie: guesses equally good, and both count as found.")
  }

  mutating func describe(_ bags: AnchorBags, wanted: Int) {
    show(
      .candidates(
        View.Candidates(
          title: "the bag by IoU of the anchor", priors: "bags.anchor",
          columns: [.init("IoU", "bags.iou")], notes: objects.indices.map { note(onEndOf: bags, $0) })),
      .priorMap(View.PriorMap(title: "in a bag, or P > 0, or neither", value: "bags.state", scale: .state)),
      .table(bagTable(bags)))
    guard !objects.isEmpty else { return headline("No object, so no bag: every anchor is background.") }
    let shared = (trace["bags.count"]?.doubles ?? []).count { $0 > 1 }
    headline(
      "\(Number.plural(objects.count, "bag")) of \(Number.plural(bags.size, "anchor"))"
        + (bags.iou.min().map { ", down to IoU \(digits($0)) with the object" } ?? ": none is left to choose from")
        + (shared > 0 ? "; \(Number.plural(shared, "anchor")) \(shared == 1 ? "lies" : "lie") in several bags." : "."))
    warn(of: bags, wanted: wanted, shared: shared)
    for gt in objects.indices where bags.size > 0 {
      substep(
        "gt \(gt)",
        "gt \(gt) (\(className(gt))): IoU from \(digits(bags.iou[bags.range(of: gt).lowerBound])) to "
          + "\(digits(bags.iou[bags.range(of: gt).upperBound - 1])). \(note(onEndOf: bags, gt))",
        focus: focus(gt, bags.anchors[bags.range(of: gt).lowerBound]))
    }
  }

  private mutating func warn(of bags: AnchorBags, wanted: Int, shared: Int) {
    if bags.size < wanted {
      let left =
        bags.size < grid.count
        ? "only \(Number.count(bags.size)) anchors outside ignored objects" : "only \(Number.count(bags.size)) anchors"
      warn(
        Hazard(.smallBag, "bag_size is \(Number.count(wanted)), but the picture has \(left): each bag holds them all"))
    }
    for gt in bags.gaps.indices where bags.gaps[gt] < 1e-6 && bags.size > 0 {
      let last = bags.range(of: gt).upperBound - 1
      let apart = bags.iou[last] == 0
      warn(
        Hazard(
          .rounding,
          apart
            ? "the bag of gt \(gt) (\(className(gt))) ends among anchors that do not touch it: the first of them are in"
            : "the bag of gt \(gt) (\(className(gt))) ends between anchors of one IoU: rounding, or their order, decides",
          focus: focus(gt, bags.anchors[last])))
    }
    if shared > 0, let counts = trace["bags.count"]?.doubles,
      let most = counts.indices.max(by: { counts[$0] < counts[$1] })
    {
      warn(
        Hazard(
          .contested,
          "\(Number.plural(shared, "anchor")) \(shared == 1 ? "is" : "are") in several bags, \(grid.label(of: most)) in "
            + "\(Int(counts[most])): each bag may pull at it with another object", focus: Focus(anchor: most)))
    }
  }

  /// What decided where a bag ends.
  private func note(onEndOf bags: AnchorBags, _ gt: Int) -> String {
    guard bags.size > 0 else { return "No anchor is left to choose from." }
    guard bags.gaps.indices.contains(gt) else { return "It holds every anchor there is." }
    let last = bags.iou[bags.range(of: gt).upperBound - 1]
    return bags.gaps[gt] < 1e-6
      ? "The next outside ties with its last, at IoU \(digits(last))."
      : "The next outside has IoU \(digits(last - bags.gaps[gt])), \(Number.text(bags.gaps[gt], digits: 2)) less."
  }

  private func bagTable(_ bags: AnchorBags) -> View.Table {
    let rows = objects.indices.map { gt -> View.Table.Row in
      let members = bags.anchors[bags.range(of: gt)]
      let levels = grid.levels.map { level in members.count { level.range.contains($0) } }
      let iou = bags.iou[bags.range(of: gt)]
      return View.Table.Row(
        ["gt \(gt)", className(gt)] + levels.map { $0 == 0 ? "·" : "\($0)" }
          + [digits(iou.first ?? 0), digits(iou.last ?? 0)], focus: focus(gt, members.first))
    }
    return View.Table(
      title: "where the candidates lie, by level",
      columns: ["", "class"] + grid.levels.map(\.name) + ["best IoU", "last"],
      rows: rows, note: "However badly anchors fit an object, its bag is as large as the others'.")
  }

  func digits(_ number: Double) -> String { Number.text(number, digits: 3) }

  func focus(_ gt: Int, _ anchor: Int?) -> Focus {
    Focus(level: anchor.flatMap(grid.level(of:)), gt: gt, anchor: anchor)
  }
}
