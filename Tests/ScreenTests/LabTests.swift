import Boxes
import Screen
import TestSupport
import Testing
import Traces

@Suite struct LabTests {
  private let lab = LabState()

  private func walk(_ lab: LabState, _ actions: LabAction...) -> LabState {
    actions.reduce(lab) { $0.reduce($1) }
  }

  // MARK: Boxes

  @Test func arrowsMoveTheBoxThatIsHeld() {
    let (box, gt) = (lab.boxes.comparison.box, lab.boxes.comparison.gt)
    let moved = walk(lab, .move(.right), .move(.right), .move(.down))
    #expect(moved.boxes.comparison.box == Box(box.x1 + 2, box.y1 + 1, box.x2 + 2, box.y2 + 1))
    #expect(moved.boxes.comparison.gt == gt)
    let other = walk(lab, .hold, .move(.up))
    #expect(other.boxes.comparison.box == box)
    #expect(other.boxes.comparison.gt == Box(gt.x1, gt.y1 - 1, gt.x2, gt.y2 - 1))
  }

  @Test func sizingKeepsTheCornerAndAPixel() {
    let box = lab.boxes.comparison.box
    let sized = walk(lab, .resize(.right), .grip, .move(.down), .move(.down))
    #expect(sized.boxes.comparison.box == Box(box.x1, box.y1, box.x2 + 1, box.y2 + 2))
    var small = lab
    for _ in 0..<200 { small = walk(small, .resize(.left), .resize(.up)) }
    #expect(small.boxes.comparison.box == Box(box.x1, box.y1, box.x1 + 1, box.y1 + 1))
  }

  @Test(arguments: Action.Direction.allCases)
  func aBoxStaysOnThePlane(direction: Action.Direction) {
    var lab = lab
    for _ in 0..<300 { lab = walk(lab, .move(direction), .resize(direction)) }
    let box = lab.boxes.comparison.box
    #expect(box.x1 >= 0 && box.y1 >= 0 && box.x2 <= Double(lab.boxes.width) && box.y2 <= Double(lab.boxes.height))
    #expect(box.width >= 1 && box.height >= 1)
  }

  @Test func numbersFollowTheBoxes() {
    let before = lab.boxes.comparison
    let after = lab.reduce(.move(.right)).boxes.comparison
    #expect(zip(before.lines, after.lines).allSatisfy { $0.term.value > $1.term.value }, "nearer is cheaper")
    #expect(after.lines.allSatisfy { $0.descent.boxes[0] == after.box })
  }

  @Test func theRateHasEndsAndTheArithmeticTurns() {
    var slow = lab
    for _ in 0..<10 { slow = slow.reduce(.adjust(-1)) }
    #expect(slow.boxes.comparison.rule.rate == LabBoxes.rates[0])
    #expect(slow.reduce(.adjust(99)).boxes.comparison.rule.rate == LabBoxes.rates.last)
    var turned = lab
    var names: [String] = []
    for _ in 0..<4 {
      names.append(turned.boxes.conventionName)
      turned = turned.reduce(.turn)
    }
    #expect(Set(names).count == 4 && turned.boxes.conventionName == names[0])
  }

  @Test func examplesGoRoundAndAChangeForgetsThem() {
    var seen: [String] = []
    var here = lab
    for _ in 0..<7 {
      seen.append(here.boxes.exampleWords)
      here = here.reduce(.example(1))
    }
    #expect(Set(seen).count == 7 && here.boxes.exampleWords == seen[0])
    #expect(here.reduce(.example(-1)).boxes.exampleWords == seen[6])
    #expect(here.reduce(.move(.left)).boxes.exampleWords.isEmpty)
  }

  @Test func aGivenPairIsShown() {
    let pair = (box: Box(10, 10, 50, 50), gt: Box(12, 14, 60, 48))
    let lab = LabState(pair: pair)
    #expect(lab.boxes.comparison.box == pair.box && lab.boxes.comparison.gt == pair.gt)
    let far = LabState(pair: (box: Box(0, 0, 20, 20), gt: Box(600, 500, 1000, 900)))
    #expect(far.boxes.width >= 1000 && far.boxes.height >= 900)
  }

  // MARK: Probability

  @Test func theProbabilityMovesAndStaysBetween() {
    let lab = lab.reduce(.page(.probability))
    #expect(lab.probability.probability == 0.1)
    #expect(lab.reduce(.move(.right)).probability.probability == 0.11)
    #expect(lab.reduce(.move(.right)).reduce(.move(.left)).probability.probability == 0.1)
    var low = lab
    for _ in 0..<200 { low = low.reduce(.move(.left)) }
    #expect(low.probability.probability == 0.001)
    var high = lab
    var seen: Set<Double> = []
    for _ in 0..<300 {
      high = high.reduce(.move(.right))
      seen.insert(high.probability.probability)
    }
    #expect(high.probability.probability == 0.999 && seen.count > 100)
    for _ in 0..<300 { high = high.reduce(.move(.left)) }
    #expect(high.probability.probability == 0.001)
  }

  @Test func theWorkedFigures() {
    let lab = lab.reduce(.page(.probability)).probability
    let focal = lab.losses.lines.first { $0.kind == .focal(alpha: 0.25, gamma: 2) }
    #expect(focal.map { close($0.present.loss, 0.466, relative: 1e-3) } == true)
    #expect(close(lab.losses.lines[0].present.loss, 2.3026, relative: 1e-4))
    #expect(close(lab.softmax[0].probability, 0.1, relative: 1e-9), "a softmax of two is the sigmoid")
    #expect(lab.softmax[2].probability < 0.002)
  }

  @Test func truthAndAlpha() {
    let lab = lab.reduce(.page(.probability))
    let absent = lab.reduce(.turn).probability
    #expect(!absent.isPresent && close(absent.term(absent.losses.lines[0]).loss, 0.10536, relative: 1e-4))
    #expect(lab.reduce(.adjust(1)).probability.alpha == 0.3)
    #expect(lab.reduce(.adjust(99)).probability.alpha == 1 && lab.reduce(.adjust(-99)).probability.alpha == 0)
  }

  // MARK: Anchors

  @Test func theSwitchChangesWeightsAlone() {
    let before = lab.reduce(.page(.anchors))
    let after = before.reduce(.turn)
    #expect(
      before.anchors.weights.groups.map(\.crossEntropyShare) == after.anchors.weights.groups.map(\.crossEntropyShare))
    #expect(Set(before.anchors.ranked.map(\.index)) == Set(after.anchors.ranked.map(\.index)))
    let focal = after.anchors.ranked.map(\.focal)
    #expect(focal == focal.sorted(by: >) && before.anchors.ranked.map(\.index) != after.anchors.ranked.map(\.index))
  }

  @Test func theAnchorsOfATraceComeFirst() throws {
    let trace = try Fixture.mixed.get()
    let lab = LabState(trace: trace).reduce(.page(.anchors))
    #expect(!lab.anchors.isSample && lab.anchors.pool.title.contains("mixed"))
    #expect(lab.anchors.ranked.first.map(lab.anchors.name)?.hasPrefix("P") == true)
    #expect(lab.reduce(.example(1)).anchors.isSample)
    #expect(!lab.reduce(.example(1)).reduce(.example(-1)).anchors.isSample)
    #expect(LabState(trace: Recipe(steps: false).trace()).anchors.isSample)
  }

  // MARK: Frame

  @Test func pagesHelpAndLeaving() {
    #expect(lab.page == .boxes && lab.reduce(.turnPage(1)).page == .probability)
    #expect(lab.reduce(.turnPage(-1)).page == .anchors && lab.reduce(.turnPage(3)).page == .boxes)
    let help = lab.reduce(.help)
    #expect(help.showsHelp && !help.reduce(.close).showsHelp && !help.reduce(.close).isClosed)
    #expect(help.reduce(.move(.right)).boxes.comparison.box == lab.boxes.comparison.box)
    #expect(lab.reduce(.close).isClosed)
  }

  @Test(arguments: LabState.Page.allCases)
  func everyKeyIsInTheHelp(page: LabState.Page) {
    let lab = lab.reduce(.page(page)).reduce(.help)
    let text = lab.canvas(Size(columns: 120, rows: 40)).text
    for word in ["Tab 1 2 3", "? ", "q Esc", "[ ]", "e E", "Space p"] {
      #expect(text.contains { $0.contains(word) }, "\(word)")
    }
    #expect(LabAction.action(for: .character("q")) == .close && LabAction.action(for: .function(1)) == nil)
  }

  private static let appearances = [
    Appearance(), Appearance(background: .light), Appearance(glyphs: .ascii), Appearance(colors: .none),
    Appearance(background: .light, glyphs: .ascii, colors: .none),
  ]

  @Test(arguments: appearances.indices)
  func anyActionsAndSizesAreDrawn(_ appearance: Int) throws {
    var draws = Draws(UInt64(appearance + 1))
    let traces: [Trace?] = [nil, try Fixture.mixed.get(), Recipe(objects: []).trace(), Recipe(poison: .nan).trace()]
    for trace in traces {
      var lab = LabState(
        pair: draws.int(0...1) == 0 ? nil : (box: Box(-900, 5, 3000, 5), gt: Box(2, 2, 3, 2.5)), trace: trace,
        appearance: Self.appearances[appearance])
      for _ in 0..<40 {
        lab = lab.reduce(Self.action(&draws))
        let size = Size(columns: draws.int(0...220), rows: draws.int(0...70))
        let canvas = lab.canvas(size)
        #expect(canvas.size == size)
        if lab.appearance.glyphs == .ascii { #expect(canvas.cells.allSatisfy { $0.glyph.value < 0x80 }) }
      }
    }
  }

  private static func action(_ draws: inout Draws) -> LabAction {
    let direction = Action.Direction.allCases[draws.int(0...3)]
    let count = [-1, 1, 7, Int.max, Int.min][draws.int(0...4)]
    return switch draws.int(0...12) {
    case 0: .page(LabState.Page.allCases[draws.int(0...2)])
    case 1: .turnPage(count)
    case 2: .grip
    case 3: .hold
    case 4: .choose(count)
    case 5: .adjust(count)
    case 6: .turn
    case 7: .example(count)
    case 8: .help
    case 9: .resize(direction)
    default: .move(direction)
    }
  }
}
