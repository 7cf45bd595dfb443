import Boxes
import Tensors
import Traces

/// The answers to "why" of SSD: matching's, then what mining and the losses made of an anchor.
extension SSD {
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    let settings = Settings(recordedIn: trace, of: SSD.self)
    let matching = MatchingWhy(trace, settings.ssdThresholds)
    return matching.explain(element) { costs($0, $1, trace, settings, matching) }
  }

  /// What the steps after the match made of an anchor, the latest first: it is what one looks at.
  private static func costs(
    _ j: Int, _ owner: Int?, _ trace: Trace, _ settings: Settings, _ matching: MatchingWhy
  ) -> [Reason] {
    if trace["match.state"]?[j] == -1 {
      return trace["losses.cls_per_anchor"] == nil
        ? [] : [Reason("losses", words: "an ignored anchor is in no loss and gets no gradient")]
    }
    let label = owner.map { trace.scene.groundTruth[$0].label }
    let mining = MiningWhy(trace: trace, settings: settings).reasons(j, isPositive: owner != nil)
    let classes = ClassLossWhy(trace: trace, loss: ClassLoss(settings)).reasons(j, label)
    guard let owner, let box = matching.objectBox(owner), let anchor = matching.anchorBox(j) else {
      return BoxTermsWhy.none(trace) + mining + classes
    }
    let terms = BoxTermsWhy(trace: trace, coding: BoxCoding(settings), loss: settings.ssdBoxLoss)
    return boxCounts(j, trace) + terms.cost(j) + mining + classes + terms.targets(j, box, anchor)
  }

  /// Said where a positive's box loss is left out.
  private static func boxCounts(_ j: Int, _ trace: Trace) -> [Reason] {
    guard let adds = trace["box.per_anchor"]?[j], let loss = trace["losses.box_per_anchor"]?[j], adds != loss
    else { return [] }
    return [
      Reason(
        "box kept", words: "ohem_keep_ratio keeps the largest box losses alone, and this is none of them",
        conclusion: "its box loss is left out")
    ]
  }
}

/// Whether an anchor counts in the class loss.
private struct MiningWhy {
  let trace: Trace
  let settings: Settings

  func reasons(_ j: Int, isPositive: Bool) -> [Reason] {
    guard let rank = trace["mining.rank"]?[j], let kept = trace["mining.negatives_kept"]?[0] else { return [] }
    if isPositive { return [Reason("counts", words: "a positive is always in the class loss")] }
    switch settings[SSD.selection] {
    case .focal:
      return [Reason("counts", words: "nothing is mined: focal loss counts every negative by its weight")]
    case .all: return [Reason("counts", words: "nothing is mined: every negative counts")]
    case .ohemKeepsAll:
      return [
        Reason(
          "counts", Condition(.named("rank", rank), .lessOrEqual, .named("kept", kept)), conclusion: "kept, as all are")
      ]
    case .mining, .ohem: return mined(j, rank: rank, kept: kept)
    }
  }

  private func mined(_ j: Int, rank: Double, kept: Double) -> [Reason] {
    guard rank > 0 else {
      return [
        Reason(
          "mined", words: "it overlaps a harder negative by more than ohem_nms \(Number.text(settings[SSD.ohemNMS]))",
          conclusion: "passed over: no loss, no gradient")
      ]
    }
    let place = Formula.named("rank", rank)
    let quota = Formula.named("kept", kept)
    if rank <= kept {
      return [Reason("mined", Condition(place, .lessOrEqual, quota), conclusion: "kept: one of the hardest negatives")]
    }
    let conclusion = "left out: no loss, no gradient"
    let left = Reason("mined", Condition(place, .greater, quota), conclusion: conclusion)
    guard let own = trace["losses.cls_per_anchor"]?[j], let cut = trace["mining.cut"]?[] else { return [left] }
    let missing = Number.text(cut - own, digits: 3)
    return [
      left,
      Reason(
        "the cut", Condition(.named("CE", own), .lessOrEqual, .named("CE at the cut", cut)),
        conclusion: cut > own ? "\(missing) short of being kept" : "a tie at the cut goes to the lower number"),
    ]
  }
}

/// What the logits of an anchor cost.
private struct ClassLossWhy {
  let trace: Trace
  let loss: SSD.ClassLoss

  /// - Parameter label: nil for background.
  func reasons(_ j: Int, _ label: Int?) -> [Reason] {
    guard let logits = trace["predictions.cls_logits"]?.row(j), !logits.isEmpty,
      let entropy = trace["losses.cls_per_anchor"]?[j], let truth = trace["entropy.p_truth"]?[j]
    else { return [] }
    switch loss.form {
    case .softmax:
      let own = label ?? logits.count - 1
      return weighed(j, logits, own, entropy, isObject: label != nil) + softmax(j, logits, own, truth)
    case .logistic: return logistic(j, logits, label)
    }
  }

  private func name(_ k: Int) -> String {
    trace.scene.classes.indices.contains(k) ? trace.scene.classes[k] : "background"
  }

  // MARK: Softmax

  /// p of the truth, then its logarithm.
  private func softmax(_ j: Int, _ logits: [Double], _ own: Int, _ truth: Double) -> [Reason] {
    let p = Reason(
      "p_\(name(own))", share(of: own, logits), is: .init("entropy.p_truth", [j]), conclusion: "= \(Number.text(truth))"
    )
    guard let entropy = trace["losses.cls_per_anchor"]?[j] else { return [p] }
    let formula: Formula =
      truth > 1e-300 ? .negated(.ln(.named("p_\(name(own))", truth))) : .named("CE from the logits", entropy)
    return [
      Reason("CE", formula, is: .init("losses.cls_per_anchor", [j]), conclusion: "= \(Number.text(entropy))"), p,
    ]
  }

  /// eˣ over the sum of all eˣ, the largest spelt out. Far from 0 the largest x is taken from each, which changes
  /// nothing and keeps eˣ within reach.
  private func share(of own: Int, _ logits: [Double]) -> Formula {
    let largest = logits.max() ?? 0
    let shift = logits.contains { Swift.abs($0) > 100 } ? largest : 0
    let others = logits.indices.filter { $0 != own }.sorted { logits[$0] > logits[$1] }
    func power(_ k: Int) -> Formula {
      .exp(.named(shift == 0 ? "x_\(name(k))" : "(x_\(name(k)) − x_max)", logits[k] - shift))
    }
    var sum = power(own)
    for k in others.prefix(3) { sum = sum + power(k) }
    if others.count > 3 {
      let rest = others.dropFirst(3).reduce(0) { $0 + Exact.exp(logits[$1] - shift) }
      sum = sum + .named("\(others.count - 3) other classes", rest)
    }
    return power(own) / sum
  }

  /// With focal weights: what they make of the cross entropy.
  private func weighed(
    _ j: Int, _ logits: [Double], _ own: Int, _ entropy: Double, isObject: Bool
  ) -> [Reason] {
    guard let focus = loss.focus, let adds = trace["cls.per_anchor"]?[j] else { return [] }
    let weight = Formula.named(isObject ? "α" : "(1 − α)", focus.weight(isObject: isObject))
    // As the gradient has it, so that no digits are lost where p is near 1.
    let doubt = -SoftmaxCrossEntropy.evaluate(logits, label: own).gradient[own]
    let focal =
      weight * Formula.named("(1 − p_\(name(own)))", doubt).power(.named("γ", focus.gamma)) * .named("CE", entropy)
    return [
      Reason(
        "focal loss", focal, is: .init("cls.per_anchor", [j]),
        conclusion: "= \(Number.text(adds)), before dividing by the positives")
    ]
  }

  // MARK: Logistic

  /// A sum over the classes, the costliest spelt out.
  private func logistic(_ j: Int, _ logits: [Double], _ label: Int?) -> [Reason] {
    let plain = sum(logits, label) {
      Self.surprise($0, isObject: $1, name: $2)
    } rest: {
      BinaryCrossEntropy.evaluate($0, target: 0).loss
    }
    let entropy = trace["losses.cls_per_anchor"]?[j] ?? 0
    let reason = Reason("CE", plain, is: .init("losses.cls_per_anchor", [j]), conclusion: "= \(Number.text(entropy))")
    guard let focus = loss.focus, let adds = trace["cls.per_anchor"]?[j] else { return [reason] }
    let focal = FocalLoss(alpha: focus.alpha, gamma: focus.gamma, clip: 0)
    let weighed = sum(logits, label) {
      focal.formula($0, className: $2, isObject: $1)
    } rest: {
      focal.background($0)
    }
    return [
      Reason(
        "focal loss", weighed, is: .init("cls.per_anchor", [j]),
        conclusion: "= \(Number.text(adds)), before dividing by the positives"), reason,
    ]
  }

  private func sum(
    _ logits: [Double], _ label: Int?, _ term: (Double, Bool, String) -> Formula, rest: (Double) -> Double
  ) -> Formula {
    let others = logits.indices.filter { $0 != label }.sorted { logits[$0] > logits[$1] }
    let shown = ((label.map { [$0] } ?? []) + others).prefix(3)
    var terms = shown.map { term(logits[$0], $0 == label, name($0)) }
    let hidden = others.filter { !shown.contains($0) }
    if !hidden.isEmpty {
      terms.append(.named("\(hidden.count) other classes", hidden.reduce(0) { $0 + rest(logits[$1]) }))
    }
    return terms.dropFirst().reduce(terms[0], +)
  }

  /// −ln p of a class that is there, −ln(1 − p) of one that is not.
  private static func surprise(_ x: Double, isObject: Bool, name: String) -> Formula {
    let z = isObject ? x : -x
    let symbol = isObject ? "x_\(name)" : "−x_\(name)"
    // −ln p is ln(1 + e^−z): safe where p rounds to 0 or 1.
    return z > -30 ? .ln(1 + .exp(.negated(.named(symbol, z)))) : .negated(.named(symbol, z))
  }
}
