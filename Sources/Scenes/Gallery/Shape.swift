/// An outline, as the distance of any place to it: below 0 inside, above 0 outside, in scene units.
///
/// Distances make smooth edges, shading and outlines cheap, and combine by least and greatest.
struct Shape {
  /// What the shape covers at most, so that only those pixels are asked.
  var bounds: (x1: Float, y1: Float, x2: Float, y2: Float)
  var distance: (_ x: Float, _ y: Float) -> Float

  static func ellipse(_ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float) -> Shape {
    Shape(bounds: (x - radiusX, y - radiusY, x + radiusX, y + radiusY)) { px, py in
      let (u, v) = ((px - x) / radiusX, (py - y) / radiusY)
      let length = (u * u + v * v).squareRoot()
      let (gu, gv) = (u / radiusX, v / radiusY)
      let slope = (gu * gu + gv * gv).squareRoot()
      // First-order distance; at the very centre its slope is 0.
      return slope > 1e-6 ? length * (length - 1) / slope : -min(radiusX, radiusY)
    }
  }

  static func circle(_ x: Float, _ y: Float, _ radius: Float) -> Shape {
    Shape(bounds: (x - radius, y - radius, x + radius, y + radius)) { px, py in
      ((px - x) * (px - x) + (py - y) * (py - y)).squareRoot() - radius
    }
  }

  /// A rectangle by its corners, with rounded ones if wanted.
  static func rectangle(_ x1: Float, _ y1: Float, _ x2: Float, _ y2: Float, round: Float = 0) -> Shape {
    let (x, y) = ((x1 + x2) / 2, (y1 + y2) / 2)
    let (halfX, halfY) = ((x2 - x1) / 2 - round, (y2 - y1) / 2 - round)
    return Shape(bounds: (x1, y1, x2, y2)) { px, py in
      let (dx, dy) = (abs(px - x) - halfX, abs(py - y) - halfY)
      let (outX, outY) = (max(dx, 0), max(dy, 0))
      return (outX * outX + outY * outY).squareRoot() + min(max(dx, dy), 0) - round
    }
  }

  /// A line with round ends.
  static func line(_ x1: Float, _ y1: Float, _ x2: Float, _ y2: Float, width: Float) -> Shape {
    let half = width / 2
    let (dx, dy) = (x2 - x1, y2 - y1)
    let lengthSquared = max(dx * dx + dy * dy, 1e-6)
    let bounds = (min(x1, x2) - half, min(y1, y2) - half, max(x1, x2) + half, max(y1, y2) + half)
    return Shape(bounds: bounds) { px, py in
      let along = min(max(((px - x1) * dx + (py - y1) * dy) / lengthSquared, 0), 1)
      let (ex, ey) = (px - x1 - along * dx, py - y1 - along * dy)
      return (ex * ex + ey * ey).squareRoot() - half
    }
  }

  /// A polygon of straight sides in either direction.
  static func polygon(_ corners: [(x: Float, y: Float)]) -> Shape {
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    let bounds = (xs.min() ?? 0, ys.min() ?? 0, xs.max() ?? 0, ys.max() ?? 0)
    return Shape(bounds: bounds) { px, py in
      var nearest = Float.greatestFiniteMagnitude
      var inside = false
      var from = corners.count - 1
      for to in corners.indices {
        let (a, b) = (corners[from], corners[to])
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let along = min(max(((px - a.x) * dx + (py - a.y) * dy) / max(dx * dx + dy * dy, 1e-6), 0), 1)
        let (ex, ey) = (px - a.x - along * dx, py - a.y - along * dy)
        nearest = min(nearest, ex * ex + ey * ey)
        if (a.y > py) != (b.y > py), px < a.x + (py - a.y) * dx / dy { inside.toggle() }
        from = to
      }
      return inside ? -nearest.squareRoot() : nearest.squareRoot()
    }
  }

  /// A circle of which another one has taken a bite.
  static func crescent(
    _ x: Float, _ y: Float, _ radius: Float, bite: (x: Float, y: Float, radius: Float)
  ) -> Shape {
    circle(x, y, radius).without(circle(bite.x, bite.y, bite.radius))
  }

  func without(_ other: Shape) -> Shape {
    Shape(bounds: bounds) { [distance] x, y in max(distance(x, y), -other.distance(x, y)) }
  }

  func and(_ other: Shape) -> Shape {
    let all = (
      min(bounds.x1, other.bounds.x1), min(bounds.y1, other.bounds.y1),
      max(bounds.x2, other.bounds.x2), max(bounds.y2, other.bounds.y2)
    )
    return Shape(bounds: all) { [distance] x, y in min(distance(x, y), other.distance(x, y)) }
  }

  func cut(to other: Shape) -> Shape {
    let part = (
      max(bounds.x1, other.bounds.x1), max(bounds.y1, other.bounds.y1),
      min(bounds.x2, other.bounds.x2), min(bounds.y2, other.bounds.y2)
    )
    return Shape(bounds: part) { [distance] x, y in max(distance(x, y), other.distance(x, y)) }
  }

  /// A band along the outline, inside of it.
  func rim(_ width: Float) -> Shape {
    Shape(bounds: bounds) { [distance] x, y in
      let d = distance(x, y)
      return max(d, -d - width)
    }
  }
}
