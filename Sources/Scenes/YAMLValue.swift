/// A value of a YAML or JSON file that knows where it stands, so that whoever reads it can say what is
/// wrong and where. Scalars keep their text: what they mean is for the reader of the field to decide.
public struct YAMLValue: Sendable {
  public indirect enum Content: Sendable {
    /// Nothing, `~` or `null`.
    case nothing
    /// `quoted` tells the text "1" from the number 1.
    case scalar(String, quoted: Bool)
    case list([YAMLValue])
    case mapping([Entry])
  }

  /// One `key: value`, in file order; keys of a mapping differ from each other.
  public struct Entry: Sendable {
    public var key: String
    public var keyPlace: Fault.Place
    public var value: YAMLValue
  }

  public var content: Content
  public var place: Fault.Place

  public init(_ content: Content, at place: Fault.Place) {
    self.content = content
    self.place = place
  }

  /// A fault at this value.
  public func fault(_ problem: Fault.Problem) -> Fault { Fault(problem, at: place) }

  /// A fault at this value: something else was wanted.
  public func mismatch(wanted: String) -> Fault { fault(.mismatch(found: found, wanted: wanted)) }

  /// What stands here in words: `"abc"`, `3 numbers`, `a mapping`, `nothing`.
  public var found: String {
    switch content {
    case .nothing: "nothing"
    case .scalar(let text, quoted: true): "the text \(Fault.quoted(text))"
    case .scalar(let text, quoted: false): Fault.quoted(text)
    case .list(let items): Self.words(for: items)
    case .mapping(let entries): entries.isEmpty ? "an empty mapping" : "a mapping"
    }
  }

  private static func words(for items: [YAMLValue]) -> String {
    guard !items.isEmpty else { return "an empty list" }
    let numbers = items.allSatisfy { $0.finiteNumber != nil }
    let noun = numbers ? "number" : "value"
    return "\(items.count) \(noun)\(items.count == 1 ? "" : "s")"
  }
}

extension YAMLValue {
  /// Text, quoted or not. Nothing and empty text are refused.
  public func text(wanted: String) throws(Fault) -> String {
    guard case .scalar(let text, _) = content, !text.isEmpty else { throw mismatch(wanted: wanted) }
    return text
  }

  /// A finite number; text in quotes is none.
  public func number(wanted: String = "a number") throws(Fault) -> Double {
    guard let number = finiteNumber else { throw mismatch(wanted: wanted) }
    return number
  }

  /// A whole number within a range; `12.0` is one.
  public func integer(in range: ClosedRange<Int>, wanted: String? = nil) throws(Fault) -> Int {
    let wanted = wanted ?? "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let number = finiteNumber, let whole = Int(exactly: number), range.contains(whole) else {
      throw mismatch(wanted: wanted)
    }
    return whole
  }

  /// `true` or `false`, not in quotes.
  public func flag() throws(Fault) -> Bool {
    guard case .scalar(let text, quoted: false) = content else { throw mismatch(wanted: "true or false") }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: throw mismatch(wanted: "true or false")
    }
  }

  /// The values of a list of at most `limit`.
  public func items(limit: Int, wanted: String) throws(Fault) -> [YAMLValue] {
    guard case .list(let items) = content else { throw mismatch(wanted: wanted) }
    guard items.count <= limit else {
      throw fault(.tooLarge(found: "\(items.count) values", limit: "\(limit)"))
    }
    return items
  }

  /// The entries of a mapping, in file order.
  public func entries(wanted: String) throws(Fault) -> [Entry] {
    guard case .mapping(let entries) = content else { throw mismatch(wanted: wanted) }
    return entries
  }

  /// The values of a mapping by key. A key that is not `known` is a fault that lists those that are.
  public func fields(_ known: [String], wanted: String) throws(Fault) -> [String: YAMLValue] {
    var fields: [String: YAMLValue] = [:]
    for entry in try entries(wanted: wanted) {
      guard known.contains(entry.key) else {
        throw Fault(.unknown(kind: "key", name: entry.key, known: known), at: entry.keyPlace)
      }
      fields[entry.key] = entry.value
    }
    return fields
  }

  /// The place a field of this mapping would have, for saying that it is not there.
  public func missing(_ key: String, wanted: String) -> Fault {
    var place = place
    place.field = Self.path(place.field, key: key)
    return Fault(.missing(wanted: wanted), at: place)
  }

  static func path(_ parent: String?, key: String) -> String {
    guard let parent else { return key }
    return "\(parent).\(key)"
  }

  static func path(_ parent: String?, index: Int) -> String { "\(parent ?? "")[\(index)]" }

  private var finiteNumber: Double? {
    guard case .scalar(let text, quoted: false) = content else { return nil }
    return Double(decimal: text)
  }
}

extension Double {
  /// A finite number in decimal notation only: Swift would also take `0x1p3`, `inf` and `nan`.
  init?(decimal text: String) {
    let isDecimal = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal, let number = Double(text), number.isFinite else { return nil }
    self = number
  }
}
