import Boxes
import Scenes
import Traces

/// What a detection came to be, as `evaluation.outcome` says it.
public enum DetectionOutcome: Int8, CaseIterable, Sendable {
  case hit = 1
  case miss = 0
  /// An object that a better detection has found already.
  case duplicate = 2
  /// It lies inside an object to ignore.
  case ignored = -1
  /// Past the best 100 of its class.
  case uncounted = -2

  /// Whether it enters precision.
  public var counts: Bool {
    switch self {
    case .hit, .miss, .duplicate: true
    case .ignored, .uncounted: false
    }
  }

  public var name: String {
    switch self {
    case .hit: "true"
    case .miss: "false"
    case .duplicate: "duplicate"
    case .ignored: "ignored"
    case .uncounted: "not counted"
    }
  }
}

/// Detections held against the objects of the scene, at IoU .5 and, for the average precision, beyond.
struct Judgement {
  static let threshold = 0.5

  let detections: [Detection]
  let overlaps: DetectionOverlaps
  let precision: AveragePrecision
  let outcomes: [DetectionOutcome]
  /// The object that each detection is held against: the one it found; of a duplicate the one it would have; else the
  /// one of its class that it overlaps most, nil where it touches none.
  let objects: [Int?]
  /// The IoU with that object; of an ignored detection the part of it inside the object to ignore.
  let overlap: [Double]

  init(of detections: [Detection], in scene: Scene) {
    self.detections = detections
    let overlaps = DetectionOverlaps(of: detections, with: scene)
    self.overlaps = overlaps
    precision = AveragePrecision(of: detections, against: overlaps, classes: scene.classes.count)
    var outcomes: [DetectionOutcome] = []
    var objects: [Int?] = []
    var overlap: [Double] = []
    for (index, match) in precision.matching.matches.enumerated() {
      let label = detections[index].label
      let best = overlaps.bestObject(of: index, label: label)
      var object = best?.gt
      var iou = best?.iou ?? 0
      switch match {
      case .object(let gt):
        outcomes.append(.hit)
        (object, iou) = (gt, overlaps.iou[gt, index])
      case .ignored:
        outcomes.append(.ignored)
        (object, iou) = (nil, overlaps.bestIgnored(of: index, label: label)?.share ?? 0)
      // Whatever it overlaps so well must have been taken, or it would have got it.
      case .none: outcomes.append(iou >= Self.threshold ? .duplicate : .miss)
      case .uncounted: outcomes.append(.uncounted)
      }
      objects.append(object)
      overlap.append(iou)
    }
    self.outcomes = outcomes
    self.objects = objects
    self.overlap = overlap
  }

  func count(of outcome: DetectionOutcome, label: Int? = nil) -> Int {
    outcomes.indices.count { outcomes[$0] == outcome && (label == nil || detections[$0].label == label) }
  }

  /// D: precision and recall of its class down to each detection; one that does not count has those above it.
  var curve: (precision: [Double], recall: [Double]) {
    var precision: [Double] = []
    var recall: [Double] = []
    var hits: [Int: Int] = [:]
    var counted: [Int: Int] = [:]
    for (detection, outcome) in zip(detections, outcomes) {
      let label = detection.label
      if outcome == .hit { hits[label, default: 0] += 1 }
      if outcome.counts { counted[label, default: 0] += 1 }
      let (found, all) = (Double(hits[label, default: 0]), Double(counted[label, default: 0]))
      let objects = Double(overlaps.objects.count { $0.label == label })
      precision.append(all > 0 ? found / all : 0)
      recall.append(objects > 0 ? found / objects : 0)
    }
    return (precision, recall)
  }
}

extension Iteration {
  mutating func record(_ judgement: Judgement) {
    let count = judgement.detections.count
    let nearest = judgement.detections.indices.map { judgement.overlaps.bestObject(of: $0) }
    record("detections.iou", shape: [count], nearest.map { $0?.iou ?? 0 })
    record("detections.gt", shape: [count], nearest.map { Int32($0?.gt ?? -1) })
    trace.record(Value("evaluation.outcome", shape: [count], .int8(judgement.outcomes.map(\.rawValue))))
    record("evaluation.gt", shape: [count], judgement.objects.map { Int32($0 ?? -1) })
    record("evaluation.iou", shape: [count], judgement.overlap)
    let found = judgement.precision.matching.found
    record("evaluation.found", shape: [found.count], found.map { Int32($0 ?? -1) })
    let curve = judgement.curve
    record("evaluation.precision", shape: [count], curve.precision)
    record("evaluation.recall", shape: [count], curve.recall)
    guard let ap50 = judgement.precision.ap50, let ap = judgement.precision.ap else { return }
    let classes = scene.classes.count
    record("evaluation.ap50_of_class", shape: [classes], judgement.precision.ap50OfClass.map { $0 ?? -1 })
    record("evaluation.ap_of_class", shape: [classes], judgement.precision.apOfClass.map { $0 ?? -1 })
    trace.record(Value("evaluation.ap50", scalar: ap50))
    trace.record(Value("evaluation.ap", scalar: ap))
  }
}
