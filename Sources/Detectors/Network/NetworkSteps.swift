import Tensors
import Traces

/// The steps that every detector with the built-in network shares.
extension Step where D: Detector {
  static var picture: Step {
    Step(
      "image", "The picture and its objects", formula: "x = pixel / 127.5 − 1", source: "this network's input",
      meaning: "The network sees three channels of numbers from −1 to 1. The boxes are what it should learn to find.",
      for: .record
    ) { _, iteration in iteration.showPicture() }
  }

  /// In the words of the default family; the iteration puts those of its own in their place.
  static var backbone: Step {
    let words = SharedParameters.backbone.standard.family.words
    return Step(
      "backbone", "Backbone: from pixels to features", formula: words.formula, source: words.source,
      meaning: words.meaning, when: .network
    ) { _, iteration in iteration.runBackbone() }
  }

  static var pyramid: Step {
    Step(
      "pyramid", "Feature pyramid: every scale gets meaning",
      formula: "P5 = 1×1(C5),  P4 = 1×1(C4) + up(P5),  P3 = 1×1(C3) + up(P4),  P6, P7 from C5",
      source: "Lin et al. 2017; RetinaNet section 4",
      meaning: "Coarse maps know what, fine maps know where; adding them from the top down gives both at each size.",
      when: .network
    ) { _, iteration in iteration.runPyramid() }
  }

  static var heads: Step { heads(guessing: "a class and four box numbers") }

  /// - Parameter guesses: what the heads predict for each prior, in words.
  static func heads(guessing guesses: String) -> Step {
    Step(
      "heads", "Heads: a guess at every \(D.priorName)",
      formula: D.scoreFormula(Settings(defaultsOf: D.self)) + ",  bias = −ln((1 − π) / π)",
      source: "RetinaNet sections 3.3 and 4",
      meaning:
        "The same few convolutions run over every level; they guess \(guesses) for each \(D.priorName).",
      when: .network
    ) { _, iteration in
      iteration.runHeads()
    } then: { _, iteration in
      iteration.showGuesses(of: D.self)
    }
  }

  static var readPredictions: Step {
    Step(
      "predictions", "Predictions from a file", formula: D.scoreFormula(Settings(defaultsOf: D.self)),
      source: "the model that made them",
      meaning: "No network runs: another model's outputs stand in for it, and every later step works on them.",
      when: .predictions
    ) { _, iteration in
      iteration.readPredictions()
    } then: { _, iteration in
      iteration.showReadings(of: D.self)
    }
  }

  static var gradients: Step {
    Step(
      "gradients", "Gradients: who is to blame", formula: "∂L/∂w, by the chain rule from the loss back to each weight",
      source: "reverse-mode differentiation",
      meaning:
        "How the total loss would change with each prediction and each weight."
    ) { _, iteration in
      iteration.followLossToPredictions()
    } then: { _, iteration in
      iteration.followLossToWeights()
    }
  }

  static var update: Step {
    Step(
      "update", "Update: the weights move", formula: "w ← w − rate · m / (√v + ε)  (Adam; m, v: means of g, g²)",
      source: "Kingma & Ba 2015; SGD by --set optimizer=sgd",
      meaning: "Each weight takes a small step against its gradient. This is all the learning there is.", when: .network
    ) { _, iteration in iteration.update() }
  }
}

/// None of these steps depends on where in its cell a prior lies: they read `trace.priors`.
extension Iteration {
  mutating func showPicture() {
    record("image.pixels", tape[image])
    let gts = objects.count
    let ignored = scene.ignoredObjects.count
    let scaled = scene.scaling.map {
      " Scaled down from \($0.originalWidth)×\($0.originalHeight), boxes with it."
    }
    headline(
      "A picture of \(scene.width)×\(scene.height) pixels with \(gts) \(gts == 1 ? "object" : "objects")"
        + (ignored > 0 ? " and \(ignored) to ignore." : ".") + (scaled ?? ""))
    if gts == 0 {
      warn(Hazard(.noObjects, "no object on this picture: there is only background to learn"))
    }
    let isWhole = scene.objects.allSatisfy { $0.box.corners.allSatisfy { $0 == $0.rounded() } }
    let rows = scene.objects.map { object in
      let gt = object.ignored ? nil : objects.firstIndex(of: object)
      let b = object.box
      return View.Table.Row(
        [
          gt.map { "gt \($0)" } ?? "ignore", scene.classes[object.label],
          "\(Number.fixed(b.width, decimals: 0))×\(Number.fixed(b.height, decimals: 0))",
          b.corners.map { Number.fixed($0, decimals: isWhole ? 0 : 1) }.joined(separator: " "),
        ], focus: Focus(gt: gt))
    }
    show(
      .table(
        View.Table(
          title: "objects", columns: ["", "class", "size", "x1 y1 x2 y2"], rows: rows,
          note: "Corners in pixels, from the top left.")),
      .featureMaps(
        View.FeatureMaps(title: "what the network sees: mean |x| of red, green, blue", values: ["image.pixels"])))
  }

  mutating func runPyramid() {
    run.pyramid(on: &tape)
    recordWeights(of: "pyramid")
    let names = trace.priors.levels.map(\.name)
    recordFeatures(names)
    trace.annotate { $0.formula = network.plan.pyramidFormula }
    headline(
      "\(names.count) levels of \(settings[SharedParameters.pyramidChannels]) channels, "
        + "\(names.first ?? "") to \(names.last ?? ""): \(Number.count(trace.priors.count)) \(trace.priorName)s will hang on their "
        + "\(Number.count(trace.priors.levels.reduce(0) { $0 + $1.width * $1.height })) cells.")
    show(
      .featureMaps(
        View.FeatureMaps(
          title: "\(names.first ?? "") to \(names.last ?? ""): mean activation",
          values: names.map { "features.\($0)" })))
  }

  mutating func runHeads() {
    for head in heads { predictions[head.prediction] = run.head(head, on: &tape) }
    recordWeights(of: "heads")
  }

  mutating func showGuesses<D: Detector>(of detector: D.Type) {
    setByHand()
    recordPredictions()
    trace.annotate { $0.formula = D.scoreFormula(settings) + ",  bias = −ln((1 − π) / π)" }
    // What the biases alone come to: the last convolution's weights are small.
    let biases = heads.map { ($0.prediction, Tensor(shape: $0.shape(priors: 1), elements: $0.biases.map(Float.init))) }
    let start = D.scores(Dictionary(uniqueKeysWithValues: biases), settings).first ?? 0
    showScores(
      of: detector,
      opening: trace.iteration == 1
        ? "Untrained, every \(hasClasses ? "class" : trace.priorName) starts at \(Number.text(start, digits: 3)): the best"
        : "The best")
  }

  mutating func readPredictions() {
    for (name, tensor) in given ?? [:] { predictions[name] = tape.parameter(tensor) }
  }

  mutating func showReadings<D: Detector>(of detector: D.Type) {
    setByHand()
    recordPredictions()
    trace.annotate { $0.formula = D.scoreFormula(settings) }
    showScores(of: detector, opening: "Read from \(predictionsSource): the best")
  }

  /// Whether the heads tell classes apart, and not only objects from background.
  var hasClasses: Bool { heads.contains { $0.prediction == "cls_logits" } }

  private mutating func recordPredictions() {
    for head in heads { record("predictions.\(head.prediction)", tape[prediction(head.prediction)]) }
  }

  /// The best score of each prior.
  private mutating func showScores<D: Detector>(of detector: D.Type, opening: String) {
    self.scores = D.scores(predictions.mapValues { tape[$0] }, settings)
    let classes = self.scores.count / max(1, trace.priors.count)
    let scores = (0..<trace.priors.count).map { self.scores[$0 * classes..<($0 + 1) * classes].max() ?? 0 }
    record("heads.score", shape: [scores.count], scores)
    let best = scores.indices.max { scores[$0] < scores[$1] }
    let mean = scores.reduce(0, +) / Double(max(1, scores.count))
    let highest = best.map { "\(Number.text(scores[$0], digits: 3)) at \(trace.priors.label(of: $0))" } ?? "0"
    headline(
      "\(opening) score of \(trace.aPrior) on average \(Number.text(mean, digits: 3)), highest \(highest), "
        + (hasClasses ? "over \(classes) \(classes == 1 ? "class" : "classes")." : "of there being any object."))
    for (index, level) in trace.priors.levels.enumerated() {
      let part = scores[level.range]
      substep(
        level.name,
        "\(level.name): \(Number.count(level.count)) \(trace.priorName)s, highest score \(Number.text(part.max() ?? 0, digits: 3)).",
        focus: Focus(level: index))
    }
    show(
      .priorMap(View.PriorMap(title: "best score of each \(trace.priorName)", value: "heads.score", scale: .spread)),
      .ranking(View.Ranking(title: "\(trace.priorName)s of highest score", value: "heads.score", heading: "score")))
  }

  /// How many numbers the weights have whose names begin with this: "backbone" or "backbone.stage2".
  func parameters(of beginning: String) -> Int {
    zip(network.names, network.weights).reduce(0) {
      $1.0.hasPrefix(beginning + ".") ? $0 + $1.1.count : $0
    }
  }

  /// The weights whose names begin with a part's. Those of a second stage wait until it runs.
  mutating func recordWeights(of part: String) {
    for (name, weight) in zip(network.names, network.weights) {
      let isLater = part != Network.secondStage && name.hasPrefix(Network.secondStage + ".")
      if name.hasPrefix(part + "."), !isLater { record("weights.\(name)", weight) }
    }
  }

  mutating func recordFeatures(_ names: [String]) {
    for name in names {
      guard let variable = run.features[name] else { continue }
      let map = tape[variable]
      record("features.\(name)", map)
      let level = trace.priors.levels.firstIndex { $0.name == name }
      let mean = map.elements.reduce(0.0) { $0 + Double(abs($1)) } / Double(max(1, map.count))
      substep(
        name,
        "\(name): \(map.shape[0]) channels of \(map.shape[2])×\(map.shape[1]), "
          + "one cell for \(size.width / max(1, map.shape[2])) pixels or so; mean magnitude \(Number.text(mean, digits: 3)).",
        focus: Focus(level: level))
    }
  }
}

extension Network.Plan {
  /// What the levels that there are come from.
  fileprivate var pyramidFormula: String {
    let merged = laterals.reversed().map { level in
      level == laterals.last ? "P\(level) = 1×1(C\(level))" : "P\(level) = 1×1(C\(level)) + up(P\(level + 1))"
    }
    let extra = levels.filter { $0 > 5 }.map { "P\($0)" }
    return (merged + (extra.isEmpty ? [] : ["\(extra.joined(separator: ", ")) from C5"])).joined(separator: ",  ")
  }
}
