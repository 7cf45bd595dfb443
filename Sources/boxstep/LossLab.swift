import Detectors
import Scenes
import Screen
import Terminal

/// The loss lab on a terminal of its own.
enum LossLab {
  static func open(_ pair: BoxPair?, _ options: AppearanceOptions) {
    guard Words.hasTerminal else {
      Words.fail("boxstep losses --lab needs a terminal. Without one: boxstep losses --pred … --gt …")
    }
    do {
      let screen = try ScreenSession(options, Preferences.read())
      defer { screen.terminal.leave() }
      let pair = pair.map { (box: $0.pred, gt: $0.gt) }
      run(LabState(pair: pair, appearance: screen.appearance), screen.terminal, screen.wake)
    } catch {
      Words.fail("\(error)")
    }
  }

  /// Whether the user left by choice.
  @discardableResult
  static func run(_ lab: LabState, _ terminal: Terminal, _ wake: Wake) -> Bool {
    var lab = lab
    terminal.show(lab.canvas(terminal.size))
    while let key = terminal.next(wake: wake) {
      if [.endOfInput, .hangUp, .control("c")].contains(key) { return false }
      if case .background(let background) = key { lab.appearance.background = background }
      if let action = LabAction.action(for: key) { lab = lab.reduce(action) }
      if lab.isClosed { return true }
      terminal.show(lab.canvas(terminal.size))
    }
    return false
  }
}
