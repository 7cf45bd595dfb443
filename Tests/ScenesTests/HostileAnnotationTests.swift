import Boxes
import Foundation
import Scenes
import Testing

/// Annotation files made to hurt: each is refused, soon, and nothing traps.
@Suite struct HostileAnnotationTests {
  /// Entities that grow to a gigabyte, and one that reads a file, are refused with the DOCTYPE that declares them.
  @Test(arguments: [
    "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><annotation>&b;</annotation>",
    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotation><folder>&x;</folder></annotation>",
    "<!DOCTYPE a SYSTEM \"http://localhost/a.dtd\"><annotation/>",
  ])
  func refusesEntities(_ text: String) throws {
    let words = try #require(try boxComplaint(text, name: "b.xml"))
    #expect(words.hasSuffix("found a DOCTYPE, wanted elements and text alone"))
  }

  @Test func refusesDepthAndSize() throws {
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(
      try boxComplaint(deep, name: "b.xml")?
        .hasSuffix("too large: elements nested more than 64 deep; the limit is 64") == true)
    let wide = "<annotation>" + String(repeating: "<a/>", count: 100_001) + "</annotation>"
    #expect(try boxComplaint(wide, name: "b.xml")?.contains("more than 100000 elements") == true)
    let long = "<annotation>" + String(repeating: "x", count: 4 << 20) + "</annotation>"
    #expect(try boxComplaint(long, name: "b.xml")?.contains("the limit is 4194304 bytes") == true)
    let lines = String(repeating: "0 .5 .5 .1 .1\n", count: 1001)
    #expect(
      try boxComplaint(lines, name: "b.txt") == "1001: too large: more than 1000 objects; the limit is 1000")
    for bracket in ["[", "{\"a\": "] {
      let text = "{\"info\": " + String(repeating: bracket, count: 100_000)
      #expect(try boxComplaint(text, name: "b.json")?.contains("nested more than 64 deep") == true)
    }
    let entry = #"{"image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4]}"#
    let many = [String](repeating: entry, count: 1001).joined(separator: ",")
    #expect(try boxComplaint(coco(many), name: "b.json")?.contains("more than 1000 objects") == true)
  }

  @Test(arguments: [
    ("{\"images\": [", "the file ends too soon"), ("{\"images\": [1, 2}", "a bracket that closes nothing"),
    ("{\"images\": \"abc", "a text that does not end"), ("{\"images\": \"abc\\", "a text that does not end"),
    ("{\"images\"", "the file ends too soon"), ("{\"images\" 1}", "\":\" was expected"),
    ("{images: 1}", "a key in quotes was expected"), ("{\"a\": 1 \"b\": 2}", "\",\" or \"}\" was expected"),
    ("{\"a\": }", "a bracket that closes nothing"), ("{\"a\": ,}", "a value was expected"),
    ("{} {}", "more text after the end"), ("{\"\\x\": 1}", "an escape JSON does not know"),
    ("{\"\\ud83d\": 1}", "an escape JSON does not know"), ("{\"\\u12\": 1}", "an escape JSON does not know"),
    ("{", "the file ends too soon"), ("[", "wanted images, annotations and categories"),
  ])
  func refusesWhatIsNoJSON(_ text: String, _ words: String) throws {
    let said = try boxComplaint(text, name: "b.json")
    #expect(said?.contains(words) == true, "\(said ?? "read")")
  }

  @Test func refusesWhatIsNoText() throws {
    #expect(try boxComplaint([0x30, 0x0A, 0xFF], name: "b.txt")?.contains("values") == false)
    #expect(
      try boxComplaint(Array("{\"".utf8) + [0xFF] + Array("\": 1}".utf8), name: "b.json")?.contains("UTF-8") == true)
    #expect(try boxComplaint(Array("<annotation>".utf8) + [0xFF], name: "b.xml")?.contains("not valid XML") == true)
    #expect(try boxComplaint([0, 0, 0], name: "b.xml")?.contains("not valid XML") == true)
    let names = "<annotation><object><name>a\u{202E}b</name>\(VOCFileTests.box)</object></annotation>"
    #expect(try boxComplaint(names, name: "b.xml")?.contains("none of control") == true)
  }

  /// A good file of each format, changed at random: read or refused, never a trap.
  @Test(arguments: ["b.xml", "b.txt", "b.json"])
  func survivesChanges(_ name: String) throws {
    let good =
      switch name {
      case "b.xml": voc("<name>a</name><difficult>0</difficult>" + VOCFileTests.box)
      case "b.txt": "0 .5 .5 .1 .1\n1 .25 .25 .1 .1\n"
      default: coco(COCOFileTests.entry("[1, 2, 3, 4]", more: ", \"iscrowd\": 0"))
      }
    #expect(try boxComplaint(good, name: name) == nil)
    var random = TestGenerator(state: 5)
    let folder = try Folder()
    let picture = try folder.picture()
    let parts = Array("<>/&;{}[]\",:\\ue-+.019 \n".utf8) + [0, 0x80, 0xFF]
    var refused = 0
    for _ in 0..<3000 {
      var bytes = Array(good.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(parts.randomElement(using: &random) ?? 0, at: place)
        case 2: bytes[place] = parts.randomElement(using: &random) ?? 0
        default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      let path = try folder.write(bytes, to: name)
      do throws(Fault) {
        let scene = try SceneFile.open(picture, boxes: .file(path))
        #expect(scene.objects.allSatisfy { $0.box.isFinite && $0.box.area > 0 && $0.box.x2 <= 100 && $0.box.x1 >= 0 })
      } catch {
        refused += 1
        #expect(error.place.source == path)
      }
    }
    #expect(refused > 1000)
  }

  @Test(
    .timeLimit(.minutes(1)), arguments: ["\"", "<", "[", "{\"", "\\", " ", "&lt;", "0 ", "\n", "<a b='", "]]>", "<!--"])
  func endsSoon(_ part: String) throws {
    let text = String(repeating: part, count: 1_000_000 / part.utf8.count)
    for name in ["b.xml", "b.json"] { #expect(try boxComplaint(text, name: name) != nil) }
    _ = try boxComplaint(text, name: "b.txt")
  }
}
