import Traces

extension State {
  mutating func open(_ kind: Panel.Kind) {
    guard trace != nil else { return notice("Wait for the first iteration.") }
    if panel?.kind == kind { return panel = nil }
    if kind == .links { return openLinks() }
    if kind == .whatIf { return askWhatIf() }
    panel = Panel(kind: kind)
    if kind == .timeline { panel?.row = trace?.iteration ?? 0 }
  }

  mutating func reducePanel(_ key: Panel.Key) {
    guard let panel else { return }
    if key == .close { return self.panel = nil }
    if panel.kind == .timeline { return reduceTimeline(key) }
    guard let content = content(of: panel, Theme(appearance)), let current = content.current(panel.row) else { return }
    let row = content.rows[current]
    switch key {
    case .up: self.panel?.row = content.row(-1, from: panel.row)
    case .down: self.panel?.row = content.row(1, from: panel.row)
    case .pageUp: self.panel?.row = content.row(-10, from: panel.row)
    case .pageDown: self.panel?.row = content.row(10, from: panel.row)
    case .first: self.panel?.row = content.row(-content.rows.count, from: panel.row)
    case .last: self.panel?.row = content.row(content.rows.count, from: panel.row)
    case .left: row.less.map { apply($0) }
    case .right: row.more.map { apply($0) }
    case .accept: row.accept.map { apply($0) }
    case .remove: row.remove.map { apply($0) }
    case .toggle: row.toggle.map { apply($0) }
    case .close: break
    }
  }

  /// A click on a row chooses it; on the chosen one, it is Enter.
  mutating func pointAt(panelRow row: Int) {
    guard let panel else { return }
    if row == panel.row { reducePanel(.accept) } else { self.panel?.row = row }
  }

  func content(of panel: Panel, _ theme: Theme) -> PanelContent? {
    switch panel.kind {
    case .timeline: return nil
    case .watches: return watchContent(theme)
    case .parameters: return parameterContent(theme)
    case .compare: return compareContent(theme)
    case .links: return linksContent(theme)
    case .whatIf: return whatIfContent(theme)
    case .offer: return offerContent(theme)
    }
  }
}

extension Panel.Key {
  /// What a key does while a panel is open; nil for the keys that do as always.
  init?(_ key: Key) {
    switch key {
    case .up, .character("k"): self = .up
    case .down, .character("j"): self = .down
    case .left, .character("h"): self = .left
    case .right, .character("l"): self = .right
    case .pageUp: self = .pageUp
    case .pageDown: self = .pageDown
    case .home: self = .first
    case .end: self = .last
    case .enter: self = .accept
    case .delete, .backspace, .character("d"): self = .remove
    case .character(" "): self = .toggle
    case .escape, .character("q"): self = .close
    default: return nil
    }
  }
}
