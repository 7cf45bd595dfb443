import Exports
import Foundation
import Scenes
import Testing

@Suite struct WritingTests {
  private func withFolder(_ test: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "boxstep-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try test(path)
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test func aFileIsWhole() throws {
    try withFolder { folder in
      let reel = try Sample.lessonReel()
      #expect(try Export.write(reel, as: .txt, to: .file("\(folder)/a.txt")) == ["\(folder)/a.txt"])
      #expect(try names(folder) == ["a.txt"])
      let written = try String(contentsOfFile: "\(folder)/a.txt", encoding: .utf8)
      #expect(written == (try Sample.text(of: reel, as: .txt)))
    }
  }

  @Test func whatCantBeWrittenLeavesNothing() throws {
    try withFolder { folder in
      let reel = try Sample.lessonReel()
      #expect(throws: Fault.self) { try Export.write(reel, as: .txt, to: .file("\(folder)/no/a.txt")) }
      // A folder stands where the file is wanted; a file where the folder is.
      #expect(throws: Fault.self) { try Export.write(reel, as: .txt, to: .file(folder)) }
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      #expect(throws: Fault.self) { try Export.write(reel, as: .txt, to: .folder("\(folder)/file")) }
      #expect(try names(folder) == ["file"])
    }
  }
}
