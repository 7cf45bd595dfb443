/// The scenes boxstep brings along: drawn, not stored, and the same bits on every machine.
///
/// ```swift
/// let scene = Gallery.scene(named: "moon")          // 160×160
/// let small = Gallery.scene(named: "moon", side: 64)
/// ```
public enum Gallery {
  /// Side of a scene in pixels when none is asked for.
  public static let defaultSide = 160
  /// The sides a scene can be drawn at; others are brought into this range.
  public static let sides = 16...1024
  /// The scene a newcomer sees first.
  public static let defaultName = "mixed"

  /// All scenes, in the order they are listed.
  public static let entries: [GalleryEntry] = [
    .mixed, .moon, .slender, .crowd, .small, .nested, .edge, .ignored, .empty,
  ]

  public static var names: [String] { entries.map(\.name) }

  /// A scene drawn anew, square, or nil when none has this name. Under 5 ms at the default side.
  public static func scene(named name: String, side: Int = defaultSide) -> Scene? {
    entries.first { $0.name == name }?.scene(side: side)
  }
}

/// One scene of the gallery.
public struct GalleryEntry: Sendable {
  public let name: String
  /// One sentence: what is to be seen.
  public let summary: String
  /// One sentence: what it teaches about a detector.
  public let shows: String
  public let classes: [String]
  private let draw: @Sendable (inout Painter) -> Void

  init(
    _ name: String, summary: String, shows: String, classes: [String],
    draw: @escaping @Sendable (inout Painter) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.shows = shows
    self.classes = classes
    self.draw = draw
  }

  /// The scene at a side within `Gallery.sides`.
  public func scene(side: Int = Gallery.defaultSide) -> Scene {
    let side = min(max(side, Gallery.sides.lowerBound), Gallery.sides.upperBound)
    var painter = Painter(side: side, classes: classes)
    draw(&painter)
    return Scene(
      name: name, summary: summary, classes: classes, objects: painter.objects,
      picture: painter.picture(seed: Noise.seed(name)))
  }
}
