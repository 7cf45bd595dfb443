/// What a mouse did, at a cell of the screen.
package struct Mouse: Hashable, Sendable {
  package enum Deed: Hashable, Sendable {
    case press
    /// Moved with the button held.
    case drag
    case release
    case wheelUp
    case wheelDown
  }

  package let deed: Deed
  package let column: Int
  package let row: Int
  /// The second button, or the first with Shift or Ctrl.
  package let isSecond: Bool

  package init(_ deed: Deed, column: Int, row: Int, isSecond: Bool = false) {
    self.deed = deed
    self.column = column
    self.row = row
    self.isSecond = isSecond
  }

  /// From a report in SGR's form: `button;column;row` and the letter at its end, M for pressed and m for let go.
  package init?(report: String, isPress: Bool) {
    let numbers = report.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 3, let code = numbers[0], let column = numbers[1], let row = numbers[2],
      (0..<256).contains(code), (1...10_000).contains(column), (1...10_000).contains(row)
    else { return nil }
    let deed: Deed
    switch (code & 64 != 0, code & 32 != 0) {
    case (true, _): deed = code & 1 == 0 ? .wheelUp : .wheelDown
    case (_, true) where code & 3 != 3: deed = .drag
    case (_, true): return nil
    default: deed = isPress ? .press : .release
    }
    self.init(deed, column: column - 1, row: row - 1, isSecond: code & 3 == 2 || code & 20 != 0)
  }
}

/// What a held button moves.
struct Drag: Hashable {
  enum Grip: Hashable {
    case inside
    /// Which edges follow the mouse.
    case edges(left: Bool, top: Bool, right: Bool, bottom: Bool)
  }

  let gt: Int
  let grip: Grip
  /// The place on the picture where it was taken, and the box as it was then.
  let x: Double
  let y: Double
  let corners: [Double]
  /// Which drag it is: one drag is taken back as one.
  let number: Int
}
