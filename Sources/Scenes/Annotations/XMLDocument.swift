internal import CExpat

/// An element of an XML file that knows where it stands, so that whoever reads it can say what is wrong and where.
/// Attributes are left out: no format read here has any.
struct XMLElement: Sendable {
  var name: String
  /// The text directly inside, without white space at its ends.
  var text: String
  var children: [XMLElement]
  var place: Fault.Place

  func fault(_ problem: Fault.Problem) -> Fault { Fault(problem, at: place) }

  /// Something else was wanted than the text that stands here.
  func mismatch(wanted: String) -> Fault {
    let found = text.isEmpty ? (children.isEmpty ? "nothing" : "elements") : Fault.quoted(text)
    return fault(.mismatch(found: found, wanted: wanted))
  }

  /// The elements of a name directly inside, in file order: `object[0]`, `object[1]` …
  func all(_ name: String) -> [XMLElement] {
    children.filter { $0.name == name }.enumerated().map { index, child in
      child.inside(self, as: "\(name)[\(index)]")
    }
  }

  /// The one element of a name directly inside; nil when there is none.
  func one(_ name: String) throws(Fault) -> XMLElement? {
    let found = children.filter { $0.name == name }.map { $0.inside(self, as: name) }
    guard found.count < 2 else {
      throw found[1].fault(.mismatch(found: "<\(name)> twice", wanted: "it once"))
    }
    return found.first
  }

  /// The one element of a name directly inside, which must be there.
  func one(_ name: String, wanted: String) throws(Fault) -> XMLElement {
    if let child = try one(name) { return child }
    var place = place
    place.field = path(to: name)
    throw Fault(.missing(wanted: wanted), at: place)
  }

  func number() throws(Fault) -> Double {
    guard let number = Double(decimal: text) else { throw mismatch(wanted: "a number") }
    return number
  }

  private func inside(_ parent: XMLElement, as name: String) -> XMLElement {
    var child = self
    child.place.field = parent.path(to: name)
    return child
  }

  private func path(to name: String) -> String { place.field.map { "\($0).\(name)" } ?? name }
}

/// Reads small XML files with expat. What makes XML dangerous is refused where it begins: a DOCTYPE, and with it every
/// entity and every file that one could name.
enum XMLDocument {
  static let maxBytes = 4 << 20
  static let maxElements = 100_000
  static let maxDepth = 64

  /// The root element; `source` is the name its faults carry.
  static func parse(_ bytes: [UInt8], source: String) throws(Fault) -> XMLElement {
    guard bytes.count <= maxBytes else {
      throw Fault(.tooLarge(found: "\(bytes.count) bytes", limit: "\(maxBytes) bytes"), at: .init(source))
    }
    guard let parser = XML_ParserCreate(nil) else {
      throw Fault(.file(action: "read", reason: "out of memory"), at: .init(source))
    }
    defer { XML_ParserFree(parser) }
    var tree = XMLTree(source: source, parser: parser)
    // expat hands this pointer back to the handlers, all of which it calls before `XML_Parse` returns.
    let isRead = withUnsafeMutablePointer(to: &tree) { tree in
      XML_SetUserData(parser, tree)
      setHandlers(parser)
      return bytes.withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) {
          XML_Parse(parser, $0.baseAddress, Int32($0.count), 1) == XML_STATUS_OK
        }
      }
    }
    if let fault = tree.fault { throw fault }
    guard isRead, let root = tree.root else {
      let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unreadable"
      throw Fault(.corrupt(format: "XML", reason: reason), at: tree.here)
    }
    return root
  }

  private static func setHandlers(_ parser: XML_Parser) {
    XML_SetElementHandler(
      parser,
      { tree, name, _ in XMLTree.with(tree) { $0.begin(name.map { String(cString: $0) } ?? "") } },
      { tree, _ in XMLTree.with(tree) { $0.end() } })
    XML_SetCharacterDataHandler(parser) { tree, text, count in
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
      XMLTree.with(tree) { $0.add(bytes) }
    }
    XML_SetStartDoctypeDeclHandler(parser) { tree, _, _, _, _ in
      XMLTree.with(tree) { $0.stop(.mismatch(found: "a DOCTYPE", wanted: "elements and text alone")) }
    }
  }
}

/// Grows the tree of a file event by event, with its own stack: the depth of a file is not the depth of a call.
private struct XMLTree {
  let source: String
  let parser: XML_Parser
  private(set) var root: XMLElement?
  private(set) var fault: Fault?
  private var open: [(element: XMLElement, bytes: [UInt8])] = []
  private var elements = 0

  init(source: String, parser: XML_Parser) {
    self.source = source
    self.parser = parser
  }

  static func with(_ pointer: UnsafeMutableRawPointer?, _ body: (inout XMLTree) -> Void) {
    guard let tree = pointer?.assumingMemoryBound(to: XMLTree.self), tree.pointee.fault == nil else { return }
    body(&tree.pointee)
  }

  /// Where expat stands.
  var here: Fault.Place {
    Fault.Place(
      source, line: Int(clamping: XML_GetCurrentLineNumber(parser)),
      column: Int(clamping: XML_GetCurrentColumnNumber(parser)) + 1)
  }

  mutating func begin(_ name: String) {
    elements += 1
    guard elements <= XMLDocument.maxElements else {
      return stop(
        .tooLarge(found: "more than \(XMLDocument.maxElements) elements", limit: "\(XMLDocument.maxElements)"))
    }
    guard open.count < XMLDocument.maxDepth else {
      let limit = XMLDocument.maxDepth
      return stop(.tooLarge(found: "elements nested more than \(limit) deep", limit: "\(limit)"))
    }
    open.append((XMLElement(name: name, text: "", children: [], place: here), []))
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    if !open.isEmpty { open[open.count - 1].bytes += bytes }
  }

  mutating func end() {
    guard let closed = open.popLast() else { return }
    var element = closed.element
    // expat hands on UTF-8 that it has checked.
    element.text = TextLines.trimmed(String(decoding: closed.bytes, as: UTF8.self))
    if open.isEmpty { root = element } else { open[open.count - 1].element.children.append(element) }
  }

  mutating func stop(_ problem: Fault.Problem) {
    fault = Fault(problem, at: here)
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }
}
