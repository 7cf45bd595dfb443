import Boxes

extension SceneFile {
  /// A scene as a file of its own: what `read` gives back, number for number, for objects inside the picture.
  ///
  /// - Parameter image: the picture's path from the file's folder.
  public static func text(_ scene: Scene, image: String) -> String {
    var lines = ["image: \(quoted(image))", "classes: [\(scene.classes.map(quoted).joined(separator: ", "))]"]
    lines.append(scene.objects.isEmpty ? "objects: []" : "objects:")
    lines += scene.objects.map { "- \(text($0, classes: scene.classes))" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// "{class: "boat", box: [12.0, 40.0, 90.5, 77.0]}".
  public static func text(_ object: SceneObject, classes: [String]) -> String {
    let name = classes.indices.contains(object.label) ? classes[object.label] : ""
    let corners = object.box.corners.map { "\($0)" }.joined(separator: ", ")
    return "{class: \(quoted(name)), box: [\(corners)]\(object.ignored ? ", ignore: true" : "")}"
  }

  /// Text that YAML and JSON read as itself.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The objects of a list as `read` takes them, for a picture of a size.
  public static func objects(
    _ value: YAMLValue, classes: [String], width: Int, height: Int
  ) throws(Fault) -> [SceneObject] {
    try ObjectReader(classes: classes, width: width, height: height).objects(value)
  }

  /// The names of a list of classes.
  public static func classes(_ value: YAMLValue) throws(Fault) -> [String] { try classNames(value) }
}
