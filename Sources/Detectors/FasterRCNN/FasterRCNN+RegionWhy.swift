import Boxes
import Scenes
import Tensors
import Traces

/// Why regions of the second stage are what they are.
struct RegionWhy {
  let trace: Trace
  let settings: Settings
  let matching: MatchingWhy

  func region(_ r: Int) -> Explanation? {
    guard let box = trace["roi.boxes"].flatMap({ Box(row: $0.row(r)) }), let state = trace["roi.state"]?[r] else {
      return nil
    }
    let verdict = state == 1 ? "foreground" : state == 0 ? "background" : "ignored"
    let gt = (trace["roi.gt"]?[r]).flatMap { $0 < 0 ? nil : Int($0) }
    return Explanation(
      element: .box(BoxRow(.roi, r)), subject: "region \(r)\(origin(of: r))\(gt.map { " → gt \($0)" } ?? "")",
      verdict: verdict,
      reasons: decision(r, state) + draw(r, state) + boxLoss(r, gt) + classLoss(r) + likeliest(r) + level(r, box)
        + pooled(r)
        + overlap(r, box) + targets(r, gt, box))
  }

  private func origin(of r: Int) -> String {
    guard let anchor = trace["roi.anchor"]?[r].map(Int.init) else { return "" }
    return anchor < 0 ? ", a GT itself" : ", the proposal from \(trace.priors.label(of: anchor))"
  }

  private func decision(_ r: Int, _ state: Double) -> [Reason] {
    guard state != -1 else {
      return [Reason("state", words: "at least half of it lies inside an ignored object", conclusion: "ignored")]
    }
    guard let iou = trace["roi.iou"]?[r] else {
      return [Reason("state", words: "no object on the picture to overlap", conclusion: "background")]
    }
    let here = Formula.named("IoU", iou)
    let threshold = Formula.named("roi_iou", settings[FasterRCNN.roiIoU])
    return [
      state == 1
        ? Reason("state", Condition(here, .greater, threshold), conclusion: "foreground")
        : Reason(
          "state", Condition(here, .lessOrEqual, threshold),
          conclusion: "background; foreground needs over \(Number.text(threshold.value - iou, digits: 3)) more")
    ]
  }

  private func draw(_ r: Int, _ state: Double) -> [Reason] {
    guard let drawn = trace["roi.drawn"]?.doubles, let states = trace["roi.state"]?.doubles, state != -1 else {
      return []
    }
    let alike = states.indices.filter { states[$0] == state }
    let words =
      "\(alike.count { drawn[$0] == 1 }) of \(alike.count) \(state == 1 ? "foreground" : "background") regions were drawn"
    return [
      Reason("drawn", words: words, conclusion: drawn[r] == 1 ? "this one too" : "not this one: it is in no loss")
    ]
  }

  private func overlap(_ r: Int, _ box: Box) -> [Reason] {
    guard let gt = trace["roi.best_gt"]?[r].map(Int.init), gt >= 0, let iou = trace["roi.iou"]?[r] else { return [] }
    return matching.overlap(gt: gt, with: box, called: "region", is: .init("roi.iou", [r]), iou)
  }

  private func level(_ r: Int, _ box: Box) -> [Reason] {
    guard let index = trace["roi.level"]?[r].map(Int.init), trace.priors.levels.indices.contains(index) else {
      return []
    }
    let levels = trace.priors.levels
    let name = levels[index].name
    let side = Formula.named("√area", box.area.squareRoot())
    func smallest(_ index: Int) -> Formula {
      .number(RegionLevel.smallestSide(of: RegionPooling.number(of: levels[index])))
    }
    if levels.count == 1 { return [Reason("level", words: "there is only one", conclusion: "\(name)'s")] }
    let condition =
      index == 0
      ? Condition(side, .less, smallest(1))
      : index == levels.count - 1
        ? Condition(side, .greaterOrEqual, smallest(index))
        : Condition(smallest(index), .lessOrEqual, side).and(.less, smallest(index + 1))
    return [Reason("level", condition, conclusion: "read from \(name)")]
  }

  /// The strongest bin of the channel that is under the lens: the mean of its points, and one point's four cells.
  private func pooled(_ r: Int) -> [Reason] {
    guard let pooled = trace["roi.pooled"], let channel = trace["roi.channel"]?[].map(Int.init),
      let down = trace["roi.samples"]?[r, 0].map(Int.init), let across = trace["roi.samples"]?[r, 1].map(Int.init),
      down * across > 0
    else { return [] }
    let (height, width) = (pooled.shape[2], pooled.shape[3])
    let start = (r * pooled.shape[1] + channel) * height * width
    let bin = (0..<height * width).max { abs(pooled[flat: start + $0] ?? 0) < abs(pooled[flat: start + $1] ?? 0) } ?? 0
    let (i, j) = (bin / width, bin % width)
    let points = bin * down * across..<(bin + 1) * down * across
    let samples = points.map { trace["roi.sampled"]?[r, $0] ?? .nan }
    guard let point = points.max(by: { abs(samples[$0 - points.lowerBound]) < abs(samples[$1 - points.lowerBound]) })
    else { return [] }
    let value = Number.text(pooled[flat: start + bin] ?? .nan)
    return [
      Reason.robust(
        "bin (\(i),\(j))", mean(of: samples), is: .init("roi.pooled", [r, channel, i, j]),
        conclusion: "= \(value), the strongest bin of channel \(channel)"),
      sampled(r, point, number: point - points.lowerBound + 1),
    ]
  }

  private func mean(of samples: [Double]) -> Formula {
    let terms = samples.enumerated().map { Formula.named("s\($0 + 1)", $1) }
    let sum =
      samples.count > 9
      ? .named("Σ of \(samples.count) points", samples.reduce(0, +)) : terms.dropFirst().reduce(terms[0], +)
    return sum / .number(Double(samples.count))
  }

  private func sampled(_ r: Int, _ point: Int, number: Int) -> Reason {
    func cell(_ name: String, _ value: String, _ k: Int) -> Formula {
      .named(name, trace[value]?[r, point, k] ?? .nan)
    }
    let corners = ["00", "01", "10", "11"]
    let terms = corners.enumerated().map { k, corner in
      cell("v\(corner)", "roi.values", k) * cell("w\(corner)", "roi.weights", k)
    }
    let (x, y) = (trace["roi.points"]?[r, point, 0] ?? .nan, trace["roi.points"]?[r, point, 1] ?? .nan)
    return Reason.robust(
      "point s\(number)", terms.dropFirst().reduce(terms[0], +), is: .init("roi.sampled", [r, point]),
      conclusion:
        "= \(Number.text(trace["roi.sampled"]?[r, point] ?? .nan)), read at (\(Number.text(x)), \(Number.text(y))) px")
  }

  private func classLoss(_ r: Int) -> [Reason] {
    guard let target = trace["roi.target"]?[r].map(Int.init), target >= 0,
      let loss = trace["losses.roi_cls_per_roi"]?[r],
      let p = trace["roi.probs"]?[r, target], let logits = trace["roi.cls_logits"]?.row(r), target < logits.count
    else { return [] }
    let name = target < trace.scene.classes.count ? trace.scene.classes[target] : "background"
    let traced = Reason.Traced("losses.roi_cls_per_roi", [r])
    let conclusion = "= \(Number.text(loss)), before dividing by the regions drawn"
    // Where p rounds to 0 the loss is how far the logit is from the largest.
    guard p > 1e-300 else {
      return [
        Reason(
          "class loss", .named("largest logit", logits.max() ?? .nan) - .named("logit of \(name)", logits[target]),
          is: traced, conclusion: conclusion)
      ]
    }
    return [
      Reason("class loss", .negated(.ln(.named("p_\(name)", p))), is: traced, conclusion: conclusion),
      Reason(
        "p_\(name)", .softmax(logits, target), is: .init("roi.probs", [r, target]),
        conclusion: "= \(Number.text(p))"),
    ]
  }

  /// The class that the second stage gives most to.
  private func likeliest(_ r: Int) -> [Reason] {
    guard let probabilities = trace["roi.probs"]?.row(r), let logits = trace["roi.cls_logits"]?.row(r),
      probabilities.count == logits.count,
      let best = probabilities.indices.max(by: { probabilities[$0] < probabilities[$1] })
    else { return [] }
    let name = best < trace.scene.classes.count ? trace.scene.classes[best] : "background"
    return [
      Reason(
        "likeliest", .softmax(logits, best), is: .init("roi.probs", [r, best]),
        conclusion: "= \(Number.text(probabilities[best], digits: 4)), \(name)")
    ]
  }

  private func boxLoss(_ r: Int, _ gt: Int?) -> [Reason] {
    if trace["losses.roi_box"] != nil, gt == nil || trace["roi.drawn"]?[r] != 1 {
      return [Reason("box loss", words: "only drawn foreground has a box to learn", conclusion: "none here")]
    }
    guard let gt, trace["roi.drawn"]?[r] == 1, let loss = trace["losses.roi_box_per_roi"]?[r],
      let targets = trace["roi.targets"]?.row(r), targets.count == 4, let deltas = trace["roi.box_deltas"]?.row(r)
    else { return [] }
    let first = 4 * trace.scene.groundTruth[gt].label
    guard deltas.count >= first + 4 else { return [] }
    let terms = (0..<4).map { Formula.abs(.named("d\($0 + 1)", deltas[first + $0] - targets[$0])) }
    return [
      Reason(
        "box loss", terms.dropFirst().reduce(terms[0], +), is: .init("losses.roi_box_per_roi", [r]),
        conclusion: "= \(Number.text(loss)), before dividing by the regions drawn")
    ]
  }

  private func targets(_ r: Int, _ gt: Int?, _ box: Box) -> [Reason] {
    guard let gt, trace["roi.drawn"]?[r] == 1, let targets = trace["roi.targets"]?.row(r), targets.count == 4,
      let object = matching.objectBox(gt)
    else { return [] }
    let coding = settings.regionCoding
    return coding.formulas(object, from: box).enumerated().map { k, formula in
      Reason.robust(
        coding.names[k], formula, is: .init("roi.targets", [r, k]), conclusion: "= \(Number.text(targets[k]))")
    }
  }
}
