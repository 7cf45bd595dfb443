/// Scenes by the sea.
extension GalleryEntry {
  static let mixed = GalleryEntry(
    "mixed", summary: "A sailing boat, two balloons and two buoys in the evening.",
    shows: "objects of three classes and several sizes, all of which a detector can find",
    classes: ["boat", "balloon", "buoy"]
  ) { painter in
    painter.sea(
      .init(
        high: Ink(0x4A6FA5), low: Ink(0xF7C59F), cloud: Ink(0xF3B8A0), sun: (112, 84, Ink(0xFFD9A0), 0.42),
        horizon: 92, near: Ink(0x1D4A63), far: Ink(0x7F97A0), seed: 11))
    painter.hills(top: 76, height: 22, Ink(0x5A6685), foot: 92.5, haze: Ink(0xC9A7A0), seed: 4)
    painter.balloon(126, 40, height: 62, Ink(0xD8432F), Ink(0xF6D365))
    painter.balloon(88, 26, height: 33, Ink(0x2E7F7A), Ink(0xF3E9D2))
    painter.reflection(46, 124, 142, width: 70, Ink(0xF3E3C8), opacity: 0.32)
    painter.boat(46, 80, size: 88, hull: Ink(0x9C3B2C), sail: Ink(0xFBF3DF))
    painter.reflection(104, 136, 148, width: 26, Ink(0xE0662F))
    painter.buoy(104, 121, width: 26, height: 36, Ink(0xE4572E))
    painter.reflection(141, 146, 154, width: 24, Ink(0x2F7D4F))
    painter.buoy(141, 135, width: 25, height: 25, Ink(0x2F9E5B))
  }

  static let moon = GalleryEntry(
    "moon", summary: "A thin crescent moon over the sea, and a small boat under it.",
    shows: "an object whose box has nothing of it at its centre",
    classes: ["moon", "boat"]
  ) { painter in
    painter.sea(
      .init(
        high: Ink(0x0B1230), low: Ink(0x3B4A7A), cloud: Ink(0x55608C), sun: (66, 60, Ink(0xC8D2F0), 0.16),
        horizon: 122, near: Ink(0x0A1428), far: Ink(0x34456F), seed: 23))
    painter.stars(90, above: 112, hiddenBy: .circle(72, 60, 48), seed: 8)
    painter.object("moon") { painter in
      let crescent = Shape.crescent(72, 60, 48, bite: (79.4, 53.4, 43.5))
      painter.aside { $0.fill(crescent, Ink(0xBFCBEF), opacity: 0.22, softness: 11) }
      painter.fill(crescent) { x, y in
        let craters = Noise.cloud(x * 0.16, y * 0.16, seed: 3)
        let light = min(max(0.9 + 0.004 * (y - x + 12), 0.7), 1.05)
        return Ink(0xFFF0C8) * (light * (0.66 + 0.44 * craters))
      }
    }
    painter.reflection(72, 125, 159, width: 52, Ink(0xE2DCBC), opacity: 0.55)
    painter.boat(128, 122, size: 40, hull: Ink(0x2B2436), sail: Ink(0xAFB3CC))
  }

  static let small = GalleryEntry(
    "small", summary: "Gulls far off over the water, and one boat.",
    shows: "objects smaller than any anchor, which get no positive",
    classes: ["gull", "boat"]
  ) { painter in
    painter.sea(
      .init(
        high: Ink(0x6FA3CF), low: Ink(0xDCEAF0), cloud: Ink(0xFFFFFF), sun: (30, 10, Ink(0xFFF6D8), 0.25),
        horizon: 96, near: Ink(0x1F5C73), far: Ink(0x86AFBA), seed: 37))
    painter.hills(top: 86, height: 14, Ink(0x5F7F8C), foot: 96.5, haze: Ink(0xA9C3C8), seed: 12)
    painter.reflection(104, 142, 156, width: 56, Ink(0xF0EBDD), opacity: 0.3)
    painter.boat(104, 108, size: 72, hull: Ink(0x27496D), sail: Ink(0xFCF8EA))
    for (x, y, width): (Float, Float, Float) in [
      (24, 36, 14), (48, 20, 12), (46, 50, 10), (72, 38, 13), (136, 26, 14), (116, 44, 10), (24, 66, 11),
    ] {
      painter.gull(x, y, width: width)
    }
  }

  static let edge = GalleryEntry(
    "edge", summary: "Balloons, a boat and a buoy cut off by the picture's border.",
    shows: "boxes that end at the border, where anchors reach over it",
    classes: ["balloon", "boat", "buoy"]
  ) { painter in
    painter.sea(
      .init(
        high: Ink(0x5C86B8), low: Ink(0xF4E1C1), cloud: Ink(0xFFF4E2), sun: (84, 60, Ink(0xFFE7B5), 0.3),
        horizon: 98, near: Ink(0x27566B), far: Ink(0x9DB3B0), seed: 51))
    painter.hills(top: 84, height: 18, Ink(0x6E7F8F), foot: 98.5, haze: Ink(0xC6BBA6), seed: 19)
    painter.balloon(13, 42, height: 74, Ink(0x7A3E9D), Ink(0xF2C14E))
    painter.balloon(92, 8, height: 64, Ink(0xC8452F), Ink(0xFBEEDB))
    painter.boat(146, 88, size: 76, hull: Ink(0x2E5E4E), sail: Ink(0xFDF5E2))
    painter.reflection(62, 148, 160, width: 40, Ink(0xE0902F))
    painter.buoy(58, 144, width: 42, height: 56, Ink(0xE9A12B))
  }

  static let empty = GalleryEntry(
    "empty", summary: "The open sea under clouds.",
    shows: "a picture without objects, where every anchor is negative",
    classes: ["boat"]
  ) { painter in
    painter.sea(
      .init(
        high: Ink(0x48637F), low: Ink(0xC4D0D2), cloud: Ink(0xEDEFEA), sun: (110, 58, Ink(0xFFF2D6), 0.35),
        horizon: 78, near: Ink(0x173B49), far: Ink(0x76949B), seed: 71))
  }

  static let ignored = GalleryEntry(
    "ignored", summary: "Boats and a buoy before a regatta too far off to tell its boats apart.",
    shows: "a region that is no object and no background: anchors in it are left out",
    classes: ["boat", "buoy"]
  ) { painter in
    painter.sea(
      .init(
        high: Ink(0x7C9CC0), low: Ink(0xF6DDBE), cloud: Ink(0xFBEFE0), sun: (28, 66, Ink(0xFFDFAE), 0.36),
        horizon: 66, near: Ink(0x23566A), far: Ink(0x94A9A8), seed: 83))
    painter.object("boat", ignored: true) { $0.regatta(x: 66, width: 86, foot: 74) }
    painter.reflection(46, 137, 152, width: 60, Ink(0xF0E3CC), opacity: 0.3)
    painter.boat(46, 98, size: 80, hull: Ink(0x8C2F39), sail: Ink(0xFFF7E6))
    painter.reflection(122, 138, 148, width: 36, Ink(0xF4EFE2), opacity: 0.3)
    painter.boat(122, 112, size: 54, hull: Ink(0x2D4A7A), sail: Ink(0xF6D6A8))
    painter.buoy(88, 143, width: 24, height: 27, Ink(0xE4572E))
  }
}

extension Painter {
  /// A gull from afar: a slim body, wings that rise to the elbow and fall to dark tips.
  fileprivate mutating func gull(_ x: Float, _ y: Float, width: Float) {
    object("gull") { painter in
      let half = width / 2
      let stroke = max(width * 0.09, 0.95)
      for direction: Float in [-1, 1] {
        let elbow = (x: x + direction * half * 0.45, y: y - half * 0.42)
        let tip = (x: x + direction * (half - stroke / 2), y: y - half * 0.02)
        painter.fill(.line(x, y + half * 0.12, elbow.x, elbow.y, width: stroke * 1.25), Ink(0x5B6B7A))
        painter.fill(.line(elbow.x, elbow.y, tip.x, tip.y, width: stroke), Ink(0x27313C))
      }
      painter.fill(.ellipse(x, y + half * 0.16, stroke, stroke * 1.3), Ink(0x3A4754))
    }
  }

  /// Many sails in the haze, one behind the other.
  fileprivate mutating func regatta(x: Float, width: Float, foot: Float) {
    for index in 0..<26 {
      let i = Int32(index)
      let middle = x + 4 + (width - 8) * Noise.hash(i, 1, 91)
      let height = 9 + 15 * Noise.hash(i, 2, 91)
      let base = foot - 6 * Noise.hash(i, 3, 91)
      let warmth = Noise.hash(i, 4, 91)
      let sail = Shape.polygon([(middle, base - height), (middle + height * 0.36, base), (middle - 2, base)])
      fill(sail, Ink(0xF1E4D2).mixed(Ink(0xB58E86), warmth), opacity: 0.62, softness: 2.4)
      fill(
        .rectangle(middle - height * 0.3, base, middle + height * 0.36, base + 2.6), Ink(0x6E7480),
        opacity: 0.5, softness: 2.2)
    }
  }
}
