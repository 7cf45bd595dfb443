import CExpat

/// A document as a tree, read by a parser that takes nothing that is not well formed.
final class XMLTree {
  let name: String
  let attributes: [String: String]
  private(set) var children: [XMLTree] = []
  /// Its own text and that of all within it.
  private(set) var text = ""

  struct NotWellFormed: Error, CustomStringConvertible {
    let description: String
  }

  init(name: String, attributes: [String: String]) {
    self.name = name
    self.attributes = attributes
  }

  static func parse(_ bytes: [UInt8]) throws -> XMLTree {
    let builder = Builder()
    guard let parser = XML_ParserCreate("UTF-8") else { throw NotWellFormed(description: "no parser") }
    defer { XML_ParserFree(parser) }
    XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
    XML_SetElementHandler(
      parser,
      { pointer, name, attributes in
        guard let pointer, let name else { return }
        var read: [String: String] = [:]
        var index = 0
        while let key = attributes?[index], let value = attributes?[index + 1] {
          read[String(cString: key)] = String(cString: value)
          index += 2
        }
        Builder.at(pointer).open(XMLTree(name: String(cString: name), attributes: read))
      },
      { pointer, _ in
        if let pointer { Builder.at(pointer).close() }
      })
    XML_SetCharacterDataHandler(parser) { pointer, bytes, count in
      guard let pointer, let bytes else { return }
      let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
      Builder.at(pointer).add(String(decoding: buffer, as: UTF8.self))
    }
    let status = bytes.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count), 1)
    }
    guard status == XML_STATUS_OK, let root = builder.root else {
      let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "?"
      throw NotWellFormed(description: "line \(XML_GetCurrentLineNumber(parser)): \(words)")
    }
    return root
  }

  private final class Builder {
    var root: XMLTree?
    private var path: [XMLTree] = []

    static func at(_ pointer: UnsafeMutableRawPointer) -> Builder {
      Unmanaged<Builder>.fromOpaque(pointer).takeUnretainedValue()
    }

    func open(_ element: XMLTree) {
      path.last?.children.append(element)
      if root == nil { root = element }
      path.append(element)
    }

    func close() { path.removeLast() }

    func add(_ text: String) { for element in path { element.text += text } }
  }

  // MARK: Finding

  var all: [XMLTree] { [self] + children.flatMap(\.all) }

  func all(_ name: String) -> [XMLTree] { all.filter { $0.name == name } }

  func all(ofClass name: String) -> [XMLTree] {
    all.filter { $0.attributes["class"]?.split(separator: " ").contains(Substring(name)) ?? false }
  }
}
