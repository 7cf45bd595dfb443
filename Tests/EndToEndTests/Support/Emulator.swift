import CVTerm

/// A terminal that draws into memory.
final class Emulator {
  /// One cell as somebody in front of the terminal sees it.
  struct Cell: Equatable {
    /// Empty in the second column of a wide glyph.
    var glyph: String
    /// The palette's number; nil is the terminal's own colour.
    var foreground: Int?
    var background: Int?
    var bold = false
    var underline = false
    var reverse = false

    /// The colours of its upper and lower half, however they were written; nil for what is no picture.
    var halves: [Int?]? {
      let (front, back) = reverse ? (background, foreground) : (foreground, background)
      return switch glyph {
      case "▀": [front, back]
      case "▄": [back, front]
      case "█": [front, front]
      case " ": [back, back]
      default: nil
      }
    }

    /// The same for cells that look the same, however they were written.
    var look: Cell {
      guard let halves, !underline else { return self }
      return Cell(glyph: "▀", foreground: halves[0], background: halves[1])
    }
  }

  /// Row by row, what somebody sees.
  var look: [Cell] { (0..<rows).flatMap { row in (0..<columns).map { self[$0, row].look } } }

  private let machine: OpaquePointer
  private let screen: OpaquePointer
  private(set) var columns: Int
  private(set) var rows: Int
  fileprivate(set) var showsAlternateScreen = false
  fileprivate(set) var showsCursor = true
  /// VTERM_PROP_MOUSE: 0 is off.
  fileprivate(set) var mouseMode = 0

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    machine = vterm_new(Int32(rows), Int32(columns))
    screen = vterm_obtain_screen(machine)
    vterm_set_utf8(machine, 1)
    vterm_screen_enable_altscreen(screen, 1)
    vterm_screen_set_callbacks(screen, &Self.callbacks, Unmanaged.passUnretained(self).toOpaque())
    vterm_screen_reset(screen, 1)
  }

  deinit { vterm_free(machine) }

  func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      _ = vterm_input_write(machine, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
    }
  }

  func resize(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    vterm_set_size(machine, Int32(rows), Int32(columns))
  }

  /// Where the cursor stands.
  var cursor: (column: Int, row: Int) {
    var place = VTermPos()
    vterm_state_get_cursorpos(vterm_obtain_state(machine), &place)
    return (Int(place.col), Int(place.row))
  }

  subscript(column: Int, row: Int) -> Cell {
    var cell = VTermScreenCell()
    vterm_screen_get_cell(screen, VTermPos(row: Int32(row), col: Int32(column)), &cell)
    return Cell(
      glyph: Self.text(cell), foreground: Self.number(cell.fg), background: Self.number(cell.bg),
      bold: cell.attrs.bold != 0, underline: cell.attrs.underline != 0, reverse: cell.attrs.reverse != 0)
  }

  /// A row without the blanks at its end.
  func line(_ row: Int) -> String {
    var text = (0..<columns).map { self[$0, row].glyph }.joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  /// All rows, without the empty ones at the end.
  var text: String {
    var lines = (0..<rows).map(line)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  private static func text(_ cell: VTermScreenCell) -> String {
    let scalars = withUnsafeBytes(of: cell.chars) { Array($0.bindMemory(to: UInt32.self)) }
    // libvterm marks the second column of a wide glyph so.
    if scalars[0] == UInt32.max { return "" }
    let known = scalars.prefix { $0 != 0 }.compactMap(Unicode.Scalar.init)
    return known.isEmpty ? " " : String(String.UnicodeScalarView(known))
  }

  private static func number(_ color: VTermColor) -> Int? {
    let number = Int(vterm_color_number(color))
    return number < 0 ? nil : number
  }

  fileprivate func set(_ property: VTermProp, _ value: VTermValue) {
    switch property {
    case VTERM_PROP_ALTSCREEN: showsAlternateScreen = value.boolean != 0
    case VTERM_PROP_CURSORVISIBLE: showsCursor = value.boolean != 0
    case VTERM_PROP_MOUSE: mouseMode = Int(value.number)
    default: break
    }
  }

  /// libvterm keeps a pointer to them; they are never written to.
  nonisolated(unsafe) private static var callbacks: VTermScreenCallbacks = {
    var callbacks = VTermScreenCallbacks()
    callbacks.settermprop = { property, value, user in
      guard let value, let user else { return 0 }
      Unmanaged<Emulator>.fromOpaque(user).takeUnretainedValue().set(property, value.pointee)
      return 1
    }
    return callbacks
  }()
}
