import Traces

/// What the loss asks of a prior's scores, once its gradients are known.
struct PullWhy {
  let trace: Trace

  func reasons(_ element: Element) -> [Reason] {
    switch element {
    case .anchor(let prior), .pair(_, let prior): pull(prior)
    case .gt, .loss, .box: []
    }
  }

  private func pull(_ prior: Int) -> [Reason] {
    guard let pulls = trace["gradients.magnitude"]?.doubles, pulls.indices.contains(prior) else { return [] }
    guard pulls[prior] != 0 else {
      return [Reason("pull", words: "no loss hangs on its scores", conclusion: "no gradient: it teaches nothing")]
    }
    let names = ["predictions.cls_logits", "predictions.objectness"]
    guard let name = names.first(where: { trace[$0] != nil }),
      let gradient = trace["gradients." + name.dropFirst("predictions.".count)]?.row(prior), !gradient.isEmpty
    else { return [] }
    let place = 1 + pulls.count { $0 > pulls[prior] }
    return [
      Reason(
        "pull", sum(gradient), is: .init("gradients.magnitude", [prior]),
        conclusion:
          "= \(Number.text(pulls[prior], digits: 3)), place \(Number.count(place)) of \(Number.count(pulls.count)) \(trace.priorName)s"
      )
    ]
  }

  /// Σ|∂L/∂x|, the largest spelt out.
  private func sum(_ gradient: [Double]) -> Formula {
    let order = gradient.indices.sorted { abs(gradient[$0]) > abs(gradient[$1]) }
    let shown = order.prefix(gradient.count > 3 ? 2 : 3)
    var terms = shown.map { Formula.abs(.named("∂L/∂x\(suffix($0, gradient.count))", gradient[$0])) }
    if gradient.count > shown.count {
      let rest = order.dropFirst(shown.count).reduce(0) { $0 + abs(gradient[$1]) }
      terms.append(.named("\(gradient.count - shown.count) others", rest))
    }
    return terms.dropFirst().reduce(terms[0], +)
  }

  private func suffix(_ index: Int, _ count: Int) -> String {
    if count == 1 { return "" }
    return "_" + (trace.scene.classes.indices.contains(index) ? trace.scene.classes[index] : "background")
  }
}
