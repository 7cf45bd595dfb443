import Scenes

/// Boxes beside a picture, in the format that the file's name or its first byte tells.
func fuzzBoxes(_ bytes: [UInt8], named name: String) {
  withFile(Photo.bytes, named: Photo.name) { picture in
    withFile(bytes, named: name) { boxes in open(picture, boxes, classes: nil) }
  }
}

/// YOLO's text, and the same bytes as a list of classes beside boxes that can be read.
func fuzzYOLO(_ bytes: [UInt8]) {
  fuzzBoxes(bytes, named: "boxes.txt")
  withFile(Photo.bytes, named: Photo.name) { picture in
    withFile(Array("0 .5 .5 .1 .1\n".utf8), named: "boxes.txt") { boxes in
      for name in ["classes.txt", "data.yaml"] {
        withFile(bytes, named: name) { classes in
          open(picture, boxes, classes: classes)
          // Found beside the boxes without being named.
          open(picture, boxes, classes: nil)
        }
      }
    }
  }
}

private func open(_ picture: String, _ boxes: String, classes: String?) {
  // As large as it is, where a corner past the edge is cut, and smaller, where thin boxes vanish.
  for side in [Photo.width, Photo.width / 4] {
    do throws(Fault) {
      check(try SceneFile.open(picture, boxes: .file(boxes), classes: classes, maxSide: side), side)
    } catch {
      check(error.description)
    }
  }
}

private func check(_ scene: Scene, _ side: Int) {
  precondition(scene.width == side && !scene.classes.isEmpty)
  let slack = SceneFile.tolerance
  for object in scene.objects {
    precondition(object.box.isFinite && scene.classes.indices.contains(object.label))
    precondition(object.box.width > 0 && object.box.height > 0)
    precondition(object.box.x1 >= -slack && object.box.x2 <= Double(scene.width) + slack)
    precondition(object.box.y1 >= -slack && object.box.y2 <= Double(scene.height) + slack)
  }
  scene.classes.forEach(check)
  scene.notices.forEach(check)
}

/// What goes to a terminal has no character that the terminal would obey, and can be read through.
private func check(_ words: String) {
  precondition(!words.isEmpty && words.unicodeScalars.allSatisfy { $0.value >= 32 && !(127...159).contains($0.value) })
  precondition(words.unicodeScalars.count < 6000, "too many words")
}

private enum Photo {
  static let name = "photo.png"
  static let (width, height) = (20, 16)

  /// A grey PNG of that size.
  static let bytes: [UInt8] = {
    var bytes: [UInt8] = []
    withFile([], named: "made.png") { path in
      guard (try? PictureFile.write(.blank(width: width, height: height), to: path)) != nil,
        let read = try? InputFile.read(path, limit: 1 << 20)
      else { preconditionFailure("no picture") }
      bytes = read
    }
    return bytes
  }()
}
