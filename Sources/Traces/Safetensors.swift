import Scenes

/// Named tensors in one file, in the safetensors format: eight bytes of header length, a JSON header that
/// gives each tensor's type, shape and place, then the numbers.
public struct Safetensors: Sendable {
  public enum NumberType: String, Sendable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    var size: Int {
      switch self {
      case .f64, .i64: 8
      case .f32, .i32: 4
      case .f16, .bf16, .i16: 2
      case .i8, .u8, .bool: 1
      }
    }
  }

  public struct Entry: Sendable {
    public let type: NumberType
    public let shape: [Int]
    /// Little-endian, row-major.
    let bytes: ArraySlice<UInt8>

    public var count: Int { bytes.count / type.size }

    /// Every number as a double.
    public var doubles: [Double] {
      bytes.withUnsafeBytes { raw in
        (0..<raw.count / type.size).map { type.load(raw, at: $0 * type.size) }
      }
    }
  }

  public let tensors: [String: Entry]
  public let metadata: [String: String]

  /// Most bytes of a file.
  public static let maxBytes = 1 << 30
  private static let format = "safetensors"

  /// Reads a file.
  ///
  /// - Throws: a fault for a file that can't be read, or whose header is cut short, not JSON, or not true
  ///   of what follows it.
  public static func read(_ path: String) throws(Fault) -> Safetensors {
    try Safetensors(InputFile.read(path, limit: maxBytes), source: path)
  }

  /// From the bytes of a file; `source` is the name its faults carry.
  public init(_ bytes: [UInt8], source: String) throws(Fault) {
    func corrupt(_ reason: String) -> Fault {
      Fault(.corrupt(format: Self.format, reason: reason), at: .init(source))
    }
    guard bytes.count >= 8 else { throw corrupt("\(bytes.count) bytes are too few for a header") }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(bytes.count - 8) else {
      throw corrupt("the header says it has \(length) bytes, the file has \(bytes.count - 8) left")
    }
    guard length <= UInt64(YAMLDocument.maxBytes) else {
      throw Fault(
        .tooLarge(found: "a header of \(length) bytes", limit: "\(YAMLDocument.maxBytes) bytes"),
        at: .init(source))
    }
    let start = 8 + Int(length)
    guard bytes[8..<start].first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "{") else {
      throw corrupt("the header is not a JSON object")
    }
    let header = try YAMLDocument.parse(Array(bytes[8..<start]), source: source)
    var tensors: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    var spans: [Range<Int>] = []
    for entry in try header.entries(wanted: "a header that is a mapping of tensors") {
      if entry.key == "__metadata__" {
        metadata = try Self.metadata(entry.value)
      } else {
        let described = try Description(entry.value, dataCount: bytes.count - start)
        spans.append(described.span)
        tensors[entry.key] = Entry(
          type: described.type, shape: described.shape,
          bytes: bytes[start + described.span.lowerBound..<start + described.span.upperBound])
      }
    }
    guard Self.tile(spans, bytes.count - start) else {
      throw corrupt("the tensors overlap, or leave bytes that belong to none")
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func metadata(_ value: YAMLValue) throws(Fault) -> [String: String] {
    var result: [String: String] = [:]
    for entry in try value.entries(wanted: "a mapping of texts") {
      guard case .scalar(let text, _) = entry.value.content else {
        throw entry.value.mismatch(wanted: "a text")
      }
      result[entry.key] = text
    }
    return result
  }

  /// Whether the spans, in order, cover the data without gap or overlap.
  private static func tile(_ spans: [Range<Int>], _ count: Int) -> Bool {
    var end = 0
    for span in spans.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard span.lowerBound == end else { return false }
      end = span.upperBound
    }
    return end == count
  }
}

/// What the header says of one tensor, checked against itself and the size of the data.
private struct Description {
  let type: Safetensors.NumberType
  let shape: [Int]
  let span: Range<Int>

  init(_ value: YAMLValue, dataCount: Int) throws(Fault) {
    let fields = try value.fields(
      ["dtype", "shape", "data_offsets"], wanted: "a mapping of dtype, shape and data_offsets")
    guard let dtype = fields["dtype"] else { throw value.missing("dtype", wanted: "a type such as F32") }
    let name = try dtype.text(wanted: "a type such as F32")
    guard let type = Safetensors.NumberType(rawValue: name) else {
      let known = Safetensors.NumberType.allCases.map(\.rawValue)
      throw dtype.fault(.unknown(kind: "type", name: name, known: known))
    }
    guard let sides = fields["shape"] else { throw value.missing("shape", wanted: "a list of sides") }
    guard let offsets = fields["data_offsets"] else {
      throw value.missing("data_offsets", wanted: "where the tensor begins and ends")
    }
    let limit = 0...Safetensors.maxBytes
    var shape: [Int] = []
    for side in try sides.items(limit: 8, wanted: "a list of at most 8 sides") {
      shape.append(try side.integer(in: limit))
    }
    let ends = try offsets.items(limit: 2, wanted: "where the tensor begins and ends")
    guard ends.count == 2 else { throw offsets.mismatch(wanted: "where the tensor begins and ends") }
    let from = try ends[0].integer(in: 0...dataCount)
    let to = try ends[1].integer(in: 0...dataCount)
    let size = shape.reduce((type.size, false)) {
      let (product, overflow) = $0.0.multipliedReportingOverflow(by: $1)
      return (product, $0.1 || overflow)
    }
    guard from <= to, !size.1, size.0 == to - from else {
      throw offsets.fault(
        .mismatch(
          found: "bytes \(from) to \(to)",
          wanted: "as many bytes as \(name) of shape \(shape.map(String.init).joined(separator: ", ")) takes"))
    }
    self.type = type
    self.shape = shape
    span = from..<to
  }
}

extension Safetensors.NumberType {
  fileprivate func load(_ raw: UnsafeRawBufferPointer, at offset: Int) -> Double {
    func bits<T: FixedWidthInteger>(_: T.Type) -> T {
      T(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
    return switch self {
    case .f64: Double(bitPattern: bits(UInt64.self))
    case .f32: Double(Float(bitPattern: bits(UInt32.self)))
    case .f16: Self.half(bits(UInt16.self))
    case .bf16: Double(Float(bitPattern: UInt32(bits(UInt16.self)) << 16))
    case .i64: Double(bits(Int64.self))
    case .i32: Double(bits(Int32.self))
    case .i16: Double(bits(Int16.self))
    case .i8: Double(bits(Int8.self))
    case .u8, .bool: Double(bits(UInt8.self))
    }
  }

  /// A 16-bit float, by its parts: `Float16` does not exist on every platform.
  private static func half(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Double(bits & 0x3ff) / 1024
    if exponent == 0x1f { return fraction == 0 ? sign * .infinity : .nan }
    let scale = Double(sign: .plus, exponent: max(exponent, 1) - 15, significand: 1)
    return sign * scale * (exponent == 0 ? fraction : 1 + fraction)
  }
}

// MARK: Writing

extension Safetensors {
  /// The bytes of a file with these values, ordered by name; doubles become 32-bit floats.
  public static func bytes(of values: [Value], metadata: [String: String]) -> [UInt8] {
    let sorted = values.sorted { $0.name < $1.name }
    var data: [UInt8] = []
    var header = HeaderJSON(metadata: metadata)
    for value in sorted {
      let from = data.count
      let type = append(value, to: &data)
      header.add(value, type, from..<data.count)
    }
    var text = Array(header.text.utf8)
    // The data begins at a multiple of eight, as readers that map the file want it.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    return length + text + data
  }

  private static func append(_ value: Value, to data: inout [UInt8]) -> NumberType {
    switch value.elements {
    case .double(let a):
      append(a.map { Float($0).bitPattern.littleEndian }, to: &data)
      return .f32
    case .float(let a):
      append(a.map { $0.bitPattern.littleEndian }, to: &data)
      return .f32
    case .int32(let a):
      append(a.map(\.littleEndian), to: &data)
      return .i32
    case .int8(let a):
      append(a, to: &data)
      return .i8
    case .uint8(let a):
      append(a, to: &data)
      return .u8
    }
  }

  private static func append<T: FixedWidthInteger>(_ numbers: [T], to data: inout [UInt8]) {
    numbers.withUnsafeBytes { data.append(contentsOf: $0) }
  }
}

/// The header while it grows.
private struct HeaderJSON {
  private var entries: [String] = []

  init(metadata: [String: String]) {
    let pairs = metadata.sorted { $0.key < $1.key }
      .map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
    if !pairs.isEmpty { entries.append("\"__metadata__\":{\(pairs.joined(separator: ","))}") }
  }

  mutating func add(_ value: Value, _ type: Safetensors.NumberType, _ span: Range<Int>) {
    let shape = value.shape.map(String.init).joined(separator: ",")
    entries.append(
      "\(JSONText.quoted(value.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
        + "\"data_offsets\":[\(span.lowerBound),\(span.upperBound)]}")
  }

  var text: String { "{\(entries.joined(separator: ","))}" }
}
