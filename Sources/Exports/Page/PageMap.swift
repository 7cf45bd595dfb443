import Boxes
import Scenes
import Screen
import Traces

/// Maps as grids: signs as paths and letters, numbers as a picture of a pixel a cell.
enum PageMap {
  static func drawn(_ maps: [Exhibit.Map], _ words: [String]) -> [Markup] {
    let figures = maps.map { map in
      // A cell is as large as there is room for, and no larger than can be read.
      let cell = min(16, max(5, 400 / max(1, max(map.columns, map.rows))))
      return Markup.element(
        "figure", ["class": "map", "style": "width:\(max(112, map.columns * cell))px"],
        [
          .element("figcaption", [:], [.element("strong", [:], map.name), .text(" \(map.words)")]),
          .element(
            "svg",
            [
              "viewBox": "-0.2 -0.2 \(svg: Double(map.columns) + 0.4) \(svg: Double(map.rows) + 0.4)", "role": "img",
              "aria-label": "\(map.name), \(map.words)", "class": "grid",
            ], content(map)),
        ])
    }
    let said = words.map { Markup.element("li", [:], $0) }
    return [.element("div", ["class": "maps"], figures)]
      + (said.isEmpty ? [] : [.element("ul", ["class": "legend"], said)])
  }

  private static func content(_ map: Exhibit.Map) -> [Markup] {
    var content = [
      Markup.element(
        "rect", ["width": "\(map.columns)", "height": "\(map.rows)", "class": "ground"])
    ]
    switch map.cells {
    case .signs(let signs): content += drawn(signs, columns: map.columns)
    case .numbers(let parts, let ramp): content += drawn(parts, ramp, columns: map.columns, rows: map.rows)
    }
    if let cursor = map.cursor {
      content.append(
        .element(
          "rect", ["x": "\(cursor.column)", "y": "\(cursor.row)", "width": "1", "height": "1", "class": "cell-cursor"]))
    }
    return content
  }

  // MARK: Signs

  private static func drawn(_ signs: [Exhibit.Map.Sign], columns: Int) -> [Markup] {
    var places: [Exhibit.Map.Sign: [Int]] = [:]
    for (index, sign) in signs.enumerated() { places[sign, default: []].append(index) }
    // Always in the same order, whatever the dictionary's.
    return places.sorted { $0.value[0] < $1.value[0] }.flatMap { sign, cells -> [Markup] in
      let name = toneName(sign.tone)
      func joined(_ draw: (Int, Int) -> String) -> String {
        cells.map { draw($0 % columns, $0 / columns) }.joined()
      }
      switch sign.glyph {
      case "+": return [path(joined { "M\($0).2 \($1).5h.6M\($0).5 \($1).2v.6" }, "stroke \(name)")]
      case "~": return [path(joined { "M\($0).2 \($1).58q.15-.3.3-.08t.3-.08" }, "stroke \(name)")]
      case "·": return [path(joined { "M\($0).5 \($1).5h0" }, "dot \(name)")]
      case "■": return [path(joined { "M\($0).1 \($1).1h.8v.8h-.8z" }, "filled \(name)")]
      default:
        return cells.map { cell in
          .element(
            "text",
            [
              "x": "\(cell % columns).5", "y": "\(cell / columns).8", "class": "glyph \(name)", "text-anchor": "middle",
            ],
            String(sign.glyph))
        }
      }
    }
  }

  private static func path(_ path: String, _ name: String) -> Markup {
    .element("path", ["d": path, "class": name])
  }

  private static func toneName(_ tone: Exhibit.Map.Sign.Tone) -> String {
    switch tone {
    case .positive: "tone-positive"
    case .between: "tone-between"
    case .negative: "tone-negative"
    case .hazard: "tone-hazard"
    case .hue(let label): "tone-hue-\(((label % 8) + 8) % 8)"
    }
  }

  // MARK: Numbers

  private static func drawn(_ parts: [Double?], _ ramp: [RGB], columns: Int, rows: Int) -> [Markup] {
    var bytes: [UInt8] = []
    for part in parts {
      let color =
        part.map { ramp[min(ramp.count - 1, max(0, Int(min(max($0, 0), 1) * Double(ramp.count))))] }
        ?? RGB(0xD7, 0, 0)
      bytes += [color.red, color.green, color.blue]
    }
    guard let picture = Picture(width: columns, height: rows, bytes: bytes), let link = try? Pictures.link(picture)
    else { return [] }
    return [.element("image", ["width": "\(columns)", "height": "\(rows)", "href": link])]
  }

  // MARK: A lens

  static func drawn(_ lens: Exhibit.Lens, over picture: Markup) -> Markup {
    let box = lens.shown
    guard box.isFinite, box.width > 0, box.height > 0 else { return .nothing }
    let size = max(box.width, box.height)
    let columns = lens.edges.x.map { "M\(svg: $0) \(svg: lens.edges.y.first ?? 0)V\(svg: lens.edges.y.last ?? 0)" }
    let rows = lens.edges.y.map { "M\(svg: lens.edges.x.first ?? 0) \(svg: $0)H\(svg: lens.edges.x.last ?? 0)" }
    func dots(_ isInBin: Bool) -> String {
      lens.points.filter { $0.isInBin == isInBin }.map { "M\(svg: $0.x) \(svg: $0.y)h0" }.joined()
    }
    let corners = lens.corners.enumerated().map { index, corner in
      Markup.element(
        "text",
        [
          "x": "\(svg: corner.x)", "y": "\(svg: corner.y)", "class": "label", "text-anchor": "middle",
          "style": "font-size:\(svg: size / 22)px;fill:#ffd700",
        ], "\(index + 1)")
    }
    let chosen = lens.chosen.map { point in
      Markup.element(
        "circle",
        ["cx": "\(svg: point.x)", "cy": "\(svg: point.y)", "r": "\(svg: size / 70)", "class": "lens-chosen"])
    }
    return .element(
      "svg",
      [
        "class": "sight lens", "viewBox": "\(svg: box.x1) \(svg: box.y1) \(svg: box.width) \(svg: box.height)",
        "role": "img", "aria-label": "The region with its bins and the points at which its map is sampled",
      ],
      [
        picture, path((columns + rows).joined(), "lens-bins"), path(dots(false), "lens-points"),
        path(dots(true), "lens-points lens-in-bin"),
      ] + corners + [chosen ?? .nothing])
  }
}
