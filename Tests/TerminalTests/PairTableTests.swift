import Terminal
import Testing

@Suite struct PairTableTests {
  private struct Pair: Hashable {
    var foreground: Int?
    var background: Int?
  }

  /// All pairs of so many colours and the terminal's own.
  private static func pairs(_ colors: Range<Int>) -> [Pair] {
    let inks = [nil] + colors.map { Optional($0) }
    return inks.flatMap { front in inks.map { Pair(foreground: front, background: $0) } }
  }

  /// Terminals as they are: xterm, xterm-16color, and the 240 of 256 colours that are used.
  @Test(arguments: [(0..<8, 64), (0..<16, 256), (16..<256, 65536)])
  func everyPairIsPaintedAsItIs(colors: Range<Int>, limit: Int) {
    var table = PairTable(colors: colors, pairs: limit)
    var meanings: [Int32: Pair] = [0: Pair()]
    for _ in 0..<2 {
      for pair in Self.pairs(colors) {
        let entry = table.entry(foreground: pair.foreground, background: pair.background) { new in
          #expect(meanings[new.number] == nil)
          #expect((1..<Int32(limit)).contains(new.number))
          meanings[new.number] = Pair(foreground: new.foreground, background: new.background)
        }
        let meaning = meanings[entry.number]
        let painted =
          entry.reversed
          ? meaning.map { Pair(foreground: $0.background, background: $0.foreground) } : meaning
        if painted != pair { Issue.record("\(pair) is painted as \(String(describing: painted))") }
        if entry.reversed { #expect(pair.foreground != nil && pair.background != nil) }
      }
    }
  }

  @Test func withNumbersToSpareNothingIsReversed() {
    var table = PairTable(colors: 16..<256, pairs: 65536)
    for pair in [Pair(foreground: 17, background: 200), Pair(foreground: 200, background: 17)] {
      let entry = table.entry(foreground: pair.foreground, background: pair.background) { _ in }
      #expect(!entry.reversed)
    }
  }

  @Test func whenNumbersRunOutTheOwnColoursServe() {
    var table = PairTable(colors: 0..<8, pairs: 2)
    #expect(table.entry(foreground: 1, background: nil) { _ in }.number == 1)
    #expect(table.entry(foreground: 2, background: nil) { _ in }.number == 0)
    #expect(table.entry(foreground: 1, background: nil) { _ in }.number == 1)
    #expect(table.entry(foreground: 99, background: -5) { _ in }.number == 0)
  }
}
