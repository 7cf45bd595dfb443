import Tensors
import Traces

extension FocalLoss {
  /// The focal loss of a prior: its own class and the costliest of the others spelt out.
  ///
  /// - Parameter label: nil for background.
  func reasons(_ j: Int, _ label: Int?, _ trace: Trace) -> [Reason] {
    let value = "losses.cls_per_\(trace.priorName)"
    guard let logits = trace["predictions.cls_logits"]?.row(j), !logits.isEmpty,
      let total = trace[value]?[j]
    else { return [] }
    let others = logits.indices.filter { $0 != label }.sorted { logits[$0] > logits[$1] }
    let shown = ((label.map { [$0] } ?? []) + others).prefix(3)
    var formula: Formula?
    for k in shown {
      let term = self.formula(logits[k], className: trace.scene.classes[k], isObject: k == label)
      formula = formula.map { $0 + term } ?? term
    }
    let rest = others.filter { !shown.contains($0) }
    if !rest.isEmpty {
      let sum = rest.reduce(0) { $0 + background(logits[$1]) }
      formula = formula.map { $0 + .named("\(rest.count) other classes", sum) }
    }
    guard let formula else { return [] }
    return [
      Reason(
        "cls loss", formula, is: .init(value, [j]),
        conclusion: "= \(Number.text(total)), before dividing by the positives")
    ]
  }

  /// The loss of one class at a logit, in symbols.
  func formula(_ x: Double, className: String, isObject: Bool) -> Formula {
    // Written with the probability of the right answer, so that no digits are lost near 1.
    let right = Exact.sigmoid(isObject ? x : -x)
    let wrong = Exact.sigmoid(isObject ? -x : x)
    let weight = Formula.named(isObject ? "α" : "(1 − α)", isObject ? alpha : 1 - alpha)
    let focus = Formula.named(isObject ? "(1 − p_\(className))" : "p_\(className)", wrong)
      .power(.named("γ", gamma))
    return weight * focus * surprise(x, right, isObject ? "p_\(className)" : "(1 − p_\(className))", isObject)
  }

  private func surprise(_ x: Double, _ right: Double, _ name: String, _ isObject: Bool) -> Formula {
    let z = isObject ? x : -x
    if clip == 0 {
      // ln p is −ln(1 + e^−z): safe where p rounds to 0 or 1.
      return z > -30 ? .ln(1 + .exp(.negated(.named("z", z)))) : .named("−z", -z)
    }
    let clamped = min(max(right, clip), 1 - clip)
    return .negated(.ln(.named(clamped == right ? name : "clamped \(name)", clamped) + .named("ε", clip)))
  }
}
