import Boxes
import Tensors
import Traces

/// Where the rows of scores and boxes come from that a detector turns into detections.
enum ScoredRows {
  /// Row j is prior j; each level has its own best `pre_nms_top`.
  case priors
  /// Regions of a second stage, all of them in one group, each with the prior its proposal came from, if any.
  case regions(priors: [Int?])
}

extension Iteration {
  /// From scores and boxes to detections: threshold, the best of each level, suppression, the best of all.
  ///
  /// - Parameters:
  ///   - scores: M,K, one row a prior or region, without background.
  ///   - boxes: M, decoded; or M,K where each class has its own.
  mutating func detect(scores: [Double], classes: Int, boxes: [Box], rows: ScoredRows = .priors) {
    let (width, height) = (Double(scene.width), Double(scene.height))
    let candidates = candidates(scores, classes: classes, rows)
    let ownBoxes = boxes.count == scores.count && classes > 1
    let clipped = candidates.map { candidate in
      boxes[ownBoxes ? candidate.row * classes + candidate.label : candidate.row].clipped(width: width, height: height)
    }
    let suppression = suppress(candidates, clipped)
    let kept = Array(suppression.kept.prefix(settings[SharedParameters.maxDetections]))
    let overlaps = BestOverlaps(of: objects.map(\.box), with: kept.map { clipped[$0] })

    record("detections.boxes", shape: [kept.count, 4], kept.flatMap { clipped[$0].corners })
    record("detections.scores", shape: [kept.count], kept.map { candidates[$0].score })
    record("detections.labels", shape: [kept.count], kept.map { Int32(candidates[$0].label) })
    record("detections.anchor", shape: [kept.count], kept.map { Int32(candidates[$0].prior ?? -1) })
    if case .regions = rows {
      record("detections.roi", shape: [kept.count], kept.map { Int32(candidates[$0].row) })
    }
    record("detections.iou", shape: [kept.count], overlaps.iou)
    record("detections.gt", shape: [kept.count], kept.indices.map { Int32(overlaps.object(of: $0) ?? -1) })
    let evaluation = Evaluation(trace).objects
    show(
      .boxes(
        View.BoxList(
          title: "detections, best first", boxes: "detections.boxes", labels: "detections.labels",
          scores: "detections.scores", anchors: "detections.anchor")),
      .table(suppressedTable(candidates, suppression)),
      .table(foundTable(evaluation)))
    describe(candidates, kept.count, best: scores.max() ?? 0, suppression, evaluation)
  }

  /// A class of a row whose score is over the threshold.
  private struct Candidate {
    let row: Int
    /// Where the row comes from; nil for a region without a prior.
    let prior: Int?
    let label: Int
    let score: Double
  }

  private func candidates(_ scores: [Double], classes: Int, _ rows: ScoredRows) -> [Candidate] {
    let top = settings[SharedParameters.preNMSTop]
    let groups: [Range<Int>] =
      switch rows {
      case .priors: grid.levels.map(\.range)
      case .regions(let priors): [priors.indices]
      }
    return groups.flatMap { group in
      let found = group.flatMap { candidates(row: $0, scores, classes: classes, rows) }
      guard found.count > top else { return found }
      let order = found.indices.sorted {
        found[$0].score != found[$1].score ? found[$0].score > found[$1].score : $0 < $1
      }
      return order.prefix(top).map { found[$0] }
    }
  }

  private func candidates(row: Int, _ scores: [Double], classes: Int, _ rows: ScoredRows) -> [Candidate] {
    let prior: Int? =
      switch rows {
      case .priors: row
      case .regions(let priors): priors[row]
      }
    let all = (0..<classes).map {
      Candidate(row: row, prior: prior, label: $0, score: scores[row * classes + $0])
    }
    let bestOnly = settings[SharedParameters.nms] == .allClasses
    let chosen = bestOnly ? all.max { $0.score < $1.score }.map { [$0] } ?? [] : all
    return chosen.filter { $0.score > settings[SharedParameters.scoreThreshold] }
  }

  /// What a candidate comes from: "P4 (3,5) #4", or "RoI 12".
  private func name(of candidate: Candidate) -> String {
    candidate.prior.map(grid.label(of:)) ?? "RoI \(candidate.row)"
  }

  private func suppress(_ candidates: [Candidate], _ boxes: [Box]) -> Suppression {
    let mode = settings[SharedParameters.nms]
    return Suppression(
      boxes, scores: candidates.map(\.score),
      groups: mode == .perClass ? candidates.map(\.label) : nil,
      // Nothing overlaps by more than everything.
      threshold: mode == .none ? .infinity : settings[SharedParameters.nmsThreshold],
      overlap: settings[SharedParameters.nmsOverlap] == .iou
        ? { $0.iou(with: $1) } : { $0.diou(with: $1) })
  }

  private mutating func describe(
    _ candidates: [Candidate], _ kept: Int, best: Double, _ suppression: Suppression, _ found: [Evaluation.Object]
  ) {
    let threshold = Number.text(settings[SharedParameters.scoreThreshold])
    guard !candidates.isEmpty else {
      return headline(
        "No score is over \(threshold) yet (the best is \(Number.text(best, digits: 3))): nothing is detected. Train on with r."
      )
    }
    headline(
      "\(Number.plural(candidates.count, "score")) over \(threshold); suppression keeps \(Number.count(suppression.kept.count))"
        + (kept < suppression.kept.count ? ", the best \(kept) count" : "")
        + ". Found: \(found.count { $0.detection != nil }) of \(found.count) objects (IoU ≥ .5, right class, score ≥ .3)."
    )
  }

  private func suppressedTable(_ candidates: [Candidate], _ suppression: Suppression) -> View.Table {
    let measure = settings[SharedParameters.nmsOverlap] == .iou ? "IoU" : "DIoU"
    var rows: [(row: View.Table.Row, score: Double)] = []
    for (candidate, fate) in zip(candidates, suppression.fates) {
      guard case .suppressed(let by, let overlap) = fate else { continue }
      rows.append(
        (
          View.Table.Row(
            [
              name(of: candidate), scene.classes[candidate.label],
              Number.text(candidate.score, digits: 3), name(of: candidates[by]),
              Number.text(overlap, digits: 3),
            ], focus: Focus(anchor: candidate.prior)), candidate.score
        ))
    }
    return View.Table(
      title: "suppressed: who, and by whom", columns: [trace.priorName, "class", "score", "by", measure],
      rows: rows.sorted { $0.score > $1.score }.prefix(100).map(\.row),
      note: rows.isEmpty
        ? "Nothing was suppressed."
        : "A box goes when its \(measure) with a better one is over \(Number.text(settings[SharedParameters.nmsThreshold]))."
    )
  }

  private func foundTable(_ objects: [Evaluation.Object]) -> View.Table {
    let rows = objects.enumerated().map { gt, object in
      View.Table.Row(
        [
          "gt \(gt)", scene.classes[object.label], object.positives.map(String.init) ?? "",
          object.detection.map {
            "found, score \(Number.text($0.score, digits: 2)), IoU \(Number.text($0.iou, digits: 2))"
          }
            ?? (object.positives == 0 ? "missed: it has no positive \(trace.priorName)" : "missed"),
        ], focus: Focus(gt: gt))
    }
    return View.Table(
      title: "objects found", columns: ["", "class", "positives", ""], rows: rows,
      note: "Found: a detection of the right class with IoU ≥ .5 and score ≥ .3.")
  }
}

/// Which objects a trace's detections found.
public struct Evaluation: Sendable {
  public struct Object: Sendable {
    public let label: Int
    /// Positive anchors in this iteration; nil before matching.
    public let positives: Int?
    /// The best detection of it: of its class, IoU at least .5 and score at least .3.
    public let detection: Detection?
  }

  public struct Detection: Sendable {
    public let index: Int
    public let score: Double
    public let iou: Double
  }

  /// One for each GT.
  public let objects: [Object]

  public init(_ trace: Trace) {
    let boxes = trace["detections.boxes"]
    let count = boxes?.shape[0] ?? 0
    let found = (0..<count).compactMap { index -> (box: Box, label: Int, score: Double)? in
      guard let b = boxes?.row(index), b.count == 4, let score = trace["detections.scores"]?[index],
        let label = trace["detections.labels"]?[index], score >= 0.3
      else { return nil }
      return (Box(b[0], b[1], b[2], b[3]), Int(label), score)
    }
    let owners = trace["match.gt"]?.doubles
    objects = trace.scene.groundTruth.enumerated().map { gt, object in
      let detection = found.enumerated().lazy.compactMap { index, detection -> Detection? in
        let iou = object.box.iou(with: detection.box)
        guard detection.label == object.label, iou >= 0.5 else { return nil }
        return Detection(index: index, score: detection.score, iou: iou)
      }.first
      return Object(
        label: object.label, positives: owners.map { $0.count { $0 == Double(gt) } }, detection: detection)
    }
  }
}
