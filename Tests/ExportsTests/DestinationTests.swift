import Exports
import Foundation
import Scenes
import Testing

@Suite struct DestinationTests {
  private func find(
    _ format: ExportFormat?, _ output: String?, isWhole: Bool = true
  ) throws(Fault) -> (format: ExportFormat, destination: Destination) {
    try Destination.find(format: format, output: output, isWhole: isWhole, isFolder: { $0 == "there" })
  }

  @Test func theEndingNamesTheFormat() throws {
    for format in ExportFormat.allCases where !format.holdsOneStep {
      let found = try find(nil, "a/lesson.\(format.rawValue)")
      #expect(found == (format, .file("a/lesson.\(format.rawValue)")))
    }
    #expect(try find(nil, "step.PNG", isWhole: false) == (.png, .file("step.PNG")))
    #expect(try find(.txt, "notes.md") == (.txt, .file("notes.md")))
  }

  @Test func picturesOfManyStepsGoToAFolder() throws {
    #expect(try find(.svg, "new") == (.svg, .folder("new")))
    #expect(try find(.png, "there") == (.png, .folder("there")))
    #expect(try find(.png, "there", isWhole: false) == (.png, .folder("there")))
    #expect(try find(.svg, nil, isWhole: false) == (.svg, .standardOutput))
    #expect(try find(.html, nil) == (.html, .standardOutput))
  }

  @Test(
    "what can't be meant is refused with what is wanted",
    arguments: [
      (nil, nil, "txt, svg, png, html or cast"), (nil, "lesson.gif", "txt, svg, png, html or cast"),
      (.svg, "a.png", "png"), (.svg, nil, "a folder"), (nil, "a.svg", "a folder"),
    ] as [(ExportFormat?, String?, String)])
  func faults(_ format: ExportFormat?, _ output: String?, _ words: String) throws {
    do throws(Fault) {
      _ = try find(format, output)
      Issue.record("taken")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
  }
}
