import Boxes
import Scenes
import Screen
import Testing
import Traces

/// A detector whose priors are points, with states of its own.
@Suite struct PointTests {
  private let trace = Recipe().pointTrace()
  private var start: State { Fixture.state(trace) }

  private func text(_ state: State) -> String { state.canvas(state.size).text.joined(separator: "\n") }

  @Test func aGTIsReachedByItsPositiveNearestToItsCentre() throws {
    let owners = try #require(trace["match.gt"])
    for (gt, object) in trace.scene.groundTruth.enumerated() {
      let selection = start.reduce(.select(.gt(gt))).selection
      let distances = (0..<80).filter { owners[flat: $0] == Double(gt) }.compactMap { point in
        trace.priors.location(of: point).flatMap(trace.priors.center).map {
          ($0.x - object.box.centerX) * ($0.x - object.box.centerX)
            + ($0.y - object.box.centerY) * ($0.y - object.box.centerY)
        }
      }
      let (x, y) = (selection.x - object.box.centerX, selection.y - object.box.centerY)
      #expect(x * x + y * y == distances.min(), "gt \(gt)")
    }
  }

  @Test func withoutAPositiveTheCursorGoesToTheCentreOnALevelThatFits() {
    var early = Recipe(steps: false).trace()
    early.begin(StepRecord(id: "points", title: "", formula: "", source: "", meaning: ""))
    let selection = Fixture.state(early).reduce(.select(.gt(2))).selection
    #expect(selection.level == 0 && selection.x == 44 && selection.y == 20)
  }

  @Test func theStatesAreNamedByTheDetector() {
    let assign = start.reduce(.next)
    let picture = text(assign)
    #expect(picture.contains(" chosen ") && picture.contains(" background ") && !picture.contains("positive"))
    #expect(text(assign.reduce(.nextView).reduce(.nextView)).contains("chosen"))
  }

  @Test func pointsAreNoAnchors() {
    for step in trace.steps.indices {
      let state = (0..<step).reduce(start) { state, _ in state.reduce(.next) }
      #expect(!text(state).contains("anchor"), "step \(step)")
    }
  }
}
