import Boxes
import Detectors
import Foundation
import Scenes
import TestSupport
import Testing

/// Random detections and objects, and what pycocotools made of them: Tests/PyTorch/check_evaluation.py writes them.
@Suite struct EvaluationFigureTests {
  struct Figure: Decodable {
    struct Row: Decodable {
      let box: [Double]
      let label: Int
      let score: Double?
      let ignored: Bool?

      var corners: Box { Box(box[0], box[1], box[2], box[3]) }
    }
    let classes: Int
    let detections: [Row]
    let objects: [Row]
    /// An index among all objects; −1 nothing, −2 ignored, −3 past the best 100.
    let match: [Int]
    let found: [Int]
    let ap50: [Double]
    let ap: [Double]
    let meanAp50: Double
    let meanAp: Double

    var scene: Scene {
      let objects = objects.map { SceneObject(label: $0.label, box: $0.corners, ignored: $0.ignored ?? false) }
      return Scene(
        name: "figure", classes: (0..<classes).map { "c\($0)" }, objects: objects,
        picture: Picture(width: 64, height: 64))
    }

    /// By its index among the objects that are not ignored, that among all.
    var wholeIndex: [Int] { objects.indices.filter { !(objects[$0].ignored ?? false) } }
  }

  static let figures = Result {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      [Figure].self, from: Data(contentsOf: URL(fileURLWithPath: Folder("Figures")["evaluation.json"])))
  }

  private func evaluated(_ figure: Figure) -> AveragePrecision {
    let detections = figure.detections.map { Detection($0.corners, label: $0.label, score: $0.score ?? 0) }
    return AveragePrecision(
      of: detections, against: DetectionOverlaps(of: detections, with: figure.scene), classes: figure.classes)
  }

  @Test("every detection is matched as by pycocotools, and every object found by the same")
  func matches() throws {
    let figures = try Self.figures.get()
    #expect(figures.count >= 48)
    for (index, figure) in figures.enumerated() {
      let matching = evaluated(figure).matching
      let found = matching.matches.map { match in
        switch match {
        case .object(let gt): figure.wholeIndex[gt]
        case .none: -1
        case .ignored: -2
        case .uncounted: -3
        }
      }
      #expect(found == figure.match, "case \(index)")
      // pycocotools says of an object to ignore which detection met it last: boxstep says nothing.
      #expect(matching.found.map { $0 ?? -1 } == figure.wholeIndex.map { figure.found[$0] }, "case \(index)")
    }
    let codes = Set(figures.flatMap(\.match).map { min($0, 0) })
    #expect(codes == [-3, -2, -1, 0], "every outcome occurs")
  }

  @Test("average precision is pycocotools', by class and over all")
  func precision() throws {
    for (index, figure) in try Self.figures.get().enumerated() {
      let precision = evaluated(figure)
      #expect(difference(precision.ap50OfClass.map { $0 ?? -1 }, figure.ap50, relative: 1e-9) == nil, "case \(index)")
      #expect(difference(precision.apOfClass.map { $0 ?? -1 }, figure.ap, relative: 1e-9) == nil, "case \(index)")
      #expect(close(precision.ap50 ?? -1, figure.meanAp50, relative: 1e-9), "case \(index)")
      #expect(close(precision.ap ?? -1, figure.meanAp, relative: 1e-9), "case \(index)")
    }
  }

  @Test("a curve by hand: true, false, true of two objects")
  func byHand() {
    let curve = PrecisionRecall(hits: [true, false, true], objects: 2)
    #expect(curve.recall == [0.5, 0.5, 1])
    // From recall 0 to .5 the precision is 1, beyond it 2/3: 51 points and 50.
    #expect(curve.interpolated[50] == 1 && curve.interpolated[51] == 2.0 / 3)
    #expect(close(curve.average, (51 + 50 * 2.0 / 3) / 101, relative: 1e-12))
    #expect(PrecisionRecall(hits: [], objects: 3).average == 0)
    #expect(PrecisionRecall(hits: [true], objects: 4).interpolated.count { $0 == 1 } == 26)
  }
}
