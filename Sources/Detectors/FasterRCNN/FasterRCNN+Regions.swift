import Boxes
import Tensors
import Traces

/// What the second stage's steps leave in the trace: values, headlines, views, hazards.
extension Iteration {
  mutating func record(_ regions: RegionMatching, anchors: [Int]) {
    let count = regions.boxes.count
    record("roi.boxes", shape: [count, 4], regions.boxes.flatMap(\.corners))
    record("roi.anchor", shape: [count], (0..<count).map { Int32($0 < anchors.count ? anchors[$0] : -1) })
    if !objects.isEmpty {
      record("roi.iou", shape: [count], regions.best.iou)
      record("roi.best_gt", shape: [count], (0..<count).map { Int32(regions.best.object(of: $0) ?? -1) })
    }
    trace.record(Value("roi.state", shape: [count], .int8(regions.states.map(\.rawValue))))
    record("roi.gt", shape: [count], regions.owners.map { Int32($0 ?? -1) })
    let drawn = regions.sample.codes(count: count)
    trace.record(Value("roi.drawn", shape: [count], .uint8(drawn.map { $0 < 0 ? 0 : 1 })))
  }

  mutating func describe(_ regions: RegionMatching, _ proposals: RegionProposals) {
    let sample = regions.sample
    let mixed = regions.boxes.count - regions.proposals
    let ignored = regions.count(of: .ignored)
    headline(
      "\(Number.plural(regions.proposals, "proposal"))\(mixed > 0 ? " and \(mixed) GT" : ""): + \(regions.count(of: .foreground)) foreground  "
        + "− \(regions.count(of: .background)) background\(ignored > 0 ? "   ~ \(ignored) ignored" : ""). "
        + "Drawn: + \(sample.positives.count)  − \(sample.negatives.count).")
    if sample.positives.isEmpty, !objects.isEmpty {
      warn(
        Hazard(
          .noForeground,
          "no foreground region: no proposal overlaps a GT by more than \(Number.text(regions.rules.threshold)), so the second stage learns only background"
        ))
    }
    var rows: [View.Table.Row] = []
    for gt in objects.indices { rows.append(describe(gt, regions, proposals)) }
    warnOfRounding(regions)
    show(
      .table(regionTable(regions)),
      .table(
        View.Table(
          title: "regions of each object", columns: ["", "class", "foreground", "drawn", "best proposal"], rows: rows,
          note: "Its own box, where mixed in, counts as one of its regions.")))
  }

  /// A GT's line, its part of the step, and what may be wrong with it.
  private mutating func describe(_ gt: Int, _ regions: RegionMatching, _ proposals: RegionProposals) -> View.Table.Row {
    let threshold = regions.rules.threshold
    let own = regions.owners.indices.filter { regions.owners[$0] == gt }
    let drawn = own.count { regions.sample.positives.contains($0) }
    let best = regions.bestProposal(of: objects[gt].box)
    let iou = Number.text(best?.iou ?? 0, digits: 3)
    let name = "gt \(gt) (\(className(gt)))"
    let focus = Focus(gt: gt, box: best.map { BoxRow(.roi, $0.region) })
    substep(
      "gt \(gt)",
      "\(name): \(Number.plural(own.count, "foreground region")), \(drawn) drawn; its best proposal has IoU \(iou).",
      focus: focus)
    if best?.iou ?? 0 <= threshold {
      let lost = proposals.lost(objects[gt].box, over: threshold)
      warn(
        Hazard(
          .nothingFound,
          "\(name): no proposal reaches IoU \(Number.text(threshold)) with it (best \(iou)"
            + (lost > 0 ? "; suppression and the cuts took the \(lost) that did" : "") + "); "
            + (regions.rules.addsObjects
              ? "only its own box, mixed in, teaches the second stage" : "the second stage never sees it as an object"),
          focus: focus))
    }
    return View.Table.Row(
      ["gt \(gt)", className(gt), own.isEmpty ? "! none" : "+ \(own.count)", "\(drawn)", "IoU \(iou)"], focus: focus)
  }

  private mutating func warnOfRounding(_ regions: RegionMatching) {
    for r in 0..<regions.proposals where abs(regions.best.iou[r] - regions.rules.threshold) < 1e-6 {
      warn(
        Hazard(
          .rounding,
          "region \(r)'s IoU \(Number.text(regions.best.iou[r], digits: 7)) is within 1e-6 of roi_iou: rounding decides",
          focus: Focus(box: BoxRow(.roi, r))))
    }
  }

  private func regionTable(_ regions: RegionMatching) -> View.Table {
    // What was drawn first, foreground before background, then the rest.
    let (plus, minus) = (regions.sample.positives, regions.sample.negatives)
    let drawn = Set(plus + minus)
    let rows = (plus + minus + regions.boxes.indices.filter { !drawn.contains($0) }).map { r in
      let state =
        switch regions.states[r] {
        case .foreground: "+ foreground"
        case .background: "− background"
        case .ignored: "~ ignored"
        }
      return View.Table.Row(
        [
          "\(r)", name(of: r, regions), state, drawn.contains(r) ? "drawn" : "",
          objects.isEmpty ? "" : Number.text(regions.best.iou[r], digits: 3),
          regions.best.object(of: r).map { "gt \($0)" } ?? "",
        ], focus: Focus(gt: regions.owners[r], box: BoxRow(.roi, r)))
    }
    return View.Table(
      title: "regions, those drawn first", columns: ["RoI", "from", "state", "", "IoU", "with"], rows: rows)
  }

  /// Where a region comes from: "P4 (3,5) #1", or "gt 2".
  private func name(of region: Int, _ regions: RegionMatching) -> String {
    if let gt = regions.mixedIn(region) { return "gt \(gt) itself" }
    return trace["roi.anchor"]?[region].map { grid.label(of: Int($0)) } ?? ""
  }

  mutating func describeNoRegion() { headline("There is no region, so there is nothing to look at here.") }

  // MARK: RoIAlign

  /// - Parameter maps: C,h,w of each level.
  mutating func record(_ pooling: RegionPooling, pooled: Tensor, maps: [Tensor]) {
    let count = pooling.regions.count
    record("roi.level", shape: [count], pooling.regions.map { Int32($0.map) })
    record("roi.pooled", pooled)
    let channel = Self.loudestChannel(of: pooled)
    record("roi.channel", shape: [], [Int32(channel)])
    record(
      "roi.samples", shape: [count, 2],
      pooling.regions.flatMap { [Int32($0.grid.samples.down), Int32($0.grid.samples.across)] })
    recordPoints(of: pooling, channel, maps)
  }

  /// S points a region, rows of fewer filled up with zeros.
  private mutating func recordPoints(of pooling: RegionPooling, _ channel: Int, _ maps: [Tensor]) {
    let (count, most) = (pooling.regions.count, pooling.mostPoints)
    var points = [Float](repeating: 0, count: count * most * 2)
    var cells = [Int32](repeating: 0, count: count * most * 4)
    var values = [Float](repeating: 0, count: count * most * 4)
    var weights = values
    var sampled = [Double](repeating: 0, count: count * most)
    for (r, region) in pooling.regions.enumerated() {
      let map = maps[region.map]
      let plane = channel * map.shape[1] * map.shape[2]
      for (k, place) in pooling.pixels(of: r).enumerated() { points[r * most * 2 + k] = Float(place) }
      for k in 0..<4 * region.grid.count {
        let place = r * most * 4 + k
        cells[place] = region.grid.cells[k]
        values[place] = map.elements[plane + Int(region.grid.cells[k])]
        weights[place] = region.grid.weights[k]
        sampled[place / 4] += Double(values[place]) * Double(weights[place])
      }
    }
    record("roi.points", Tensor(shape: [count, most, 2], elements: points))
    record("roi.cells", shape: [count, most, 4], cells)
    record("roi.values", Tensor(shape: [count, most, 4], elements: values))
    record("roi.weights", Tensor(shape: [count, most, 4], elements: weights))
    record("roi.sampled", shape: [count, most], sampled)
  }

  /// The channel of largest mean magnitude: the most telling to look at. The first of equals.
  private static func loudestChannel(of pooled: Tensor) -> Int {
    let (channels, bins) = (pooled.shape[1], pooled.shape[2] * pooled.shape[3])
    var sums = [Double](repeating: 0, count: channels)
    for (index, number) in pooled.elements.enumerated() { sums[index / bins % channels] += Double(abs(number)) }
    return sums.indices.max { sums[$0] != sums[$1] ? sums[$0] < sums[$1] : $0 > $1 } ?? 0
  }

  mutating func describe(_ pooling: RegionPooling, _ regions: RegionMatching) {
    let counts = grid.levels.indices.map { level in pooling.regions.count { $0.map == level } }
    let bins = pooling.regions.first?.grid.pooling
    let parts = zip(grid.levels, counts).map { "\($1) from \($0.name)" }.joined(separator: ", ")
    headline(
      "\(Number.plural(regions.boxes.count, "region")): \(parts). Each becomes \(bins?.height ?? 0)×\(bins?.width ?? 0) numbers "
        + "in each of \(settings[SharedParameters.pyramidChannels]) channels.")
    warnOfTiny(pooling, regions)
    for (index, level) in grid.levels.enumerated() {
      substep(
        level.name,
        "\(level.name), a cell every \(level.stride) px, gives \(Number.plural(counts[index], "region")) with "
          + levelRule(index) + ".", focus: Focus(level: index))
    }
    show(.lens(lens), .table(pooledTable(pooling, regions)))
  }

  private var lens: View.Lens {
    View.Lens(
      title: "one region under the lens", boxes: "roi.boxes", levels: "roi.level", samples: "roi.samples",
      points: "roi.points", cells: "roi.cells", values: "roi.values", weights: "roi.weights", sampled: "roi.sampled",
      pooled: "roi.pooled", channel: "roi.channel")
  }

  /// "112 ≤ √area < 224".
  private func levelRule(_ index: Int) -> String {
    func side(_ index: Int) -> String {
      Number.text(RegionLevel.smallestSide(of: RegionPooling.number(of: grid.levels[index])))
    }
    let isFirst = index == 0
    let isLast = index == grid.levels.count - 1
    if isFirst, isLast { return "any area" }
    if isFirst { return "√area < \(side(index + 1))" }
    return isLast ? "√area ≥ \(side(index))" : "\(side(index)) ≤ √area < \(side(index + 1))"
  }

  private mutating func warnOfTiny(_ pooling: RegionPooling, _ regions: RegionMatching) {
    let tiny = regions.boxes.indices.filter {
      min(regions.boxes[$0].width, regions.boxes[$0].height) < pooling.strides[$0]
    }
    guard let first = tiny.first else { return }
    let box = regions.boxes[first]
    warn(
      Hazard(
        .tinyRegion,
        "\(Number.plural(tiny.count, "region")) \(tiny.count == 1 ? "is" : "are") smaller than one cell of their level (region \(first): "
          + "\(Number.text(box.width, digits: 2))×\(Number.text(box.height, digits: 2)) px, cells of \(Number.text(pooling.strides[first])) px): "
          + "their bins all read nearly the same numbers", focus: Focus(box: BoxRow(.roi, first))))
  }

  private func pooledTable(_ pooling: RegionPooling, _ regions: RegionMatching) -> View.Table {
    let rows = regions.boxes.indices.map { r in
      let box = regions.boxes[r]
      let region = pooling.regions[r]
      return View.Table.Row(
        [
          "\(r)", name(of: r, regions),
          "\(Number.fixed(box.width, decimals: 0))×\(Number.fixed(box.height, decimals: 0))",
          Number.fixed(box.area.squareRoot(), decimals: 0), grid.levels[region.map].name,
          "\(region.grid.samples.across)×\(region.grid.samples.down)",
        ], focus: Focus(gt: regions.owners[r], box: BoxRow(.roi, r)))
    }
    return View.Table(
      title: "regions and their levels", columns: ["RoI", "from", "w×h px", "√area", "level", "points a bin"],
      rows: rows,
      note: "Choose a region here to see it under the lens.")
  }
}
