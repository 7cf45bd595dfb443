import Boxes
import Scenes
import Screen
import Traces

/// The picture with everything over it as vectors, in the picture's own pixels.
extension PageExhibit {
  var sight: Markup {
    let overlay = exhibit.overlay
    let scene = exhibit.state.scene
    let drawing = SightDrawing(overlay: overlay, width: Double(scene.width), height: Double(scene.height))
    let picture = Markup.element(
      "svg",
      [
        "class": "sight", "viewBox": "0 0 \(scene.width) \(scene.height)", "role": "img", "aria-label": description,
      ], [pictures.use(exhibit.state)] + drawing.content)
    return .element(
      "figure", ["class": lit(.picture, "part picture")],
      [picture, .element("figcaption", [:], [stateLegend, lineLegend(overlay)])])
  }

  /// What one who can't see the picture is told of it.
  private var description: String {
    let scene = exhibit.state.scene
    let objects = exhibit.objects
    let shown = objects.prefix(20).joined(separator: ", ")
    let more = objects.count > 20 ? " and \(objects.count - 20) more" : ""
    let counts = exhibit.states.map { "\(Number.count($0.count)) \($0.name)" }.joined(separator: ", ")
    let what = scene.summary.isEmpty ? "" : " \(scene.summary)"
    return "\(scene.name), \(scene.width) by \(scene.height) pixels.\(what) "
      + (objects.isEmpty ? "No objects." : "Objects: \(shown)\(more).")
      + (counts.isEmpty ? "" : " \(exhibit.priorName)s: \(counts).")
      + (exhibit.place.map { " Selected: \($0)." } ?? "")
  }

  private var stateLegend: Markup {
    let states = exhibit.states
    guard !states.isEmpty else { return .nothing }
    let parts = states.map { state in
      Markup.element(
        "li", [:],
        [
          .element("strong", ["class": Tone.name(state.kind)], Tone.sign(state.kind)),
          .text(" \(state.name) \(Number.count(state.count))"),
        ])
    }
    return .element("ul", ["class": "legend"], parts)
  }

  private func lineLegend(_ overlay: Overlay) -> Markup {
    var kinds = ["━ GT"]
    if overlay.showsAnchor { kinds.append("╌ anchor") }
    if overlay.showsPrediction { kinds.append("┈ predicted") }
    if overlay.showsDetections { kinds.append("╍ found") }
    if !overlay.members.isEmpty { kinds.append("● counts the more, the larger") }
    kinds += overlay.legend
    if let place = exhibit.place { kinds.append("⌜⌟ \(place)") }
    return .element("ul", ["class": "legend"], kinds.map { .element("li", [:], $0) })
  }
}

/// Turns an overlay into SVG.
struct SightDrawing {
  let overlay: Overlay
  let width: Double
  let height: Double

  var content: [Markup] { [centers] + overlay.outlines.flatMap(outline) + [cursor] + signs + members + labels }

  private func path(_ path: String, _ name: String, _ more: KeyValuePairs<String, String> = [:]) -> Markup {
    path.isEmpty ? .nothing : .element("path", ["d": path, "class": name, "style": style(more)])
  }

  private func style(_ pairs: KeyValuePairs<String, String>) -> String {
    pairs.map { "\($0.key):\($0.value)" }.joined(separator: ";")
  }

  // MARK: Boxes

  private func corners(_ box: Box) -> String? {
    guard box.isFinite else { return nil }
    return "M\(svg: box.x1) \(svg: box.y1)H\(svg: box.x2)V\(svg: box.y2)H\(svg: box.x1)z"
  }

  /// A dark line under a bright one, which stands out from any picture.
  private func outline(_ outline: Overlay.Outline) -> [Markup] {
    guard let corners = corners(outline.box) else { return [] }
    let color = Self.hex(outline.color)
    func line(_ name: String, opacity: Double = 1) -> [Markup] {
      [
        path(corners, "under \(name)", ["opacity": "\(svg: opacity * 0.6)"]),
        path(corners, "over \(name)", ["stroke": color, "opacity": "\(svg: opacity)"]),
      ]
    }
    return switch outline.pattern {
    case .solid: line("solid")
    case .dashed: [path(corners, "under"), path(corners, "over dashed", ["stroke": color])]
    case .broken: line("broken")
    case .dotted: line("dotted")
    case .faint: line("faint", opacity: 0.45)
    case .weighted(let part): line("faint", opacity: min(max(part, 0), 1))
    }
  }

  /// The corners of the cursor's cell.
  private var cursor: Markup {
    guard let box = overlay.cursor?.box, box.isFinite else { return .nothing }
    let (across, down) = (box.width / 3, box.height / 3)
    let parts = [
      (box.x1, box.y1, 1.0, 1.0), (box.x2, box.y1, -1, 1), (box.x1, box.y2, 1, -1), (box.x2, box.y2, -1, -1),
    ]
    let lines = parts.map { x, y, right, below in
      "M\(svg: x + across * right) \(svg: y)H\(svg: x)V\(svg: y + down * below)"
    }.joined()
    return path(lines, "cursor")
  }

  // MARK: States

  /// Half the width of a sign.
  private var arm: Double { min(max(overlay.spacing * 0.26, 0.6), 3) }

  private var centers: Markup {
    path(overlay.centers.map { "M\(svg: $0.x) \(svg: $0.y)h0" }.joined(), "center")
  }

  /// A path for each kind: all its signs, + ~ −.
  private var signs: [Markup] {
    let kinds: [StateLegend.State.Kind] = [.negative, .between, .positive]
    return kinds.flatMap { kind -> [Markup] in
      let all = overlay.signs.filter { $0.state.kind == kind }
      let lines = all.map { sign($0.x, $0.y, kind) }.joined()
      let changed = all.filter(\.isChanged).map { ring($0.x, $0.y, arm * 1.8) }.joined()
      let name = Tone.name(kind)
      return [
        kind == .negative ? .nothing : path(lines, "sign-under"), path(lines, "sign sign-\(name)"),
        path(changed, "sign sign-changed"),
      ]
    }
  }

  private func sign(_ x: Double, _ y: Double, _ kind: StateLegend.State.Kind) -> String {
    let a = arm
    return switch kind {
    case .positive: "M\(svg: x - a) \(svg: y)h\(svg: 2 * a)M\(svg: x) \(svg: y - a)v\(svg: 2 * a)"
    case .between:
      "M\(svg: x - a) \(svg: y + a / 4)q\(svg: a / 2) \(svg: -a) \(svg: a) \(svg: -a / 4)t\(svg: a) \(svg: -a / 4)"
    case .negative: "M\(svg: x - a * 0.6) \(svg: y)h\(svg: a * 1.2)"
    }
  }

  private func ring(_ x: Double, _ y: Double, _ r: Double) -> String {
    "M\(svg: x - r) \(svg: y)a\(svg: r) \(svg: r) 0 1 0 \(svg: 2 * r) 0a\(svg: r) \(svg: r) 0 1 0 \(svg: -2 * r) 0"
  }

  private var members: [Markup] {
    overlay.members.map { member in
      .element(
        "circle",
        [
          "cx": "\(svg: member.x)", "cy": "\(svg: member.y)", "r": "\(svg: 0.5 + 2 * member.part)", "class": "member",
          "style": "opacity:\(svg: 0.4 + 0.6 * member.part)",
        ])
    }
  }

  // MARK: Words

  /// Letters are as high as a thirtieth of the picture is long.
  private var letter: Double { max(width, height) / 30 }

  /// Above a box where there is room, else below it or in it; the selected first.
  private var labels: [Markup] {
    var taken: [Box] = []
    let order = overlay.labels.filter(\.isSelected) + overlay.labels.filter { !$0.isSelected }
    return order.compactMap { label in
      guard label.box.isFinite else { return nil }
      let room = Double(label.text.count) * letter * 0.56 + letter * 0.3
      let x = min(max(label.box.x1, 0), max(0, width - room))
      let places = [
        label.box.y1 - letter * 0.3, label.box.y2 + letter, label.box.y1 + letter, label.box.y2 - letter * 0.3,
      ]
      func box(_ y: Double) -> Box { Box(x, y - letter, x + room, y + letter * 0.2) }
      func isFree(_ y: Double) -> Bool {
        y >= letter && y <= height && !taken.contains { Self.meet($0, box(y)) }
      }
      guard let y = places.first(where: isFree) ?? (label.isSelected ? min(max(places[0], letter), height) : nil) else {
        return nil
      }
      taken.append(box(y))
      return .element(
        "text",
        [
          "x": "\(svg: x)", "y": "\(svg: y)", "class": label.isSelected ? "label selected" : "label",
          "style": "font-size:\(svg: letter)px;fill:\(Self.hex(label.color))",
        ], label.text)
    }
  }

  private static func meet(_ a: Box, _ b: Box) -> Bool { a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 }

  static func hex(_ color: RGB) -> String {
    "#" + [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
