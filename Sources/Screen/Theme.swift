import Scenes

/// How the screen looks: what the terminal can show, and what its user asked for.
package struct Appearance: Hashable, Sendable {
  /// The terminal's own background, which the screen leaves as it is.
  package enum Background: String, Hashable, Sendable, CaseIterable {
    case dark
    case light
  }

  package enum Glyphs: Hashable, Sendable {
    case unicode
    case ascii
  }

  package enum Colors: Hashable, Sendable {
    case full
    /// NO_COLOR, or a terminal without: brightness by glyphs, states by + ~ −.
    case none
  }

  package enum Hues: Hashable, Sendable {
    case standard
    /// States and classes in colours that those who cannot tell red from green, or blue from yellow, tell apart.
    case safe
  }

  package var background: Background
  package var glyphs: Glyphs
  package var colors: Colors
  package var hues: Hues

  package init(
    background: Background = .dark, glyphs: Glyphs = .unicode, colors: Colors = .full, hues: Hues = .standard
  ) {
    self.background = background
    self.glyphs = glyphs
    self.colors = colors
    self.hues = hues
  }
}

/// A style for each part that something plays on the screen.
struct Theme: Sendable {
  var text = Style()
  var strong = Style(bold: true)
  /// Words that may be passed over.
  var secondary = Style(dim: true)
  var accent = Style(bold: true)
  var frame = Style()
  var focusedFrame = Style(bold: true)
  /// What a lesson speaks of, and its numbers.
  var spokenOf = Style(bold: true)
  var hazard = Style(bold: true)
  var fault = Style(bold: true, reverse: true)
  /// The row or cell the cursor is on in a focused list.
  var cursorRow = Style(reverse: true)
  /// The step in the rail.
  var current = Style(bold: true, reverse: true)
  var positive = Style(bold: true)
  var ignored = Style()
  var negative = Style(dim: true)
  /// One for each class in turn, and for each series of a plot.
  var hues: [RGB] = []
  /// From nothing to most; brightness alone tells it too.
  var ramp: [RGB] = []
  /// The prediction, beside the GT it is held against.
  var prediction = RGB(0xFF, 0x5F, 0xFF)

  init(_ appearance: Appearance) {
    hues = Theme.hues(appearance.background)
    ramp = Theme.ramp
    guard appearance.colors == .full else { return }
    switch appearance.background {
    case .dark: setDark()
    case .light: setLight()
    }
    if appearance.hues == .safe { setSafe(appearance.background) }
  }

  func hue(_ index: Int) -> RGB {
    hues.isEmpty ? RGB(128, 128, 128) : hues[((index % hues.count) + hues.count) % hues.count]
  }

  /// The ramp's colour for a part from 0 to 1.
  func ramp(_ part: Double) -> RGB {
    guard let position = Int(part * Double(ramp.count), in: 0...max(0, ramp.count - 1)), !ramp.isEmpty
    else { return RGB(0x60, 0, 0) }
    return ramp[position]
  }

  private mutating func setDark() {
    secondary = Style(.rgb(RGB(0x94, 0x94, 0x94)))
    accent = Style(.rgb(RGB(0x87, 0xD7, 0xFF)), bold: true)
    frame = Style(.rgb(RGB(0x62, 0x62, 0x62)))
    focusedFrame = Style(.rgb(RGB(0x87, 0xD7, 0xFF)))
    spokenOf = Style(.rgb(RGB(0xFF, 0xAF, 0xFF)), bold: true)
    hazard = Style(.rgb(RGB(0xFF, 0xD7, 0x00)), bold: true)
    fault = Style(.rgb(RGB(0xFF, 0x87, 0x5F)), bold: true)
    cursorRow = Style(.rgb(RGB(0xFF, 0xFF, 0xFF)), on: .rgb(RGB(0x30, 0x4E, 0x66)))
    current = Style(.rgb(RGB(0x12, 0x12, 0x12)), on: .rgb(RGB(0x87, 0xD7, 0xFF)), bold: true)
    positive = Style(.rgb(RGB(0x5F, 0xAF, 0xFF)), bold: true)
    ignored = Style(.rgb(RGB(0xE6, 0x9F, 0x00)))
    negative = Style(.rgb(RGB(0x8A, 0x8A, 0x8A)))
  }

  private mutating func setLight() {
    secondary = Style(.rgb(RGB(0x6C, 0x6C, 0x6C)))
    accent = Style(.rgb(RGB(0x00, 0x5F, 0x87)), bold: true)
    frame = Style(.rgb(RGB(0xA8, 0xA8, 0xA8)))
    focusedFrame = Style(.rgb(RGB(0x00, 0x5F, 0x87)))
    spokenOf = Style(.rgb(RGB(0x87, 0x00, 0x87)), bold: true)
    hazard = Style(.rgb(RGB(0xAF, 0x5F, 0x00)), bold: true)
    fault = Style(.rgb(RGB(0xAF, 0x00, 0x00)), bold: true)
    cursorRow = Style(.rgb(RGB(0x00, 0x00, 0x00)), on: .rgb(RGB(0xC6, 0xDD, 0xF0)))
    current = Style(.rgb(RGB(0xFF, 0xFF, 0xFF)), on: .rgb(RGB(0x00, 0x5F, 0x87)), bold: true)
    positive = Style(.rgb(RGB(0x00, 0x5F, 0xD7)), bold: true)
    ignored = Style(.rgb(RGB(0xAF, 0x5F, 0x00)))
    negative = Style(.rgb(RGB(0x76, 0x76, 0x76)))
    prediction = RGB(0xAF, 0x00, 0xAF)
  }

  /// White, orange and dark: they differ in brightness for every eye; objects in Okabe and Ito's colours, brightest first.
  private mutating func setSafe(_ background: Appearance.Background) {
    let isDark = background == .dark
    positive = Style(.rgb(isDark ? RGB(0xFF, 0xFF, 0xFF) : RGB(0x00, 0x00, 0x00)), bold: true, underline: true)
    ignored = Style(.rgb(isDark ? RGB(0xE6, 0x9F, 0x00) : RGB(0xAF, 0x5F, 0x00)), bold: true)
    hues = [
      RGB(0xF0, 0xE4, 0x42), RGB(0x56, 0xB4, 0xE9), RGB(0xE6, 0x9F, 0x00), RGB(0xFF, 0xFF, 0xFF),
      RGB(0x00, 0x72, 0xB2), RGB(0xCC, 0x79, 0xA7), RGB(0xD5, 0x5E, 0x00), RGB(0x00, 0x9E, 0x73),
    ]
  }

  /// After Okabe and Ito; blue and orange are left to the states.
  private static func hues(_ background: Appearance.Background) -> [RGB] {
    switch background {
    case .dark:
      [
        RGB(0x00, 0xD7, 0x87), RGB(0xFF, 0xD7, 0x5F), RGB(0xFF, 0x87, 0x5F), RGB(0x87, 0xFF, 0xFF),
        RGB(0xD7, 0xAF, 0xFF), RGB(0xAF, 0xFF, 0x5F), RGB(0xD7, 0xD7, 0xAF), RGB(0xFF, 0x87, 0xD7),
      ]
    case .light:
      [
        RGB(0x00, 0x87, 0x5F), RGB(0x87, 0x5F, 0x00), RGB(0xD7, 0x5F, 0x00), RGB(0x00, 0x87, 0x87),
        RGB(0x5F, 0x5F, 0xAF), RGB(0x5F, 0x87, 0x00), RGB(0x5F, 0x5F, 0x00), RGB(0xAF, 0x00, 0x87),
      ]
    }
  }

  /// After viridis, in colours that 256 have: brightness rises with the number.
  private static let ramp = [
    RGB(0x00, 0x00, 0x5F), RGB(0x5F, 0x00, 0x87), RGB(0x00, 0x5F, 0x87),
    RGB(0x00, 0xAF, 0x87), RGB(0x5F, 0xD7, 0x5F), RGB(0xD7, 0xFF, 0x5F),
    RGB(0xFF, 0xFF, 0xAF),
  ]
}
