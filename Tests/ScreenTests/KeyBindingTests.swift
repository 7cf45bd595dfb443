import Screen
import Testing
import Traces

@Suite struct KeyBindingTests {
  @Test func noKeyDoesTwoThings() {
    let keys = NamedAction.all.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
  }

  @Test func everyActionHasANameOfItsOwn() {
    let names = NamedAction.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } })
    for name in names { #expect(NamedAction.named(name)?.name == name) }
  }

  @Test func aKeyCanBeGivenToAnotherAction() throws {
    var map = Keymap.standard
    let train = try #require(NamedAction.named("train"))
    map.assign(.function(5), to: train)
    map.assign(.character("r"), to: nil)
    #expect(map.action(for: .function(5)).map { "\($0)" } == "train(iterations: 100)")
    #expect(map.action(for: .character("r")) == nil && map.keys(of: train) == ["F5"])
  }

  @Test func keysAreReadByTheNamesTheyAreShownBy() {
    for action in NamedAction.all {
      for key in action.keys { #expect(Key(name: key.name) == key, "\(key.name)") }
    }
    #expect(Key(name: "ctrl-r") == .control("r") && Key(name: "f12") == .function(12))
    #expect(Key(name: "") == nil && Key(name: "Ctrl-I") == nil && Key(name: "nonsense") == nil)
  }

  @Test func everyBindingIsInTheHelp() {
    let state = Fixture.state(Recipe().trace(), columns: 100, rows: 80).reduce(.help)
    let text = state.canvas(state.size).text
    for binding in KeyBinding.all {
      #expect(text.contains { $0.contains(binding.label) && $0.contains(binding.help) }, "\(binding.label)")
    }
  }

  @Test func theHelpCanBeScrolledToItsEnd() {
    var state = Fixture.state(Recipe().trace(), columns: 60, rows: 18).reduce(.help)
    for _ in 0..<50 { state = state.reduce(.move(.down)) }
    let text = state.canvas(state.size).text
    #expect(text.contains { $0.contains("back, and then quit") })
    #expect(state.reduce(.move(.up)).canvas(state.size).text != text)
  }

  @Test(arguments: [
    (Key.character(" "), "next"), (.pageDown, "next"), (.character("n"), "next"), (.pageUp, "back"),
    (.home, "first"), (.end, "last"), (.character("s"), "into"), (.character("f"), "out"),
    (.character("h"), "move(Screen.Action.Direction.left)"), (.right, "move(Screen.Action.Direction.right)"),
    (.escape, "cancel"), (.tab, "focusNext"), (.backTab, "focusPrevious"), (.enter, "follow"),
    (.backspace, "goBack"), (.character("7"), "select(Traces.Element.gt(7))"), (.character("]"), "level(1)"),
    (.character("r"), "train(iterations: 100)"), (.character("?"), "help"), (.character("q"), "quit"),
  ])
  func aKeyIsAnAction(_ key: Key, _ action: String) {
    #expect(Keymap.standard.action(for: key).map { "\($0)" } == action)
  }

  @Test func otherKeysAreNone() {
    #expect(Keymap.standard.action(for: .function(1)) == nil)
    #expect(Keymap.standard.action(for: .character("%")) == nil)
  }

  @Test func theLastLineNamesKeys() {
    let state = Fixture.state(Recipe().trace())
    let line = state.canvas(state.size).text.last ?? ""
    #expect(line.contains("Space next") && line.contains("? keys"))
    #expect(!line.contains("out"))
  }
}
