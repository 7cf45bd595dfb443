import Boxes
import Scenes
import Tensors
import Traces

/// The answers to "why" of RetinaNet: matching's, then what each loss made of it.
extension RetinaNet {
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    let settings = Settings(recordedIn: trace, of: RetinaNet.self)
    let matching = MatchingWhy(trace, settings.thresholds)
    if trace["match.state"] == nil { return matching.undecided(element) }
    switch element {
    case .anchor(let j): return anchor(j, trace, settings, matching)
    case .gt(let gt): return matching.object(gt)
    case .pair(let gt, let j):
      let isMatch = matching.objectBox(gt) != nil && trace["match.gt"]?[j] == Double(gt)
      return matching.pair(gt: gt, anchor: j, then: isMatch ? costs(j, gt, trace, settings, matching) : [])
    case .loss(let name): return LedgerWhy(trace).loss(name)
    case .box: return nil
    }
  }

  private static func anchor(
    _ j: Int, _ trace: Trace, _ settings: Settings, _ matching: MatchingWhy
  ) -> Explanation? {
    guard let state = matching.state(of: j) else { return nil }
    let best = trace["match.best_gt"]?[j].map(Int.init)
    let owner = trace["match.gt"]?[j].map(Int.init).flatMap { $0 < 0 ? nil : $0 }
    let overlap = (owner ?? best).map { matching.overlap(gt: $0, anchor: j) } ?? []
    let reasons = state.reasons + costs(j, owner, trace, settings, matching) + overlap
    let relation = owner.map { " → gt \($0)" } ?? best.map { ", best with gt \($0)" } ?? ""
    return Explanation(
      element: .anchor(j), subject: "anchor \(j), \(trace.priors.label(of: j))\(relation)",
      verdict: state.verdict, reasons: reasons)
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
    let classes = settings.focalLoss.reasons(j, label, trace)
    guard let owner, let box = matching.objectBox(owner), let anchor = matching.anchorBox(j) else { return classes }
    return boxCost(j, trace, settings) + classes + boxTargets(j, box, anchor, trace, settings)
  }

  /// The four numbers that would bend the anchor into its object.
  private static func boxTargets(
    _ j: Int, _ box: Box, _ anchor: Box, _ trace: Trace, _ settings: Settings
  ) -> [Reason] {
    guard let targets = trace["targets.box_deltas"]?.row(j), targets.count == 4 else { return [] }
    let names = BoxCoding(settings).names
    return BoxCoding(settings).formulas(box, from: anchor).enumerated().map { k, formula in
      Reason(
        names[k], formula, is: .init("targets.box_deltas", [j, k]),
        conclusion: "= \(Number.text(targets[k]))")
    }
  }

  /// What the difference of prediction and target costs.
  private static func boxCost(_ j: Int, _ trace: Trace, _ settings: Settings) -> [Reason] {
    guard let targets = trace["targets.box_deltas"]?.row(j), targets.count == 4,
      let predicted = trace["predictions.box_deltas"]?.row(j), predicted.count == 4,
      let total = trace["losses.box_per_anchor"]?[j]
    else { return [] }
    let terms = (0..<4).map { settings.boxLoss.formula(predicted[$0] - targets[$0], name: "d\($0 + 1)") }
    return [
      Reason(
        "box loss", terms.dropFirst().reduce(terms[0], +), is: .init("losses.box_per_anchor", [j]),
        conclusion: "= \(Number.text(total)), before dividing by the positives")
    ]
  }
}

extension SmoothL1Loss {
  /// The loss of one difference, on the branch that it falls on.
  func formula(_ d: Double, name: String) -> Formula {
    let d = Formula.named(name, d)
    guard Swift.abs(d.value) < bend else {
      return shape == .l1 ? .abs(d) : .abs(d) - 0.5 / .named("σ", sigma).power(2)
    }
    return 0.5 * .named("σ", sigma).power(2) * d.power(2)
  }
}

extension BoxCoding {
  /// What its four numbers are called.
  var names: [String] { kind == .corner ? ["dx1", "dy1", "dx2", "dy2"] : ["dx", "dy", "dw", "dh"] }

  /// The four targets in symbols.
  func formulas(_ box: Box, from anchor: Box) -> [Formula] {
    let w = Formula.named("w", anchor.width)
    let h = Formula.named("h", anchor.height)
    let raw: [Formula] =
      switch kind {
      case .corner:
        [
          (.named("gt.x1", box.x1) - .named("a.x1", anchor.x1)) / w,
          (.named("gt.y1", box.y1) - .named("a.y1", anchor.y1)) / h,
          (.named("gt.x2", box.x2) - .named("a.x2", anchor.x2)) / w,
          (.named("gt.y2", box.y2) - .named("a.y2", anchor.y2)) / h,
        ]
      case .center:
        [
          (.named("gt.cx", box.centerX) - .named("a.cx", anchor.centerX)) / w,
          (.named("gt.cy", box.centerY) - .named("a.cy", anchor.centerY)) / h,
          .ln(.named("gt.w", box.width) / w), .ln(.named("gt.h", box.height) / h),
        ]
      }
    return raw.enumerated().map { k, formula in
      let centred = means[k] == 0 ? formula : formula - .named("mean", means[k])
      return deviations[k] == 1 ? centred : centred / .named("std", deviations[k])
    }
  }
}

extension Settings {
  /// The settings that a trace was made with.
  init(recordedIn trace: Trace, of detector: any Detector.Type) {
    self.init(defaultsOf: detector)
    for parameter in detector.parameters {
      guard let text = trace.parameters.first(where: { $0.name == parameter.name })?.text,
        let value = parameter.kind.parse(.text(text))
      else { continue }
      assign(parameter.name, value)
    }
  }
}
