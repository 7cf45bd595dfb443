import Exports
import Foundation
import Scenes
import Testing

@Suite struct TextExportTests {
  @Test func everyStepOfAnIterationHasItsFrame() throws {
    let reel = try Sample.iterationReel()
    let lines = try Sample.text(of: reel, as: .txt).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(reel.frames.count == 13)
    let headings = lines.filter { $0.hasPrefix("== ") }.map(String.init)
    #expect(headings == reel.frames.map { "== \($0.number)/13 \($0.id)" })
    // A heading, a blank, the screen, a blank between two.
    #expect(lines.count == 13 * (36 + 3))
    #expect(!lines.contains { $0.hasSuffix(" ") || $0.contains("▀") })
  }

  @Test func oneStepIsSelectedAsAsked() throws {
    let reel = try Sample.iterationReel(step: "match", Reel.Focus(view: 2, place: "gt 1"))
    let text = try Sample.text(of: reel, as: .txt)
    #expect(reel.frames.map(\.number) == [7] && text.hasPrefix("== 7/13 match\n"))
    #expect(text.contains("WHY  gt 1") && text.contains("view 2/"))
  }

  @Test func aLessonIsTold() throws {
    let text = try Sample.text(of: Sample.lessonReel(), as: .txt)
    let frames = text.split(separator: "\n== ")
    #expect(text.hasPrefix("== 1/4 look: The posts\n") && frames.count == 4)
    #expect(frames[0].contains("There are 5 objects, all thin, and a < b.") && frames[0].contains("LESSON"))
    #expect(frames[2].contains("1  Yes & always") && frames[2].contains("2  No, none"))
    // Nothing is given away.
    #expect(!text.contains("No anchor fits."))
  }

  @Test(
    "places and views that are not there",
    arguments: [
      ("match", nil, "gt 99", "gt goes from 0 to 4"), ("match", 99, nil, "a view of this step"),
      ("mach", nil, nil, "did you mean \"match\""),
    ] as [(String, Int?, String?, String)])
  func faults(_ step: String, _ view: Int?, _ place: String?, _ words: String) throws {
    do {
      _ = try Sample.iterationReel(step: step, Reel.Focus(view: view, place: place))
      Issue.record("taken")
    } catch let fault as Fault {
      #expect("\(fault)".contains(words), "\(fault)")
    }
  }
}
