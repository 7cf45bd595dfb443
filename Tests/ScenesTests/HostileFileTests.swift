import Foundation
import Scenes
import Testing

/// Files made to hurt: each is refused, soon, and nothing traps.
@Suite struct HostileFileTests {
  @Test(arguments: [
    String(repeating: "[", count: 100_000),
    String(repeating: "- ", count: 100_000),
    String(repeating: "{a: ", count: 100_000),
    String(repeating: "? ", count: 100_000),
    (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    String(repeating: "[\n", count: 100_000),
  ])
  func refusesDepth(_ text: String) throws {
    let words = try #require(try complaint(text))
    let isKey = text.hasPrefix("?")
    let wanted = isKey ? "a list or mapping as a key" : "nested more than 64 deep; the limit is 64"
    #expect(words.contains(wanted))
  }

  @Test func refusesAliases() throws {
    var text = "a0: &a0 [x, x]\n"
    for i in 1...40 { text += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
    #expect(try complaint(text) == "2:10: found an alias (*), wanted the value written out")
    #expect(try complaint("&a [x]: &b {*a : 1}")?.contains("wanted") == true)
    #expect(try complaint("? [a, b]\n: 1\n") == "1:3: found a list or mapping as a key, wanted a name")
  }

  @Test func refusesSecondDocumentsAndTags() throws {
    #expect(
      try complaint("a: 1\n---\nb: 2\n") == "2:1: found a second document, wanted one document a file")
    #expect(
      try complaint("image: !!binary aGk=\n")
        == "1:8: found the tag \"tag:yaml.org,2002:binary\", wanted a plain value")
  }

  @Test func refusesWhatIsNoText() throws {
    #expect(
      try complaint([0x61, 0x3A, 0x0A, 0x62, 0xFF]) == "2:2: not valid YAML or JSON: the text is not UTF-8")
    #expect(
      try complaint("a: é\u{0}b") == "1:5: not valid YAML or JSON: a control character (U+0)")
    #expect(try complaint([0xFF, 0xFE, 0x61, 0x00])?.contains("not UTF-8") == true)
    #expect(try complaint([0xED, 0xA0, 0x80])?.contains("not UTF-8") == true)
    #expect(try complaint(#"{"a": "\ud83d"}"#)?.contains("not valid YAML or JSON") == true)
    #expect(
      try complaint("a: [1, 2")
        == "2:1: not valid YAML or JSON: did not find expected ',' or ']' "
        + "while parsing a flow sequence that begins at 1:4")
  }

  @Test func refusesSize() throws {
    let text = "# " + String(repeating: "x", count: 4 << 20)
    #expect(try complaint(text) == "too large: 4194306 bytes; the limit is 4194304 bytes")
    let many = "a: [" + String(repeating: "1,", count: 1_500_000) + "]"
    #expect(try complaint(many)?.contains("more than 100000 values; the limit is 100000") == true)
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["\"", "'", "a ", "&a ", "!", "\t", "{}", "a: b\n", "- -\n", ",", "\\ud83d\\ude00"])
  func endsSoon(_ part: String) throws {
    let count = 1_000_000 / part.utf8.count
    #expect(try complaint(String(repeating: part, count: count)) != nil)
    #expect(try complaint("[" + String(repeating: part, count: count)) != nil)
  }

  @Test func refusesPathsThatAreNoFiles() throws {
    let folder = try Folder()
    func words(_ path: String) -> String {
      do {
        _ = try SceneFile.read(path)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(
      words(folder.file("none.yaml")) == folder.file("none.yaml: can't read: No such file or directory"))
    #expect(words(folder.path) == folder.path + ": can't read: it is a directory")
    #expect(words("/dev/zero") == "/dev/zero: can't read: it is not a regular file")
    #expect(words("a\0b") == "a\\u{0}b: found \"a\\u{0}b\", wanted the path of a file")
    #expect(words("").contains("wanted the path of a file"))
    #expect(words(String(repeating: "d/", count: 5000)).contains("can't read: File name too long"))
  }

  @Test func survivesTwoHundredMutations() throws {
    let original = Array(
      """
      image: {width: 100, height: 80}
      classes: [cat, "dog"]
      objects:
      - {class: cat, box: [1, 2, 30.5, 4e1], ignore: true}
      - class: "d\\u006fg"
        box: [0, 0, 100, 80]
      """.utf8)
    var random = TestGenerator(state: 7)
    let spice: [UInt8] = Array("[]{}:,-&*!|>'\"%@`#?\n\t 0e.\\".utf8) + [0, 0x1B, 0x80, 0xC3, 0xFF]
    for _ in 0..<1000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(spice.randomElement(using: &random) ?? 0, at: place)
        default: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
        }
      }
      _ = try complaint(bytes)
    }
  }
}
