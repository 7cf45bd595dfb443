import Boxes
import Scenes
import Traces

/// What matching leaves in the trace: its values, words, views and hazards.
extension Iteration {
  mutating func record(_ matching: ThresholdMatching) {
    let n = grid.count
    if !objects.isEmpty { record("match.max_iou", shape: [n], matching.best.iou) }
    trace.record(Value("match.state", shape: [n], .int8(matching.states.map(\.rawValue))))
    record("match.gt", shape: [n], matching.owners.map { Int32($0 ?? -1) })
    if !objects.isEmpty {
      record("match.best_gt", shape: [n], (0..<n).map { Int32(matching.best.object(of: $0) ?? -1) })
    }
    trace.record(Value("match.rule", shape: [n], .uint8(matching.rules.map(\.rawValue))))
    if !matching.ignoredShares.isEmpty {
      record("match.ignored_share", shape: [n], matching.ignoredShares)
    }
    let best = matching.best.ofObject
    record("match.best_iou_of_gt", shape: [best.count], best.map(\.iou))
    record("match.best_anchor_of_gt", shape: [best.count], best.map { Int32($0.prior) })
    record("match.positives_of_gt", shape: [best.count], matching.positiveCounts(of: best.count).map(Int32.init))
  }

  mutating func describe(_ matching: ThresholdMatching, thresholds: [Mark]) {
    guard isShown else { return }
    let counts = matching.positiveCounts(of: objects.count)
    let without = counts.indices.filter { counts[$0] == 0 }
    let forced = matching.rules.count { $0 == .forced }
    headline(
      (objects.isEmpty ? "Nothing to match: " : "")
        + "+ \(said(matching, .positive))  "
        + (matching.ignoresNone ? "" : "~ \(said(matching, .ignored))  ") + "− \(said(matching, .negative))."
        + (forced == 0 ? "" : "   Forced: \(Number.count(forced)).")
        + (without.isEmpty
          ? "" : without.count == 1 ? "   ! gt \(without[0]) has none" : "   ! \(without.count) objects have none")
        + (objects.isEmpty ? "" : "  (Each anchor takes its best object.)"))
    var rows: [View.Table.Row] = []
    for gt in objects.indices {
      let (iou, anchor) = matching.best.ofObject[gt]
      let reason = reason(for: gt, matching)
      let levels = grid.levels.map { level in level.range.count { matching.owners[$0] == gt } }
      rows.append(
        View.Table.Row(
          ["gt \(gt)", className(gt)] + levels.map { $0 == 0 ? "·" : "\($0)" }
            + [Number.text(iou, digits: 3), counts[gt] == 0 ? "! none" : "+ \(counts[gt])"],
          focus: Focus(level: grid.level(of: anchor), gt: gt, anchor: anchor)))
      substep(
        "gt \(gt)",
        counts[gt] == 0
          ? "gt \(gt) (\(className(gt))) has no positive: \(reason)"
          : "gt \(gt) (\(className(gt))) has \(counts[gt]) positive \(counts[gt] == 1 ? "anchor" : "anchors"); best IoU \(Number.text(iou, digits: 3)).",
        focus: Focus(level: grid.level(of: anchor), gt: gt, anchor: anchor))
      if counts[gt] == 0 {
        warn(
          Hazard(
            matching.rules[anchor] == .forced ? .taken : .noPositive,
            "gt \(gt) (\(className(gt))) has no positive anchor: \(reason)",
            focus: Focus(gt: gt, anchor: anchor)))
      }
      warnOfForcing(gt, matching)
    }
    warnOfRounding(matching, thresholds)
    show(
      .matrix(
        View.Matrix(
          title: "best anchors of the object", value: "overlap.iou", marks: thresholds, state: "match.state")),
      .table(
        View.Table(
          title: "positives of each object, by level",
          columns: ["", "class"] + grid.levels.map(\.name) + ["best IoU", "in all"], rows: rows,
          note: without.first.map { "gt \($0): \(reason(for: $0, matching))" }
            ?? (objects.isEmpty ? "No object on this picture." : "Every object has a positive anchor."))
      ),
      .priorMap(View.PriorMap(title: "states of all anchors", value: "match.state", scale: .state)))
  }

  /// "3,911 negative", in the detector's own word.
  private func said(_ matching: ThresholdMatching, _ state: ThresholdMatching.State) -> String {
    "\(Number.count(matching.count(of: state))) \(trace.states.name(of: Int(state.rawValue)))"
  }

  /// Why a GT has no positive, in a sentence.
  private func reason(for gt: Int, _ matching: ThresholdMatching) -> String {
    let (iou, anchor) = matching.best.ofObject[gt]
    let threshold = matching.thresholds.positive
    let text = Number.text(iou, digits: 3)
    guard iou >= threshold || matching.rules[anchor] != .overlap else {
      let close = Number.text(iou, digits: abs(iou - threshold) < 1e-3 ? 7 : 3)
      return "its best IoU is \(close), under \(Number.text(threshold)) (\(grid.label(of: anchor)))."
    }
    switch matching.rules[anchor] {
    case .forced:
      let other = matching.owners[anchor].map { "gt \($0)" } ?? "another"
      return
        "its best anchor, \(grid.label(of: anchor)) (IoU \(text)), is the best of \(other) too, and the later object takes it."
    case .outside: return "its best anchor (IoU \(text)) has its centre outside the picture and is ignored."
    case .ignoredObject: return "its best anchor (IoU \(text)) lies half inside an ignored object."
    case .overlap, .lowQuality:
      let other = matching.owners[anchor].map { "gt \($0)" } ?? "another"
      return "its best anchor (IoU \(text)) overlaps \(other) as much or more."
    }
  }

  private mutating func warnOfForcingAtZero(_ gt: Int, _ focus: Focus) {
    warn(
      Hazard(
        .forced,
        "gt \(gt) (\(className(gt))) overlaps no anchor: all \(Number.count(grid.count)) tie at IoU 0, and every one "
          + "is forced to be its positive. No negative is left by it", focus: focus))
  }

  /// What forcing does to an object that overlaps nothing, and where rounding chooses the forced anchor.
  private mutating func warnOfForcing(_ gt: Int, _ matching: ThresholdMatching) {
    let (iou, anchor) = matching.best.ofObject[gt]
    let focus = Focus(gt: gt, anchor: anchor)
    switch matching.thresholds.forcing {
    case .lowQuality(_, atZero: true) where iou == 0:
      return warnOfForcingAtZero(gt, focus)
    case .none: return
    case .lowQuality where iou == 0: return
    case .best where iou == 0:
      return warn(
        Hazard(
          .forced,
          "gt \(gt) (\(className(gt))) overlaps no anchor, yet one is forced to be its positive: the first, "
            + "\(grid.label(of: anchor)), has nothing of the object in it", focus: focus))
    case .allTied where iou == 0:
      return warnOfForcingAtZero(gt, focus)
    case .best, .allTied, .lowQuality: break
    }
    // From the threshold on they are all positive anyway.
    guard iou < matching.thresholds.positive else { return }
    let box = objects[gt].box
    let tied = matching.anchors.count { abs($0.iou(with: box) - iou) < 1e-6 }
    guard tied > 1 else { return }
    if case .lowQuality = matching.thresholds.forcing {
      return warn(
        Hazard(
          .lowQualityTie,
          "\(tied) anchors share gt \(gt)'s best IoU \(Number.text(iou, digits: 4)) to within 1e-6; a low-quality match "
            + "asks which equal it to the last bit, so rounding decides which of them are positive", focus: focus))
    }
    let which = matching.thresholds.forcing == .allTied ? "which of them are" : "which of them is"
    warn(
      Hazard(
        .rounding,
        "\(tied) anchors share gt \(gt)'s best IoU \(Number.text(iou, digits: 4)) to within 1e-6: rounding and order "
          + "decide \(which) forced", focus: focus))
  }

  /// Anchors whose state hangs on the last digits.
  private mutating func warnOfRounding(_ matching: ThresholdMatching, _ marks: [Mark]) {
    let values = marks.filter { mark in marks.first { $0.value == mark.value } == mark }
    for mark in objects.isEmpty ? [] : values {
      let near = matching.best.iou.indices.filter { abs(matching.best.iou[$0] - mark.value) < 1e-6 }
      guard let j = near.first else { continue }
      let more = near.count > 1 ? " (and \(Number.plural(near.count - 1, "other"))" : ""
      warn(
        Hazard(
          .rounding,
          "\(grid.label(of: j))\(more.isEmpty ? "" : more + ")"): best IoU \(Number.text(matching.best.iou[j], digits: 7)) "
            + "is within 1e-6 of \(mark.label): rounding decides",
          focus: Focus(gt: matching.best.object(of: j), anchor: j)))
    }
  }
}

extension ThresholdMatching {
  /// Whether no anchor is ignored and no IoU would have been: there is no band between the thresholds.
  fileprivate var ignoresNone: Bool {
    thresholds.positive == thresholds.negative && count(of: .ignored) == 0
  }

  /// N: the class of each positive, nil for all others.
  func labels(of objects: [SceneObject]) -> [Int?] { owners.map { $0.map { objects[$0].label } } }

  /// G: how many positives each GT has.
  func positiveCounts(of objects: Int) -> [Int] {
    var counts = Array(repeating: 0, count: objects)
    for owner in owners { if let owner { counts[owner] += 1 } }
    return counts
  }
}
