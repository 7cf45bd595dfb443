import Boxes
import Scenes
import Tensors
import Traces

/// The answers to "why" of the first stage: matching's, then what drawing, losses and suppression made of it.
extension FasterRCNN {
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    let settings = Settings(recordedIn: trace, of: FasterRCNN.self)
    let matching = MatchingWhy(trace, settings.regionThresholds)
    if trace["match.state"] == nil { return matching.undecided(element) }
    let why = ProposalWhy(trace: trace, settings: settings, matching: matching)
    switch element {
    case .anchor(let j): return why.anchor(j)
    case .gt(let gt): return why.object(gt)
    case .pair(let gt, let j):
      return matching.pair(gt: gt, anchor: j, then: why.consequences(of: j, owner: matching.owner(of: j)))
    case .loss(let name): return LedgerWhy(trace).loss(name)
    case .box(let row): return box(row, why)
    }
  }

  public static func explainScore(row: Int, label: Int, in trace: Trace) -> Formula? {
    guard let logits = trace["roi.cls_logits"]?.row(row), label < logits.count else { return nil }
    return .softmax(logits, label)
  }

  private static func box(_ row: BoxRow, _ why: ProposalWhy) -> Explanation? {
    switch row.kind {
    case .proposal: why.proposal(row.index)
    case .roi: RegionWhy(trace: why.trace, settings: why.settings, matching: why.matching).region(row.index)
    case .detection, .candidate: nil
    }
  }
}

/// Why anchors and GT of the region proposal network are what they are.
struct ProposalWhy {
  let trace: Trace
  let settings: Settings
  let matching: MatchingWhy

  func anchor(_ j: Int) -> Explanation? {
    guard let state = matching.state(of: j) else { return nil }
    let best = trace["match.best_gt"]?[j].map(Int.init)
    let owner = trace["match.gt"]?[j].map(Int.init).flatMap { $0 < 0 ? nil : $0 }
    let overlap = (owner ?? best).map { matching.overlap(gt: $0, anchor: j) } ?? []
    let relation = owner.map { " → gt \($0)" } ?? best.map { ", best with gt \($0)" } ?? ""
    return Explanation(
      element: .anchor(j), subject: "anchor \(j), \(trace.priors.label(of: j))\(relation)", verdict: state.verdict,
      reasons: state.reasons + consequences(of: j, owner: owner) + overlap)
  }

  /// What the steps after the match made of an anchor.
  func consequences(of j: Int, owner: Int?) -> [Reason] {
    let boxes = matching.anchorBox(j).map { anchor in
      (owner.flatMap { matching.objectBox($0) }.map { targets(j, $0, anchor) } ?? []) + decoded(j, anchor)
    }
    return draw(of: j) + fate(of: j) + boxLoss(j) + objectness(j) + (boxes ?? [])
  }

  /// Whether it was drawn, and from how many.
  private func draw(of j: Int) -> [Reason] {
    guard let code = trace["sample.state"]?[j], let state = trace["match.state"]?[j] else { return [] }
    let states = trace["match.state"]?.doubles ?? []
    let drawn = trace["sample.state"]?.doubles ?? []
    if state == -1 {
      return [Reason("drawn", words: "it is neither positive nor background", conclusion: "never drawn")]
    }
    let available = states.count { $0 == state }
    let count = drawn.count { $0 == state }
    let kind = state == 1 ? "positive anchors" : "background anchors"
    let words = "\(Number.count(count)) of \(Number.count(available)) \(kind) were drawn"
    return [Reason("drawn", words: words, conclusion: code == -1 ? "not this one: it is in no loss" : "this one too")]
  }

  private func objectness(_ j: Int) -> [Reason] {
    guard let logit = trace["predictions.objectness"]?[j], let truth = trace["objectness.p_t"]?[j],
      let drawn = trace["sample.state"]?[j], drawn != -1, let loss = trace["losses.rpn_objectness_per_anchor"]?[j]
    else { return [] }
    let isObject = trace["match.state"]?[j] == 1
    let x = Formula.named("x", logit)
    let name = isObject ? "p" : "(1 − p)"
    let conclusion = "= \(Number.text(loss)), before dividing by S"
    let traced = Reason.Traced("losses.rpn_objectness_per_anchor", [j])
    return [
      // Where p rounds to 0 the loss is the logit's own size.
      truth > 1e-300
        ? Reason("objectness", .negated(.ln(.named(name, truth))), is: traced, conclusion: conclusion)
        : Reason("objectness", .abs(x), is: traced, conclusion: conclusion),
      Reason(
        name, isObject ? .sigmoid("x", logit) : 1 / (1 + .exp(x)), is: .init("objectness.p_t", [j]),
        conclusion: "= \(Number.text(truth)), as it is \(isObject ? "positive" : "background")"),
    ]
  }

  private func boxLoss(_ j: Int) -> [Reason] {
    if trace["losses.rpn_box_per_anchor"] != nil, trace["sample.state"]?[j] != 1 {
      return [Reason("box loss", words: "only drawn positives have a box to learn", conclusion: "none here")]
    }
    guard trace["sample.state"]?[j] == 1, let loss = trace["losses.rpn_box_per_anchor"]?[j],
      let targets = trace["targets.box_deltas"]?.row(j), targets.count == 4,
      let predicted = trace["predictions.box_deltas"]?.row(j), predicted.count == 4
    else { return [] }
    let terms = (0..<4).map { Formula.abs(.named("d\($0 + 1)", predicted[$0] - targets[$0])) }
    return [
      Reason(
        "box loss", terms.dropFirst().reduce(terms[0], +), is: .init("losses.rpn_box_per_anchor", [j]),
        conclusion: "= \(Number.text(loss)), before dividing by S")
    ]
  }

  private func targets(_ j: Int, _ object: Box, _ anchor: Box) -> [Reason] {
    guard let targets = trace["targets.box_deltas"]?.row(j), targets.count == 4 else { return [] }
    let coding = settings.proposalCoding
    return coding.formulas(object, from: anchor).enumerated().map { k, formula in
      Reason(
        coding.names[k], formula, is: .init("targets.box_deltas", [j, k]), conclusion: "= \(Number.text(targets[k]))")
    }
  }

  /// The corners of the box that the prediction makes of the anchor.
  private func decoded(_ j: Int, _ anchor: Box) -> [Reason] {
    guard let box = trace["decoded.boxes"]?.row(j), box.count == 4,
      let deltas = trace["predictions.box_deltas"]?.row(j), deltas.count == 4
    else { return [] }
    let names = ["x1", "y1", "x2", "y2"]
    return settings.proposalCoding.decodingFormulas(deltas, from: anchor).enumerated().map { k, formula in
      Reason.robust(
        "decoded \(names[k])", formula, is: .init("decoded.boxes", [j, k]), conclusion: "= \(Number.text(box[k]))")
    }
  }

  /// What became of its box on the way to the proposals.
  private func fate(of j: Int) -> [Reason] {
    guard let code = trace["proposals.fate"]?[j], let place = trace["proposals.place"]?[j].map(Int.init) else {
      return []
    }
    let level = trace.priors.level(of: j).map { trace.priors.levels[$0].name } ?? ""
    let limits = settings.proposalLimits
    switch code {
    case 0: return [Reason("proposal", words: "kept by suppression", conclusion: "proposal \(place)")]
    case 1:
      return [
        Reason(
          "proposal",
          Condition(
            .named("place on \(level)", Double(place)), .greater, .named("proposals_before", Double(limits.before))),
          conclusion: "not considered")
      ]
    case 2: return [Reason("proposal", words: "nothing of its box lies inside the picture", conclusion: "dropped")]
    case 3:
      let overlap = trace["proposals.overlap"]?[j] ?? 0
      return [
        Reason(
          "proposal",
          Condition(
            .named("IoU with \(trace.priors.label(of: place))'s box", overlap), .greater,
            .named("rpn_nms", limits.threshold)),
          conclusion: "suppressed by the better one")
      ]
    default:
      return [
        Reason(
          "proposal",
          Condition(.named("place", Double(place)), .greater, .named("proposals_after", Double(limits.after))),
          conclusion: "not proposed")
      ]
    }
  }

  /// A GT: matching's answer, then how many of its anchors were drawn, which proposal comes nearest, what the second
  /// stage has of it.
  func object(_ gt: Int) -> Explanation? {
    guard let explanation = matching.object(gt), let box = matching.objectBox(gt) else { return nil }
    let later = [drawn(of: gt), nearest(to: gt, box), regions(of: gt)].compactMap(\.self)
    return Explanation(
      element: explanation.element, subject: explanation.subject, verdict: explanation.verdict,
      reasons: Array(explanation.reasons.prefix(1)) + later + Array(explanation.reasons.dropFirst(1)))
  }

  private func drawn(of gt: Int) -> Reason? {
    guard let drawn = trace["sample.positive"]?.doubles ?? (trace["sample.state"] == nil ? nil : []),
      let positives = trace["match.positives_of_gt"]?[gt], positives > 0
    else { return nil }
    let count = drawn.count { trace["match.gt"]?[Int($0)] == Double(gt) }
    return Reason(
      "drawn", words: "\(count) of its \(Number.plural(Int(positives), "positive anchor")) were drawn",
      conclusion: count == 0 ? "the RPN learns nothing of it this time" : "")
  }

  private func nearest(to gt: Int, _ object: Box) -> Reason? {
    guard let boxes = trace["proposals.boxes"] else { return nil }
    let overlaps = (0..<boxes.shape[0]).compactMap { Box(row: boxes.row($0)).map { object.iou(with: $0) } }
    guard let best = overlaps.indices.max(by: { overlaps[$0] < overlaps[$1] }) else { return nil }
    let here = Formula.named("IoU with proposal \(best)", overlaps[best])
    let threshold = Formula.named("roi_iou", settings[FasterRCNN.roiIoU])
    return overlaps[best] > threshold.value
      ? Reason("proposal", Condition(here, .greater, threshold), conclusion: "a proposal reaches it")
      : Reason("proposal", Condition(here, .lessOrEqual, threshold), conclusion: "no proposal reaches it")
  }

  private func regions(of gt: Int) -> Reason? {
    guard let owners = trace["roi.gt"]?.doubles, let drawn = trace["roi.drawn"]?.doubles,
      let from = trace["roi.anchor"]?.doubles
    else { return nil }
    let own = owners.indices.filter { owners[$0] == Double(gt) }
    let mixed = own.contains { from[$0] < 0 }
    return Reason(
      "regions",
      words:
        "\(Number.plural(own.count, "foreground region"))\(mixed ? ", its own box among them" : ""), \(own.count { drawn[$0] == 1 }) drawn",
      conclusion: own.isEmpty ? "the second stage never sees it as an object" : "")
  }

  /// A proposal: its anchor, its score, its box, and the GT it is nearest to.
  func proposal(_ index: Int) -> Explanation? {
    guard let anchor = trace["proposals.anchor"]?[index].map(Int.init), let score = trace["proposals.scores"]?[index],
      let box = trace["proposals.boxes"].flatMap({ Box(row: $0.row(index)) })
    else { return nil }
    var reasons: [Reason] = []
    if let logit = trace["predictions.objectness"]?[anchor] {
      reasons.append(
        Reason(
          "objectness", .sigmoid("x", logit), is: .init("proposals.scores", [index]),
          conclusion: "= \(Number.text(score)): place \(index + 1) of \(trace["proposals.scores"]?.count ?? 0)"))
    }
    if let gt = trace["proposals.gt"]?[index].map(Int.init), gt >= 0, let iou = trace["proposals.iou"]?[index] {
      reasons += matching.overlap(gt: gt, with: box, called: "proposal", is: .init("proposals.iou", [index]), iou)
    }
    reasons += matching.anchorBox(anchor).map { decoded(anchor, $0) } ?? []
    return Explanation(
      element: .box(BoxRow(.proposal, index)), subject: "proposal \(index), from \(trace.priors.label(of: anchor))",
      verdict: "objectness \(Number.text(score, digits: 3))", reasons: reasons)
  }
}

extension Reason {
  /// A formula whose text, of six digits a number, comes to its value; in words where its terms nearly cancel.
  static func robust(_ topic: String, _ formula: Formula, is traced: Traced, conclusion: String) -> Reason {
    abs(formula.value) > 0.01 * formula.largestTerm
      ? Reason(topic, formula, is: traced, conclusion: conclusion)
      : Reason(topic, words: formula.symbolic + ", whose terms nearly cancel", conclusion: conclusion)
  }
}

extension Formula {
  /// The largest magnitude among what is added and taken away.
  fileprivate var largestTerm: Double {
    switch self {
    case .sum(let a, let b), .difference(let a, let b): Swift.max(a.largestTerm, b.largestTerm)
    default: Swift.abs(value)
    }
  }
}

extension BoxCoding {
  /// The four corners that four numbers describe from an anchor, in symbols.
  func decodingFormulas(_ deltas: [Double], from anchor: Box) -> [Formula] {
    let d = (0..<4).map { k -> Formula in
      let raw = Formula.named(names[k], deltas[k])
      let scaled = deviations[k] == 1 ? raw : raw * .named("std", deviations[k])
      return means[k] == 0 ? scaled : scaled + .named("mean", means[k])
    }
    let (w, h) = (Formula.named("w", anchor.width), Formula.named("h", anchor.height))
    switch kind {
    case .corner:
      return [
        .named("a.x1", anchor.x1) + d[0] * w, .named("a.y1", anchor.y1) + d[1] * h,
        .named("a.x2", anchor.x2) + d[2] * w, .named("a.y2", anchor.y2) + d[3] * h,
      ]
    case .center:
      let x = Formula.named("a.cx", anchor.centerX) + d[0] * w
      let y = Formula.named("a.cy", anchor.centerY) + d[1] * h
      let halfWidth = 0.5 * w * .exp(clamped(d[2]))
      let halfHeight = 0.5 * h * .exp(clamped(d[3]))
      return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight]
    }
  }

  private func clamped(_ d: Formula) -> Formula {
    if d.value > largestLogScale { return .named("most", largestLogScale) }
    return d.value < smallestLogScale ? .named("least", smallestLogScale) : d
  }
}
