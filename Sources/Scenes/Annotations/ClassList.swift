/// The names of classes in the order of their labels, as files beside YOLO's labels keep them: a name a line
/// (`classes.txt`, `obj.names`), or the `names` of a `data.yaml`.
struct ClassList {
  var names: [String]
  /// The file they stand in; nil when nobody named them.
  var source: String?

  static let fileNames = ["classes.txt", "obj.names", "data.yaml", "data.yml"]

  static func numbered(upTo label: Int) -> ClassList {
    ClassList(names: (0...max(0, label)).map { "class \($0)" }, source: nil)
  }

  static func read(_ path: String) throws(Fault) -> ClassList {
    let isYAML = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    return ClassList(names: try isYAML ? yamlNames(path) : lineNames(path), source: path)
  }

  private static func lineNames(_ path: String) throws(Fault) -> [String] {
    let bytes = try InputFile.read(path, limit: YAMLDocument.maxBytes)
    var lines = try TextLines.read(bytes, format: "list of class names", source: path)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    var names = UniqueNames()
    for (index, line) in lines.enumerated() {
      // The number of a line is the label: an empty one would shift those after it, or be a class without a name.
      try names.add(TextLines.trimmed(line), at: .init(path, line: index + 1))
    }
    return try names.whole(at: .init(path))
  }

  private static func yamlNames(_ path: String) throws(Fault) -> [String] {
    let root = try YAMLDocument.read(path)
    let entries = try root.entries(wanted: "a mapping with the key names")
    guard let value = entries.first(where: { $0.key == "names" })?.value else {
      throw root.missing("names", wanted: "the classes' names")
    }
    var names = UniqueNames()
    switch value.content {
    case .list(let items):
      for item in items { try names.add(item.text(wanted: "a class name"), at: item.place) }
    case .mapping(let entries):
      let byKey = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      for label in entries.indices {
        guard let item = byKey["\(label)"] else {
          throw value.missing("\(label)", wanted: "the name of class \(label), as there are \(entries.count)")
        }
        try names.add(item.text(wanted: "a class name"), at: item.place)
      }
    default: throw value.mismatch(wanted: "a list of names, or names by number")
    }
    return try names.whole(at: value.place)
  }
}

/// Class names being gathered: each usable, each once.
struct UniqueNames {
  private(set) var names: [String] = []
  private var seen: Set<String> = []

  mutating func add(_ name: String, at place: @autoclosure () -> Fault.Place) throws(Fault) {
    if let wanted = SceneFile.wantedClassName(insteadOf: name) {
      throw Fault(.mismatch(found: name.isEmpty ? "nothing" : Fault.quoted(name), wanted: wanted), at: place())
    }
    guard seen.insert(name).inserted else {
      throw Fault(.mismatch(found: "\(Fault.quoted(name)) twice", wanted: "each class once"), at: place())
    }
    guard names.count < SceneFile.maxObjects else {
      let limit = SceneFile.maxObjects
      throw Fault(.tooLarge(found: "more than \(limit) classes", limit: "\(limit)"), at: place())
    }
    names.append(name)
  }

  func whole(at place: Fault.Place) throws(Fault) -> [String] {
    guard !names.isEmpty else { throw Fault(.missing(wanted: "at least one class name"), at: place) }
    return names
  }
}

/// A text's lines, whatever ends them.
enum TextLines {
  static func read(_ bytes: [UInt8], format: String, source: String) throws(Fault) -> [String] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let body = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    var lines: [String] = []
    for line in body.split(omittingEmptySubsequences: false, whereSeparator: { $0 == UInt8(ascii: "\n") }) {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw Fault(
          .corrupt(format: format, reason: "the text is not UTF-8"), at: .init(source, line: lines.count + 1))
      }
      lines.append(text)
    }
    return lines
  }

  static func trimmed(_ line: String) -> String {
    String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
