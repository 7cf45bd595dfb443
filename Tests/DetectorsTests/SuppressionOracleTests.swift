import Boxes
import TestSupport
import Testing
import Traces

/// Suppression held against torchvision's nms and batched_nms on random boxes.
@Suite struct SuppressionOracleTests {
  @Test("the same boxes are kept, best first", arguments: ["00", "01"], [0.3, 0.5, 0.7])
  func keeps(name: String, threshold: Double) throws {
    let folder = Folder("Oracle/suppression/\(name)")
    let inputs = try Safetensors.read(folder["inputs.safetensors"]).tensors
    let expected = try Safetensors.read(folder["expected.safetensors"]).tensors
    let corners = try #require(inputs["boxes"]).doubles
    let boxes = stride(from: 0, to: corners.count, by: 4).map {
      Box(corners[$0], corners[$0 + 1], corners[$0 + 2], corners[$0 + 3])
    }
    let scores = try #require(inputs["scores"]).doubles
    let groups = try #require(inputs["idxs"]).doubles.map { Int($0) }
    let all = Suppression(boxes, scores: scores, threshold: threshold)
    #expect(try all.kept.map(Double.init) == #require(expected["nms_\(threshold)"]).doubles)
    let batched = Suppression(boxes, scores: scores, groups: groups, threshold: threshold)
    #expect(try batched.kept.map(Double.init) == #require(expected["batched_nms_\(threshold)"]).doubles)
  }
}
