internal import CPng

extension PictureFile {
  /// Grey, palette, 16-bit and transparent pictures are turned into RGB of 8 bits by libpng.
  static func decodePNG(_ bytes: [UInt8], source: String) throws(Fault) -> Picture {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // libpng keeps the pointer from the first call to the last.
    let outcome = bytes.withUnsafeBytes { raw -> Result<Picture, Fault> in
      do throws(Fault) {
        guard png_image_begin_read_from_memory(&image, raw.baseAddress, raw.count) != 0 else {
          throw corrupt("PNG", message(image), source)
        }
        return .success(try finishPNG(&image, source: source))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private static func finishPNG(_ image: inout png_image, source: String) throws(Fault) -> Picture {
    let width = Int(image.width)
    let height = Int(image.height)
    try check(width: width, height: height, format: "PNG", source: source)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    // Without a gamma of their own 16-bit pictures would be taken as linear, which next to none are.
    image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
    var background = png_color(red: 255, green: 255, blue: 255)
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    let read = png_image_finish_read(&image, &background, &pixels, png_int_32(width * 3), nil)
    guard read != 0, let picture = Picture(width: width, height: height, bytes: pixels) else {
      throw corrupt("PNG", message(image), source)
    }
    return picture
  }

  /// The bytes of an 8-bit RGB PNG file.
  package static func encodePNG(_ picture: Picture, source: String) throws(Fault) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(picture.width)
    image.height = png_uint_32(picture.height)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    let stride = png_int_32(picture.width * 3)
    // Room for pixels that no compression helps: deflate's stored blocks, row filters and chunks.
    let raw = picture.height * (picture.width * 3 + 1)
    var size = png_alloc_size_t(raw + raw / 100 + 4096)
    var output = [UInt8](repeating: 0, count: Int(size))
    guard png_image_write_to_memory(&image, &output, &size, 0, picture.bytes, stride, nil) != 0 else {
      throw Fault(.file(action: "write", reason: message(image)), at: .init(source))
    }
    output.removeSubrange(Int(size)...)
    return output
  }

  private static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
