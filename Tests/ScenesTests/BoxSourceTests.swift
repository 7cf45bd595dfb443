import Boxes
import Foundation
import Scenes
import Testing

/// Which file a picture's boxes are taken from.
@Suite struct BoxSourceTests {
  @Test(arguments: [
    ("photo.png", "photo.xml"), ("photo.png", "photo.txt"), ("images/photo.png", "labels/photo.txt"),
    ("images/train/photo.png", "labels/train/photo.txt"), ("images/images/photo.png", "images/labels/photo.txt"),
    ("JPEGImages/photo.png", "Annotations/photo.xml"), ("a.b.png", "a.b.txt"),
  ])
  func findsTheFileBeside(_ picture: String, _ boxes: String) throws {
    let folder = try Folder()
    let path = try folder.picture(picture)
    #expect(try SceneFile.open(path, boxes: .beside).notices.isEmpty)
    let text = boxes.hasSuffix("xml") ? voc("<name>a</name>" + VOCFileTests.box) : "0 .5 .5 .1 .1"
    let file = try folder.put(text, to: boxes)
    let scene = try SceneFile.open(path, boxes: .beside)
    #expect(scene.objects.count == 1)
    #expect(scene.notices.first == "1 box from \(file), found beside the picture.")
    let bare = try SceneFile.open(path)
    #expect(bare.objects.isEmpty && bare.classes == ["object"] && bare.notices.isEmpty)
  }

  @Test func takesXMLBeforeText() throws {
    let folder = try Folder()
    let path = try folder.picture()
    _ = try folder.put("0 .5 .5 .1 .1\n0 .5 .5 .2 .2", to: "photo.txt")
    _ = try folder.put(voc("<name>a</name>" + VOCFileTests.box), to: "photo.xml")
    #expect(try SceneFile.open(path, boxes: .beside).objects.count == 1)
  }

  /// What a file is, its first byte tells: the name may be another's.
  @Test func tellsTheFormatByTheFirstByte() throws {
    let folder = try Folder()
    let path = try folder.picture()
    let file = try folder.put(" \n" + coco(COCOFileTests.entry("[1, 2, 3, 4]")), to: "b.txt")
    #expect(try SceneFile.open(path, boxes: .file(file)).objects.count == 1)
  }

  @Test func refusesWhereNoPictureIs() throws {
    let folder = try Folder()
    let scene = try folder.write("image: {width: 9, height: 9}\nclasses: [a]\n")
    #expect(try SceneFile.open(scene, boxes: .beside).objects.isEmpty)
    for (boxes, classes, option) in [
      (BoxSource.file("b.xml"), nil, "--boxes b.xml"), (.none, "n.txt", "--classes n.txt"),
    ] {
      let fault = try #require(throws: Fault.self) { try SceneFile.open(scene, boxes: boxes, classes: classes) }
      #expect(
        fault.description
          == "\(option): found a scene, which has boxes of its own, wanted a picture, PNG or JPEG")
    }
    let picture = try folder.picture()
    let missing = try #require(throws: Fault.self) {
      try SceneFile.open(picture, boxes: .file(folder.file("none.xml")))
    }
    #expect(missing.description == folder.file("none.xml: can't read: No such file or directory"))
  }

  /// Boxes at random, written in the three formats: each gives back the box that was written.
  @Test(arguments: 0..<20)
  func readsBackWhatWasWritten(_ seed: UInt64) throws {
    var random = TestGenerator(state: seed)
    let folder = try Folder()
    let picture = try folder.picture(width: 128, height: 64)
    let boxes = (0..<10).map { _ in
      let (x, y) = (Int.random(in: 0..<127, using: &random), Int.random(in: 0..<63, using: &random))
      return Box(
        Double(x), Double(y), Double(Int.random(in: (x + 1)...128, using: &random)),
        Double(Int.random(in: (y + 1)...64, using: &random)))
    }
    let xml = boxes.map {
      "<object><name>a</name><bndbox><xmin>\($0.x1 + 1)</xmin><ymin>\($0.y1 + 1)</ymin><xmax>\($0.x2)</xmax>"
        + "<ymax>\($0.y2)</ymax></bndbox></object>"
    }
    let lines = boxes.map { "0 \($0.centerX / 128) \($0.centerY / 64) \($0.width / 128) \($0.height / 64)" }
    let entries = boxes.map { COCOFileTests.entry("[\($0.x1), \($0.y1), \($0.width), \($0.height)]") }
    let image = #"{"id": 7, "file_name": "photo.png"}"#
    let files = [
      try folder.put("<annotation>\(xml.joined())</annotation>", to: "b.xml"),
      try folder.put(lines.joined(separator: "\n"), to: "b.txt"),
      try folder.put(coco(entries.joined(separator: ",\n"), image: image), to: "b.json"),
    ]
    for file in files {
      #expect(try SceneFile.open(picture, boxes: .file(file)).objects.map(\.box) == boxes)
    }
  }
}
