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
      EXAMPLES
        boxstep open mixed
        boxstep open photo.jpg --max-side 256
        boxstep open scene.yaml --set positive_iou=0.6 --seed 3
      """)

  @Argument(
    help: "A scene of the gallery, a scene file (YAML or JSON), or a picture (PNG or JPEG).",
    completion: .list(Gallery.names))
  var scene = Gallery.defaultName

  @OptionGroup var detector: DetectorOptions
  @OptionGroup var appearance: AppearanceOptions

  func run() throws {
    guard Words.hasTerminal else {
      Words.fail("boxstep open needs a terminal. Without one: boxstep trace, boxstep why or boxstep train.")
    }
    let trainer = try detector.trainer(for: scene)
    do {
      try open(trainer)
    } catch let error as TerminalError {
      Words.fail("\(error)")
    }
  }

  private func open(_ trainer: Trainer) throws {
    let wake = try Wake()
    let terminal = try Terminal()
    let state = State(
      scene: trainer.scene, detector: trainer.detector.title,
      parameters: trainer.settings.texts(for: trainer.detector)
        .map { Trace.Parameter(name: $0.name, text: $0.text) },
      stepIDs: trainer.stepIDs, appearance: appearance.appearance(colors: terminal.colors),
      size: terminal.size, explain: Why.explain)
    var loop = DebuggerLoop(state, session: Session(trainer), terminal: terminal, wake: wake)
    loop.run()
    terminal.leave()
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
