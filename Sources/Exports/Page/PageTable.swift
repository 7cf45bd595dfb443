import Screen
import Traces

/// Lists and bars as tables.
enum PageTable {
  static func drawn(_ list: Exhibit.List) -> [Markup] {
    let note = list.note.isEmpty ? [] : [Markup.element("p", ["class": "note"], list.note)]
    guard !list.rows.isEmpty else {
      return note.isEmpty ? [.element("p", ["class": "note"], "Nothing to list.")] : note
    }
    let hasBars = list.rows.contains { $0.part != nil }
    let heads = list.headings.enumerated().map { index, text in
      Markup.element("th", attributes(list, index), text.replacing("▾", with: " ↓"))
    }
    let head =
      list.headings.allSatisfy(\.isEmpty)
      ? [] : [Markup.element("thead", [:], [.element("tr", [:], heads + (hasBars ? [.element("td")] : []))])]
    let body = Markup.element("tbody", [:], list.rows.map { row($0, list, hasBars) })
    let table = Markup.element("table", [:], head + [body])
    // What has its own scroll bar can be reached by the keys too.
    let place: KeyValuePairs<String, String> =
      list.rows.count > 14
      ? ["class": "wide long", "tabindex": "0", "role": "group", "aria-label": "List"] : ["class": "wide"]
    return [.element("div", place, [table])] + note
  }

  private static func attributes(_ list: Exhibit.List, _ column: Int) -> KeyValuePairs<String, String> {
    list.isNumeric.indices.contains(column) && list.isNumeric[column]
      ? ["scope": "col", "class": "number"] : ["scope": "col"]
  }

  private static func row(_ row: Exhibit.List.Row, _ list: Exhibit.List, _ hasBars: Bool) -> Markup {
    if let rule = row.rule {
      let width = list.isNumeric.count + (hasBars ? 1 : 0)
      return .element(
        "tr", ["class": "rule-across"], [.element("td", ["colspan": "\(max(1, width))"], rule)])
    }
    var cells = row.cells.enumerated().map { index, text -> Markup in
      let isNumber = list.isNumeric.indices.contains(index) && list.isNumeric[index]
      if let kind = row.kind, text.hasPrefix("\(Tone.sign(kind)) ") {
        return .element("td", ["class": Tone.name(kind)], text)
      }
      if isNumber { return .element("td", ["class": "number"], text) }
      return text.count > 32 ? .element("td", ["class": "words"], text) : .element("td", [:], text)
    }
    if hasBars { cells.append(bar(row.part ?? 0, marks: [])) }
    if row.isSelected { return .element("tr", ["class": "selected", "aria-current": "true"], cells) }
    return row.isLeft ? .element("tr", ["class": "left"], cells) : .element("tr", [:], cells)
  }

  static func drawn(_ bars: Exhibit.Bars) -> [Markup] {
    guard !bars.bars.isEmpty else { return [.element("p", ["class": "note"], "Nothing to compare.")] }
    let rows = bars.bars.map { bar -> Markup in
      let cells: [Markup] = [
        .element("th", ["scope": "row"], bar.label), self.bar(bar.part, marks: bars.marks.map(\.part)),
        .element("td", ["class": "number"], [.element("strong", [:], bar.value)]),
      ]
      return bar.isSelected
        ? .element("tr", ["class": "selected", "aria-current": "true"], cells) : .element("tr", [:], cells)
    }
    let words = bars.words + bars.marks.map { "│ \($0.label)" }
    let table = Markup.element("table", ["class": "bars"], [.element("tbody", [:], rows)])
    return [.element("div", ["class": "wide"], [table])]
      + (words.isEmpty ? [] : [.element("p", ["class": "note"], words.joined(separator: ", "))])
  }

  /// A cell with a bar; what it shows stands in words beside it.
  private static func bar(_ part: Double, marks: [Double]) -> Markup {
    let width = part.isFinite ? min(max(part, 0), 1) * 100 : 0
    return .element(
      "td", ["class": "bar-cell", "aria-hidden": "true"],
      [.element("span", ["class": "bar-of", "style": "width:\(svg: width)%"])]
        + marks.map { .element("span", ["class": "mark", "style": "left:\(svg: min(max($0, 0), 1) * 100)%"]) })
  }
}

/// What a state's kind is called in the style sheet, and its sign: never told by colour alone.
enum Tone {
  static func name(_ kind: StateLegend.State.Kind) -> String {
    switch kind {
    case .positive: "positive"
    case .between: "between"
    case .negative: "negative"
    }
  }

  static func sign(_ kind: StateLegend.State.Kind) -> String {
    switch kind {
    case .positive: "+"
    case .between: "~"
    case .negative: "−"
    }
  }
}
