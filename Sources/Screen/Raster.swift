import Boxes
import Scenes

/// How a picture lies in a rectangle of cells, each of which is two square pixels, one over the other.
struct PictureGeometry {
  let area: Rect
  /// Screen pixels per picture pixel.
  let scale: Double
  /// Of the picture as shown, in screen pixels; the height is even or ends in half a cell.
  let width: Int
  let height: Int
  /// The cell of the picture's top left corner.
  let column: Int
  let row: Int

  /// Nil when there is no room.
  init?(_ area: Rect, pictureWidth: Int, pictureHeight: Int) {
    guard !area.isEmpty, pictureWidth > 0, pictureHeight > 0 else { return nil }
    self.area = area
    let across = Double(area.columns) / Double(pictureWidth)
    let down = Double(area.rows * 2) / Double(pictureHeight)
    scale = min(across, down)
    width = Int((Double(pictureWidth) * scale).rounded(), in: 1...area.columns) ?? 1
    height = Int((Double(pictureHeight) * scale).rounded(), in: 1...area.rows * 2) ?? 1
    column = area.column + (area.columns - width) / 2
    row = area.row + (area.rows - (height + 1) / 2) / 2
  }

  /// The screen pixel of a place on the picture; a place outside it is outside the raster too.
  func pixel(_ x: Double, _ y: Double) -> (x: Int, y: Int)? {
    guard let px = Int(x * scale, in: -1_000_000...1_000_000),
      let py = Int(y * scale, in: -1_000_000...1_000_000)
    else { return nil }
    return (px, py)
  }

  /// The cell of a place on the picture; nil outside it.
  func cell(_ x: Double, _ y: Double) -> (column: Int, row: Int)? {
    guard let pixel = pixel(x, y), pixel.x >= 0, pixel.x < width, pixel.y >= 0, pixel.y < height else {
      return nil
    }
    return (column + pixel.x, row + pixel.y / 2)
  }

  /// A box in screen pixels, both ends included; nil for what is no box.
  func outline(_ box: Box) -> (left: Int, top: Int, right: Int, bottom: Int)? {
    guard box.isFinite, let first = pixel(box.x1, box.y1), let last = pixel(box.x2, box.y2) else {
      return nil
    }
    let right = max(first.x, box.x2 * scale == Double(last.x) ? last.x - 1 : last.x)
    let bottom = max(first.y, box.y2 * scale == Double(last.y) ? last.y - 1 : last.y)
    return (first.x, first.y, right, bottom)
  }
}

/// A picture at the size it is shown, with what is drawn over it.
struct Raster {
  let width: Int
  let height: Int
  private(set) var pixels: [RGB]

  /// The picture made smaller by averaging, or larger by repeating.
  init(_ picture: Picture, _ geometry: PictureGeometry) {
    width = geometry.width
    height = geometry.height
    pixels = []
    pixels.reserveCapacity(width * height)
    let rows = Raster.spans(height, picture.height)
    let columns = Raster.spans(width, picture.width)
    for rows in rows {
      for columns in columns { pixels.append(Raster.mean(picture, columns, rows)) }
    }
  }

  subscript(x: Int, y: Int) -> RGB? {
    x >= 0 && x < width && y >= 0 && y < height ? pixels[y * width + x] : nil
  }

  mutating func set(_ x: Int, _ y: Int, _ color: RGB, opacity: Double = 1) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let index = y * width + x
    pixels[index] = opacity >= 1 ? color : pixels[index].mixed(with: color, opacity)
  }

  private static func spans(_ shown: Int, _ source: Int) -> [Range<Int>] {
    (0..<shown).map { index in
      let start = min(index * source / shown, source - 1)
      return start..<max(start + 1, (index + 1) * source / shown)
    }
  }

  private static func mean(_ picture: Picture, _ columns: Range<Int>, _ rows: Range<Int>) -> RGB {
    var red = 0
    var green = 0
    var blue = 0
    for y in rows {
      for x in columns {
        let color = picture[x, y]
        red += Int(color.red)
        green += Int(color.green)
        blue += Int(color.blue)
      }
    }
    let count = max(1, rows.count * columns.count)
    return RGB(UInt8(red / count), UInt8(green / count), UInt8(blue / count))
  }
}

extension RGB {
  /// From 0, black, to 1, white.
  var brightness: Double {
    (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255
  }

  func mixed(with other: RGB, _ part: Double) -> RGB {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(min(max(Double(a) + (Double(b) - Double(a)) * part, 0), 255))
    }
    return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}
