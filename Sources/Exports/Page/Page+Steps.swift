import Screen
import Walkthroughs

/// A step: what is said of it, its question or its try, and what the debugger shows.
extension Page {
  func step(_ frame: Frame) -> Markup {
    let anchor = Page.anchor(frame)
    let talk = frame.told.map { told(frame, $0) } ?? described(frame)
    let lit = reel.lesson.map { Set($0.steps[frame.number - 1].highlights) } ?? []
    let exhibit = PageExhibit(frame.state.exhibit, pictures, lit: lit, isLesson: isLesson)
    return .element(
      "section", ["class": "step", "id": anchor, "aria-labelledby": "\(anchor)-title"],
      [
        .element("div", ["class": "talk"], talk), exhibit.sight,
        .element("div", ["class": "facts-of-step"], exhibit.facts),
      ])
  }

  private func title(_ frame: Frame, _ text: String) -> Markup {
    .element("h2", ["id": "\(Page.anchor(frame))-title"], text)
  }

  // MARK: A step of the iteration

  private func described(_ frame: Frame) -> [Markup] {
    let exhibit = frame.state.exhibit
    var parts = [title(frame, "\(frame.number). \(exhibit.title)")]
    if !exhibit.formula.isEmpty { parts.append(.element("p", ["class": "formula"], exhibit.formula)) }
    parts.append(.element("p", ["class": "said"], exhibit.meaning))
    if !exhibit.source.isEmpty { parts.append(.element("p", ["class": "source"], exhibit.source)) }
    return parts
  }

  // MARK: A step of a lesson

  private func told(_ frame: Frame, _ told: ToldStep) -> [Markup] {
    let chapter = reel.lesson?.chapter(at: frame.number - 1)
    var parts = [title(frame, chapter ?? "Step \(frame.number)")]
    if let prose = told.prose { parts.append(.element("div", ["class": "said"], paragraphs(prose))) }
    if let question = told.question { parts.append(ask(question, frame)) }
    if let attempt = told.attempt { parts.append(goal(attempt, frame)) }
    if let source = told.source { parts.append(.element("p", ["class": "source"], source)) }
    return parts
  }

  private func paragraphs(_ pieces: [ToldStep.Piece]) -> [Markup] {
    pieces.split(separator: .paragraph).map { .element("p", [:], $0.map(word)) }
  }

  private func inline(_ pieces: [ToldStep.Piece]) -> [Markup] { pieces.map(word) }

  private func word(_ piece: ToldStep.Piece) -> Markup {
    guard case .words(let text, let style) = piece else { return .text(" ") }
    return switch style {
    case .plain: .text(text)
    case .bold: .element("strong", [:], text)
    case .italic: .element("em", [:], text)
    case .code: .element("code", [:], text)
    }
  }

  private func hint(_ pieces: [ToldStep.Piece]?) -> [Markup] {
    guard let pieces else { return [] }
    return [.element("details", ["class": "hint"], [.element("summary", [:], "Hint")] + paragraphs(pieces))]
  }

  private func ask(_ question: ToldStep.Question, _ frame: Frame) -> Markup {
    let name = "\(Page.anchor(frame))-question"
    let answers: Markup
    switch question.answers {
    case .choices(let choices, _):
      let buttons = choices.enumerated().map { index, text in
        Markup.element(
          "li", [:],
          [
            .element(
              "button", ["type": "button", "class": "choice", "data-choice": "\(index)"],
              [
                .element("span", ["class": "number"], "\(index + 1)"), .text(" \(text) "),
                .element("span", ["class": "verdict"]),
              ])
          ])
      }
      answers = .element("ol", ["class": "choices"], buttons)
    case .number(_, let tolerance):
      let within = tolerance > 0 ? "Your answer, within \(Coordinate.text(tolerance)):" : "Your answer:"
      answers = .element(
        "form", ["class": "typed"],
        [
          .element("label", ["for": "\(name)-number"], within),
          .element(
            "input", ["id": "\(name)-number", "type": "text", "inputmode": "decimal", "autocomplete": "off"]),
          .element("button", ["type": "submit"], "Answer"),
        ])
    }
    return .element(
      "div", ["class": "ask", "role": "group", "aria-labelledby": name],
      [.element("p", ["id": name, "class": "question"], inline(question.text)), answers]
        + hint(question.hint) + [
          .element("p", ["class": "outcome", "role": "status"]),
          .element(
            "details", ["class": "reveal"],
            [
              .element("summary", [:], "Show the answer"),
              .element("p", ["class": "answer"], [.text("→ "), .element("strong", [:], question.answer)]),
            ] + paragraphs(question.why)),
        ])
  }

  private func goal(_ attempt: ToldStep.Attempt, _ frame: Frame) -> Markup {
    var way: [Markup] = [
      .element("summary", [:], "Show one way"),
      .element("p", [:], "In the debugger, behind the colon:"),
      .element("ul", ["class": "commands"], attempt.solution.map { .element("li", [:], [.element("code", [:], $0)]) }),
    ]
    if let solved = frame.solved {
      let exhibit = PageExhibit(solved.exhibit, pictures, lit: [], isLesson: true)
      way += [.element("p", [:], "Then it is so:"), exhibit.headline, exhibit.sight] + exhibit.factsWithoutHeadline
    }
    return .element(
      "div", ["class": "try"],
      [.element("div", ["class": "goal"], paragraphs(attempt.goal))] + [
        .element("p", ["class": "until"], [.text("Until "), .element("code", [:], attempt.condition)])
      ] + hint(attempt.hint) + [.element("details", ["class": "way"], way)])
  }
}
