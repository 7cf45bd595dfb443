import Detectors
import Exports
import Foundation
import Scenes
import Screen
import Testing
import Walkthroughs

/// Pages are well-formed XML too, so that a strict parser sees what a browser would mend.
@Suite struct PageTests {
  private func page(_ reel: Reel) throws -> XMLTree { try XMLTree.parse(Export.bytes(of: reel, as: .html)) }

  private struct Told: Decodable {
    struct Step: Decodable {
      let anchor: String
      let question: Question?
    }

    struct Question: Decodable {
      let right: Int?
      let answer: Double?
      let tolerance: Double?
    }

    let steps: [Step]
  }

  private func data(_ page: XMLTree) throws -> Told {
    let script = try #require(page.all("script").first { $0.attributes["id"] == "data" })
    return try JSONDecoder().decode(Told.self, from: Data(script.text.utf8))
  }

  @Test func answersAreTheEngines() throws {
    let reel = try Sample.lessonReel()
    let data = try data(page(reel))
    #expect(data.steps.count == 4)
    #expect(data.steps[0].question == nil && data.steps[3].question == nil)
    // What LessonTelling says is right, the page says is right.
    #expect(data.steps[1].question?.answer == 4 && data.steps[1].question?.tolerance == 0)
    #expect(data.steps[2].question?.right == 1)
  }

  @Test func everyStepIsASectionWithWhatItSays() throws {
    let reel = try Sample.lessonReel()
    let page = try page(reel)
    let data = try data(page)
    let main = try #require(page.all("main").first)
    let sections = main.children.filter { $0.attributes["class"]?.hasPrefix("step") ?? false }
    #expect(sections.compactMap { $0.attributes["id"] } == data.steps.map(\.anchor) + ["end"])
    let ids = page.all.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    // Narration with its numbers, bold, italics and code, and nothing of the lesson's taken as markup.
    let talk = try #require(sections[0].all(ofClass: "talk").first)
    #expect(talk.all("p").map(\.text).contains("There are 5 objects, all thin, and a < b."))
    #expect(talk.all("strong").map(\.text) == ["5"] && talk.all("em").map(\.text) == ["all"])
    #expect(talk.all("code").map(\.text) == ["a < b"])
    #expect(page.all("h1").map(\.text) == ["Who is \"slender\" & <why>?"])
    #expect(page.all("nav").first?.all("a").map(\.text) == ["The posts", "A choice"])
  }

  @Test func questionsAndTriesAreThere() throws {
    let page = try page(Sample.lessonReel())
    let asks = page.all(ofClass: "ask")
    #expect(asks.count == 2)
    #expect(asks[0].all("input").count == 1 && asks[0].all(ofClass: "hint").map(\.text) == ["HintCount them."])
    #expect(asks[1].all(ofClass: "choice").map(\.text) == ["1 Yes & always ", "2 No, none "])
    // The reason is folded away with the answer.
    #expect(asks[1].all(ofClass: "reveal").first?.text == "Show the answer→ No, noneNo anchor fits.")
    let way = try #require(page.all(ofClass: "way").first)
    #expect(way.all("code").first?.text == "set positive_iou 0.42")
    // Once it is solved, gt 1 has positives.
    #expect(way.all(ofClass: "why").first?.all("h3").first?.text == "Why: gt 1 (lamp)")
    #expect(way.all(ofClass: "verdict-of-why").first?.text.hasSuffix("positive anchors") == true)
  }

  @Test func nothingIsFetched() throws {
    for reel in try [Sample.lessonReel(), Sample.iterationReel()] {
      let page = try page(reel)
      for element in page.all {
        for name in ["href", "src", "xlink:href"] {
          guard let link = element.attributes[name] else { continue }
          #expect(link.hasPrefix("#") || link.hasPrefix("data:image/png;base64,"), "\(element.name) \(link.prefix(40))")
        }
        #expect(!["link", "iframe", "object", "embed"].contains(element.name))
      }
      let style = try #require(page.all("style").first).text
      #expect(!style.contains("url(") && !style.contains("@import"))
      let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
      #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'; img-src data:;") == true)
    }
  }

  @Test func thePictureIsTheScenesOnce() throws {
    let reel = try Sample.iterationReel()
    let page = try page(reel)
    let pictures = page.all("image").filter { $0.attributes["id"]?.hasPrefix("picture-") ?? false }
    #expect(pictures.count == 1)
    let link = try #require(pictures.first?.attributes["href"])
    let bytes = try #require(Data(base64Encoded: String(link.dropFirst("data:image/png;base64,".count))))
    #expect(try PictureFile.decode(Array(bytes), source: "page") == reel.frames[0].state.scene.picture)
    #expect(page.all("use").count == 13)
  }

  @Test func boxesAndStatesAreVectorsOverThePicture() throws {
    let reel = try Sample.iterationReel(step: "match", Reel.Focus(place: "gt 1"))
    let page = try page(reel)
    let sight = try #require(page.all(ofClass: "sight").first)
    let scene = reel.frames[0].state.scene
    #expect(sight.attributes["viewBox"] == "0 0 \(scene.width) \(scene.height)")
    let words = try #require(sight.attributes["aria-label"])
    for object in scene.groundTruth.indices { #expect(words.contains("gt \(object) "), "\(words)") }
    // Each object's box, light over dark, and the anchor's.
    #expect(sight.all(ofClass: "solid").count == 2 * scene.groundTruth.count)
    #expect(sight.all(ofClass: "dashed").count == 1)
    let box = scene.groundTruth[0].box
    let path = try #require(sight.all(ofClass: "solid").first?.attributes["d"])
    #expect(path.hasPrefix("M") && path.contains("H"))
    let numbers = path.split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
    #expect(numbers.count == 5 && abs(numbers[0] - box.x1) < 0.01 && abs(numbers[3] - box.y2) < 0.01)
    // A path for each kind of state, and its sign in the legend.
    #expect(sight.all(ofClass: "sign-between").count == 1 && sight.all(ofClass: "sign-negative").count == 1)
    let legend = try #require(page.all(ofClass: "legend").first)
    #expect(legend.all("strong").map(\.text) == ["+", "~", "−"])
    // The view is a table of numbers, the chosen row the selected anchor's.
    let table = try #require(page.all(ofClass: "view").first?.all("table").first)
    #expect(table.all("th").map(\.text) == ["", "anchor", "IoU", "state"])
    #expect(table.all("tr").count == 25 && table.all(ofClass: "selected").count == 1)
  }

  @Test("every view of every detector is drawn", arguments: ["retinanet", "freeanchor", "fcos", "fasterrcnn", "ssd"])
  func everyView(detector: String) throws {
    let reel = try Sample.iterationReel(of: detector, Reel.Focus(iteration: 2))
    let page = try page(reel)
    for frame in reel.frames {
      let views = frame.state.exhibit.views.all
      #expect(!views.isEmpty, "\(frame.id)")
    }
    let shown = page.all(ofClass: "view")
    #expect(shown.count == reel.frames.reduce(0) { $0 + $1.state.viewCount })
    // Under each title there is something.
    for view in shown { #expect(view.children.count >= 2 && view.children[0].text != "", "\(view.text.prefix(80))") }
    #expect(page.all("path").allSatisfy { !($0.attributes["d"] ?? "").contains("nan") })
  }

  @Test func aComparisonShowsBothSides() throws {
    let text = Sample.lesson.replacing(
      "  goto: match\n  select: gt 1\n  say", with: "  goto: match\n  do: compare fcos\n  say")
    let reel = try Reel(LessonFile.parse(text, source: "thin.yaml"))
    let main = try #require(page(reel).all("main").first)
    let first = try #require(main.children.first)
    #expect(first.all(ofClass: "sight").count == 2)
    #expect(first.all("h3").first?.text == "Beside it: FCOS, iteration 1")
  }

  @Test("names that would be markup, or end the data, are only names")
  func hostileNames() throws {
    let name = "</script><img src=x onerror=alert(1)> & \"]]>"
    var scene = try #require(Gallery.scene(named: "slender", side: 96))
    scene.classes = scene.classes.map { "\(name) \($0)" }
    scene.name = name
    let settings = Settings(defaultsOf: RetinaNet.self)
    let reel = try Reel(Trainer(scene, detector: RetinaNet.self, settings: settings, seed: 0), step: "match")
    let bytes = try Export.bytes(of: reel, as: .html)
    let page = try XMLTree.parse(bytes)
    #expect(page.all("img").isEmpty && page.all("script").count == 2)
    #expect(page.all("h1").map(\.text) == ["RetinaNet on \(name), iteration 1"])
    #expect(!String(decoding: bytes, as: UTF8.self).contains("<img"))
    // Neither do they lead out of the folder.
    let svg = try XMLTree.parse(Export.bytes(of: reel, as: .svg))
    #expect(svg.children.first?.text.contains(name) == true)
  }

  /// The lessons that come with boxstep: all of them are long, so one of them without being asked.
  @Test func everyLessonIsAPage() throws {
    let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../walkthroughs").standardizedFileURL
      .path
    let isAsked = ProcessInfo.processInfo.environment["BOXSTEP_LESSONS"] == "all"
    let shelf = LessonShelf(folders: [folder]).entries.filter { isAsked || $0.name == "crowd" }
    #expect(shelf.count >= (isAsked ? 16 : 1))
    for entry in shelf {
      let lesson = try LessonFile.read(entry.path)
      let page = try page(Reel(lesson))
      let data = try data(page)
      #expect(data.steps.count == lesson.steps.count, "\(entry.name)")
      for (told, step) in zip(data.steps, lesson.steps) where step.ask != nil {
        #expect(told.question?.right != nil || told.question?.answer != nil, "\(entry.name): \(step.id)")
      }
    }
  }
}
