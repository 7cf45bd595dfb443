import Boxes

/// Scenes as files, in YAML or JSON:
///
/// ```yaml
/// image: harbour.png            # beside this file; or {width: 160, height: 120} for a blank one
/// classes: [boat, buoy]
/// objects:
/// - {class: boat, box: [12, 40, 90.5, 77]}
/// - {class: buoy, box: [100, 8, 120, 30], ignore: true}
/// ```
public enum SceneFile {
  /// Longest side of a picture that detectors are shown, unless the caller says otherwise.
  public static let defaultMaxSide = 320
  /// Most objects, and most classes, of a scene.
  public static let maxObjects = 1000
  /// Most characters of a class name.
  public static let maxNameLength = 100
  /// How far a corner may lie outside the picture, in pixels: as far as a rounded number may.
  public static let tolerance = 1e-6
  /// The least side of a box, in pixels, once the picture has been made smaller.
  public static let minScaledSide = 1e-3

  /// A scene from a scene file, or from a picture and the boxes kept beside it: the file's first bytes tell which.
  ///
  /// - Parameter boxes: where a picture's boxes are; a scene file has its own, and naming others is a fault.
  /// - Parameter classes: a file of class names, in the order of their labels, in place of those beside the boxes.
  public static func open(
    _ path: String, boxes: BoxSource = .none, classes: String? = nil, maxSide: Int = defaultMaxSide
  ) throws(Fault) -> Scene {
    let bytes = try InputFile.read(path, limit: PictureFile.maxBytes)
    if PictureFile.Format(of: bytes) != nil {
      let picture = try PictureFile.decode(bytes, source: path)
      return try AnnotatedPicture(path: path, picture: picture, maxSide: maxSide).scene(boxes, classes: classes)
    }
    if let fault = boxes.faultWithoutPicture(classes: classes) { throw fault }
    return try scene(bytes, path, maxSide)
  }

  /// Reads a scene file. A picture whose longer side exceeds `maxSide` is made smaller, its boxes with
  /// it; otherwise the boxes are exactly the file's numbers.
  ///
  /// - Throws: a `Fault` that names file, line, column and field.
  public static func read(_ path: String, maxSide: Int = defaultMaxSide) throws(Fault) -> Scene {
    try scene(InputFile.read(path, limit: YAMLDocument.maxBytes), path, maxSide)
  }

  /// A picture alone: a scene without objects, of the one class `object`, to draw boxes into.
  public static func readPicture(_ path: String, maxSide: Int = defaultMaxSide) throws(Fault) -> Scene {
    try AnnotatedPicture(path: path, picture: PictureFile.read(path), maxSide: maxSide).scene(.none, classes: nil)
  }

  private static func scene(_ bytes: [UInt8], _ path: String, _ maxSide: Int) throws(Fault) -> Scene {
    if let format = PictureFile.Format(of: bytes) {
      throw Fault(
        .mismatch(found: "a \(format.rawValue) picture", wanted: "a scene in YAML or JSON"), at: .init(path))
    }
    let root = try YAMLDocument.parse(bytes, source: path)
    let fields = try root.fields(
      ["image", "classes", "objects"], wanted: "a mapping of image, classes and objects")
    guard let image = fields["image"] else { throw root.missing("image", wanted: imageWords) }
    guard let classList = fields["classes"] else { throw root.missing("classes", wanted: classWords) }
    let classes = try classNames(classList)
    let source = try imageSource(image, scenePath: path)
    let (width, height) = source.size
    let reader = ObjectReader(classes: classes, width: width, height: height, maxSide: maxSide)
    let objects = try reader.objects(fields["objects"])
    return Scene(
      name: stem(path), classes: classes, objects: objects, picture: source.picture(reader.frame.fitting),
      scaling: reader.frame.fitting.scaling)
  }

  /// The file's name without folders and ending.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}

// MARK: - Image and classes

/// Where a scene's pixels come from. A blank one is only made at the size it is needed in.
private enum ImageSource {
  case file(Picture)
  case blank(width: Int, height: Int)

  var size: (width: Int, height: Int) {
    switch self {
    case .file(let picture): (picture.width, picture.height)
    case .blank(let width, let height): (width, height)
    }
  }

  func picture(_ fitting: Fitting) -> Picture {
    switch self {
    case .file(let picture): fitting.apply(to: picture)
    case .blank: .blank(width: fitting.width, height: fitting.height)
    }
  }
}

extension SceneFile {
  private static var imageWords: String { "a picture's path or {width, height}" }
  private static var classWords: String { "a list of names" }

  /// What is wanted where this text can't be a class's name; nil where it can.
  static func wantedClassName(insteadOf name: String) -> String? {
    guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { return "a class name" }
    // Names are shown on a terminal, which obeys control characters.
    guard Fault.isPrintable(name), name.unicodeScalars.count <= maxNameLength else {
      return "a class name of at most \(maxNameLength) characters, none of control"
    }
    return nil
  }

  static func classNames(_ value: YAMLValue) throws(Fault) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for item in try value.items(limit: maxObjects, wanted: classWords) {
      let name = try item.text(wanted: "a class name")
      if let wanted = wantedClassName(insteadOf: name) { throw item.mismatch(wanted: wanted) }
      guard seen.insert(name).inserted else {
        throw item.fault(.mismatch(found: "\(Fault.quoted(name)) twice", wanted: "each class once"))
      }
      names.append(name)
    }
    guard !names.isEmpty else { throw value.mismatch(wanted: "at least one class name") }
    return names
  }

  private static func imageSource(_ value: YAMLValue, scenePath: String) throws(Fault) -> ImageSource {
    guard case .mapping = value.content else { return .file(try picture(value, scenePath: scenePath)) }
    let fields = try value.fields(["width", "height"], wanted: imageWords)
    func side(_ key: String) throws(Fault) -> Int {
      let wanted = "a whole number of pixels from 1 to \(PictureFile.maxSide)"
      guard let field = fields[key] else { throw value.missing(key, wanted: wanted) }
      return try field.integer(in: 1...PictureFile.maxSide, wanted: wanted)
    }
    return .blank(width: try side("width"), height: try side("height"))
  }

  private static func picture(_ value: YAMLValue, scenePath: String) throws(Fault) -> Picture {
    let path = try value.text(wanted: imageWords)
    let folder = scenePath.lastIndex(of: "/").map { String(scenePath[...$0]) } ?? ""
    do {
      return try PictureFile.read(path.hasPrefix("/") ? path : folder + path)
    } catch {
      throw value.fault(error.problem.about(Fault.quoted(path)))
    }
  }
}

extension Fault.Problem {
  /// The same problem of a file that another one names.
  fileprivate func about(_ file: String) -> Fault.Problem {
    switch self {
    case .file(let action, let reason): .file(action: "\(action) \(file)", reason: reason)
    case .corrupt(let format, let reason): .corrupt(format: format, reason: "\(file): \(reason)")
    case .mismatch(let found, let wanted): .mismatch(found: "\(found) in \(file)", wanted: wanted)
    case .tooLarge(let found, let limit): .tooLarge(found: "\(file), \(found)", limit: limit)
    case .missing, .unknown: self
    }
  }
}

// MARK: - Objects

struct ObjectReader {
  let labels: [String: Int]
  let classes: [String]
  let frame: BoxFrame

  init(classes: [String], width: Int, height: Int, maxSide: Int = .max) {
    self.classes = classes
    labels = Dictionary(zip(classes, classes.indices), uniquingKeysWith: { first, _ in first })
    frame = BoxFrame(width: width, height: height, maxSide: maxSide)
  }

  /// Without the key, or with nothing after it, the scene has no objects.
  func objects(_ value: YAMLValue?) throws(Fault) -> [SceneObject] {
    guard let value else { return [] }
    if case .nothing = value.content { return [] }
    var objects: [SceneObject] = []
    for item in try value.items(limit: SceneFile.maxObjects, wanted: "a list of objects") {
      objects.append(try object(item))
    }
    return objects
  }

  private func object(_ value: YAMLValue) throws(Fault) -> SceneObject {
    let fields = try value.fields(["class", "box", "ignore"], wanted: "a mapping of class and box")
    guard let name = fields["class"] else { throw value.missing("class", wanted: "a class name") }
    guard let corners = fields["box"] else { throw value.missing("box", wanted: "x1, y1, x2, y2") }
    return SceneObject(
      label: try label(name), box: try box(corners), ignored: try fields["ignore"]?.flag() ?? false)
  }

  private func label(_ value: YAMLValue) throws(Fault) -> Int {
    let name = try value.text(wanted: "a class name")
    guard let label = labels[name] else {
      throw value.fault(.unknown(kind: "class", name: name, known: classes))
    }
    return label
  }

  private func box(_ value: YAMLValue) throws(Fault) -> Box {
    guard case .list(let items) = value.content, items.count == 4 else {
      throw value.mismatch(wanted: "x1, y1, x2, y2")
    }
    let box = Box(
      try items[0].number(), try items[1].number(), try items[2].number(), try items[3].number())
    if let (corner, problem) = frame.problem(with: box) {
      throw (corner.map { items[$0] } ?? value).fault(problem)
    }
    return frame.fitting.apply(to: box)
  }
}
