import Boxes
import Foundation
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct TraceJSONTests {
  private let scene = Scene(
    name: "harbour \"2\"", classes: ["boat", "🛟"],
    objects: [
      SceneObject(label: 0, box: Box(1, 2, 30.25, 40)),
      SceneObject(label: 1, box: Box(0, 0, 5, 5), ignored: true),
    ], picture: Picture(width: 64, height: 48))

  private func trace() -> Trace {
    let grid = PriorGrid(names: ["P3"], strides: [8], sides: [(6, 8)], anchorsPerCell: 1, offset: 0)
    var trace = Trace(
      scene: scene, detector: "d", detectorTitle: "D", parameters: [.init(name: "alpha", text: "0.25")],
      seed: .max, iteration: 3, priors: grid)
    trace.begin(StepRecord(id: "match", title: "Match / all", formula: "a ≥ b", source: "s", meaning: "m"))
    trace.record(Value("match.iou", shape: [2, 2], .double([0.1, 1.0 / 3, 1e-300, 12345.678])))
    trace.record(Value("match.state", shape: [3], .int8([-1, 0, 1])))
    trace.record(Value("match.strange", shape: [3], .float([.nan, .infinity, -.infinity])))
    trace.annotate {
      $0.headline = "h\n\u{1b}"
      $0.hazards = [Hazard(.noPositive, "none")]
      $0.substeps = [Substep(title: "gt 0", headline: "none", focus: Focus(gt: 0))]
    }
    return trace
  }

  private func parsed(pretty: Bool) throws -> [String: Any] {
    let reason = Reason(
      "IoU", .named("i", 1) / .named("u", 3), is: .init("match.iou", [0, 1]), conclusion: "little")
    let explanation = Explanation(
      element: .anchor(7), subject: "anchor 7", verdict: "negative", reasons: [reason])
    let json = TraceJSON(trace(), explanations: [explanation], version: "1.2")
    let text = JSONText.encode(json, pretty: pretty)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("it parses, and holds what the trace holds", arguments: [false, true])
  func contents(pretty: Bool) throws {
    let root = try parsed(pretty: pretty)
    #expect(root["version"] as? String == "1.2" && root["detector"] as? String == "d")
    #expect(root["iteration"] as? Int == 3 && root["seed"] as? UInt64 == .max)
    #expect(root["parameters"] as? [String: String] == ["alpha": "0.25"])
    let scene = try #require(root["scene"] as? [String: Any])
    #expect(scene["name"] as? String == "harbour \"2\"" && scene["classes"] as? [String] == ["boat", "🛟"])
    let objects = try #require(scene["objects"] as? [[String: Any]])
    #expect(objects.map { $0["box"] as? [Double] } == [[1, 2, 30.25, 40], [0, 0, 5, 5]])
    #expect(objects.map { $0["ignore"] as? Bool } == [false, true])
    #expect(objects.map { $0["class"] as? String } == ["boat", "🛟"])
    let step = try #require((root["steps"] as? [[String: Any]])?.first)
    #expect(step["title"] as? String == "Match / all" && step["headline"] as? String == "h\n\u{1b}")
    #expect(step["hazards"] as? [String] == ["none"])
  }

  @Test("its numbers are the trace's, to the bit")
  func numbers() throws {
    let root = try parsed(pretty: false)
    let step = try #require((root["steps"] as? [[String: Any]])?.first)
    let values = try #require(step["values"] as? [String: [String: Any]])
    #expect(Set(values.keys) == ["match.iou", "match.state", "match.strange"])
    #expect(values["match.iou"]?["shape"] as? [Int] == [2, 2])
    #expect(values["match.iou"]?["data"] as? [Double] == [0.1, 1.0 / 3, 1e-300, 12345.678])
    #expect(values["match.state"]?["data"] as? [Double] == [-1, 0, 1])
    #expect(values["match.strange"]?["data"] as? [String] == ["nan", "inf", "-inf"])
  }

  @Test("explanations come with rule, numbers and result")
  func explanations() throws {
    let root = try parsed(pretty: false)
    let explanation = try #require((root["explanations"] as? [[String: Any]])?.first)
    #expect(explanation["subject"] as? String == "anchor 7")
    #expect(explanation["verdict"] as? String == "negative")
    let line = try #require((explanation["reasons"] as? [[String: Any]])?.first)
    #expect(line["rule"] as? String == "i / u" && line["numbers"] as? String == "1 / 3")
    #expect(line["result"] as? Double == 1.0 / 3 && line["value"] as? String == "match.iou[0, 1]")
    #expect(line["conclusion"] as? String == "little")
  }

  @Test("the same trace gives the same text")
  func canonical() {
    let texts = (0..<3).map { _ in JSONText.encode(TraceJSON(trace(), explanations: [], version: "1")) }
    #expect(Set(texts).count == 1)
  }
}
