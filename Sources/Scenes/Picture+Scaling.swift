import Boxes

extension Picture {
  /// A picture of one quiet grey, for scenes that are only about boxes.
  public static func blank(width: Int, height: Int) -> Picture {
    Picture(width: width, height: height, red: 128, green: 128, blue: 128)
  }

  /// The picture made smaller: each new pixel is the mean of the area it covers, parts of pixels counted
  /// as parts, so the mean of the picture stays. Sides that would grow stay as they are.
  public func averaged(width newWidth: Int, height newHeight: Int) -> Picture {
    let newWidth = min(max(newWidth, 1), width)
    let newHeight = min(max(newHeight, 1), height)
    guard newWidth < width || newHeight < height else { return self }
    let columns = Coverage.spans(from: width, to: newWidth)
    let rows = Coverage.spans(from: height, to: newHeight)
    var row = AveragedRow(width: newWidth)
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight * 3)
    for span in rows {
      var sums = [Double](repeating: 0, count: newWidth * 3)
      for (offset, weight) in span.weights.enumerated() {
        row.load(span.start + offset, of: self, columns)
        for i in sums.indices { sums[i] += weight * row.values[i] }
      }
      // Halves go to the even number, up as often as down, or pictures of half the size would be lighter.
      // Sums of weights may miss 1 by a rounding: 255.0000001 must not trap.
      for sum in sums { result.append(UInt8(min(max(sum, 0), 255).rounded(.toNearestOrEven))) }
    }
    return Picture(width: newWidth, height: newHeight, bytes: result) ?? self
  }
}

/// Which old pixels one new pixel covers along one axis, and what part of it each makes up.
private struct Coverage {
  var start: Int
  /// Sum to 1.
  var weights: [Double]

  static func spans(from old: Int, to new: Int) -> [Coverage] {
    (0..<new).map { index in
      // In whole numbers: pixel i covers [i·old, (i+1)·old) where an old pixel is `new` long.
      let low = index * old
      let high = low + old
      let start = low / new
      let end = (high + new - 1) / new
      let weights = (start..<end).map { pixel in
        Double(min(high, (pixel + 1) * new) - max(low, pixel * new)) / Double(old)
      }
      return Coverage(start: start, weights: weights)
    }
  }
}

/// One row of the old picture, already averaged along x. Kept, as two new rows may share it.
private struct AveragedRow {
  private(set) var values: [Double]
  private var loaded: Int?

  init(width: Int) { values = [Double](repeating: 0, count: width * 3) }

  mutating func load(_ row: Int, of picture: Picture, _ columns: [Coverage]) {
    guard loaded != row else { return }
    loaded = row
    let bytes = picture.bytes
    for (x, span) in columns.enumerated() {
      var (red, green, blue) = (0.0, 0.0, 0.0)
      var i = (row * picture.width + span.start) * 3
      for weight in span.weights {
        red += weight * Double(bytes[i])
        green += weight * Double(bytes[i + 1])
        blue += weight * Double(bytes[i + 2])
        i += 3
      }
      values[x * 3] = red
      values[x * 3 + 1] = green
      values[x * 3 + 2] = blue
    }
  }
}

/// How large a picture of a given size is shown to a detector.
struct Fitting {
  let width: Int
  let height: Int
  /// Nil when the picture fits as it is.
  let scaling: Scaling?
  private let original: (width: Int, height: Int)

  /// The longer side becomes at most `maxSide`, the other follows, rounded to whole pixels.
  init(width: Int, height: Int, maxSide: Int) {
    original = (width, height)
    let longer = max(width, height)
    let limit = max(1, maxSide)
    guard longer > limit else {
      (self.width, self.height, scaling) = (width, height, nil)
      return
    }
    func scaled(_ side: Int) -> Int { max(1, (2 * side * limit + longer) / (2 * longer)) }
    self.width = scaled(width)
    self.height = scaled(height)
    scaling = Scaling(
      originalWidth: width, originalHeight: height, factor: Double(limit) / Double(longer))
  }

  func apply(to picture: Picture) -> Picture {
    scaling == nil ? picture : picture.averaged(width: width, height: height)
  }

  /// A box follows the pixels: each axis by its own factor, as sides were rounded to whole pixels.
  func apply(to box: Box) -> Box {
    guard scaling != nil else { return box }
    let x = Double(width) / Double(original.width)
    let y = Double(height) / Double(original.height)
    return Box(box.x1 * x, box.y1 * y, box.x2 * x, box.y2 * y)
      .clipped(width: Double(width), height: Double(height))
  }
}
