import Boxes
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct TrainingTests {
  @Test("forty iterations bring the loss down by more than half", arguments: DetectorCase.all)
  func learns(detector: DetectorCase) throws {
    let scene = Fixtures.scene([Fixtures.object(8, 8, 44, 40), Fixtures.object(30, 24, 62, 60, label: 1)])
    var trainer = try Fixtures.trainer(scene, ["learning_rate=0.001"], of: detector.detector)
    let first = try #require(trainer.iterate().losses.last?.value)
    var last = first
    for _ in 1..<40 { last = try #require(trainer.iterate().losses.last?.value) }
    #expect(last < first / 2, "\(first) → \(last)")
  }

  @Test(
    "frozen parts do not move, the others do",
    arguments: ["backbone", "pyramid", "heads", "backbone,pyramid", "none"])
  func freeze(parts: String) throws {
    let frozen = parts.split(separator: ",").map(String.init)
    let trace = try Fixtures.trace(Fixtures.mixed, Fixtures.tiny + ["freeze=\(parts)"], iterations: 2)
    let names = trace.allValues.map(\.name).filter { $0.hasPrefix("weights.") }.map { $0.dropFirst(8) }
    #expect(!names.isEmpty)
    var moved: Set<String> = []
    for name in names {
      let part = String(name.prefix { $0 != "." })
      let isSame = try trace.doubles("weights.\(name)") == trace.doubles("updated.\(name)")
      let gradient = trace["gradients.weights.\(name)"]
      if frozen.contains(part) {
        #expect(isSame && gradient == nil, "\(name)")
      } else if !isSame {
        #expect(gradient != nil)
        moved.insert(part)
      }
    }
    #expect(moved == Set(["backbone", "pyramid", "heads"]).subtracting(frozen))
  }

  @Test("each weight moves by its own gradient: none without, and SGD by rate times gradient")
  func sgd() throws {
    let options = ["optimizer=sgd", "momentum=0", "learning_rate=0.5", "clip_norm=0"]
    let trace = try Fixtures.trace(Fixtures.mixed, Fixtures.tiny + options)
    let prefix = "gradients.weights."
    let names = trace.allValues.map(\.name).filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
    #expect(names.count > 40)
    for name in names {
      let before = try trace.doubles("weights.\(name)")
      let slope = try trace.doubles("gradients.weights.\(name)")
      let wanted = zip(before, slope).map { $0 - 0.5 * $1 }
      let found = try trace.doubles("updated.\(name)")
      #expect(difference(found, wanted, relative: 1e-6, absolute: 1e-7) == nil, "\(name)")
    }
  }

  // MARK: Strange scenes

  static let strange: [Scene] = {
    let dots = [(0.0, 0.0), (63, 63), (31.5, 8.25)].map { Fixtures.object($0.0, $0.1, $0.0 + 1, $0.1 + 1) }
    let twins = (0..<4).map { Fixtures.object(10, 10, 42, 42, label: $0 % 3) }
    return [
      Fixtures.scene([], name: "1×1", width: 1, height: 1),
      Fixtures.scene([Fixtures.object(0, 0, 1, 1)], name: "1×1 with an object", width: 1, height: 1),
      Fixtures.scene([Fixtures.object(3, 3, 29, 30)], name: "32×32", width: 32, height: 32),
      Fixtures.scene([Fixtures.object(100, 8, 220, 90)], name: "320×96", width: 320, height: 96),
      Fixtures.scene([Fixtures.object(0, 40, 5, 200)], name: "5×201", width: 5, height: 201),
      Fixtures.empty, Fixtures.scene(dots, name: "dots"), Fixtures.scene(twins, name: "twins"),
      Fixtures.scene([Fixtures.object(5, 5, 5.001, 60)], name: "hair"),
      Fixtures.scene([Fixtures.object(0, 0, 64, 64, ignored: true)], name: "all ignored"),
      Fixtures.scene([Fixtures.object(0, 0, 64, 64)], name: "one class", classes: 1),
    ]
  }()

  @Test("strange scenes run, and every number stays finite", arguments: strange.indices, DetectorCase.all)
  func strangeScenes(index: Int, detector: DetectorCase) throws {
    let scene = Self.strange[index]
    for variant in [[]] + detector.variants {
      let options = Fixtures.tiny + ["score_threshold=0"] + variant
      let trace = try Fixtures.trace(scene, options, of: detector.detector, iterations: 2)
      #expect(!trace.hazards.contains { $0.kind == .notFinite }, "\(scene.name)")
      for value in trace.allValues {
        #expect(value.doubles.allSatisfy { $0.isFinite }, "\(scene.name): \(value.name)")
      }
      #expect(trace["losses.total"]?[] != nil)
    }
  }

  @Test("on a picture without objects everything counted is background")
  func empty() throws {
    let trace = try Fixtures.trace(Fixtures.empty)
    #expect(trace["overlap.iou"] == nil)
    #expect(try trace.doubles("match.gt").allSatisfy { $0 == -1 })
    #expect(try trace.doubles("match.state").allSatisfy { $0 <= 0 })
    #expect(trace["losses.box"]?[] == 0)
    #expect(try trace.doubles("losses.cls")[0] > 0)
    #expect(trace.hazards.contains { $0.kind == .noObjects })
  }

  @Test(
    "the built-in network refuses strides that it does not have",
    arguments: ["4,8,16", "8,16,64", "10,20,40", "64,128,256"])
  func strides(strides: String) throws {
    let count = strides.split(separator: ",").count
    let sizes = ["8", "16", "32"].prefix(count).joined(separator: ",")
    let options = ["strides=\(strides)", "anchor_sizes=\(sizes)"]
    let fault = #expect(throws: Fault.self) { try Fixtures.trainer(Fixtures.mixed, options) }
    #expect(fault?.place.field == "strides")
    #expect("\(fault.map { "\($0)" } ?? "")".contains(strides))
  }

  @Test("any run of levels", arguments: [3...5, 3...6, 3...7, 4...6, 3...3, 6...7, 5...5])
  func levels(range: ClosedRange<Int>) throws {
    let strides = range.map { "\(1 << $0)" }.joined(separator: ",")
    let sizes = range.map { "\(4 << $0)" }.joined(separator: ",")
    let trace = try Fixtures.trace(
      Fixtures.mixed, Fixtures.tiny + ["strides=\(strides)", "anchor_sizes=\(sizes)"])
    #expect(trace.priors.levels.map(\.name) == range.map { "P\($0)" })
    for level in range { #expect(trace["features.P\(level)"] != nil) }
    #expect(trace["features.P\(range.upperBound + 1)"] == nil)
  }
}
