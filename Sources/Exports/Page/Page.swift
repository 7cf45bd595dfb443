import Foundation
import Scenes
import Screen
import Traces
import Walkthroughs

/// A reel as one page that needs nothing but itself: no network, no font, no other file. Without scripts it is a
/// document to be read from top to bottom; with them it shows one step after another.
struct Page {
  let reel: Reel
  /// Every picture once, however many steps show it.
  let pictures: Pictures

  init(_ reel: Reel) throws(Fault) {
    self.reel = reel
    pictures = try Pictures(reel.frames.flatMap { [$0.state] + ($0.solved.map { [$0] } ?? []) })
  }

  var isLesson: Bool { reel.lesson != nil }

  var text: String {
    let page = Markup.element("html", ["lang": "en"], [head, body])
    return "<!DOCTYPE html>\n\(page.source)\n"
  }

  /// Nothing may be fetched from anywhere.
  private static let policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'"

  private var head: Markup {
    .element(
      "head", [:],
      [
        .element("meta", ["charset": "utf-8"]),
        .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .element("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
        .element("meta", ["name": "color-scheme", "content": "light dark"]),
        .element("title", [:], "\(reel.title) · boxstep"),
        .raw("style", [:], PageStyle.text, comment: ("/*", "*/")),
      ])
  }

  private var body: Markup {
    .element(
      "body", [:],
      [
        .element("a", ["class": "skip", "href": "#steps"], "To the steps"), pictures.definitions, header,
        .element("main", ["id": "steps"], reel.frames.map(step) + (isLesson ? [end] : [])), bar,
        .element("p", ["id": "news", "class": "unseen", "aria-live": "polite"]),
        .data(id: "data", json: JSONText.encode(PageData(reel))),
        .raw("script", [:], PageScript.text, comment: ("//", "")),
      ])
  }

  // MARK: Around the steps

  private var header: Markup {
    let facts: String
    if let lesson = reel.lesson {
      facts = "\(lesson.level.rawValue) · \(lesson.minutes) minutes · \(reel.frames.count) steps"
    } else {
      facts = "\(reel.frames.count) steps"
    }
    return .element(
      "header", ["class": "top"],
      [
        .element("h1", [:], reel.title),
        .element("p", ["class": "summary"], reel.summary),
        .element("p", ["class": "facts"], facts),
        .element(
          "nav", ["aria-label": isLesson ? "Chapters" : "Steps"], [.element("ol", ["class": "places"], places)]),
      ])
  }

  private var places: [Markup] {
    reel.frames.compactMap { frame in
      guard let name = isLesson ? frame.chapter : frame.id else { return nil }
      return .element("li", [:], [.element("a", ["href": "#\(Self.anchor(frame))"], name)])
    }
  }

  /// The id of a step's section. Nothing of the lesson's can be mistaken for one of the page's own.
  static func anchor(_ frame: Frame) -> String {
    "step-" + String(frame.id.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }) + "-\(frame.number)"
  }

  private var bar: Markup {
    let hasHints = reel.frames.contains { $0.told?.question?.hint != nil || $0.told?.attempt?.hint != nil }
    let hint = Markup.element("button", ["type": "button", "id": "hint", "aria-keyshortcuts": "h"], "Hint")
    return .element(
      "footer", ["class": "bar", "hidden": ""],
      [
        .element("button", ["type": "button", "id": "back", "aria-keyshortcuts": "p PageUp"], "Back"),
        .element(
          "div", ["class": "progress"],
          [
            .element("span", ["id": "count"]),
            .element(
              "progress", ["id": "progress", "max": "\(reel.frames.count)", "value": "1", "aria-label": "Progress"]),
          ]),
      ] + (hasHints ? [hint] : []) + [
        .element("button", ["type": "button", "id": "next", "aria-keyshortcuts": "n PageDown Space"], "Next")
      ])
  }

  private var end: Markup {
    .element(
      "section", ["class": "step end", "id": "end", "aria-labelledby": "end-title"],
      [
        .element("h2", ["id": "end-title"], "The end"),
        .element("p", ["id": "score", "class": "score"]),
        .element(
          "p", [:],
          [
            .text("To go on by yourself, in a terminal: "), .element("code", [:], "boxstep play \(reel.playName)"),
          ]),
      ])
  }
}

/// What the script has to know: which answers are right.
struct PageData: Encodable {
  struct Step: Encodable {
    let anchor: String
    let question: Question?
  }

  struct Question: Encodable {
    /// The right choice, counted from 0.
    var right: Int?
    var answer: Double?
    var tolerance: Double?
  }

  let steps: [Step]

  init(_ reel: Reel) {
    steps = reel.frames.map { frame in
      Step(anchor: Page.anchor(frame), question: frame.told?.question.map(Self.question))
    }
  }

  private static func question(_ question: ToldStep.Question) -> Question {
    switch question.answers {
    case .choices(_, let right): Question(right: right)
    case .number(let answer, let tolerance): Question(answer: answer, tolerance: tolerance)
    }
  }
}

/// The pictures of a page, each once.
struct Pictures {
  private var numbers: [Picture: Int] = [:]
  private(set) var definitions = Markup.nothing

  init(_ states: [State]) throws(Fault) {
    var images: [Markup] = []
    for picture in states.map(\.scene.picture) where numbers[picture] == nil {
      let number = numbers.count
      numbers[picture] = number
      images.append(
        .element(
          "image",
          [
            "id": "picture-\(number)", "width": "\(picture.width)", "height": "\(picture.height)",
            "href": try Self.link(picture),
          ]))
    }
    definitions = .element(
      "svg", ["class": "unseen", "width": "0", "height": "0", "aria-hidden": "true"], [.element("defs", [:], images)])
  }

  /// The picture of a state, drawn where it is used.
  func use(_ state: State) -> Markup {
    .element("use", ["href": "#picture-\(numbers[state.scene.picture] ?? 0)"])
  }

  /// A picture as an address that holds it.
  static func link(_ picture: Picture) throws(Fault) -> String {
    "data:image/png;base64," + Data(try PictureFile.encodePNG(picture, source: "a picture")).base64EncodedString()
  }
}
