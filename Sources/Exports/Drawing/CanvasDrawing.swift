internal import CCairo
import Scenes
import Screen

/// The cells of a canvas: grounds, the picture's half blocks, lines and blocks, and letters, in this order. All but
/// letters end on whole pixels, so that neighbours meet without a seam.
struct CanvasDrawing {
  /// Pixels of a cell. Even, so that half blocks are whole.
  static let cell = (width: 10, height: 20)

  private let canvas: Canvas
  private let isDark: Bool

  init(_ state: State) {
    canvas = state.canvas(state.size)
    isDark = state.appearance.background == .dark
  }

  var width: Int { canvas.size.columns * Self.cell.width }
  var height: Int { canvas.size.rows * Self.cell.height }

  private var paper: RGB { isDark ? RGB(0x14, 0x17, 0x1A) : RGB(0xFF, 0xFF, 0xFF) }
  private var ink: RGB { isDark ? RGB(0xDA, 0xDA, 0xDA) : RGB(0x1C, 0x1C, 0x1C) }

  func draw(_ context: OpaquePointer?) {
    Fill([PixelRect(0, 0, width, height)], paper).draw(context)
    var grounds = Fills()
    var shapes = Fills()
    var letters: [Letter] = []
    var halves: [PixelRect: RGB] = [:]
    for row in 0..<canvas.size.rows {
      for column in 0..<canvas.size.columns {
        let cell = canvas[column, row]
        let colors = colors(of: cell.style)
        let place = PixelRect(
          column * Self.cell.width, row * Self.cell.height, Self.cell.width, Self.cell.height)
        if cell.glyph == "▀" || cell.glyph == "▄" {
          let (top, bottom) = cell.glyph == "▀" ? (colors.front, colors.ground) : (colors.ground, colors.front)
          halves[place.upperHalf] = top
          halves[place.lowerHalf] = bottom
          continue
        }
        if colors.ground != paper { grounds.add(place, colors.ground) }
        if cell.style.underline, cell.glyph != Cell.continuation {
          shapes.add(PixelRect(place.x, place.y + 17, place.width, 1), colors.front)
        }
        if let blocks = BlockShape.rects(cell.glyph, in: place) {
          for (rect, opacity) in blocks { shapes.add(rect, colors.front.over(colors.ground, opacity)) }
        } else if let lines = LineShape.rects(cell.glyph, in: place) {
          for rect in lines { shapes.add(rect, colors.front) }
        } else if cell.glyph != " ", cell.glyph != Cell.continuation {
          letters.append(Letter(cell.glyph, place, colors.front, isBold: cell.style.bold))
        }
      }
    }
    let picture = HalfBlocks(halves, grounds: grounds)
    for fill in grounds.all { fill.draw(context) }
    picture?.draw(context)
    for fill in shapes.all { fill.draw(context) }
    Lettering(letters).draw(context)
  }

  private func colors(of style: Style) -> (front: RGB, ground: RGB) {
    func color(_ ink: Ink, _ standard: RGB) -> RGB { if case .rgb(let color) = ink { color } else { standard } }
    var (front, ground) = (color(style.foreground, ink), color(style.background, paper))
    if style.reverse { (front, ground) = (ground, front) }
    if style.dim { front = front.over(ground, 0.55) }
    return (front, ground)
  }
}

extension RGB {
  /// The colour that is seen where this one covers another in part.
  func over(_ other: RGB, _ opacity: Double) -> RGB {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(clamping: Int((Double(a) * opacity + Double(b) * (1 - opacity)).rounded()))
    }
    return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }

  func set(_ context: OpaquePointer?) {
    cairo_set_source_rgb(context, Double(red) / 255, Double(green) / 255, Double(blue) / 255)
  }
}

/// A rectangle of whole pixels.
struct PixelRect: Hashable {
  let x: Int
  let y: Int
  let width: Int
  let height: Int

  init(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var upperHalf: PixelRect { PixelRect(x, y, width, height / 2) }
  var lowerHalf: PixelRect { PixelRect(x, y + height / 2, width, height - height / 2) }
}

/// Rectangles of one colour.
private struct Fill {
  let rects: [PixelRect]
  let color: RGB

  init(_ rects: [PixelRect], _ color: RGB) {
    self.rects = rects
    self.color = color
  }

  func draw(_ context: OpaquePointer?) {
    color.set(context)
    for rect in rects {
      cairo_rectangle(context, Double(rect.x), Double(rect.y), Double(rect.width), Double(rect.height))
    }
    cairo_fill(context)
  }
}

/// Rectangles by their colours, neighbours in a row as one.
private struct Fills {
  private var order: [RGB] = []
  private var rects: [RGB: [PixelRect]] = [:]

  var all: [Fill] { order.map { Fill(rects[$0] ?? [], $0) } }

  /// Every rectangle with its colour.
  var pairs: [(PixelRect, RGB)] { order.flatMap { color in (rects[color] ?? []).map { ($0, color) } } }

  mutating func add(_ rect: PixelRect, _ color: RGB) {
    if rects[color] == nil { order.append(color) }
    var list = rects[color] ?? []
    if let last = list.last, last.y == rect.y, last.height == rect.height, last.x + last.width == rect.x {
      list[list.count - 1] = PixelRect(last.x, last.y, last.width + rect.width, last.height)
    } else {
      list.append(rect)
    }
    rects[color] = list
  }
}

/// The picture in half blocks, as a picture: thousands of rectangles would say no more.
private struct HalfBlocks {
  private var colors: [PixelRect: RGB]
  private let bounds: PixelRect

  /// - Parameter grounds: those between half blocks are pixels too, so that they meet at any size.
  init?(_ colors: [PixelRect: RGB], grounds: Fills) {
    guard let left = colors.keys.map(\.x).min(), let top = colors.keys.map(\.y).min(),
      let right = colors.keys.map({ $0.x + $0.width }).max(), let bottom = colors.keys.map({ $0.y + $0.height }).max()
    else { return nil }
    self.colors = colors
    bounds = PixelRect(left, top, right - left, bottom - top)
    for (rect, color) in grounds.pairs where rect.x >= left && rect.y >= top && rect.y + rect.height <= bottom {
      guard rect.x + rect.width <= right else { continue }
      self.colors[rect] = color
    }
  }

  func draw(_ context: OpaquePointer?) {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(bounds.width), Int32(bounds.height))
    defer { cairo_surface_destroy(surface) }
    guard let data = cairo_image_surface_get_data(surface) else { return }
    let stride = Int(cairo_image_surface_get_stride(surface))
    for (rect, color) in colors {
      let pixel = 0xFF00_0000 | UInt32(color.red) << 16 | UInt32(color.green) << 8 | UInt32(color.blue)
      for y in rect.y - bounds.y..<rect.y - bounds.y + rect.height {
        (data + y * stride + (rect.x - bounds.x) * 4).withMemoryRebound(to: UInt32.self, capacity: rect.width) {
          $0.update(repeating: pixel, count: rect.width)
        }
      }
    }
    cairo_surface_mark_dirty(surface)
    cairo_set_source_surface(context, surface, Double(bounds.x), Double(bounds.y))
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_rectangle(context, Double(bounds.x), Double(bounds.y), Double(bounds.width), Double(bounds.height))
    cairo_fill(context)
  }
}
