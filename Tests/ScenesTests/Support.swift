import Foundation
import Scenes
import Testing

/// A folder of its own for one test, gone when the test is.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/scenes-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String = "scene.yaml") throws -> String {
    try write(Array(text.utf8), to: name)
  }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try InputFile.write(bytes, to: file(name))
    return file(name)
  }
}

/// A file of this folder's `Fixtures`.
func fixture(_ name: String) -> String {
  let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
  return "/\(folder)/Fixtures/\(name)"
}

/// What is said about a scene file of this text, from the line on; nil when it is read.
func complaint(_ text: String, name: String = "scene.yaml") throws -> String? {
  try complaint(Array(text.utf8), name: name)
}

func complaint(_ bytes: [UInt8], name: String = "scene.yaml") throws -> String? {
  let folder = try Folder()
  let path = try folder.write(bytes, to: name)
  do {
    _ = try SceneFile.read(path)
    return nil
  } catch {
    #expect(error.place.source == path)
    let words = error.description
    #expect(words.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 })
    let rest = words.dropFirst(path.count + 1)
    return String(rest.drop { $0 == " " })
  }
}

/// Repeatable randomness for tests (SplitMix64).
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
