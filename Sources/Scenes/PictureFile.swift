/// Pictures as files: PNG and JPEG in, PNG out. What a file is, is told by its first bytes, whatever its
/// name says.
public enum PictureFile {
  /// Longest side taken, in pixels.
  public static let maxSide = 16_384
  /// Most pixels taken; sizes are checked before anything is decoded.
  public static let maxPixels = 100_000_000
  /// Largest file taken, in bytes.
  public static let maxBytes = 256 << 20

  /// Formats known by their first bytes; only PNG and JPEG are read.
  enum Format: String, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"
    case gif = "GIF"
    case webp = "WebP"
    case bmp = "BMP"
    case tiff = "TIFF"
    case heif = "HEIF or AVIF"

    init?(of bytes: [UInt8]) {
      guard let format = Self.allCases.first(where: { $0.matches(bytes) }) else { return nil }
      self = format
    }

    private func matches(_ bytes: [UInt8]) -> Bool {
      switch self {
      case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
      case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF])
      case .gif: bytes.starts(with: Array("GIF8".utf8))
      case .webp:
        bytes.starts(with: Array("RIFF".utf8)) && bytes.dropFirst(8).starts(with: Array("WEBP".utf8))
      // "BM" alone may begin a text: the four bytes after the size are zero in a picture.
      case .bmp: bytes.starts(with: Array("BM".utf8)) && bytes.dropFirst(6).starts(with: [0, 0, 0, 0])
      case .tiff:
        bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) || bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A])
      case .heif: bytes.dropFirst(4).starts(with: Array("ftyp".utf8))
      }
    }
  }

  /// Reads a PNG or JPEG file. Transparent parts come out on white. A camera's note that the picture is
  /// to be turned (EXIF) is not followed: annotations are made on the pixels as they are stored.
  ///
  /// - Throws: a `Fault` whose source is `path`, for what can't be read, is neither format, is damaged or
  ///   cut short, or is larger than `maxSide` or `maxPixels`.
  public static func read(_ path: String) throws(Fault) -> Picture {
    try decode(InputFile.read(path, limit: maxBytes), source: path)
  }

  /// Decodes the bytes of a PNG or JPEG file; `source` is the name faults carry.
  public static func decode(_ bytes: [UInt8], source: String) throws(Fault) -> Picture {
    switch Format(of: bytes) {
    case .png: return try decodePNG(bytes, source: source)
    case .jpeg: return try decodeJPEG(bytes, source: source)
    case let other:
      let unknown = bytes.isEmpty ? "an empty file" : "a file of another kind"
      let found = other.map { "a \($0.rawValue) picture" } ?? unknown
      throw Fault(.mismatch(found: found, wanted: "a PNG or JPEG picture"), at: .init(source))
    }
  }

  /// Writes a picture as PNG.
  public static func write(_ picture: Picture, to path: String) throws(Fault) {
    try InputFile.write(encodePNG(picture, source: path), to: path)
  }

  /// Refuses a picture larger than boxstep takes, before there is any memory for it.
  static func check(width: Int, height: Int, format: String, source: String) throws(Fault) {
    guard width > 0, height > 0 else {
      throw Fault(.corrupt(format: format, reason: "it has no pixels"), at: .init(source))
    }
    guard width <= maxSide, height <= maxSide, width * height <= maxPixels else {
      throw Fault(
        .tooLarge(
          found: "\(width)×\(height) pixels",
          limit: "\(maxSide) a side and \(maxPixels / 1_000_000) million in all"), at: .init(source))
    }
  }

  static func corrupt(_ format: String, _ reason: String, _ source: String) -> Fault {
    Fault(.corrupt(format: format, reason: reason.isEmpty ? "damaged" : reason), at: .init(source))
  }
}
