import Boxes
import Scenes
import Tensors
import Traces

/// FCOS (Tian et al. 2019, "Fully Convolutional One-Stage Object Detection") as mmdetection computes it.
///
/// Read the list of steps from top to bottom: it is one training iteration.
public struct FCOS: Detector {
  public static let name = "fcos"
  public static let title = "FCOS"
  public static let summary = "No anchors: points predict distances to four sides, and centerness (Tian et al. 2019)."
  public static let priorName = "point"

  public static let lossCount = 4

  public static let steps: [Step<FCOS>] = [
    .picture,
    .backbone,
    .pyramid,
    .heads(guessing: "a class, four distances and a centerness"),
    .readPredictions,
    Step(
      "points", "Points: one in every cell", formula: "x = (column + ½)·stride,  y = (row + ½)·stride",
      source: "FCOS section 3.1",
      meaning:
        "No boxes are laid out. Each cell has one point, which may say how far it is to the four sides of an object."
    ) { $0.layPoints(&$1) },
    Step(
      "candidates", "Candidates: whose a point may be",
      formula: "l, t, r, b > 0    and in the centre sample    and least ≤ max(l, t, r, b) ≤ largest of its level",
      source: "FCOS sections 3.1 and 3.2",
      meaning:
        "An object may have the points in its box, near its centre, on the level meant for such distances."
    ) { $0.findCandidates(&$1) },
    Step(
      "match", "Match: the smallest object wins",
      formula: "gt = argmin area(gt) over the objects that may have the point",
      source: "FCOS section 3.1",
      meaning:
        "Where boxes overlap a point can predict only one of them: the smallest. A point that no object may have is background."
    ) { $0.match(&$1) },
    Step(
      "targets", "Targets: four distances and a centerness",
      formula: "l = x − x1,  t = y − y1,  r = x2 − x,  b = y2 − y,  c = √(min(l,r)/max(l,r) · min(t,b)/max(t,b))",
      source: "FCOS sections 3.1 and 3.3",
      meaning: "What a positive should predict. Centerness is 1 in the middle of the box and near 0 at its sides."
    ) { $0.encodeTargets(&$1) },
    Step(
      "focal", "Focal loss: the classes", formula: "FL = −α_t (1 − p_t)^γ ln p_t,  Σ / max(1, positives)",
      source: "FCOS section 3.1; RetinaNet section 3",
      meaning:
        "p_t is the probability of the right answer. Thousands of easy negatives are turned down so that the few positives are heard."
    ) { $0.classificationLoss(&$1) },
    Step(
      "box", "Box loss: predicted box against GT, by centerness",
      formula: "−ln IoU,  Σ c·loss / Σ c", source: "FCOS section 3.1; mmdetection fcos_head.py",
      meaning:
        "All four distances are judged as one box. Points in the middle of an object count more than those at its sides."
    ) { $0.boxLoss(&$1) },
    Step(
      "centerness", "Centerness loss: a guess of one's own quality",
      formula: "−c ln p − (1 − c) ln(1 − p),  Σ / max(1, positives)", source: "FCOS section 3.3",
      meaning:
        "c is no yes or no, so the best guess, p = c, still costs something: the loss has a floor over 0."
    ) { $0.centernessLoss(&$1) },
    .gradients,
    .update,
    Step(
      "detections", "Detections: what it finds now",
      formula: "box = (x − l, y − t, x + r, y + b),  score = p(class) · p(centerness) > threshold,  NMS",
      source: "FCOS section 3.3; mmdetection fcos_head.py",
      meaning:
        "The guesses of this iteration, before the update. Centerness lowers the score of points at an object's side, whose boxes are poor."
    ) { $0.detect(&$1) },
  ]

  public var settings: Settings
  private var matching: PointMatching?
  private var targets: PointTargets?
  private var positives: [Int] = []

  public init(_ settings: Settings) { self.settings = settings }

  public static func priors(on scene: Scene, _ settings: Settings) -> PriorGrid {
    PriorGrid(
      covering: scene, strides: settings[AnchorParameters.strides], anchorsPerCell: 1,
      offset: settings[AnchorParameters.offset], spacing: settings[AnchorParameters.strideFactor])
  }

  public static func heads(classes: Int, _ settings: Settings) -> [HeadSpecification] {
    let prior = settings[SharedParameters.priorProbability]
    // e^0 is a distance of a pixel and learns at once. max(0, 0) has no slope at all: it starts at 2 strides instead.
    let isInStrides = settings[normalizeByStride]
    let norm = settings[headNorm]
    return [
      HeadSpecification(
        name: "cls", prediction: "cls_logits", depth: classes, bias: -Exact.log((1 - prior) / prior), hasNorm: norm),
      HeadSpecification(
        name: "box", prediction: "distances", depth: 4, bias: isInStrides ? 2 : 0,
        activation: isInStrides ? .rectified : .exponential,
        hasLevelScale: settings[learnedScale], hasNorm: norm),
      HeadSpecification(
        name: "centerness", tower: settings[centernessBranch] == .regression ? "box" : "cls",
        prediction: "centerness", depth: nil, hasNorm: norm),
    ]
  }

  public static func scoreFormula(_ settings: Settings) -> String {
    "score = p(class) · p(centerness),  p = 1 / (1 + e^−logit)"
  }

  // MARK: The steps

  private mutating func layPoints(_ iteration: inout Iteration) {
    let points = iteration.grid.points
    iteration.record("points.xy", shape: [points.count, 2], points.flatMap { [$0.x, $0.y] })
    iteration.describePoints(settings.pointRules)
  }

  private mutating func findCandidates(_ iteration: inout Iteration) {
    let candidates = PointCandidates(iteration.grid, iteration.objects.map(\.box), settings.pointRules)
    iteration.record(candidates)
    iteration.describe(candidates, settings.pointRules)
  }

  private mutating func match(_ iteration: inout Iteration) {
    let matching = PointMatching(
      iteration.grid, to: iteration.objects.map(\.box), ignored: iteration.scene.ignoredObjects.map(\.box),
      settings.pointRules)
    self.matching = matching
    positives = matching.positives
    iteration.record(matching)
    iteration.describe(matching)
  }

  private mutating func encodeTargets(_ iteration: inout Iteration) {
    guard let matching else { return }
    let targets = PointTargets(
      iteration.grid, matching, objects: iteration.objects.map(\.box), positives: positives)
    self.targets = targets
    let n = iteration.grid.count
    iteration.record("targets.distances", shape: [n, 4], targets.distances)
    iteration.record("targets.centerness", shape: [n], targets.centerness)
    iteration.describe(targets, positives)
  }

  private mutating func classificationLoss(_ iteration: inout Iteration) {
    guard let matching else { return }
    let logits = iteration.prediction("cls_logits")
    let labels = iteration.objects.map(\.label)
    let loss = settings.pointFocalLoss.evaluate(
      iteration.tape[logits], label: { j in matching.owner(of: j).map { labels[$0] } },
      counted: { matching.states[$0] != .ignored }, normalizer: normalizer)
    iteration.record(
      "cls", "classification", perPrior: loss.perPrior, of: Self.priorName,
      over: .init("positives", Double(positives.count)), gradients: [(logits, loss.gradient)])
    iteration.describeFocal(
      loss.perPrior, owners: (0..<iteration.grid.count).map { matching.owner(of: $0) },
      negatives: matching.count(of: .negative), labels, settings.pointFocalLoss)
  }

  private mutating func boxLoss(_ iteration: inout Iteration) {
    guard let targets else { return }
    let distances = iteration.prediction("distances")
    let grid = iteration.grid
    let loss = settings.pointBoxLoss
    let result = loss.evaluate(
      iteration.tape[distances], targets, positives: positives, stride: { grid.stride(of: $0) })
    iteration.record(result, of: loss, targets, positives: positives, gradient: (distances, result.gradient))
    iteration.describeBoxLoss(loss, targets, positives, kind: settings[Self.boxLossKind])
  }

  private mutating func centernessLoss(_ iteration: inout Iteration) {
    guard let targets else { return }
    let logits = iteration.prediction("centerness")
    let loss = CenternessLoss.evaluate(
      iteration.tape[logits], targets.centerness, positives: positives, normalizer: normalizer)
    iteration.record(
      "centerness", "centerness", perPrior: loss.perPoint, of: Self.priorName,
      over: .init("positives", Double(positives.count)), gradients: [(logits, loss.gradient)])
    iteration.recordTotal(of: ["cls", "box", "centerness"])
    iteration.describe(loss, targets, positives)
  }

  private mutating func detect(_ iteration: inout Iteration) {
    let classes = iteration.tape[iteration.prediction("cls_logits")].shape[1]
    iteration.detect(scores: iteration.scores, classes: classes, boxes: iteration.decodedBoxes)
    iteration.showWhatScoresAreMadeOf()
  }

  private var normalizer: Double { Double(max(1, positives.count)) }
}
