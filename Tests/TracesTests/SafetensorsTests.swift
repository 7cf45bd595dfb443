import Foundation
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct SafetensorsTests {
  private let values = [
    Value("b.floats", shape: [2, 3], .float([1, -2.5, 0, .nan, .infinity, -0.0])),
    Value("a.doubles", shape: [2], .double([0.1, 1e300])),
    Value("c.ints", shape: [3], .int32([.min, 0, .max])),
    Value("d.bytes", shape: [2, 1], .int8([-128, 127])),
    Value("e.flags", shape: [1], .uint8([255])),
    Value("f.scalar", scalar: 7),
  ]

  /// A file of a header as it stands and so many bytes of data.
  private func file(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    return withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) } + text + data
  }

  private func tensor(_ type: String, _ shape: String, _ from: Int, _ to: Int) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(from),\#(to)]}"#
  }

  private func read(_ bytes: [UInt8]) throws -> Safetensors { try Safetensors(bytes, source: "model.st") }

  @Test("what is written reads back, doubles as 32-bit floats")
  func roundTrip() throws {
    let bytes = Safetensors.bytes(of: values, metadata: ["scene": "a \"b\"\n", "ü": "🦊"])
    let file = try read(bytes)
    #expect(Set(file.tensors.keys) == Set(values.map(\.name)))
    #expect(file.metadata == ["scene": "a \"b\"\n", "ü": "🦊"])
    for value in values {
      let entry = try #require(file.tensors[value.name])
      #expect(entry.shape == value.shape && entry.count == value.count)
      let wanted: [Double]
      if case .double(let numbers) = value.elements {
        wanted = numbers.map { Double(Float($0)) }
      } else {
        wanted = value.doubles
      }
      for (a, b) in zip(entry.doubles, wanted) { #expect(a == b || (a.isNaN && b.isNaN)) }
    }
    let types = ["a.doubles": "F32", "c.ints": "I32", "d.bytes": "I8", "e.flags": "U8"]
    for (name, type) in types { #expect(file.tensors[name]?.type.rawValue == type) }
  }

  @Test("the same values give the same bytes in any order, and the data begins at a multiple of eight")
  func canonical() {
    let bytes = Safetensors.bytes(of: values, metadata: [:])
    #expect(bytes == Safetensors.bytes(of: values.reversed(), metadata: [:]))
    #expect(bytes[0] % 8 == 0)
  }

  @Test("no tensors at all is a file")
  func nothing() throws {
    #expect(try read(Safetensors.bytes(of: [], metadata: [:])).tensors.isEmpty)
    #expect(try read(file("{}")).tensors.isEmpty)
  }

  @Test("every type of number")
  func types() throws {
    func doubles(_ type: String, _ count: Int, _ data: [UInt8]) throws -> [Double] {
      let bytes = file(#"{"x":\#(tensor(type, "[\(count)]", 0, data.count))}"#, data: data)
      return try #require(try read(bytes).tensors["x"]).doubles
    }
    // 1, −2, the largest, the least subnormal, −0, ∞ and NaN.
    let halves: [UInt16] = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x7e00, 0x0400]
    let found = try doubles("F16", 8, halves.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    #expect(Array(found[0..<6]) == [1, -2, 65504, 5.960464477539063e-8, 0, .infinity])
    #expect(found[4].sign == .minus && found[6].isNaN && found[7] == 6.103515625e-5)
    let longs = [UInt8](repeating: 255, count: 8) + [0, 1, 0, 0, 0, 0, 0, 0]
    #expect(try doubles("I64", 2, longs) == [-1, 256])
    let tenth = withUnsafeBytes(of: (0.1).bitPattern.littleEndian) { Array($0) }
    #expect(try doubles("F64", 1, tenth) == [0.1])
    #expect(try doubles("I16", 2, [0, 128, 1, 0]) == [-32768, 1])
    #expect(try doubles("BOOL", 3, [0, 1, 1]) == [0, 1, 1])
  }

  // MARK: Refusals

  @Test("a file cut short anywhere is refused")
  func truncated() {
    let bytes = Safetensors.bytes(of: values, metadata: ["a": "b"])
    for length in 0..<bytes.count {
      #expect(throws: Fault.self, "\(length) bytes") { try read(Array(bytes.prefix(length))) }
    }
    #expect(throws: Fault.self) { try read(bytes + [0]) }
  }

  @Test(
    "a header that lies about its length is refused",
    arguments: [3, 1 << 20, 1 << 40, UInt64.max, 1 << 63])
  func headerLength(length: UInt64) {
    #expect(throws: Fault.self) { try read(file("{}      ", length: length)) }
  }

  @Test("a header that is not what it should be is refused")
  func headers() {
    let data = [UInt8](repeating: 0, count: 16)
    let good = tensor("F32", "[4]", 0, 16)
    #expect(throws: Never.self) { try read(file(#"{"x":\#(good)}"#, data: data)) }
    let bad = [
      "", " ", "[]", "12", "null", #""x""#, "{", #"{"x""#, #"{"x":\#(good)"#, "{]", #"{"x":\#(good)} {}"#,
      #"{"x":\#(good),"x":\#(good)}"#, #"{"x":1}"#, #"{"x":[]}"#, #"{"x":{}}"#, #"{"x":null}"#,
      // Types.
      #"{"x":\#(tensor("F8_E4M3", "[8]", 0, 16))}"#, #"{"x":\#(tensor("f32", "[4]", 0, 16))}"#,
      #"{"x":\#(tensor("", "[4]", 0, 16))}"#,
      #"{"x":{"shape":[4],"data_offsets":[0,16]}}"#, #"{"x":{"dtype":4,"shape":[4],"data_offsets":[0,16]}}"#,
      // Shapes.
      #"{"x":{"dtype":"F32","data_offsets":[0,16]}}"#, #"{"x":\#(tensor("F32", "4", 0, 16))}"#,
      #"{"x":\#(tensor("F32", "[-4]", 0, 16))}"#, #"{"x":\#(tensor("F32", "[4.5]", 0, 16))}"#,
      #"{"x":\#(tensor("F32", #"["4"]"#, 0, 16))}"#, #"{"x":\#(tensor("F32", "[5]", 0, 16))}"#,
      #"{"x":\#(tensor("F32", "[]", 0, 16))}"#, #"{"x":\#(tensor("F32", "[1,1,1,1,1,1,1,1,4]", 0, 16))}"#,
      // Products that overflow, to 0 and to 16 among others.
      #"{"x":\#(tensor("F32", "[1073741824,1073741824,1073741824]", 0, 16))}"#,
      #"{"x":\#(tensor("F32", "[1073741824,1073741824,4]", 0, 0))}"#,
      #"{"x":\#(tensor("F32", "[9223372036854775807,4]", 0, 16))}"#,
      #"{"x":\#(tensor("F32", "[1e300]", 0, 16))}"#,
      // Offsets.
      #"{"x":{"dtype":"F32","shape":[4]}}"#, #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0]}}"#,
      #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16,32]}}"#,
      #"{"x":\#(tensor("F32", "[4]", 16, 0))}"#,
      #"{"x":\#(tensor("F32", "[4]", -16, 0))}"#, #"{"x":\#(tensor("F32", "[4]", 4, 20))}"#,
      #"{"x":\#(tensor("F32", "[3]", 0, 12))}"#, #"{"x":\#(tensor("F32", "[3]", 4, 16))}"#,
      // Overlap, and a gap.
      #"{"x":\#(good),"y":\#(good)}"#,
      #"{"x":\#(tensor("F32", "[3]", 0, 12)),"y":\#(tensor("F32", "[2]", 8, 16))}"#,
      #"{"x":\#(tensor("F32", "[1]", 0, 4)),"y":\#(tensor("F32", "[2]", 8, 16))}"#,
      // Metadata, and what no file has.
      #"{"x":\#(good),"__metadata__":[]}"#, #"{"x":\#(good),"__metadata__":{"a":[1]}}"#,
      #"{"x":\#(good.dropLast()),"more":1}}"#,
      #"{"x":\#(String(repeating: "[", count: 5000))"#,
      #"{"x":\#(String(repeating: "[", count: 5000))\#(String(repeating: "]", count: 5000))}"#,
    ]
    for header in bad {
      #expect(throws: Fault.self, "\(header.prefix(120))") { try read(file(header, data: data)) }
    }
  }

  @Test("tensors may be empty, of no axes, and in any order")
  func unusual() throws {
    let header =
      #"{"last":\#(tensor("F32", "[2]", 8, 16)),"none":\#(tensor("F32", "[0,1000000]", 8, 8)),"#
      + #""first":\#(tensor("F64", "[]", 0, 8))}  "#
    let read = try read(file(header, data: [UInt8](repeating: 0, count: 16)))
    #expect(read.tensors["none"]?.doubles == [])
    #expect(read.tensors["first"]?.doubles == [0])
    #expect(read.tensors["last"]?.doubles == [0, 0])
  }

  @Test("a fault says which file and tensor it is about")
  func words() throws {
    let header = #"{"cls_logits":\#(tensor("F32", "[5]", 0, 16))}"#
    let bytes = file(header, data: [UInt8](repeating: 0, count: 16))
    let fault = try #require(#expect(throws: Fault.self) { try read(bytes) })
    #expect(fault.place.source == "model.st" && fault.place.field?.hasPrefix("cls_logits") == true)
  }

  @Test("bytes changed at random give a fault or a value, never a trap")
  func flips() {
    let bytes = Safetensors.bytes(of: values, metadata: ["a": "b"])
    var draws = Draws(1)
    var refused = 0
    for _ in 0..<300 {
      var changed = bytes
      for _ in 0..<draws.int(1...4) {
        changed[draws.int(0...bytes.count - 1)] ^= UInt8(1 << draws.int(0...7))
      }
      do {
        let file = try read(changed)
        for (name, entry) in file.tensors {
          #expect(entry.doubles.count == entry.shape.reduce(1, *), "\(name)")
        }
      } catch {
        refused += 1
        #expect(error is Fault)
      }
    }
    #expect(refused > 30)
  }

  @Test("a file that is not there is a fault")
  func missing() {
    #expect(throws: Fault.self) { try Safetensors.read("/nowhere/model.safetensors") }
    #expect(throws: Fault.self) { try Safetensors.read("/") }
  }
}
