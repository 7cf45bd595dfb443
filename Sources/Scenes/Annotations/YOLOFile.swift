import Boxes

/// Boxes as YOLO keeps them: a text for each picture with a line `class cx cy width height` for each object, the class as
/// its number, centre and size as parts of the picture's width and height.
struct YOLOFile {
  static let maxBytes = 4 << 20
  static let cornerNames = ["cx − width/2", "cy − height/2", "cx + width/2", "cy + height/2"]
  static let wanted = "class cx cy width height"

  /// - Parameter names: the classes in the order of their numbers; without them they are called `class 0`, `class 1` …
  static func read(
    _ bytes: [UInt8], source: String, picture: PictureSize, names: ClassList?
  ) throws(Fault) -> Annotations {
    guard bytes.count <= maxBytes else {
      throw Fault(.tooLarge(found: "\(bytes.count) bytes", limit: "\(maxBytes) bytes"), at: .init(source))
    }
    var rows: [Row] = []
    for (index, line) in try TextLines.read(bytes, format: "YOLO text", source: source).enumerated() {
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard !fields.isEmpty else { continue }
      let place = Fault.Place(source, line: index + 1)
      guard rows.count < SceneFile.maxObjects else {
        throw Fault(
          .tooLarge(found: "more than \(SceneFile.maxObjects) objects", limit: "\(SceneFile.maxObjects)"), at: place)
      }
      rows.append(try Row(fields, of: line, place, picture))
    }
    let classes = names ?? ClassList.numbered(upTo: rows.map(\.label).max() ?? 0)
    return Annotations(
      classes: classes.names,
      objects: try rows.map { (row) throws(Fault) in try row.annotation(classes) })
  }

  /// One object, its box in pixels.
  private struct Row {
    var label: Int
    var box: Box
    /// Of the class, cx, cy, width, height.
    var places: [Fault.Place]

    init(
      _ fields: [Substring], of line: String, _ place: Fault.Place, _ picture: PictureSize
    ) throws(Fault) {
      let names = ["class", "cx", "cy", "width", "height"]
      guard fields.count == names.count else {
        throw Fault(
          .mismatch(found: Self.words(for: fields), wanted: "\(names.count): " + YOLOFile.wanted), at: place)
      }
      var numbers: [Double] = []
      places = []
      for (field, name) in zip(fields, names) {
        var place = place
        (place.column, place.field) = (line.distance(from: line.startIndex, to: field.startIndex) + 1, name)
        places.append(place)
        guard let number = Double(decimal: String(field)) else {
          throw Fault(.mismatch(found: Fault.quoted(String(field)), wanted: "a number"), at: place)
        }
        numbers.append(number)
      }
      label = try Self.label(numbers[0], fields[0], places[0])
      for index in 3...4 where !(numbers[index] > 0) {
        throw Fault(.mismatch(found: String(fields[index]), wanted: "more than 0"), at: places[index])
      }
      for index in 1...4 where abs(numbers[index]) > 1.5 {
        throw Fault(
          .mismatch(found: String(fields[index]), wanted: "a part of the picture's side, from 0 to 1"),
          at: places[index])
      }
      box = Self.box(numbers, picture)
    }

    private static func label(_ number: Double, _ field: Substring, _ place: Fault.Place) throws(Fault) -> Int {
      guard let label = Int(exactly: number), (0..<SceneFile.maxObjects).contains(label) else {
        throw Fault(
          .mismatch(found: String(field), wanted: "a class's number from 0 to \(SceneFile.maxObjects - 1)"), at: place)
      }
      return label
    }

    private static func box(_ numbers: [Double], _ picture: PictureSize) -> Box {
      let (width, height) = (Double(picture.width), Double(picture.height))
      return Box(
        centerX: numbers[1] * width, centerY: numbers[2] * height, width: numbers[3] * width,
        height: numbers[4] * height)
    }

    /// A polygon is what else such files hold, and a sixth number is a detection's score.
    private static func words(for fields: [Substring]) -> String {
      switch fields.count {
      case 1: "1 value"
      case 6: "6 values, as a detection with its score has"
      case 7... where !fields.count.isMultiple(of: 2): "\(fields.count) values, as a polygon has"
      default: "\(fields.count) values"
      }
    }

    func annotation(_ classes: ClassList) throws(Fault) -> Annotation {
      guard classes.names.indices.contains(label) else {
        let count = classes.names.count
        throw Fault(
          .mismatch(
            found: "class \(label)",
            wanted: "0 to \(count - 1), as \(classes.source ?? "the list") has \(count) class\(count == 1 ? "" : "es")"),
          at: places[0])
      }
      return Annotation(
        name: classes.names[label], box: box,
        place: { part in
          switch part {
          case .name: places[0]
          case .box: Fault.Place(places[0].source, line: places[0].line)
          case .corner(let index): places[1 + index % 2]
          }
        }, cornerNames: YOLOFile.cornerNames, ignored: false)
    }
  }
}
