import Detectors
import Foundation
import Scenes

/// From a key to its answer on a terminal of 120×36 or more, while RetinaNet trains in the background on a picture of
/// 256×256. The training's progress is drawn meanwhile; an answer is known by what nothing else draws.
enum TrainingKeyCases {
  static var all: [Case] { [cursor, step] }

  /// The cursor alone is magenta.
  private static var cursor: Case {
    Case("training.cursor") { repeats in
      try measure(repeats) { program, index in
        try program.time(typing: index % 2 == 0 ? "\u{1B}OD" : "\u{1B}OC", until: ["8;5;207"])
      }
    }
  }

  /// The step one is at stands in brackets.
  private static var step: Case {
    Case("training.step") { repeats in
      let names = ["IMAGE", "BACKBONE", "PYRAMID", "HEADS", "ANCHORS", "OVERLAP", "MATCH", "TARGETS"]
      return try measure(repeats) { program, index in
        let place = index % (2 * names.count - 2)
        let isForward = place < names.count - 1
        let next = isForward ? place + 1 : 2 * names.count - 3 - place
        return try program.time(typing: isForward ? "n" : "p", until: ["[\(names[next])]"])
      }
    }
  }

  private static func measure(_ repeats: Int, _ time: (Program, Int) throws -> Double) throws -> [Double] {
    guard let scene = Gallery.scene(named: "mixed", side: 256) else { throw BenchmarkError.noScene }
    let folder = NSTemporaryDirectory() + "boxstep-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try PictureFile.write(scene.picture, to: folder + "/scene.png")
    try InputFile.write(Array(SceneFile.text(scene, image: "scene.png").utf8), to: folder + "/scene.yaml")
    let program = try Program(scene: folder + "/scene.yaml")
    defer { program.end() }
    try program.read(until: "iteration")
    program.settle()
    program.type(":train 100000\r")
    try program.read(until: "training")
    return try (0..<max(repeats, 84)).map { index in
      // At any moment of the training, and not only behind its news.
      program.pass(milliseconds: 30 + index * 7 % 50)
      return try time(program, index)
    }
  }
}
