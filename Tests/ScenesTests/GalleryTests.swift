import Boxes
import Scenes
import Testing

@Suite struct GalleryTests {
  @Test func namesAreUnique() {
    #expect(Set(Gallery.names).count == Gallery.names.count)
    #expect(Gallery.names.count >= 8)
    #expect(Gallery.names.contains(Gallery.defaultName))
    #expect(Gallery.scene(named: "nowhere") == nil)
  }

  @Test(arguments: Gallery.names, [16, 64, 100, 160, 320])
  func isSound(_ name: String, _ side: Int) throws {
    let scene = try #require(Gallery.scene(named: name, side: side))
    #expect((scene.width, scene.height) == (side, side))
    #expect(scene.name == name && !scene.summary.isEmpty && scene.scaling == nil)
    #expect(!scene.classes.isEmpty && Set(scene.classes).count == scene.classes.count)
    for object in scene.objects {
      #expect(scene.classes.indices.contains(object.label))
      #expect(object.box.width >= 1 && object.box.height >= 1)
      #expect(object.box == object.box.clipped(width: Double(side), height: Double(side)))
    }
    let again = try #require(Gallery.scene(named: name, side: side))
    #expect(again.picture == scene.picture && again.objects == scene.objects)
  }

  @Test func takesAnySide() {
    #expect(Gallery.scene(named: "mixed", side: -1)?.width == 16)
    #expect(Gallery.scene(named: "mixed", side: .max)?.width == 1024)
  }

  /// The same bits on every machine: what changes here changes golden files elsewhere.
  @Test func keepsItsBits() throws {
    let scene = try #require(Gallery.scene(named: "mixed"))
    let sum = scene.picture.bytes.reduce(UInt64(14_695_981_039_346_656_037)) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    #expect(sum == 16_817_867_219_861_744_539)
  }

  @Test func moonHasAnEmptyCentre() throws {
    let scene = try #require(Gallery.scene(named: "moon"))
    let moon = try #require(scene.objects.first).box
    #expect(min(moon.width, moon.height) >= 90)
    let centre = scene.picture[Int(moon.centerX), Int(moon.centerY)]
    #expect(centre.blue > centre.red && centre.red < 90)
  }

  @Test func slenderIsSlender() throws {
    let scene = try #require(Gallery.scene(named: "slender"))
    for object in scene.objects {
      let ratio = max(object.box.width / object.box.height, object.box.height / object.box.width)
      #expect((4...8).contains(ratio))
    }
  }

  @Test func nestedBoxesNest() throws {
    let boxes = try #require(Gallery.scene(named: "nested")).objects.map(\.box)
    #expect(boxes.count == 3)
    for (outer, inner) in zip(boxes, boxes.dropFirst()) {
      #expect(outer.x1 < inner.x1 && outer.y1 < inner.y1 && outer.x2 > inner.x2 && outer.y2 >= inner.y2)
    }
  }

  @Test func othersShowWhatTheySay() throws {
    #expect(try #require(Gallery.scene(named: "empty")).objects.isEmpty)
    let ignored = try #require(Gallery.scene(named: "ignored"))
    #expect(ignored.ignoredObjects.count == 1 && ignored.groundTruth.count >= 3)
    let crowd = try #require(Gallery.scene(named: "crowd")).objects
    #expect((8...10).contains(crowd.count) && crowd.allSatisfy { min($0.box.width, $0.box.height) >= 26 })
    let edge = try #require(Gallery.scene(named: "edge")).objects.map(\.box)
    #expect(edge.allSatisfy { $0.x1 == 0 || $0.y1 == 0 || $0.x2 == 160 || $0.y2 == 160 })
    let small = try #require(Gallery.scene(named: "small")).objects.map(\.box)
    #expect(small.filter { (6...14).contains(max($0.width, $0.height)) }.count >= 4)
  }
}
