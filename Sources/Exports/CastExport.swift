import Scenes
import Screen
import Terminal
import Traces
import Walkthroughs

/// A recording as asciinema plays it: asciicast, version 2, a line of JSON for the header and each event.
enum CastExport {
  private static let terminal = "xterm-256color"

  private struct Header: Encodable {
    let version = 2
    let width: Int
    let height: Int
    let title: String
    let env = ["TERM": CastExport.terminal]
  }

  static func text(_ reel: Reel) throws(Fault) -> String {
    guard let size = reel.frames.first?.state.size else { return "" }
    let terminal: RecordedTerminal
    do {
      terminal = try RecordedTerminal(kind: Self.terminal)
    } catch {
      throw Fault(.file(action: "record", reason: "\(error)"), at: Fault.Place(Self.terminal))
    }
    var lines = [JSONText.encode(Header(width: size.columns, height: size.rows, title: reel.title))]
    var clock = Clock()
    for frame in reel.frames {
      if let mark = reel.lesson == nil ? frame.id : frame.chapter { lines.append(clock.event("m", mark)) }
      lines.append(clock.event("o", terminal.text(showing: frame.state.canvas(size))))
      clock.wait(forReading: frame.words)
      guard let solved = frame.solved else { continue }
      lines.append(clock.event("o", terminal.text(showing: solved.canvas(size))))
      clock.wait(forReading: solved.exhibit.headline)
    }
    lines.append(clock.event("o", terminal.ending))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Seconds since the beginning.
  private struct Clock {
    private var milliseconds = 0

    func event(_ code: String, _ data: String) -> String {
      let time = Number.fixed(Double(milliseconds) / 1000, decimals: 3)
      return "[\(time), \(JSONText.encode(code)), \(JSONText.encode(data))]"
    }

    /// 200 words a minute, after a moment to look.
    mutating func wait(forReading text: String) {
      let words = text.split { $0 == " " || $0 == "\n" }.count
      milliseconds += min(max(1000 + words * 300, 2000), 40_000)
    }
  }
}

extension Frame {
  /// What is to be read.
  var words: String {
    let lines = told?.lines ?? []
    return (lines.isEmpty ? [state.exhibit.headline, state.exhibit.meaning] : lines).joined(separator: " ")
  }
}
