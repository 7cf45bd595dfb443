import CNcurses
import CTerminalGuard
import Glibc
import Screen

/// Where the cursor is to stand.
package enum Cursor: Hashable, Sendable {
  case hidden
  case at(column: Int, row: Int)
}

/// The screen and the keyboard: a canvas goes out, keys come in.
///
/// There is one at a time in a process. However the process ends, but for SIGKILL, the terminal is left as it
/// was found, and what was meanwhile written to standard error is shown on it.
///
///     let terminal = try Terminal()
///     let wake = try Wake()
///     while let key = terminal.next(wake: wake) { … terminal.show(canvas) … }
///     terminal.leave()
package final class Terminal {
  /// How many colours are painted with.
  package let colors: ColorDepth
  var painter: Painter
  var reader: KeyReader
  var cursor = Cursor.hidden
  /// News that was noticed before somebody asked for it.
  var pending: [Key] = []
  /// Yields the numbers of signals.
  let signals: Int32
  /// What the process was asked to die of.
  var lastWish: Int32?
  private var isOpen = true
  private let screen: OpaquePointer

  /// Takes the screen. Colours are those the terminal has, and `most` at most.
  package init(
    colors most: ColorDepth = .wanted(noColor: getenv("NO_COLOR").map { String(cString: $0) })
  ) throws(TerminalError) {
    try Self.checkTerminal()
    Self.speakUnicode()
    use_env(false)
    use_tioctl(true)
    signals = terminal_guard_begin()
    guard signals >= 0 else { throw errno == EBUSY ? .alreadyOpen : .system(reason: systemMessage()) }
    guard let screen = curses_new_terminal() else {
      terminal_guard_end()
      throw Self.refusal()
    }
    self.screen = screen
    guard curses_capability("cup") != nil, let reader = KeyReader() else {
      endwin()
      delscreen(screen)
      terminal_guard_end()
      throw .noCursorMovement(Self.name)
    }
    self.reader = reader
    colors = Self.startColors(most)
    painter = Painter(colors)
    setUpKeyboard()
    raiseGuard()
    curs_set(0)
  }

  /// Whether presses, drags and the wheel come as keys, or are the terminal's own, to select text with. Terminals
  /// without a mouse are left alone.
  package var hasMouse = false {
    didSet { if hasMouse != oldValue { reportMouse(hasMouse) } }
  }

  /// Until when an answer to `askForBackground` may still come.
  var awaitsBackground: ContinuousClock.Instant?
  /// What it was, once it came.
  package internal(set) var background: Appearance.Background?

  /// Asks a terminal of xterm's kind for its background. Some answer, with `Key.background`.
  package func askForBackground() {
    guard let mouse = curses_capability("kmous"), mouse.pointee != 0 else { return }
    let question = Array("\u{1B}]11;?\u{1B}\\".utf8)
    if write(STDOUT_FILENO, question, question.count) > 0 { awaitsBackground = .now + .seconds(1) }
  }

  /// ncurses' own reports lose presses in a burst, so it is not asked for any.
  func reportMouse(_ isOn: Bool) {
    guard let capability = curses_capability("kmous"), capability.pointee != 0 else { return }
    let bytes = Array((isOn ? "\u{1B}[?1002h\u{1B}[?1006h" : "\u{1B}[?1006l\u{1B}[?1002l").utf8)
    // A terminal that is gone is noticed when keys are read.
    _ = write(STDOUT_FILENO, bytes, bytes.count)
  }

  deinit { close() }

  /// What there is to draw on now.
  package var size: Size { Size(columns: Int(curses_columns()), rows: Int(curses_rows())) }

  /// Shows a canvas. What does not fit the terminal is left out, what it does not cover is blank; a canvas
  /// that is shown already costs nothing.
  package func show(_ canvas: Canvas, cursor: Cursor = .hidden) {
    guard isOpen, cursor != self.cursor || !painter.shows(canvas) else { return }
    if painter.isNew(canvas) { clear() }
    if cursor == .hidden, self.cursor != .hidden { curs_set(0) }
    var bytes = painter.shows(canvas) ? [] : painter.paint(canvas, on: size)
    if case .at(let column, let row) = cursor {
      bytes += painter.move(
        toColumn: min(max(0, column), size.columns - 1), row: min(max(0, row), size.rows - 1))
    }
    send(bytes)
    if cursor != .hidden, self.cursor == .hidden { curs_set(1) }
    self.cursor = cursor
  }

  /// A blank screen, by ncurses, which begins and ends it. What is on it then, ncurses does not know.
  func clear() {
    werase(curses_standard_window())
    clearok(curses_standard_window(), true)
    leaveok(curses_standard_window(), true)
    refresh()
  }

  private func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var file = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&file, 1, 100)
      } else if errno != EINTR {
        // A terminal that is gone is noticed when keys are read.
        return
      }
    }
  }

  /// Gives the screen back. May be called again.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    // An answer that came after the screen is given back would stand in the shell's line.
    if let awaitsBackground, awaitsBackground > .now, readable(within: 50) { tcflush(STDIN_FILENO, TCIFLUSH) }
    if hasMouse { reportMouse(false) }
    endwin()
    terminal_guard_screen_down()
    reader.free()
    delscreen(screen)
    terminal_guard_end()
  }

  /// Gives the screen back, and dies of the signal that asked for it, if one did: whoever sent it sees that.
  package func leave() {
    close()
    if let lastWish { terminal_guard_die(lastWish) }
  }

  /// Lets an overflow of the calling thread's stack end as cleanly as one of the main thread's.
  package static func coverThread() { _ = terminal_guard_cover_thread() }

  /// Lets the calling thread sleep.
  package static func rest(milliseconds: Int) { usleep(UInt32(clamping: max(0, milliseconds) * 1000)) }

  /// From here on a dying process brings the screen down.
  func raiseGuard() {
    let bytes = Reset.bytes
    terminal_guard_screen_up(bytes, bytes.count)
  }
}

// MARK: - Opening

extension Terminal {
  private static var name: String { getenv("TERM").map { String(cString: $0) } ?? "" }

  private static func checkTerminal() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .inputIsNoTerminal }
    guard isatty(STDOUT_FILENO) == 1 else { throw .outputIsNoTerminal }
    guard !name.isEmpty else { throw .unnamedTerminal }
  }

  private static func refusal() -> TerminalError {
    name == "dumb" ? .noCursorMovement(name) : .unknownTerminal(name)
  }

  /// Characters are encoded as the user's locale says; where it says nothing, as UTF-8, without which box
  /// lines and half blocks vanish. Only characters: numbers keep their point.
  private static func speakUnicode() {
    let locale = setlocale(LC_CTYPE, "").map { String(cString: $0) }
    if locale == nil || locale == "C" || locale == "POSIX" { setlocale(LC_CTYPE, "C.UTF-8") }
  }

  private static func startColors(_ most: ColorDepth) -> ColorDepth {
    guard most > .none, has_colors(), start_color() == OK else { return .none }
    use_default_colors()
    return min(most, ColorDepth(colorCount: Int(curses_color_count())))
  }

  private func setUpKeyboard() {
    cbreak()
    noecho()
    // Enter and Ctrl-J are told apart, and lines are moved along more cheaply.
    nonl()
    set_escdelay(25)
    curses_free_control_keys()
  }
}
