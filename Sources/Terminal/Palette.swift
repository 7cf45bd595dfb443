import Scenes
import Screen

/// The colours a terminal has, and which of them is nearest to one of ours.
///
/// With 256 there are a 6×6×6 cube and 24 greys whose values every terminal agrees on; the first 16 are the
/// user's theme and are left out. With 16 or 8 the values are xterm's, for want of better.
package struct Palette: Hashable, Sendable {
  package let depth: ColorDepth

  package init(_ depth: ColorDepth) { self.depth = depth }

  /// The numbers of the colours that are used.
  package var numbers: Range<Int> {
    switch depth {
    case .none: 0..<0
    case .eight, .sixteen: 0..<depth.rawValue
    case .many256: 16..<256
    }
  }

  /// The number of the nearest colour; nil for the terminal's own, and when there are no colours.
  package func nearest(to ink: Ink) -> Int? {
    guard case .rgb(let color) = ink else { return nil }
    switch depth {
    case .none: return nil
    case .eight, .sixteen: return Self.nearestOfTheme(to: color, among: numbers)
    case .many256: return Self.nearestOf256(to: color)
    }
  }

  /// The numbers of a style's two colours. With few colours, greys of text on the terminal's own background are the
  /// terminal's own too: its black or white could be the background's.
  package func numbers(of style: Style) -> (foreground: Int?, background: Int?) {
    let background = nearest(to: style.background)
    let foreground = background == nil ? nearestText(to: style.foreground) : nearest(to: style.foreground)
    let isGrey = foreground == 0 || foreground == 7
    return (depth == .eight && background == nil && isGrey ? nil : foreground, background)
  }

  /// For text on the terminal's own background: what was meant to be dark stays dark, so that it can be read, and what
  /// was meant to stand out by its colour keeps one.
  private func nearestText(to ink: Ink) -> Int? {
    guard case .rgb(let color) = ink, depth == .eight || depth == .sixteen else { return nearest(to: ink) }
    let fitting = numbers.filter { number in
      let shown = Self.theme[number]
      return (!color.isDark || shown.isDark) && (!color.isVivid || shown.isVivid)
    }
    return fitting.min { Self.distance(color, Self.theme[$0]) < Self.distance(color, Self.theme[$1]) }
  }

  /// What a number looks like; black beyond the palette.
  package static func color(_ number: Int) -> RGB {
    switch number {
    case theme.indices: theme[number]
    case 16..<232:
      RGB(levels[(number - 16) / 36], levels[(number - 16) / 6 % 6], levels[(number - 16) % 6])
    case 232..<256: grey(number - 232)
    default: RGB(0, 0, 0)
    }
  }

  /// How different two colours look. Eyes are best at green, worst at red among the weights used here.
  package static func distance(_ a: RGB, _ b: RGB) -> Int {
    let red = Int(a.red) - Int(b.red)
    let green = Int(a.green) - Int(b.green)
    let blue = Int(a.blue) - Int(b.blue)
    return redWeight * red * red + greenWeight * green * green + blueWeight * blue * blue
  }

  private static let redWeight = 2
  private static let greenWeight = 4
  private static let blueWeight = 3

  private static func nearestOfTheme(to color: RGB, among numbers: Range<Int>) -> Int {
    var best = 0
    for number in numbers where distance(color, theme[number]) < distance(color, theme[best]) {
      best = number
    }
    return best
  }

  private static func nearestOf256(to color: RGB) -> Int {
    let (red, green, blue) = (nearestLevel(color.red), nearestLevel(color.green), nearestLevel(color.blue))
    let cube = RGB(levels[red], levels[green], levels[blue])
    let step = nearestGrey(to: color)
    // On a tie the cube: its corners are the purest.
    return distance(color, grey(step)) < distance(color, cube)
      ? 232 + step : 16 + 36 * red + 6 * green + blue
  }

  /// The cube's levels are 0, 95 and from there on 40 apart; the borders lie half way.
  private static func nearestLevel(_ value: UInt8) -> Int {
    value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40
  }

  /// The distance to a grey is least at the weighted mean of the channels.
  private static func nearestGrey(to color: RGB) -> Int {
    let weights = redWeight + greenWeight + blueWeight
    let sum = redWeight * Int(color.red) + greenWeight * Int(color.green) + blueWeight * Int(color.blue)
    return min(23, max(0, (sum - 3 * weights) / (10 * weights)))
  }

  /// Grey 0 is 8, and they are 10 apart.
  private static func grey(_ step: Int) -> RGB {
    let value = UInt8(clamping: 8 + 10 * step)
    return RGB(value, value, value)
  }

  private static let levels: [UInt8] = [0, 95, 135, 175, 215, 255]

  private static let theme = [
    RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
    RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
    RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
    RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
  ]
}

extension RGB {
  /// Whether it stands out from white. Green counts most for the eye, blue least.
  fileprivate var isDark: Bool { 299 * Int(red) + 587 * Int(green) + 114 * Int(blue) < 135_000 }

  /// Whether it is plainly no grey.
  fileprivate var isVivid: Bool { max(red, green, blue) - min(red, green, blue) > 80 }
}
