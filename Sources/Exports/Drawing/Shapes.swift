/// Blocks, shades and braille as rectangles.
enum BlockShape {
  /// What a glyph covers of its cell, and how much it hides there; nil for a glyph that is no block.
  static func rects(_ glyph: Unicode.Scalar, in cell: PixelRect) -> [(PixelRect, opacity: Double)]? {
    let (x, y, width, height) = (cell.x, cell.y, cell.width, cell.height)
    switch glyph.value {
    // Eighths from below: ▁ to █.
    case 0x2581...0x2588:
      let tall = (height * Int(glyph.value - 0x2580) + 4) / 8
      return [(PixelRect(x, y + height - tall, width, tall), 1)]
    // Eighths from the left, the widest first: ▉ to ▏.
    case 0x2589...0x258F:
      let wide = max(1, (width * Int(0x2590 - glyph.value) + 4) / 8)
      return [(PixelRect(x, y, wide, height), 1)]
    case 0x2590: return [(PixelRect(x + width / 2, y, width - width / 2, height), 1)]
    case 0x2591...0x2593: return [(cell, Double(glyph.value - 0x2590) / 4)]
    case 0x2800...0x28FF: return braille(glyph.value - 0x2800, in: cell)
    default: return nil
    }
  }

  /// Two columns of four dots; the bits go down the left three, down the right three, then the last row.
  private static func braille(_ bits: UInt32, in cell: PixelRect) -> [(PixelRect, opacity: Double)] {
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return places.indices.filter { bits >> UInt32($0) & 1 == 1 }.map { bit in
      let (column, row) = places[bit]
      let (across, down) = (cell.width / 2, cell.height / 4)
      return (PixelRect(cell.x + column * across + 1, cell.y + row * down + 1, 3, 3), 1)
    }
  }
}

/// Lines and corners of frames as rectangles that meet at the middle of the cell.
enum LineShape {
  /// How strong the arms from the middle are: 0 none, 1 light, 2 heavy.
  private struct Arms {
    var left = 0
    var right = 0
    var up = 0
    var down = 0
  }

  private static let arms: [Unicode.Scalar: Arms] = [
    "─": Arms(left: 1, right: 1), "━": Arms(left: 2, right: 2), "│": Arms(up: 1, down: 1), "┃": Arms(up: 2, down: 2),
    "┌": Arms(right: 1, down: 1), "┐": Arms(left: 1, down: 1), "└": Arms(right: 1, up: 1), "┘": Arms(left: 1, up: 1),
    "┏": Arms(right: 2, down: 2), "┓": Arms(left: 2, down: 2), "┗": Arms(right: 2, up: 2), "┛": Arms(left: 2, up: 2),
    "├": Arms(right: 1, up: 1, down: 1), "┤": Arms(left: 1, up: 1, down: 1), "┬": Arms(left: 1, right: 1, down: 1),
    "┴": Arms(left: 1, right: 1, up: 1), "┼": Arms(left: 1, right: 1, up: 1, down: 1),
  ]

  /// Dashes to a cell, whether they lie, and how heavy they are.
  private static let dashes: [Unicode.Scalar: (count: Int, lies: Bool, weight: Int)] = [
    "╌": (2, true, 1), "╍": (2, true, 2), "┄": (3, true, 1), "┅": (3, true, 2), "┈": (4, true, 1), "┉": (4, true, 2),
    "╎": (2, false, 1), "╏": (2, false, 2), "┆": (3, false, 1), "┇": (3, false, 2), "┊": (4, false, 1),
    "┋": (4, false, 2),
  ]

  /// What a glyph covers of its cell; nil for a glyph that is no line.
  static func rects(_ glyph: Unicode.Scalar, in cell: PixelRect) -> [PixelRect]? {
    if let dash = dashes[glyph] { return dashed(dash.count, dash.lies, dash.weight, cell) }
    guard let arms = arms[glyph] else { return nil }
    let (middleX, middleY) = (cell.x + cell.width / 2, cell.y + cell.height / 2)
    let end = (x: cell.x + cell.width, y: cell.y + cell.height)
    // The middle itself belongs to every arm.
    let reach = max(arms.left, arms.right, arms.up, arms.down) - 1
    func across(_ from: Int, _ to: Int, _ weight: Int) -> PixelRect {
      PixelRect(from, middleY - (weight - 1), to - from, 2 * weight - 1)
    }
    func down(_ from: Int, _ to: Int, _ weight: Int) -> PixelRect {
      PixelRect(middleX - (weight - 1), from, 2 * weight - 1, to - from)
    }
    var rects: [PixelRect] = []
    if arms.left > 0, arms.left == arms.right {
      rects.append(across(cell.x, end.x, arms.left))
    } else {
      if arms.left > 0 { rects.append(across(cell.x, middleX + 1 + reach, arms.left)) }
      if arms.right > 0 { rects.append(across(middleX - reach, end.x, arms.right)) }
    }
    if arms.up > 0, arms.up == arms.down {
      rects.append(down(cell.y, end.y, arms.up))
    } else {
      if arms.up > 0 { rects.append(down(cell.y, middleY + 1 + reach, arms.up)) }
      if arms.down > 0 { rects.append(down(middleY - reach, end.y, arms.down)) }
    }
    return rects
  }

  /// Each dash has its part of the cell, and leaves a third of it free.
  private static func dashed(_ count: Int, _ lies: Bool, _ weight: Int, _ cell: PixelRect) -> [PixelRect] {
    let length = lies ? cell.width : cell.height
    return (0..<count).map { index in
      let (start, end) = (length * index / count, length * (index + 1) / count)
      let long = max(1, (end - start) * 2 / 3)
      let thick = 2 * weight - 1
      return lies
        ? PixelRect(cell.x + start, cell.y + cell.height / 2 - weight + 1, long, thick)
        : PixelRect(cell.x + cell.width / 2 - weight + 1, cell.y + start, thick, long)
    }
  }
}
