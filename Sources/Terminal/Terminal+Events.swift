import CNcurses
import CTerminalGuard
import Glibc
import Screen

extension Terminal {
  /// Waits for the next key or news, and returns nil when the time is over. Without a timeout it waits as
  /// long as it takes. Keys typed ahead come one by one; once input has ended, `.endOfInput` is all there is.
  package func next(timeoutMilliseconds: Int? = nil, wake: Wake) -> Key? {
    let deadline = timeoutMilliseconds.map { ContinuousClock.now + .milliseconds($0) }
    while true {
      handleSignals()
      if !pending.isEmpty { return pending.removeFirst() }
      if let key = reader.next() { return heard(key) }
      switch poll(wake, until: deadline) {
      case .time: return nil
      case .woken: return .wake
      case .ended: return .endOfInput
      case .input, .interrupted: continue
      }
    }
  }

  private func heard(_ key: Key) -> Key {
    if case .background(let answer) = key { (background, awaitsBackground) = (answer, nil) }
    return key
  }

  /// Whether something is typed by then.
  func readable(within milliseconds: Int32) -> Bool {
    var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&file, 1, milliseconds) > 0
  }

  /// Why waiting is over.
  private enum Awakening {
    case input, ended, woken, interrupted, time
  }

  private func poll(_ wake: Wake, until deadline: ContinuousClock.Instant?) -> Awakening {
    var files = [STDIN_FILENO, signals, wake.output].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let count = Glibc.poll(&files, nfds_t(files.count), Self.milliseconds(until: deadline))
    guard count > 0 else { return count == 0 && hasPassed(deadline) ? .time : .interrupted }
    if files[1].revents != 0 { return .interrupted }
    if files[0].revents != 0 { return hasInput(files[0]) ? .input : .ended }
    wake.drain()
    return .woken
  }

  /// Readable with nothing to read, or hung up: input has ended.
  private func hasInput(_ file: pollfd) -> Bool {
    var count: Int32 = 0
    return file.revents & Int16(POLLIN) != 0 && ioctl(STDIN_FILENO, UInt(FIONREAD), &count) == 0 && count > 0
  }

  private func hasPassed(_ deadline: ContinuousClock.Instant?) -> Bool {
    deadline.map { $0 <= .now } ?? false
  }

  /// What poll takes: rounded up, so that it does not return just before the time; -1 is for ever.
  private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let (seconds, attoseconds) = (deadline - .now).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: min(seconds, 1_000_000) * 1000 + rest)
  }
}

// MARK: - Signals

extension Terminal {
  private func handleSignals() {
    for number in readBytes(from: signals) { handle(signal: Int32(number)) }
  }

  private func handle(signal: Int32) {
    terminal_guard_heard(signal)
    switch signal {
    case SIGWINCH: followSize()
    case SIGTSTP: suspend()
    case SIGCONT: resume()
    case SIGINT: pending.append(.control("c"))
    case SIGHUP, SIGTERM:
      lastWish = signal
      pending.append(.hangUp)
    default: break
    }
  }

  private func followSize() {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
      return
    }
    let new = Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    guard new != size else { return }
    resizeterm(Int32(new.rows), Int32(new.columns))
    painter.forget()
    pending.append(.resize(size))
  }

  private func suspend() {
    if hasMouse { reportMouse(false) }
    endwin()
    terminal_guard_screen_down()
    terminal_guard_stop()
    // Among the news is the signal that continued the process.
    let news = readBytes(from: signals).map { Int32($0) }.filter { $0 != SIGCONT }
    resume()
    for signal in news { handle(signal: signal) }
  }

  /// The modes and the screen may have been changed by whoever had the terminal in between.
  private func resume() {
    reset_prog_mode()
    raiseGuard()
    if hasMouse { reportMouse(true) }
    curs_set(cursor == .hidden ? 0 : 1)
    followSize()
    painter.forget()
    clear()
    pending.append(.resumed)
  }
}
