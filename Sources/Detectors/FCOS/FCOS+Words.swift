import Boxes
import Tensors
import Traces

/// What the steps up to the match leave in the trace beside their numbers: headlines, views, hazards.
extension Iteration {
  mutating func describePoints(_ rules: PointRules) {
    guard isShown else { return }
    let rows = grid.levels.enumerated().map { index, level in
      View.Table.Row(
        [
          level.name, "\(level.stride)", "\(level.width)×\(level.height)", Number.count(level.count),
          rules.ranges.indices.contains(index) ? rules.ranges[index].words : "",
        ], focus: Focus(level: index))
    }
    for (index, level) in grid.levels.enumerated() {
      let takes = rules.ranges.indices.contains(index) ? rules.ranges[index].words : "nothing"
      substep(
        level.name,
        "\(level.name): \(level.width)×\(level.height) points, \(level.stride) px apart, for objects whose largest distance is \(takes) px.",
        focus: Focus(level: index))
    }
    headline(
      "\(Number.count(grid.count)) points on \(Number.plural(grid.levels.count, "level")), one to a cell: no sizes, no ratios."
    )
    show(
      .table(
        View.Table(
          title: "levels", columns: ["level", "stride", "cells", "points", "max(l,t,r,b) px"], rows: rows,
          note: "Instead of sizes of anchors, each level takes the objects whose distances suit its stride.")))
  }

  // MARK: Candidates

  mutating func record(_ candidates: PointCandidates) {
    let shape = [candidates.objects, candidates.points]
    func leave(_ name: String, _ answers: [Bool]) {
      trace.record(Value("candidates.\(name)", shape: shape, .uint8(answers.map { $0 ? 1 : 0 })))
    }
    leave("inside_box", candidates.inBox)
    leave("inside_center", candidates.inSample)
    leave("inside_range", candidates.inRange)
    leave("passed", candidates.passed)
  }

  private var fates: [PointFate] { objects.indices.compactMap { PointFate(of: $0, in: trace) } }

  mutating func describe(_ candidates: PointCandidates, _ rules: PointRules) {
    guard isShown else { return }
    let fates = fates
    guard let least = fates.min(by: { $0.passed.count < $1.passed.count }),
      let most = fates.map(\.passed.count).max()
    else { return headline("No object, so every point is background.") }
    let contested = (0..<grid.count).count { point in fates.indices.count { candidates.passes($0, point) } > 1 }
    headline(
      (fates.count == 1
        ? "Of \(Number.count(grid.count)) points the object may have \(most)."
        : "Of \(Number.count(grid.count)) points an object may have from \(least.passed.count) (gt \(least.gt), \(className(least.gt))) to \(most).")
        + (contested > 0 ? " \(Number.count(contested)) contested." : ""))
    let samples = rules.centerRadius != nil
    if !samples {
      trace.annotate {
        $0.formula = "l, t, r, b > 0    and least ≤ max(l, t, r, b) ≤ largest of its level"
        $0.meaning =
          "An object may have the points in its box, on the level meant for such distances. center_sampling would leave it only those near its centre."
      }
    }
    for fate in fates {
      substep(
        "gt \(fate.gt)",
        "gt \(fate.gt) (\(className(fate.gt))): \(Number.plural(fate.inBox.count, "point")) in its box"
          + (samples ? ", \(fate.inSample.count) of them near its centre" : "")
          + ", \(fate.passed.count) of those on the level for its distances.", focus: focus(on: fate))
    }
    let rows = fates.map { fate in
      View.Table.Row(
        ["gt \(fate.gt)", className(fate.gt), "\(fate.inBox.count)"] + (samples ? ["\(fate.inSample.count)"] : [])
          + [fate.passed.isEmpty ? "! none" : "\(fate.passed.count)"], focus: focus(on: fate))
    }
    show(
      .masks(View.Masks(title: "points the object may have", masks: masks(samples))),
      .table(
        View.Table(
          title: "points that pass each rule",
          columns: ["", "class", "in box"] + (samples ? ["near centre"] : []) + ["in range"], rows: rows,
          note: fates.first { $0.passed.isEmpty }.flatMap { fate in fate.sentence.map { "gt \(fate.gt): \($0)" } }
            ?? "Each rule is asked of the points that passed the one before.")))
    warnOfRounding(candidates.borderlines, samples: samples)
  }

  private func masks(_ samples: Bool) -> [View.Masks.Mask] {
    [.init("in the box", "candidates.inside_box")]
      + (samples ? [.init("near the centre", "candidates.inside_center")] : [])
      + [.init("in range", "candidates.inside_range"), .init("may have", "candidates.passed")]
  }

  private func focus(on fate: PointFate) -> Focus {
    Focus(level: fate.telling.flatMap { grid.level(of: $0) }, gt: fate.gt, anchor: fate.telling)
  }

  /// One hazard for each object and kind of bound, with the first point as its example.
  private mutating func warnOfRounding(_ borderlines: [PointCandidates.Borderline], samples: Bool) {
    for gt in objects.indices {
      for bound in [PointCandidates.Borderline.Bound.side, .range] {
        let here = borderlines.filter { $0.gt == gt && $0.bound == bound }
        guard let first = here.first else { continue }
        let isExact = here.allSatisfy { $0.distance == 0 }
        warn(
          Hazard(
            .rounding,
            bound.words(here.count, first: grid.label(of: first.point), gt: gt, isExact, samples: samples),
            focus: Focus(gt: gt, anchor: first.point)))
      }
    }
  }

  // MARK: Match

  mutating func record(_ matching: PointMatching) {
    let n = grid.count
    trace.record(Value("match.state", shape: [n], .int8(matching.states.map(\.rawValue))))
    record("match.gt", shape: [n], (0..<n).map { Int32(matching.owner(of: $0) ?? -1) })
    record("match.claims", shape: [n], matching.claims)
    let fates = fates
    record("match.best_anchor_of_gt", shape: [fates.count], fates.map { Int32($0.telling ?? -1) })
    record("match.positives_of_gt", shape: [fates.count], fates.map { Int32($0.won.count) })
  }

  mutating func describe(_ matching: PointMatching) {
    guard isShown else { return }
    let fates = fates
    let without = fates.filter(\.won.isEmpty)
    headline(
      (objects.isEmpty ? "Nothing to match: " : "The smallest object wins: ")
        + "+ \(Number.count(matching.count(of: .positive))) positive  "
        + (scene.ignoredObjects.isEmpty ? "" : "~ \(Number.count(matching.count(of: .ignored))) ignored  ")
        + "− \(Number.count(matching.count(of: .negative))) negative."
        + (without.isEmpty
          ? "" : without.count == 1 ? "   ! gt \(without[0].gt) has none" : "   ! \(without.count) objects have none"))
    for fate in fates {
      let name = "gt \(fate.gt) (\(className(fate.gt)))"
      substep(
        "gt \(fate.gt)",
        fate.sentence.map { "\(name) has no positive: \($0)" }
          ?? "\(name) has \(Number.plural(fate.won.count, "positive point")) of \(fate.passed.count) it could have"
          + (fate.lost.isEmpty ? "." : "; \(fate.lost.count) went to smaller objects."), focus: focus(on: fate))
      if fate.won.isEmpty, let sentence = fate.sentence {
        warn(Hazard(.noPositive, "\(name) has no positive point: \(sentence)", focus: focus(on: fate)))
      }
    }
    let contested = contested(matching)
    warnOfContest(contested, matching)
    show(
      .masks(View.Masks(title: "points of the object", masks: masks(hasSamples), owner: "match.gt")),
      .priorMap(View.PriorMap(title: "whose each point is", value: "match.gt", scale: .owner)),
      .table(levelTable(fates)), .table(contestTable(contested, matching)),
      .priorMap(View.PriorMap(title: "states of all points", value: "match.state", scale: .state)))
  }

  private var hasSamples: Bool { settings.pointRules.centerRadius != nil }

  private func levelTable(_ fates: [PointFate]) -> View.Table {
    let rows = fates.map { fate in
      let levels = grid.levels.map { level in fate.won.count { level.range.contains($0) } }
      return View.Table.Row(
        ["gt \(fate.gt)", className(fate.gt)] + levels.map { $0 == 0 ? "·" : "\($0)" }
          + [fate.won.isEmpty ? "! none" : "+ \(fate.won.count)"], focus: focus(on: fate))
    }
    let without = fates.first(where: \.won.isEmpty)
    return View.Table(
      title: "points of each object, by level", columns: ["", "class"] + grid.levels.map(\.name) + ["in all"],
      rows: rows,
      note: without.flatMap { fate in fate.sentence.map { "gt \(fate.gt): \($0)" } }
        ?? (objects.isEmpty ? "No object on this picture." : "Every object has a positive point."))
  }

  /// A point that several objects may have.
  private struct Contest {
    let point: Int
    /// The smallest first, then by index.
    let claimants: [Int]
  }

  private func contested(_ matching: PointMatching) -> [Contest] {
    let points = matching.claims.indices.filter { matching.claims[$0] > 1 }
    let areas = objects.map(\.box.area)
    return points.map { point in
      let claimants = objects.indices.filter { trace["candidates.passed"]?[$0, point] == 1 }
      return Contest(
        point: point, claimants: claimants.sorted { areas[$0] != areas[$1] ? areas[$0] < areas[$1] : $0 < $1 })
    }.sorted { $0.claimants.count > $1.claimants.count }
  }

  private func contestTable(_ contested: [Contest], _ matching: PointMatching) -> View.Table {
    let rows = contested.prefix(200).map { contest in
      let claims = contest.claimants.map { "gt \($0) \(Number.text(objects[$0].box.area, digits: 3))" }
      return View.Table.Row(
        [
          grid.label(of: contest.point), matching.owner(of: contest.point).map { "gt \($0)" } ?? "ignored",
          claims.joined(separator: ", "),
        ], focus: Focus(gt: matching.owner(of: contest.point), anchor: contest.point))
    }
    return View.Table(
      title: "contested points: who may have them", columns: ["point", "goes to", "may be of (area px²)"], rows: rows,
      note: contested.isEmpty ? "No point is claimed by two objects." : "The smallest area wins, the first of equals.")
  }

  private mutating func warnOfContest(_ contested: [Contest], _ matching: PointMatching) {
    guard let first = contested.first else { return }
    warn(
      Hazard(
        .contested,
        "\(Number.plural(contested.count, "point")) may be several objects': up to \(first.claimants.count), at "
          + "\(grid.label(of: first.point)). The smallest takes each, so that large objects have holes.",
        focus: Focus(anchor: first.point)))
    warnOfTies(contested)
  }

  /// Two smallest boxes of one area, or so close that rounding orders them.
  private mutating func warnOfTies(_ contested: [Contest]) {
    var ties: [[Int]: [Int]] = [:]
    for contest in contested {
      let (one, other) = (contest.claimants[0], contest.claimants[1])
      let (a, b) = (objects[one].box.area, objects[other].box.area)
      if b - a <= PointCandidates.tolerance * a { ties[[one, other], default: []].append(contest.point) }
    }
    for (pair, points) in ties.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let isEqual = objects[pair[0]].box.area == objects[pair[1]].box.area
      warn(
        Hazard(
          .rounding,
          "gt \(pair[0]) and gt \(pair[1]) contest \(Number.plural(points.count, "point")) and "
            + (isEqual
              ? "have the same area: the first wins"
              : "differ in area by less than a millionth: rounding decides"),
          focus: Focus(gt: pair[1], anchor: points.first)))
    }
  }
}

extension PointCandidates.Borderline.Bound {
  /// "3 points (the first P3 (1,2)) lie exactly on a side of gt 0's box: not inside it."
  fileprivate func words(_ count: Int, first: String, gt: Int, _ isExact: Bool, samples: Bool) -> String {
    let (points, lie, are) = count == 1 ? (first, "lies", "is") : ("\(count) points, the first \(first),", "lie", "are")
    switch self {
    case .side:
      let what =
        "\(points) \(lie) \(isExact ? "exactly" : "within 1e-6 of being") on a side of gt \(gt)'s box"
        + (samples ? " or centre sample" : "")
      return what + (isExact ? ": not inside it" : ": rounding decides")
    case .range:
      let what =
        "\(points) \(are) \(isExact ? "exactly" : "to within 1e-6") as far from a side of gt \(gt) as the range of its level ends"
      return what + (isExact ? ": still in it" : ": rounding decides")
    }
  }
}
