import Scenes

/// A mistake often made, as a switch: the parameters that make it, and what comes of it.
public struct Mistake: Sendable {
  /// What it is, in a few words: "no ignore band".
  public let name: String
  /// What goes wrong, and how one sees it.
  public let consequence: String
  /// What it sets. Some of it follows other settings.
  private let made: @Sendable (Settings) -> [String: ParameterValue]

  init(_ name: String, _ consequence: String, made: @escaping @Sendable (Settings) -> [String: ParameterValue]) {
    self.name = name
    self.consequence = consequence
    self.made = made
  }

  init(_ name: String, _ values: [String: ParameterValue], _ consequence: String) {
    self.init(name, consequence) { _ in values }
  }

  /// As `--set` takes it: "low_quality_matches=true low_quality_owner=gt".
  public func text(in settings: Settings) -> String {
    made(settings).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: " ")
  }

  public func isMade(in settings: Settings, of detector: any Detector.Type) -> Bool {
    made(settings).allSatisfy { settings.value($0.key, of: detector) == $0.value }
  }

  /// The settings with the mistake, or with the defaults in its place. Nil where that does not fit the others.
  public func switched(in settings: Settings, of detector: any Detector.Type) -> Settings? {
    guard isMade(in: settings, of: detector) else { return settings.with(made(settings), for: detector) }
    let standard = settings.opened(for: detector)
    var values: [String: ParameterValue] = [:]
    for name in made(settings).keys { values[name] = standard.value(name, of: detector) }
    return settings.with(values, for: detector)
  }
}

extension Mistake {
  /// Where the convention is the middle of the cell: its corner.
  static let atCorners = Mistake(
    "anchor centres at 0, not at half a stride", ["anchor_offset": .number(0)],
    "Targets are half a stride off from what a head trained with the other convention predicts: every box comes out "
      + "shifted to the upper left.")
  /// Where it is the corner: the middle.
  static let atMiddles = Mistake(
    "anchor centres at half a stride, not at 0", ["anchor_offset": .number(0.5)],
    "Targets are half a stride off from what a head trained with the other convention predicts: every box comes out "
      + "shifted to the lower right.")
  static let stridesHalved = Mistake(
    "strides halved, and nothing else", ["stride_factor": .number(0.5)],
    "The whole grid crowds into the upper left quarter of the picture: objects elsewhere get nothing, and a cell's "
      + "features are not those of the place it stands for.")
}

extension Settings {
  /// Of a parameter by its name; nil where the detector has none of that name.
  func value(_ name: String, of detector: any Detector.Type) -> ParameterValue? {
    detector.parameters.first { $0.name == name }.map { values[name] ?? $0.standard }
  }

  /// As they were before anything was set but the preset.
  fileprivate func opened(for detector: any Detector.Type) -> Settings {
    let standard = Settings(defaultsOf: detector)
    guard let preset = value(SharedParameters.presetName, of: detector) else { return standard }
    let assignment = Assignment(
      name: SharedParameters.presetName, written: .text(preset.text), place: Fault.Place("preset"))
    return (try? Settings(for: detector, assignments: [assignment])) ?? standard
  }
}
