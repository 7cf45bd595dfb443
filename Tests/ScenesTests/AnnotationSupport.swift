import Boxes
import Foundation
import Scenes
import Testing

extension Folder {
  /// A grey picture of 100×80 pixels.
  func picture(_ name: String = "photo.png", width: Int = 100, height: Int = 80) throws -> String {
    let path = file(name)
    try makeFolder(of: name)
    try PictureFile.write(.blank(width: width, height: height), to: path)
    return path
  }

  func put(_ text: String, to name: String) throws -> String {
    try makeFolder(of: name)
    return try write(text, to: name)
  }

  private func makeFolder(of name: String) throws {
    let folder = (file(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }
}

/// What is said about boxes of this text for `photo.png` of 100×80 pixels, from the line on; nil when they are read.
func boxComplaint(_ text: String, name: String, classes: String? = nil) throws -> String? {
  try boxComplaint(Array(text.utf8), name: name, classes: classes)
}

func boxComplaint(_ bytes: [UInt8], name: String, classes: String? = nil) throws -> String? {
  let folder = try Folder()
  let picture = try folder.picture()
  let path = try folder.write(bytes, to: name)
  let list = try classes.map { try folder.write($0, to: "names.txt") }
  do {
    _ = try SceneFile.open(picture, boxes: .file(path), classes: list)
    return nil
  } catch {
    let words = error.description
    #expect(words.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 })
    #expect(words.count < 600)
    #expect([path, list, picture].contains(error.place.source))
    return String(words.dropFirst(error.place.source.count + 1).drop { $0 == " " })
  }
}

/// A VOC file of one object with this inside, on line 2.
func voc(_ object: String, size: String = "<size><width>100</width><height>80</height></size>") -> String {
  "<annotation>\(size)\n<object>\(object)</object></annotation>"
}

/// A COCO file of one picture of 100×80 pixels and these annotations.
func coco(
  _ annotations: String, image: String = #"{"id": 7, "file_name": "photo.png", "width": 100, "height": 80}"#
) -> String {
  """
  {"images": [\(image)],
  "categories": [{"id": 3, "name": "cat"}, {"id": 1, "name": "dog"}],
  "annotations": [\(annotations)]}
  """
}
