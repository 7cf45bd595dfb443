import Boxes
import Scenes
import Traces

/// The selected box of a list: a detection, or a candidate with the box it went by, or those that went by it.
extension Overlay {
  mutating func addSelectedBox(_ scope: Scope) {
    guard let row = scope.shownBox, let box = box(row, scope) else { return }
    switch row.kind {
    case .candidate: addFate(row, box, scope)
    case .detection: addWorth(row, scope)
    case .proposal, .roi: break
    }
    // Like the others of its list.
    let pattern: Pattern = row.kind == .detection ? .broken : .dashed
    outlines.append(Outline(box: box, color: Theme.onPictures.prediction, pattern: pattern))
    labels.insert(
      Label(text: words(row, scope), box: box, color: Theme.onPictures.prediction, isSelected: true), at: 0)
    if row.kind != .detection { legend = ["╌ \(row.kind.rawValue)"] + legend }
  }

  /// The first of the boxes that a second stage looks at; the selected one is drawn by itself.
  mutating func addRegions(_ rows: [BoxRow], _ scope: Scope) {
    for row in rows.prefix(12).reversed() where row != scope.shownBox {
      guard let box = box(row, scope) else { continue }
      let pattern = rows.count == 1 ? Pattern.dashed : .weighted(0.6)
      outlines.append(Outline(box: box, color: RGB(0xFF, 0xFF, 0xFF), pattern: pattern))
    }
    let name = rows.first?.kind.rawValue ?? "box"
    if rows.count > 12 {
      legend.append("─ first 12 \(name)s")
    } else if rows.count > 1 || scope.shownBox == nil {
      legend.append(rows.count == 1 ? "╌ \(name)" : "─ \(name)s")
    }
  }

  /// Who suppressed a candidate, or whom it suppressed.
  private mutating func addFate(_ row: BoxRow, _ selected: Box, _ scope: Scope) {
    guard let by = scope.known("suppression.by")?.doubles, by.indices.contains(row.index) else { return }
    if by[row.index] >= 0 {
      let keeper = BoxRow(.candidate, Int(by[row.index]))
      guard let box = box(keeper, scope) else { return }
      let color = hue(keeper, scope)
      outlines.append(Outline(box: box, color: color, pattern: .broken))
      labels.append(Label(text: "by \(words(keeper, scope))", box: box, color: color))
      legend = ["╍ kept"]
    } else {
      let victims = by.indices.filter { by[$0] == Double(row.index) }.map { BoxRow(.candidate, $0) }
      // The best of them: more would hide the picture.
      for victim in victims.prefix(6).reversed() {
        guard let box = box(victim, scope) else { continue }
        outlines.append(Outline(box: box, color: RGB(0xE6, 0xE6, 0xE6), pattern: .dotted))
      }
      if !victims.isEmpty { legend = ["┈ suppressed"] }
    }
  }

  /// The object that a detection is held against.
  private mutating func addWorth(_ row: BoxRow, _ scope: Scope) {
    guard let gt = scope.known("evaluation.gt")?[row.index].flatMap(Int.init(exactly:)), gt >= 0,
      gt != scope.state.selection.gt, scope.trace.scene.groundTruth.count > 12,
      scope.trace.scene.groundTruth.indices.contains(gt)
    else { return }
    let object = scope.trace.scene.groundTruth[gt]
    labels.append(Label(text: scope.name(gt: gt), box: object.box, color: Theme.onPictures.hue(object.label)))
  }

  private func box(_ row: BoxRow, _ scope: Scope) -> Box? {
    scope.box(row.kind.boxes, row.index).map { Box($0[0], $0[1], $0[2], $0[3]) }
  }

  private func hue(_ row: BoxRow, _ scope: Scope) -> RGB {
    let label = scope.known(row.kind.labels)?[row.index].flatMap(Int.init(exactly:)) ?? 0
    return Theme.onPictures.hue(label).mixed(with: RGB(255, 255, 255), 0.45)
  }

  /// "17 boat .61".
  private func words(_ row: BoxRow, _ scope: Scope) -> String {
    let label = scope.known(row.kind.labels)?[row.index].flatMap(Int.init(exactly:)).map(scope.className)
    let score = scope.known(row.kind.scores)?[row.index].map { Number.fixed($0, decimals: 2) }
    return (["\(row.index)"] + [label, score].compactMap(\.self)).joined(separator: " ")
  }
}
