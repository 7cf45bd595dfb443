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
}
