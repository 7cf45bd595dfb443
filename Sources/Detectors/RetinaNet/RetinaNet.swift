import Boxes
import Scenes
import Tensors
import Traces

/// RetinaNet (Lin et al. 2017, "Focal Loss for Dense Object Detection") as keras-retinanet computes it.
///
/// Read the list of steps from top to bottom: it is one training iteration.
public struct RetinaNet: Detector {
  public static let name = "retinanet"
  public static let title = "RetinaNet"
  public static let summary = "Dense anchors, IoU thresholds, focal loss (Lin et al. 2017)."

  public static let steps: [Step<RetinaNet>] = [
    .picture,
    .backbone,
    .pyramid,
    .heads,
    .readPredictions,
    Step(
      "anchors", "Anchors: boxes laid out in advance",
      formula: "w = √((size·scale)² / ratio),  h = w·ratio,  centre = (cell + offset)·stride",
      source: "keras-retinanet utils/anchors.py",
      meaning:
        "Every cell of every level holds the same few boxes. Learning only says which of them to keep and how to bend them."
    ) { $0.layAnchors(&$1) },
    Step(
      "overlap", "Overlap: every object with every anchor",
      formula: "IoU = i / (a + b − i),  i the shared area", source: "keras-retinanet utils/compute_overlap.pyx",
      meaning: "1 is the same box, 0 is apart. A row is one object; most anchors are nowhere near it."
    ) { $0.measureOverlap(&$1) },
    Step(
      "match", "Match: positive, ignored or negative",
      formula: "+ IoU ≥ positive_iou    ~ negative_iou < IoU < positive_iou    − else",
      source: "keras-retinanet utils/anchors.py",
      meaning: "Each anchor takes the object it overlaps most. Between the two thresholds it is left out of the loss."
    ) { $0.match(&$1) },
    Step(
      "targets", "Targets: what a positive should predict",
      formula: "t = ((gt − anchor) / (w, h, w, h) − mean) / std", source: "keras-retinanet utils/anchors.py",
      meaning:
        "The four numbers that would bend the anchor into its object, in units that make them about as large as 1."
    ) { $0.encodeTargets(&$1) },
    Step(
      "focal", "Focal loss: the classes", formula: "FL = −α_t (1 − p_t)^γ ln p_t,  Σ / max(1, positives)",
      source: "RetinaNet section 3; keras-retinanet losses.py",
      meaning:
        "p_t is the probability of the right answer. Thousands of easy negatives are turned down so that the few positives are heard."
    ) { $0.classificationLoss(&$1) },
    Step(
      "box", "Box loss: smooth L1 over the positives",
      formula: "0.5σ²d² if |d| < 1/σ², else |d| − 0.5/σ²,  Σ / max(1, positives)",
      source: "Girshick 2015; keras-retinanet losses.py",
      meaning:
        "d is prediction minus target. Small misses count by their square, large ones by their size, so that none shouts."
    ) { $0.boxLoss(&$1) },
    .gradients,
    .update,
    Step(
      "detections", "Detections: what it finds now",
      formula: "box = anchor + (t·std + mean)·(w, h, w, h),  score > threshold,  NMS",
      source: "keras-retinanet layers/filter_detections.py",
      meaning:
        "The guesses of this iteration, before the update, bent into boxes; of boxes on the same thing only the best stays."
    ) { $0.detect(&$1) },
  ]

  public var settings: Settings
  private var anchors: [Box] = []
  private var matching: ThresholdMatching?
  private var targets: [Double] = []

  public init(_ settings: Settings) { self.settings = settings }

  public static func priors(on scene: Scene, _ settings: Settings) -> PriorGrid {
    Anchors.grid(on: scene, settings)
  }

  public static func heads(classes: Int, _ settings: Settings) -> [HeadSpecification] {
    let prior = settings[SharedParameters.priorProbability]
    return [
      HeadSpecification(
        name: "cls", prediction: "cls_logits", depth: classes, bias: -Exact.log((1 - prior) / prior)),
      HeadSpecification(name: "box", prediction: "box_deltas", depth: 4),
    ]
  }

  // MARK: The steps

  private mutating func layAnchors(_ iteration: inout Iteration) {
    anchors = Anchors(on: iteration.grid, settings).boxes
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
      anchors, to: iteration.objects.map(\.box), in: iteration.scene, settings.thresholds)
    self.matching = matching
    iteration.record(matching)
    iteration.describe(matching, thresholds: marks)
  }

  private mutating func encodeTargets(_ iteration: inout Iteration) {
    guard let matching else { return }
    let coding = BoxCoding(settings)
    targets = Array(repeating: 0, count: anchors.count * 4)
    for j in matching.positives {
      guard let gt = matching.owners[j] else { continue }
      let target = coding.encode(iteration.objects[gt].box, from: anchors[j], log: Exact.log)
      targets.replaceSubrange(j * 4..<j * 4 + 4, with: target)
    }
    iteration.record("targets.box_deltas", shape: [anchors.count, 4], targets)
    iteration.describeTargets(targets, of: matching)
  }

  private mutating func classificationLoss(_ iteration: inout Iteration) {
    guard let matching else { return }
    let logits = iteration.prediction("cls_logits")
    let labels = iteration.objects.map(\.label)
    let positives = matching.positives.count
    let loss = settings.focalLoss.evaluate(
      iteration.tape[logits], label: { j in matching.owners[j].map { labels[$0] } },
      counted: { matching.states[$0] != .ignored }, normalizer: Double(max(1, positives)))
    iteration.record(
      "cls", "classification", perPrior: loss.perPrior, of: "anchor",
      over: .init("positives", Double(positives)), gradients: [(logits, loss.gradient)])
    iteration.describeFocal(
      loss.perPrior, owners: matching.owners, negatives: matching.count(of: .negative), labels, settings.focalLoss)
  }

  private mutating func boxLoss(_ iteration: inout Iteration) {
    guard let matching else { return }
    let deltas = iteration.prediction("box_deltas")
    let positives = matching.positives
    let loss = settings.boxLoss.evaluate(
      iteration.tape[deltas], targets, rows: positives, normalizer: Double(max(1, positives.count)))
    iteration.record(
      "box", "box", perPrior: loss.perPrior, of: "anchor",
      over: .init("positives", Double(positives.count)), gradients: [(deltas, loss.gradient)])
    iteration.recordTotal(of: ["cls", "box"])
    iteration.describeBoxLoss(loss.perPrior, positives, settings.boxLoss)
  }

  private mutating func detect(_ iteration: inout Iteration) {
    let coding = BoxCoding(settings)
    let deltas = iteration.tape[iteration.prediction("box_deltas")].elements.map(Double.init)
    let boxes = anchors.indices.map { j in
      coding.decode(
        (deltas[j * 4], deltas[j * 4 + 1], deltas[j * 4 + 2], deltas[j * 4 + 3]), from: anchors[j],
        exp: Exact.exp)
    }
    iteration.record("decoded.boxes", shape: [boxes.count, 4], boxes.flatMap(\.corners))
    iteration.detect(scores: iteration.scores, classes: iteration.scene.classes.count, boxes: boxes)
  }

  private var marks: [Mark] {
    [Mark("negative_iou", settings[Self.negativeIoU]), Mark("positive_iou", settings[Self.positiveIoU])]
  }
}
