import Boxes

/// Boxes as Pascal VOC keeps them: an XML file for each picture.
///
/// Its pixels are counted from 1 and the last one belongs to the box, so that `xmin` 1, `xmax` 10 covers the first ten
/// columns: x1 = xmin − 1, x2 = xmax, as Detectron2 reads them. Files that count from 0 exist too and do not say so; with
/// them boxes come out a pixel larger to the left and top, and one at 0 is cut at the edge.
/// Objects marked difficult, which VOC's evaluation neither asks for nor punishes, are ignored.
struct VOCFile {
  static let cornerNames = ["xmin − 1", "ymin − 1", "xmax", "ymax"]

  static func read(_ bytes: [UInt8], source: String, picture: PictureSize) throws(Fault) -> Annotations {
    var root = try XMLDocument.parse(bytes, source: source)
    guard root.name == "annotation" else {
      throw root.fault(
        .mismatch(found: "<\(root.name)>", wanted: "<annotation>, as Pascal VOC has it"))
    }
    root.place.field = nil
    if let size = try root.one("size") { try check(size, picture) }
    var objects: [Annotation] = []
    let elements = root.all("object")
    guard elements.count <= SceneFile.maxObjects else {
      throw root.fault(.tooLarge(found: "\(elements.count) objects", limit: "\(SceneFile.maxObjects)"))
    }
    for element in elements { objects.append(try object(element)) }
    return Annotations(classes: nil, objects: objects)
  }

  private static func check(_ size: XMLElement, _ picture: PictureSize) throws(Fault) {
    let width = try size.one("width", wanted: "the picture's width")
    let height = try size.one("height", wanted: "the picture's height")
    try picture.check(
      width: (try width.number(), width.place), height: (try height.number(), height.place))
  }

  private static func object(_ element: XMLElement) throws(Fault) -> Annotation {
    let name = try element.one("name", wanted: "a class name")
    let box = try element.one("bndbox", wanted: "xmin, ymin, xmax, ymax")
    var corners: [Double] = []
    var places: [Fault.Place] = []
    for key in ["xmin", "ymin", "xmax", "ymax"] {
      let corner = try box.one(key, wanted: "a number")
      corners.append(try corner.number())
      places.append(corner.place)
    }
    return Annotation(
      name: name.text, box: Box(corners[0] - 1, corners[1] - 1, corners[2], corners[3]),
      place: { [places] part in
        switch part {
        case .name: name.place
        case .box: box.place
        case .corner(let index): places[index]
        }
      }, cornerNames: cornerNames, ignored: try isDifficult(element))
  }

  private static func isDifficult(_ object: XMLElement) throws(Fault) -> Bool {
    guard let mark = try object.one("difficult"), !mark.text.isEmpty else { return false }
    guard let number = Double(decimal: mark.text), number == 0 || number == 1 else {
      throw mark.mismatch(wanted: "0 or 1")
    }
    return number == 1
  }
}
