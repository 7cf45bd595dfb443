import Boxes
import Detectors
import Foundation
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct AnchorTests {
  private func anchors(_ options: String..., on scene: Scene = Fixtures.mixed) throws -> Value {
    let predictions = try Fixtures.predictions(for: scene, options)
    let trace = try Fixtures.trace(scene, options, predictions: predictions)
    return try #require(trace["anchors.boxes"])
  }

  @Test("torchvision's published anchors, at the first cell")
  func torchvision() throws {
    let boxes = try anchors("preset=torchvision", "anchor_scales=1")
    #expect(boxes.row(0) == [-23, -11, 23, 11])
    #expect(boxes.row(1) == [-16, -16, 16, 16])
    #expect(boxes.row(2) == [-11, -23, 11, 23])
    // The next cell of stride 8.
    #expect(boxes.row(3) == [-15, -11, 31, 11])
  }

  @Test("torchvision cuts the scaled sizes to whole pixels")
  func torchvisionScales() throws {
    // 32, 40 and 50 pixels.
    let boxes = try anchors("preset=torchvision")
    #expect((3..<6).map { boxes.row($0) } == [16, 20, 25].map { [-$0, -$0, $0, $0] })
  }

  @Test("mmdetection's are not rounded, and begin at the corner of the picture")
  func mmdetection() throws {
    let boxes = try anchors("preset=mmdetection")
    let (half, root) = (16.0, 2.0.squareRoot())
    let first = [-half * root, -half / root, half * root, half / root]
    #expect(difference(boxes.row(0), first, relative: 1e-12) == nil)
    let third = [-16.0, -16, 16, 16].map { $0 * pow(2, 2.0 / 3) }
    #expect(difference(boxes.row(5), third, relative: 1e-12) == nil)
  }

  @Test("sizes, scales and ratios make areas and shapes, ratio outer and scale inner")
  func shapes() throws {
    let boxes = try anchors("anchor_sizes=10,64,128,256,512", "anchor_scales=1,2", "aspect_ratios=0.25,4")
    let wanted: [(side: Double, ratio: Double)] = [(10, 0.25), (20, 0.25), (10, 4), (20, 4)]
    for (index, shape) in wanted.enumerated() {
      let row = boxes.row(index)
      let box = Box(row[0], row[1], row[2], row[3])
      #expect(close(box.area, shape.side * shape.side, relative: 1e-12))
      #expect(close(box.height / box.width, shape.ratio, relative: 1e-12))
      #expect(close(box.centerX, 4, relative: 1e-12) && close(box.centerY, 4, relative: 1e-12))
    }
  }

  @Test("every anchor lies round the centre of its cell", arguments: ["0", "0.5", "0.25"])
  func centres(offset: String) throws {
    let options = ["anchor_offset=\(offset)"]
    let predictions = try Fixtures.predictions(for: Fixtures.edge, options)
    let trace = try Fixtures.trace(Fixtures.edge, options, predictions: predictions)
    #expect(trace.priors.levels.map(\.height) == [7, 4, 2, 1, 1])
    #expect(trace.priors.levels.map(\.width) == [9, 5, 3, 2, 1])
    let boxes = try #require(trace["anchors.boxes"])
    for j in 0..<trace.priors.count {
      let row = boxes.row(j)
      let place = try #require(trace.priors.location(of: j))
      let center = try #require(trace.priors.center(of: place))
      #expect(abs((row[0] + row[2]) / 2 - center.x) < 1e-9)
      #expect(abs((row[1] + row[3]) / 2 - center.y) < 1e-9)
    }
  }
}
