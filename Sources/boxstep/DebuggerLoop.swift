import Debugger
import Scenes
import Screen
import Terminal
import Walkthroughs

/// Keys and news in, canvases out, until the user leaves.
struct DebuggerLoop {
  private let terminal: Terminal
  private let wake: Wake
  private let worker: Worker
  private var state: State
  /// As it was last shown in full.
  private var told: State
  private var news = News.none
  /// What the worker was last asked for.
  private var given = Request.none
  /// Where edits are kept as they are made; nil where there is no place.
  private var kept: KeptSession?
  /// What is kept and not yet written down.
  private var unkept: SavedSession?
  private let subject: (scene: String, seed: UInt64)
  /// The lesson that is played, if one is.
  private var lesson: LessonGuide?

  /// What has happened since then. While the cursor is under way it is shown alone; the rest is told when it rests.
  private enum News {
    case none, moves, more
  }

  init(
    _ state: State, session: Session, subject: (scene: String, seed: UInt64), kept: KeptSession?, terminal: Terminal,
    wake: Wake, lesson: LessonGuide? = nil
  ) {
    self.lesson = lesson
    self.state = state
    told = state
    self.subject = subject
    self.kept = kept
    self.terminal = terminal
    self.wake = wake
    worker = Worker(session, wake: wake)
    if lesson?.isLarge ?? false { self.state.enlarge(lesson?.enlarged) }
  }

  /// Runs until the user quits; false when the keyboard is gone or Ctrl-C was pressed.
  mutating func run() -> Bool {
    terminal.hasMouse = state.hasMouse
    apply(.resized(terminal.size))
    draw()
    passOn()
    defer { keep() }
    while !state.hasQuit {
      // A pause in typing is when edits are written down; at the latest half a second after they were made.
      let pause = unkept == nil ? lesson?.pauseMilliseconds : 300
      guard let key = terminal.next(timeoutMilliseconds: news == .moves ? Self.restMilliseconds : pause, wake: wake)
      else {
        if news == .moves {
          news = .more
          draw()
          continue
        }
        if unkept == nil, lesson?.isAutomatic ?? false { apply(.lesson(.next)) }
        reload()
        keep()
        passOn()
        draw()
        continue
      }
      guard take(key) else { return false }
      // Keys typed ahead are taken before drawing, so that holding one down never lags behind.
      while let more = terminal.next(timeoutMilliseconds: 0, wake: wake) {
        guard take(more) else { return false }
        if state.hasQuit { return true }
      }
      passOn()
      draw()
    }
    worker.start(.none, under: nil)
    return state.hasQuit
  }

  /// False when there is no one left to draw for.
  private mutating func take(_ key: Key) -> Bool {
    switch key {
    case .endOfInput, .hangUp, .control("c"): return false
    case .resize(let size): apply(.resized(size))
    case .wake:
      for action in worker.news() { apply(action) }
      if let scene = lesson?.news() { show(scene) }
    case .background(let background): apply(.background(background))
    case .resumed: break
    default: if let action = state.action(for: key) { apply(action) }
    }
    return true
  }

  /// Longer than from one repetition of a held key to the next, and too short to be noticed.
  private static let restMilliseconds = 50

  private mutating func apply(_ action: Action) {
    news = state.isMove(action) && news != .more ? .moves : .more
    state = state.reduce(action)
    if action.isExploring { lesson?.explored() }
  }

  private mutating func draw() {
    state.narration = lesson?.narration(for: state)
    guard news != .moves else { return terminal.show(told.canvas(told.size, cursorOf: state)) }
    news = .none
    told = state
    terminal.show(state.canvas(state.size))
  }

  /// The lesson's file may have been saved.
  private mutating func reload() {
    do throws(Fault) {
      if let scene = try lesson?.reload(state.appearance, state.size) { show(scene) }
    } catch {
      apply(.failed("\(error)"))
    }
  }

  /// A step of the lesson in place of what is there.
  private mutating func show(_ scene: LessonStage.Scene) {
    let (size, keymap, hasMouse) = (state.size, state.keymap, state.hasMouse)
    worker.replace(scene.session)
    news = .more
    state = scene.state.reduce(.resized(size))
    (state.keymap, state.hasMouse) = (keymap, hasMouse)
    if let background = terminal.background { state = state.reduce(.background(background)) }
    if lesson?.isLarge ?? false { state.enlarge(lesson?.enlarged) }
    given = Request(state)
  }

  /// The state says what is wanted; the worker is told when that has changed.
  private mutating func passOn() {
    for effect in state.takeEffects() { perform(effect) }
    noteEdits()
    let request = Request(state)
    guard request != given else { return }
    given = request
    worker.start(request, under: state.timeline)
  }

  /// What is worth keeping is written at once when the last time is long ago.
  private mutating func noteEdits() {
    guard let wanted = state.kept(scene: subject.scene, seed: subject.seed) else {
      unkept = nil
      kept?.forget()
      return
    }
    // Who takes an edit back and makes it again is where the file is already.
    unkept = kept?.isWritten(wanted) == false ? wanted : nil
    if unkept != nil, kept?.isDue ?? false { keep() }
  }

  private mutating func keep() {
    if let unkept { kept?.keep(unkept) }
    unkept = nil
  }

  private mutating func perform(_ effect: Effect) {
    switch effect {
    case .mouse(let isOn): terminal.hasMouse = isOn
    case .lesson(let command):
      if let scene = lesson?.take(command) { show(scene) }
      if command == .enlarge { state.enlarge(lesson?.enlarged) }
    case .write(let path, let text): apply(SavedFiles.write(text, to: path))
    case .record(let recording): apply(SavedFiles.write(recording))
    case .save(let path, let setup):
      apply(SavedFiles.save(setup, of: state.detectorType, to: path))
    }
  }
}
