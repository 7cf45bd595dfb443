import Glibc
import Screen
import Terminal

extension Probe {
  /// What the arguments ask for, in the order of their names.
  var deeds: [String] { options.filter { $0.hasPrefix("--") }.sorted() }

  func perform(_ deed: String) {
    switch deed {
    case "--abort": abort()
    case "--complain": complain("a complaint")
    case "--divide": raise(SIGFPE)
    case "--exit": exit(3)
    case "--hang": while true { sleep(1) }
    case "--index": print([1, 2, 3][Int(getpid())])
    case "--overflow": overflow()
    case "--thread-overflow": overflowThread()
    case "--trap": fatalError("the probe was told to trap")
    case "--wake": wakeFromThread()
    default: break
    }
  }

  private func wakeFromThread() {
    let wake = wake
    startThread { wake.signal() }
  }

  private func overflowThread() {
    startThread {
      Terminal.coverThread()
      overflow()
    }
    while true { sleep(1) }
  }

  private func startThread(_ work: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Work(work))
    pthread_create(
      &thread, nil,
      { box in
        if let box { Unmanaged<Work>.fromOpaque(box).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
  }
}

/// Writes a line to standard error.
func complain(_ text: String) {
  var line = text + "\n"
  line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

private final class Work: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Calls itself until the stack is used up. Each call writes to the one above when it returns, so that no
/// compiler makes a loop of them.
@inline(never)
private func sink(_ above: UnsafeMutablePointer<Int>) {
  var here = above.pointee &+ 1
  if here != 0 { sink(&here) }
  above.pointee = here
}

/// Uses up the calling thread's stack.
private func overflow() {
  var depth = 0
  sink(&depth)
}
