import Boxes
import Detectors
import Scenes
import Tensors
import TestSupport
import Testing
import Traces

/// From scores to detections, on outputs made for the purpose: two square anchors of neighbouring cells,
/// whose IoU is 24 / 40, and a third far off on another level.
@Suite struct DetectionTests {
  private let scene = Fixtures.scene([Fixtures.object(12, 12, 44, 44)])

  /// Class, score and place of every candidate; all other scores are next to nothing.
  private func predictions(_ found: [(anchor: Int, label: Int, score: Float)]) throws -> Predictions {
    let count = RetinaNet.priors(on: scene, try Fixtures.settings([])).count
    var logits = Tensor(shape: [count, 3], repeating: -30)
    for (anchor, label, score) in found {
      logits.elements[anchor * 3 + label] = logOdds(score)
    }
    return Predictions(tensors: ["cls_logits": logits, "box_deltas": .zeros([count, 4])], source: "made")
  }

  private func logOdds(_ p: Float) -> Float { Float(Exact.log(Double(p) / (1 - Double(p)))) }

  private func anchor(level: Int = 0, _ row: Int, _ column: Int) throws -> Int {
    let grid = RetinaNet.priors(on: scene, try Fixtures.settings([]))
    // Ratio 1, scale 1 is the fourth of nine.
    return try #require(grid.index(of: .init(level: level, row: row, column: column, anchor: 3)))
  }

  /// Anchor, label of each detection, best first.
  private func detect(
    _ found: [(anchor: Int, label: Int, score: Float)], _ options: String...
  ) throws -> [[Int]] {
    let trace = try Fixtures.trace(scene, options, predictions: predictions(found))
    guard trace["detections.anchor"] != nil else { return [] }
    let (anchors, labels) = (try trace.doubles("detections.anchor"), try trace.doubles("detections.labels"))
    let scores = try trace.doubles("detections.scores")
    #expect(scores == scores.sorted(by: >))
    return zip(anchors, labels).map { [Int($0), Int($1)] }
  }

  @Test("per class, across classes, and not at all")
  func modes() throws {
    let (a, b) = (try anchor(3, 3), try anchor(3, 4))
    let found: [(Int, Int, Float)] = [(a, 0, 0.9), (b, 0, 0.8), (b, 1, 0.7)]
    #expect(try detect(found) == [[a, 0], [b, 1]])
    #expect(try detect(found, "nms=all_classes") == [[a, 0]])
    #expect(try detect(found, "nms=none") == [[a, 0], [b, 0], [b, 1]])
  }

  @Test("across classes each anchor brings only its best class")
  func bestClass() throws {
    let (a, far) = (try anchor(3, 3), try anchor(level: 1, 0, 0))
    let found: [(Int, Int, Float)] = [(a, 0, 0.6), (a, 2, 0.9), (far, 1, 0.5)]
    #expect(try detect(found, "nms=all_classes") == [[a, 2], [far, 1]])
    #expect(try detect(found) == [[a, 2], [a, 0], [far, 1]])
  }

  @Test("the threshold of overlap, and DIoU in IoU's place")
  func overlap() throws {
    let (a, b) = (try anchor(3, 3), try anchor(3, 4))
    let found: [(Int, Int, Float)] = [(a, 0, 0.9), (b, 0, 0.8)]
    #expect(try detect(found, "nms_threshold=0.59") == [[a, 0]])
    #expect(try detect(found, "nms_threshold=0.61") == [[a, 0], [b, 0]])
    // 0.6 less 8² / (40² + 32²) = 0.576.
    #expect(try detect(found, "nms_threshold=0.59", "nms_overlap=diou") == [[a, 0], [b, 0]])
    #expect(try detect(found, "nms_threshold=0.57", "nms_overlap=diou") == [[a, 0]])
  }

  @Test("a score must be over the threshold; at it is not enough")
  func threshold() throws {
    let (a, far) = (try anchor(3, 3), try anchor(level: 1, 0, 0))
    let found: [(Int, Int, Float)] = [(a, 0, 0.5), (far, 0, 0.51)]
    #expect(try detect(found, "score_threshold=0.5") == [[far, 0]])
    #expect(try detect(found, "score_threshold=0.49") == [[far, 0], [a, 0]])
    #expect(try detect(found, "score_threshold=0.6").isEmpty)
  }

  @Test("no more than max_detections, the best of all")
  func most() throws {
    let (a, b, far) = (try anchor(3, 3), try anchor(3, 4), try anchor(level: 1, 0, 0))
    let found: [(Int, Int, Float)] = [(a, 0, 0.7), (b, 1, 0.6), (far, 0, 0.9)]
    #expect(try detect(found, "max_detections=2") == [[far, 0], [a, 0]])
    #expect(try detect(found, "max_detections=1") == [[far, 0]])
  }

  @Test("pre_nms_top is of each level")
  func top() throws {
    let (a, b, far) = (try anchor(3, 3), try anchor(3, 4), try anchor(level: 1, 0, 0))
    let found: [(Int, Int, Float)] = [(a, 0, 0.7), (b, 1, 0.8), (far, 0, 0.6)]
    #expect(try detect(found, "pre_nms_top=1", "nms=none") == [[b, 1], [far, 0]])
  }

  @Test("equal scores keep the order of their anchors")
  func ties() throws {
    let (a, b) = (try anchor(3, 3), try anchor(3, 4))
    #expect(try detect([(b, 0, 0.8), (a, 0, 0.8)]) == [[a, 0]])
  }

  @Test("detections lie within the picture, and say what they lie on")
  func clipped() throws {
    let corner = try anchor(0, 0)
    let hit = try anchor(3, 3)
    let trace = try Fixtures.trace(scene, [], predictions: predictions([(corner, 1, 0.9), (hit, 0, 0.8)]))
    let boxes = try #require(trace["detections.boxes"])
    #expect(boxes.row(0) == [0, 0, 20, 20])
    #expect(boxes.row(1) == [12, 12, 44, 44])
    #expect(trace["decoded.boxes"]?.row(corner) == [-12, -12, 20, 20])
    #expect(trace["detections.iou"]?[1] == 1)
    #expect(trace["detections.gt"]?[1] == 0)
  }

  @Test("an object is found by a detection of its class, IoU at least ½ and score at least 0.3")
  func evaluation() throws {
    let (hit, off) = (try anchor(3, 3), try anchor(3, 6))
    func found(_ made: [(Int, Int, Float)]) throws -> Evaluation.Detection? {
      Evaluation(try Fixtures.trace(scene, [], predictions: predictions(made))).objects[0].detection
    }
    let detection = try #require(try found([(hit, 0, 0.8)]))
    #expect(detection.index == 0 && detection.iou == 1 && abs(detection.score - 0.8) < 1e-6)
    #expect(try found([(hit, 1, 0.8)]) == nil)
    #expect(try found([(hit, 0, 0.29)]) == nil)
    #expect(try found([(off, 0, 0.8)]) == nil)
  }

  @Test("the trace says who suppressed whom, at which overlap, and which candidates are left")
  func fates() throws {
    let (a, b, far) = (try anchor(3, 3), try anchor(3, 4), try anchor(level: 1, 0, 0))
    let found: [(Int, Int, Float)] = [(b, 0, 0.8), (a, 0, 0.9), (far, 1, 0.7), (b, 1, 0.6), (far, 0, 0.02)]
    let trace = try Fixtures.trace(scene, [], predictions: predictions(found))
    #expect(try trace.doubles("suppression.anchor") == [a, b, far, b].map(Double.init))
    #expect(try trace.doubles("suppression.labels") == [0, 0, 1, 1])
    #expect(try trace.doubles("suppression.by") == [-1, 0, -1, -1])
    #expect(try trace.doubles("suppression.overlap") == [0, 24.0 / 40, 0, 0])
    #expect(try trace.doubles("detections.candidate") == [0, 2, 3])
    let other = try Fixtures.trace(scene, ["nms_overlap=diou"], predictions: predictions(found))
    #expect(try close(other.doubles("suppression.overlap")[1], 0.6 - 64.0 / 2624))
    #expect(trace["suppression.boxes"]?.row(1) == [20, 12, 52, 44])
  }

  /// Two objects of class 0 where the two anchors lie, one of class 1 on the third, and one to ignore.
  private func judged(_ found: [(Int, Int, Float)], _ options: String...) throws -> Trace {
    let objects = [
      Fixtures.object(12, 12, 44, 44), Fixtures.object(-16, -16, 48, 48, label: 1),
      Fixtures.object(0, 40, 64, 64, label: 2, ignored: true),
    ]
    return try Fixtures.trace(
      Fixtures.scene(objects), ["score_threshold=0.01"] + options, predictions: predictions(found))
  }

  @Test("a detection is true, a duplicate, false or ignored")
  func outcomes() throws {
    let (a, b, low) = (try anchor(3, 3), try anchor(3, 4), try anchor(6, 3))
    let trace = try judged(
      [(a, 0, 0.9), (b, 0, 0.8), (a, 1, 0.7), (low, 2, 0.6), (low, 0, 0.5)], "nms=none")
    // The third lies on gt 0, but is said to be of class 1; the fourth in the object to ignore.
    #expect(try trace.doubles("evaluation.outcome") == [1, 2, 0, -1, 0])
    #expect(try trace.doubles("evaluation.gt") == [0, 0, 1, -1, 0])
    #expect(try close(trace.doubles("evaluation.iou")[1], 24.0 / 40))
    #expect(try close(trace.doubles("evaluation.iou")[3], 768.0 / 896))
    #expect(try trace.doubles("evaluation.found") == [0, -1])
    #expect(try trace.doubles("evaluation.precision") == [1, 0.5, 0, 0, 1.0 / 3])
    #expect(try trace.doubles("evaluation.recall") == [1, 1, 0, 0, 1])
    #expect(try trace.doubles("evaluation.ap50_of_class") == [1, 0, -1])
    #expect(trace["evaluation.ap50"]?[] == 0.5)
    let evaluation = Evaluation(trace)
    #expect(evaluation.count(of: .hit) == 1 && evaluation.count(of: .duplicate) == 1)
    #expect(evaluation.summary == "detections: 1 true, 1 duplicate, 2 false, 1 ignored; AP50 0.500, AP 0.500")
  }

  @Test("why each is what it is")
  func why() throws {
    let (a, b, low) = (try anchor(3, 3), try anchor(3, 4), try anchor(6, 3))
    let trace = try judged([(a, 0, 0.9), (b, 0, 0.8), (a, 1, 0.7), (low, 2, 0.6)], "nms=none")
    func verdict(_ kind: BoxRow.Kind, _ index: Int, in trace: Trace) throws -> String {
      let explanation = try #require(Detectors.explain(.box(BoxRow(kind, index)), in: trace))
      #expect(Faults.of(explanation, in: trace) == [])
      return explanation.verdict
    }
    let verdicts = try (0..<4).map { try verdict(.detection, $0, in: trace) }
    #expect(verdicts == ["true: gt 0", "duplicate of gt 0", "false", "ignored"])
    let suppressed = try judged([(a, 0, 0.9), (b, 0, 0.8)], "nms_overlap=diou", "max_detections=1")
    #expect(try verdict(.candidate, 0, in: suppressed) == "kept, as detection 0")
    #expect(try verdict(.candidate, 1, in: suppressed) == "suppressed by candidate 0")
    let cut = try judged([(a, 0, 0.9), (low, 0, 0.8)], "max_detections=1")
    #expect(try verdict(.candidate, 1, in: cut) == "kept, but others are better")
  }

  @Test("each kept box is a part of the step that says whom it suppresses")
  func parts() throws {
    let (a, b) = (try anchor(3, 3), try anchor(3, 4))
    let trace = try judged([(a, 0, 0.9), (b, 0, 0.8)])
    let parts = try #require(trace.step("detections")).substeps
    #expect(parts.map(\.title) == ["scores", "keep 1", "left"])
    #expect(parts[1].headline.contains("suppresses candidate 1 (c0 0.80): IoU 0.6, over 0.5"))
    #expect(parts.map(\.focus.box) == [BoxRow(.candidate, 0), BoxRow(.candidate, 0), BoxRow(.detection, 0)])
  }

  @Test("one box on two objects finds one of them")
  func shared() throws {
    let objects = [Fixtures.object(12, 12, 44, 44), Fixtures.object(12, 12, 44, 40)]
    let trace = try Fixtures.trace(
      Fixtures.scene(objects), [], predictions: predictions([(try anchor(3, 3), 0, 0.9)]))
    #expect(try trace.doubles("evaluation.found") == [0, -1])
    let evaluation = Evaluation(trace)
    #expect(evaluation.objects.map { $0.detection?.index } == [0, nil])
    #expect(evaluation.words(of: 0).hasPrefix("found: score 0.90"))
    #expect(evaluation.words(of: 1).hasPrefix("missed"))
  }

  @Test("an object says which detection found it, an anchor what became of its candidates")
  func consequences() throws {
    let (a, b) = (try anchor(3, 3), try anchor(3, 4))
    let trace = try judged([(a, 0, 0.9), (b, 0, 0.8)])
    func detected(_ element: Element, in trace: Trace) throws -> String? {
      let explanation = try #require(Detectors.explain(element, in: trace))
      #expect(Faults.of(explanation, in: trace) == [])
      return explanation.reasons.first { $0.topic == "detected" }?.conclusion
    }
    #expect(try detected(.gt(0), in: trace) == "found by detection 0, c0 0.90")
    #expect(try detected(.gt(1), in: trace) == "missed")
    #expect(try detected(.anchor(a), in: trace) == "kept, as detection 0")
    #expect(try detected(.anchor(b), in: trace) == "suppressed by candidate 0")
    #expect(try detected(.anchor(0), in: trace) == "no candidate")
    // Nothing of it before there are detections.
    #expect(try detected(.gt(0), in: trace.upTo(step: trace.steps.count - 2)) == nil)
  }

  @Test("an overlap at the threshold, where rounding decides, is said to be")
  func rounding() throws {
    let (a, b) = (try anchor(3, 3), try anchor(3, 4))
    func hazards(_ threshold: String) throws -> [String] {
      let trace = try judged([(a, 0, 0.9), (b, 0, 0.8)], "nms_threshold=\(threshold)")
      return trace.step("detections")?.hazards.filter { $0.kind == .rounding }.map(\.message) ?? []
    }
    #expect(try hazards("0.6").first?.contains("candidate 1's overlap 0.6") ?? false)
    #expect(try hazards("0.5999999").count == 1 && hazards("0.59").isEmpty && hazards("0.61").isEmpty)
  }
}
