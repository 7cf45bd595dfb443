internal import CTurboJPEG

extension PictureFile {
  /// Warnings count as damage: TurboJPEG fills the rest of a cut picture with grey, and a detector would
  /// learn it. Other decoders may differ by a step of colour here and there.
  static func decodeJPEG(_ bytes: [UInt8], source: String) throws(Fault) -> Picture {
    guard let decoder = tjInitDecompress() else {
      throw Fault(.file(action: "read", reason: "out of memory"), at: .init(source))
    }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let length = UInt(bytes.count)
    let opened = tjDecompressHeader3(decoder, bytes, length, &width, &height, &subsampling, &colors)
    guard opened == 0 else { throw corrupt("JPEG", message(decoder), source) }
    try check(width: Int(width), height: Int(height), format: "JPEG", source: source)

    // Pictures for print have four inks, which TurboJPEG does not turn into RGB itself.
    let isInk = colors == Int32(TJCS_CMYK.rawValue) || colors == Int32(TJCS_YCCK.rawValue)
    let format = Int32(bitPattern: UInt32(bitPattern: isInk ? TJPF_CMYK.rawValue : TJPF_RGB.rawValue))
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * (isInk ? 4 : 3))
    let decoded = tjDecompress2(
      decoder, bytes, length, &pixels, width, 0, height, format, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
    guard decoded == 0 else { throw corrupt("JPEG", message(decoder), source) }
    let colored = isInk ? withoutInk(pixels) : pixels
    guard let picture = Picture(width: Int(width), height: Int(height), bytes: colored) else {
      throw corrupt("JPEG", "it holds no pixels", source)
    }
    return picture
  }

  /// Red, green, blue from cyan, magenta, yellow, black, stored as how much light each lets through.
  private static func withoutInk(_ pixels: [UInt8]) -> [UInt8] {
    var colors: [UInt8] = []
    colors.reserveCapacity(pixels.count / 4 * 3)
    for start in stride(from: 0, to: pixels.count - 3, by: 4) {
      let black = Int(pixels[start + 3])
      for ink in 0..<3 { colors.append(UInt8(clamping: Int(pixels[start + ink]) * black / 255)) }
    }
    return colors
  }

  private static func message(_ decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? ""
  }
}
