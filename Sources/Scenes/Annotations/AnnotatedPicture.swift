import Boxes

/// A picture and the boxes that a file beside it keeps, as a scene.
struct AnnotatedPicture {
  /// How far a corner may reach past the picture, in pixels: by as much as such files are rounded to. It is cut at the
  /// edge, and said so.
  static let tolerance = 1.0

  let path: String
  let picture: Picture
  let frame: BoxFrame

  init(path: String, picture: Picture, maxSide: Int) {
    self.path = path
    self.picture = picture
    frame = BoxFrame(width: picture.width, height: picture.height, maxSide: maxSide)
  }

  func scene(_ boxes: BoxSource, classes: String?) throws(Fault) -> Scene {
    var scene = Scene(
      name: SceneFile.stem(path), classes: ["object"], objects: [], picture: frame.fitting.apply(to: picture),
      scaling: frame.fitting.scaling)
    let given = try classes.map { (path) throws(Fault) in try ClassList.read(path) }
    guard let file = boxes.path(for: path) else {
      if let given { scene.classes = given.names }
      return scene
    }
    let format = try Format.read(file)
    let names = if let given { given } else { try format.kind == .yolo ? Self.classList(beside: file) : nil }
    let annotations = try annotations(format, file, names)
    let list = given?.names ?? annotations.classes ?? Self.names(of: annotations.objects)
    if !list.isEmpty { scene.classes = list }
    scene.objects = try objects(annotations.objects, list)
    scene.notices = [said(of: file, scene.objects, boxes)] + notices(annotations.objects, format, names)
    return scene
  }

  private func annotations(_ format: Format, _ file: String, _ names: ClassList?) throws(Fault) -> Annotations {
    let size = PictureSize(width: picture.width, height: picture.height)
    switch format.kind {
    case .voc: return try VOCFile.read(format.bytes, source: file, picture: size)
    case .coco: return try COCOFile.read(format.bytes, source: file, path: path, picture: size)
    case .yolo: return try YOLOFile.read(format.bytes, source: file, picture: size, names: names)
    }
  }

  private func objects(_ annotations: [Annotation], _ classes: [String]) throws(Fault) -> [SceneObject] {
    let labels = Dictionary(zip(classes, classes.indices), uniquingKeysWith: { first, _ in first })
    var objects: [SceneObject] = []
    for annotation in annotations {
      if let wanted = SceneFile.wantedClassName(insteadOf: annotation.name) {
        throw Fault(.mismatch(found: Fault.quoted(annotation.name), wanted: wanted), at: annotation.place(.name))
      }
      guard let label = labels[annotation.name] else {
        throw Fault(.unknown(kind: "class", name: annotation.name, known: classes), at: annotation.place(.name))
      }
      objects.append(SceneObject(label: label, box: try fitted(annotation), ignored: annotation.ignored))
    }
    return objects
  }

  private func fitted(_ annotation: Annotation) throws(Fault) -> Box {
    if let (corner, problem) = frame.problem(
      with: annotation.box, names: annotation.cornerNames, tolerance: Self.tolerance)
    {
      throw Fault(problem, at: annotation.place(corner.map(Annotation.Part.corner) ?? .box))
    }
    let cut = cut(annotation.box)
    // What lies in the pixel past the edge alone is gone when it is cut.
    if let (_, problem) = frame.problem(with: cut, names: annotation.cornerNames) {
      throw Fault(problem, at: annotation.place(.box))
    }
    return frame.fitting.apply(to: cut)
  }

  private func cut(_ box: Box) -> Box {
    box.clipped(width: Double(frame.width), height: Double(frame.height))
  }

  /// Every class that an object has, in the order in which they first come.
  private static func names(of objects: [Annotation]) -> [String] {
    var seen: Set<String> = []
    return objects.map(\.name).filter { seen.insert($0).inserted }
  }

  /// YOLO's list of classes: beside the labels, or one or two folders above, as `labels/train` has it.
  private static func classList(beside file: String) throws(Fault) -> ClassList? {
    var folder = Self.folder(of: file)
    for _ in 0..<3 {
      for name in ClassList.fileNames where BoxSource.isFile(folder + name) && folder + name != file {
        return try ClassList.read(folder + name)
      }
      let parts = folder.split(separator: "/")
      let isNamed = parts.last.map { $0 != "." && $0 != ".." } ?? false
      folder = isNamed ? Self.folder(of: String(folder.dropLast())) : folder + "../"
    }
    return nil
  }

  /// With the slash at its end; empty for the folder one is in.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}

// MARK: - Formats

extension AnnotatedPicture {
  /// The bytes of an annotation file, and what they are.
  private struct Format {
    enum Kind {
      case coco
      case voc
      case yolo
    }

    var kind: Kind
    var bytes: [UInt8]

    /// The first byte tells the format; where it tells none, the file's ending does.
    static func read(_ path: String) throws(Fault) -> Format {
      let bytes = try InputFile.read(path, limit: COCOFile.maxBytes)
      let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
      let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      let kind: Kind =
        switch first {
        case UInt8(ascii: "<"): .voc
        case UInt8(ascii: "{"), UInt8(ascii: "["): .coco
        case _ where path.hasSuffix(".xml"): .voc
        case _ where path.hasSuffix(".json"): .coco
        default: .yolo
        }
      return Format(kind: kind, bytes: bytes)
    }
  }
}

// MARK: - Words

extension AnnotatedPicture {
  private func said(of file: String, _ objects: [SceneObject], _ boxes: BoxSource) -> String {
    let ignored = objects.count(where: \.ignored)
    let words = objects.count == 1 ? "1 box" : "\(objects.count) boxes"
    let way = boxes == .beside ? ", found beside the picture" : ""
    return "\(words) from \(Fault.printable(file, limit: 240))\(way)"
      + (ignored == 0 ? "." : "; \(ignored) to ignore.")
  }

  private func notices(_ annotations: [Annotation], _ format: Format, _ names: ClassList?) -> [String] {
    var notices: [String] = []
    let past = annotations.filter { annotation in
      zip(annotation.box.corners, cut(annotation.box).corners).contains { abs($0 - $1) > SceneFile.tolerance }
    }
    if !past.isEmpty {
      let (words, were) = past.count == 1 ? ("1 box", "was") : ("\(past.count) boxes", "were")
      notices.append("\(words) reached past the picture by a pixel or less and \(were) cut at its edge.")
    }
    if format.kind == .yolo, !annotations.isEmpty {
      notices.append(
        names?.source.map { "Class names from \(Fault.printable($0, limit: 240))." }
          ?? "No class names: neither \(ClassList.fileNames.joined(separator: ", ")) beside it nor --classes.")
    }
    return notices
  }
}
