import Boxes
import Tensors
import Traces

/// Where the rows of scores and boxes come from that a detector turns into detections.
enum ScoredRows {
  /// Row j is prior j; each level has its own best `pre_nms_top`.
  case priors
  /// Regions of a second stage, all of them in one group, each with the prior its proposal came from, if any.
  case regions(priors: [Int?])

  func prior(of row: Int) -> Int? {
    switch self {
    case .priors: row
    case .regions(let priors): priors[row]
    }
  }

  /// The rows that compete for `pre_nms_top`.
  func groups(_ grid: PriorGrid) -> [Range<Int>] {
    switch self {
    case .priors: grid.levels.map(\.range)
    case .regions(let priors): [priors.indices]
    }
  }
}

/// A class of a row whose score is over the threshold.
struct Candidate {
  let row: Int
  /// Where the row comes from; nil for a region without a prior.
  let prior: Int?
  let label: Int
  let score: Double
}

/// From scores to the candidates for detection: those over the threshold, the best of each group.
struct Candidates {
  /// Best first; equal scores in the order of groups, rows and classes.
  let list: [Candidate]
  /// How many scores are over the threshold, before each group is cut to its best.
  let overThreshold: Int

  /// - Parameter scores: M,K.
  init(_ scores: [Double], classes: Int, _ rows: ScoredRows, _ grid: PriorGrid, _ settings: Settings) {
    let threshold = settings[SharedParameters.scoreThreshold]
    let bestOnly = settings[SharedParameters.nms] == .allClasses
    var list: [Candidate] = []
    var overThreshold = 0
    for group in rows.groups(grid) {
      var found: [Candidate] = []
      for row in group {
        let all = scores[row * classes..<(row + 1) * classes]
        // Of equal classes the first.
        let best = bestOnly ? all.indices.max { all[$0] < all[$1] } : nil
        for index in all.indices where all[index] > threshold && (!bestOnly || index == best) {
          found.append(
            Candidate(row: row, prior: rows.prior(of: row), label: index - all.startIndex, score: all[index]))
        }
      }
      overThreshold += found.count
      list += found.bestFirst.prefix(settings[SharedParameters.preNMSTop])
    }
    self.list = list.bestFirst
    self.overThreshold = overThreshold
  }
}

extension [Candidate] {
  /// By score; equal scores in the order they had.
  fileprivate var bestFirst: [Candidate] {
    indices.sorted { self[$0].score != self[$1].score ? self[$0].score > self[$1].score : $0 < $1 }.map { self[$0] }
  }
}

/// What a detector finds: candidates, what suppression made of each, and who is left.
struct Detections {
  let candidates: Candidates
  /// Of each candidate, within the picture.
  let boxes: [Box]
  let suppression: Suppression
  /// Indices of the candidates left, best first: at most `max_detections`.
  let kept: [Int]

  /// - Parameter boxes: of each row, or of each class of each row.
  init(
    _ candidates: Candidates, classes: Int, boxes: [Box], perClass: Bool, in scene: (width: Double, height: Double),
    _ settings: Settings
  ) {
    let list = candidates.list
    self.candidates = candidates
    let clipped = list.map { candidate in
      boxes[perClass ? candidate.row * classes + candidate.label : candidate.row]
        .clipped(width: scene.width, height: scene.height)
    }
    self.boxes = clipped
    let mode = settings[SharedParameters.nms]
    suppression = Suppression(
      clipped, scores: list.map(\.score),
      groups: mode == .perClass ? list.map(\.label) : nil,
      // Nothing overlaps by more than everything.
      threshold: mode == .none ? .infinity : settings[SharedParameters.nmsThreshold],
      overlap: settings[SharedParameters.nmsOverlap].measure)
    kept = Array(suppression.kept.prefix(settings[SharedParameters.maxDetections]))
  }

  /// A candidate whose overlap with a kept and better one is within 1e-6 of a threshold.
  func overlapNear(_ threshold: Double, _ settings: Settings) -> (candidate: Int, overlap: Double)? {
    let measure = settings[SharedParameters.nmsOverlap].measure
    let perClass = settings[SharedParameters.nms] == .perClass
    let list = candidates.list
    for (index, fate) in suppression.fates.enumerated() {
      if case .suppressed(_, let overlap) = fate, overlap - threshold < 1e-6 { return (index, overlap) }
    }
    for (rank, index) in suppression.kept.enumerated() {
      for other in suppression.kept.prefix(rank) where !perClass || list[other].label == list[index].label {
        let overlap = measure(boxes[other], boxes[index])
        if overlap != 0, threshold - overlap < 1e-6 { return (index, overlap) }
      }
    }
    return nil
  }

  var list: [Detection] {
    kept.map { Detection(boxes[$0], label: candidates.list[$0].label, score: candidates.list[$0].score) }
  }
}

extension SharedParameters.SuppressionOverlap {
  var measure: (Box, Box) -> Double {
    switch self {
    case .iou: { $0.iou(with: $1) }
    case .diou: { $0.diou(with: $1) }
    }
  }

  /// "IoU" or "DIoU".
  var title: String {
    switch self {
    case .iou: "IoU"
    case .diou: "DIoU"
    }
  }
}

extension Iteration {
  /// From scores and boxes to detections: threshold, the best of each level, suppression, the best of all; then
  /// each is held against the objects.
  ///
  /// - Parameters:
  ///   - scores: M,K, one row a prior or region, without background.
  ///   - boxes: M, decoded; or M,K where each class has its own.
  mutating func detect(scores: [Double], classes: Int, boxes: [Box], rows: ScoredRows = .priors) {
    let candidates = Candidates(scores, classes: classes, rows, grid, settings)
    let detections = Detections(
      candidates, classes: classes, boxes: boxes, perClass: classes > 1 && boxes.count == scores.count,
      in: (Double(scene.width), Double(scene.height)), settings)
    record(detections, rows)
    let judgement = Judgement(of: detections.list, in: scene)
    record(judgement)
    describe(detections, judgement, best: scores.max() ?? 0)
    warnOfRounding(detections, judgement)
  }

  private mutating func record(_ detections: Detections, _ rows: ScoredRows) {
    let list = detections.candidates.list
    record("suppression.boxes", shape: [list.count, 4], detections.boxes.flatMap(\.corners))
    record("suppression.scores", shape: [list.count], list.map(\.score))
    record("suppression.labels", shape: [list.count], list.map { Int32($0.label) })
    record("suppression.anchor", shape: [list.count], list.map { Int32($0.prior ?? -1) })
    let fates = detections.suppression.fates
    record("suppression.by", shape: [list.count], fates.map { Int32($0.suppressor ?? -1) })
    record("suppression.overlap", shape: [list.count], fates.map(\.overlap))

    let kept = detections.kept
    record("detections.boxes", shape: [kept.count, 4], kept.flatMap { detections.boxes[$0].corners })
    record("detections.scores", shape: [kept.count], kept.map { list[$0].score })
    record("detections.labels", shape: [kept.count], kept.map { Int32(list[$0].label) })
    record("detections.anchor", shape: [kept.count], kept.map { Int32(list[$0].prior ?? -1) })
    record("detections.candidate", shape: [kept.count], kept.map(Int32.init))
    if case .regions = rows {
      record("suppression.roi", shape: [list.count], list.map { Int32($0.row) })
      record("detections.roi", shape: [kept.count], kept.map { Int32(list[$0].row) })
    }
  }
}

extension Suppression.Fate {
  var suppressor: Int? { if case .suppressed(let by, _) = self { by } else { nil } }
  var overlap: Double { if case .suppressed(_, let overlap) = self { overlap } else { 0 } }
}
