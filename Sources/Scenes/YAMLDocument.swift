internal import CYaml

/// Reads YAML, and JSON as the YAML it nearly is, into values that know their line and column.
///
/// The tree is built from libyaml's events instead of Yams' nodes. Those are made by recursion, one call
/// a level, and hashed when keys are compared, so a hostile file could overflow the stack or grow without
/// end through aliases. Here depth and size are bounded while the file is read, and aliases are refused.
public enum YAMLDocument {
  /// Most bytes a file may have.
  public static let maxBytes = 4 << 20
  /// Most values, keys not counted, a file may have.
  public static let maxValues = 100_000
  /// Most lists and mappings inside one another.
  public static let maxDepth = 64

  /// The root value of a file.
  ///
  /// - Throws: a `Fault` for a file that can't be read, is too large or too deep, is not UTF-8, is not
  ///   valid YAML, or holds an alias, a tag, a key twice, or more than one document.
  public static func read(_ path: String) throws(Fault) -> YAMLValue {
    try parse(InputFile.read(path, limit: maxBytes), source: path)
  }

  /// The root value of a text; `source` is the name its faults carry.
  public static func parse(_ text: String, source: String) throws(Fault) -> YAMLValue {
    try parse(Array(text.utf8), source: source)
  }

  /// The root value of the bytes of a file; `source` is the name its faults carry.
  public static func parse(_ bytes: [UInt8], source: String) throws(Fault) -> YAMLValue {
    guard bytes.count <= maxBytes else {
      throw Fault(.tooLarge(found: "\(bytes.count) bytes", limit: "\(maxBytes) bytes"), at: .init(source))
    }
    let text = try YAMLText(bytes, source: source)
    var builder = YAMLTreeBuilder(source: source)
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw Fault(.file(action: "read", reason: "out of memory"), at: .init(source))
    }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    // libyaml keeps the pointer for as long as the parser lives, so all of the parsing happens inside.
    let outcome = text.bytes.withUnsafeBufferPointer { buffer -> Result<YAMLValue, Fault> in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      return build(&builder, &parser, text)
    }
    return try outcome.get()
  }

  private static func build(
    _ builder: inout YAMLTreeBuilder, _ parser: inout yaml_parser_t, _ text: YAMLText
  ) -> Result<YAMLValue, Fault> {
    do throws(Fault) {
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxFault(parser, text, builder.source) }
        defer { yaml_event_delete(&event) }
        if event.type == YAML_STREAM_END_EVENT { break }
        try builder.take(event, at: text.position(event.start_mark))
      }
      guard let root = builder.root else {
        throw Fault(.mismatch(found: "an empty file", wanted: "a mapping"), at: .init(builder.source))
      }
      return .success(root)
    } catch {
      return .failure(error)
    }
  }

  private static func syntaxFault(_ parser: yaml_parser_t, _ text: YAMLText, _ source: String) -> Fault {
    let (line, column) = text.position(parser.problem_mark)
    let place = Fault.Place(source, line: line, column: column)
    var reason = parser.problem.map { String(cString: $0) } ?? "unreadable"
    // libyaml looks ahead, and may meet its own, higher limit first.
    if reason.hasPrefix("Maximum nesting level") { return Fault(tooDeep, at: place) }
    if let context = parser.context.map({ String(cString: $0) }) {
      let (line, column) = text.position(parser.context_mark)
      reason += " \(context) that begins at \(line):\(column)"
    }
    return Fault(.corrupt(format: "YAML or JSON", reason: reason), at: place)
  }

  static var tooDeep: Fault.Problem {
    .tooLarge(found: "lists and mappings nested more than \(maxDepth) deep", limit: "\(maxDepth)")
  }
}

/// Grows the tree of a document event by event, with its own stack: the depth of a file is not the depth
/// of a call.
struct YAMLTreeBuilder {
  /// A list or mapping not yet closed.
  private struct Open {
    var place: Fault.Place
    var items: [YAMLValue] = []
    var entries: [YAMLValue.Entry] = []
    var keys: Set<String> = []
    /// The key whose value comes next.
    var key: (text: String, place: Fault.Place)?
    var isMapping: Bool
  }

  let source: String
  private(set) var root: YAMLValue?
  private var open: [Open] = []
  private var values = 0
  private var documents = 0

  init(source: String) { self.source = source }

  typealias Position = (line: Int, column: Int)

  mutating func take(_ event: yaml_event_t, at position: Position) throws(Fault) {
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      guard documents == 1 else {
        throw fault(.mismatch(found: "a second document", wanted: "one document a file"), position)
      }
    case YAML_ALIAS_EVENT:
      throw fault(.mismatch(found: "an alias (*)", wanted: "the value written out"), position)
    case YAML_SCALAR_EVENT: try takeScalar(event, position)
    case YAML_SEQUENCE_START_EVENT:
      try refuseTag(event.data.sequence_start.tag, position)
      try descend(isMapping: false, position)
    case YAML_MAPPING_START_EVENT:
      try refuseTag(event.data.mapping_start.tag, position)
      try descend(isMapping: true, position)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      guard let closed = open.popLast() else { return }
      add(YAMLValue(closed.isMapping ? .mapping(closed.entries) : .list(closed.items), at: closed.place))
    default: break
    }
  }

  private mutating func takeScalar(_ event: yaml_event_t, _ position: Position) throws(Fault) {
    let scalar = event.data.scalar
    try refuseTag(scalar.tag, position)
    let text = String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    if let last = open.last, last.isMapping, last.key == nil {
      return try takeKey(text, position)
    }
    let place = try nextPlace(position)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    let isNothing = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
    add(YAMLValue(isNothing ? .nothing : .scalar(text, quoted: !isPlain), at: place))
  }

  private mutating func takeKey(_ text: String, _ position: Position) throws(Fault) {
    guard let last = open.indices.last else { return }
    let field = YAMLValue.path(open[last].place.field, key: text)
    let place = Fault.Place(source, line: position.line, column: position.column, field: field)
    guard open[last].keys.insert(text).inserted else {
      throw Fault(.mismatch(found: "the key \(Fault.quoted(text)) twice", wanted: "each key once"), at: place)
    }
    open[last].key = (text, place)
  }

  private mutating func descend(isMapping: Bool, _ position: Position) throws(Fault) {
    guard open.count < YAMLDocument.maxDepth else {
      throw fault(YAMLDocument.tooDeep, position)
    }
    if let last = open.last, last.isMapping, last.key == nil {
      throw fault(.mismatch(found: "a list or mapping as a key", wanted: "a name"), position)
    }
    open.append(Open(place: try nextPlace(position), isMapping: isMapping))
  }

  /// Where the next value stands: its field comes from what it stands in.
  private mutating func nextPlace(_ position: Position) throws(Fault) -> Fault.Place {
    values += 1
    guard values <= YAMLDocument.maxValues else {
      let limit = "\(YAMLDocument.maxValues)"
      throw fault(.tooLarge(found: "more than \(limit) values", limit: limit), position)
    }
    var place = Fault.Place(source, line: position.line, column: position.column)
    if let last = open.last {
      place.field = last.key?.place.field ?? YAMLValue.path(last.place.field, index: last.items.count)
    }
    return place
  }

  private mutating func add(_ value: YAMLValue) {
    guard let last = open.indices.last else {
      root = value
      return
    }
    if let key = open[last].key {
      open[last].entries.append(.init(key: key.text, keyPlace: key.place, value: value))
      open[last].key = nil
    } else {
      open[last].items.append(value)
    }
  }

  private func refuseTag(_ tag: UnsafeMutablePointer<UInt8>?, _ position: Position) throws(Fault) {
    guard let tag else { return }
    let found = "the tag \(Fault.quoted(String(cString: tag)))"
    throw fault(.mismatch(found: found, wanted: "a plain value"), position)
  }

  private func fault(_ problem: Fault.Problem, _ position: Position) -> Fault {
    Fault(problem, at: .init(source, line: position.line, column: position.column))
  }
}
