import Scenes
import Screen
import Testing
import Traces

/// The real RetinaNet, step by step.
@Suite struct StepTests {
  @Test func everyStepSaysWhatItDoes() throws {
    let trace = try Fixture.mixed.get()
    #expect(trace.steps.count == 13)
    var state = Fixture.state(trace)
    for step in trace.steps {
      let text = state.canvas(state.size).text.joined(separator: "\n")
      #expect(text.contains(step.title.prefix(30)), "\(step.id): title")
      #expect(text.contains(Self.withoutMarks(step.formula).prefix(20)), "\(step.id): formula")
      #expect(text.contains(step.meaning.prefix(20)), "\(step.id): meaning")
      #expect(text.contains(step.headline.prefix(30)), "\(step.id): headline")
      #expect(text.contains(step.source.prefix(20)), "\(step.id): source")
      state = state.reduce(.next)
    }
  }

  /// A cell holds one scalar: combining marks are not shown.
  private static func withoutMarks(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }))
  }

  @Test func theFrameStandsStill() throws {
    var state = Fixture.state(try Fixture.mixed.get())
    let edges = (0..<13).map { _ in
      let top = Array(state.canvas(state.size).text[4])
      state = state.reduce(.next)
      return top.indices.filter { "┌┐".contains(top[$0]) }
    }
    #expect(Set(edges).count == 1 && edges[0].count == 4)
  }

  @Test func theRailNamesEveryStepIn120Columns() throws {
    let state = Fixture.state(try Fixture.mixed.get())
    let rail = state.canvas(Size(columns: 120, rows: 36)).text[1]
    #expect(
      rail.hasPrefix(
        "[IMAGE]─ backbone ─ pyramid ─ heads ─ anchors ─ overlap ─ match ─ targets ─ focal ─ box ─ grad ─ update ─"
      ))
    #expect(rail.contains("detect ") && rail.contains("1/13"))
  }

  @Test func aMomentShowsNothingOfWhatComesAfter() throws {
    let trace = try Fixture.mixed.get()
    let early = Fixture.state(trace)
    let text = early.canvas(early.size).text.joined()
    #expect(text.contains("not yet") && !text.contains("positive  "))
    let match = (0..<6).reduce(early) { state, _ in state.reduce(.next) }
    #expect(match.canvas(match.size).text.joined().contains("+ positive"))
  }

  @Test(arguments: Gallery.names) func everySceneIsDrawn(_ name: String) throws {
    let trace = try Fixture.real(name)
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 36), Size(columns: 200, rows: 60)] {
      var state = Fixture.state(trace, columns: size.columns, rows: size.rows)
      for _ in trace.steps {
        #expect(state.canvas(size).size == size)
        state = state.reduce(.nextView)
        #expect(state.canvas(size).size == size)
        state = state.reduce(.next)
      }
    }
  }
}
