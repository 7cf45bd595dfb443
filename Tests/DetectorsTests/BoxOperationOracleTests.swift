import Boxes
import Foundation
import Tensors
import TestSupport
import Testing
import Traces

/// What torchvision's box operations gave for the same boxes. `BOXSTEP_ORACLE=DIR swift test` takes the case in DIR
/// instead of the one here.
@Suite struct BoxOperationOracleTests {
  private let boxes: [Box]
  private let scores: [Double]
  private let groups: [Int]
  private let expected: Safetensors

  init() throws {
    let elsewhere = ProcessInfo.processInfo.environment["BOXSTEP_ORACLE"]
    let folder = Folder("Oracle/box-operations")
    let file = { name in elsewhere.map { "\($0)/\(name)" } ?? folder[name] }
    let inputs = try Safetensors.read(file("inputs.safetensors"))
    expected = try Safetensors.read(file("expected.safetensors"))
    let corners = try #require(inputs.tensors["boxes"]).doubles
    boxes = stride(from: 0, to: corners.count, by: 4).map {
      Box(corners[$0], corners[$0 + 1], corners[$0 + 2], corners[$0 + 3])
    }
    scores = try #require(inputs.tensors["scores"]).doubles
    groups = try #require(inputs.tensors["idxs"]).doubles.map { Int($0) }
  }

  private func numbers(_ name: String) throws -> [Double] { try #require(expected.tensors[name]).doubles }

  @Test("every measure of every pair")
  func measures() throws {
    let measures: [(String, (Box, Box) -> Double)] = [
      ("box_iou", { $0.iou(with: $1) }), ("generalized_box_iou", { $0.giou(with: $1) }),
      ("distance_box_iou", { $0.diou(with: $1) }),
      ("complete_box_iou", { $0.ciou(with: $1, atan: Exact.atan) }),
    ]
    for (name, measure) in measures {
      let found = boxes.flatMap { a in boxes.map { measure(a, $0) } }
      #expect(difference(found, try numbers(name), absolute: 1e-5) == nil, "\(name)")
    }
    let matrix = OverlapMatrix(of: boxes, with: boxes)
    #expect(difference(matrix.values, try numbers("box_iou"), absolute: 1e-5) == nil)
  }

  @Test("NMS keeps the same boxes in the same order, together and by group", arguments: ["0.3", "0.5", "0.7"])
  func suppression(threshold: String) throws {
    let limit = try #require(Double(threshold))
    let together = Suppression(boxes, scores: scores, threshold: limit)
    #expect(together.kept.map(Double.init) == (try numbers("nms_\(threshold)")))
    let grouped = Suppression(boxes, scores: scores, groups: groups, threshold: limit)
    #expect(grouped.kept.map(Double.init) == (try numbers("batched_nms_\(threshold)")))
  }

  @Test("clipping to 128×128, and what is too small")
  func clipping() throws {
    let clipped = boxes.map { $0.clipped(width: 128, height: 128) }
    #expect(difference(clipped.flatMap(\.corners), try numbers("clipped"), absolute: 1e-5) == nil)
    let kept = boxes.indices.filter { boxes[$0].hasSides(ofAtLeast: 5) }
    #expect(kept.map(Double.init) == (try numbers("keep_small_5")))
    #expect(kept.count < boxes.count)
  }
}
