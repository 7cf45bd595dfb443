import Boxes
import Traces

/// What a trace's detections are worth: which objects they found, how many are true, and the average precision.
public struct Evaluation: Sendable {
  public struct Object: Sendable {
    public let label: Int
    /// Positive anchors in this iteration; nil before matching.
    public let positives: Int?
    /// The best detection of it: of its class, IoU at least .5 and score at least .3.
    public let detection: Detection?
  }

  /// From which score on a detection finds an object.
  static let leastScore = 0.3

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
    let boxes = trace["detections.boxes"]
    let count = boxes?.shape[0] ?? 0
    let found = (0..<count).compactMap { index -> (index: Int, box: Box, label: Int, score: Double)? in
      guard let b = boxes?.row(index), b.count == 4, let score = trace["detections.scores"]?[index],
        let label = trace["detections.labels"]?[index], score >= Evaluation.leastScore
      else { return nil }
      return (index, Box(b[0], b[1], b[2], b[3]), Int(label), score)
    }
    let owners = trace["match.gt"]?.doubles
    objects = trace.scene.groundTruth.enumerated().map { gt, object in
      let detection = found.lazy.compactMap { detection -> Detection? in
        let iou = object.box.iou(with: detection.box)
        guard detection.label == object.label, iou >= 0.5 else { return nil }
        return Detection(index: detection.index, score: detection.score, iou: iou)
      }.first
      return Object(
        label: object.label, positives: owners.map { $0.count { $0 == Double(gt) } }, detection: detection)
    }
    priorName = trace.priorName
    ap50 = trace["evaluation.ap50"]?[]
    ap = trace["evaluation.ap"]?[]
    outcomes = (trace["evaluation.outcome"]?.doubles ?? []).compactMap { DetectionOutcome(rawValue: Int8($0)) }
    finders = (trace["evaluation.found"]?.doubles ?? []).map { $0 < 0 ? nil : Int($0) }
    scores = trace["detections.scores"]?.doubles ?? []
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
      // One box may lie on two objects; it is counted as one's alone.
      let other = finder == nil ? finders.firstIndex(of: detection.index) : nil
      return other.map { "found with gt \($0)'s box: \(figures)" } ?? "found: \(figures)"
    }
    if let finder, scores.indices.contains(finder) {
      return "missed: its score is \(Number.fixed(scores[finder], decimals: 2)), under .3"
    }
    return objects[gt].positives == 0 ? "missed: no positive \(priorName)" : "missed"
  }
}
