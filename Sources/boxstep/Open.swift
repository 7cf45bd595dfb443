import ArgumentParser
import Debugger
import Detectors
import Foundation
import Scenes
import Screen
import Terminal
import Traces
import Walkthroughs

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
        boxstep open photo.jpg --max-side 256          boxes from photo.xml or photo.txt, if there is one
        boxstep open photo.jpg --boxes instances_val2017.json
        boxstep open scene.yaml --set positive_iou=0.6 --seed 3
      """)

  @Argument(
    help: "A scene of the gallery, a scene file (YAML or JSON), or a picture (PNG or JPEG).",
    completion: .list(Gallery.names))
  var scene: String?

  @OptionGroup var detector: DetectorOptions
  @OptionGroup var appearance: AppearanceOptions

  @Flag(help: "Line by line, for screen readers and scripts. Type next, why, break …; help lists all.")
  var plain = false

  func validate() throws {
    if plain, scene == nil { throw ValidationError("--plain needs a scene: boxstep open mixed --plain") }
  }

  func run() throws {
    let preferences = try Preferences.read()
    if plain, let scene {
      let trainer = try detector.trainer(for: scene)
      var loop = PlainLoop(State(trainer, Appearance(), Size(columns: 100, rows: 36)), Session(trainer))
      return loop.run()
    }
    guard Words.hasTerminal else {
      Words.fail("boxstep open needs a terminal. Without one: boxstep trace, boxstep why or boxstep train.")
    }
    // Bad input is refused before the terminal is taken.
    let trainer = try scene.map { (name) throws(Fault) in try detector.trainer(for: name) }
    do {
      let screen = try ScreenSession(appearance, preferences)
      defer { screen.terminal.leave() }
      if let trainer {
        screen.debug(trainer, named: scene ?? trainer.scene.name)
      } else {
        var start = StartScreen(
          detectors: detector.choices, detector: detector.firstChoice, lessons: LessonShelf.shipped.choices,
          appearance: screen.appearance)
        // Back to the start after each scene or lesson, until the user leaves there.
        while let choice = screen.choose(&start), try open(choice, on: screen) {}
      }
    } catch let error as TerminalError {
      Words.fail("\(error)")
    }
  }
}

extension Open {
  /// Whether the user left by choice.
  private func open(_ choice: ScreenSession.Choice, on screen: ScreenSession) throws(Fault) -> Bool {
    switch choice {
    case .scene(let name, let choice): try screen.debug(detector.trainer(for: name, with: choice), named: name)
    case .lesson(let path): try screen.play(LessonFile.read(path))
    }
  }
}

/// The terminal while boxstep has it.
struct ScreenSession {
  let terminal: Terminal
  let wake: Wake
  private let settled: Appearance
  fileprivate let preferences: Preferences
  fileprivate let hasMouse: Bool

  init(_ options: AppearanceOptions, _ preferences: Preferences) throws(TerminalError) {
    self.preferences = preferences
    hasMouse = options.mouse ?? preferences.mouse
    wake = try Wake()
    terminal = try Terminal()
    settled = options.appearance(colors: terminal.colors, preferences)
    if options.leavesBackgroundOpen(preferences), terminal.colors != .none { terminal.askForBackground() }
  }

  /// With the background that the terminal has told of by now.
  var appearance: Appearance {
    var appearance = settled
    if let background = terminal.background { appearance.background = background }
    return appearance
  }

  /// What is chosen at the start.
  enum Choice {
    case scene(String, detector: String)
    /// By the path of its file.
    case lesson(String)
  }

  /// Nil when the user leaves.
  func choose(_ start: inout StartScreen) -> Choice? {
    start = start.reopened()
    start.appearance = appearance
    terminal.show(start.canvas(terminal.size))
    while let key = terminal.next(wake: wake) {
      if [.endOfInput, .hangUp, .control("c")].contains(key) { return nil }
      if case .background = key { start.appearance = appearance }
      if let action = StartScreen.action(for: key) { start = start.reduce(action) }
      switch start.outcome {
      case .open(let scene, let detector): return .scene(scene, detector: detector)
      case .play(let path): return .lesson(path)
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
  func debug(_ trainer: Trainer, named name: String) -> Bool {
    var state = State(trainer, appearance, terminal.size)
    state.keymap = preferences.keymap
    state.hasMouse = hasMouse
    let kept = KeptSession()
    let subject = name.contains("/") || name.contains(".") ? URL(filePath: name).standardizedFileURL.path : name
    state.sceneReference = subject
    state.offer = kept?.found(scene: subject, opened: trainer.scene, detector: trainer.detector.name)
    var loop = DebuggerLoop(
      state, session: Session(trainer), subject: (subject, trainer.seed), kept: kept, terminal: terminal, wake: wake)
    return loop.run()
  }
}

extension ScreenSession {
  /// Whether the user left by choice, and somebody is there to choose again.
  @discardableResult
  func play(_ lesson: Lesson, isAutomatic: Bool = false, isLarge: Bool = false, isWatched: Bool = false)
    throws(Fault) -> Bool
  {
    // A first step that trains takes its time.
    terminal.show(StartScreen.opening(lesson.title, appearance, terminal.size))
    let guide = LessonGuide(
      try LessonRun(lesson, appearance, terminal.size), isAutomatic: isAutomatic, isLarge: isLarge,
      isWatched: isWatched,
      wake: wake)
    var state = guide.first.state
    state.keymap = preferences.keymap
    state.hasMouse = hasMouse
    var loop = DebuggerLoop(
      state, session: guide.first.session, subject: (lesson.file, 0), kept: nil, terminal: terminal, wake: wake,
      lesson: guide)
    return loop.run()
  }
}

struct AppearanceOptions: ParsableArguments {
  @Flag(help: "Draw with plain ASCII characters only.")
  var ascii = false

  @Option(
    help: "The terminal's background: dark or light. Otherwise COLORFGBG or the terminal says it; else it is dark.")
  var background: Appearance.Background?

  @Option(help: "The theme: dark, light, colorblind or mono. Also in a configuration file.")
  var theme: String?

  @Flag(inversion: .prefixedNo, help: "Mouse. Without it the terminal's own selection works; M switches it.")
  var mouse: Bool?

  func validate() throws {
    if let theme, !Appearance.themes.contains(theme) {
      throw ValidationError("--theme \(theme): wanted one of \(Appearance.themes.joined(separator: ", "))")
    }
  }

  func appearance(colors: ColorDepth, _ preferences: Preferences = Preferences()) -> Appearance {
    var appearance = Appearance(
      background: background ?? Self.environmentsBackground ?? .dark,
      glyphs: ascii || preferences.ascii ? .ascii : .unicode)
    if let theme = theme ?? preferences.theme { appearance = appearance.themed(theme) }
    if colors == .none { appearance.colors = .none }
    return appearance
  }

  /// Whether nobody has said yet what the background is.
  func leavesBackgroundOpen(_ preferences: Preferences) -> Bool {
    let named = theme ?? preferences.theme
    return background == nil && named != "dark" && named != "light" && Self.environmentsBackground == nil
  }

  /// rxvt, Konsole and others say their colours as "foreground;background" by number.
  private static var environmentsBackground: Appearance.Background? {
    guard let text = getenv("COLORFGBG").map({ String(cString: $0) }),
      let number = text.split(separator: ";").last.flatMap({ Int($0) })
    else { return nil }
    return number == 7 || number > 8 ? .light : .dark
  }
}

extension Appearance.Background: ExpressibleByArgument {}
