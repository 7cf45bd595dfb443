/// Scenes on land and in the sky.
extension GalleryEntry {
  static let slender = GalleryEntry(
    "slender", summary: "Street lamps and barriers at dusk, long and thin.",
    shows: "boxes of ratio 4 to 8, which no anchor of ratio ½, 1 or 2 covers well",
    classes: ["lamp", "barrier"]
  ) { painter in
    painter.backdrop { x, y in
      let sky = Ink(0x1E2550).toward(Ink(0xE08E79), at: y / 104)
      let street = Ink(0x59516A).toward(Ink(0x2A2838), at: (y - 104) / 56)
      let haze = Noise.cloud(x * 0.03, y * 0.06, seed: 5)
      let stones =
        Noise.smooth(x * 0.35, y * 0.7, seed: 6) * 0.5 + Noise.cloud(x * 0.06, y * 0.1, seed: 7) * 0.5
      return y < 104 ? sky.mixed(Ink(0xF0B49A), max(haze - 0.5, 0) * 1.2) : street * (0.72 + 0.56 * stones)
    }
    painter.town()
    painter.lamp(30, top: 14, foot: 133, width: 17)
    painter.lamp(62, top: 46, foot: 126, width: 16)
    painter.lamp(140, top: 22, foot: 112, width: 22)
    painter.barrier(x: 74, y: 126, width: 82, height: 12)
    painter.barrier(x: 6, y: 140, width: 92, height: 17)
  }

  static let crowd = GalleryEntry(
    "crowd", summary: "Balloons, kites and lanterns crowd the sky of a festival.",
    shows: "overlapping objects: which of them an anchor goes to, and what NMS keeps",
    classes: ["balloon", "kite", "lantern"]
  ) { painter in
    painter.backdrop { x, y in
      let sky = Ink(0x3A5E9C).toward(Ink(0xF3D3B3), at: y / 150)
      let cloud = Noise.cloud(x * 0.025, y * 0.05, seed: 13)
      return sky.mixed(Ink(0xFFF1E0), min(max((cloud - 0.48) * 3.2, 0), 0.7))
    }
    painter.hills(top: 138, height: 16, Ink(0x4C5B57), foot: 160, haze: Ink(0x7C7D68), seed: 33)
    painter.balloon(40, 46, height: 76, Ink(0xC93C3C), Ink(0xF7E3AF))
    painter.balloon(61, 42, height: 62, Ink(0x2A6F97), Ink(0xF1F1E6))
    painter.kite(114, 42, width: 52, height: 74, Ink(0xF2A541), Ink(0x7B2D8B))
    painter.balloon(90, 80, height: 68, Ink(0x3C8D5A), Ink(0xFBD87F))
    painter.kite(133, 62, width: 40, height: 66, Ink(0xE8505B), Ink(0xF9F1DC))
    painter.kite(36, 100, width: 46, height: 72, Ink(0x1FA3A3), Ink(0xF6D55C))
    painter.lantern(128, 112, width: 42, height: 50, Ink(0xE4572E))
    painter.lantern(60, 108, width: 38, height: 46, Ink(0xD9822B))
    painter.lantern(78, 121, width: 36, height: 44, Ink(0xB83280))
    painter.lantern(109, 128, width: 34, height: 42, Ink(0x8F7AE5))
  }

  static let nested = GalleryEntry(
    "nested", summary: "A cottage, in it a door, in the door a window.",
    shows: "boxes within boxes: an anchor or a point inside all of them has to choose",
    classes: ["house", "door", "window"]
  ) { painter in
    painter.backdrop { x, y in
      let sky = Ink(0x7FB2D9).toward(Ink(0xF5E6C8), at: y / 120)
      let cloud = Noise.cloud(x * 0.03, y * 0.06, seed: 43)
      let grass =
        Noise.smooth(x * 0.5, y * 0.25, seed: 44) * 0.5 + Noise.cloud(x * 0.08, y * 0.12, seed: 45) * 0.5
      let meadow = Ink(0x86A65A).toward(Ink(0x3F6B34), at: (y - 124) / 36)
      return y < 126
        ? sky.mixed(Ink(1, 1, 1), min(max((cloud - 0.5) * 3, 0), 0.8)) : meadow * (0.65 + 0.65 * grass)
    }
    painter.hills(top: 96, height: 26, Ink(0x5F8462), foot: 127, haze: Ink(0x9DB27E), seed: 46)
    painter.house()
  }
}

extension Painter {
  /// Houses far off, with some windows lit.
  fileprivate mutating func town() {
    for index in 0..<12 {
      let i = Int32(index)
      let left = Float(index) * 13.6 - 3 * Noise.hash(i, 1, 55)
      let top = 66 + 24 * Noise.hash(i, 2, 55)
      fill(.rectangle(left, top, left + 17, 105)) { x, y in
        let cell = (Int32(x / 3.2), Int32(y / 4.2))
        let inWindow = Noise.wave(x / 3.2) > 0.55 && Noise.wave(y / 4.2) > 0.5
        let isLit = inWindow && Noise.hash(cell.0, cell.1, 56) > 0.72
        return isLit ? Ink(0xF2C57C) : Ink(0x3A3556).toward(Ink(0x6A5068), at: (y - top) / 50)
      }
    }
  }

  /// A street lamp: foot, pole, glass. Its glow is no part of its box.
  fileprivate mutating func lamp(_ x: Float, top: Float, foot: Float, width: Float) {
    let half = width / 2
    let glass = width * 1.15
    aside { $0.fill(.circle(x, top + glass * 0.6, width * 0.7), Ink(0xFFD98A), opacity: 0.4, softness: 22) }
    object("lamp") { painter in
      let iron = Ink(0x17161F)
      painter.fill(.rectangle(x - width * 0.13, top + glass, x + width * 0.13, foot - 2)) { px, _ in
        iron.mixed(Ink(0x6E6A78), max(0.4 - abs(px - x + 0.6) * 0.35, 0))
      }
      painter.fill(
        .polygon([
          (x - half * 0.8, foot), (x + half * 0.8, foot), (x + width * 0.16, foot - width * 0.7),
          (x - width * 0.16, foot - width * 0.7),
        ]), iron)
      painter.fill(
        .polygon([
          (x - half, top + width * 0.3), (x + half, top + width * 0.3), (x + half * 0.56, top + glass),
          (x - half * 0.56, top + glass),
        ])
      ) { px, py in
        let far =
          ((px - x) * (px - x) + (py - top - glass * 0.62) * (py - top - glass * 0.62)) / (half * half)
        return Ink(0xFFF4CF).toward(Ink(0xF0A848), at: far * 0.7)
      }
      painter.fill(
        .polygon([(x - half, top + width * 0.34), (x, top), (x + half, top + width * 0.34)]), iron)
    }
  }

  /// A bar across the road in slanting stripes.
  fileprivate mutating func barrier(x: Float, y: Float, width: Float, height: Float) {
    aside {
      for leg in [x + width * 0.12, x + width * 0.88] {
        $0.fill(.rectangle(leg - 1.6, y + height - 1, leg + 1.6, min(y + height + 10, 159)), Ink(0x1B1A22))
      }
    }
    object("barrier") { painter in
      painter.fill(.rectangle(x, y, x + width, y + height, round: 1.2)) { px, py in
        let stripe = min(max((Noise.wave((px + py * 0.8) / 16) - 0.5) * 9 + 0.5, 0), 1)
        let light = 1.02 - 0.5 * (py - y) / height
        let dirt = 0.86 + 0.22 * Noise.cloud(px * 0.14, py * 0.2, seed: 58)
        return Ink(0xF2E8DC).mixed(Ink(0xC7322E), stripe) * light * dirt
      }
    }
  }

  fileprivate mutating func house() {
    object("house") { painter in
      painter.fill(.rectangle(108, 22, 122, 52)) { x, y in Self.bricks(x, y, Ink(0x9A5B48)) }
      painter.fill(.rectangle(26, 62, 134, 142)) { x, y in
        let plaster = 0.88 + 0.2 * Noise.cloud(x * 0.12, y * 0.12, seed: 48)
        return Ink(0xF0E2C6) * (plaster * (1.04 - 0.0022 * (x - 26)) * (y < 70 ? 0.78 : 1))
      }
      painter.fill(.polygon([(16, 66), (56, 18), (104, 18), (144, 66)])) { x, y in
        let row = (y / 5).rounded(.down)
        let tile = Noise.wave((x + (row - 2 * (row / 2).rounded(.down)) * 3.5) / 7)
        let tone = Noise.hash(Int32((x / 7).rounded(.down)), Int32(row), 49)
        let shadow = 0.8 + 0.3 * (y / 5 - row)
        return Ink(0xA8452F) * (shadow * (0.84 + 0.14 * tile + 0.16 * tone))
      }
    }
    object("door") { painter in
      painter.fill(.rectangle(53, 76, 107, 142, round: 2), Ink(0x5B3A24))
      painter.fill(.rectangle(57, 80, 103, 142, round: 1)) { x, y in
        let grain = Noise.smooth(x * 1.1, y * 0.08, seed: 50)
        let board = abs(Noise.wave(x / 11.5) - 0.5) < 0.06 ? Float(0.72) : 1
        return Ink(0x2F6F5E) * (board * (0.84 + 0.3 * grain))
      }
      painter.fill(.circle(97, 120, 2.2), Ink(0xE6C45A))
    }
    object("window") { painter in
      painter.fill(.rectangle(64, 86, 96, 116, round: 1.5), Ink(0xF4EBD8))
      painter.fill(.rectangle(67, 89, 93, 113)) { x, y in
        let sheen = Noise.wave((x + y) / 34 + 0.2)
        return Ink(0x2C4A63).mixed(Ink(0xB9D6E4), sheen * sheen * 0.8)
      }
      painter.fill(.rectangle(79, 88, 81, 114).and(.rectangle(66, 100, 94, 102)), Ink(0xF4EBD8))
    }
  }

  private static func bricks(_ x: Float, _ y: Float, _ ink: Ink) -> Ink {
    let row = (y / 4).rounded(.down)
    let joint = y / 4 - row < 0.2 || Noise.wave((x + row * 3) / 7) < 0.06
    return ink * (joint ? 1.25 : 0.85 + 0.3 * Noise.hash(Int32((x + row * 3) / 7), Int32(row), 52))
  }
}
