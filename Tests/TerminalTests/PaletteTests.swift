import Scenes
import Screen
import Terminal
import Testing

@Suite struct PaletteTests {
  @Test func everyColourOfThePaletteIsItsOwnNearest() {
    for number in 16..<256 {
      #expect(Palette(.many256).nearest(to: .rgb(Palette.color(number))) == number)
    }
    for depth in [ColorDepth.eight, .sixteen] {
      for number in 0..<depth.rawValue {
        #expect(Palette(depth).nearest(to: .rgb(Palette.color(number))) == number)
      }
    }
  }

  /// The shortcut through cube and greys finds what a search through all of them finds.
  @Test func nothingIsNearer() throws {
    for red in stride(from: 0, through: 255, by: 5) {
      for green in stride(from: 0, through: 255, by: 15) {
        for blue in stride(from: 0, through: 255, by: 3) {
          let color = RGB(UInt8(red), UInt8(green), UInt8(blue))
          let found = try #require(Palette(.many256).nearest(to: .rgb(color)))
          let least = (16..<256).map { Palette.distance(color, Palette.color($0)) }.min()
          if Palette.distance(color, Palette.color(found)) != least {
            Issue.record("\(color) became \(found)")
          }
        }
      }
    }
  }

  @Test func theTerminalsOwnColourHasNoNumber() {
    for depth in ColorDepth.allCases { #expect(Palette(depth).nearest(to: .standard) == nil) }
    #expect(Palette(.none).nearest(to: .rgb(RGB(255, 0, 0))) == nil)
  }

  @Test(arguments: [
    (-1, ColorDepth.none), (0, .none), (2, .none), (8, .eight), (15, .eight), (16, .sixteen), (88, .sixteen),
    (256, .many256), (1 << 24, .many256),
  ])
  func depthFollowsTheNumberOfColours(count: Int, depth: ColorDepth) {
    #expect(ColorDepth(colorCount: count) == depth)
  }

  @Test func noColorHoldsWhenItIsNotEmpty() {
    #expect(ColorDepth.wanted(noColor: nil) == .many256)
    #expect(ColorDepth.wanted(noColor: "") == .many256)
    #expect(ColorDepth.wanted(noColor: "0") == .none)
  }

  /// With eight colours a dark grey frame would be black, and a light one white, on a background that may be either.
  @Test func greysOfTextAreTheTerminalsOwnWithEightColours() {
    let grey = Style(.rgb(RGB(0x62, 0x62, 0x62)))
    #expect(Palette(.eight).numbers(of: grey) == (nil, nil))
    #expect(Palette(.eight).numbers(of: Style(.rgb(RGB(0, 0, 0)), on: .rgb(RGB(255, 255, 255)))) == (0, 7))
    #expect(Palette(.eight).numbers(of: Style(.rgb(RGB(0xE0, 0, 0)))) == (1, nil))
    #expect(Palette(.many256).numbers(of: grey).foreground != nil)
  }

  /// An accent for light terminals would be cyan, which white swallows, or grey, which is none.
  @Test func accentsCanBeReadWithFewColours() {
    let dark = Style(.rgb(RGB(0x00, 0x5F, 0x87)))
    #expect(Palette(.eight).nearest(to: dark.foreground) == 6)
    #expect(Palette(.eight).numbers(of: dark).foreground == 4)
    #expect(Palette(.sixteen).numbers(of: dark).foreground == 12)
    let bright = Style(.rgb(RGB(0x87, 0xD7, 0xFF)))
    #expect(Palette(.eight).numbers(of: bright).foreground == 6)
    #expect(Palette(.sixteen).numbers(of: bright).foreground == 14)
    #expect(Palette(.eight).numbers(of: Style(dark.foreground, on: .rgb(RGB(0, 0, 0)))).foreground == 6)
  }
}
