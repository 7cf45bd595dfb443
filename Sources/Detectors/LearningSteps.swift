import Tensors
import Traces

extension Iteration {
  mutating func computeGradients() {
    guard let objective else { return }
    let gradients = tape.gradients(of: objective)
    self.gradients = gradients
    for head in heads {
      guard let gradient = gradients[prediction(head.prediction)] else { continue }
      record("gradients.\(head.prediction)", gradient)
    }
    var bars: [(name: String, norm: Double)] = []
    if given == nil {
      for (name, variable) in zip(network.names, run.variables) {
        guard let gradient = gradients[variable] else { continue }
        record("gradients.weights.\(name)", gradient)
        let norm = gradient.norm
        bars.append((name, norm))
      }
    }
    showGradients(bars)
  }

  private mutating func showGradients(_ bars: [(name: String, norm: Double)]) {
    let magnitudes = (trace["gradients.cls_logits"]).map { value in
      (0..<value.shape[0]).map { row in value.row(row).reduce(0) { $0 + abs($1) } }
    }
    if let magnitudes { record("gradients.cls_magnitude", shape: [magnitudes.count], magnitudes) }
    let map = View.priorMap(
      View.PriorMap(
        title: "pull on each \(trace.priorName)'s class scores: Σ|∂L/∂logit|", value: "gradients.cls_magnitude",
        scale: .magnitude))
    let ranking = View.ranking(
      View.Ranking(title: "\(trace.priorName)s that pull most", value: "gradients.cls_magnitude", heading: "pull"))
    let clip = settings[SharedParameters.clipNorm]
    guard let largest = bars.max(by: { $0.norm < $1.norm }) else {
      headline("The total loss reaches every prediction; there is no network here to pass it on to.")
      return show(map, ranking)
    }
    guard largest.norm > 0 else {
      headline("Every gradient is 0: nothing pulls at any weight.")
      return show(map, ranking)
    }
    let cut = bars.count { clip > 0 && $0.norm > clip }
    headline(
      "The largest gradient is that of \(largest.name), norm \(Number.text(largest.norm, digits: 3))"
        + (clip > 0
          ? "; \(cut) of \(bars.count) \(cut == 1 ? "is" : "are") over the clip norm \(Number.text(clip)) and will be cut."
          : "."))
    show(
      .bars(
        View.Bars(
          title: "norm of each gradient (w weights, b biases)",
          bars: bars.sorted { $0.norm > $1.norm }.map { View.Bars.Bar(Network.label(of: $0.name), $0.norm) },
          marks: clip > 0 ? [Mark("clip", clip)] : [], logarithmic: true)),
      map, ranking)
  }

  mutating func update() {
    guard let gradients else { return }
    let slopes = run.variables.map { gradients[$0] }
    optimizer.update(&updated, gradients: slopes)
    var rows: [(row: View.Table.Row, share: Double)] = []
    // Weights that start at 0 have no share to be sorted by.
    var fromZero: [View.Table.Row] = []
    var moved = 0.0
    for index in network.names.indices {
      let (name, before, after) = (network.names[index], network.weights[index], updated[index])
      record("updated.\(name)", after)
      let step = before.distance(to: after)
      moved += step * step
      let norm = before.norm
      let factor = slopes[index].map { Number.text(Double(optimizer.clipScale($0)), digits: 2) } ?? "frozen"
      let share = norm > 0 ? step / norm : Double.infinity
      let percent = norm > 0 ? "\(Number.fixed(100 * share, decimals: 2))%" : "from 0"
      let cells = [
        Network.label(of: name), Number.text(norm, digits: 3), factor, Number.text(step, digits: 3), percent,
      ]
      if norm > 0 { rows.append((View.Table.Row(cells), share)) } else { fromZero.append(View.Table.Row(cells)) }
    }
    if case .sgd = optimizer.rule {
      trace.annotate { $0.formula = "v ← momentum · v + g,  w ← w − rate · v  (SGD)" }
    }
    let frozen = settings[SharedParameters.freeze]
    headline(
      "\(Number.count(network.parameterCount)) weights moved by a step of length \(Number.text(moved.squareRoot(), digits: 3)), at rate "
        + "\(Number.text(optimizer.learningRate)) with \(settings[SharedParameters.optimizer].rawValue)"
        + (frozen.isEmpty ? "." : "; frozen: \(frozen.joined(separator: ", "))."))
    show(
      .table(
        View.Table(
          title: "weights, those that moved most for their size first",
          columns: ["weight", "norm", "clip ×", "step", "share"],
          rows: rows.sorted { $0.share > $1.share }.map(\.row) + fromZero,
          note: "w weights, b biases. clip ×: what the gradient was cut by. step: length of the move; share: of norm."))
    )
  }
}
