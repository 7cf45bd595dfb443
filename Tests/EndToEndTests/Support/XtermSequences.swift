import Screen

/// What xterm sends for a key while an application has its keypad on; nothing for what is no key.
func xtermSequence(_ key: Key) -> String {
  switch key {
  case .character(let scalar): String(scalar)
  case .control(let letter): String(Unicode.Scalar(UInt8(letter.value & 0x1F)))
  case .enter: "\r"
  case .escape: "\u{1B}"
  case .tab: "\t"
  case .backspace: "\u{7F}"
  case .up: "\u{1B}OA"
  case .down: "\u{1B}OB"
  case .right: "\u{1B}OC"
  case .left: "\u{1B}OD"
  case .home: "\u{1B}OH"
  case .end: "\u{1B}OF"
  case .pageUp: "\u{1B}[5~"
  case .pageDown: "\u{1B}[6~"
  case .insert: "\u{1B}[2~"
  case .delete: "\u{1B}[3~"
  case .backTab: "\u{1B}[Z"
  case .function(let number): functionKey(number)
  case .mouse(let mouse): mouseReport(mouse)
  case .background(let background): "\u{1B}]11;rgb:\(background == .light ? "ffff/ffff/ffff" : "0/0/0")\u{1B}\\"
  case .resize, .resumed, .wake, .endOfInput, .hangUp: ""
  }
}

/// In SGR's form, as mode 1006 has it.
private func mouseReport(_ mouse: Mouse) -> String {
  let code =
    switch mouse.deed {
    case .press, .release: 0
    case .drag: 32
    case .wheelUp: 64
    case .wheelDown: 65
    }
  let end = mouse.deed == .release ? "m" : "M"
  return "\u{1B}[<\(code + (mouse.isSecond ? 2 : 0));\(mouse.column + 1);\(mouse.row + 1)\(end)"
}

private func functionKey(_ number: Int) -> String {
  let sequences = [
    "OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~",
  ]
  return (1...12).contains(number) ? "\u{1B}" + sequences[number - 1] : ""
}
