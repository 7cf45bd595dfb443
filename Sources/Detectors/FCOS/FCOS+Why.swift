import Boxes
import Scenes
import Tensors
import Traces

/// The answers to "why" of FCOS: the rules', then what each loss made of it.
extension FCOS {
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    let why = PointWhy(trace)
    switch element {
    case .anchor(let point): return why.point(point)
    case .gt(let gt): return why.object(gt)
    case .pair(let gt, let point): return why.pair(gt: gt, point)
    case .loss(let name): return LedgerWhy(trace).loss(name, then: name == "centerness" ? why.floor : [])
    case .box: return nil
    }
  }
}

struct PointWhy {
  let trace: Trace
  let settings: Settings
  let rules: PointRules

  init(_ trace: Trace) {
    self.trace = trace
    settings = Settings(recordedIn: trace, of: FCOS.self)
    rules = settings.pointRules
  }

  private var objects: [SceneObject] { trace.scene.groundTruth }

  /// A point's place: nil when there is no such point, or none is laid out yet.
  private struct Place {
    let point: Int
    let level: Int
    let stride: Double
    let x: Double
    let y: Double
  }

  private func place(_ point: Int) -> Place? {
    let grid = trace.priors
    guard let level = grid.level(of: point), let xy = trace["points.xy"]?.row(point), xy.count == 2 else { return nil }
    return Place(point: point, level: level, stride: Double(grid.levels[level].stride), x: xy[0], y: xy[1])
  }

  private func owner(_ point: Int) -> Int? {
    trace["match.gt"]?[point].map(Int.init).flatMap { objects.indices.contains($0) ? $0 : nil }
  }

  private func subject(_ point: Int) -> String { "point \(point), \(trace.priors.label(of: point))" }

  // MARK: A point

  func point(_ point: Int) -> Explanation? {
    guard (0..<trace.priors.count).contains(point) else { return nil }
    func answer(_ relation: String, _ verdict: String, _ reasons: [Reason]) -> Explanation {
      Explanation(
        element: .anchor(point), subject: subject(point) + relation, verdict: verdict, reasons: reasons)
    }
    guard let place = place(point) else {
      return answer("", "not laid out yet", [Reason("cell", words: trace.priors.label(of: point))])
    }
    let at = Reason(
      "place", words: "x \(Number.text(place.x)), y \(Number.text(place.y)) px",
      conclusion: "\(trace.priors.levels[place.level].name) takes max(l, t, r, b) of \(rangeWords(place.level)) px")
    guard let state = trace["match.state"]?[point] else { return answer("", "not matched yet", [at]) }
    if state == -1 { return answer("", "ignored", [insideIgnored(place)] + costs(place.point, nil)) }
    guard let gt = owner(point) else {
      return answer("", "negative", nearestMiss(place) + costs(place.point, nil) + [at])
    }
    return answer(
      " → gt \(gt)", "positive", passes(gt, place) + costs(place.point, gt) + [at])
  }

  private func rangeWords(_ level: Int) -> String {
    rules.ranges.indices.contains(level) ? rules.ranges[level].words : "nothing"
  }

  private func insideIgnored(_ place: Place) -> Reason {
    let around = trace.scene.ignoredObjects.first {
      SideDistances(x: place.x, y: place.y, to: $0.box).least > 0
    }
    guard let around else { return Reason("state", words: "inside an ignored object", conclusion: "ignored") }
    let sides = SideDistances(x: place.x, y: place.y, to: around.box)
    return Reason(
      "state",
      Condition(smallest(sides, mark: ""), .greater, 0),
      conclusion: "strictly inside an ignored object: ignored, whatever else it lies in")
  }

  /// Why a negative is nobody's: what kept it from the object that came nearest to having it.
  private func nearestMiss(_ place: Place) -> [Reason] {
    let nearest = objects.indices.map { gt in (gt: gt, rank: rank(gt, place)) }.max { $0.rank < $1.rank }
    guard let nearest else {
      return [Reason("state", words: "no object on the picture to belong to", conclusion: "negative")]
    }
    guard nearest.rank.passed > 0 else {
      return [Reason("state", words: "inside no object's box", conclusion: "negative")]
        + [failure(nearest.gt, place)].compactMap(\.self)
    }
    return [
      Reason("state", words: "inside gt \(nearest.gt)'s box, but no object may have it", conclusion: "negative")
    ] + [failure(nearest.gt, place)].compactMap(\.self)
  }

  /// How far a pair gets: the rules passed, then how deep the point is inside.
  private struct Rank: Comparable {
    let passed: Int
    let inside: Double

    static func < (a: Rank, b: Rank) -> Bool { (a.passed, a.inside) < (b.passed, b.inside) }
  }

  private func rank(_ gt: Int, _ place: Place) -> Rank {
    let box = objects[gt].box
    let inside = SideDistances(x: place.x, y: place.y, to: box).least
    let verdict = rules.judge(x: place.x, y: place.y, level: place.level, stride: place.stride, box)
    return Rank(passed: !verdict.isInBox ? 0 : verdict.isInSample ? 2 : 1, inside: inside)
  }

  // MARK: Rules

  private func smallest(_ d: SideDistances, mark: String) -> Formula {
    .call(.min, names(mark, d))
  }

  private func largest(_ d: SideDistances) -> Formula { .call(.max, names("", d)) }

  private func names(_ mark: String, _ d: SideDistances) -> [Formula] {
    zip(["l", "t", "r", "b"], d.all).map { .named($0 + mark, $1) }
  }

  private func distances(_ gt: Int, _ place: Place) -> SideDistances {
    SideDistances(x: place.x, y: place.y, to: objects[gt].box)
  }

  private func sampleDistances(_ gt: Int, _ place: Place) -> SideDistances {
    SideDistances(x: place.x, y: place.y, to: rules.sample(of: objects[gt].box, stride: place.stride))
  }

  /// All that makes a point an object's own.
  private func passes(_ gt: Int, _ place: Place) -> [Reason] {
    var reasons: [Reason] = []
    if owner(place.point) == gt, let rival = rivals(gt, place.point).first {
      reasons.append(areas(winner: gt, loser: rival, conclusion: "the smallest box takes the point"))
    }
    let sides = distances(gt, place)
    reasons.append(
      Reason("box", Condition(smallest(sides, mark: ""), .greater, 0), conclusion: "inside the box of gt \(gt)"))
    if rules.centerRadius != nil {
      reasons.append(
        Reason(
          "centre", Condition(smallest(sampleDistances(gt, place), mark: "′"), .greater, 0),
          conclusion: "within \(Number.text(rules.centerRadius ?? 0)) strides of its centre"))
    }
    let range = rules.bounds[place.level]
    let relation: Condition.Relation = rules.endsAreIncluded ? .lessOrEqual : .less
    reasons.append(
      Reason(
        "range",
        Condition(.number(range.lowerBound), relation, largest(sides)).and(relation, .number(range.upperBound)),
        conclusion: "\(trace.priors.levels[place.level].name) takes such distances"))
    return reasons
  }

  /// The other objects that may have a point, the smallest first.
  private func rivals(_ gt: Int, _ point: Int) -> [Int] {
    let passed = trace["candidates.passed"]
    return objects.indices.filter { $0 != gt && passed?[$0, point] == 1 }.sorted {
      let (a, b) = (objects[$0].box.area, objects[$1].box.area)
      return a != b ? a < b : $0 < $1
    }
  }

  private func areas(winner: Int, loser: Int, conclusion: String) -> Reason {
    let (a, b) = (objects[winner].box.area, objects[loser].box.area)
    return Reason(
      "area",
      Condition(.named("area of gt \(winner)", a), a < b ? .less : .lessOrEqual, .named("area of gt \(loser)", b)),
      conclusion: a < b ? conclusion : "equal areas: the first takes the point")
  }

  /// The first rule that keeps a point from an object, and how far it is from passing; nil when all three pass.
  private func failure(_ gt: Int, _ place: Place) -> Reason? {
    let sides = distances(gt, place)
    guard sides.least > 0 else {
      return Reason(
        "box", Condition(smallest(sides, mark: ""), .lessOrEqual, 0),
        conclusion: "outside gt \(gt)'s box, by \(Number.text(-sides.least, digits: 3)) px")
    }
    let sample = sampleDistances(gt, place)
    guard sample.least > 0 else {
      return Reason(
        "centre", Condition(smallest(sample, mark: "′"), .lessOrEqual, 0),
        conclusion:
          "l′ t′ r′ b′ are to the square of \(Number.text(rules.centerRadius ?? 0)) strides round its centre: outside by "
          + "\(Number.text(-sample.least, digits: 3)) px")
    }
    return rules.ranges.indices.contains(place.level) ? offRange(sides, gt, place) : nil
  }

  private func offRange(_ sides: SideDistances, _ gt: Int, _ place: Place) -> Reason? {
    guard !rules.ranges[place.level].contains(sides.most) else { return nil }
    let range = rules.bounds[place.level]
    let isIncluded = rules.endsAreIncluded
    let level = trace.priors.levels[place.level].name
    let other = rules.ranges.firstIndex { $0.contains(sides.most) }
    let hint = other.flatMap { trace.priors.levels.indices.contains($0) ? trace.priors.levels[$0].name : nil }
    let taker = hint.map { "; \($0) takes such distances" } ?? "; no level takes such distances"
    if sides.most < range.lowerBound || (!isIncluded && sides.most == range.lowerBound) {
      return Reason(
        "range",
        Condition(largest(sides), isIncluded ? .less : .lessOrEqual, .named("least of \(level)", range.lowerBound)),
        conclusion: "\(Number.text(range.lowerBound - sides.most, digits: 3)) px short" + taker)
    }
    return Reason(
      "range",
      Condition(
        largest(sides), isIncluded ? .greater : .greaterOrEqual, .named("largest of \(level)", range.upperBound)),
      conclusion: "\(Number.text(sides.most - range.upperBound, digits: 3)) px too far" + taker)
  }

  // MARK: A pair

  func pair(gt: Int, _ point: Int) -> Explanation? {
    guard objects.indices.contains(gt), (0..<trace.priors.count).contains(point) else { return nil }
    func answer(_ verdict: String, _ reasons: [Reason]) -> Explanation {
      Explanation(
        element: .pair(gt: gt, anchor: point), subject: "\(subject(point)) → gt \(gt)", verdict: verdict,
        reasons: reasons)
    }
    guard let place = place(point) else { return answer("not laid out yet", [boxWords(gt)]) }
    guard trace["candidates.passed"] != nil else { return answer("not compared yet", [boxWords(gt)]) }
    let failed = failure(gt, place)
    guard let state = trace["match.state"]?[point] else {
      return failed.map { answer("may not have it", [$0]) } ?? answer("may have it", passes(gt, place))
    }
    if state == -1 {
      return answer("no match: the point is ignored", [insideIgnored(place)] + [failed].compactMap(\.self))
    }
    if let failed {
      return answer(
        "no match: the object may not have it",
        [failed] + sideReasons(gt, place) + costs(place.point, self.owner(place.point)))
    }
    guard let owner = owner(point), owner != gt else {
      return answer("a match", passes(gt, place) + costs(place.point, gt))
    }
    return answer(
      "no match: it is gt \(owner)'s",
      [areas(winner: owner, loser: gt, conclusion: "the smaller box, gt \(owner), takes the point")]
        + sideReasons(gt, place) + costs(place.point, owner))
  }

  private func boxWords(_ gt: Int) -> Reason {
    let box = objects[gt].box
    return Reason(
      "gt \(gt)", words: box.corners.map { Number.text($0) }.joined(separator: " "),
      conclusion: "\(Number.text(box.width)) × \(Number.text(box.height)) px, area \(Number.text(box.area))")
  }

  /// The four distances of a pair that is no match: in words, as the trace keeps none for it.
  private func sideReasons(_ gt: Int, _ place: Place) -> [Reason] {
    let d = distances(gt, place)
    let words = zip(["l", "t", "r", "b"], d.all).map { "\($0) \(Number.text($1))" }.joined(separator: "  ")
    return [Reason("sides", words: words + " px", conclusion: "from the point to the sides of gt \(gt)")]
  }

  // MARK: An object

  func object(_ gt: Int) -> Explanation? {
    guard objects.indices.contains(gt) else { return nil }
    func answer(_ verdict: String, _ reasons: [Reason]) -> Explanation {
      Explanation(
        element: .gt(gt), subject: "gt \(gt) (\(trace.scene.classes[objects[gt].label]))", verdict: verdict,
        reasons: reasons)
    }
    guard let fate = PointFate(of: gt, in: trace) else { return answer("not matched yet", [boxWords(gt)]) }
    let stages = Reason(
      "points",
      words: "\(Number.plural(fate.inBox.count, "point")) in the box"
        + (rules.centerRadius == nil ? "" : ", \(fate.inSample.count) of them near its centre")
        + ", \(fate.passed.count) of those on the level for their distances")
    guard trace["match.gt"] != nil else { return answer("not matched yet", [stages, boxWords(gt)]) }
    guard fate.won.isEmpty else {
      let levels = trace.priors.levels.compactMap { level -> String? in
        let count = fate.won.count { level.range.contains($0) }
        return count > 0 ? "\(level.name) \(count)" : nil
      }
      let lost = fate.lost.isEmpty ? "" : "; \(fate.lost.count) went to smaller objects"
      let own = Reason(
        "positives", words: "\(Number.plural(fate.won.count, "point")): \(levels.joined(separator: ", "))" + lost)
      return answer(
        "\(fate.won.count) positive \(fate.won.count == 1 ? "point" : "points")", [own, stages] + best(fate))
    }
    let rule = Reason("rule", words: fate.sentence ?? "no point", conclusion: "no positive")
    return answer("no positive point", [rule, stages] + best(fate))
  }

  /// The rules at the point that one would look at.
  private func best(_ fate: PointFate) -> [Reason] {
    guard let point = fate.telling, let pair = pair(gt: fate.gt, point) else { return [] }
    let name = fate.won.isEmpty ? "nearest" : "central"
    return [Reason(name, words: subject(point), conclusion: pair.verdict)] + pair.reasons.prefix(4)
  }
}
