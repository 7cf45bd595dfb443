import Boxes

/// Draws shapes into a square picture and keeps the boxes of what it drew.
///
/// Scenes are drawn in units of which a picture's side has 160, whatever its size in pixels.
struct Painter {
  static let units: Float = 160

  let side: Int
  let classes: [String]
  private(set) var objects: [SceneObject] = []
  private var pixels: [Ink]
  private let scale: Float
  /// What the object being drawn covers so far, in pixels; nil between objects.
  private var extent: Extent?

  /// Rows and columns covered by more than half, ends included.
  private struct Extent {
    var x1 = Int.max
    var y1 = Int.max
    var x2 = Int.min
    var y2 = Int.min

    mutating func add(_ x: Int, _ y: Int) {
      x1 = min(x1, x)
      y1 = min(y1, y)
      x2 = max(x2, x)
      y2 = max(y2, y)
    }
  }

  init(side: Int, classes: [String]) {
    self.side = side
    self.classes = classes
    pixels = [Ink](repeating: .zero, count: side * side)
    scale = Float(side) / Self.units
  }

  /// Covers the whole picture; the colour may depend on the place.
  mutating func backdrop(_ ink: (_ x: Float, _ y: Float) -> Ink) {
    for row in 0..<side {
      let y = (Float(row) + 0.5) / scale
      for column in 0..<side { pixels[row * side + column] = ink((Float(column) + 0.5) / scale, y) }
    }
  }

  /// Fills a shape with one colour.
  mutating func fill(_ shape: Shape, _ ink: Ink, opacity: Float = 1, softness: Float = 0) {
    fill(shape, opacity: opacity, softness: softness) { _, _ in ink }
  }

  /// Fills a shape; the colour may depend on the place. `softness` is how far its edge fades, in units.
  mutating func fill(
    _ shape: Shape, opacity: Float = 1, softness: Float = 0, _ ink: (_ x: Float, _ y: Float) -> Ink
  ) {
    let fade = max(1, softness * scale)
    let margin = softness + 1
    let columns = pixelRange(shape.bounds.x1 - margin, shape.bounds.x2 + margin)
    for row in pixelRange(shape.bounds.y1 - margin, shape.bounds.y2 + margin) {
      let y = (Float(row) + 0.5) / scale
      for column in columns {
        let x = (Float(column) + 0.5) / scale
        let coverage = min(max(0.5 - shape.distance(x, y) * scale / fade, 0), 1)
        guard coverage > 0 else { continue }
        let i = row * side + column
        pixels[i] = pixels[i].mixed(ink(x, y), coverage * opacity)
        if coverage > 0.5 { extent?.add(column, row) }
      }
    }
  }

  /// Draws one object: all that `body` fills counts toward its box, so the box is tight. An object of
  /// which nothing falls into the picture leaves none.
  mutating func object(_ name: String, ignored: Bool = false, _ body: (inout Painter) -> Void) {
    extent = Extent()
    body(&self)
    defer { extent = nil }
    guard let label = classes.firstIndex(of: name), let drawn = extent, drawn.x1 <= drawn.x2 else { return }
    let box = Box(Double(drawn.x1), Double(drawn.y1), Double(drawn.x2 + 1), Double(drawn.y2 + 1))
    objects.append(SceneObject(label: label, box: box, ignored: ignored))
  }

  /// What is lit or shaded beside the object that is being drawn, such as a glow: not part of its box.
  mutating func aside(_ body: (inout Painter) -> Void) {
    let kept = extent
    extent = nil
    body(&self)
    extent = kept
  }

  /// The finished picture: darker toward its corners, with a film's grain.
  func picture(seed: UInt32) -> Picture {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pixels.count * 3)
    for row in 0..<side {
      for column in 0..<side {
        let (u, v) = (Float(column * 2 - side) / Float(side), Float(row * 2 - side) / Float(side))
        let light = 1 - 0.09 * (u * u + v * v)
        let (x, y) = (Int32(column), Int32(row))
        let grain = (Noise.hash(x, y, seed) + Noise.hash(x, y, seed &+ 77) - 1) * 0.035
        let ink = pixels[row * side + column] * light + grain
        for channel in 0..<3 { bytes.append(UInt8((min(max(ink[channel], 0), 1) * 255).rounded())) }
      }
    }
    return Picture(width: side, height: side, bytes: bytes) ?? Picture(width: side, height: side)
  }

  private func pixelRange(_ from: Float, _ to: Float) -> Range<Int> {
    let last = Float(side)
    let low = Int(min(max((from * scale).rounded(.down), 0), last))
    let high = Int(min(max((to * scale).rounded(.up), 0), last))
    return low..<max(low, high)
  }
}
