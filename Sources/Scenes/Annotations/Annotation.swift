import Boxes

/// What an annotation file says about one picture.
struct Annotations {
  /// In the order of their labels; nil where the file lists none and the objects' own names are all there is.
  var classes: [String]?
  var objects: [Annotation]
}

/// One object of an annotation file, its box in the picture's own pixels, and where each part of it stands.
struct Annotation {
  enum Part: Hashable {
    case name
    case box
    /// What x1, y1, x2 or y2 comes from, 0 to 3.
    case corner(Int)
  }

  var name: String
  var box: Box
  /// Asked for faults alone: to find a line and column, a large file is counted through.
  var place: (Part) -> Fault.Place
  /// What the file would call x1, y1, x2, y2.
  var cornerNames: [String]
  var ignored: Bool
}

/// The size of the picture that a file must be about.
struct PictureSize {
  var width: Int
  var height: Int

  /// Refuses boxes that were drawn on a picture of another size.
  func check(width: (Double, Fault.Place), height: (Double, Fault.Place)) throws(Fault) {
    for ((found, place), side, name) in [(width, self.width, "wide"), (height, self.height, "high")]
    where found != Double(side) {
      throw Fault(
        .mismatch(
          found: "\(Self.text(found)) pixels \(name)",
          wanted: "\(side), as the picture is stored with \(self.width)×\(self.height)"), at: place)
    }
  }

  private static func text(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
}
