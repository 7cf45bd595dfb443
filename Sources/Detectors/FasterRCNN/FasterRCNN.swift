import Boxes
import Scenes
import Tensors
import Traces

/// Faster R-CNN (Ren et al. 2015) on a feature pyramid (Lin et al. 2017), as EECS 498's assignment computes it, with
/// the second stage's boxes completed.
///
/// Read the list of steps from top to bottom: it is one training iteration. The first stage, the region proposal
/// network (RPN), asks of every anchor whether there is anything; the second asks of its best boxes what it is.
public struct FasterRCNN: Detector {
  public static let name = "fasterrcnn"
  public static let title = "Faster R-CNN"
  public static let summary = "Proposals first, then what they are: two stages (Ren et al. 2015)."

  public static let lossCount = 6
  public static let objectClaim = Claim(
    step: Claim.positives.step, words: { "\(Claim.positives.words($0)) in the RPN" },
    wish: { "\(Claim.positives.wish($0, $1)) in the RPN" }, readsPredictions: Claim.positives.readsPredictions,
    priors: Claim.positives.priors)

  public static let steps: [Step<FasterRCNN>] = [
    .picture,
    .backbone,
    .pyramid,
    Step(
      "heads", "RPN: is there anything, at every anchor", formula: "objectness = 1 / (1 + e^−logit)",
      source: "Ren et al. 2015, section 3.1",
      meaning:
        "The region proposal network, a few convolutions shared by all levels, guesses for each anchor whether it holds any object, and four box numbers.",
      when: .network
    ) { _, iteration in
      iteration.runHeads()
    } then: { _, iteration in
      iteration.showGuesses(of: FasterRCNN.self)
    },
    .readPredictions,
    Step(
      "anchors", "Anchors: boxes laid out in advance",
      formula: "w = √(size² / ratio),  h = w·ratio,  size = 8·stride,  centre = (cell + offset)·stride",
      source: "Ren et al. 2015, section 3.1.1; EECS 498",
      meaning:
        "Every cell holds the same few boxes, wide, square and tall. The RPN says which of them to bend into proposals."
    ) { $0.layAnchors(&$1) },
    Step(
      "overlap", "Overlap: every object with every anchor",
      formula: "IoU = i / (a + b − i),  i the shared area", source: "EECS 498",
      meaning: "1 is the same box, 0 is apart. A row is one object; most anchors are nowhere near it."
    ) { $0.measureOverlap(&$1) },
    Step(
      "match", "Match: positive, neutral or background",
      formula: "+ IoU ≥ upper threshold    ~ between    − IoU ≤ lower threshold",
      source: "Ren et al. 2015, section 3.1.2; EECS 498",
      meaning:
        "Each anchor takes the object it overlaps most. Neutral anchors are neither one nor the other: they teach nothing."
    ) { $0.match(&$1) },
    Step(
      "sample", "Sample: a few anchors are drawn",
      formula: "positives = min(⌊fraction · S⌋, available),  background fills up to S",
      source: "Ren et al. 2015, section 3.1.3",
      meaning:
        "Background outnumbers objects by hundreds to one. Drawing S anchors at random, up to half of them positive, keeps the few heard."
    ) { $0.draw(&$1) },
    Step(
      "targets", "Targets: what a positive should predict",
      formula: "t = (Δcx / w, Δcy / h, ln(gt.w / w), ln(gt.h / h))", source: "Girshick et al. 2014; EECS 498",
      meaning: "The four numbers that would bend the anchor into its object: where its centre moves, and how it grows."
    ) { $0.encodeTargets(&$1) },
    Step(
      "bce", "RPN loss: object or not", formula: "−ln p where positive, −ln(1 − p) where background,  Σ / S",
      source: "Ren et al. 2015, section 3.1.2",
      meaning: "Binary cross entropy of the drawn anchors' objectness. Anchors that were not drawn are in no loss."
    ) { $0.objectnessLoss(&$1) },
    Step(
      "l1", "RPN loss: the boxes of drawn positives", formula: "|prediction − target|,  Σ / S",
      source: "EECS 498; smooth L1 in Ren et al. 2015",
      meaning: "Only drawn positives have a box to learn. It too is divided by S, so both losses weigh alike."
    ) { $0.proposalBoxLoss(&$1) },
    Step(
      "propose", "Proposals: the boxes worth a second look",
      formula: "decode, cut to the picture, best of each level, NMS in the level, best of all",
      source: "Ren et al. 2015, section 3.3; EECS 498",
      meaning:
        "The RPN's guesses as boxes. Of boxes on the same thing only the most certain stays. From here on they are fixed: no gradient flows to where they lie."
    ) { $0.propose(&$1) },
    Step(
      "rois", "Regions: which proposals teach the second stage",
      formula: "+ IoU > roi_iou, a quarter at most    − IoU ≤ roi_iou", source: "Girshick 2015, section 2.3; EECS 498",
      meaning:
        "Each region of interest (RoI) takes the object it overlaps most. The GT boxes are mixed in, so that there is something to learn while proposals are poor.",
      when: .network
    ) { $0.chooseRegions(&$1) },
    Step(
      "align", "RoIAlign: every region as 7×7 numbers a channel",
      formula: "level = ⌊5 + log2(√area / 224)⌋;  bin = mean of its points,  point = Σ value · weight of 4 cells",
      source: "He et al. 2017, section 3; Lin et al. 2017, section 4.2",
      meaning:
        "Large regions are read from coarse levels, small ones from fine. Nothing is rounded: each point takes its four neighbours by how near they are.",
      when: .network
    ) { $0.align(&$1) },
    Step(
      "stage2", "Second stage: what each region is",
      formula: "h = relu(W·x + b) twice;  p = eˣ / Σ eˣ over K + 1 classes",
      source: "Girshick 2015; Lin et al. 2017, section 4.2",
      meaning:
        "Two fully connected layers read a region's numbers. They give a score to each class and to background, and for each class four box numbers.",
      when: .network
    ) { $0.classify(&$1) },
    Step(
      "ce", "Second stage's loss: the classes", formula: "−ln p of the right class or background,  Σ / regions drawn",
      source: "Girshick 2015, section 2.3; EECS 498",
      meaning: "Cross entropy over K + 1 classes: here the classes compete, and background is one of them.",
      when: .network
    ) { $0.classLoss(&$1) },
    Step(
      "box", "Second stage's loss: the boxes", formula: "|prediction − target| of the own class,  Σ / regions drawn",
      source: "Girshick 2015, section 2.3",
      meaning: "A drawn foreground region also learns to bend into its object, with the numbers of its object's class.",
      when: .network
    ) { $0.regionBoxLoss(&$1) },
    .gradients,
    .update,
    Step(
      "detections", "Detections: what it finds now",
      formula: "box = proposal bent by its class,  score = p > threshold,  NMS",
      source: "Girshick 2015; torchvision",
      meaning:
        "The proposals alone, without the GT that were mixed in, scored by the second stage before the update. Background is no detection.",
      when: .network
    ) { $0.detect(&$1) },
  ]

  public static let states = StateLegend(
    value: "match.state",
    states: [
      .init(1, "positive", .positive), .init(-1, "neutral", .between), .init(0, "background", .negative),
    ])

  public var settings: Settings
  private var anchors: [Box] = []
  private var matching: ThresholdMatching?
  private var sample: BalancedSample?
  private var targets: [Double] = []
  private var proposals: RegionProposals?
  private var regions: RegionMatching?
  /// R,C,H,W; then R,K+1 and R,4K. Nil where there is no region.
  private var pooled: Tape.Variable?
  private var classes: Tape.Variable?
  private var deltas: Tape.Variable?

  public init(_ settings: Settings) { self.settings = settings }

  public static func priors(on scene: Scene, _ settings: Settings) -> PriorGrid {
    Anchors.grid(on: scene, settings)
  }

  public static func heads(classes: Int, _ settings: Settings) -> [HeadSpecification] {
    let prior = settings[SharedParameters.priorProbability]
    return [
      HeadSpecification(
        name: "objectness", tower: "rpn", prediction: "objectness", depth: nil, bias: -Exact.log((1 - prior) / prior)),
      HeadSpecification(name: "box", tower: "rpn", prediction: "box_deltas", depth: 4),
    ]
  }

  public static func scoreFormula(_ settings: Settings) -> String { "objectness = 1 / (1 + e^−logit)" }

  public static func layers(classes: Int, _ settings: Settings) -> [LayerSpecification] {
    let side = settings[roiSize]
    let width = settings[roiChannels]
    let inputs = settings[SharedParameters.pyramidChannels] * side * side
    let layers = [
      LayerSpecification(name: "fc1", inputs: inputs, outputs: width),
      LayerSpecification(name: "fc2", inputs: width, outputs: width),
      LayerSpecification(name: "cls", inputs: width, outputs: classes + 1, deviation: 0.01),
    ]
    guard settings[secondStageBoxes] else { return layers }
    return layers + [LayerSpecification(name: "box", inputs: width, outputs: 4 * classes, deviation: 0.001)]
  }

  static func anchors(on grid: PriorGrid, _ settings: Settings) -> [Box] {
    let sizes = settings[AnchorParameters.strides].map { settings[strideScale] * Double($0) }
    return Anchors(on: grid, settings, sizes: sizes).boxes
  }

  // MARK: The first stage

  private mutating func layAnchors(_ iteration: inout Iteration) {
    anchors = Self.anchors(on: iteration.grid, settings)
    iteration.record("anchors.boxes", shape: [anchors.count, 4], anchors.flatMap(\.corners))
    iteration.describeAnchors(anchors)
  }

  private mutating func measureOverlap(_ iteration: inout Iteration) {
    let overlap = OverlapMatrix(of: iteration.objects.map(\.box), with: anchors)
    iteration.record("overlap.iou", shape: [overlap.rows, overlap.columns], overlap.values)
    iteration.describeOverlap(overlap, thresholds: marks)
  }

  private mutating func match(_ iteration: inout Iteration) {
    let matching = ThresholdMatching(
      anchors, to: iteration.objects.map(\.box), in: iteration.scene, settings.regionThresholds)
    self.matching = matching
    iteration.record(matching)
    iteration.describe(matching, thresholds: marks)
  }

  private mutating func draw(_ iteration: inout Iteration) {
    guard let matching else { return }
    let background = matching.states.indices.filter { matching.states[$0] == .negative }
    let sample: BalancedSample
    if let given = GivenSample(iteration.extras) {
      sample = BalancedSample(
        positives: given.positives, negatives: given.negatives,
        available: (matching.positives.count, background.count))
    } else {
      var generator = iteration.generator(for: .anchors)
      sample = BalancedSample(
        from: matching.positives, background, size: settings[Self.samples], fraction: settings[Self.positiveFraction],
        using: &generator)
    }
    self.sample = sample
    iteration.record(sample)
    iteration.describe(sample, of: matching)
  }

  private mutating func encodeTargets(_ iteration: inout Iteration) {
    guard let matching else { return }
    let coding = settings.proposalCoding
    targets = Array(repeating: 0, count: anchors.count * 4)
    for j in matching.positives {
      guard let gt = matching.owners[j] else { continue }
      let target = coding.encode(iteration.objects[gt].box, from: anchors[j], log: Exact.log)
      targets.replaceSubrange(j * 4..<j * 4 + 4, with: target)
    }
    iteration.record("targets.box_deltas", shape: [anchors.count, 4], targets)
    iteration.describeTargets(targets, of: matching)
  }

  private mutating func objectnessLoss(_ iteration: inout Iteration) {
    guard let sample else { return }
    let variable = iteration.prediction("objectness")
    let logits = iteration.tape[variable]
    let size = Double(settings[Self.samples])
    var perAnchor = [Double](repeating: 0, count: anchors.count)
    var gradient = Tensor.zeros(logits.shape)
    for (drawn, target) in [(sample.positives, 1.0), (sample.negatives, 0)] {
      for j in drawn {
        let term = BinaryCrossEntropy.evaluate(Double(logits.elements[j]), target: target)
        perAnchor[j] = term.loss
        gradient.elements[j] = Float(term.derivative / size)
      }
    }
    iteration.record(
      "rpn_objectness", "RPN: object or not", perPrior: perAnchor, of: "anchor",
      over: .init("S", size), gradients: [(variable, gradient)])
    iteration.describeObjectness(perAnchor, sample)
  }

  private mutating func proposalBoxLoss(_ iteration: inout Iteration) {
    guard let sample else { return }
    let variable = iteration.prediction("box_deltas")
    let size = Double(settings[Self.samples])
    let loss = SmoothL1Loss(shape: .l1, sigma: 1).evaluate(
      iteration.tape[variable], targets, rows: sample.positives, normalizer: size)
    iteration.record(
      "rpn_box", "RPN: boxes", perPrior: loss.perPrior, of: "anchor", over: .init("S", size),
      gradients: [(variable, loss.gradient)])
    iteration.recordTotal("rpn_total", of: ["rpn_objectness", "rpn_box"])
    iteration.describeProposalBoxLoss(loss.perPrior, sample.positives)
  }

  private mutating func propose(_ iteration: inout Iteration) {
    let deltas = iteration.tape[iteration.prediction("box_deltas")].elements.map(Double.init)
    let coding = settings.proposalCoding
    let decoded = anchors.indices.map { j -> Box in
      let four = (deltas[4 * j], deltas[4 * j + 1], deltas[4 * j + 2], deltas[4 * j + 3])
      return coding.decode(four, from: anchors[j], exp: Exact.exp)
    }
    iteration.record("decoded.boxes", shape: [decoded.count, 4], decoded.flatMap(\.corners))
    let scores = iteration.tape[iteration.prediction("objectness")].elements.map(Double.init)
    let proposals = RegionProposals(
      decoded, scores: scores, levels: iteration.grid.levels.map(\.range), width: Double(iteration.scene.width),
      height: Double(iteration.scene.height), settings.proposalLimits)
    self.proposals = proposals
    iteration.record(proposals, scores: scores)
    iteration.describe(proposals, reaching: settings[Self.roiIoU])
  }

  // MARK: The second stage

  private mutating func chooseRegions(_ iteration: inout Iteration) {
    guard let proposals else { return }
    var generator = iteration.generator(for: .regions)
    let regions = RegionMatching(
      proposals.boxes, objects: iteration.objects.map(\.box), ignored: iteration.scene.ignoredObjects.map(\.box),
      settings.regionRules, using: &generator)
    self.regions = regions
    iteration.record(regions, anchors: proposals.anchors)
    iteration.describe(regions, proposals)
  }

  private mutating func align(_ iteration: inout Iteration) {
    guard let regions, !regions.boxes.isEmpty else { return iteration.describeNoRegion() }
    let pooling = RegionPooling(regions.boxes, on: iteration.grid, settings.pooling)
    let maps = iteration.grid.levels.compactMap { iteration.run.features[$0.name] }
    let pooled = iteration.tape.roiAlign(maps, pooling.regions)
    self.pooled = pooled
    iteration.record(pooling, pooled: iteration.tape[pooled], maps: maps.map { iteration.tape[$0] })
    iteration.describe(pooling, regions)
  }

  private mutating func classify(_ iteration: inout Iteration) {
    guard let regions, let pooled else { return iteration.describeNoRegion() }
    let shape = iteration.tape[pooled].shape
    var x = iteration.tape.reshape(pooled, [shape[0], shape[1] * shape[2] * shape[3]])
    for name in ["fc1", "fc2"] { x = iteration.tape.relu(iteration.run.layer(name, x, on: &iteration.tape)) }
    let classes = iteration.run.layer("cls", x, on: &iteration.tape)
    self.classes = classes
    iteration.recordWeights(of: Network.secondStage)
    iteration.record("roi.cls_logits", iteration.tape[classes])
    if settings[Self.secondStageBoxes] {
      let deltas = iteration.run.layer("box", x, on: &iteration.tape)
      self.deltas = deltas
      iteration.record("roi.box_deltas", iteration.tape[deltas])
    }
    iteration.describeScores(regions)
  }

  private mutating func classLoss(_ iteration: inout Iteration) {
    guard let regions else { return }
    let loss = RegionClassLoss(
      classes.map { iteration.tape[$0] }, regions, labels: iteration.objects.map(\.label),
      background: iteration.scene.classes.count)
    iteration.record(loss, by: classes)
    iteration.describe(loss, regions)
    if !settings[Self.secondStageBoxes] { iteration.recordTotal(of: ["rpn_total", "roi_cls"]) }
  }

  private mutating func regionBoxLoss(_ iteration: inout Iteration) {
    guard settings[Self.secondStageBoxes], let regions else { return iteration.describeNoRegionBoxes() }
    let loss = RegionBoxLoss(
      deltas.map { iteration.tape[$0] }, regions, objects: iteration.objects, coding: settings.regionCoding)
    iteration.record(loss, regions, by: deltas)
    iteration.recordTotal(of: ["rpn_total", "roi_cls", "roi_box"])
    iteration.describe(loss, regions)
  }

  private mutating func detect(_ iteration: inout Iteration) {
    let count = iteration.scene.classes.count
    guard let regions, let proposals, let logits = classes.map({ iteration.tape[$0].elements }) else {
      return iteration.detect(scores: [], classes: count, boxes: [], rows: .regions(priors: []))
    }
    var scores: [Double] = []
    for r in 0..<regions.proposals {
      let row = r * (count + 1)
      scores += SoftmaxCrossEntropy.probabilities(logits[row..<row + count + 1]).dropLast()
    }
    iteration.detect(
      scores: scores, classes: count, boxes: bent(regions, classes: count, iteration),
      rows: .regions(priors: proposals.anchors))
  }

  /// P·K: each proposal, bent by each class; P where the second stage has no boxes of its own.
  private func bent(_ regions: RegionMatching, classes: Int, _ iteration: Iteration) -> [Box] {
    guard let deltas = deltas.map({ iteration.tape[$0].elements.map(Double.init) }) else {
      return Array(regions.boxes.prefix(regions.proposals))
    }
    let coding = settings.regionCoding
    var boxes: [Box] = []
    for r in 0..<regions.proposals {
      for k in 0..<classes {
        let d = 4 * (r * classes + k)
        let four = (deltas[d], deltas[d + 1], deltas[d + 2], deltas[d + 3])
        boxes.append(coding.decode(four, from: regions.boxes[r], exp: Exact.exp))
      }
    }
    return boxes
  }

  private var marks: [Mark] {
    let thresholds = settings[Self.thresholds]
    return [Mark("background", thresholds[0]), Mark("positive", thresholds[1])]
  }
}
