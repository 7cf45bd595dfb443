import Boxes
import Foundation
import Scenes
import Testing

@Suite struct SceneFileTests {
  static let head = "image: {width: 100, height: 80}\nclasses: [cat, dog]\n"

  @Test func readsYAML() throws {
    let folder = try Folder()
    let text = """
      # A comment.
      image: {width: 130, height: 100}
      classes: [cat, "dog"]
      objects:
      - {class: dog, box: [1, 2.5, 30, 40.125]}
      - class: cat
        ignore: true
        box:
        - 0
        - 0
        - 130
        - 1e2

      """
    let scene = try SceneFile.read(try folder.write(text, to: "two.v2.yaml"))
    #expect(scene.name == "two.v2")
    #expect(scene.classes == ["cat", "dog"])
    #expect((scene.width, scene.height) == (130, 100))
    #expect(scene.scaling == nil)
    #expect(
      scene.objects == [
        SceneObject(label: 1, box: Box(1, 2.5, 30, 40.125)),
        SceneObject(label: 0, box: Box(0, 0, 130, 100), ignored: true),
      ])
  }

  @Test func readsJSON() throws {
    let folder = try Folder()
    let text = #"""
      {
      	"image":	{"width":64,"height":64},
      	"classes": ["a\/b", "caf\u00e9", "\ud83d\uDE00 x", "c:\\ud83d\\ude00"],
      	"objects":[{"class":"\uD83D\uDE00 x","box":[0,0,1.5,6.4E1],"ignore":false}]
      }
      """#
    let scene = try SceneFile.read(try folder.write(text, to: "scene.json"))
    #expect(scene.classes == ["a/b", "café", "😀 x", #"c:\ud83d\ude00"#])
    #expect(scene.objects == [SceneObject(label: 2, box: Box(0, 0, 1.5, 64))])
  }

  @Test func columnsCountJSONEscapesAsWritten() throws {
    let text =
      #"{"image":{"width":9,"height":9},"classes":["\ud83d\ude00"],"objects":[{"class":"\ud83d\ude00","box":7}]}"#
    let column = try #require(text.range(of: "7}]")).lowerBound.utf16Offset(in: text) + 1
    #expect(
      try complaint(text, name: "scene.json")
        == "1:\(column): objects[0].box: found \"7\", wanted x1, y1, x2, y2")
  }

  @Test func acceptsByteOrderMarkWindowsLinesAndNoObjects() throws {
    #expect(try complaint("\u{FEFF}image: {width: 9, height: 9}\r\nclasses: [a]\r\nobjects:\r\n") == nil)
    #expect(try complaint("image: {width: 9, height: 9}\nclasses: [a]\n") == nil)
    #expect(try complaint("image: {width: 9, height: 9}\nclasses: [a]\nobjects: []\n") == nil)
  }

  @Test(arguments: [
    ("[1, 2, 3]", "found 3 numbers, wanted x1, y1, x2, y2"),
    ("[]", "found an empty list, wanted x1, y1, x2, y2"),
    ("{x: 1}", "found a mapping, wanted x1, y1, x2, y2"),
    ("[30, 2, 10, 40]", "found x1 = 30.0, x2 = 10.0, wanted x1 < x2"),
    ("[10, 2, 10, 40]", "found x1 = 10.0, x2 = 10.0, wanted x1 < x2"),
    ("[1, 50, 10, 40]", "found y1 = 50.0, y2 = 40.0, wanted y1 < y2"),
    ("[0, 0, 1e-300, 1e-300]", "found an area of 0, wanted a box with an area"),
  ])
  func refusesBox(_ box: String, _ words: String) throws {
    let text = Self.head + "objects:\n- {class: cat, box: [1, 1, 2, 2]}\n- {class: dog, box: \(box)}\n"
    #expect(try complaint(text) == "5:21: objects[1].box: " + words)
  }

  @Test(arguments: [
    ("[1, 2, .nan, 4]", 28, 2, "found \".nan\", wanted a number"),
    ("[nan, 2, 3, 4]", 22, 0, "found \"nan\", wanted a number"),
    ("[1, -.inf, 3, 4]", 25, 1, "found \"-.inf\", wanted a number"),
    ("[1, 1e999, 3, 4]", 25, 1, "found \"1e999\", wanted a number"),
    ("[1, 0x10, 3, 40]", 25, 1, "found \"0x10\", wanted a number"),
    ("[1, '2', 3, 40]", 25, 1, "found the text \"2\", wanted a number"),
    ("[1, , 3, 40]", 25, 1, "found nothing, wanted a number"),
    ("[1, [2], 3, 40]", 25, 1, "found 1 number, wanted a number"),
    ("[-0.5, 2, 3, 40]", 22, 0, "found x1 = -0.5, wanted 0 to 100, inside the picture"),
    ("[1, 2, 3, 80.001]", 31, 3, "found y2 = 80.001, wanted 0 to 80, inside the picture"),
  ])
  func refusesCorner(_ box: String, _ column: Int, _ index: Int, _ words: String) throws {
    let text = Self.head + "objects:\n- {class: dog, box: \(box)}\n"
    let field = "objects[0].box[\(index)]"
    // libyaml takes the empty value in a list as a fault of its own.
    guard box != "[1, , 3, 40]" else {
      #expect(try complaint(text)?.hasPrefix("4:25: not valid YAML or JSON: ") == true)
      return
    }
    #expect(try complaint(text) == "4:\(column): \(field): " + words)
  }

  @Test func takesBoxesOnTheBorder() throws {
    #expect(try complaint(Self.head + "objects: [{class: cat, box: [0, 0, 100, 80]}]") == nil)
    #expect(try complaint(Self.head + "objects: [{class: cat, box: [-1e-7, 0, 100.0000005, 80]}]") == nil)
  }

  @Test(arguments: [
    (
      head + "objects: [{class: cta, box: [1, 2, 3, 4]}]",
      "3:19: objects[0].class: unknown class \"cta\"; did you mean \"cat\"? Known: cat, dog"
    ),
    (
      head + "objects: [{class: 1, box: [1, 2, 3, 4]}]",
      "3:19: objects[0].class: unknown class \"1\". Known: cat, dog"
    ),
    (
      head + "object: []",
      "3:1: object: unknown key \"object\"; did you mean \"objects\"? Known: image, classes, objects"
    ),
    (
      head + "objects: [{class: cat, bbox: [1, 2, 3, 4]}]",
      "3:24: objects[0].bbox: unknown key \"bbox\"; did you mean \"box\"? Known: class, box, ignore"
    ),
    (
      head + "objects: [{box: [1, 2, 3, 4]}]",
      "3:11: objects[0].class: missing, wanted a class name"
    ),
    (head + "objects: [{class: cat}]", "3:11: objects[0].box: missing, wanted x1, y1, x2, y2"),
    (head + "objects: [7]", "3:11: objects[0]: found \"7\", wanted a mapping of class and box"),
    (head + "objects: 7", "3:10: objects: found \"7\", wanted a list of objects"),
    (
      head + "objects: [{class: cat, box: [1, 2, 3, 4], ignore: 1}]",
      "3:51: objects[0].ignore: found \"1\", wanted true or false"
    ),
    (
      head + "objects: [{class: cat, class: dog, box: [1, 2, 3, 4]}]",
      "3:24: objects[0].class: found the key \"class\" twice, wanted each key once"
    ),
    (head + "image: a.png", "3:1: image: found the key \"image\" twice, wanted each key once"),
  ])
  func refusesObject(_ text: String, _ words: String) throws {
    #expect(try complaint(text) == words)
  }

  @Test(arguments: [
    ("classes: [cat]", "1:1: image: missing, wanted a picture's path or {width, height}"),
    ("image: {width: 9, height: 9}", "1:1: classes: missing, wanted a list of names"),
    ("[1, 2]", "1:1: found 2 numbers, wanted a mapping of image, classes and objects"),
    ("hello", "1:1: found \"hello\", wanted a mapping of image, classes and objects"),
    ("~", "1:1: found nothing, wanted a mapping of image, classes and objects"),
    ("", "found an empty file, wanted a mapping"),
    ("# only a comment\n", "found an empty file, wanted a mapping"),
    (
      "image: []\nclasses: [a]", "1:8: image: found an empty list, wanted a picture's path or {width, height}"
    ),
    (
      "image: {width: 9}\nclasses: [a]",
      "1:8: image.height: missing, wanted a whole number of pixels from 1 to 16384"
    ),
    (
      "image: {width: 9, height: 9, depth: 3}\nclasses: [a]",
      "1:30: image.depth: unknown key \"depth\". Known: width, height"
    ),
    (
      "image: {width: 9, height: 9}\nclasses: []",
      "2:10: classes: found an empty list, wanted at least one class name"
    ),
    (
      "image: {width: 9, height: 9}\nclasses: [a, b, a]",
      "2:17: classes[2]: found \"a\" twice, wanted each class once"
    ),
    (
      "image: {width: 9, height: 9}\nclasses: [a, '']",
      "2:14: classes[1]: found the text \"\", wanted a class name"
    ),
    (
      "image: {width: 9, height: 9}\nclasses: [a, ' ']",
      "2:14: classes[1]: found the text \" \", wanted a class name"
    ),
    (
      "image: {width: 9, height: 9}\nclasses: [a, null]",
      "2:14: classes[1]: found nothing, wanted a class name"
    ),
    ("image: {width: 9, height: 9}\nclasses: cat", "2:10: classes: found \"cat\", wanted a list of names"),
    (
      "image: no.png\nclasses: [a]",
      "1:8: image: can't read \"no.png\": No such file or directory"
    ),
    ("image: .\nclasses: [a]", "1:8: image: can't read \".\": it is a directory"),
    (
      "image: scene.yaml\nclasses: [a]",
      "1:8: image: found a file of another kind in \"scene.yaml\", wanted a PNG or JPEG picture"
    ),
  ])
  func refusesScene(_ text: String, _ words: String) throws {
    #expect(try complaint(text) == words)
  }

  @Test(arguments: ["0", "-3", "1.5", "16385", "1e30", "1e400", "nan", "'9'", "wide", "[9]"])
  func refusesSide(_ side: String) throws {
    let words = try complaint("image: {width: \(side), height: 9}\nclasses: [a]")
    #expect(words?.hasPrefix("1:16: image.width: found ") == true)
    #expect(words?.hasSuffix(", wanted a whole number of pixels from 1 to 16384") == true)
  }

  @Test func refusesTooMany() throws {
    let names = (0...1000).map { "c\($0)" }.joined(separator: ", ")
    #expect(
      try complaint("image: {width: 9, height: 9}\nclasses: [\(names)]")
        == "2:10: classes: too large: 1001 values; the limit is 1000")
    let objects = String(repeating: "- {class: cat, box: [1, 2, 3, 4]}\n", count: 1001)
    #expect(
      try complaint(Self.head + "objects:\n" + objects)
        == "4:1: objects: too large: 1001 values; the limit is 1000")
  }

  @Test func quotesNothingRaw() throws {
    let long = String(repeating: "x", count: 5000)
    let words = try #require(try complaint(Self.head + "objects: [{class: \(long), box: [1, 2, 3, 4]}]"))
    #expect(words.contains("unknown class \"" + String(repeating: "x", count: 60) + "…\""))
    #expect(words.count < 200)
    let escape = try #require(try complaint(Self.head + #""\e[2J\u202e": 1"#))
    #expect(escape.contains(#"unknown key "\u{1b}[2J\u{202e}""#))
    for name in [#""a\e[2J""#, String(repeating: "x", count: 101)] {
      let words = try #require(try complaint("image: {width: 9, height: 9}\nclasses: [\(name)]"))
      #expect(words.hasSuffix("wanted a class name of at most 100 characters, none of control"))
    }
    #expect(try complaint("image: {width: 9, height: 9}\nclasses: [\u{1F469}\u{200D}\u{1F680}]") == nil)
  }

  @Test func scalesLargeBlankScenes() throws {
    let folder = try Folder()
    let path = try folder.write(
      "image: {width: 16384, height: 1000}\nclasses: [a]\n"
        + "objects: [{class: a, box: [0, 0, 16384, 1000]}, {class: a, box: [512, 100, 1024, 200]}]")
    let scene = try SceneFile.read(path, maxSide: 320)
    #expect((scene.width, scene.height) == (320, 20))
    #expect(scene.scaling == Scaling(originalWidth: 16384, originalHeight: 1000, factor: 320.0 / 16384))
    #expect(scene.objects[0].box == Box(0, 0, 320, 20))
    #expect(scene.objects[1].box == Box(10, 2, 20, 4))
    #expect(try SceneFile.read(path, maxSide: 16384).scaling == nil)
    #expect(try SceneFile.read(path, maxSide: -5).width == 1)
  }

  @Test func refusesBoxesThatVanish() throws {
    let text =
      "image: {width: 16000, height: 10}\nclasses: [a]\nobjects: [{class: a, box: [1, 1, 1.01, 9]}]"
    #expect(
      try complaint(text)
        == "3:27: objects[0].box: found a box that vanishes in the smaller picture, "
        + "wanted sides of at least 0.001 pixels at 320×1")
  }

  @Test(arguments: 0..<50)
  func keepsEveryBitOfRandomBoxes(_ seed: UInt64) throws {
    var random = TestGenerator(state: seed)
    let width = Int.random(in: 1...320, using: &random)
    let height = Int.random(in: 1...320, using: &random)
    let boxes = (0..<20).map { _ in
      let (x, y) = (
        Double.random(in: 0..<Double(width), using: &random),
        Double.random(in: 0..<Double(height), using: &random)
      )
      return Box(
        x, y, Double.random(in: x.nextUp...Double(width), using: &random),
        Double.random(in: y.nextUp...Double(height), using: &random))
    }
    let lines = boxes.map { "- {class: a, box: [\($0.x1), \($0.y1), \($0.x2), \($0.y2)]}" }
    let folder = try Folder()
    let text = "image: {width: \(width), height: \(height)}\nclasses: [a]\nobjects:\n"
    let scene = try SceneFile.read(try folder.write(text + lines.joined(separator: "\n")))
    #expect(scene.objects.map(\.box) == boxes)
    #expect(scene.scaling == nil)
  }

  @Test func opensEither() throws {
    let folder = try Folder()
    let path = try folder.write(Self.head, to: "one.yaml")
    #expect(try SceneFile.open(path).classes == ["cat", "dog"])
    let picture = try SceneFile.open(fixture("tiny.jpg"), maxSide: 8)
    #expect(picture.name == "tiny")
    #expect((picture.width, picture.height) == (8, 6))
    #expect(picture.classes == ["object"] && picture.objects.isEmpty)
    #expect(try SceneFile.readPicture(fixture("tiny.jpg")).width == 16)
    #expect(throws: Fault.self) { try SceneFile.read(fixture("tiny.jpg")) }
    #expect(throws: Fault.self) { try SceneFile.readPicture(path) }
  }

  @Test func findsPicturesBesideTheScene() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.file("p"), withIntermediateDirectories: true)
    try PictureFile.write(Picture(width: 640, height: 320, red: 200), to: folder.file("p/red.png"))
    let text = "image: p/red.png\nclasses: [a]\nobjects: [{class: a, box: [320, 0, 640, 320]}]"
    let scene = try SceneFile.read(try folder.write(text))
    #expect(scene.picture == Picture(width: 320, height: 160, red: 200))
    #expect(scene.objects[0].box == Box(160, 0, 320, 160))
  }
}
