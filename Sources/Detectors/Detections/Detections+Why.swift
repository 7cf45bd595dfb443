import Boxes
import Scenes
import Tensors
import Traces

/// Why a candidate was kept or suppressed, and why a detection is true or false, from the trace alone.
struct DetectionWhy {
  let trace: Trace
  let settings: Settings
  /// The score of a class of a row, a prior or a region, in symbols.
  let score: (_ row: Int, _ label: Int) -> Formula?

  func explain(_ row: BoxRow) -> Explanation? {
    switch row.kind {
    case .candidate: candidate(row)
    case .detection: detection(row)
    case .proposal, .roi: nil
    }
  }

  // MARK: Candidates

  private func candidate(_ row: BoxRow) -> Explanation? {
    guard let candidate = listed(.candidate, row.index) else { return nil }
    let suppressor = whole("suppression.by", row.index).flatMap { listed(.candidate, $0) }
    let detection = (trace["detections.candidate"]?.doubles ?? []).firstIndex(of: Double(row.index))
    let verdict =
      suppressor.map { "suppressed by candidate \($0.index)" }
      ?? detection.map { "kept, as detection \($0)" } ?? "kept, but others are better"
    let decision = suppressor.map { suppressed(candidate, by: $0) } ?? kept(candidate)
    let most = settings[SharedParameters.maxDetections]
    let late = Reason("left", words: "max_detections takes the best \(most) alone", conclusion: "no detection")
    return Explanation(
      element: .box(row), subject: "candidate \(row.index), \(name(candidate))", verdict: verdict,
      reasons: decision + (suppressor == nil && detection == nil ? [late] : [])
        + scored(candidate, "suppression.scores") + [origin(candidate)])
  }

  private func suppressed(_ candidate: Listed, by suppressor: Listed) -> [Reason] {
    guard let overlap = trace["suppression.overlap"]?[candidate.index] else { return [] }
    let threshold = Formula.named("nms_threshold", settings[SharedParameters.nmsThreshold])
    return [
      Reason(
        "suppressed", Condition(.named(measure.title, overlap), .greater, threshold),
        conclusion: "goes by candidate \(suppressor.index), \(name(suppressor))"),
      Reason(
        "order",
        Condition(
          .named("score of candidate \(suppressor.index)", suppressor.score), .greaterOrEqual,
          .named("score", candidate.score)), conclusion: "candidate \(suppressor.index) came first"),
      Reason(
        measure.title, measure.formula(suppressor.box, candidate.box),
        is: .init("suppression.overlap", [candidate.index]),
        conclusion: "= \(Number.text(overlap, digits: 4))"),
    ]
  }

  private func kept(_ candidate: Listed) -> [Reason] {
    let mode = settings[SharedParameters.nms]
    guard mode != .none else {
      return [Reason("kept", words: "suppression is off", conclusion: "every candidate stays")]
    }
    let whose = mode == .perClass ? "of its class " : ""
    // Those before it in the list are the better ones.
    let better = (0..<candidate.index).compactMap { index -> (index: Int, overlap: Double)? in
      guard trace["suppression.by"]?[index] == -1, let other = listed(.candidate, index),
        mode == .allClasses || other.label == candidate.label
      else { return nil }
      return (index, measure.measure(other.box, candidate.box))
    }
    guard let nearest = better.max(by: { $0.overlap < $1.overlap }) else {
      return [Reason("kept", words: "no better box \(whose)was kept before it", conclusion: "it is the first")]
    }
    let threshold = Formula.named("nms_threshold", settings[SharedParameters.nmsThreshold])
    return [
      Reason(
        "kept",
        Condition(
          .named("\(measure.title) with candidate \(nearest.index)", nearest.overlap), .lessOrEqual, threshold),
        conclusion: "kept: no better box \(whose)is nearer")
    ]
  }

  private var measure: SharedParameters.SuppressionOverlap { settings[SharedParameters.nmsOverlap] }

  // MARK: Detections

  private func detection(_ row: BoxRow) -> Explanation? {
    guard let detection = listed(.detection, row.index), let index = whole("detections.candidate", row.index),
      let candidate = listed(.candidate, index)
    else { return nil }
    let judged = judgement(of: detection)
    return Explanation(
      element: .box(row), subject: "detection \(row.index), \(name(detection))", verdict: judged?.verdict ?? "kept",
      reasons: (judged?.reasons ?? []) + standing(of: detection) + scored(detection, "detections.scores")
        + kept(candidate) + [origin(detection)])
  }

  private func judgement(of detection: Listed) -> (verdict: String, reasons: [Reason])? {
    guard let code = trace["evaluation.outcome"]?[detection.index].flatMap({ Int8(exactly: $0) }),
      let outcome = DetectionOutcome(rawValue: code)
    else { return nil }
    let gt = whole("evaluation.gt", detection.index)
    let overlap = gt.map { iou(detection, gt: $0) } ?? []
    let value = trace["evaluation.iou"]?[detection.index] ?? 0
    let here = Formula.named(gt.map { "IoU with gt \($0)" } ?? "IoU", value)
    let least = Formula.number(Judgement.threshold)
    switch outcome {
    case .hit:
      let rule = Reason(
        "true", Condition(here, .greaterOrEqual, least), conclusion: "finds gt \(gt ?? 0), which no better one took")
      return ("true: gt \(gt ?? 0)", [rule] + overlap)
    case .duplicate: return ("duplicate of gt \(gt ?? 0)", taken(gt ?? 0, before: detection, here) + overlap)
    case .miss: return ("false", missed(detection, gt, here) + overlap)
    case .ignored: return ("ignored", inside(detection, value))
    case .uncounted:
      let words = "\(DetectionMatching.most) of its class are better"
      return ("not counted", [Reason("left", words: words, conclusion: "neither true nor false")])
    }
  }

  private func taken(_ gt: Int, before detection: Listed, _ here: Formula) -> [Reason] {
    var reasons = [
      Reason("near", Condition(here, .greaterOrEqual, .number(Judgement.threshold)), conclusion: "on gt \(gt)")
    ]
    if let finder = whole("evaluation.found", gt).flatMap({ listed(.detection, $0) }) {
      reasons.insert(
        Reason(
          "taken",
          Condition(
            .named("score of detection \(finder.index)", finder.score), .greaterOrEqual,
            .named("score", detection.score)), conclusion: "detection \(finder.index) found gt \(gt) first"), at: 0)
    }
    return reasons
  }

  private func missed(_ detection: Listed, _ gt: Int?, _ here: Formula) -> [Reason] {
    var reasons: [Reason] = []
    if let other = whole("detections.gt", detection.index), trace.scene.groundTruth.indices.contains(other),
      let overlap = trace["detections.iou"]?[detection.index], overlap >= Judgement.threshold
    {
      let label = trace.scene.groundTruth[other].label
      reasons.append(
        Reason(
          "class",
          words: "gt \(other), which it overlaps by IoU \(Number.text(overlap, digits: 3)), is \(className(label))",
          conclusion: "false as \(className(detection.label))"))
    }
    let label = className(detection.label)
    if let gt {
      reasons.append(
        Reason(
          "false", Condition(here, .less, .number(Judgement.threshold)),
          conclusion: "of its class it overlaps gt \(gt) most"))
    } else {
      reasons.append(Reason("false", words: "it overlaps no \(label)", conclusion: "nothing to find there"))
    }
    return reasons
  }

  private func inside(_ detection: Listed, _ share: Double) -> [Reason] {
    let rule = Reason(
      "ignored",
      Condition(.named("part inside an ignored object", share), .greaterOrEqual, .number(Judgement.threshold)),
      conclusion: "neither true nor false")
    let objects = trace.scene.ignoredObjects.filter { $0.label == detection.label }
    guard let object = objects.max(by: { detection.box.shareInside($0.box) < detection.box.shareInside($1.box) })
    else { return [rule] }
    let formula =
      Formula.named("i", detection.box.intersection(with: object.box)) / .named("its area", detection.box.area)
    return [
      rule,
      Reason(
        "part", formula, is: .init("evaluation.iou", [detection.index]),
        conclusion: "= \(Number.text(share, digits: 4)), i the area inside"),
    ]
  }

  private func iou(_ detection: Listed, gt: Int) -> [Reason] {
    guard trace.scene.groundTruth.indices.contains(gt) else { return [] }
    let object = trace.scene.groundTruth[gt].box
    let value = object.iou(with: detection.box)
    return [
      Reason(
        "IoU", SharedParameters.SuppressionOverlap.iou.formula(object, detection.box, "gt area", "box area"),
        is: .init("evaluation.iou", [detection.index]), conclusion: "= \(Number.text(value, digits: 4))")
    ]
  }

  /// Where the detection stands on the curve of its class.
  private func standing(of detection: Listed) -> [Reason] {
    guard let labels = trace["detections.labels"]?.doubles, let outcomes = trace["evaluation.outcome"]?.doubles,
      labels.count == outcomes.count
    else { return [] }
    let above = (0...detection.index).filter { labels[$0] == Double(detection.label) }
      .compactMap { DetectionOutcome(rawValue: Int8(outcomes[$0])) }
    let hits = Double(above.count { $0 == .hit })
    let counted = Double(above.count { $0.counts })
    let objects = Double(trace.scene.groundTruth.count { $0.label == detection.label })
    var reasons: [Reason] = []
    if counted > 0 {
      reasons.append(
        Reason(
          "precision", .named("true so far", hits) / .named("counted so far", counted),
          is: .init("evaluation.precision", [detection.index]),
          conclusion: "= \(Number.text(hits / counted, digits: 3))"))
    }
    if objects > 0 {
      reasons.append(
        Reason(
          "recall", .named("true so far", hits) / .named("objects of its class", objects),
          is: .init("evaluation.recall", [detection.index]), conclusion: "= \(Number.text(hits / objects, digits: 3))"))
    }
    return reasons
  }

  // MARK: What came of an object or a prior

  /// Which detection found an object; which candidates a prior gave, and what became of them.
  func consequences(of element: Element) -> [Reason] {
    switch element {
    case .gt(let gt): [found(gt)].compactMap(\.self)
    case .anchor(let prior), .pair(_, let prior): candidates(from: prior)
    case .box(let row) where row.kind == .roi: candidates(fromRegion: row.index)
    case .loss, .box: []
    }
  }

  private func found(_ gt: Int) -> Reason? {
    guard trace["evaluation.found"]?[gt] != nil else { return nil }
    guard let finder = whole("evaluation.found", gt).flatMap({ listed(.detection, $0) }) else {
      return Reason("detected", words: "no detection is counted as this object's", conclusion: "missed")
    }
    let overlap = trace["evaluation.iou"]?[finder.index] ?? 0
    return Reason(
      "detected", Condition(.named("IoU of detection \(finder.index)", overlap), .greaterOrEqual, .number(0.5)),
      conclusion: finder.score >= Evaluation.leastScore
        ? "found by detection \(finder.index), \(name(finder))"
        : "detection \(finder.index), \(name(finder)), is true, but under the score .3 at which an object is called found"
    )
  }

  private func candidates(from prior: Int) -> [Reason] {
    // Regions are far from the priors that they once came from.
    guard trace["roi.boxes"] == nil, trace.step("detections") != nil else { return [] }
    let anchors = trace["suppression.anchor"]?.doubles ?? []
    // Its best: candidates are listed best first.
    let best = anchors.firstIndex(of: Double(prior)).flatMap { candidate(BoxRow(.candidate, $0)) }
    return best.map { [Reason("detected", words: $0.subject, conclusion: $0.verdict)] } ?? noCandidate(prior)
  }

  private func candidates(fromRegion region: Int) -> [Reason] {
    guard trace.step("detections") != nil, let probabilities = trace["roi.probs"]?.row(region).dropLast() else {
      return []
    }
    if let candidate = (trace["suppression.roi"]?.doubles ?? []).firstIndex(of: Double(region)) {
      return self.candidate(BoxRow(.candidate, candidate)).map {
        [Reason("detected", words: $0.subject, conclusion: $0.verdict)]
      } ?? []
    }
    if trace["roi.anchor"]?[region] == -1 {
      return [
        Reason("detected", words: "only proposals are looked at, and this is a GT itself", conclusion: "no candidate")
      ]
    }
    guard let best = probabilities.max() else { return [] }
    let threshold = Formula.named("score_threshold", settings[SharedParameters.scoreThreshold])
    guard best <= threshold.value else { return [] }
    return [
      Reason(
        "detected", Condition(.named("its best class", best), .lessOrEqual, threshold), conclusion: "no candidate")
    ]
  }

  private func noCandidate(_ prior: Int) -> [Reason] {
    guard let best = trace["heads.score"]?[prior] else { return [] }
    let threshold = Formula.named("score_threshold", settings[SharedParameters.scoreThreshold])
    guard best <= threshold.value else {
      let most = settings[SharedParameters.preNMSTop]
      return [
        Reason("detected", words: "pre_nms_top takes the best \(most) of a level alone", conclusion: "not among them")
      ]
    }
    return [
      Reason(
        "detected", Condition(.named("its best score", best), .lessOrEqual, threshold), conclusion: "no candidate")
    ]
  }

  // MARK: What both have

  private struct Listed {
    let index: Int
    let box: Box
    let label: Int
    let score: Double
    /// The prior, or region, whose scores it has.
    let row: Int?
    let name: String
  }

  private func listed(_ kind: BoxRow.Kind, _ index: Int) -> Listed? {
    guard let box = trace[kind.boxes].flatMap({ Box(row: $0.row(index)) }), let score = trace[kind.scores]?[index],
      let label = whole(kind.labels, index)
    else { return nil }
    let prior = whole(kind.anchors, index)
    let region = whole(kind == .candidate ? "suppression.roi" : "detections.roi", index)
    let name = prior.map { trace.priors.label(of: $0) } ?? region.map { "RoI \($0)" } ?? "nowhere"
    return Listed(index: index, box: box, label: label, score: score, row: region ?? prior, name: name)
  }

  /// A whole number of a value; nil for none, which is written −1.
  private func whole(_ name: String, _ index: Int) -> Int? {
    trace[name]?[index].flatMap { Int(exactly: $0) }.flatMap { $0 < 0 ? nil : $0 }
  }

  private func className(_ label: Int) -> String {
    trace.scene.classes.indices.contains(label) ? trace.scene.classes[label] : "class \(label)"
  }

  private func name(_ listed: Listed) -> String {
    "\(className(listed.label)) \(Number.fixed(listed.score, decimals: 2))"
  }

  private func scored(_ listed: Listed, _ value: String) -> [Reason] {
    let threshold = Formula.named("score_threshold", settings[SharedParameters.scoreThreshold])
    let over = Reason(
      "candidate", Condition(.named("score", listed.score), .greater, threshold), conclusion: "a candidate")
    guard let formula = listed.row.flatMap({ score($0, listed.label) }) else { return [over] }
    let text = Number.text(listed.score, digits: 4)
    return [Reason("score", formula, is: .init(value, [listed.index]), conclusion: "= \(text)"), over]
  }

  private func origin(_ listed: Listed) -> Reason {
    let corners = listed.box.corners.map { Number.text($0) }.joined(separator: " ")
    return Reason("box", words: "x1 y1 x2 y2 = \(corners)", conclusion: "from \(trace.priorName) \(listed.name)")
  }
}

extension SharedParameters.SuppressionOverlap {
  /// The overlap of two boxes in symbols.
  func formula(_ a: Box, _ b: Box, _ nameA: String = "its area", _ nameB: String = "area") -> Formula {
    let i = Formula.named("i", a.intersection(with: b))
    let area = Formula.named(nameA, a.area) + .named(nameB, b.area) - i
    // Two boxes without area.
    let iou = area.value > 0 ? i / area : 0
    guard self == .diou else { return iou }
    let (dx, dy) = (a.centerX - b.centerX, a.centerY - b.centerY)
    let (w, h) = (max(a.x2, b.x2) - min(a.x1, b.x1), max(a.y2, b.y2) - min(a.y1, b.y1))
    return iou - .named("distance²", dx * dx + dy * dy) / .named("diagonal²", max(w * w + h * h, 1e-7))
  }
}

extension Formula {
  /// 1 / (1 + e^−x).
  static func sigmoid(_ name: String, _ x: Double) -> Formula { 1 / (1 + .exp(.negated(.named(name, x)))) }

  /// e^x / Σ e^x of one among several logits, all of them less the largest, so that none overflows.
  static func softmax(_ logits: [Double], _ index: Int, _ name: String = "logit") -> Formula {
    let most = logits.max() ?? 0
    let others = logits.indices.filter { $0 != index }.reduce(0) { $0 + Exact.exp(logits[$1] - most) }
    let own = Formula.exp(.named("\(name) − largest", logits[index] - most))
    return own / (own + .named("Σ of the others", others))
  }
}
