import Foundation
import Scenes
import Testing

@Suite struct PictureFileTests {
  static func noise(_ width: Int, _ height: Int, seed: UInt64 = 1) throws -> Picture {
    var random = TestGenerator(state: seed)
    let bytes = (0..<(width * height * 3)).map { _ in UInt8.random(in: 0...255, using: &random) }
    return try #require(Picture(width: width, height: height, bytes: bytes))
  }

  static func words(_ bytes: [UInt8]) -> String? {
    do {
      _ = try PictureFile.decode(bytes, source: "p")
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [(1, 1), (7, 5), (1, 300), (160, 160), (333, 2)])
  func writesWhatItReads(_ width: Int, _ height: Int) throws {
    let picture = try Self.noise(width, height)
    let folder = try Folder()
    try PictureFile.write(picture, to: folder.file("noise.jpg"))
    #expect(try PictureFile.read(folder.file("noise.jpg")) == picture)
  }

  @Test func readsJPEG() throws {
    for name in ["tiny.jpg", "ink.jpg"] {
      let picture = try PictureFile.read(fixture(name))
      #expect((picture.width, picture.height) == (16, 12))
      let (top, bottom) = (picture[8, 0], picture[8, 11])
      #expect(top.red > 190 && top.green < 60 && top.blue < 60, "\(name) \(top)")
      #expect(bottom.blue > 120 && bottom.blue > bottom.red, "\(name) \(bottom)")
    }
  }

  @Test func readsEveryKindOfPNG() throws {
    let grey = try PictureFile.read(fixture("grey16.png"))
    #expect(grey[0, 0] == RGB(0, 0, 0) && grey[0, 5] == RGB(255, 255, 255))
    #expect(grey[3, 2] == RGB(102, 102, 102))
    let palette = try PictureFile.read(fixture("palette.png"))
    #expect(palette[0, 0] == RGB(255, 0, 0) && palette[15, 5] == RGB(0, 255, 0))
    #expect(
      try PictureFile.read(fixture("clear.png"))
        == Picture(width: 4, height: 4, red: 255, green: 255, blue: 255))
  }

  @Test func refusesOtherKinds() throws {
    #expect(Self.words([]) == "p: found an empty file, wanted a PNG or JPEG picture")
    #expect(Self.words(Array("GIF89a".utf8)) == "p: found a GIF picture, wanted a PNG or JPEG picture")
    #expect(
      Self.words(Array("hello".utf8)) == "p: found a file of another kind, wanted a PNG or JPEG picture")
  }

  @Test(arguments: ["tiny.jpg", "grey16.png", "palette.png"])
  func survivesEveryPrefix(_ name: String) throws {
    let bytes = try InputFile.read(fixture(name), limit: 1 << 20)
    for count in 0..<bytes.count { _ = Self.words(Array(bytes[..<count])) }
    #expect(Self.words(Array(bytes[..<(bytes.count / 2)]))?.hasPrefix("p: not valid ") == true)
    #expect(Self.words(bytes) == nil)
  }

  @Test(arguments: ["tiny.jpg", "ink.jpg", "grey16.png", "palette.png", "clear.png"])
  func survivesFlippedBytes(_ name: String) throws {
    let original = try InputFile.read(fixture(name), limit: 1 << 20)
    var random = TestGenerator(state: 3)
    for _ in 0..<500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      }
      _ = Self.words(bytes)
    }
  }

  @Test func refusesHugePicturesBeforeDecoding() throws {
    // A PNG's width stands in bytes 16 to 19, the sum over its head in 29 to 32.
    var png = try InputFile.read(fixture("clear.png"), limit: 1 << 20)
    png.replaceSubrange(16..<24, with: [0, 0, 0x4E, 0x20, 0, 0, 0x4E, 0x20])
    let sum = Self.checksum(png[12..<29])
    png.replaceSubrange(
      29..<33, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) })
    #expect(
      Self.words(png) == "p: too large: 20000×20000 pixels; the limit is 16384 a side and 100 million in all")

    var jpeg = try InputFile.read(fixture("tiny.jpg"), limit: 1 << 20)
    let frame = try #require(jpeg.indices.dropLast(9).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0x3A, 0x98, 0x3A, 0x98])
    #expect(Self.words(jpeg)?.hasPrefix("p: too large: 15000×15000 pixels") == true)
  }

  /// CRC-32 as PNG has it.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }

  @Test func cannotWriteIntoNothing() throws {
    let folder = try Folder()
    #expect(throws: Fault.self) {
      try PictureFile.write(Picture(width: 1, height: 1), to: folder.file("no/such/folder.png"))
    }
    #expect(throws: Fault.self) { try PictureFile.write(Picture(width: 1, height: 1), to: folder.path) }
  }

  @Test(arguments: [(320, 200, 160, 100), (100, 75, 33, 40), (97, 89, 96, 88), (50, 3, 7, 1), (9, 9, 1, 1)])
  func averagingKeepsTheMean(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) throws {
    let picture = try Self.noise(width, height, seed: 9)
    let small = picture.averaged(width: newWidth, height: newHeight)
    #expect((small.width, small.height) == (newWidth, newHeight))
    func mean(_ picture: Picture) -> Double {
      Double(picture.bytes.reduce(0) { $0 + Int($1) }) / Double(picture.bytes.count)
    }
    // What is left is the rounding of each byte.
    #expect(abs(mean(small) - mean(picture)) < 1.5 / Double(newWidth * newHeight).squareRoot())
    #expect(small == picture.averaged(width: newWidth, height: newHeight))
  }

  @Test func averagingIsExactOnHalves() throws {
    let picture = try #require(
      Picture(
        width: 4, height: 2,
        bytes: [0, 4, 8, 2, 4, 8, 10, 0, 0, 20, 0, 0, 4, 4, 8, 6, 4, 8, 30, 0, 0, 40, 0, 4]))
    #expect(picture.averaged(width: 2, height: 1).bytes == [3, 4, 8, 25, 0, 1])
    #expect(picture.averaged(width: 9, height: 9) == picture)
    let white = Picture(width: 331, height: 217, red: 255, green: 255, blue: 255)
    #expect(
      white.averaged(width: 97, height: 61) == Picture(width: 97, height: 61, red: 255, green: 255, blue: 255)
    )
  }
}
