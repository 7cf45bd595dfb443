import Tensors
import Traces

extension Iteration {
  /// As far as the predictions: without the network's own way back, which takes longest.
  mutating func followLossToPredictions() {
    guard let objective else { return }
    let gradients = tape.gradients(of: objective, onlyBy: heads.map { prediction($0.prediction) })
    for head in heads {
      guard let gradient = gradients[prediction(head.prediction)] else { continue }
      record("gradients.\(head.prediction)", gradient)
    }
    showPull()
  }

  /// Through the network to every weight.
  mutating func followLossToWeights() {
    guard let objective else { return }
    let frozen = settings[SharedParameters.freeze]
    let held = zip(network.names, run.variables).filter { frozen.contains(Network.part(of: $0.0)) }.map(\.1)
    let gradients = tape.gradients(
      of: objective, holding: held, wanted: heads.map { prediction($0.prediction) })
    self.gradients = gradients
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

  /// What the loss asks of each prior.
  private mutating func showPull() {
    let magnitudes = heads.first.flatMap { trace["gradients.\($0.prediction)"] }.map { value in
      (0..<value.shape[0]).map { row in value.row(row).reduce(0) { $0 + abs($1) } }
    }
    if let magnitudes { record("gradients.magnitude", shape: [magnitudes.count], magnitudes) }
    headline("The total loss has reached every prediction, and not yet the weights.")
    let (map, ranking) = pullViews
    show(map, ranking)
  }

  private var pullViews: (map: View, ranking: View) {
    let map = View.priorMap(
      View.PriorMap(
        title:
          "pull on each \(trace.priorName)'s \(hasClasses ? "class scores: Σ|∂L/∂logit|" : "objectness: |∂L/∂logit|")",
        value: "gradients.magnitude", scale: .magnitude))
    return (
      map,
      .ranking(
        View.Ranking(title: "\(trace.priorName)s that pull most", value: "gradients.magnitude", heading: "pull"))
    )
  }

  private mutating func showGradients(_ bars: [(name: String, norm: Double)]) {
    let (map, ranking) = pullViews
    let clip = settings[SharedParameters.clipNorm]
    guard let largest = bars.max(by: { $0.norm < $1.norm }) else {
      headline(
        given == nil
          ? "The total loss reaches every prediction, and goes no further: every part of the network is frozen."
          : "The total loss reaches every prediction; there is no network here to pass it on to.")
      return show(map, ranking)
    }
    // NaN is no maximum, and no number is under it.
    let broken = bars.filter { !$0.norm.isFinite }
    guard broken.isEmpty else {
      headline(
        "\(broken.count) of \(bars.count) gradients \(broken.count == 1 ? "is" : "are") NaN or infinite: "
          + "the update would spread it to every weight they reach.")
      return show(map, ranking)
    }
    guard largest.norm > 0 else {
      headline("Every gradient is 0: nothing pulls at any weight.")
      return show(map, ranking)
    }
    let cut = bars.count { clip > 0 && $0.norm > clip }
    if clip > 0 { trace.annotate { $0.meaning += " Bars over the clip norm will be cut to it." } }
    headline(
      "The largest gradient is that of \(largest.name), norm \(Number.text(largest.norm, digits: 3))"
        + (clip > 0
          ? "; \(cut) of \(bars.count) \(cut == 1 ? "is" : "are") over the clip norm \(Number.text(clip)) and will be cut."
          : ".")
        + (frozenParts.isEmpty ? "" : " None is computed for \(frozenWords), which \(areFrozen)."))
    show(
      .bars(
        View.Bars(
          title: "norm of each gradient (w weights, b biases)",
          bars: bars.sorted { $0.norm > $1.norm }.map {
            View.Bars.Bar(Network.label(of: $0.name), $0.norm, focus: Focus(weight: $0.name))
          }
            + frozenParts.map { View.Bars.Bar("\($0.name): frozen", 0) },
          marks: clip > 0 ? [Mark("clip", clip)] : [], logarithmic: true)),
      map, ranking)
  }

  /// The parts whose weights do not move, as far as the network has them, with how many numbers they are.
  private var frozenParts: [(name: String, count: Int)] {
    settings[SharedParameters.freeze].map { (name: $0, count: parameters(of: $0)) }.filter { $0.count > 0 }
  }

  /// "backbone (297,120 weights) and heads (70,000 weights)".
  private var frozenWords: String {
    frozenParts.map { "\($0.name) (\(Number.count($0.count)) weights)" }.joined(separator: " and ")
  }

  private var areFrozen: String { frozenParts.count == 1 ? "is frozen" : "are frozen" }

  mutating func update() {
    guard let gradients else { return }
    let slopes = run.variables.map { gradients[$0] }
    optimizer = Optimizer(settings).continuing(optimizer)
    optimizer.update(&updated, gradients: slopes)
    var rows: [(row: View.Table.Row, share: Double)] = []
    // Weights that start at 0 have no share to be sorted by, and frozen ones none at all.
    var fromZero: [View.Table.Row] = []
    var frozen: [View.Table.Row] = []
    var moved = 0.0
    let scales = slopes.map { $0.map { Double(optimizer.clipScale($0)) } ?? 1 }
    let clips = scales.contains { $0 != 1 }
    for index in network.names.indices {
      let (name, before, after) = (network.names[index], network.weights[index], updated[index])
      record("updated.\(name)", after)
      let norm = before.norm
      let label = Network.label(of: name)
      guard let slope = slopes[index] else {
        frozen.append(
          View.Table.Row(
            [label, Number.text(norm, digits: 3)] + (clips ? ["frozen"] : []) + ["0", clips ? "0%" : "frozen"],
            focus: Focus(weight: name)))
        continue
      }
      let step = before.distance(to: after)
      moved += step * step
      let share = norm > 0 ? step / norm : Double.infinity
      let cells =
        [
          label, Number.text(norm, digits: 3),
        ] + (clips ? [scales[index] == 1 ? "not" : Number.text(scales[index], digits: 2)] : []) + [
          Number.text(step, digits: 3), norm > 0 ? "\(Number.fixed(100 * share, decimals: 2))%" : "from 0",
        ]
      let row = View.Table.Row(cells, focus: Focus(weight: name))
      if norm > 0 { rows.append((row, share)) } else { fromZero.append(row) }
    }
    if case .sgd = optimizer.rule {
      trace.annotate { $0.formula = "v ← momentum · v + g,  w ← w − rate · v  (SGD)" }
    }
    sayWhatMoved(by: moved.squareRoot())
    show(
      .table(
        View.Table(
          title: "weights, largest share first",
          columns: ["weight", "norm"] + (clips ? ["clip ×"] : []) + ["step", "share"],
          rows: rows.sorted { $0.share > $1.share }.map(\.row) + fromZero + frozen,
          note:
            "w weights, b biases. step: length of the move; share: of norm. "
            + (clips ? "clip ×: what the gradient was cut by." : "No gradient was clipped.") + " Enter: who moved it."
        ))
    )
  }

  private mutating func sayWhatMoved(by length: Double) {
    let all = network.parameterCount
    let still = frozenParts.reduce(0) { $0 + $1.count }
    guard still < all else {
      return headline("Every part is frozen: none of the \(Number.count(all)) weights moves.")
    }
    headline(
      "\(Number.count(all - still)) weights moved by a step of length \(Number.text(length, digits: 3)), at rate "
        + "\(Number.text(optimizer.learningRate)) with \(settings[SharedParameters.optimizer].rawValue)"
        + (still == 0 ? "." : "; \(frozenWords) \(areFrozen) and stay as they were."))
  }
}
