/// Things that scenes are made of. Each is drawn into a box given by its middle and size, in units.
extension Painter {
  /// Light from the upper left on a ball: about .35 in its shadow, 1.15 where it is brightest.
  private static func ballLight(_ u: Float, _ v: Float) -> Float {
    let depth = max(1 - u * u - v * v, 0).squareRoot()
    let facing = max(-0.48 * u - 0.6 * v + 0.64 * depth, 0)
    let gloss = max(-0.4 * u - 0.5 * v + 0.77 * depth, 0)
    let gloss4 = gloss * gloss * gloss * gloss
    return 0.38 + 0.68 * facing + 0.16 * gloss4 * gloss4
  }

  /// A hot-air balloon with upright stripes, ropes and a basket; 0.72 times as wide as high.
  mutating func balloon(_ x: Float, _ y: Float, height: Float, _ first: Ink, _ second: Ink) {
    object("balloon") { painter in
      let radiusX = height * 0.36
      let radiusY = height * 0.38
      let top = y - height / 2
      let middle = top + radiusY
      let basketY = top + height * 0.9
      let rope = max(height * 0.014, 0.5)
      for direction: Float in [-1, 1] {
        painter.fill(
          .line(
            x + direction * radiusX * 0.62, middle + radiusY * 0.74, x + direction * height * 0.06,
            basketY, width: rope), Ink(0x3A2E28))
      }
      let skirt = Shape.polygon([
        (x - radiusX * 0.82, middle + radiusY * 0.55), (x + radiusX * 0.82, middle + radiusY * 0.55),
        (x + height * 0.09, top + height * 0.82), (x - height * 0.09, top + height * 0.82),
      ])
      painter.fill(Shape.ellipse(x, middle, radiusX, radiusY).and(skirt)) { px, py in
        let v = (py - middle) / radiusY
        let waist = max(1 - v * v * 0.8, 0.08).squareRoot()
        let u = (px - x) / radiusX
        // Stripes narrow toward the rim, as they run round a ball.
        let across = min(max(u / waist, -1), 1)
        let stripe = Noise.wave(across * (1.1 + 0.4 * across * across) * 1.6 + 0.25)
        let cloth = first.mixed(second, min(max((stripe - 0.5) * 7 + 0.5, 0), 1))
        return cloth * Self.ballLight(min(max(u, -1), 1), min(v, 0.9) * 0.8)
      }
      let half = height * 0.075
      painter.fill(.rectangle(x - half, basketY - half * 0.3, x + half, top + height, round: half * 0.3)) {
        px, py in
        Ink(0x8A5A33) * (0.75 + 0.5 * Noise.wave(py * 0.45) * Noise.wave(px * 0.5))
      }
    }
  }

  /// A sailing boat: planked hull, mast, large sail and jib.
  mutating func boat(_ x: Float, _ y: Float, size: Float, hull: Ink, sail: Ink, name: String = "boat") {
    object(name) { painter in
      let (top, bottom) = (y - size / 2, y + size / 2)
      let deck = bottom - size * 0.2
      painter.fill(.rectangle(x - size * 0.055, top, x - size * 0.02, deck), Ink(0x4A3424))
      painter.fill(
        .polygon([(x, top + size * 0.03), (x + size * 0.4, deck - size * 0.05), (x, deck - size * 0.05)])
      ) { px, py in Self.sailcloth(sail, (px - x) / size, (py - top) / size) }
      painter.fill(
        .polygon([
          (x - size * 0.07, top + size * 0.14), (x - size * 0.07, deck - size * 0.06),
          (x - size * 0.38, deck - size * 0.06),
        ])
      ) { px, py in Self.sailcloth(sail * 0.86, (px - x) / size, (py - top) / size) }
      let planks = Shape.polygon([
        (x - size * 0.5, deck), (x + size * 0.5, deck - size * 0.02), (x + size * 0.34, bottom),
        (x - size * 0.32, bottom),
      ])
      painter.fill(planks) { px, py in
        let part = (py - deck) / (bottom - deck)
        let plank = 0.92 + 0.16 * Noise.wave(part * 3) + 0.12 * Noise.smooth(px * 0.5, py * 2, seed: 5)
        let paint = part < 0.24 ? Ink(0xF1E6CF) : hull
        return paint * (1.05 - 0.45 * part) * plank * 0.92
      }
    }
  }

  private static func sailcloth(_ ink: Ink, _ u: Float, _ v: Float) -> Ink {
    let seam = abs(Noise.wave(v * 4.2 + u * 0.6) - 0.5) < 0.07 ? Float(0.9) : 1
    return ink * (1.06 - 0.5 * abs(u) + 0.08 * Noise.smooth(u * 14, v * 14, seed: 9)) * seam
  }

  /// A ball on the water with a coloured band, and a light on top when it is tall.
  mutating func buoy(
    _ x: Float, _ y: Float, width: Float, height: Float, _ ink: Ink, _ band: Ink = Ink(0xF4EFE2)
  ) {
    object("buoy") { painter in
      let radius = width / 2
      let middle = y + height / 2 - radius
      let top = y - height / 2
      if height > width * 1.15 {
        painter.fill(
          .polygon([
            (x - radius * 0.34, middle - radius * 0.7), (x + radius * 0.34, middle - radius * 0.7),
            (x + radius * 0.16, top + radius * 0.2), (x - radius * 0.16, top + radius * 0.2),
          ]), ink * 0.62)
        painter.fill(.circle(x, top + radius * 0.24, radius * 0.24), Ink(0xFFE9A8))
      }
      painter.fill(.circle(x, middle, radius)) { px, py in
        let (u, v) = ((px - x) / radius, (py - middle) / radius)
        let onBand = abs(v + 0.12 - 0.22 * u * u) < 0.24
        let rust = 0.9 + 0.2 * Noise.cloud(px * 0.3, py * 0.3, seed: 21)
        return (onBand ? band : ink) * Self.ballLight(u, v) * rust
      }
    }
  }

  /// A kite of four fields on a cross of wood, with bows on its tail. The tail belongs to it.
  mutating func kite(_ x: Float, _ y: Float, width: Float, height: Float, _ first: Ink, _ second: Ink) {
    object("kite") { painter in
      let (top, bottom) = (y - height / 2, y + height / 2)
      let cross = top + height * 0.27
      let end = top + height * 0.76
      let half = width / 2
      let tail = [
        (x, end), (x + width * 0.1, end + height * 0.09), (x - width * 0.04, bottom - height * 0.05),
      ]
      for (from, to) in zip(tail, tail.dropFirst()) {
        painter.fill(.line(from.0, from.1, to.0, to.1, width: max(height * 0.018, 0.6)), first * 0.7)
      }
      for (knot, ink) in zip(tail.dropFirst(), [second, first]) {
        let r = height * 0.05
        painter.fill(
          .polygon([
            (knot.0 - r, knot.1 - r * 0.7), (knot.0 - r, knot.1 + r * 0.7), (knot.0 + r, knot.1 - r * 0.7),
            (knot.0 + r, knot.1 + r * 0.7),
          ]), ink)
      }
      painter.fill(.polygon([(x, top), (x + half, cross), (x, end), (x - half, cross)])) { px, py in
        let light: Float = 1.08 - 0.4 * (py - top) / height - (px > x ? 0.14 : 0)
        let weave = 0.95 + 0.1 * Noise.smooth(px * 0.9, py * 0.9, seed: 31)
        return ((px > x) == (py > cross) ? first : second) * light * weave
      }
      painter.fill(.line(x, top + 1, x, end - 1, width: height * 0.02), Ink(0x4A3626), opacity: 0.8)
      painter.fill(
        .line(x - half + 1, cross, x + half - 1, cross, width: height * 0.02), Ink(0x4A3626), opacity: 0.8)
    }
  }

  /// A paper lantern with ribs, lit from inside.
  mutating func lantern(_ x: Float, _ y: Float, width: Float, height: Float, _ ink: Ink) {
    object("lantern") { painter in
      let radiusY = height * 0.43
      let cap = width * 0.2
      painter.fill(.ellipse(x, y, width / 2, radiusY)) { px, py in
        let (u, v) = ((px - x) / (width / 2), (py - y) / radiusY)
        let rib = 0.82 + 0.18 * Noise.wave(v * 3.4)
        let glow = max(1 - 0.75 * (u * u + v * v), 0)
        return (ink * (0.62 + 0.3 * glow)).mixed(Ink(0xFFE9B0), 0.62 * glow * glow) * rib
      }
      for (from, to) in [
        (y - height / 2, y - radiusY + height * 0.04), (y + radiusY - height * 0.04, y + height / 2),
      ] {
        painter.fill(.rectangle(x - cap, from, x + cap, to, round: 0.6), Ink(0x33231C))
      }
    }
  }
}
