import Boxes
import Foundation
import Scenes
import Testing

@Suite struct COCOFileTests {
  static func entry(_ box: String, category: String = "1", more: String = "") -> String {
    #"{"image_id": 7, "category_id": \#(category), "bbox": \#(box)\#(more)}"#
  }

  @Test func readsWhatIsAboutThePicture() throws {
    let folder = try Folder()
    let text = #"""
      {"info": {"description": "brackets ] } \" in a text", "n": [[], {}, [1, {"a": null}]]},
       "annotations": [
        {"segmentation": [[1, 2, 3]], "area": 1.5, "iscrowd": 0, "image_id": 7, "bbox": [10.5, 20, 30, 40.25],
         "category_id": 1, "id": 1},
        {"bbox": "not read", "image_id": 8, "category_id": 99},
        {"segmentation": {"counts": [1], "size": [2, 2]}, "iscrowd": 1, "image_id": 7, "bbox": [0, 0, 100, 80],
         "category_id": 3, "id": 2},
        {"no": "image"}
       ],
       "images": [{"id": 8, "file_name": "val/other.png"}, {"license": 1},
        {"file_name": "val\/ph\u006fto.png", "id": 7, "width": 100, "height": 80.0}],
       "categories": [{"supercategory": "x", "id": 3, "name": "caf\u00e9 \ud83d\ude00"}, {"id": 1, "name": "dog"}]}
      """#
    let scene = try SceneFile.open(folder.picture(), boxes: .file(folder.put(text, to: "b.json")))
    #expect(scene.classes == ["café 😀", "dog"])
    #expect(
      scene.objects == [
        SceneObject(label: 1, box: Box(10.5, 20, 40.5, 60.25)),
        SceneObject(label: 0, box: Box(0, 0, 100, 80), ignored: true),
      ])
  }

  /// Of equal names, the one whose folders are the picture's too.
  @Test func findsThePictureByItsFolders() throws {
    let folder = try Folder()
    let images = #"{"id": 1, "file_name": "b/photo.png"}, {"id": 7, "file_name": "a\\photo.png"}"#
    let boxes = try folder.put(coco(Self.entry("[1, 2, 3, 4]"), image: images), to: "b.json")
    #expect(try SceneFile.open(folder.picture("a/photo.png"), boxes: .file(boxes)).objects.count == 1)
    #expect(try SceneFile.open(folder.picture("b/photo.png"), boxes: .file(boxes)).objects.isEmpty)
    let other = try folder.picture("c/photo.png")
    let fault = try #require(throws: Fault.self) { try SceneFile.open(other, boxes: .file(boxes)) }
    #expect(fault.description == "\(boxes):1:59: images: found 2 images of this name, wanted one")
  }

  @Test func takesIdsThatAreTexts() throws {
    let folder = try Folder()
    let text = coco(
      #"{"image_id": "x7", "category_id": "1", "bbox": [1, 2, 3, 4]}"#,
      image: #"{"id": "x7", "file_name": "photo.png"}"#)
    let scene = try SceneFile.open(folder.picture(), boxes: .file(folder.put(text, to: "b.json")))
    #expect(scene.objects == [SceneObject(label: 1, box: Box(1, 2, 4, 6))])
  }

  @Test(arguments: [
    (
      coco("", image: #"{"id": 1, "file_name": "phota.png"}, {"id": 2, "file_name": "x.png"}"#),
      "1:12: images: unknown image \"photo.png\"; did you mean \"phota.png\"? Known: phota.png, x.png"
    ),
    (coco("", image: ""), "1:12: images: unknown image \"photo.png\". There are none to choose from"),
    (
      coco("", image: #"{"id": 7, "file_name": "photo.png", "width": 200, "height": 80}"#),
      "1:58: images[0].width: found 200 pixels wide, wanted 100, as the picture is stored with 100×80"
    ),
    (
      coco("", image: #"{"id": 7, "file_name": "photo.png", "width": 100, "height": "80"}"#),
      "1:73: images[0].height: found the text \"80\", wanted a number"
    ),
    (
      coco("", image: #"{"file_name": "photo.png"}"#), "1:27: images[0].id: missing, wanted the image's number"
    ),
    (coco("7"), "3:17: annotations[0]: found no object, wanted an object in braces"),
    (
      coco(#"{"image_id": 7, "bbox": [1, 2, 3, 4]}"#), "3:17: annotations[0]: missing, wanted its category_id"
    ),
    (coco(#"{"image_id": 7, "category_id": 1}"#), "3:17: annotations[0]: missing, wanted its bbox"),
    (
      coco(entry("[1, 2, 3, 4]", category: "2")),
      "3:48: annotations[0].category_id: unknown category \"2\". Known: 3, 1"
    ),
    (coco(entry("[1, 2, 3]")), "3:59: annotations[0].bbox: found 3 values, wanted x, y, width, height"),
    (coco(entry("[1, 2, 3, 4, 5]")), "3:59: annotations[0].bbox: found 5 values, wanted x, y, width, height"),
    (coco(entry("7")), "3:59: annotations[0].bbox: found no list, wanted x, y, width, height"),
    (coco(entry("[1, NaN, 3, 4]")), "3:63: annotations[0].bbox[1]: found \"NaN\", wanted a number"),
    (coco(entry("[1, 2, \"3\", 4]")), "3:66: annotations[0].bbox[2]: found the text \"3\", wanted a number"),
    (coco(entry("[1, [2], 3, 4]")), "3:63: annotations[0].bbox[1]: found a list, wanted a single value"),
    (coco(entry("[1, 2, 0, 4]")), "3:66: annotations[0].bbox[2]: found 0, wanted more than 0 for its width"),
    (coco(entry("[1, 2, 3, -4]")), "3:69: annotations[0].bbox[3]: found -4, wanted more than 0 for its height"),
    (
      coco(entry("[90, 2, 30, 4]")),
      "3:67: annotations[0].bbox[2]: found x + width = 120.0, wanted 0 to 100, inside the picture"
    ),
    (coco(entry("[1e308, 2, 1e308, 4]")), "3:60: annotations[0].bbox[0]: found x = 1e+308, "),
    (
      coco(entry("[1, 2, 3, 4]", more: #", "iscrowd": 2"#)), "3:84: annotations[0].iscrowd: found \"2\", wanted 0 or 1"
    ),
    ("[]", "1:1: found a list, wanted images, annotations and categories, as COCO has them"),
    ("{}", "1:1: images: missing, wanted images, annotations and categories, as COCO has them"),
    (#"{"images": {}}"#, "1:12: images: found no list, wanted a list"),
    (#"{"images": [], "images": []}"#, "1:26: found the key \"images\" twice, wanted each key once"),
    (
      coco("").replacingOccurrences(of: "\"id\": 1,", with: "\"id\": 3,"),
      "2:49: categories[1].id: found 3 twice, wanted each id once"
    ),
    (
      coco("").replacingOccurrences(of: "dog", with: "cat"),
      "2:60: categories[1].name: found \"cat\" twice, wanted each class once"
    ),
  ])
  func refuses(_ text: String, _ words: String) throws {
    let said = try boxComplaint(text, name: "b.json")
    #expect(said?.hasPrefix(words) == true, "\(said ?? "read")")
  }
}
