/// What stands behind the objects.
extension Painter {
  /// A sky from `high` down to `low` at the horizon, with clouds and the glow of a sun; below it the sea.
  struct Sea {
    var high: Ink
    var low: Ink
    var cloud: Ink
    var sun: (x: Float, y: Float, ink: Ink, strength: Float)
    var horizon: Float
    var near: Ink
    var far: Ink
    var seed: UInt32
  }

  mutating func sea(_ look: Sea) {
    backdrop { x, y in y < look.horizon ? Self.sky(look, x, y) : Self.water(look, x, y) }
  }

  private static func sky(_ look: Sea, _ x: Float, _ y: Float) -> Ink {
    let part = y / look.horizon
    let haze = Noise.cloud(x * 0.022 + 3, y * 0.055, seed: look.seed)
    let cover = min(max((haze - 0.5) * 4.5, 0), 1) * (0.35 + 0.5 * part)
    return look.high.toward(look.low, at: part * part * 0.6 + part * 0.4).mixed(look.cloud, cover)
      + glow(look, x, y)
  }

  private static func glow(_ look: Sea, _ x: Float, _ y: Float) -> Ink {
    let (dx, dy) = ((x - look.sun.x) / 22, (y - look.sun.y) / 22)
    return look.sun.ink * (look.sun.strength / (1 + dx * dx + dy * dy))
  }

  private static func water(_ look: Sea, _ x: Float, _ y: Float) -> Ink {
    let depth = (y - look.horizon) / max(Painter.units - look.horizon, 1)
    // Waves look longer and flatter the farther away they are.
    let closeness = 0.12 + depth
    let swell = Noise.cloud(x * 0.06 / closeness + 40, 5 / closeness * 3 + y * 0.02, seed: look.seed &+ 9)
    let ripple = Noise.smooth(x * 0.16 / closeness, y * 0.9, seed: look.seed &+ 17)
    let dx = (x - look.sun.x) / (12 + 44 * depth)
    let path = look.sun.strength / (1 + dx * dx * dx * dx)
    let glint = max(ripple * 0.6 + swell * 0.6 - 0.62, 0) * 3.2 * path
    let base = look.far.toward(look.near, at: depth)
    return base * (0.8 + 0.4 * swell) + look.low * (max(ripple - 0.62, 0) * 0.35)
      + look.sun.ink * min(glint, 0.9)
  }

  /// A broken image of something bright on the water under it: streaks that waver with the waves.
  mutating func reflection(
    _ x: Float, _ from: Float, _ to: Float, width: Float, _ ink: Ink, opacity: Float = 0.4
  ) {
    aside { painter in
      for y in stride(from: from, through: to, by: 2.2) {
        let part = (y - from) / max(to - from, 1)
        let sway = (Noise.smooth(y * 0.45, x, seed: 61) - 0.5) * width * 0.3
        let length = width * (0.3 + 0.5 * Noise.smooth(y * 0.7, x, seed: 62)) * (1 - 0.35 * part)
        painter.fill(
          .ellipse(x + sway, y, length / 2, 1.3), ink, opacity: opacity * (1 - 0.6 * part), softness: 1.6)
      }
    }
  }

  /// Points of light, weaker toward the horizon and none on what stands before them.
  mutating func stars(_ count: Int, above horizon: Float, hiddenBy disc: Shape, seed: UInt32) {
    for index in 0..<count {
      let i = Int32(index)
      let x = Noise.hash(i, 1, seed) * Painter.units
      let part = Noise.hash(i, 2, seed)
      let size = 0.35 + 0.5 * Noise.hash(i, 3, seed)
      guard disc.distance(x, part * horizon) > 2 else { continue }
      fill(.circle(x, part * horizon, size), Ink(0xFFF6DC), opacity: 0.35 + 0.6 * (1 - part), softness: 1)
    }
  }

  /// A line of hills, their tops moved by noise.
  mutating func hills(top: Float, height: Float, _ ink: Ink, foot: Float, haze: Ink, seed: UInt32) {
    let ridge = Shape(bounds: (0, top, Painter.units, foot)) { x, y in
      let peak = top + height * (1 - Noise.cloud(x * 0.024 + 7, 0.5, seed: seed))
      return max(peak - y, y - foot)
    }
    fill(ridge) { x, y in
      let part = (y - top) / max(foot - top, 1)
      return ink.toward(haze, at: part * 0.8) * (0.9 + 0.2 * Noise.cloud(x * 0.12, y * 0.12, seed: seed &+ 3))
    }
  }
}
