import CNcurses
import Dispatch
import Glibc
import Screen

/// A terminal that is not there: what one of its kind would be sent, for a recording. There is one at a time in a
/// process, for which the next waits, and none while a real one is open.
package final class RecordedTerminal {
  private var painter: Painter
  /// ncurses has one description for the whole process.
  private static let turn = DispatchSemaphore(value: 1)

  /// - Throws: where the system has no description of such a terminal.
  package init(kind: String, colors: ColorDepth = .many256) throws(TerminalError) {
    Self.turn.wait()
    guard curses_describe(kind) else {
      Self.turn.signal()
      throw .unknownTerminal(kind)
    }
    // Recordings are UTF-8 wherever they are made.
    setlocale(LC_CTYPE, "C.UTF-8")
    painter = Painter(colors)
  }

  deinit {
    curses_forget_description()
    Self.turn.signal()
  }

  /// What changes the screen from the canvas before to this one; the first is painted on a blank screen.
  package func text(showing canvas: Canvas) -> String {
    let blank = painter.isNew(canvas) ? Sequences.bytes("civis") + Sequences.bytes("clear") : []
    return String(decoding: blank + painter.paint(canvas, on: canvas.size), as: UTF8.self)
  }

  /// What gives the cursor back.
  package var ending: String { String(decoding: Sequences.bytes("cnorm"), as: UTF8.self) }
}
