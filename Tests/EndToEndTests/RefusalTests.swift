import Foundation
import Testing

/// Bad input: exit code 2, a message that names the fault, and no output file.
@Suite struct RefusalTests {
  struct Bad: Sendable, CustomTestStringConvertible {
    let name: String
    /// Put in place of this part of a good file.
    let part: String
    let replacement: String
    /// What the message must contain.
    let wanted: [String]

    init(_ name: String, _ part: String, _ replacement: String, _ wanted: String...) {
      self.name = name
      self.part = part
      self.replacement = replacement
      self.wanted = wanted
    }

    var testDescription: String { name }
  }

  static let scenes = [
    Bad("inverted", "[8, 8, 42, 40]", "[42, 8, 8, 40]", "scene.yaml:4", "objects[0].box"),
    Bad("NaN", "[8, 8, 42, 40]", "[.nan, 8, 42, 40]", "scene.yaml:4", "objects[0].box"),
    Bad("infinite", "[8, 8, 42, 40]", "[8, 8, .inf, 40]", "scene.yaml:4", "objects[0].box"),
    Bad("infinite by size", "[8, 8, 42, 40]", "[8, 8, 1e999, 40]", "scene.yaml:4", "objects[0].box"),
    Bad("three numbers", "[8, 8, 42, 40]", "[8, 8, 42]", "scene.yaml:4", "3 numbers"),
    Bad("outside", "[8, 8, 42, 40]", "[8, 8, 42, 90]", "scene.yaml:4", "90"),
    Bad("unknown class", "class: a", "class: car", "scene.yaml:4", "car"),
    Bad("unknown key", "image:", "imagee:", "scene.yaml:1", "imagee", "image"),
    Bad("unknown key of an object", "class: a,", "clas: a,", "scene.yaml:4", "clas"),
    Bad("zero side", "width: 64", "width: 0", "scene.yaml:1", "image.width"),
    Bad("negative side", "width: 64", "width: -4", "scene.yaml:1", "image.width"),
    Bad("huge side", "width: 64", "width: 99999999999999999999", "scene.yaml:1", "image.width"),
    Bad("missing picture", "{width: 64, height: 64}", "nowhere.png", "nowhere.png"),
    Bad("corrupt picture", "{width: 64, height: 64}", "scene.yaml", "scene.yaml"),
    Bad("deep nesting", "[a, b]", String(repeating: "[", count: 100_000), "nested"),
    Bad("alias bomb", "[a, b]", "[&x [a, a, a], *x, *x]", "alias"),
    Bad("not YAML", "image:", "image: [", "scene.yaml"),
  ]

  @Test(arguments: scenes)
  func brokenScenes(bad: Bad) throws {
    let folder = try TemporaryFolder()
    let text = CommandTests.small.replacingOccurrences(of: bad.part, with: bad.replacement)
    #expect(text != CommandTests.small)
    try expectRefusal(folder, ["trace", folder.write("scene.yaml", text)], bad.wanted)
  }

  static let configurations = [
    Bad("unknown parameter", "alpha: 0.25", "alfa: 0.25", "config.yaml:2", "alfa", "alpha"),
    Bad("unknown detector", "retinanet", "retinnet", "config.yaml:1", "retinanet"),
    Bad("out of range", "0.25", "2.5", "config.yaml:2", "alpha", "from 0 to 1"),
    Bad("NaN", "0.25", ".nan", "config.yaml:2", "alpha"),
    Bad("a list", "0.25", "[0.25, 1]", "config.yaml:2", "alpha"),
    Bad("a word", "0.25", "much", "config.yaml:2", "much"),
    Bad("zero stride", "alpha: 0.25", "strides: [0, 8, 16]", "config.yaml:2", "strides"),
    Bad("too few sizes", "alpha: 0.25", "anchor_sizes: [32]", "strides"),
    Bad("thresholds crossed", "alpha: 0.25", "negative_iou: 0.9", "negative_iou"),
    Bad("strides of no network", "alpha: 0.25", "strides: [4, 8, 16, 32, 64]", "strides"),
    Bad("unknown key", "parameters", "params", "config.yaml:2", "parameters"),
  ]

  @Test(arguments: configurations)
  func brokenConfigurations(bad: Bad) throws {
    let folder = try TemporaryFolder()
    let good = "detector: retinanet\nparameters: {alpha: 0.25}\n"
    let text = good.replacingOccurrences(of: bad.part, with: bad.replacement)
    #expect(text != good)
    let scene = try folder.write("scene.yaml", CommandTests.small)
    try expectRefusal(folder, ["trace", scene, "--config", folder.write("config.yaml", text)], bad.wanted)
  }

  @Test(arguments: [
    ("missing", "", "No such file"), ("empty", "", "few"),
    ("header longer than the file", "\u{FF}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}{}", "header"),
    ("not JSON", "\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}[[[[", "header"),
    ("no tensors", "\u{2}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}{}", "cls_logits"),
  ])
  func brokenPredictions(name: String, text: String, wanted: String) throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", CommandTests.small)
    let path = folder.file("p.safetensors")
    if name != "missing" {
      // Each scalar is a byte.
      try Data(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        .write(to: URL(fileURLWithPath: path))
    }
    try expectRefusal(folder, ["trace", scene, "--predictions", path], ["p.safetensors", wanted])
  }

  @Test(arguments: [
    ["trace", "nowhere.yaml"], ["trace", "mixde"], ["trace", "mixed", "--set", "alpha"],
    ["trace", "mixed", "--set", "alpha=x"], ["trace", "mixed", "--iterations", "0"],
    ["trace", "mixed", "--iterations", "-5"], ["trace", "mixed", "--max-side", "1"],
    ["trace", "mixed", "--seed", "-1"], ["trace", "mixed", "--detector", "yolo"], ["trace"],
    ["trace", "mixed", "--config", "nowhere"], ["trace", "mixed", "--nonsense"], ["frobnicate", "x", "y"],
  ])
  func wrongUsage(arguments: [String]) throws {
    try expectRefusal(TemporaryFolder(), arguments, [])
  }

  @Test(arguments: ["/nonexistent/out.json", "/proc/out.safetensors", "out.txt"])
  func unwritableOutput(path: String) throws {
    let folder = try TemporaryFolder()
    let scene = try folder.write("scene.yaml", CommandTests.small)
    let run = try Program("trace", scene, "--output", path)
    #expect(run.status == 2 && run.words.contains(path), "\(run.words)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  private func expectRefusal(
    _ folder: TemporaryFolder, _ arguments: [String], _ wanted: [String],
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let before = folder.names
    let run = try Program(arguments + (arguments[0] == "trace" ? ["--output", folder.file("out.json")] : []))
    #expect(run.status == 2, "\(run.words)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    #expect(run.words.hasPrefix("Error: "), "\(run.words)", sourceLocation: location)
    for text in wanted { #expect(run.words.contains(text), "\(run.words)", sourceLocation: location) }
    #expect(folder.names == before, sourceLocation: location)
  }
}
