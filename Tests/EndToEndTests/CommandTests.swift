import Foundation
import Testing

/// The commands as a user runs them, without a terminal.
@Suite struct CommandTests {
  static let small = """
    image: {width: 64, height: 64}
    classes: [a, b]
    objects:
    - {class: a, box: [8, 8, 42, 40]}
    - {class: b, box: [30, 30, 36, 36]}
    """

  @Test func traceWritesWhatItSays() throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", Self.small)
    let run = try Program("trace", scene, "--output", folder.file("out.json"))
    #expect(run.status == 0, "\(run.words)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.json")))
    let tree = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(tree["detector"] as? String == "retinanet")
    let steps = try #require(tree["steps"] as? [[String: Any]])
    #expect(steps.first?["id"] as? String == "image" && steps.last?["id"] as? String == "detections")
    #expect((tree["explanations"] as? [Any])?.isEmpty == false)
    #expect(folder.names == ["out.json", "scene.yaml"])
  }

  @Test func twoRunsWriteTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", Self.small)
    for name in ["a", "b"] {
      let output = folder.file("\(name).safetensors")
      let run = try Program("trace", scene, "--iterations", "3", "--output", output)
      #expect(run.status == 0, "\(run.words)")
    }
    let first = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.safetensors")))
    let second = try Data(contentsOf: URL(fileURLWithPath: folder.file("b.safetensors")))
    #expect(first == second)
  }

  @Test func withoutOutputTheHeadlinesArePrinted() throws {
    let run = try Program("trace", "mixed")
    #expect(run.status == 0)
    #expect(run.output.contains("match"))
    #expect(run.output.split(separator: "\n").count >= 13)
  }

  @Test(arguments: ["gt:1", "anchor:40", "gt:1,anchor:40", "loss:cls", "loss:total"])
  func whyAnswers(element: String) throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", Self.small)
    let words = try Program("why", scene, element)
    #expect(words.status == 0 && !words.output.isEmpty, "\(words.words)")
    let json = try Program("why", scene, element, "--json")
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((tree["reasons"] as? [Any])?.isEmpty == false)
  }

  @Test(arguments: ["gt:2", "gt:-1", "anchor:99999", "loss:none", "gt", "", ":", "gt:1,gt:2", "anchor:9e9", "cat:1"])
  func whyRefuses(element: String) throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", Self.small)
    let run = try Program("why", scene, element)
    #expect(run.status == 2 && run.output.isEmpty && run.words.contains("wanted"), "\(run.words)")
  }

  @Test func trainReports() throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", Self.small)
    let run = try Program("train", scene, "--iterations", "5")
    #expect(run.status == 0, "\(run.words)")
    #expect(run.words.contains("iteration 5/5"))
    #expect(run.output.contains("found") && run.output.contains("no positive anchor"))
  }

  @Test(arguments: ["scenes", "detectors", "steps", "parameters"])
  func lists(kind: String) throws {
    let run = try Program("list", kind)
    #expect(run.status == 0 && run.output.split(separator: "\n").count >= 1)
  }

  @Test(arguments: [[], ["open"], ["why"], ["trace"], ["train"], ["list"], ["losses"]])
  func everyHelpHasAnExample(command: [String]) throws {
    let run = try Program(command + ["--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("EXAMPLES") && run.output.contains("boxstep \(command.first ?? "")"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let run = try Program("--generate-completion-script", shell)
    #expect(run.status == 0 && run.output.contains("boxstep"))
  }

  @Test func openWithoutATerminalSaysWhatToUse() throws {
    let run = try Program("open", "mixed")
    #expect(run.status == 2 && run.words.contains("boxstep trace"))
  }
}
