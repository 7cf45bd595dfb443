import Boxes
import Scenes
import Tensors
import Traces

/// FreeAnchor (Zhang et al. 2019, "FreeAnchor: Learning to Match Anchors for Visual Object Detection") as mmdetection
/// computes it: no rule says which anchor is whose; each object has a bag of candidates, and learning chooses.
///
/// Read the list of steps from top to bottom: it is one training iteration.
public struct FreeAnchor: Detector {
  public static let name = "freeanchor"
  public static let title = "FreeAnchor"
  public static let summary = "A bag of anchors for each object, and learning chooses (Zhang et al. 2019)."
  public static let presets: [Preset] = []

  public static let steps: [Step<FreeAnchor>] = [
    .picture,
    .backbone,
    .pyramid,
    .heads,
    .readPredictions,
    Step(
      "anchors", "Anchors: boxes laid out in advance",
      formula: "w = size·scale / √ratio,  h = size·scale · √ratio,  centre = (cell + offset)·stride",
      source: "mmdetection anchor_generator.py",
      meaning:
        "Every cell of every level holds the same few boxes. Learning says which of them to keep and how to bend them."
    ) { $0.layAnchors(&$1) },
    Step(
      "overlap", "Overlap: every object with every anchor",
      formula: "IoU = i / (a + b − i),  i the shared area", source: "FreeAnchor section 3.2",
      meaning: "It decides nothing but who may be a candidate: the anchors that overlap an object most go into its bag."
    ) { $0.measureOverlap(&$1) },
    Step(
      "decoded", "Decoding: the guesses as boxes",
      formula: "centre = a.centre + (dx, dy)·std·(w, h),  size = (w, h)·e^((dw, dh)·std),  IoU with each gt",
      source: "FreeAnchor section 3.2; mmdetection delta_xywh_bbox_coder.py",
      meaning:
        "Each anchor is bent as its four numbers say, and what comes of it is compared with every object: it may have found one."
    ) { $0.decode(&$1) },
    Step(
      "saturation", "Saturated line: has a guess found it?",
      formula: "P{a → b} = (IoU − t1) / (t2 − t1), kept within 0 and 1;  t1 = box_threshold,  t2 = the best IoU of b",
      source: "FreeAnchor section 3.2",
      meaning:
        "P rises with the IoU from 0 at t1 to 1 at the object's best guess. For each class an anchor takes its largest P; nothing is learned through it."
    ) { $0.saturate(&$1) },
    Step(
      "bags", "Bags: the candidates of each object", formula: "A_i = the bag_size anchors of highest IoU with gt i",
      source: "FreeAnchor section 3.2",
      meaning:
        "Instead of one threshold for all, each object gets as many candidates as the next. An anchor may lie in several bags."
    ) { $0.fillBags(&$1) },
    Step(
      "likelihood", "Likelihood: how well each candidate does",
      formula: "x = P_cls · P_loc,  P_cls = 1 / (1 + e^−logit),  P_loc = e^(−λ · Σ smooth L1)",
      source: "FreeAnchor section 3.2",
      meaning:
        "P_cls says how sure the anchor is of the object's class, P_loc how well its four numbers fit the box. Both must be good."
    ) { $0.weighCandidates(&$1) },
    Step(
      "mean_max", "Mean-max: one probability for each bag",
      formula: "B = Σ w x,  w = 1 / (1 − x), divided by their sum", source: "FreeAnchor section 3.3",
      meaning:
        "While all candidates are poor, all are heard alike: the mean. Once one is good its weight outgrows the others': the maximum."
    ) { $0.poolBags(&$1) },
    Step(
      "positive", "Positive loss: one good anchor a bag",
      formula: "α · −ln B,  Σ over objects / max(1, G)",
      source: "FreeAnchor section 3.3; mmdetection free_anchor_retina_head.py",
      meaning:
        "The loss asks each bag for one good anchor and leaves open which. −ln of all bags together is −ln P_recall."
    ) { $0.positiveLoss(&$1) },
    Step(
      "negative", "Negative loss: the rest is background",
      formula: "(1 − α) · q^γ · −ln(1 − q),  q = p · (1 − P),  Σ / max(1, G · bag_size)",
      source: "FreeAnchor section 3.3; mmdetection free_anchor_retina_head.py",
      meaning:
        "Every class score p of every anchor is pressed down, but for the part P in which its guess may have found an object of the class."
    ) { $0.negativeLoss(&$1) },
    .gradients,
    .update,
    Step(
      "detections", "Detections: what it finds now", formula: "box = the decoded guess,  score = p > threshold,  NMS",
      source: "mmdetection",
      meaning:
        "The guesses of this iteration, before the update; of boxes on the same thing only the best stays."
    ) { $0.detect(&$1) },
  ]

  public var settings: Settings
  private var anchors: [Box] = []
  private var boxes: [Box] = []
  private var decoded: DecodedBoxes?
  /// For each anchor the largest part of it inside one ignored object; empty when there is none.
  private var ignoredShares: [Double] = []
  private var saturation: Saturation?
  private var bags: AnchorBags?
  private var likelihood: BagLikelihood?

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
    anchors = Anchors(on: iteration.grid, settings, sides: .fromRatio).boxes
    iteration.record("anchors.boxes", shape: [anchors.count, 4], anchors.flatMap(\.corners))
    iteration.describeAnchors(anchors)
  }

  private mutating func measureOverlap(_ iteration: inout Iteration) {
    let overlap = OverlapMatrix(of: iteration.objects.map(\.box), with: anchors)
    iteration.record("overlap.iou", shape: [overlap.rows, overlap.columns], overlap.values)
    let ignored = iteration.scene.ignoredObjects.map(\.box)
    if !ignored.isEmpty {
      ignoredShares = anchors.map { anchor in ignored.reduce(0) { max($0, anchor.shareInside($1)) } }
      iteration.record("overlap.ignored_share", shape: [anchors.count], ignoredShares)
    }
    iteration.describeOverlap(overlap, thresholds: [])
  }

  private mutating func decode(_ iteration: inout Iteration) {
    let deltas = iteration.tape[iteration.prediction("box_deltas")]
    var decoded = DecodedBoxes(deltas, from: anchors, BoxCoding(settings))
    boxes = decoded.all()
    self.decoded = decoded
    iteration.record("decoded.boxes", shape: [boxes.count, 4], boxes.flatMap(\.corners))
    let objects = iteration.objects.map(\.box)
    let iou = objects.flatMap { object in boxes.map { object.overlap(withDecoded: $0) } }
    iteration.record("decoded.iou", shape: [objects.count, boxes.count], iou)
    iteration.describeDecoded(iou, threshold: settings[Self.boxThreshold])
  }

  private mutating func saturate(_ iteration: inout Iteration) {
    guard var decoded else { return }
    let objects = iteration.objects
    let saturation = Saturation(
      of: objects.map(\.box), labels: objects.map(\.label), in: &decoded, anchors: anchors.count,
      lower: settings[Self.boxThreshold])
    self.saturation = saturation
    iteration.record(saturation, classes: iteration.scene.classes.count)
    iteration.describe(saturation)
  }

  private mutating func fillBags(_ iteration: inout Iteration) {
    guard let saturation else { return }
    let bags = AnchorBags(
      of: iteration.objects.map(\.box), among: anchors, blocks: BoxBlocks(anchors), wanted: settings[Self.bagSize],
      leavingOut: leftOut)
    self.bags = bags
    iteration.record(bags, saturation, leftOut)
    iteration.describe(bags, wanted: settings[Self.bagSize])
  }

  private mutating func weighCandidates(_ iteration: inout Iteration) {
    guard let bags else { return }
    let likelihood = BagLikelihood(
      bags, of: iteration.objects.map(\.box), labels: iteration.objects.map(\.label), anchors: anchors,
      logits: iteration.tape[iteration.prediction("cls_logits")],
      deltas: iteration.tape[iteration.prediction("box_deltas")], settings.candidateRule)
    self.likelihood = likelihood
    iteration.record(likelihood, of: bags)
    iteration.describe(likelihood, of: bags)
  }

  private mutating func poolBags(_ iteration: inout Iteration) {
    guard let bags, let likelihood else { return }
    let pools = iteration.objects.indices.map {
      BagPool(likelihood.prob[bags.range(of: $0)], by: settings[Self.bagFunction])
    }
    iteration.record(pools, size: bags.size)
    iteration.describe(pools, bags, by: settings[Self.bagFunction])
  }

  private mutating func positiveLoss(_ iteration: inout Iteration) {
    guard let bags, let likelihood else { return }
    let (logits, deltas) = (iteration.prediction("cls_logits"), iteration.prediction("box_deltas"))
    let shape = iteration.tape[logits].shape
    let loss = settings.positiveBagLoss.evaluate(
      bags, likelihood, labels: iteration.objects.map(\.label), classes: shape[1])
    iteration.record("losses.positive_per_gt", shape: [loss.perGT.count], loss.perGT)
    iteration.record(
      iteration.term(ofPositive: loss),
      gradients: [
        (logits, loss.logitGradient.dense(shape)),
        (deltas, loss.deltaGradient.dense(iteration.tape[deltas].shape)),
      ])
    iteration.describe(loss, alpha: settings[Self.alpha])
  }

  private mutating func negativeLoss(_ iteration: inout Iteration) {
    guard let saturation else { return }
    let logits = iteration.prediction("cls_logits")
    let rule = settings.negativeBagLoss
    let loss = rule.evaluate(
      iteration.tape[logits], saturation.image, objects: iteration.objects.count, leavingOut: leftOut)
    iteration.record(
      "negative", "background of all anchors", perPrior: loss.perAnchor, of: "anchor",
      over: .init("objects · bag_size", Double(iteration.objects.count * rule.bagSize)),
      gradients: [(logits, loss.gradient)])
    iteration.recordTotal(of: ["positive", "negative"])
    iteration.describe(loss, saturation, leftOut: leftOut.count { $0 }, rule)
  }

  private mutating func detect(_ iteration: inout Iteration) {
    iteration.detect(scores: iteration.scores, classes: iteration.scene.classes.count, boxes: boxes)
  }

  /// Anchors at least half inside an ignored object: in no bag, and in no loss.
  private var leftOut: [Bool] { ignoredShares.map { $0 >= 0.5 } }
}
