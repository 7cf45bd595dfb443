import Exports
import Foundation
import Testing

/// There is one recorded terminal at a time in a process.
@Suite(.serialized) struct CastExportTests {
  private struct Event {
    let time: Double
    let code: String
    let data: String

    init(_ line: Substring) throws {
      let parts = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      #expect(parts.count == 3)
      time = try #require(parts[0] as? Double)
      code = try #require(parts[1] as? String)
      data = try #require(parts[2] as? String)
    }
  }

  private func read(_ text: String) throws -> (header: [String: Any], events: [Event]) {
    let lines = text.split(separator: "\n")
    let first = try #require(lines.first)
    let header = try #require(try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
    return (header, try lines.dropFirst().map(Event.init))
  }

  @Test func aLessonHasAMarkerAChapter() throws {
    let reel = try Sample.lessonReel()
    let (header, events) = try read(Sample.text(of: reel, as: .cast))
    #expect(header["version"] as? Int == 2)
    #expect(header["width"] as? Int == 120 && header["height"] as? Int == 36)
    #expect(header["title"] as? String == "Who is \"slender\" & <why>?")
    #expect((header["env"] as? [String: String])?["TERM"] == "xterm-256color")
    #expect(events.filter { $0.code == "m" }.map(\.data) == ["The posts", "A choice"])
    // Four steps, two answers, the solution, the end.
    let shown = events.filter { $0.code == "o" }
    #expect(shown.count == 8)
    #expect(shown[0].data.hasPrefix("\u{1B}[?25l") && shown[0].data.contains("slender"))
    #expect(shown[7].data.contains("\u{1B}[?25h"))
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
    // As long as its words take, and a second.
    let words = try #require(reel.frames[0].state.narration).wordCount
    #expect(words > 15 && abs(shown[1].time - 1 - 0.3 * Double(words)) < 0.001)
  }

  @Test func anIterationHasAMarkerAStepAndIsTheSameEachTime() throws {
    let text = try Sample.text(of: Sample.iterationReel(), as: .cast)
    let (_, events) = try read(text)
    #expect(events.filter { $0.code == "m" }.map(\.data).prefix(3) == ["image", "backbone", "pyramid"])
    #expect(events.filter { $0.code == "m" }.count == 13)
    #expect(text == (try Sample.text(of: Sample.iterationReel(), as: .cast)))
  }
}
