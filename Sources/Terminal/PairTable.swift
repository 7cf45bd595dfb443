/// Numbers for pairs of colours. ncurses paints with numbered pairs and has only so many; here no number is
/// ever given a second meaning, so a cell drawn long ago keeps its colours.
///
/// When there are fewer numbers than pairs, as in terminals of 8 and 16 colours, a pair and its mirror share
/// one number and one of the two is drawn in reverse.
package struct PairTable {
  /// What to paint a cell with.
  package struct Entry: Hashable, Sendable {
    /// 0 is the terminal's own colours.
    package var number: Int32
    package var reversed: Bool
  }

  /// A pair that ncurses must be told of before its number is used.
  package struct Definition: Hashable, Sendable {
    package var number: Int32
    package var foreground: Int?
    package var background: Int?
  }

  private let colors: Range<Int>
  private let limit: Int
  private let sharesMirrors: Bool
  private var last: Int32 = 0
  /// 0 where no number is given yet.
  private var numbers: [Int32]

  /// A table for colours of these numbers; pair numbers are below `pairs`.
  package init(colors: Range<Int>, pairs: Int) {
    self.colors = colors
    self.limit = max(1, pairs)
    let side = colors.count + 1
    sharesMirrors = side * side > self.limit
    numbers = Array(repeating: 0, count: side * side)
  }

  /// The number for two colours (nil is the terminal's own); `define` is told of each number that is new.
  package mutating func entry(
    foreground: Int?, background: Int?, define: (Definition) -> Void
  ) -> Entry {
    let front = side(foreground)
    let back = side(background)
    if front == 0 && back == 0 { return Entry(number: 0, reversed: false) }
    // The terminal's own colours have no mirror: reversed, the own background would write the text.
    let mirrored = sharesMirrors && front > 0 && front < back
    let (first, second) = mirrored ? (back, front) : (front, back)
    let place = first * (colors.count + 1) + second
    if numbers[place] == 0 {
      // No terminal known comes here: with mirrors shared, 8 colours need 52 of their 63.
      guard Int(last) + 1 < limit else { return Entry(number: 0, reversed: mirrored) }
      last += 1
      numbers[place] = last
      define(Definition(number: last, foreground: ink(first), background: ink(second)))
    }
    return Entry(number: numbers[place], reversed: mirrored)
  }

  /// 0 stands for the terminal's own colour, and for numbers that no colour has.
  private func side(_ color: Int?) -> Int {
    guard let color, colors.contains(color) else { return 0 }
    return color - colors.lowerBound + 1
  }

  private func ink(_ side: Int) -> Int? { side == 0 ? nil : side - 1 + colors.lowerBound }
}
