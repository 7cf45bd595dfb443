import Screen
import Traces
import Walkthroughs

/// What the debugger shows at a step, part by part.
struct PageExhibit {
  let exhibit: Exhibit
  let pictures: Pictures
  /// The parts that a lesson speaks of.
  let lit: Set<LessonStep.Highlight>
  let isLesson: Bool

  init(_ exhibit: Exhibit, _ pictures: Pictures, lit: Set<LessonStep.Highlight>, isLesson: Bool) {
    self.exhibit = exhibit
    self.pictures = pictures
    self.lit = lit
    self.isLesson = isLesson
  }

  var facts: [Markup] { [headline] + factsWithoutHeadline }

  var factsWithoutHeadline: [Markup] { other + views + [losses, why] }

  /// The other side of a comparison.
  private var other: [Markup] {
    guard let (exhibit, title) = exhibit.other else { return [] }
    let other = PageExhibit(exhibit, pictures, lit: [], isLesson: isLesson)
    return [
      .element("section", ["class": lit(.view, "part")], [.element("h3", [:], "Beside it: \(title)"), other.sight])
    ]
  }

  func lit(_ part: LessonStep.Highlight, _ name: String) -> String { lit.contains(part) ? "\(name) lit" : name }

  // MARK: Words

  /// Where one is, and what just happened.
  var headline: Markup {
    let rail = exhibit.stepIDs.enumerated().map { index, id in
      index == exhibit.stepIndex
        ? Markup.element("li", ["aria-current": "step"], id) : Markup.element("li", [:], id)
    }
    let parts: [Markup] =
      (isLesson ? [.element("ol", ["class": lit(.rail, "rail"), "aria-label": "Steps of the iteration"], rail)] : [])
      + [.element("p", ["class": "headline"], exhibit.headline)]
      + exhibit.hazards.prefix(4).map { .element("p", ["class": "hazard"], "! \($0)") }
      + (exhibit.hazards.count > 4
        ? [.element("p", ["class": "hazard"], "! and \(exhibit.hazards.count - 4) more")] : [])
    return .element("section", ["class": lit(.headline, "part"), "aria-label": "What just happened"], parts)
  }

  private var losses: Markup {
    let losses = exhibit.losses
    // Before the first of them is known there is nothing to tell.
    guard losses.contains(where: \.isKnown) else { return .nothing }
    let rows = losses.map { loss -> Markup in
      let name = Markup.element("th", ["scope": "row"], loss.name)
      guard loss.isKnown else {
        return .element(
          "tr", ["class": "left"], [name, .element("td", ["colspan": "3", "class": "number"], "not yet")])
      }
      let quotient = loss.quotient
      return .element(
        "tr", [:],
        [
          name, .element("td", ["class": "number"], quotient?.sum ?? ""),
          .element("td", [:], quotient.map { "/ \($0.normalizer)" } ?? ""),
          .element("td", ["class": "number"], [.element("strong", [:], loss.value)]),
        ])
    }
    let heads = ["loss", "sum", "normaliser", "value"].enumerated().map { index, text in
      Markup.element("th", index % 2 == 1 ? ["scope": "col", "class": "number"] : ["scope": "col"], text)
    }
    return .element(
      "section", ["class": lit(.losses, "part")],
      [
        .element("h3", [:], "Losses"),
        .element(
          "div", ["class": "wide"],
          [
            .element(
              "table", [:],
              [.element("thead", [:], [.element("tr", [:], heads)]), .element("tbody", [:], rows)])
          ]),
      ])
  }

  private var why: Markup {
    guard let why = exhibit.why else {
      return .element(
        "section", ["class": lit(.why, "part")],
        [.element("h3", [:], "Why"), .element("p", [:], exhibit.withoutWhy)])
    }
    let lines = why.lines.map { line in
      Markup.element(
        "div", [:],
        [
          .element("dt", [:], line.topic),
          .element(
            "dd", [:],
            [.element("span", ["class": "rule"], line.rule)]
              + (line.numbers.isEmpty ? [] : [.element("span", ["class": "here"], "here \(line.numbers)")])
              + (line.conclusion.isEmpty ? [] : [.element("span", ["class": "so"], "→ \(line.conclusion)")])),
        ])
    }
    return .element(
      "section", ["class": lit(.why, "part why")],
      [
        .element("h3", [:], "Why: \(why.subject)"), .element("p", ["class": "verdict-of-why"], why.verdict),
        .element("dl", [:], lines),
      ])
  }

  // MARK: Views

  /// The chosen view; of an iteration, the others folded.
  private var views: [Markup] {
    let (all, chosen) = exhibit.views
    guard all.indices.contains(chosen) else { return [] }
    let first = Markup.element(
      "section", ["class": lit(.view, "part view")],
      [.element("h3", [:], all[chosen].title)] + drawn(all[chosen].content))
    guard !isLesson else { return [first] }
    let others = all.indices.filter { $0 != chosen }.map { index in
      Markup.element(
        "details", ["class": "part view"],
        [.element("summary", [:], all[index].title)] + drawn(all[index].content))
    }
    return [first] + others
  }

  private func drawn(_ content: Exhibit.Content) -> [Markup] {
    switch content {
    case .list(let list): PageTable.drawn(list)
    case .bars(let bars): PageTable.drawn(bars)
    case .histogram(let histogram, let list): [PageChart.drawn(histogram)] + PageTable.drawn(list)
    case .plot(let plot): PageChart.drawn(plot)
    case .maps(let maps, let words): PageMap.drawn(maps, words)
    case .lens(let lens, let pooled, let list):
      [PageMap.drawn(lens, over: pictures.use(exhibit.state))] + PageTable.drawn(list) + PageMap.drawn([pooled], [])
    case .words(let words): [.element("p", [:], words)]
    }
  }
}
