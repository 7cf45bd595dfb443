import Scenes

/// Which detector, with which parameters: what `--detector`, `--config` and `--set` say together.
public struct Configuration: Sendable {
  public let detector: any Detector.Type
  public let settings: Settings

  /// - Parameters:
  ///   - assignments: from a file first, then from the command line.
  public init(detector: any Detector.Type, assignments: [Assignment] = []) throws(Fault) {
    self.detector = detector
    settings = try Settings(for: detector, assignments: assignments)
  }

  /// From a file of `detector` and `parameters`, in YAML or JSON; further assignments win over the file's.
  ///
  /// ```yaml
  /// detector: retinanet
  /// parameters: {positive_iou: 0.6, anchor_sizes: [32, 64, 128, 256, 512]}
  /// ```
  public static func read(_ path: String, assignments: [Assignment] = []) throws(Fault) -> Configuration {
    let root = try YAMLDocument.read(path)
    let fields = try root.fields(["detector", "parameters"], wanted: "a mapping of detector and parameters")
    guard let name = fields["detector"] else { throw root.missing("detector", wanted: "a detector's name") }
    let detector = try Detectors.detector(
      named: name.text(wanted: "a detector's name"), at: name.place)
    var all: [Assignment] = []
    if let parameters = fields["parameters"] {
      for entry in try parameters.entries(wanted: "a mapping of names and values") {
        all.append(try Assignment(entry: entry))
      }
    }
    return try Configuration(detector: detector, assignments: all + assignments)
  }
}

extension Assignment {
  /// From an entry of a mapping of parameters.
  ///
  /// - Throws: a fault when its value is no text, number, switch or list of them.
  package init(entry: YAMLValue.Entry) throws(Fault) {
    let wanted = "a number, a switch, a name or a list of them"
    switch entry.value.content {
    case .scalar(let text, _): self.init(name: entry.key, written: .text(text), place: entry.value.place)
    case .list(let values):
      var items: [String] = []
      for value in values { items.append(try value.text(wanted: wanted)) }
      self.init(name: entry.key, written: .list(items), place: entry.value.place)
    case .nothing, .mapping: throw entry.value.mismatch(wanted: wanted)
    }
  }
}

extension Configuration {
  /// A detector and its settings as a file that `read` takes.
  public static func text(_ detector: any Detector.Type, _ settings: Settings) -> String {
    let lines = settings.texts(for: detector).map { "  \($0.name): \(SceneFile.quoted($0.text))" }
    return (["detector: \(detector.name)", "parameters:"] + lines).joined(separator: "\n") + "\n"
  }
}
