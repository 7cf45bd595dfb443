internal import CCairo
import Scenes
import Screen

/// A canvas as a picture: one drawing, on a surface of pixels or of vectors.
enum CanvasPicture {
  static func png(_ state: State) throws(Fault) -> [UInt8] {
    let drawing = CanvasDrawing(state)
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(drawing.width), Int32(drawing.height))
    defer { cairo_surface_destroy(surface) }
    try draw(drawing, on: surface)
    guard let data = cairo_image_surface_get_data(surface) else { throw fault("no memory for the picture") }
    let stride = Int(cairo_image_surface_get_stride(surface))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(drawing.width * drawing.height * 3)
    for row in 0..<drawing.height {
      for column in 0..<drawing.width {
        let pixel = (data + row * stride + column * 4).withMemoryRebound(to: UInt32.self, capacity: 1) { $0.pointee }
        bytes += [UInt8(pixel >> 16 & 255), UInt8(pixel >> 8 & 255), UInt8(pixel & 255)]
      }
    }
    guard let picture = Picture(width: drawing.width, height: drawing.height, bytes: bytes) else {
      throw fault("the screen has no cells")
    }
    return try PictureFile.encodePNG(picture, source: "the picture")
  }

  /// - Parameter title: what one who can't see the picture is told of it.
  static func svg(_ state: State, title: String) throws(Fault) -> [UInt8] {
    let drawing = CanvasDrawing(state)
    let sink = Sink()
    // cairo hands this pointer back to the function, for the last time when the surface is finished.
    let pointer = Unmanaged.passUnretained(sink).toOpaque()
    let surface = cairo_svg_surface_create_for_stream(
      { pointer, bytes, count in
        guard let pointer, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<Sink>.fromOpaque(pointer).takeUnretainedValue()
        sink.bytes += UnsafeBufferPointer(start: bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
      }, pointer, Double(drawing.width), Double(drawing.height))
    defer { cairo_surface_destroy(surface) }
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
    do throws(Fault) {
      try draw(drawing, on: surface)
    } catch {
      cairo_surface_finish(surface)
      throw error
    }
    cairo_surface_finish(surface)
    try check(cairo_surface_status(surface))
    return Array(titled(String(decoding: sink.bytes, as: UTF8.self), title).utf8)
  }

  private final class Sink {
    var bytes: [UInt8] = []
  }

  private static func titled(_ text: String, _ title: String) -> String {
    guard let start = text.range(of: "<svg "), let end = text[start.upperBound...].firstIndex(of: ">") else {
      return text
    }
    let words = Markup.element("title", [:], title).source
    return text[..<start.upperBound] + "role=\"img\" " + text[start.upperBound...end] + "\n" + words
      + text[text.index(after: end)...]
  }

  private static func draw(_ drawing: CanvasDrawing, on surface: OpaquePointer?) throws(Fault) {
    try check(cairo_surface_status(surface))
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    drawing.draw(context)
    try check(cairo_status(context))
    cairo_surface_flush(surface)
  }

  private static func check(_ status: cairo_status_t) throws(Fault) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    throw fault(cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown error")
  }

  private static func fault(_ reason: String) -> Fault {
    Fault(.file(action: "draw", reason: reason), at: Fault.Place("the picture"))
  }
}
