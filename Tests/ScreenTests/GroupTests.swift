import Screen
import Testing
import Traces

/// What keys do in the views of what a GT is made of.
@Suite struct GroupTests {
  private func at(_ step: String) -> State {
    Snapshot.go(to: step, Fixture.state(Recipe().pointTrace(), columns: 160, rows: 50)).reduce(.focusNext)
  }

  private func text(_ state: State) -> String { state.canvas(state.size).text.joined(separator: "\n") }

  @Test func aBagIsSortedByColumnAfterColumn() {
    let bag = at("bags")
    #expect(text(bag).contains("weight▾"))
    let next = bag.reduce(.sort)
    #expect(text(next).contains("P_cls▾") && next.message != nil)
    let round = (0..<4).reduce(bag) { state, _ in state.reduce(.sort) }
    #expect(text(round).contains("weight▾"))
    #expect(at("points").reduce(.sort).message?.text == "There is nothing to sort in this view.")
  }

  @Test func enterOnACandidateSelectsItForItsGT() throws {
    let bag = at("bags").reduce(.gt(1))
    let followed = bag.reduce(.move(.down)).reduce(.follow)
    #expect(followed.selection.gt == 1 && followed.selection.subject == .prior)
    #expect(followed.selection != bag.selection)
  }

  @Test func theMembersOfABagAreMarkedWhileItIsShown() {
    #expect(text(at("bags")).contains("counts most"))
    #expect(!text(at("saturation")).contains("counts most"))
  }

  @Test func theCutOfARankingIsOneKeyAway() {
    let list = at("mining").reduce(.move(.left))
    let cut = list.reduce(.move(.right))
    #expect(text(cut).contains("3 for each positive: ↑ 38 taken, ↓ 41 left"))
    // Over the line at the cut, down and up again, no row is lost.
    #expect(text(cut).contains("▸ 38"))
    #expect(text(cut.reduce(.move(.down))).contains("▸ 39"))
    #expect(text(cut.reduce(.move(.down)).reduce(.move(.up))).contains("▸ 38"))
    #expect(text(cut.reduce(.move(.left))).contains("▸  1"))
  }

  @Test func theLensMovesOverPointsAndRegions() {
    let lens = at("roialign")
    #expect(text(lens).contains("region 0 of 2") && text(lens).contains("point (1,1) in bin (1,1)"))
    let first = lens.reduce(.move(.left)).reduce(.move(.up))
    #expect(text(first).contains("point (0,0) in bin (0,0)"))
    #expect(text(first.reduce(.move(.left))) == text(first))
    let other = first.reduce(.anchor(1))
    #expect(text(other).contains("region 1 of 2") && other.selection.box == BoxRow(.roi, 1))
    #expect(text(other.reduce(.anchor(1))).contains("region 0 of 2"))
    // A row of the list of these regions goes under the lens too.
    let list = lens.reduce(.nextView).reduce(.move(.down)).reduce(.follow)
    #expect(text(list.reduce(.nextView)).contains("region 1 of 2"))
  }

  @Test func aHistoryNeedsASecondIteration() {
    let trace = Recipe().pointTrace()
    let alone = Snapshot.go(to: "train", Fixture.state(trace))
    #expect(text(alone).contains("One iteration has no line yet"))
    let grown = alone.reduce(.arrived(trace, history: [2, 1], kept: Recipe().kept))
    #expect(text(grown).contains("iteration 2") && !text(grown).contains("no line yet"))
  }
}
