import Boxes
import Scenes
import Testing

@Suite struct VOCFileTests {
  static let box = "<bndbox><xmin>1</xmin><ymin>11</ymin><xmax>100</xmax><ymax>40</ymax></bndbox>"

  /// The first pixel is 1 and the last one belongs to the box: 1 to 100 is the whole width of 100.
  @Test func countsPixelsFromOne() throws {
    let folder = try Folder()
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <annotation>
        <filename>other.jpg</filename>
        <size><width>100</width><height>80</height><depth>3</depth></size>
        <object>
          <name> dog </name><pose>Left</pose>
          <difficult>1</difficult>
          \(Self.box)
          <part><name>head</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></part>
        </object>
        <object><name>cat &amp; café</name>
          <bndbox><xmax>20</xmax><xmin>10.5</xmin><ymin>1</ymin><ymax>80</ymax></bndbox></object>
        <object><name>dog</name><difficult>0</difficult>\(Self.box)</object>
      </annotation>
      """
    let scene = try SceneFile.open(folder.picture(), boxes: .file(folder.put(text, to: "b.xml")))
    #expect(scene.classes == ["dog", "cat & café"])
    #expect(
      scene.objects == [
        SceneObject(label: 0, box: Box(0, 10, 100, 40), ignored: true),
        SceneObject(label: 1, box: Box(9.5, 0, 20, 80)),
        SceneObject(label: 0, box: Box(0, 10, 100, 40)),
      ])
    #expect(scene.notices == ["3 boxes from \(folder.file("b.xml")); 1 to ignore."])
    #expect(scene.name == "photo" && scene.scaling == nil)
  }

  @Test func cutsWhatReachesAPixelPast() throws {
    let folder = try Folder()
    let text = voc(
      "<name>a</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>100</xmax><ymax>80.5</ymax></bndbox>", size: "")
    let scene = try SceneFile.open(folder.picture(), boxes: .file(folder.put(text, to: "b.xml")))
    #expect(scene.objects.map(\.box) == [Box(0, 0, 100, 80)])
    #expect(scene.notices.last == "1 box reached past the picture by a pixel or less and was cut at its edge.")
  }

  @Test func scalesWithThePicture() throws {
    let folder = try Folder()
    let path = try folder.picture(width: 640, height: 320)
    let size = "<size><width>640</width><height>320</height></size>"
    let text = voc(
      "<name>a</name><bndbox><xmin>321</xmin><ymin>1</ymin><xmax>640</xmax><ymax>320</ymax></bndbox>", size: size)
    let scene = try SceneFile.open(path, boxes: .file(folder.put(text, to: "b.xml")), maxSide: 160)
    #expect(scene.objects.map(\.box) == [Box(80, 0, 160, 80)])
    #expect(scene.scaling?.originalWidth == 640)
  }

  @Test func takesAFileWithoutObjectsAndAGivenOrderOfClasses() throws {
    let folder = try Folder()
    let picture = try folder.picture()
    let empty = try SceneFile.open(picture, boxes: .file(folder.put("<annotation/>", to: "b.xml")))
    #expect(empty.objects.isEmpty && empty.classes == ["object"])
    let names = try folder.put("cat\r\ndog\r\n\r\n", to: "names.txt")
    let boxes = try folder.put(voc("<name>dog</name>\(Self.box)"), to: "c.xml")
    let scene = try SceneFile.open(picture, boxes: .file(boxes), classes: names)
    #expect(scene.classes == ["cat", "dog"] && scene.objects[0].label == 1)
    #expect(
      try boxComplaint(voc("<name>dgo</name>\(Self.box)"), name: "b.xml", classes: "cat\ndog")
        == "2:9: object[0].name: unknown class \"dgo\"; did you mean \"dog\"? Known: cat, dog")
  }

  @Test(arguments: [
    (voc("<name>a</name>"), "2:1: object[0].bndbox: missing, wanted xmin, ymin, xmax, ymax"),
    (voc(box), "2:1: object[0].name: missing, wanted a class name"),
    (voc("<name></name>" + box), "2:9: object[0].name: found \"\", wanted a class name"),
    (
      voc("<name>a</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax></bndbox>"),
      "2:23: object[0].bndbox.ymax: missing, wanted a number"
    ),
    (
      voc("<name>a</name><bndbox><xmin>nan</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"),
      "2:31: object[0].bndbox.xmin: found \"nan\", wanted a number"
    ),
    (
      voc("<name>a</name><bndbox><xmin>1e999</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"),
      "2:31: object[0].bndbox.xmin: found \"1e999\", wanted a number"
    ),
    (
      voc("<name>a</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax/><ymax>4</ymax></bndbox>"),
      "2:59: object[0].bndbox.xmax: found nothing, wanted a number"
    ),
    (
      voc("<name>a</name><bndbox><xmin>9</xmin><ymin>2</ymin><xmax>8</xmax><ymax>4</ymax></bndbox>"),
      "2:23: object[0].bndbox: found xmin − 1 = 8.0, xmax = 8.0, wanted xmin − 1 < xmax"
    ),
    (
      voc("<name>a</name><bndbox><xmin>9</xmin><ymin>2</ymin><xmax>102</xmax><ymax>4</ymax></bndbox>"),
      "2:59: object[0].bndbox.xmax: found xmax = 102.0, wanted 0 to 100, inside the picture"
    ),
    (
      voc("<name>a</name><bndbox><xmin>101</xmin><ymin>2</ymin><xmax>101</xmax><ymax>4</ymax></bndbox>"),
      "2:23: object[0].bndbox: found xmin − 1 = 100.0, xmax = 100.0, wanted xmin − 1 < xmax"
    ),
    (
      voc("<name>a</name><difficult>2</difficult>" + box),
      "2:23: object[0].difficult: found \"2\", wanted 0 or 1"
    ),
    (
      voc("<name>a</name><name>b</name>" + box), "2:23: object[0].name: found <name> twice, wanted it once"
    ),
    (
      voc("<name>a</name>" + box, size: "<size><width>80</width><height>100</height></size>"),
      "1:19: size.width: found 80 pixels wide, wanted 100, as the picture is stored with 100×80"
    ),
    (
      voc("<name>a</name>" + box, size: "<size><width>100</width></size>"),
      "1:13: size.height: missing, wanted the picture's height"
    ),
    ("<html><body/></html>", "1:1: found <html>, wanted <annotation>, as Pascal VOC has it"),
    ("<annotation><object></annotation>", "1:23: not valid XML: mismatched tag"),
    ("<annotation>", "1:13: not valid XML: no element found"),
    ("", "1:1: not valid XML: no element found"),
    ("<annotation/>\n<annotation/>", "2:1: not valid XML: junk after document element"),
  ])
  func refuses(_ text: String, _ words: String) throws {
    #expect(try boxComplaint(text, name: "b.xml") == words)
  }
}
