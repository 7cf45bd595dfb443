import Boxes
import Scenes
import Testing

@Suite struct YOLOFileTests {
  @Test func readsPartsOfThePicture() throws {
    let folder = try Folder()
    let picture = try folder.picture()
    let boxes = try folder.put("\u{FEFF}1 0.5 0.5 0.25 0.5\r\n\r\n0\t.1 1e-1  .2 .2", to: "b.txt")
    _ = try folder.put("cat\ndog\n", to: "classes.txt")
    let scene = try SceneFile.open(picture, boxes: .file(boxes))
    #expect(scene.classes == ["cat", "dog"])
    #expect(scene.objects.map(\.label) == [1, 0])
    #expect(scene.objects[0].box == Box(37.5, 20, 62.5, 60))
    #expect(scene.objects[1].box == Box(0, 0, 20, 16))
    #expect(scene.notices == ["2 boxes from \(boxes).", "Class names from \(folder.file("classes.txt"))."])
  }

  @Test func withoutNamesClassesAreNumbered() throws {
    let folder = try Folder()
    let boxes = try folder.put("2 .5 .5 .1 .1", to: "b.txt")
    let scene = try SceneFile.open(folder.picture(), boxes: .file(boxes))
    #expect(scene.classes == ["class 0", "class 1", "class 2"] && scene.objects[0].label == 2)
    #expect(scene.notices.last?.hasPrefix("No class names") == true)
    let none = try SceneFile.open(folder.picture(), boxes: .file(folder.put("", to: "c.txt")))
    #expect(none.objects.isEmpty && none.classes == ["class 0"])
  }

  /// What was rounded at the sixth digit may reach past the edge by a hair.
  @Test func cutsRoundedCorners() throws {
    let folder = try Folder()
    let boxes = try folder.put("0 0.0499995 0.5 0.1 1", to: "b.txt")
    let scene = try SceneFile.open(folder.picture(), boxes: .file(boxes))
    #expect(scene.objects[0].box.x1 == 0 && scene.objects[0].box.y2 == 80)
    #expect(scene.notices.contains { $0.contains("1 box reached past") })
  }

  @Test(arguments: [
    ("obj.names", "cat\ndog"), ("data.yaml", "names: [cat, dog]\nnc: 2\n"),
    ("data.yml", "train: x\nnames:\n  1: dog\n  0: cat\n"), ("../data.yaml", "names: [cat, dog]"),
    ("../../data.yaml", "names: {0: cat, 1: dog}"), ("../../classes.txt", "cat\ndog\n"),
  ])
  func findsNames(_ name: String, _ text: String) throws {
    let folder = try Folder()
    let boxes = try folder.put("1 .5 .5 .1 .1", to: "labels/train/b.txt")
    _ = try folder.put(text, to: "labels/train/\(name)")
    let scene = try SceneFile.open(folder.picture(), boxes: .file(boxes))
    #expect(scene.classes == ["cat", "dog"])
    let file = name.split(separator: "/").last.map(String.init) ?? name
    #expect(scene.notices.contains { $0.hasPrefix("Class names") && $0.hasSuffix("/\(file).") && !$0.contains("..") })
  }

  @Test(arguments: [
    ("0 .5 .5 .1", "1: found 4 values, wanted 5: class cx cy width height"),
    ("0 .5 .5 .1 .1\nhello", "2: found 1 value, wanted 5: class cx cy width height"),
    (
      "0 .5 .5 .1 .1 .9", "1: found 6 values, as a detection with its score has, wanted 5: class cx cy width height"
    ),
    ("0 .1 .1 .2 .1 .2 .2", "1: found 7 values, as a polygon has, wanted 5: class cx cy width height"),
    ("0 .5 nan .1 .1", "1:6: cy: found \"nan\", wanted a number"),
    ("0 .5 0x1 .1 .1", "1:6: cy: found \"0x1\", wanted a number"),
    ("\n0 .5 .5 inf .1", "2:9: width: found \"inf\", wanted a number"),
    ("cat .5 .5 .1 .1", "1:1: class: found \"cat\", wanted a number"),
    ("-1 .5 .5 .1 .1", "1:1: class: found -1, wanted a class's number from 0 to 999"),
    ("1.5 .5 .5 .1 .1", "1:1: class: found 1.5, wanted a class's number from 0 to 999"),
    ("1e9 .5 .5 .1 .1", "1:1: class: found 1e9, wanted a class's number from 0 to 999"),
    ("0 .5 .5 0 .1", "1:9: width: found 0, wanted more than 0"),
    ("0 .5 .5 .1 -.1", "1:12: height: found -.1, wanted more than 0"),
    ("0 320 .5 .1 .1", "1:3: cx: found 320, wanted a part of the picture's side, from 0 to 1"),
    ("0 .9 .5 .4 .1", "1:3: cx: found cx + width/2 = 110.0, wanted 0 to 100, inside the picture"),
    ("0 .5 .02 .4 .1", "1:6: cy: found cy − height/2 = -2.4, wanted 0 to 80, inside the picture"),
  ])
  func refuses(_ text: String, _ words: String) throws {
    #expect(try boxComplaint(text, name: "b.txt") == words)
  }

  @Test(arguments: [
    ("a\nb\n", "1:1: class: found class 2, wanted 0 to 1, as "),
    ("a\n\nc\n", "2: found nothing, wanted a class name"),
    ("a\nb\na\n", "3: found \"a\" twice, wanted each class once"),
    ("a\nb\u{1B}[2J\nc", "2: found \"b\\u{1b}[2J\", wanted a class name of at most 100 characters, none of control"),
    ("\n", "missing, wanted at least one class name"),
  ])
  func refusesNames(_ names: String, _ words: String) throws {
    #expect(try boxComplaint("2 .5 .5 .1 .1", name: "b.txt", classes: names)?.hasPrefix(words) == true)
  }

  @Test(arguments: [
    ("nc: 2", "1:1: names: missing, wanted the classes' names"),
    ("names: 7", "1:8: names: found \"7\", wanted a list of names, or names by number"),
    ("names: {0: a, 2: b}", "1:8: names.1: missing, wanted the name of class 1, as there are 2"),
    ("names: []", "1:8: names: missing, wanted at least one class name"),
    ("names: [a, [b]]", "1:12: names[1]: found 1 value, wanted a class name"),
  ])
  func refusesYAMLNames(_ yaml: String, _ words: String) throws {
    let folder = try Folder()
    let boxes = try folder.put("0 .5 .5 .1 .1", to: "b.txt")
    let names = try folder.put(yaml, to: "data.yaml")
    let picture = try folder.picture()
    let fault = try #require(throws: Fault.self) { try SceneFile.open(picture, boxes: .file(boxes)) }
    #expect(fault.description == "\(names):\(words)")
  }
}
