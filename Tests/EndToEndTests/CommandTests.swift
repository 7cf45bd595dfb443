import Foundation
import Scenes
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

  /// A picture's boxes are found beside it, read from a file that is named, or left; a fault says where it lies.
  @Test func boxesBesideAPicture() throws {
    let folder = try TemporaryFolder()
    let picture = folder.file("photo.png")
    try PictureFile.write(.blank(width: 64, height: 48), to: picture)
    _ = try folder.write("photo.txt", "0 .5 .5 .5 .5\n")
    let found = try Program("trace", picture)
    #expect(found.status == 0 && found.words.contains("1 box from \(folder.file("photo.txt")), found beside"))
    #expect(found.output.contains("64×48 pixels with 1 object"))
    let left = try Program("trace", picture, "--boxes", "none")
    #expect(left.status == 0 && left.words.isEmpty && left.output.contains("with 0 objects"))
    let xml = "<annotation><object><name>boat</name><bndbox><xmin>9</xmin><ymin>1</ymin><xmax>20</xmax>"
    let boxes = try folder.write("boxes.xml", xml + "<ymax>60</ymax></bndbox></object></annotation>")
    let bad = try Program("why", picture, "gt:0", "--boxes", boxes)
    #expect(bad.status == 2 && bad.output.isEmpty)
    #expect(bad.words.contains("\(boxes):1:89: object[0].bndbox.ymax: found ymax = 60.0, wanted 0 to 48"))
    let gallery = try Program("why", "mixed", "gt:0", "--boxes", boxes)
    #expect(gallery.status == 2 && gallery.words.contains("--boxes \(boxes): found a scene"))
    let missing = try Program("trace", picture, "--boxes", "nowhere")
    #expect(missing.status == 2 && missing.words.contains("nowhere: can't read"))
  }

  @Test func compareSaysWhatDiffers() throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", Self.small)
    let text = try Program("compare", scene, "--detectors", "retinanet,fcos")
    #expect(text.status == 0, "\(text.words)")
    #expect(text.output.contains("first: RetinaNet") && text.output.contains("second: FCOS"))
    #expect(text.output.contains("gt 1  b") && text.output.contains("positive in FCOS alone"))
    let json = try Program("compare", scene, "--set", "positive_iou=0.5", "--with", "positive_iou=0.4", "--json")
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(tree["unit"] as? String == "prior" && (tree["different"] as? Int ?? 0) > 0)
    let second = try #require(tree["second"] as? [String: Any])
    #expect(second["parameters"] as? [String: String] == ["positive_iou": "0.4"])
    let same = try Program("compare", scene, "--detector", "ssd", "--iterations", "1,2")
    #expect(same.status == 0 && same.output.contains("No difference on"))
  }

  @Test(arguments: [
    ["--detectors", "retinanet,yolo"], ["--detectors", "a,b,c"], ["--detectors", "fcos,ssd", "--detector", "ssd"],
    ["--iterations", "1,2,3"], ["--iterations", "0"], ["--iterations", "x"], ["--list", "-1"],
    ["--with", "positive_io=0.3"], ["--with", "positive_iou=0.3", "--detectors", "retinanet,fcos"],
  ])
  func compareRefuses(options: [String]) throws {
    let run = try Program(["compare", "mixed"] + options)
    #expect(run.status == 2 && run.output.isEmpty && !run.words.isEmpty, "\(run.words)")
    // What is wrong stands under the option it was given to.
    #expect(run.words.contains(options[0]), "\(run.words)")
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

  @Test(arguments: [[], ["open"], ["why"], ["compare"], ["trace"], ["train"], ["list"], ["losses"], ["export"]])
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
