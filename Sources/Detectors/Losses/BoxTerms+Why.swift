import Boxes
import Tensors
import Traces

/// What the box numbers of a positive should be, and what those predicted cost.
struct BoxTermsWhy {
  /// Said of a negative once the boxes are judged.
  static func none(_ trace: Trace, _ value: String = "losses.box_per_anchor", called name: String = "box loss")
    -> [Reason]
  {
    trace[value] == nil ? [] : [Reason(name, words: "only positives have a box to learn", conclusion: "none here")]
  }

  let trace: Trace
  let coding: BoxCoding
  let loss: SmoothL1Loss

  /// The four numbers that would bend the anchor into its object.
  func targets(_ j: Int, _ box: Box, _ anchor: Box) -> [Reason] {
    guard let targets = trace["targets.box_deltas"]?.row(j), targets.count == 4 else { return [] }
    return coding.formulas(box, from: anchor).enumerated().map { k, formula in
      Reason(
        coding.names[k], formula, is: .init("targets.box_deltas", [j, k]),
        conclusion: "= \(Number.text(targets[k]))")
    }
  }

  /// What the difference of prediction and target costs.
  func cost(_ j: Int) -> [Reason] {
    guard let targets = trace["targets.box_deltas"]?.row(j), targets.count == 4,
      let predicted = trace["predictions.box_deltas"]?.row(j), predicted.count == 4,
      let total = trace["losses.box_per_anchor"]?[j]
    else { return [] }
    let terms = (0..<4).map { loss.formula(predicted[$0] - targets[$0], name: "d\($0 + 1)") }
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
    if shape == .l1 { return .abs(d) }
    let isInside = Swift.abs(d.value) < bend
    switch notation {
    case .sigma:
      let square = Formula.named("σ", sigma).power(2)
      return isInside ? 0.5 * square * d.power(2) : .abs(d) - 0.5 / square
    case .beta:
      let beta = Formula.named("β", bend)
      return isInside ? d.power(2) / (2 * beta) : .abs(d) - beta / 2
    }
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
          Self.difference("gt.x1", box.x1, "a.x1", anchor.x1) / w,
          Self.difference("gt.y1", box.y1, "a.y1", anchor.y1) / h,
          Self.difference("gt.x2", box.x2, "a.x2", anchor.x2) / w,
          Self.difference("gt.y2", box.y2, "a.y2", anchor.y2) / h,
        ]
      case .center:
        [
          Self.difference("gt.cx", box.centerX, "a.cx", anchor.centerX) / w,
          Self.difference("gt.cy", box.centerY, "a.cy", anchor.centerY) / h,
          Self.logRatio("gt.w", box.width, "w", anchor.width), Self.logRatio("gt.h", box.height, "h", anchor.height),
        ]
      }
    return raw.enumerated().map { k, formula in
      let centred = means[k] == 0 ? formula : formula - .named("mean", means[k])
      return deviations[k] == 1 ? centred : centred / .named("std", deviations[k])
    }
  }

  /// a − b; written as one number where its six digits would not show a small difference.
  private static func difference(_ nameA: String, _ a: Double, _ nameB: String, _ b: Double) -> Formula {
    isClose(a, b) ? .named("(\(nameA) − \(nameB))", a - b) : .named(nameA, a) - .named(nameB, b)
  }

  /// ln(a / b), in the same way.
  private static func logRatio(_ nameA: String, _ a: Double, _ nameB: String, _ b: Double) -> Formula {
    isClose(a, b)
      ? .ln(1 + .named("(\(nameA) − \(nameB)) / \(nameB)", (a - b) / b)) : .ln(.named(nameA, a) / .named(nameB, b))
  }

  private static func isClose(_ a: Double, _ b: Double) -> Bool {
    a != b && Swift.abs(a - b) < 0.01 * Swift.max(Swift.abs(a), Swift.abs(b))
  }
}
