import ArgumentParser
import Debugger
import Detectors
import Scenes
import Screen
import Terminal
import Traces

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct Open: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the debugger on a scene.",
    discussion: """
      Without a scene, the gallery is shown to choose from, and with it the detectors.

      EXAMPLES
        boxstep open mixed
        boxstep open mixed --detector fcos
        boxstep open photo.jpg --max-side 256
        boxstep open scene.yaml --set positive_iou=0.6 --seed 3
      """)

  @Argument(
    help: "A scene of the gallery, a scene file (YAML or JSON), or a picture (PNG or JPEG).",
    completion: .list(Gallery.names))
  var scene: String?

  @OptionGroup var detector: DetectorOptions
  @OptionGroup var appearance: AppearanceOptions

  func run() throws {
    guard Words.hasTerminal else {
      Words.fail("boxstep open needs a terminal. Without one: boxstep trace, boxstep why or boxstep train.")
    }
    // Bad input is refused before the terminal is taken.
    let trainer = try scene.map { (name) throws(Fault) in try detector.trainer(for: name) }
    do {
      let screen = try ScreenSession(appearance)
      defer { screen.terminal.leave() }
      if let trainer {
        screen.debug(trainer)
      } else {
        var start = StartScreen(
          detectors: detector.choices, detector: detector.firstChoice, appearance: screen.appearance)
        // Back to the gallery after each scene, until the user leaves there.
        while let choice = screen.choose(&start),
          try screen.debug(detector.trainer(for: choice.scene, with: choice.detector))
        {}
      }
    } catch let error as TerminalError {
      Words.fail("\(error)")
    }
  }
}

/// The terminal while boxstep has it.
struct ScreenSession {
  let terminal: Terminal
  let wake: Wake
  let appearance: Appearance

  init(_ options: AppearanceOptions) throws(TerminalError) {
    wake = try Wake()
    terminal = try Terminal()
    appearance = options.appearance(colors: terminal.colors)
  }

  /// The names of a scene of the gallery and of a detector; nil when the user leaves.
  func choose(_ start: inout StartScreen) -> (scene: String, detector: String)? {
    start = start.reopened()
    terminal.show(start.canvas(terminal.size))
    while let key = terminal.next(wake: wake) {
      if [.endOfInput, .hangUp, .control("c")].contains(key) { return nil }
      if let action = StartScreen.action(for: key) { start = start.reduce(action) }
      switch start.outcome {
      case .open(let scene, let detector): return (scene, detector)
      case .quit: return nil
      case .lab:
        guard LossLab.run(LabState(appearance: appearance), terminal, wake) else { return nil }
        start = start.reduce(.cancel)
        terminal.show(start.canvas(terminal.size))
      case nil: terminal.show(start.canvas(terminal.size))
      }
    }
    return nil
  }

  /// Whether the user left by choice, and somebody is there to choose again.
  @discardableResult
  func debug(_ trainer: Trainer) -> Bool {
    let parameters = trainer.settings.texts(for: trainer.detector)
    var state = State(
      scene: trainer.scene, detector: trainer.detector.title,
      parameters: parameters.map { Trace.Parameter(name: $0.name, text: $0.text) }, stepIDs: trainer.stepIDs,
      appearance: appearance, size: terminal.size, detectorType: trainer.detector, setup: trainer.setup,
      explain: Why.explain)
    state.learns = trainer.learns
    var loop = DebuggerLoop(state, session: Session(trainer), terminal: terminal, wake: wake)
    return loop.run()
  }
}

struct AppearanceOptions: ParsableArguments {
  @Flag(help: "Draw with plain ASCII characters only.")
  var ascii = false

  @Option(help: "The terminal's background: dark or light. Otherwise COLORFGBG is asked, then dark taken.")
  var background: Appearance.Background?

  func appearance(colors: ColorDepth) -> Appearance {
    Appearance(
      background: background ?? Self.terminalBackground, glyphs: ascii ? .ascii : .unicode,
      colors: colors == .none ? .none : .full)
  }

  /// rxvt, Konsole and others say their colours as "foreground;background" by number.
  private static var terminalBackground: Appearance.Background {
    guard let text = getenv("COLORFGBG").map({ String(cString: $0) }),
      let number = text.split(separator: ";").last.flatMap({ Int($0) })
    else { return .dark }
    return number == 7 || number > 8 ? .light : .dark
  }
}

extension Appearance.Background: ExpressibleByArgument {}
