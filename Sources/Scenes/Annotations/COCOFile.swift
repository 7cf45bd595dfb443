import Boxes

/// Boxes as COCO keeps them: one JSON file for many pictures, with `images`, `annotations` and `categories`. A box is
/// x, y, width, height in pixels from the picture's corner; a crowd (`iscrowd` 1) is ignored. All categories become
/// classes, in the file's order.
///
/// COCO's own file for training has 450 MB, of which one picture needs a few lines: what is about other pictures is
/// passed over.
struct COCOFile {
  static let maxBytes = 512 << 20
  static let cornerNames = ["x", "y", "x + width", "y + height"]

  private let start: JSONCursor
  /// Where the values of the file's keys begin.
  private var parts: [String: JSONCursor] = [:]

  /// - Parameter path: of the picture, found in the file by its name.
  static func read(
    _ bytes: [UInt8], source: String, path: String, picture: PictureSize
  ) throws(Fault) -> Annotations {
    let file = try COCOFile(bytes, source: source)
    let image = try file.image(of: path, picture)
    let categories = try file.categories()
    return Annotations(classes: categories.names, objects: try file.objects(of: image, categories))
  }

  private init(_ bytes: [UInt8], source: String) throws(Fault) {
    start = JSONCursor(bytes, source: source)
    var cursor = start
    guard try cursor.kind() == .object else {
      throw Fault(
        .mismatch(found: "a list", wanted: "images, annotations and categories, as COCO has them"), at: cursor.place())
    }
    var parts: [String: JSONCursor] = [:]
    try cursor.entries { (cursor, key) throws(Fault) in
      guard parts[key] == nil else {
        throw Fault(.mismatch(found: "the key \(Fault.quoted(key)) twice", wanted: "each key once"), at: cursor.place())
      }
      parts[key] = cursor
      try cursor.skip()
    }
    try cursor.finish()
    self.parts = parts
  }

  private func part(_ key: String) throws(Fault) -> JSONCursor {
    guard var part = parts[key] else {
      throw Fault(
        .missing(wanted: "images, annotations and categories, as COCO has them"), at: start.place(field: key))
    }
    guard try part.kind() == .array else {
      throw Fault(.mismatch(found: "no list", wanted: "a list"), at: part.place(field: key))
    }
    return part
  }
}

// MARK: - Images

extension COCOFile {
  private struct Image {
    var id: JSONToken
    /// How many parts of its path, from the end, are the picture's too.
    var likeness: Int
    var width: JSONToken?
    var height: JSONToken?
  }

  /// The entry of a picture: that of its name, and where folders of one file have equal names, the one whose path is
  /// most like the picture's.
  private func image(of path: String, _ picture: PictureSize) throws(Fault) -> Image {
    var best: [Image] = []
    var names: [String] = []
    var images = try part("images")
    try images.values { (cursor, index) throws(Fault) in
      let fields = try JSONToken.fields(
        &cursor, ["id", "file_name", "width", "height"], path: "images[\(index)]")
      guard let name = fields["file_name"] else { return }
      names.append(name.text)
      let likeness = Self.commonParts(name.text, path)
      guard likeness > 0, likeness >= best.first?.likeness ?? 1 else { return }
      guard let id = fields["id"] else {
        throw Fault(.missing(wanted: "the image's number"), at: name.place(in: start, field: "images[\(index)].id"))
      }
      let image = Image(id: id, likeness: likeness, width: fields["width"], height: fields["height"])
      best = likeness == best.first?.likeness ? best + [image] : [image]
    }
    guard let image = best.first else { throw try missing(path, names) }
    guard best.count == 1 else {
      throw Fault(
        .mismatch(found: "\(best.count) images of this name", wanted: "one"),
        at: best[1].id.place(in: start, field: "images"))
    }
    if let width = image.width, let height = image.height {
      try picture.check(
        width: (try width.number(in: start), width.place(in: start)),
        height: (try height.number(in: start), height.place(in: start)))
    }
    return image
  }

  private func missing(_ path: String, _ names: [String]) throws(Fault) -> Fault {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Fault(.unknown(kind: "image", name: name, known: names), at: try part("images").place(field: "images"))
  }

  /// Parts that two paths share from their ends; 0 when even the files' names differ.
  static func commonParts(_ a: String, _ b: String) -> Int {
    let separators: Set<Character> = ["/", "\\"]
    let a = a.split { separators.contains($0) }.filter { $0 != "." }.reversed()
    let b = b.split(separator: "/").filter { $0 != "." }.reversed()
    return zip(a, b).prefix { $0 == $1 }.count
  }
}

// MARK: - Categories

extension COCOFile {
  private struct Categories {
    var names: [String]
    var byID: [String: String]
    var ids: [String]
  }

  private func categories() throws(Fault) -> Categories {
    var list = try part("categories")
    let whole = list
    var names = UniqueNames()
    var byID: [String: String] = [:]
    var ids: [String] = []
    try list.values { (cursor, index) throws(Fault) in
      let path = "categories[\(index)]"
      let entry = cursor
      let fields = try JSONToken.fields(&cursor, ["id", "name"], path: path)
      guard let id = fields["id"] else {
        throw Fault(.missing(wanted: "its number, id"), at: entry.place(field: path))
      }
      guard let name = fields["name"] else { throw Fault(.missing(wanted: "its name"), at: entry.place(field: path)) }
      guard byID[id.text] == nil else {
        throw Fault(.mismatch(found: "\(id.text) twice", wanted: "each id once"), at: id.place(in: start))
      }
      try names.add(name.text, at: name.place(in: start))
      byID[id.text] = name.text
      ids.append(id.text)
    }
    guard !ids.isEmpty else {
      throw Fault(.missing(wanted: "at least one category"), at: whole.place(field: "categories"))
    }
    return Categories(names: names.names, byID: byID, ids: ids)
  }
}

// MARK: - Annotations

extension COCOFile {
  private func objects(of image: Image, _ categories: Categories) throws(Fault) -> [Annotation] {
    var objects: [Annotation] = []
    var list = try part("annotations")
    try list.values { (cursor, index) throws(Fault) in
      var entry = cursor
      let path = "annotations[\(index)]"
      let owner = try JSONToken.fields(&cursor, ["image_id"], path: path)["image_id"]
      guard owner?.text == image.id.text else { return }
      guard objects.count < SceneFile.maxObjects else {
        let limit = SceneFile.maxObjects
        throw Fault(
          .tooLarge(found: "more than \(limit) objects", limit: "\(limit)"), at: entry.place(field: path))
      }
      objects.append(try object(&entry, path: path, categories))
    }
    return objects
  }

  private func object(
    _ cursor: inout JSONCursor, path: String, _ categories: Categories
  ) throws(Fault) -> Annotation {
    let entry = cursor
    var box: (cursor: JSONCursor, corners: [JSONToken])?
    let fields = try JSONToken.fields(&cursor, ["category_id", "iscrowd"], path: path) { (cursor, key) throws(Fault) in
      guard key == "bbox" else { return try cursor.skip() }
      let before = cursor
      box = (before, try Self.corners(&cursor, "\(path).bbox"))
    }
    guard let category = fields["category_id"] else {
      throw Fault(.missing(wanted: "its category_id"), at: entry.place(field: path))
    }
    guard let name = categories.byID[category.text] else {
      throw Fault(
        .unknown(kind: "category", name: category.text, known: categories.ids), at: category.place(in: start))
    }
    guard let box else { throw Fault(.missing(wanted: "its bbox"), at: entry.place(field: path)) }
    return Annotation(
      name: name, box: try self.box(box.corners),
      place: { [start] part in
        switch part {
        case .name: category.place(in: start)
        case .box: box.cursor.place(field: "\(path).bbox")
        case .corner(let index): box.corners[index].place(in: start)
        }
      }, cornerNames: Self.cornerNames, ignored: try isCrowd(fields["iscrowd"]))
  }

  private func box(_ corners: [JSONToken]) throws(Fault) -> Box {
    var numbers: [Double] = []
    for corner in corners { numbers.append(try corner.number(in: start)) }
    for (index, name) in [(2, "width"), (3, "height")] where !(numbers[index] > 0) {
      throw Fault(
        .mismatch(found: corners[index].text, wanted: "more than 0 for its \(name)"),
        at: corners[index].place(in: start))
    }
    return Box(numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3])
  }

  private static func corners(_ cursor: inout JSONCursor, _ path: String) throws(Fault) -> [JSONToken] {
    let list = cursor
    guard try cursor.kind() == .array else {
      throw Fault(.mismatch(found: "no list", wanted: "x, y, width, height"), at: list.place(field: path))
    }
    var tokens: [JSONToken] = []
    var count = 0
    try cursor.values { (cursor, index) throws(Fault) in
      count += 1
      guard count <= 4 else { return try cursor.skip() }
      tokens.append(try JSONToken(&cursor, field: "\(path)[\(index)]"))
    }
    guard count == 4 else {
      throw Fault(
        .mismatch(found: "\(count) value\(count == 1 ? "" : "s")", wanted: "x, y, width, height"),
        at: list.place(field: path))
    }
    return tokens
  }

  private func isCrowd(_ token: JSONToken?) throws(Fault) -> Bool {
    guard let token else { return false }
    switch token.text {
    case "0", "false": return false
    case "1", "true": return true
    default:
      throw Fault(.mismatch(found: Fault.quoted(token.text), wanted: "0 or 1"), at: token.place(in: start))
    }
  }
}

/// A text, number or mark of a JSON file, and where it stands: an id may be either, so its text is what counts.
struct JSONToken {
  var text: String
  var isText: Bool
  var field: String
  private var index: Int

  init(_ cursor: inout JSONCursor, field: String) throws(Fault) {
    self.field = field
    let kind = try cursor.kind()
    index = cursor.index
    switch kind {
    case .string:
      text = try cursor.string()
      isText = true
    case .plain:
      text = try cursor.plain()
      isText = false
    case .array, .object:
      let found = kind == .array ? "a list" : "an object"
      throw Fault(.mismatch(found: found, wanted: "a single value"), at: cursor.place(field: field))
    }
  }

  func place(in file: JSONCursor, field: String? = nil) -> Fault.Place {
    file.at(index).place(field: field ?? self.field)
  }

  func number(in file: JSONCursor) throws(Fault) -> Double {
    guard !isText, let number = Double(decimal: text) else {
      throw Fault(
        .mismatch(found: "\(isText ? "the text " : "")\(Fault.quoted(text))", wanted: "a number"), at: place(in: file))
    }
    return number
  }

  /// The entries of an object that are single values and asked for; `null` counts as not there. The others go to
  /// `other`, which passes over each.
  static func fields(
    _ cursor: inout JSONCursor, _ wanted: [String], path: String,
    other: (inout JSONCursor, String) throws(Fault) -> Void = { (cursor, _) throws(Fault) in try cursor.skip() }
  ) throws(Fault) -> [String: JSONToken] {
    guard try cursor.kind() == .object else {
      throw Fault(.mismatch(found: "no object", wanted: "an object in braces"), at: cursor.place(field: path))
    }
    var fields: [String: JSONToken] = [:]
    try cursor.entries { (cursor, key) throws(Fault) in
      guard wanted.contains(key) else { return try other(&cursor, key) }
      let token = try JSONToken(&cursor, field: "\(path).\(key)")
      if token.isText || token.text != "null" { fields[key] = token }
    }
    return fields
  }
}
