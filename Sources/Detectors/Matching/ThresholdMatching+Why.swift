import Boxes
import Tensors
import Traces

/// Why the rules of `ThresholdMatching` decided as they did, from the trace alone.
struct MatchingWhy: BoxesWhy {
  let trace: Trace
  let thresholds: ThresholdMatching.Thresholds

  init(_ trace: Trace, _ thresholds: ThresholdMatching.Thresholds) {
    self.trace = trace
    self.thresholds = thresholds
  }

  /// The state of an anchor, by the rule that had the last word.
  func state(of j: Int) -> (verdict: String, reasons: [Reason])? {
    guard let code = trace["match.state"]?[j].flatMap({ Int8(exactly: $0) }),
      let state = ThresholdMatching.State(rawValue: code),
      let rule = trace["match.rule"]?[j].flatMap({ UInt8(exactly: $0) }).flatMap(ThresholdMatching.Rule.init)
    else { return nil }
    switch rule {
    case .outside: return ("ignored", [outside(j)])
    case .ignoredObject: return ("ignored", [insideIgnored(j)])
    case .lowQuality: return ("positive", [lowQuality(j)])
    case .forced: return ("positive", forced(j))
    case .overlap: return (word(state), byOverlap(j, state))
    }
  }

  private func word(_ state: ThresholdMatching.State) -> String { trace.states.name(of: Int(state.rawValue)) }

  private func byOverlap(_ j: Int, _ state: ThresholdMatching.State) -> [Reason] {
    guard let iou = trace["match.max_iou"]?[j] else {
      return [Reason("state", words: "no object on the picture to overlap", conclusion: word(state))]
    }
    let here = Formula.named("IoU", iou)
    let positive = Formula.named(thresholds.names.positive, thresholds.positive)
    let negative = Formula.named(thresholds.names.negative, thresholds.negative)
    let missing = "positive needs \(Number.text(thresholds.positive - iou, digits: 3)) more"
    let isIncluded = thresholds.negativeIsIncluded
    switch state {
    case .positive: return [Reason("state", Condition(here, .greaterOrEqual, positive), conclusion: word(state))]
    case .ignored:
      return [
        Reason(
          "state", Condition(negative, isIncluded ? .less : .lessOrEqual, here).and(.less, positive),
          conclusion: "\(word(state)); \(missing)")
      ]
    case .negative:
      return [
        Reason(
          "state", Condition(here, isIncluded ? .lessOrEqual : .less, negative),
          conclusion: "\(word(state)); \(missing)")
      ]
    }
  }

  private func lowQuality(_ j: Int) -> Reason {
    let best = trace["match.best_iou_of_gt"]
    let overlaps = trace["overlap.iou"]
    let gt = (0..<(best?.count ?? 0)).first { gt in
      best?[gt] == overlaps?[gt, j] && ((best?[gt] ?? 0) > 0 || thresholds.forcesAtZero)
    }
    return Reason(
      "state",
      words: "low-quality match: no anchor overlaps \(gt.map { "gt \($0)" } ?? "its object") more than this one",
      conclusion: "positive whatever its IoU")
  }

  /// The anchor is the best that its object has, whatever their IoU.
  private func forced(_ j: Int) -> [Reason] {
    guard let gt = trace["match.gt"]?[j].map(Int.init), let iou = trace["overlap.iou"]?[gt, j],
      let best = trace["match.best_iou_of_gt"]?[gt]
    else { return [] }
    let rule = Reason(
      "state",
      Condition(.named("IoU with gt \(gt)", iou), .greaterOrEqual, .named("best IoU of gt \(gt)", best)),
      conclusion: best > 0
        ? "forced positive: no anchor fits gt \(gt) better" : "forced positive: gt \(gt) overlaps no anchor")
    let other = trace["match.best_gt"]?[j].map(Int.init)
    guard let other, other != gt, let its = trace["match.max_iou"]?[j], its >= thresholds.positive else {
      return [rule]
    }
    let lost = Reason(
      "owner", words: "by IoU it would be gt \(other)'s (\(Number.text(its, digits: 3))); being forced comes later",
      conclusion: "gt \(gt)'s")
    return [rule, lost]
  }

  private func isForced(_ j: Int) -> Bool { trace["match.rule"]?[j] == Double(ThresholdMatching.Rule.forced.rawValue) }

  /// Why a forced anchor is not this object's.
  private func takenByForce(gt: Int, _ owner: Int, anchor j: Int) -> [Reason] {
    guard trace["match.best_anchor_of_gt"]?[gt] == Double(j) else { return forced(j) }
    return [
      Reason(
        "owner", words: "it is the best anchor of gt \(gt) and of gt \(owner)",
        conclusion: "the later takes it: gt \(owner)")
    ] + forced(j)
  }

  private func insideIgnored(_ j: Int) -> Reason {
    let share = trace["match.ignored_share"]?[j] ?? 0
    return Reason(
      "state", Condition(.named("part inside an ignored object", share), .greaterOrEqual, 0.5), conclusion: "ignored")
  }

  private func outside(_ j: Int) -> Reason {
    guard let box = anchorBox(j) else { return Reason("state", words: "outside", conclusion: "ignored") }
    let width = Double(trace.scene.width)
    let condition =
      box.centerX >= width
      ? Condition(.named("centre x", box.centerX), .greaterOrEqual, .named("width", width))
      : Condition(
        .named("centre y", box.centerY), .greaterOrEqual, .named("height", Double(trace.scene.height)))
    return Reason("state", condition, conclusion: "ignored: its centre is off the picture")
  }

  /// What can be said of an element before the match: the object's box, the anchor's, their overlap.
  func undecided(_ element: Element) -> Explanation? {
    switch element {
    case .gt(let gt):
      guard let box = objectBox(gt) else { return nil }
      return Explanation(
        element: element, subject: "gt \(gt) (\(className(gt)))", verdict: "not matched yet",
        reasons: [sides("box", box)])
    case .anchor(let j):
      guard (0..<trace.priors.count).contains(j) else { return nil }
      let box = anchorBox(j)
      return Explanation(
        element: element, subject: "anchor \(j), \(trace.priors.label(of: j))",
        verdict: box == nil ? "not laid out yet" : "not matched yet",
        reasons: box.map { [sides("box", $0)] } ?? [])
    case .pair(let gt, let j):
      guard let box = objectBox(gt), (0..<trace.priors.count).contains(j) else { return nil }
      let boxes = [sides("gt \(gt)", box)] + (anchorBox(j).map { [sides("anchor", $0)] } ?? [])
      return Explanation(
        element: element, subject: "anchor \(j) → gt \(gt)",
        verdict: trace["overlap.iou"] == nil ? "not compared yet" : "not matched yet",
        reasons: boxes + (trace["overlap.iou"] == nil ? [] : overlap(gt: gt, anchor: j)))
    case .loss, .box: return nil
    }
  }

  /// A pair: what keeps the anchor from this object, the first rule that failed, and their overlap.
  ///
  /// - Parameter then: what followed for the anchor; stands between the two.
  func pair(gt: Int, anchor j: Int, then: [Reason] = []) -> Explanation? {
    guard objectBox(gt) != nil, let state = state(of: j) else { return nil }
    let owner = trace["match.gt"]?[j].map(Int.init)
    let best = trace["match.best_gt"]?[j].map(Int.init)
    var verdict = owner == gt ? "a match" : "no match: the anchor is \(state.verdict)"
    var decision = state.reasons
    if let owner, owner >= 0, owner != gt, isForced(j) {
      verdict = "no match: it is gt \(owner)'s"
      decision = takenByForce(gt: gt, owner, anchor: j)
    } else if owner != gt, let best, best != gt, let lost = lost(gt: gt, to: best, anchor: j) {
      decision = [lost] + (owner == best ? [] : state.reasons)
      if owner == best { verdict = "no match: it is gt \(best)'s" }
    }
    return Explanation(
      element: .pair(gt: gt, anchor: j), subject: "anchor \(j) → gt \(gt)", verdict: verdict,
      reasons: decision + then + overlap(gt: gt, anchor: j))
  }

  /// An anchor goes by the GT it overlaps most.
  private func lost(gt: Int, to best: Int, anchor j: Int) -> Reason? {
    guard let mine = trace["overlap.iou"]?[gt, j], let its = trace["overlap.iou"]?[best, j] else { return nil }
    return Reason(
      "owner",
      Condition(
        .named("IoU with gt \(gt)", mine), mine < its ? .less : .lessOrEqual, .named("IoU with gt \(best)", its)),
      conclusion: mine < its ? "the anchor goes by gt \(best)" : "a tie goes to the lower index: gt \(best)")
  }

  /// What became of a GT: its positives by level, or the rule that left it without.
  private func outcome(_ gt: Int, _ positives: Int, best: Double, anchor: Int) -> [Reason] {
    guard positives == 0 else {
      let levels = trace.priors.levels.compactMap { level -> String? in
        let count = level.range.count { trace["match.gt"]?[$0] == Double(gt) }
        return count > 0 ? "\(level.name) \(count)" : nil
      }
      let subject = "\(positives) \(positives == 1 ? "anchor is" : "anchors are") this object's"
      return [
        Reason("positives", words: "\(subject), \(means(of: gt, positives)): \(levels.joined(separator: ", "))")
      ]
    }
    // With low-quality and forced matches any best anchor would do: it must have gone to another.
    guard best < thresholds.positive, thresholds.forcing.leaves(best) else {
      return Array(pair(gt: gt, anchor: anchor)?.reasons.prefix(1) ?? [])
    }
    return [
      Reason(
        "rule", Condition(.named("best IoU", best), .less, .named(thresholds.names.positive, thresholds.positive)),
        conclusion: "no positive; \(Number.text(thresholds.positive - best, digits: 3)) short")
    ]
  }

  /// By which rules a GT came to its positives.
  private func means(of gt: Int, _ positives: Int) -> String {
    let reached = "reach \(thresholds.names.positive) \(Number.text(thresholds.positive))"
    let owners = trace["match.gt"]
    let rules = trace["match.rule"]
    let given = (0..<trace.priors.count).compactMap { j in owners?[j] == Double(gt) ? rules?[j] : nil }
    let poor = given.count { $0 == Double(ThresholdMatching.Rule.lowQuality.rawValue) }
    let forced = given.count { $0 == Double(ThresholdMatching.Rule.forced.rawValue) }
    if poor + forced == 0 { return "which \(reached)" }
    let means = poor > 0 ? "by low-quality matches" : "forced, as no anchor fits it better"
    return poor + forced == positives ? means : "\(poor + forced) of them \(means); the others \(reached)"
  }

  /// A GT: how many positives, or why none.
  func object(_ gt: Int) -> Explanation? {
    guard objectBox(gt) != nil, let best = trace["match.best_iou_of_gt"]?[gt],
      let anchor = trace["match.best_anchor_of_gt"]?[gt].map(Int.init),
      let positives = trace["match.positives_of_gt"]?[gt].map(Int.init)
    else { return nil }
    let fit = Reason(
      "best",
      words:
        "of \(Number.count(trace.priors.count)) anchors, \(trace.priors.label(of: anchor)) (anchor \(anchor)) fits best",
      conclusion: "IoU \(Number.text(best, digits: 4))")
    let reasons = outcome(gt, positives, best: best, anchor: anchor) + [fit] + overlap(gt: gt, anchor: anchor)
    return Explanation(
      element: .gt(gt), subject: "gt \(gt) (\(className(gt)))",
      verdict: positives == 0 ? "no positive anchor" : "\(positives) positive \(positives == 1 ? "anchor" : "anchors")",
      reasons: reasons)
  }
}

extension MatchingWhy {
  /// The answer about any element of a detector that matches so.
  ///
  /// - Parameter costs: what the steps after the match made of an anchor, and of its GT if it is positive.
  func explain(_ element: Element, costs: (Int, Int?) -> [Reason]) -> Explanation? {
    if trace["match.state"] == nil { return undecided(element) }
    switch element {
    case .anchor(let j): return anchor(j, costs)
    case .gt(let gt): return object(gt)
    case .pair(let gt, let j):
      return pair(gt: gt, anchor: j, then: costs(j, owner(of: j)))
    case .loss(let name): return LedgerWhy(trace).loss(name)
    case .box: return nil
    }
  }

  /// The object that an anchor is a positive of.
  func owner(of j: Int) -> Int? { trace["match.gt"]?[j].map(Int.init).flatMap { $0 < 0 ? nil : $0 } }

  private func anchor(_ j: Int, _ costs: (Int, Int?) -> [Reason]) -> Explanation? {
    guard let state = state(of: j) else { return nil }
    let best = trace["match.best_gt"]?[j].map(Int.init)
    let owner = trace["match.gt"]?[j].map(Int.init).flatMap { $0 < 0 ? nil : $0 }
    let overlap = (owner ?? best).map { self.overlap(gt: $0, anchor: j) } ?? []
    let relation = owner.map { " → gt \($0)" } ?? best.map { ", best with gt \($0)" } ?? ""
    return Explanation(
      element: .anchor(j), subject: "anchor \(j), \(trace.priors.label(of: j))\(relation)",
      verdict: state.verdict, reasons: state.reasons + costs(j, owner) + overlap)
  }
}

extension ThresholdMatching.Forcing {
  /// Whether a GT of this best IoU gets nothing by it.
  fileprivate func leaves(_ best: Double) -> Bool {
    switch self {
    case .none: true
    case .lowQuality(_, let atZero): best == 0 && !atZero
    case .best, .allTied: false
    }
  }
}
