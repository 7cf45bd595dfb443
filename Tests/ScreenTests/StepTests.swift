import Detectors
import Scenes
import Screen
import Testing
import Traces

/// The real detectors, step by step.
@Suite struct StepTests {
  private static let detectors = Detectors.all.map { $0.name }

  @Test(arguments: detectors) func everyStepSaysWhatItDoes(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    #expect(trace.steps.count >= 13)
    var state = Fixture.state(trace)
    for step in trace.steps {
      let text = state.canvas(state.size).text.joined(separator: "\n")
      #expect(text.contains(step.title.prefix { !":(".contains($0) }.prefix(30)), "\(step.id): title")
      #expect(text.contains(Self.withoutMarks(step.formula).prefix(20)), "\(step.id): formula")
      #expect(text.contains(step.meaning.prefix(20)), "\(step.id): meaning")
      #expect(text.contains(step.headline.prefix(30)), "\(step.id): headline")
      #expect(text.contains(step.source.prefix { !";,".contains($0) }.prefix(16)), "\(step.id): source")
      state = state.reduce(.next)
    }
  }

  /// A cell holds one scalar: combining marks are not shown.
  private static func withoutMarks(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }))
  }

  @Test(arguments: detectors) func theFrameStandsStill(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    var state = Fixture.state(trace)
    let edges = trace.steps.map { _ in
      let top = Array(state.canvas(state.size).text[4])
      state = state.reduce(.next)
      return top.indices.filter { "┌┐".contains(top[$0]) }
    }
    #expect(Set(edges).count == 1 && edges[0].count == 4)
  }

  @Test func theRailOfRetinaNet() throws {
    let state = Fixture.state(try Fixture.mixed.get())
    let rail = state.canvas(Size(columns: 120, rows: 36)).text[1]
    #expect(
      rail.hasPrefix(
        "[IMAGE]─ backbone ─ pyramid ─ heads ─ anchors ─ overlap ─ match ─ targets ─ focal ─ box ─ grad ─ update ─"
      ))
    #expect(rail.contains("detect ") && rail.contains("1/13"))
  }

  /// In 120 columns every step has a name, uncut; in 80 the one shown has, and where it stands.
  @Test(arguments: detectors) func theRailNamesEveryStep(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    var state = Fixture.state(trace)
    for (index, step) in trace.steps.enumerated() {
      let place = "\(index + 1)/\(trace.steps.count)"
      let wide = words(state.canvas(Size(columns: 120, rows: 36)).text[1])
      #expect(wide.count == trace.steps.count + 1 && wide.last == place, "\(wide)")
      for (word, named) in zip(wide, trace.steps) where named.id != step.id {
        #expect(Self.names(of: named.id).contains(word), "\(word) for \(named.id)")
      }
      let narrow = words(state.canvas(Size(columns: 80, rows: 24)).text[1])
      for rail in [wide, narrow] {
        #expect(rail.last == place && rail.contains { $0.hasPrefix("[") && $0.hasSuffix("]") }, "\(rail)")
      }
      state = state.reduce(.next)
    }
  }

  private static func names(of id: String) -> [String] {
    let short = [
      "backbone": "CNN", "pyramid": "FPN", "overlap": "IoU", "saturation": "saturate", "gradients": "grad",
      "detections": "detect",
    ]
    return [id, short[id] ?? id]
  }

  /// Where 80 columns are too few, a column of numbers goes as a whole.
  @Test(arguments: detectors) func noNumberIsCut(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    var state = Fixture.state(trace, columns: 80, rows: 24).reduce(.focusNext)
    for step in trace.steps {
      for view in step.views {
        let panels = state.canvas(state.size).text.dropFirst(5)
        #expect(!panels.contains { $0.contains(/[0-9.]…/) }, "\(step.id), \(view.title)")
        state = state.reduce(.nextView)
      }
      state = state.reduce(.next)
    }
  }

  private func words(_ rail: String) -> [String] {
    rail.replacing("[", with: " [").split { $0 == " " || $0 == "─" }.map(String.init)
  }

  @Test func aMomentShowsNothingOfWhatComesAfter() throws {
    let trace = try Fixture.mixed.get()
    let early = Fixture.state(trace)
    let text = early.canvas(early.size).text.joined()
    #expect(text.contains("not yet") && !text.contains("positive  "))
    let match = (0..<6).reduce(early) { state, _ in state.reduce(.next) }
    #expect(match.canvas(match.size).text.joined().contains(" positive  "))
  }

  @Test(arguments: detectors) func everyViewIsDrawn(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 36), Size(columns: 200, rows: 60)] {
      var state = Fixture.state(trace, columns: size.columns, rows: size.rows).reduce(.focusNext)
      for step in trace.steps {
        for _ in step.views {
          #expect(state.canvas(size).size == size)
          state = state.reduce(.move(.down)).reduce(.follow)
          #expect(state.canvas(size).size == size)
          state = state.reduce(.nextView)
        }
        state = state.reduce(.next)
      }
    }
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
