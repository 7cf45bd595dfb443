import Boxes
import Scenes
import Traces

/// A made-up detector on points, with a step for each view of what a GT is made of.
extension Recipe {
  static let pointStates = StateLegend(
    value: "assign.state",
    states: [.init(2, "chosen", .positive), .init(1, "contested", .between), .init(0, "background", .negative)])

  func pointTrace() -> Trace {
    let scene = Scene(name: "made-up", classes: classes, objects: objects, picture: Recipe.picture)
    let priors = PriorGrid(
      names: ["P3", "P4"], strides: [8, 16], sides: [(8, 8), (4, 4)], anchorsPerCell: 1, offset: 0.5)
    var trace = Trace(
      scene: scene, detector: "made-up", detectorTitle: "Made-up points", parameters: [], seed: 0, iteration: 2,
      priors: priors, priorName: "point", states: Recipe.pointStates)
    recordPoints(&trace)
    recordMasks(&trace)
    recordBags(&trace)
    recordSaturation(&trace)
    recordMining(&trace)
    recordHistory(&trace)
    recordRegions(&trace)
    return trace
  }

  private func recordPoints(_ trace: inout Trace) {
    let rows = trace.priors.levels.enumerated().map { index, level in
      View.Table.Row([level.name, "\(level.stride)", "\(level.count)"], focus: Focus(level: index))
    }
    step(
      "points", "Points", &trace,
      [.table(View.Table(title: "levels", columns: ["level", "stride", "points"], rows: rows))])
    let centers = centers(trace.priors)
    trace.record(Value("points.xy", shape: [centers.count, 2], .double(centers.flatMap { [$0.x, $0.y] })))
    trace.record(
      Value("decoded.boxes", shape: [centers.count, 4], .double(numbers(centers.count * 4) { Double($0 % 64) })))
  }

  private func centers(_ priors: PriorGrid) -> [(x: Double, y: Double)] {
    (0..<priors.count).compactMap { priors.location(of: $0).flatMap(priors.center) }
  }

  // MARK: Masks

  /// The made-up rules: inside the box, near its centre, on the level of its size.
  private func recordMasks(_ trace: inout Trace) {
    let names = [("inside the box", "assign.inside"), ("near the centre", "assign.near"), ("size fits", "assign.fits")]
    step(
      "assign", "Assign points", &trace,
      [
        .masks(
          View.Masks(
            title: "rules for the selected object", masks: names.map { View.Masks.Mask($0.0, $0.1) },
            owner: "match.gt")),
        .priorMap(View.PriorMap(title: "owner of each point", value: "match.gt", scale: .owner)),
        .priorMap(View.PriorMap(title: "states", value: "assign.state", scale: .state)),
      ])
    let boxes = objects.filter { !$0.ignored }.map(\.box)
    let masks = passes(trace.priors, boxes)
    for (name, mask) in zip(names, masks) where !boxes.isEmpty {
      trace.record(Value(name.1, shape: [boxes.count, trace.priors.count], .uint8(mask.map { $0 ? 1 : 0 })))
    }
    let claims = (0..<trace.priors.count).map { point in
      boxes.indices.filter { gt in masks.allSatisfy { $0[gt * trace.priors.count + point] } }
    }
    trace.record(Value("match.gt", shape: [claims.count], .int32(claims.map { Int32($0.last ?? -1) })))
    trace.record(Value("assign.state", shape: [claims.count], .int8(claims.map { Int8([0, 2, 1][min($0.count, 2)]) })))
  }

  private func passes(_ priors: PriorGrid, _ boxes: [Box]) -> [[Bool]] {
    let centers = centers(priors)
    var inside: [Bool] = []
    var near: [Bool] = []
    var fits: [Bool] = []
    for box in boxes {
      for (index, center) in centers.enumerated() {
        let stride = Double(priors.levels[priors.level(of: index) ?? 0].stride)
        inside.append(box.contains(x: center.x, y: center.y))
        near.append(abs(center.x - box.centerX) < 1.5 * stride && abs(center.y - box.centerY) < 1.5 * stride)
        fits.append((max(box.width, box.height) > 30) == (stride > 8))
      }
    }
    return [inside, near, fits]
  }

  // MARK: Bags, curves, rankings

  private func recordBags(_ trace: inout Trace) {
    let columns = [("weight", "bags.weight"), ("P_cls", "bags.cls"), ("P_loc", "bags.loc"), ("product", "bags.prob")]
    let gts = objects.count { !$0.ignored }
    let size = 12
    step(
      "bags", "Bags", &trace,
      [
        .candidates(
          View.Candidates(
            title: "bag of the selected object", priors: "bags.point",
            columns: columns.map { View.Candidates.Column($0.0, $0.1) },
            notes: (0..<gts).map { "gt \($0): as if 7.4 points took part." }))
      ])
    guard gts > 0 else { return }
    let points = (0..<gts * size).map { Int32($0 % size == size - 1 ? -1 : ($0 * 29 + $0 / size * 7) % 80) }
    trace.record(Value("bags.point", shape: [gts, size], .int32(points)))
    for (index, column) in columns.enumerated() {
      let values = numbers(gts * size) { place in
        index == 0 ? Double((place * 5 % size) * (place * 5 % size)) / 506 : Double((place * 7 + index * 3) % 20) / 20
      }
      trace.record(Value(column.1, shape: [gts, size], .double(values)))
    }
  }

  private func recordSaturation(_ trace: inout Trace) {
    let gts = objects.count { !$0.ignored }
    let x = (0...100).map { Double($0) / 100 }
    let series = (0..<gts).map { gt in
      View.Curve.Series(
        name: "gt \(gt)", x: x, y: x.map { min(max(($0 - 0.6) / (0.1 + 0.1 * Double(gt)), 0), 1) }, gt: gt)
    }
    let marks = [Mark("t1", 0.6)] + (0..<gts).map { Mark("t2", 0.7 + 0.1 * Double($0), gt: $0) }
    step(
      "saturation", "Saturated linear", &trace,
      [
        .curve(
          View.Curve(
            title: "from IoU to a chance", xLabel: "IoU", yLabel: "P", series: series, marks: marks,
            cursor: "saturation.iou", showsAll: true))
      ])
    guard gts > 0 else { return }
    let overlaps = numbers(gts * 80) { place in
      let (one, other) = ((place * 37 + place / 80 * 11) % 100, place * 13 % 100)
      return Double(one * other) / 10_000
    }
    trace.record(Value("saturation.iou", shape: [gts, 80], .double(overlaps)))
  }

  private func recordMining(_ trace: inout Trace) {
    let ranking = View.Ranking(
      title: "negatives by loss", value: "mining.loss", heading: "loss",
      columns: [View.Ranking.Column("state", "assign.state")], cut: .init(38, "3 for each positive"))
    step("mining", "Hard negatives", &trace, [.ranking(ranking)])
    trace.record(Value("mining.loss", shape: [80], .double(numbers(80) { Double($0 * 31 % 80) / 16 })))
    for (index, name) in ["rpn_obj", "rpn_box", "rpn_total", "roi_cls", "roi_box", "total"].enumerated() {
      let value = poison ?? Double(index + 1) / 4
      trace.record(Value("losses.\(name)", scalar: value))
      trace.record(
        LossTerm(name: name, title: name, parts: [.init("P3", value * 8)], normalizer: .init("sampled", 8)))
    }
  }

  // MARK: Iterations

  private func recordHistory(_ trace: inout Trace) {
    let lines = [View.History.Line("effective", "bags.effective"), View.History.Line("cls loss", "losses.rpn_obj")]
    step(
      "train", "Over the iterations", &trace,
      [
        .history(
          View.History(
            title: "points that take part", yLabel: "points", lines: lines, marks: [Mark("all of them", 12)],
            logarithmic: true))
      ])
    let gts = objects.count { !$0.ignored }
    guard gts > 0 else { return }
    trace.record(Value("bags.effective", shape: [gts], .double(numbers(gts) { 7.4 - Double($0) })))
  }

  /// What a session would have kept over 40 iterations.
  var kept: [String: [[Double]]] {
    let gts = objects.count { !$0.ignored }
    let effective = (0..<40).map { iteration in
      (0..<gts).map { gt -> Double in 1 + 66 / Double(6 + iteration * (gt + 1)) }
    }
    return ["bags.effective": effective, "losses.rpn_obj": (0..<40).map { [poison ?? 2 / Double($0 + 1)] }]
  }

  // MARK: Regions

  /// Two regions on 4×4 cells of P4 with one point a bin, 2×2 bins.
  private func recordRegions(_ trace: inout Trace) {
    step(
      "roialign", "RoIAlign", &trace,
      [
        .lens(
          View.Lens(
            title: "one region", boxes: "roi.boxes", levels: "roi.level", samples: "roi.samples",
            points: "roi.points", cells: "roi.cells", values: "roi.values", weights: "roi.weights",
            sampled: "roi.sampled", pooled: "roi.pooled", channel: "roi.channel")),
        .boxes(View.BoxList(title: "regions", boxes: "roi.boxes", anchors: "roi.anchor", kind: .roi)),
      ])
    let boxes = [Box(8, 12, 40, 44), Box(28, 30, 60, 62)]
    trace.record(Value("roi.boxes", shape: [2, 4], .double(boxes.flatMap(\.corners))))
    trace.record(Value("roi.anchor", shape: [2], .int32([70, -1])))
    trace.record(Value("roi.level", shape: [2], .int32([1, 1])))
    trace.record(Value("roi.samples", shape: [2, 2], .int32([1, 1, 1, 1])))
    var points: [Double] = []
    var cells: [Int32] = []
    var weights: [Double] = []
    for box in boxes {
      for bin in 0..<4 {
        let x = box.x1 + box.width * (0.25 + 0.5 * Double(bin % 2))
        let y = box.y1 + box.height * (0.25 + 0.5 * Double(bin / 2))
        points += [x, y]
        let (u, v) = (max(x / 16 - 0.5, 0), max(y / 16 - 0.5, 0))
        let (column, row) = (min(Int(u), 2), min(Int(v), 2))
        let (a, b) = (u - Double(column), v - Double(row))
        cells += [0, 1, 4, 5].map { Int32(row * 4 + column + $0) }
        weights += [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b]
      }
    }
    let values = numbers(cells.count) { Double(cells[$0]) / 16 }
    trace.record(Value("roi.points", shape: [2, 4, 2], .double(points)))
    trace.record(Value("roi.cells", shape: [2, 4, 4], .int32(cells)))
    trace.record(Value("roi.values", shape: [2, 4, 4], .double(values)))
    trace.record(Value("roi.weights", shape: [2, 4, 4], .double(weights)))
    let products = zip(values, weights).map { $0 * $1 }
    let sampled = (0..<8).map { products[$0 * 4..<$0 * 4 + 4].reduce(0, +) }
    trace.record(Value("roi.sampled", shape: [2, 4], .double(sampled)))
    let pooled = (0..<24).map { place -> Double in
      let channel = Double(place / 4 % 3)
      return sampled[place / 12 * 4 + place % 4] / (channel + 1)
    }
    trace.record(Value("roi.pooled", shape: [2, 3, 2, 2], .double(pooled)))
    trace.record(Value("roi.channel", scalar: 0))
  }
}
