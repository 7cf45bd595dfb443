import Detectors
import Scenes
import Screen
import Testing
import Traces

/// Every step's screen says what the step did, and of what.
@Suite struct ExplainingTests {
  private static let detectors = Detectors.all.map { $0.name }

  private func text(_ state: State) -> String { state.canvas(state.size).text.joined(separator: "\n") }

  private func at(_ step: String, of detector: String, gt: Int? = nil) throws -> State {
    var state = Fixture.state(try Fixture.first(detector))
    if let gt {
      state = state.reduce(.select(.gt(gt)))
      state = state.reduce(.move(.left)).reduce(.move(.right))
    }
    return Snapshot.go(to: step, state)
  }

  // MARK: Why

  @Test(arguments: [
    ("gradients", "fcos", "pull"), ("detections", "fcos", "detected"), ("focal", "fcos", "cls loss"),
    ("mining", "ssd", "mined"), ("gradients", "retinanet", "pull"), ("detections", "retinanet", "detected"),
    ("box", "ssd", "box loss"), ("propose", "fasterrcnn", "proposal"),
  ]) func whatTheStepDidStandsFirst(_ step: String, _ detector: String, _ topic: String) throws {
    // A negative far from any object.
    let state = try at(step, of: detector).reduce(.select(.anchor(0)))
    let reasons = state.spokenReasons
    #expect(reasons.count > 1 && reasons[1].contains(topic), "\(reasons)")
  }

  @Test func theSecondStageSpeaksOfRegions() throws {
    for step in ["rois", "align", "stage2", "ce", "box", "detections"] {
      let state = try at(step, of: "fasterrcnn")
      #expect(state.spokenReasons[0].contains("region"), "\(step): \(state.spokenReasons[0])")
    }
  }

  // MARK: One level, or all

  @Test func stripsOfMasksSayTheirLevel() throws {
    for step in ["candidates", "match"] {
      let screen = text(try at(step, of: "fcos"))
      #expect(screen.contains("on P") && screen.contains("pass all: P3 "), "\(screen)")
    }
  }

  @Test(arguments: detectors) func theCornerSaysTheLevel(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    for (columns, rows) in [(120, 36), (80, 24)] {
      var state = Fixture.state(trace, columns: columns, rows: rows)
      for step in trace.steps {
        let edge = state.canvas(state.size).text[rows - 2]
        let level = try #require(trace.priors.levels.first { edge.contains($0.name) })
        if step.id == "match" {
          let codes = try #require(trace["match.state"]).doubles[level.range]
          #expect(edge.contains("+ \(codes.count { $0 == 1 })"), "\(edge)")
        }
        state = state.reduce(.next)
      }
    }
  }

  // MARK: Signs

  @Test(arguments: ["fcos", "ssd"]) func nothingIsCalledIgnoredWhereNothingIs(_ detector: String) throws {
    let state = try at("match", of: detector)
    for view in 1...5 { #expect(!text(state.reduce(.showView(view))).contains("~ ")) }
  }

  @Test func theSampleHasSignsOfItsOwn() throws {
    let screen = text(try at("sample", of: "fasterrcnn"))
    #expect(screen.contains("background") && screen.contains("not drawn") && !screen.contains("~ "))
  }

  @Test func thePictureShowsTheKeptNegatives() throws {
    let state = try at("mining", of: "ssd")
    let trace = try Fixture.first("ssd")
    #expect(text(state).contains(" kept "))
    let (states, kept) = (trace["mining.state"]?.doubles ?? [], trace["mining.kept"]?.doubles ?? [])
    #expect(states.indices.allSatisfy { (states[$0] == 2) == (kept[$0] == 1) } && states.contains(2))
  }

  // MARK: Words

  @Test func withoutCentreSamplingNothingIsSaidOfIt() throws {
    let screen = text(try at("candidates", of: "fcos"))
    #expect(!screen.contains("near its centre,") && !screen.contains("centre sample"))
  }

  @Test(arguments: detectors) func theTotalIsAlwaysInTheLedger(_ detector: String) throws {
    let trace = try Fixture.first(detector)
    let type = try #require(Detectors.named(detector))
    #expect(type.lossCount == trace.losses.count)
    var state = Fixture.state(trace)
    for _ in trace.steps {
      #expect(text(state).contains("│ total "))
      state = state.reduce(.next)
    }
  }

  @Test func aListSaysWhichOfItsRowsAreShown() throws {
    let screen = text(try at("overlap", of: "retinanet"))
    #expect(screen.contains(" of 60 ─"))
  }

  @Test func theFirstScreenHasItsKeys() throws {
    let detectors = Detectors.all.map {
      StartScreen.DetectorChoice(name: $0.name, title: $0.title, summary: $0.summary)
    }
    let start = StartScreen(detectors: detectors, appearance: Appearance())
    func text(_ screen: StartScreen) -> String {
      screen.canvas(Size(columns: 80, rows: 24)).text.joined(separator: "\n")
    }
    #expect(text(start).contains("? keys"))
    let help = start.reduce(.help)
    #expect(text(help).contains("the loss lab, without a scene"))
    // The key that closes it does nothing else.
    let closed = help.reduce(.follow)
    #expect(closed.outcome == nil && text(closed) == text(start))
  }

  @Test func ofALongPathTheEndIsShown() throws {
    var state = Fixture.state(try Fixture.first("fcos"), columns: 80, rows: 24)
    let folder = String(repeating: "/a-long-folder", count: 8)
    state = state.reduce(.saved("\(folder)/mine.yaml with its picture, and mine.config.yaml"))
    let line = state.canvas(state.size).text[23]
    #expect(line.contains("/mine.yaml with its picture, and mine.config.yaml.") && line.contains("Saved as …"))
    state = state.reduce(.failed("\(folder)/mine.yaml:2:1: not valid YAML"))
    #expect(state.canvas(state.size).text[23].contains("/mine.yaml:2:1: not valid YAML"))
  }

  @Test func whatWasSelectedLastStaysInB() throws {
    var state = try at("overlap", of: "retinanet").reduce(.select(.gt(1))).reduce(.cancel)
    #expect(state.selection.gt == nil && text(state).contains("gt 1 "))
    state = state.reduce(.select(.gt(0))).reduce(.cancel)
    #expect(text(state).contains("gt 0 "))
  }
}
