import Glibc
import Scenes
import Screen
import Terminal

/// A program for tests of the terminal: says which keys come, draws, and ends in bad ways when told to.
///
/// `!` does the deed that its argument names, `=` shows the same canvas a hundred times, `>` shows the next
/// picture, `@` shows or hides the cursor, `q` leaves.
@main
struct TerminalProbe {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.contains("--ignore-hang-up") { signal(SIGHUP, SIG_IGN) }
    do {
      if arguments.contains("--twice") { try open(arguments) }
      exit(try open(arguments))
    } catch {
      complain("TerminalProbe: \(error)")
      exit(2)
    }
  }

  @discardableResult
  private static func open(_ arguments: ArraySlice<String>) throws(TerminalError) -> Int32 {
    var probe = try Probe(Set(arguments))
    return probe.run()
  }
}

struct Probe {
  let options: Set<String>
  private let terminal: Terminal
  let wake: Wake
  private var heard: [String] = []
  private var picture = 0
  private var cursor = Cursor.hidden

  init(_ options: Set<String>) throws(TerminalError) {
    self.options = options
    wake = try Wake()
    terminal = try Terminal()
  }

  mutating func run() -> Int32 {
    while true {
      terminal.show(canvas(), cursor: cursor)
      let timeout = options.contains("--tick") ? 10 : nil
      let key = terminal.next(timeoutMilliseconds: timeout, wake: wake)
      switch key {
      case .character("q"): return leave(0)
      case .endOfInput: return leave(4)
      case .hangUp: return leave(5)
      case .character("!"): deeds.forEach(perform)
      case .character("="): for _ in 0..<100 { terminal.show(canvas(), cursor: cursor) }
      case .character(">"): picture += 1
      case .character("@"): cursor = cursor == .hidden ? .at(column: 7, row: 3) : .hidden
      default: heard.append(key.map(name) ?? "time")
      }
    }
  }

  private func leave(_ code: Int32) -> Int32 {
    terminal.leave()
    return code
  }

  private func name(_ key: Key) -> String {
    switch key {
    case .character(let scalar) where scalar.isASCII: "character \(scalar)"
    case .character(let scalar): "character U+\(String(scalar.value, radix: 16))"
    case .control(let letter): "control \(letter)"
    case .function(let number): "F\(number)"
    case .resize(let size): "resize \(size.columns)x\(size.rows)"
    case .background(let background): "background \(background.rawValue)"
    case .mouse(let mouse): "\(mouse.deed) at \(mouse.column), \(mouse.row)"
    default: "\(key)"
    }
  }

  private func canvas() -> Canvas {
    if options.contains("--pairs") { return Pictures.pairs(terminal.size, from: picture) }
    var canvas = Canvas(size: terminal.size)
    canvas.write("probe \(terminal.size.columns)x\(terminal.size.rows) \(terminal.colors)", row: 0)
    canvas.write("heard \(heard.count): \(heard.suffix(1).joined())", row: 1)
    canvas.write("picture \(picture)", row: 2)
    Pictures.samples(in: &canvas, picture)
    return canvas
  }
}
