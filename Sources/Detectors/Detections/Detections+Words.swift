import Boxes
import Traces

/// What the detections step says and shows: who suppressed whom, and what each detection is worth.
extension Iteration {
  /// The views of the step, in their order.
  private enum Shown: Int {
    case detections
    case suppression
  }

  mutating func describe(_ detections: Detections, _ judgement: Judgement, best: Double) {
    let evaluation = Evaluation(trace)
    let worth: [View] =
      judgement.precision.ap == nil ? [] : [.curve(curve(judgement)), .table(precisionTable(judgement))]
    let views: [View] =
      [
        .table(detectionsTable(detections, judgement)), .table(suppressionTable(detections)),
        .table(foundTable(evaluation)),
      ] + worth
    trace.annotate { $0.views = views }
    let list = detections.candidates.list
    guard !list.isEmpty else {
      return headline(
        "No score is over \(Number.text(settings[SharedParameters.scoreThreshold])) yet (the best is "
          + "\(Number.text(best, digits: 3))): nothing is detected. Train on with r.")
    }
    headline(sentence(detections, judgement, evaluation))
    addParts(detections, judgement)
  }

  private func sentence(_ detections: Detections, _ judgement: Judgement, _ evaluation: Evaluation) -> String {
    let threshold = Number.text(settings[SharedParameters.scoreThreshold])
    let count = detections.candidates.list.count
    let kept = detections.suppression.kept.count
    let left = detections.kept.count
    let opening =
      settings[SharedParameters.nms] == .none
      ? "\(Number.plural(count, "score")) over \(threshold), none suppressed"
      : "\(Number.plural(count, "score")) over \(threshold), \(Number.count(count - kept)) suppressed"
    return opening + (left < kept ? ", the best \(left) taken" : "") + ": \(tally(judgement)). "
      + found(judgement, evaluation)
      + (judgement.precision.ap50.map { "; AP50 \(Number.fixed($0, decimals: 2))." } ?? ".")
  }

  /// "Found 2 of 10 objects with a score ≥ .3, 7 with any".
  private func found(_ judgement: Judgement, _ evaluation: Evaluation) -> String {
    let sure = evaluation.objects.count { $0.detection != nil }
    let any = judgement.precision.matching.found.count { $0 != nil }
    return "Found \(sure) of \(evaluation.objects.count) objects with a score ≥ .3"
      + (any > sure ? ", \(any) with any" : "")
  }

  /// "3 true, 1 duplicate, 2 false".
  private func tally(_ judgement: Judgement) -> String {
    let counts = DetectionOutcome.inOrder.map { (outcome: $0, count: judgement.count(of: $0)) }
    let told = counts.filter { $0.count > 0 || $0.outcome == .hit || $0.outcome == .miss }
    return told.map { "\(Number.count($0.count)) \($0.outcome.name)" }.joined(separator: ", ")
  }

  // MARK: Step by step

  private mutating func addParts(_ detections: Detections, _ judgement: Judgement) {
    let list = detections.candidates.list
    let cut = detections.candidates.overThreshold - list.count
    func part(_ title: String, _ headline: String, _ box: BoxRow, _ view: Shown) {
      trace.annotate {
        $0.substeps.append(
          Substep(title: title, headline: headline, focus: Focus(box: box), view: view.rawValue))
      }
    }
    part(
      "scores",
      "\(Number.plural(detections.candidates.overThreshold, "score")) over "
        + "\(Number.text(settings[SharedParameters.scoreThreshold])), best first; the best is \(words(list[0])) at \(origin(list[0]))."
        + (cut > 0
          ? " \(Number.count(cut)) are left out: pre_nms_top takes \(settings[SharedParameters.preNMSTop])." : ""),
      BoxRow(.candidate, 0), .suppression)
    if settings[SharedParameters.nms] != .none {
      var victims: [Int: [(candidate: Int, overlap: Double)]] = [:]
      for (candidate, fate) in detections.suppression.fates.enumerated() {
        if let by = fate.suppressor { victims[by, default: []].append((candidate, fate.overlap)) }
      }
      for (rank, keeper) in detections.suppression.kept.prefix(100).enumerated() {
        part(
          "keep \(rank + 1)", keeping(keeper, victims[keeper] ?? [], list), BoxRow(.candidate, keeper), .suppression)
      }
    }
    part(
      "left", "\(Number.plural(detections.kept.count, "detection")) left, best first: \(tally(judgement)).",
      BoxRow(.detection, 0), .detections)
  }

  private func keeping(_ keeper: Int, _ victims: [(candidate: Int, overlap: Double)], _ list: [Candidate]) -> String {
    let measure = settings[SharedParameters.nmsOverlap].title
    let threshold = Number.text(settings[SharedParameters.nmsThreshold])
    let opening = "Candidate \(keeper) (\(words(list[keeper]))) stays and suppresses "
    guard let first = victims.first else { return opening + "none." }
    guard victims.count > 1 else {
      return opening + "candidate \(first.candidate) (\(words(list[first.candidate]))): "
        + "\(measure) \(Number.text(first.overlap, digits: 3)), over \(threshold)."
    }
    let overlaps = victims.map(\.overlap)
    return opening + "\(victims.count) of lower score: \(measure) \(Number.text(overlaps.min() ?? 0, digits: 3)) to "
      + "\(Number.text(overlaps.max() ?? 0, digits: 3)), over \(threshold)."
  }

  /// "boat .91".
  private func words(_ candidate: Candidate) -> String {
    "\(scene.classes[candidate.label]) \(Number.fixed(candidate.score, decimals: 2))"
  }

  /// "P4 (3,5) #4", or "RoI 12".
  private func origin(_ candidate: Candidate) -> String {
    candidate.prior.map(grid.label(of:)) ?? "RoI \(candidate.row)"
  }

  // MARK: Hazards

  /// Overlaps so near a threshold that rounding decides; said once each for suppression and for judgement.
  mutating func warnOfRounding(_ detections: Detections, _ judgement: Judgement) {
    let threshold = settings[SharedParameters.nmsThreshold]
    if settings[SharedParameters.nms] != .none, let (box, overlap) = detections.overlapNear(threshold, settings) {
      warn(
        Hazard(
          .rounding,
          "candidate \(box)'s overlap \(Number.text(overlap, digits: 7)) with a better one is within 1e-6 of nms_threshold: rounding decides",
          focus: Focus(box: BoxRow(.candidate, box))))
    }
    if let index = judgement.overlap.firstIndex(where: { abs($0 - Judgement.threshold) < 1e-6 }) {
      warn(
        Hazard(
          .rounding,
          "detection \(index)'s IoU \(Number.text(judgement.overlap[index], digits: 7)) is within 1e-6 of 0.5: rounding decides",
          focus: Focus(box: BoxRow(.detection, index))))
    }
  }

  // MARK: Views

  /// How many rows of a table are written.
  private static let longest = 300

  private func suppressionTable(_ detections: Detections) -> View.Table {
    let list = detections.candidates.list
    let measure = settings[SharedParameters.nmsOverlap].title
    let threshold = Number.text(settings[SharedParameters.nmsThreshold])
    let rows = list.indices.prefix(Self.longest).map { index in
      let fate = detections.suppression.fates[index]
      let cells = [
        "\(index)", scene.classes[list[index].label], Number.fixed(list[index].score, decimals: 3),
        fate.suppressor == nil ? "+ kept" : "− out", fate.suppressor.map { "by \($0)" } ?? "",
        fate.suppressor == nil ? "" : Number.fixed(fate.overlap, decimals: 3), origin(list[index]),
      ]
      return View.Table.Row(
        cells, focus: Focus(anchor: list[index].prior, box: BoxRow(.candidate, index)),
        kind: fate.suppressor == nil ? .positive : .negative)
    }
    let rule =
      switch settings[SharedParameters.nms] {
      case .none: "Suppression is off: every candidate is kept."
      case .perClass: "A box goes when its \(measure) with a better one of its class is over \(threshold)."
      case .allClasses: "A box goes when its \(measure) with a better one of any class is over \(threshold)."
      }
    let rest = list.count > rows.count ? " The best \(rows.count) of \(Number.count(list.count)) are listed." : ""
    return View.Table(
      title: "candidates, best first: who is suppressed by whom",
      columns: ["", "class", "score", "", "", measure, "from"], rows: rows,
      note: rows.isEmpty ? "No score is over the threshold." : rule + rest)
  }

  private func detectionsTable(_ detections: Detections, _ judgement: Judgement) -> View.Table {
    let rows = judgement.detections.indices.prefix(Self.longest).map { index in
      let detection = judgement.detections[index]
      let outcome = judgement.outcomes[index]
      let cells = [
        "\(index)", scene.classes[detection.label], Number.fixed(detection.score, decimals: 3),
        "\(outcome.sign) \(outcome.name)", judgement.reason(index, scene.classes),
      ]
      let prior = detections.candidates.list[detections.kept[index]].prior
      return View.Table.Row(cells, focus: Focus(anchor: prior, box: BoxRow(.detection, index)), kind: outcome.kind)
    }
    return View.Table(
      title: "detections, best first", columns: ["", "class", "score", "is", "because"], rows: rows,
      note: rows.isEmpty
        ? "Nothing is detected."
        : "True: IoU ≥ .5 with an object of its class that no better one took. Duplicate: with one that is taken."
          + (judgement.count(of: .uncounted) > 0
            ? " Not counted: past the best \(DetectionMatching.most) of its class." : "")
          + (judgement.precision.ap50 == nil ? "" : " AP50: mean precision over all recalls, at IoU .5."))
  }

  private func foundTable(_ evaluation: Evaluation) -> View.Table {
    let rows = evaluation.objects.enumerated().map { gt, object in
      View.Table.Row(
        [
          "gt \(gt)", scene.classes[object.label], object.positives.map(String.init) ?? "", evaluation.words(of: gt),
        ], focus: Focus(gt: gt), kind: object.detection == nil ? .negative : .positive)
    }
    return View.Table(
      title: "objects found", columns: ["", "class", "positives", ""], rows: rows,
      note:
        "Found: a detection of the right class with IoU ≥ .5 and score ≥ .3. A true one of less score is too unsure."
    )
  }

  private func curve(_ judgement: Judgement) -> View.Curve {
    let known = judgement.precision.curves[0].enumerated().compactMap { label, curve in curve.map { (label, $0) } }
    // More would not be told apart.
    var series = known.prefix(5).map { label, curve in
      View.Curve.Series(name: scene.classes[label], x: PrecisionRecall.points, y: curve.interpolated)
    }
    if known.count > 1 {
      let mean = PrecisionRecall.points.indices.map { point in
        known.reduce(0) { $0 + $1.1.interpolated[point] } / Double(known.count)
      }
      series.append(View.Curve.Series(name: "mean", x: PrecisionRecall.points, y: mean))
    }
    return View.Curve(
      title: "precision by recall at IoU .5", xLabel: "recall: part of the objects found",
      yLabel: "precision: part that is true", series: series)
  }

  private func precisionTable(_ judgement: Judgement) -> View.Table {
    let precision = judgement.precision
    func row(_ name: String, _ objects: Int, _ label: Int?, _ ap50: Double?, _ ap: Double?) -> View.Table.Row {
      let counts = [DetectionOutcome.hit, .duplicate, .miss].map { "\(judgement.count(of: $0, label: label))" }
      let figures = [ap50, ap].map { $0.map { Number.fixed($0, decimals: 3) } ?? "none" }
      return View.Table.Row([name, "\(objects)"] + counts + figures)
    }
    let (ap50s, aps) = (precision.ap50OfClass, precision.apOfClass)
    var rows = scene.classes.indices.map { label in
      let objects = judgement.overlaps.objects.count { $0.label == label }
      return row(scene.classes[label], objects, label, ap50s[label], aps[label])
    }
    rows.append(row("all", judgement.overlaps.objects.count, nil, precision.ap50, precision.ap))
    return View.Table(
      title: "average precision, as COCO defines it",
      columns: ["class", "objects", "true", "dupl.", "false", "AP50", "AP"], rows: rows,
      note: "The mean precision at 101 recalls: AP50 at IoU .5, AP over .50, .55 … .95; of the best 100 a class.")
  }
}

extension DetectionOutcome {
  static let inOrder: [DetectionOutcome] = [.hit, .duplicate, .miss, .ignored, .uncounted]

  var sign: String {
    switch self {
    case .hit: "+"
    case .duplicate, .ignored, .uncounted: "~"
    case .miss: "−"
    }
  }

  var kind: StateLegend.State.Kind {
    switch self {
    case .hit: .positive
    case .duplicate, .ignored, .uncounted: .between
    case .miss: .negative
    }
  }
}

extension Judgement {
  /// Why a detection is what it is, in a few words.
  func reason(_ index: Int, _ classes: [String]) -> String {
    let gt = objects[index]
    let iou = Number.fixed(overlap[index], decimals: 2)
    switch outcomes[index] {
    case .hit: return "gt \(gt ?? 0), IoU \(iou)"
    case .duplicate: return "gt \(gt ?? 0) again, IoU \(iou)"
    case .ignored: return "\(iou) of it in an ignored object"
    case .uncounted: return "past the best \(DetectionMatching.most)"
    case .miss:
      let label = detections[index].label
      if let other = overlaps.bestObject(of: index), other.iou >= Self.threshold,
        overlaps.objects[other.gt].label != label
      {
        return "gt \(other.gt) is no \(classes[label]), IoU \(Number.fixed(other.iou, decimals: 2))"
      }
      return gt.map { "gt \($0) by IoU \(iou) only" } ?? "no \(classes[label]) there"
    }
  }
}
