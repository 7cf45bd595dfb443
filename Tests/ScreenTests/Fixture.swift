import Boxes
import Debugger
import Detectors
import Scenes
import Screen
import Testing
import Traces

/// Traces and states to draw.
enum Fixture {
  /// A detector's real first iteration on a small scene of the gallery.
  static func real(
    _ name: String, _ detector: any Detector.Type = RetinaNet.self, side: Int = 64
  ) throws -> Trace {
    let scene = try #require(Gallery.scene(named: name, side: side))
    var trainer = try Trainer(scene, detector: detector, settings: Settings(defaultsOf: detector), seed: 0)
    return trainer.iterate()
  }

  /// The same scene by every detector, by its name. Run once, as it takes a moment.
  static func first(_ detector: String) throws -> Trace { try #require(firsts[detector]).get() }

  private static let firsts = Dictionary(
    uniqueKeysWithValues: Detectors.all.map { detector in (detector.name, Result { try real("mixed", detector) }) })

  static let mixed = Result { try first(RetinaNet.name) }

  static func state(
    _ trace: Trace, _ appearance: Appearance = Appearance(), columns: Int = 120, rows: Int = 36
  ) -> State {
    waiting(trace, appearance, columns: columns, rows: rows).reduce(.arrived(trace, history: [2.5, 1.25]))
  }

  /// Before the first iteration has run.
  static func waiting(
    _ trace: Trace, _ appearance: Appearance = Appearance(), columns: Int = 120, rows: Int = 36
  ) -> State {
    State(
      scene: trace.scene, detector: trace.detectorTitle, stepIDs: trace.steps.map(\.id),
      appearance: appearance, size: Size(columns: columns, rows: rows), explain: explain)
  }

  /// The real answers for the real detector, and one that has a bit of everything for made-up traces.
  private static let explain: State.Explain = { element, trace in
    if Detectors.named(trace.detector) != nil { return Why.explain(element, in: trace) }
    guard trace["match.state"] != nil else { return nil }
    let iou = Formula.named("i", 812) / (.named("a", 1024) + .named("b", 900) - .named("i", 812))
    let band = Condition(.named("negative_iou", 0.4), .less, .named("IoU", 0.487))
      .and(.less, .named("positive_iou", 0.5))
    return Explanation(
      element: element, subject: "\(element)", verdict: "ignored",
      reasons: [
        Reason("IoU", iou, is: Reason.Traced("overlap.iou", [0, 0])),
        Reason("state", band, conclusion: "ignored; positive needs 0.013 more"),
        Reason("rule", words: "Between the two thresholds an anchor is left out of the loss."),
      ])
  }
}

/// What a made-up trace is made of.
struct Recipe {
  var objects = [
    SceneObject(label: 0, box: Box(4, 6, 36, 40)), SceneObject(label: 1, box: Box(30, 34, 60, 60)),
    SceneObject(label: 2, box: Box(44, 2, 50, 30)),
    SceneObject(label: 0, box: Box(0, 50, 16, 64), ignored: true),
  ]
  var classes = ["boat", "気球", "lamp"]
  /// Written over every so many numbers.
  var poison: Double?
  var steps = true

  /// One step for each kind of view, on anchors of two levels; numbers anybody can follow.
  func trace() -> Trace {
    let scene = Scene(name: "made-up", classes: classes, objects: objects, picture: Recipe.picture)
    let priors = PriorGrid(
      names: ["P3", "P4"], strides: [8, 16], sides: [(8, 8), (4, 4)], anchorsPerCell: 2, offset: 0.5)
    var trace = Trace(
      scene: scene, detector: "made-up", detectorTitle: "Made-up", parameters: [], seed: 0, iteration: 2,
      priors: priors)
    guard steps else { return trace }
    recordNetwork(&trace)
    recordMatching(&trace)
    recordLosses(&trace)
    recordDetections(&trace)
    return trace
  }

  /// A ramp to the right and a ramp down, with a dark square.
  static var picture: Picture {
    var picture = Picture(width: 64, height: 64)
    for y in 0..<64 {
      for x in 0..<64 {
        let inSquare = (20..<28).contains(x) && (44..<52).contains(y)
        picture[x, y] = inSquare ? RGB(0, 0, 0) : RGB(UInt8(x * 4), UInt8(y * 4), 96)
      }
    }
    return picture
  }

  func numbers(_ count: Int, _ number: (Int) -> Double) -> [Double] {
    (0..<count).map { index in
      if let poison, index % 7 == 3 { return poison }
      return number(index)
    }
  }

  func step(_ id: String, _ title: String, _ trace: inout Trace, _ views: [View]) {
    trace.begin(
      StepRecord(
        id: id, title: title, formula: "y = f(x),  x in the cell", source: "a source, section 2",
        meaning: "What a newcomer should know to read the step. It takes two sentences."))
    trace.annotate {
      $0.headline = "\(title): so it went, with 3 numbers."
      $0.views = views
    }
  }
}

extension Recipe {
  private func recordNetwork(_ trace: inout Trace) {
    step(
      "pyramid", "Feature pyramid", &trace,
      [.featureMaps(View.FeatureMaps(title: "P3 and P4", values: ["features.P3", "features.P4", "none"]))])
    trace.record(Value("features.P3", shape: [3, 8, 8], .double(numbers(192) { Double($0 % 64) / 64 })))
    trace.record(Value("features.P4", shape: [3, 4, 4], .double(numbers(48) { Double($0 % 16) })))
    step(
      "anchors", "Anchors", &trace,
      [
        .table(
          View.Table(
            title: "levels", columns: ["level", "stride", "anchors"],
            rows: [
              View.Table.Row(["P3", "8", "128"], focus: Focus(level: 0)),
              View.Table.Row(["P4", "16", "32"], focus: Focus(level: 1)),
            ], note: "Small strides carry small anchors."))
      ])
    trace.record(Value("anchors.boxes", shape: [160, 4], .double(boxes(trace.priors))))
  }

  private func boxes(_ priors: PriorGrid) -> [Double] {
    (0..<priors.count).flatMap { index -> [Double] in
      guard let place = priors.location(of: index), let center = priors.center(of: place) else { return [] }
      let side = Double(priors.levels[place.level].stride) * (place.anchor == 0 ? 2 : 3)
      return Box(centerX: center.x, centerY: center.y, width: side, height: side * 1.25).corners
    }
  }

  private func recordMatching(_ trace: inout Trace) {
    let marks = [Mark("negative_iou", 0.4), Mark("positive_iou", 0.5)]
    step(
      "match", "Match", &trace,
      [
        .matrix(View.Matrix(title: "best anchors", value: "overlap.iou", marks: marks, state: "match.state")),
        .priorMap(View.PriorMap(title: "states", value: "match.state", scale: .state)),
        .priorMap(View.PriorMap(title: "IoU", value: "overlap.iou", scale: .unit)),
      ])
    let gts = objects.count { !$0.ignored }
    let overlaps = numbers(160 * gts) { index in
      Double((index * 37 + index / 160 * 11) % 100) / (index % 160 / 5 % 6 == 0 ? 140 : 240)
    }
    trace.record(Value("overlap.iou", shape: [gts, 160], .double(overlaps)))
    trace.record(
      Value(
        "match.state", shape: [160],
        .int8(
          (0..<160).map { index in
            let best = (0..<gts).map { overlaps[$0 * 160 + index] }.max() ?? 0
            return best >= 0.5 ? 1 : best > 0.4 ? -1 : 0
          })))
    trace.annotate { step in
      for gt in 0..<gts {
        step.substeps.append(
          Substep(
            title: "gt \(gt)", headline: "gt \(gt) has some.", focus: Focus(gt: gt, anchor: 5 + gt * 40)))
      }
      if gts > 1 {
        step.hazards = [Hazard(.noPositive, "gt 1 has no positive anchor: its best is under 0.5.")]
      }
    }
  }

  private func recordLosses(_ trace: inout Trace) {
    let x = (1..<100).map { Double($0) / 100 }
    let curve = View.Curve(
      title: "loss of one answer", xLabel: "p_t", yLabel: "loss",
      series: [
        View.Curve.Series(name: "straight", x: x, y: numbers(99) { 1 - Double($0) / 100 }),
        View.Curve.Series(
          name: "bent", x: x, y: numbers(99) { (1 - Double($0) / 100) * (1 - Double($0) / 100) }),
      ], marks: [Mark("even", 0.5)], cursor: "focal.p_t")
    let ranking = View.Ranking(
      title: "anchors that cost most", value: "losses.cls_per_anchor", heading: "loss",
      columns: [View.Ranking.Column("p_t", "focal.p_t"), View.Ranking.Column("state", "match.state")])
    let bars = (0..<4).map {
      View.Bars.Bar("weights.part\($0)", numbers(4) { 0.002 * Double($0 * $0 + 1) }[$0])
    }
    step(
      "focal", "Focal loss", &trace,
      [
        .curve(curve), .ranking(ranking),
        .priorMap(View.PriorMap(title: "loss", value: "losses.cls_per_anchor", scale: .magnitude)),
        .bars(
          View.Bars(title: "norms", unit: "norm", bars: bars, marks: [Mark("clip", 0.01)], logarithmic: true)),
      ])
    trace.record(Value("focal.p_t", shape: [160], .double(numbers(160) { Double($0 % 97 + 1) / 99 })))
    trace.record(
      Value("losses.cls_per_anchor", shape: [160], .double(numbers(160) { Double($0 * 31 % 160) / 40 })))
    for (name, value) in [("cls", 1.25), ("box", 0.5), ("total", 1.75)] {
      trace.record(Value("losses.\(name)", scalar: poison ?? value))
      trace.record(
        LossTerm(
          name: name, title: name,
          parts: [LossTerm.Part("P3", poison ?? value * 8), LossTerm.Part("P4", value * 2)],
          normalizer: .init("positives", 10)))
    }
  }

  private func recordDetections(_ trace: inout Trace) {
    step(
      "detections", "Detections", &trace,
      [
        .boxes(
          View.BoxList(
            title: "detections", boxes: "detections.boxes", labels: "detections.labels",
            scores: "detections.scores", anchors: "detections.anchor", kind: .detection)),
        .boxes(
          View.BoxList(
            title: "candidates", boxes: "suppression.boxes", labels: "suppression.labels",
            scores: "suppression.scores", anchors: "suppression.anchor", kind: .candidate)),
      ])
    trace.record(
      Value(
        "suppression.boxes", shape: [3, 4], .double(numbers(12) { [5.0, 7, 35, 41, 9, 9, 41, 44, 28, 30, 62, 58][$0] }))
    )
    trace.record(Value("suppression.scores", shape: [3], .double([poison ?? 0.875, 0.75, 0.5])))
    trace.record(Value("suppression.labels", shape: [3], .int32([0, 0, 1])))
    trace.record(Value("suppression.anchor", shape: [3], .int32([5, 6, 45])))
    trace.record(Value("suppression.by", shape: [3], .int32([-1, 0, -1])))
    let corners = [5.0, 7, 35, 41, 28, 30, 62, 58]
    trace.record(Value("detections.boxes", shape: [2, 4], .double(numbers(8) { corners[$0] })))
    trace.record(Value("detections.scores", shape: [2], .double([poison ?? 0.875, 0.5])))
    trace.record(Value("detections.labels", shape: [2], .int32([0, 1])))
    trace.record(Value("detections.anchor", shape: [2], .int32([5, 45])))
    trace.record(Value("decoded.boxes", shape: [160, 4], .double(numbers(640) { Double($0 % 64) })))
  }
}
