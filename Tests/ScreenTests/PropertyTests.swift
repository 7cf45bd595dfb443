import Boxes
import Detectors
import Scenes
import Screen
import TestSupport
import Testing
import Traces

/// Whatever is pressed, whatever the size, whatever the numbers: a canvas of the right size, and no trap.
@Suite struct PropertyTests {
  private static let recipes: [Recipe] = [
    Recipe(), Recipe(objects: []), Recipe(poison: .nan), Recipe(poison: .infinity),
    Recipe(poison: -.infinity), Recipe(poison: 1e300), Recipe(steps: false),
    Recipe(objects: [SceneObject(label: 9, box: Box(-50, 20, 900, 20.01))]),
    Recipe(objects: [SceneObject(label: -1, box: Box(.nan, 0, .infinity, 1))], classes: []),
  ]

  private static let appearances = [
    Appearance(), Appearance(background: .light), Appearance(glyphs: .ascii),
    Appearance(colors: .none), Appearance(background: .light, glyphs: .ascii, colors: .none),
  ]

  @Test(arguments: recipes.indices)
  func anyActionsAndSizesAreDrawn(_ recipe: Int) {
    walk(Self.recipes[recipe].trace(), recipe)
  }

  @Test(arguments: recipes.indices)
  func anyActionsAndSizesAreDrawnOnPoints(_ recipe: Int) {
    walk(Self.recipes[recipe].pointTrace(), recipe)
  }

  private func walk(_ trace: Trace, _ recipe: Int) {
    var draws = Draws(UInt64(recipe))
    for round in 0..<8 {
      var state = Fixture.waiting(trace, Self.appearances[round % Self.appearances.count])
      check(state, &draws)
      state = state.reduce(.arrived(trace, history: [3, .nan, 2]))
      for _ in 0..<60 {
        state = state.reduce(Self.action(trace, &draws))
        check(state, &draws)
      }
    }
  }

  @Test(arguments: Detectors.all.map { $0.name }) func theRealThingIsDrawnToo(_ detector: String) throws {
    var draws = Draws(7)
    let trace = try Fixture.first(detector)
    var state = Fixture.state(trace)
    for _ in 0..<200 {
      state = state.reduce(Self.action(trace, &draws))
      check(state, &draws)
    }
  }

  private func check(_ state: State, _ draws: inout Draws) {
    let size = Size(columns: draws.int(0...300), rows: draws.int(0...100))
    let canvas = state.canvas(size)
    #expect(canvas.size == size && canvas.cells.count == size.columns * size.rows)
    if state.appearance.glyphs == .ascii {
      let strange = canvas.cells.first { $0.glyph.value >= 0x80 }
      #expect(strange == nil, "\(String(describing: strange)) is not ASCII")
    }
    if state.appearance.colors == .none {
      #expect(
        canvas.cells.allSatisfy { $0.style.foreground == .standard && $0.style.background == .standard })
    }
  }

  private static func action(_ trace: Trace, _ draws: inout Draws) -> Action {
    switch draws.int(0...30) {
    case 0: .select(.gt(draws.int(-2...12)))
    case 1: .select(.anchor(draws.int(-10...1_000_000)))
    case 2: .select(.pair(gt: draws.int(-1...4), anchor: draws.int(0...160)))
    case 3: .select(.loss("cls"))
    case 4: .resized(Size(columns: draws.int(0...300), rows: draws.int(0...100)))
    case 5: .progress(done: draws.int(-5...500), losses: [.nan, 1], secondsLeft: draws.double(-1...1e9))
    case 6: .failed("no such file")
    case 7: .noticed(String(repeating: "long 気球 ", count: draws.int(0...60)))
    case 8: .train(iterations: draws.int(-1...Int.max))
    case 9: .scroll(draws.int(Int.min...Int.max))
    case 10: .anchor(draws.int(Int.min...Int.max))
    case 11: .level(draws.int(-1_000_000...1_000_000))
    case 12: .gt(draws.int(Int.min...Int.max))
    case 13: .arrived(trace, history: [1])
    case 14: .select(.box(BoxRow(BoxRow.Kind.allCases[draws.int(0...3)], draws.int(-2...6))))
    default:
      NamedAction.all.randomElement(using: &draws)?.action ?? .next
    }
  }

  /// Time travel: going on and coming back shows the same again.
  @Test func backAfterNextShowsTheSame() {
    let size = Size(columns: 120, rows: 36)
    for seed in 0..<6 {
      var draws = Draws(UInt64(seed))
      let trace = Recipe().trace()
      var state = Fixture.state(trace)
      for _ in 0..<40 {
        // A list of what was asked closes as one goes on.
        let settled = state.reduce(.panel(.close)).reduce(.move(.up)).reduce(.move(.down))
        let on = settled.reduce(.next)
        let isAtEnd = on.position == settled.position
        let before = settled.canvas(size)
        let after = on.reduce(.back).canvas(size)
        #expect(isAtEnd || before == after, "from \(settled.position)")
        state = state.reduce(Self.action(trace, &draws))
        if state.position.step >= trace.steps.count - 1 { state = state.reduce(.first) }
        if draws.int(0...5) == 0 { state = state.reduce(.into) }
      }
    }
  }
}
