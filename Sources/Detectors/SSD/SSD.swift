import Boxes
import Scenes
import Tensors
import Traces

/// SSD (Liu et al. 2016, "SSD: Single Shot MultiBox Detector") with the losses as mmdetection computes them.
///
/// Read the list of steps from top to bottom: it is one training iteration.
public struct SSD: Detector {
  public static let name = "ssd"
  public static let title = "SSD"
  public static let summary = "Default boxes, forced matches, hard negative mining (Liu et al. 2016)."

  public static let steps: [Step<SSD>] = [
    .picture,
    .backbone,
    .pyramid,
    .heads,
    .readPredictions,
    Step(
      "anchors", "Default boxes: the anchors of SSD",
      formula: "w = size·scale / √ratio,  h = size·scale·√ratio,  centre = (cell + offset)·stride",
      source: "Liu et al. 2016, section 2.2; mmdetection anchor_generator.py",
      meaning:
        "Every cell of a few maps holds the same boxes. Fine maps carry the small ones, coarse maps the large ones, so that each map answers for its own sizes."
    ) { $0.layAnchors(&$1) },
    Step(
      "overlap", "Overlap: every object with every anchor",
      formula: "IoU = i / (a + b − i),  i the shared area", source: "Liu et al. 2016, section 2.2",
      meaning: "1 is the same box, 0 is apart. A row is one object; most anchors are nowhere near it."
    ) { $0.measureOverlap(&$1) },
    Step(
      "match", "Match: no object without an anchor",
      formula: "+ IoU ≥ positive_iou or a GT's best anchor    − else",
      source: "Liu et al. 2016, section 2.2; mmdetection max_iou_assigner.py",
      meaning:
        "An anchor that overlaps an object enough is positive. And so that no object goes without, the best anchor of each is forced to be its, however poor the fit."
    ) { $0.match(&$1) },
    Step(
      "targets", "Targets: what a positive should predict",
      formula: "t = (Δcx / w, Δcy / h, ln(gt.w / w), ln(gt.h / h)) / std", source: "Liu et al. 2016, equation 2",
      meaning:
        "The four numbers that would bend the anchor into its object, in units that make them about as large as 1."
    ) { $0.encodeTargets(&$1) },
    Step(
      "entropy", "Cross entropy: how wrong each anchor is",
      formula: "CE = −ln p_truth,  p = eˣ / Σ eˣ over the classes and background",
      source: "Liu et al. 2016, equation 3; mmdetection ssd_head.py",
      meaning:
        "A positive should say its object's class, a negative background. CE is near 0 where a guess is sure and right, large where it is sure and wrong."
    ) { $0.measureEntropy(&$1) },
    Step(
      "mining", "Mining: which negatives count",
      formula: "keep the ⌊negative_ratio · positives⌋ negatives of highest CE",
      source: "Liu et al. 2016, section 2.2; mmdetection ssd_head.py",
      meaning:
        "Nearly every anchor is easy background. Only the negatives that are most wrong are kept, a few for each positive; all others teach nothing this time."
    ) { $0.mine(&$1) },
    Step(
      "cls", "Class loss: over what counts",
      formula: "(Σ CE of + plus Σ CE of kept −) / max(1, positives)",
      source: "Liu et al. 2016, equation 1; mmdetection ssd_head.py",
      meaning:
        "Only what mining kept is in this sum, so only it sends a gradient back. Divided by the positives alone, as they are what there is to learn."
    ) { $0.classificationLoss(&$1) },
    Step(
      "box", "Box loss: smooth L1 over the positives",
      formula: "d²/2β if |d| < β, else |d| − β/2,  Σ / max(1, positives)",
      source: "Girshick 2015; mmdetection smooth_l1_loss.py",
      meaning:
        "d is prediction minus target. Small misses count by their square, large ones by their size, so that none shouts."
    ) { $0.boxLoss(&$1) },
    .gradients,
    .update,
    Step(
      "detections", "Detections: what it finds now",
      formula: "box = anchor bent by t·std,  score = p_class > threshold,  NMS",
      source: "Liu et al. 2016, section 3; mmdetection anchor_head.py",
      meaning:
        "The guesses of this iteration, before the update, bent into boxes; of boxes on the same thing only the best stays."
    ) { $0.detect(&$1) },
  ]

  public var settings: Settings
  private var anchors: [Box] = []
  private var matching: ThresholdMatching?
  private var targets: [Double] = []
  private var selection: NegativeSelection?

  public init(_ settings: Settings) { self.settings = settings }

  public static func priors(on scene: Scene, _ settings: Settings) -> PriorGrid {
    Anchors.grid(on: scene, settings)
  }

  /// With the softmax background has a column of its own, the last; through sigmoids it is what no class claims.
  public static func heads(classes: Int, _ settings: Settings) -> [HeadSpecification] {
    let prior = settings[SharedParameters.priorProbability]
    let odds = Exact.log((1 - prior) / prior)
    let biases: [Double] =
      switch settings[classLoss] {
      case .softmax: Array(repeating: 0, count: classes) + [odds]
      case .logistic: Array(repeating: -odds, count: classes)
      }
    return [
      HeadSpecification(name: "cls", prediction: "cls_logits", depth: biases.count, biases: biases),
      HeadSpecification(name: "box", prediction: "box_deltas", depth: 4),
    ]
  }

  public static func scoreFormula(_ settings: Settings) -> String { ClassLoss(settings).scoreFormula }

  public static func scores(_ predictions: [String: Tensor], _ settings: Settings) -> [Double] {
    predictions["cls_logits"].map { ClassLoss(settings).scores($0) } ?? []
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
    iteration.describeOverlap(overlap, thresholds: marks)
  }

  private mutating func match(_ iteration: inout Iteration) {
    let matching = ThresholdMatching(
      anchors, to: iteration.objects.map(\.box), in: iteration.scene, settings.ssdThresholds)
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

  /// The cross entropy of every anchor that is not ignored: what mining chooses by.
  private mutating func measureEntropy(_ iteration: inout Iteration) {
    guard let matching else { return }
    let loss = ClassLoss(settings)
    let labels = matching.labels(of: iteration.objects)
    let logits = iteration.tape[iteration.prediction("cls_logits")]
    let entropy = anchors.indices.map { matching.states[$0] == .ignored ? 0 : loss.entropy(logits, $0, labels[$0]) }
    let truth = anchors.indices.map { loss.probabilityOfTruth(logits, $0, labels[$0]) }
    iteration.record("losses.cls_per_anchor", shape: [entropy.count], entropy)
    iteration.record("entropy.p_truth", shape: [truth.count], truth)
    iteration.describeEntropy(entropy, matching, settings)
  }

  private mutating func mine(_ iteration: inout Iteration) {
    guard let matching, let entropy = iteration.trace["losses.cls_per_anchor"]?.doubles else { return }
    let selection = NegativeSelection(entropy, matching, anchors, settings)
    self.selection = selection
    iteration.record(selection, entropy)
    iteration.describe(selection, entropy, matching, settings)
  }

  private mutating func classificationLoss(_ iteration: inout Iteration) {
    guard let matching, let selection else { return }
    let logits = iteration.prediction("cls_logits")
    let positives = matching.positives
    let loss = ClassLoss(settings).evaluate(
      iteration.tape[logits], matching.labels(of: iteration.objects), rows: positives + selection.kept,
      normalizer: Double(max(1, positives.count)))
    iteration.record("cls.per_anchor", shape: [loss.perPrior.count], loss.perPrior)
    let parts = [
      LossTerm.Part("Σ positives", positives.reduce(0) { $0 + loss.perPrior[$1] }),
      LossTerm.Part("Σ kept negatives", selection.kept.reduce(0) { $0 + loss.perPrior[$1] }),
    ]
    let term = LossTerm(
      name: "cls", title: "classification", parts: parts, normalizer: .init("positives", Double(positives.count)),
      contributions: "cls.per_anchor")
    iteration.record(term, gradients: [(logits, loss.gradient)])
    iteration.describeClassLoss(term, loss.perPrior, matching, selection, settings)
  }

  private mutating func boxLoss(_ iteration: inout Iteration) {
    guard let matching else { return }
    let deltas = iteration.prediction("box_deltas")
    let positives = matching.positives
    let normalizer = Double(max(1, positives.count))
    let loss = settings.ssdBoxLoss
    let all = loss.evaluate(iteration.tape[deltas], targets, rows: positives, normalizer: normalizer)
    let kept = settings.keptBoxLosses(of: all.perPrior, positives)
    let counted = loss.evaluate(iteration.tape[deltas], targets, rows: kept, normalizer: normalizer)
    iteration.record("losses.box_per_anchor", shape: [anchors.count], all.perPrior)
    iteration.record(
      "box", "box", perPrior: counted.perPrior, as: "box.per_anchor",
      over: .init("positives", Double(positives.count)), gradients: [(deltas, counted.gradient)])
    iteration.recordTotal(of: ["cls", "box"])
    iteration.describeBoxLoss(all.perPrior, positives, loss, cut: settings.boxCut(kept.count, of: positives.count))
    iteration.describeKeptBoxes(kept.count, of: positives.count)
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
    let (negative, positive) = (settings[Self.negativeIoU], settings[Self.positiveIoU])
    return (negative < positive ? [Mark("negative_iou", negative)] : []) + [Mark("positive_iou", positive)]
  }
}
