import Detectors
import Traces

/// A question as What-if puts it to a trace.
struct Goal: Sendable {
  let question: WhatIf.Question
  /// What is wanted: "make any anchor positive for gt 0".
  let wish: String
  /// The step after which the answer is known.
  let step: String
  /// What happens when it is reached, to so many priors by name.
  let words: @Sendable (_ priors: String) -> String
  let readsPredictions: Bool
  /// The GT whose box may be changed for it.
  let gt: Int?
  /// The priors that make it so; empty while it is not so.
  let priors: @Sendable (Trace) -> [Int]

  /// How near the goal is, where an overlap tells: to know which ways lead nearer at all.
  func nearness(in trace: Trace) -> Double? {
    switch question {
    case .object(let gt): (trace["decoded.best_iou"] ?? trace["match.best_iou_of_gt"])?[gt]
    case .pair(let gt, let prior): trace["overlap.iou"]?[gt, prior]
    case .candidate, .found: nil
    }
  }

  func isReached(in trace: Trace) -> Bool { !priors(trace).isEmpty }

  /// Nil where there is nothing to turn round: it is so already, or there is no such element.
  init?(_ element: Element, in trace: Trace, of detector: any Detector.Type) {
    switch element {
    case .gt(let gt):
      guard trace.scene.groundTruth.indices.contains(gt) else { return nil }
      let claim = detector.objectClaim
      let wish = claim.wish("any \(detector.priorName)", gt)
      let goal = Goal(.object(gt: gt), claim, wish, gt: gt) { claim.priors(gt, $0) }
      guard goal.isReached(in: trace) else {
        self = goal
        return
      }
      self.init(detecting: gt, in: trace)
    case .pair(let gt, let prior):
      self.init(giving: prior, to: gt, in: trace, of: detector)
    case .box(let row):
      guard row.kind == .candidate else { return nil }
      self.init(keeping: row.index, in: trace)
    case .anchor(let prior):
      // One that is nobody's is asked about with the GT it goes by.
      guard (0..<trace.priors.count).contains(prior), trace["match.gt"]?[prior] ?? 0 < 0,
        let gt = trace["match.best_gt"]?[prior].map({ Int($0) })
      else { return nil }
      self.init(giving: prior, to: gt, in: trace, of: detector)
    case .loss: return nil
    }
    if isReached(in: trace) { return nil }
  }

  private init(
    _ question: WhatIf.Question, _ claim: Claim, _ wish: String, gt: Int,
    priors: @escaping @Sendable (Trace) -> [Int]
  ) {
    self.question = question
    self.wish = wish
    step = claim.step
    words = claim.words
    readsPredictions = claim.readsPredictions
    self.gt = gt
    self.priors = priors
  }

  /// A prior is a GT's.
  private init?(giving prior: Int, to gt: Int, in trace: Trace, of detector: any Detector.Type) {
    guard trace.scene.groundTruth.indices.contains(gt), (0..<trace.priors.count).contains(prior) else { return nil }
    let claim = detector.pairClaim
    let wish = claim.wish(trace.priors.label(of: prior), gt)
    self.init(.pair(gt: gt, prior: prior), claim, wish, gt: gt) { claim.priors(gt, $0).contains(prior) ? [prior] : [] }
  }

  private static let detections = "detections"

  /// A GT is found by a detection that counts as true.
  private init?(detecting gt: Int, in trace: Trace) {
    guard trace["evaluation.found"]?[gt] != nil || trace.step(Self.detections) != nil else { return nil }
    question = .found(gt: gt)
    wish = "let gt \(gt) be detected"
    step = Self.detections
    words = { _ in "lets gt \(gt) be detected" }
    readsPredictions = true
    self.gt = nil
    priors = { trace in
      guard let detection = trace["evaluation.found"]?[gt], detection >= 0 else { return [] }
      return [trace["detections.anchor"]?[Int(detection)].map { Int($0) } ?? 0]
    }
  }

  /// A candidate is among the detections. Lists change with the set-up: it is known again by where it comes from.
  private init?(keeping index: Int, in trace: Trace) {
    guard let origin = Origin(index, of: "suppression", in: trace) else { return nil }
    question = .candidate(index)
    wish = "make candidate \(index) a detection"
    step = Self.detections
    words = { _ in "makes candidate \(index) a detection" }
    readsPredictions = true
    gt = nil
    priors = { trace in
      let count = trace["detections.labels"]?.count ?? 0
      let row = (0..<count).first { Origin($0, of: "detections", in: trace) == origin }
      return row.map { [trace["detections.anchor"]?[$0].map { Int($0) } ?? 0] } ?? []
    }
  }
}

/// Which class of which prior, or of which region of a second stage, a scored box is.
private struct Origin: Equatable {
  let row: Double
  let label: Double

  init?(_ index: Int, of list: String, in trace: Trace) {
    guard let row = (trace["\(list).roi"] ?? trace["\(list).anchor"])?[index],
      let label = trace["\(list).labels"]?[index]
    else { return nil }
    self.row = row
    self.label = label
  }
}
