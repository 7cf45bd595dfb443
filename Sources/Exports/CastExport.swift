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
      for state in frame.beats {
        lines.append(clock.event("o", terminal.text(showing: state.canvas(size))))
        clock.wait(forWords: state.words)
      }
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
    mutating func wait(forWords words: Int) {
      milliseconds += min(max(1000 + words * 300, 2000), 40_000)
    }
  }
}

extension State {
  /// How many words there are to be read before one goes on.
  fileprivate var words: Int {
    if let narration { return narration.wordCount }
    return "\(exhibit.headline) \(exhibit.meaning)".split(separator: " ").count
  }
}
