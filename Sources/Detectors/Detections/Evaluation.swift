import Boxes
import Traces

extension Detectors {
  /// From which score on a detection finds an object.
  package static let leastFoundScore = 0.3
}

/// What a trace's detections are worth: which objects they found, how many are true, and the average precision.
public struct Evaluation: Sendable {
  public struct Object: Sendable {
    public let label: Int
    /// Positive anchors in this iteration; nil before matching.
    public let positives: Int?
    /// The detection that is counted as its own: of its class, IoU at least .5 and score at least .3. A box that lies on
    /// two objects is counted for one, as COCO does.
    public let detection: Detection?
  }

  /// From which score on a detection finds an object.
  static let leastScore = Detectors.leastFoundScore

  public struct Detection: Sendable {
    public let index: Int
    public let score: Double
    public let iou: Double
  }

  /// One for each GT.
  public let objects: [Object]
  /// As COCO defines them, for this picture alone; nil without objects.
  public let ap50: Double?
  public let ap: Double?
  private let outcomes: [DetectionOutcome]
  /// The detection that is counted as each GT's; nil for none.
  private let finders: [Int?]
  private let scores: [Double]
  private let priorName: String

  public init(_ trace: Trace) {
    let finders = (trace["evaluation.found"]?.doubles ?? []).map { $0 < 0 ? nil : Int($0) }
    let scores = trace["detections.scores"]?.doubles ?? []
    let boxes = trace["detections.boxes"]
    func detection(of gt: Int, _ object: Box) -> Detection? {
      guard finders.indices.contains(gt), let index = finders[gt], scores.indices.contains(index),
        scores[index] >= Evaluation.leastScore, let b = boxes?.row(index), b.count == 4
      else { return nil }
      return Detection(index: index, score: scores[index], iou: object.iou(with: Box(b[0], b[1], b[2], b[3])))
    }
    let owners = trace["match.gt"]?.doubles
    objects = trace.scene.groundTruth.enumerated().map { gt, object in
      Object(
        label: object.label, positives: owners.map { $0.count { $0 == Double(gt) } },
        detection: detection(of: gt, object.box))
    }
    (self.finders, self.scores) = (finders, scores)
    priorName = trace.priorName
    ap50 = trace["evaluation.ap50"]?[]
    ap = trace["evaluation.ap"]?[]
    outcomes = (trace["evaluation.outcome"]?.doubles ?? []).compactMap { DetectionOutcome(rawValue: Int8($0)) }
  }

  public func count(of outcome: DetectionOutcome) -> Int { outcomes.count { $0 == outcome } }

  /// How many detections are what, and the average precisions.
  public var summary: String {
    var parts: [String] = []
    for outcome in DetectionOutcome.inOrder {
      let count = count(of: outcome)
      if count > 0 || outcome.counts { parts.append("\(Number.count(count)) \(outcome.name)") }
    }
    var words = "detections: \(parts.joined(separator: ", "))"
    if let ap50, let ap { words += "; AP50 \(Number.fixed(ap50, decimals: 3)), AP \(Number.fixed(ap, decimals: 3))" }
    return words
  }

  /// Whether a GT was found and by what, or why not.
  public func words(of gt: Int) -> String {
    guard objects.indices.contains(gt) else { return "" }
    let finder = finders.indices.contains(gt) ? finders[gt] : nil
    if let detection = objects[gt].detection {
      let figures =
        "score \(Number.fixed(detection.score, decimals: 2)), IoU \(Number.fixed(detection.iou, decimals: 2))"
      return "found: \(figures)"
    }
    if let finder, scores.indices.contains(finder) {
      return "missed: score \(Number.fixed(scores[finder], decimals: 2)), under .3"
    }
    return objects[gt].positives == 0 ? "missed: no positive \(priorName)" : "missed"
  }
}
