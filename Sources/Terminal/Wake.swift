import Glibc

/// Calls a waiting terminal from another thread: `Terminal.next` then returns `Key.wake`.
/// Signals that come before anybody waits are kept, and many are one.
package final class Wake: Sendable {
  /// Readable while a signal waits.
  let output: Int32
  private let input: Int32

  package init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system(reason: systemMessage()) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    output = ends[0]
    input = ends[1]
  }

  deinit {
    close(output)
    close(input)
  }

  package func signal() {
    // A full pipe means that a signal waits already.
    withUnsafeBytes(of: UInt8(1)) { _ = write(input, $0.baseAddress, $0.count) }
  }

  /// Takes the signals that wait.
  func drain() { while !readBytes(from: output).isEmpty {} }
}

/// What is there to read without waiting.
func readBytes(from file: Int32) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
    count = max(0, read(file, buffer.baseAddress, buffer.count))
  }
}

/// What the system says of the call that just failed.
func systemMessage() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
