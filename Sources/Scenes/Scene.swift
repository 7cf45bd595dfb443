import Boxes

/// A picture and the objects in it: what a detector is asked to learn from.
public struct Scene: Hashable, Sendable {
  /// The gallery's name, or the file's name without its ending.
  public var name: String
  /// One sentence: what the scene was made to show. Empty for files.
  public var summary: String
  public var classes: [String]
  public var objects: [SceneObject]
  public var picture: Picture
  /// What was done to the picture before it came here, for the user to read; nil when nothing was.
  public var scaling: Scaling?
  /// What was found or decided in reading the boxes beside a picture, for the user to read: a sentence each.
  public var notices: [String]

  public init(
    name: String, summary: String = "", classes: [String], objects: [SceneObject],
    picture: Picture, scaling: Scaling? = nil, notices: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.classes = classes
    self.objects = objects
    self.picture = picture
    self.scaling = scaling
    self.notices = notices
  }

  public var width: Int { picture.width }
  public var height: Int { picture.height }

  /// The ground truth a detector matches: the objects that are not to be ignored, in file order.
  /// "gt 2" anywhere in boxstep is index 2 of this list.
  public var groundTruth: [SceneObject] { objects.filter { !$0.ignored } }

  /// Objects that are no ground truth: anchors lying at least half inside one are ignored.
  public var ignoredObjects: [SceneObject] { objects.filter(\.ignored) }
}

/// One annotated object.
public struct SceneObject: Hashable, Sendable {
  /// Index into the scene's classes.
  public var label: Int
  public var box: Box
  public var ignored: Bool

  public init(label: Int, box: Box, ignored: Bool = false) {
    self.label = label
    self.box = box
    self.ignored = ignored
  }
}

/// A large picture is made smaller before a detector sees it, and its boxes with it.
public struct Scaling: Hashable, Sendable {
  public var originalWidth: Int
  public var originalHeight: Int
  /// New side over old side, at most 1.
  public var factor: Double

  public init(originalWidth: Int, originalHeight: Int, factor: Double) {
    self.originalWidth = originalWidth
    self.originalHeight = originalHeight
    self.factor = factor
  }
}

/// Red, green, blue bytes, row by row from the top.
public struct Picture: Hashable, Sendable {
  public private(set) var width: Int
  public private(set) var height: Int
  /// `height · width · 3` bytes.
  public private(set) var bytes: [UInt8]

  /// A picture of one colour.
  public init(width: Int, height: Int, red: UInt8 = 0, green: UInt8 = 0, blue: UInt8 = 0) {
    self.width = max(1, width)
    self.height = max(1, height)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(self.width * self.height * 3)
    for _ in 0..<(self.width * self.height) { bytes += [red, green, blue] }
    self.bytes = bytes
  }

  /// Nil unless there are three bytes for each pixel and at least one pixel.
  public init?(width: Int, height: Int, bytes: [UInt8]) {
    guard width > 0, height > 0, bytes.count == width * height * 3 else { return nil }
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  /// The colour of one pixel; places outside the picture take the nearest pixel inside it.
  @inlinable
  public subscript(x: Int, y: Int) -> RGB {
    get {
      let i = offset(x, y)
      return RGB(bytes[i], bytes[i + 1], bytes[i + 2])
    }
    set { set(newValue, at: offset(x, y)) }
  }

  @usableFromInline
  func offset(_ x: Int, _ y: Int) -> Int {
    (min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)) * 3
  }

  @usableFromInline
  mutating func set(_ color: RGB, at i: Int) {
    bytes[i] = color.red
    bytes[i + 1] = color.green
    bytes[i + 2] = color.blue
  }
}

/// A colour of eight bits a channel.
public struct RGB: Hashable, Sendable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  @inlinable
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }
}
