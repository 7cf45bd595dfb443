import Scenes
import Screen
import Testing
import Traces

/// What each action changes.
@Suite struct ReducerTests {
  private let trace = Recipe().trace()
  private var start: State { Fixture.state(trace) }

  private func after(_ actions: Action...) -> State { actions.reduce(start) { $0.reduce($1) } }

  @Test func aBoxOfAListIsSelectedWithThePriorItCameFrom() {
    let row = BoxRow(.candidate, 1)
    let state = after(.last, .select(.box(row)))
    #expect(state.selection.subject == .box(row) && state.selection.box == row)
    let center = trace.priors.location(of: 6).flatMap { trace.priors.center(of: $0) }
    #expect(state.selection.x == center?.x && state.selection.y == center?.y)
    // What is not listed is not selected.
    for stranger in [BoxRow(.candidate, 3), BoxRow(.candidate, -1), BoxRow(.proposal, 0)] {
      #expect(state.reduce(.select(.box(stranger))).selection == state.selection)
    }
    #expect(state.reduce(.move(.left)).selection.box == nil)
    // An iteration without it lets go of it.
    #expect(state.reduce(.arrived(trace, history: [1])).selection.box == row)
    #expect(state.reduce(.arrived(Recipe(steps: false).trace(), history: [1])).selection.box == nil)
  }

  @Test func enterOnARowOfBoxesSelectsIt() {
    let state = after(.last, .focusNext, .move(.down), .follow)
    #expect(state.focus == .view && state.selection.box == BoxRow(.detection, 1))
    #expect(state.reduce(.goBack).selection.box == nil)
  }

  // MARK: News

  @Test func theFirstIterationIsAskedForAndShown() {
    let waiting = Fixture.waiting(trace)
    #expect(waiting.job == .iterate(to: 1) && waiting.trace == nil)
    let state = waiting.reduce(.arrived(trace, history: [2, 1]))
    #expect(state.job == .none && state.history == [2, 1])
    #expect(state.selection.gt == 0 && state.selection.subject == .prior)
  }

  @Test func aLaterIterationKeepsPlaceAndSelection() {
    let before = after(.next, .next, .gt(1), .level(1))
    let state = before.reduce(.arrived(trace, history: [1]))
    #expect(state.position == before.position && state.selection == before.selection)
  }

  @Test func aShorterIterationKeepsThePositionInside() {
    let state = after(.last).reduce(.arrived(Recipe(steps: false).trace(), history: []))
    #expect(state.position == Position(step: 0, substep: nil))
  }

  @Test func messagesStandUntilTheNextKey() {
    let state = after(.failed("broken"))
    #expect(state.message == Message(.fault, "broken"))
    #expect(state.reduce(.progress(done: 1, losses: [], secondsLeft: nil)).message != nil)
    #expect(state.reduce(.help).message == nil)
    #expect(after(.noticed("so")).message == Message(.notice, "so"))
  }

  @Test func aScaledPictureIsSaid() {
    var scene = trace.scene
    scene.scaling = Scaling(originalWidth: 4000, originalHeight: 3000, factor: 0.08)
    let state = State(scene: scene, detector: "Made-up") { _, _ in nil }
    #expect(state.message?.text.contains("4000×3000 by 0.08") ?? false)
  }

  @Test func aNewSizeIsKept() {
    let size = Size(columns: 70, rows: 20)
    #expect(after(.resized(size)).size == size)
  }

  @Test func focusLeavesAPartThatIsNoMoreShown() {
    let state = after(.focusNext, .focusNext)
    #expect(state.focus == .losses)
    #expect(state.reduce(.resized(Size(columns: 60, rows: 18))).focus == .view)
  }

  // MARK: Time

  @Test func stepsForwardAndBack() {
    #expect(after(.next).position == Position(step: 1, substep: nil))
    #expect(after(.next, .next, .back).position == Position(step: 1, substep: nil))
    #expect(after(.last).position.step == 4)
    #expect(after(.last, .first).position.step == 0)
  }

  @Test func theEndsAreSaid() {
    #expect(after(.back).message != nil && after(.back).position.step == 0)
    #expect(after(.last, .next).message != nil && after(.last, .next).position.step == 4)
  }

  @Test func intoAndOutOfTheParts() {
    let match = after(.next, .next)
    let first = match.reduce(.into)
    #expect(first.position == Position(step: 2, substep: 0))
    #expect(first.selection.gt == 0)
    let second = first.reduce(.next)
    #expect(second.position == Position(step: 2, substep: 1) && second.selection.gt == 1)
    #expect(second.reduce(.out).position == Position(step: 2, substep: nil))
    #expect(second.reduce(.next).reduce(.next).position == Position(step: 3, substep: nil))
    #expect(first.reduce(.back).position == Position(step: 2, substep: nil))
    #expect(after(.into).message != nil && after(.out).message != nil)
  }

  @Test func theWayBackLeadsIntoThePartLeft() {
    let last = after(.next, .next, .into, .next, .next)
    #expect(last.reduce(.next).reduce(.back).position == last.position)
    #expect(last.reduce(.next).reduce(.back).selection == last.selection)
  }

  @Test func partsSelectAndGiveBack() {
    let match = after(.next, .next, .gt(1), .move(.right))
    let back = match.reduce(.into).reduce(.out)
    #expect(back.selection == match.selection)
  }

  // MARK: Work

  @Test func iterationsAreWanted() {
    #expect(after(.nextIteration).job == .iterate(to: 3))
    #expect(after(.nextIteration, .nextIteration).job == .iterate(to: 4))
    #expect(after(.nextIteration, .previousIteration).job == .none)
    #expect(after(.previousIteration).job == .iterate(to: 1))
    let first = after(.previousIteration, .previousIteration)
    #expect(first.job == .iterate(to: 1) && first.message != nil)
  }

  @Test func trainingGoesOnUntilItsIterationArrivesOrEsc() {
    let training = after(.train(iterations: 100))
    guard case .train(let wanted) = training.job else { return #expect(Bool(false), "no training") }
    #expect(wanted.start == 2 && wanted.target == 102)
    let on = training.reduce(.progress(done: 40, losses: [2, 1], secondsLeft: 3))
    guard case .train(let progress) = on.job else { return #expect(Bool(false), "no training") }
    #expect(progress.done == 40 && progress.losses == [2, 1] && progress.secondsLeft == 3)
    #expect(on.reduce(.arrived(trace, history: [])).job == on.job)
    #expect(on.reduce(.cancel).job == .none)
    #expect(on.reduce(.nextIteration).job == on.job)
    #expect(on.reduce(.failed("broken")).job == .none)
  }

  // MARK: The cursor

  @Test func theCursorMovesOverTheCellsOfTheLevel() {
    let state = after(.select(.anchor(0)))
    #expect(state.selection.x == 4 && state.selection.y == 4)
    #expect(state.reduce(.move(.right)).selection.x == 12)
    #expect(state.reduce(.move(.down)).selection.y == 12)
    #expect(state.reduce(.move(.left)).selection == state.selection)
  }

  @Test func aCoarserLevelAndBackIsTheSamePlace() {
    let state = after(.select(.anchor(0)), .move(.right))
    let coarse = state.reduce(.level(1))
    #expect(coarse.selection.level == 1)
    #expect(coarse.reduce(.level(-1)).selection == state.selection)
    #expect(coarse.reduce(.level(1)).message != nil)
  }

  @Test func theAnchorsOfACellGoRound() {
    let state = after(.select(.anchor(0)))
    #expect(state.reduce(.anchor(1)).selection.anchor == 1)
    #expect(state.reduce(.anchor(1)).reduce(.anchor(1)).selection.anchor == 0)
    #expect(state.reduce(.anchor(-1)).selection.anchor == 1)
  }

  @Test func gtsGoRoundAndTakeTheCursorToTheirBestAnchor() {
    #expect(after(.gt(1)).selection.gt == 1 && after(.gt(1)).selection.subject == .gt)
    #expect(after(.gt(-1)).selection.gt == 2)
    #expect(after(.gt(1), .gt(1), .gt(1)).selection.gt == 0)
    #expect(after(.select(.gt(2))).selection.gt == 2)
    let unknown = after(.select(.gt(7)))
    #expect(unknown.selection.gt == 0 && unknown.message?.text == "There is no gt 7: the last is gt 2.")
  }

  @Test func escapeLetsGoOfTheGT() { #expect(after(.gt(1), .cancel).selection.gt == nil) }

  @Test func selectingKnowsWhatIsThere() {
    #expect(after(.select(.loss("cls"))).selection.subject == .loss("cls"))
    #expect(after(.select(.loss("none"))).selection == start.selection)
    #expect(after(.select(.anchor(160))).selection == start.selection)
    let pair = after(.select(.pair(gt: 2, anchor: 0)))
    #expect(pair.selection.gt == 2 && pair.selection.x == 4 && pair.selection.subject == .prior)
  }

  @Test func enterFollowsARowAndBackspaceReturns() {
    let list = after(.next, .next, .focusNext, .move(.down), .move(.down))
    let followed = list.reduce(.follow)
    #expect(followed.selection != list.selection)
    #expect(followed.reduce(.goBack).selection == list.selection)
    #expect(start.reduce(.goBack).message != nil)
  }

  @Test func enterOnThePictureSelectsTheObjectThere() {
    let state = after(.select(.gt(1)), .cancel, .select(.anchor(0)), .move(.down), .follow)
    #expect(state.selection.gt == 0 && state.selection.subject == .gt)
    // Where no object lies, to all that the anchor there leads to.
    #expect(after(.cancel, .select(.anchor(15)), .follow).panel?.kind == .links)
  }

  @Test func enterOnALossAsksAboutIt() {
    let state = after(.focusNext, .focusNext, .move(.down), .follow)
    #expect(state.selection.subject == .loss("box"))
  }

  // MARK: The frame

  @Test func partsZoomAndViews() {
    #expect(after(.focusNext).focus == .view && after(.focusNext).front == .view)
    #expect(after(.focusPrevious).focus == .why && after(.focusPrevious).front == .picture)
    #expect(after(.zoom).zoomed == .picture && after(.zoom, .zoom).zoomed == nil)
    #expect(after(.zoom, .focusNext).zoomed == .view)
    #expect(after(.nextView).message != nil)
    let match = after(.next, .next)
    #expect(match.reduce(.nextView).scroll != match.scroll)
    #expect(after(.help).showsHelp && !after(.help, .help).showsHelp)
  }

  @Test func theExplanationScrollsAndStops() {
    let small = start.reduce(.resized(Size(columns: 60, rows: 18))).reduce(.last)
    let why = small.reduce(.focusPrevious)
    let down = (0..<50).reduce(why) { state, _ in state.reduce(.move(.down)) }
    #expect(down.selection.explanationLine > 0 && down.selection.explanationLine < 50)
    #expect(down.reduce(.scroll(-100)).selection.explanationLine == 0)
    #expect(down.reduce(.gt(1)).selection.explanationLine == 0)
  }

  @Test func quittingGoesBackFirst() {
    #expect(after(.quit).hasQuit)
    #expect(!after(.help, .quit).hasQuit && !after(.help, .quit).showsHelp)
    #expect(!after(.zoom, .quit).hasQuit && after(.zoom, .quit).zoomed == nil)
    #expect(after(.help, .cancel).showsHelp == false && after(.zoom, .cancel).zoomed == nil)
  }
}
