import Boxes
import Scenes
import Traces

/// The picture and what the step knows of it.
struct PicturePanel {
  let state: State
  /// In place of its own.
  var title: String?

  func draw(_ frame: PartFrame, _ pen: inout Pen) {
    // Labels of more would hide a small picture.
    let overlay = Overlay(state, detections: frame.rect.columns >= 50 ? 8 : 3)
    let scene = state.scene
    let titleStyle = frame.isFocused ? pen.theme.accent : pen.theme.strong
    let geometry = PictureGeometry(
      frame.rect.inner, pictureWidth: scene.width, pictureHeight: scene.height)
    let (legend, corner) = lowerEdge(overlay, geometry, frame.rect.columns - 8, pen)
    let words = state.isEditing ? " picture, boxes are edited" : " picture"
    let title = self.title.map { [Pen.Span($0, titleStyle)] } ?? [.init("A", titleStyle), .init(words)]
    _ = frame.draw(title: title, note: legend, &pen)
    drawNotes(frame.rect, overlay, corner, &pen)
    guard let geometry else { return }
    if pen.hasHalfBlocks {
      HalfBlockPicture(geometry: geometry, overlay: overlay).draw(scene.picture, &pen)
    } else {
      GlyphPicture(geometry: geometry, overlay: overlay).draw(scene.picture, &pen)
    }
    var placer = LabelPlacer(geometry: geometry)
    for label in overlay.labels.filter(\.isSelected) + overlay.labels.filter({ !$0.isSelected }) {
      placer.place(label, &pen)
    }
  }

  /// What the signs mean, and where the cursor is: the most that there is room for, the level always with it.
  private func lowerEdge(
    _ overlay: Overlay, _ geometry: PictureGeometry?, _ room: Int, _ pen: Pen
  ) -> (legend: [Pen.Span], corner: String) {
    let legends = legends(overlay, geometry, pen.theme)
    for legend in legends {
      let taken = legend.reduce(0) { $0 + pen.columns($1.text) }
      if let words = cursorWords.first(where: { pen.columns($0) + taken <= room }) { return (legend, words) }
    }
    return (legends.first ?? [], "")
  }

  /// In fewer and fewer words.
  private func legends(_ overlay: Overlay, _ geometry: PictureGeometry?, _ theme: Theme) -> [[Pen.Span]] {
    if !overlay.members.isEmpty {
      return [
        [
          .init("●", theme.strong), .init(" counts most  ", theme.secondary), .init("∙", theme.strong),
          .init(" hardly", theme.secondary),
        ]
      ]
    }
    if !overlay.signs.isEmpty { return stateLegends(overlay, geometry, theme) }
    guard let geometry, overlay.showsCenters(geometry) else { return [[]] }
    return [[.init("∙", theme.strong), .init(" centre of a cell", theme.secondary)]]
  }

  /// How many of the level's priors have each state: the picture shows one level alone.
  private func stateLegends(_ overlay: Overlay, _ geometry: PictureGeometry?, _ theme: Theme) -> [[Pen.Span]] {
    guard let scope = Scope(state), let codes = scope.states?.doubles, let range = scope.level?.range,
      range.upperBound <= codes.count
    else { return [[]] }
    let all = scope.legend.present(in: codes).map { ($0.state, count: scope.legend.count($0.state, in: codes[range])) }
    // So many that their signs would hide the picture.
    let hidesNegatives = geometry.map { !overlay.isSparse($0) } ?? false
    func legend(_ words: (PriorState, Int) -> String, hidden: String) -> [Pen.Span] {
      all.flatMap { state, count -> [Pen.Span] in
        let note = hidesNegatives && state.kind == .negative ? hidden : ""
        return [.init(state.sign, state.style(theme)), .init(" \(words(state, count))\(note)  ", theme.secondary)]
      }.trimmed()
    }
    let names = { (state: PriorState, count: Int) in "\(Number.count(count)) \(state.name)" }
    let counts = { (_: PriorState, count: Int) in Number.count(count) }
    return [
      legend(names, hidden: ", not drawn"), legend(counts, hidden: " not drawn"), legend(counts, hidden: ""),
    ]
  }

  private func drawNotes(_ rect: Rect, _ overlay: Overlay, _ corner: String, _ pen: inout Pen) {
    var kinds = ["━ GT"]
    if overlay.showsAnchor { kinds.append("╌ anchor") }
    if overlay.showsPrediction { kinds.append("┈ predicted") }
    if overlay.showsDetections { kinds.append("╍ found") }
    if overlay.signs.contains(where: \.isChanged) { kinds.append("inverse: changed") }
    kinds += overlay.legend
    while pen.columns(kinds.joined(separator: "  ")) > rect.columns - 18, kinds.count > 1 {
      kinds.removeFirst()
    }
    pen.note(rightOn: rect.row, of: rect, kinds.joined(separator: "  "), pen.theme.secondary)
    pen.note(rightOn: rect.bottom, of: rect, corner, pen.theme.secondary)
  }

  /// Where the cursor is, in fewer and fewer words.
  private var cursorWords: [String] {
    guard let levels = state.trace?.priors.levels, let place = state.pointer(in: .picture), let first = levels.first,
      let last = levels.last
    else { return ["\(state.scene.width)×\(state.scene.height) pixels"] }
    let level = levels[place.level]
    let slot = level.anchorsPerCell > 1 ? " #\(place.anchor)" : ""
    let cell = "\(level.name) (\(place.row),\(place.column))\(slot)"
    let range = levels.count > 1 ? " of \(first.name)–\(last.name)" : ""
    return [cell + range, "on \(level.name)\(range)", cell, "on \(level.name)"]
  }
}

extension Overlay.Member {
  var glyph: Unicode.Scalar { part >= 0.5 ? "●" : part >= 0.1 ? "•" : "∙" }
}

extension Overlay {
  /// Places closer than three pixels would hide the picture.
  func isSparse(_ geometry: PictureGeometry) -> Bool { spacing * geometry.scale >= 2.5 }

  func showsCenters(_ geometry: PictureGeometry) -> Bool { !centers.isEmpty && isSparse(geometry) }
}

extension [Pen.Span] {
  /// Without blanks at the end.
  fileprivate func trimmed() -> [Pen.Span] {
    guard var last = last else { return self }
    while last.text.hasSuffix(" ") { last.text.removeLast() }
    return dropLast() + [last]
  }
}
