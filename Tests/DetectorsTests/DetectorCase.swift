import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// What the tests that hold for every detector need to know of one.
struct DetectorCase: Sendable, CustomTestStringConvertible {
  /// Parameters set, and what must then be otherwise in the trace.
  struct Change: Sendable, CustomTestStringConvertible {
    let options: [String]
    var base: [String] = []
    var iterations = 1
    /// The parameter that is tried.
    var name: String { String(options[0].prefix { $0 != "=" }) }
    var testDescription: String { options.joined(separator: " ") }
  }

  let detector: any Detector.Type
  /// Sets of options under which everything must hold, the defaults aside.
  let variants: [[String]]
  /// A change of each parameter that is the detector's own.
  let changes: [Change]

  var testDescription: String { detector.name }

  /// A line for each detector of the registry.
  static let all: [DetectorCase] = [
    .retinaNet,
    .freeAnchor,
    .fcos,
    .ssd,
    .fasterRCNN,
  ]

  static func change(_ options: String..., base: [String] = [], iterations: Int = 1) -> Change {
    Change(options: options, base: base, iterations: iterations)
  }

  /// Of the parameters that detectors share; those that one has not are left out for it.
  static let sharedChanges: [Change] = {
    // With this threshold the untrained network's scores around 0.01 count.
    let found = ["score_threshold=0.001"]
    return [
      change("anchor_offset=0.25"), change("stride_factor=0.5"), change("anchor_scales=1,1.5"),
      change("aspect_ratios=0.5,1,3"),
      change("anchor_rounding=true"), change("box_coding=corner"), change("box_coding=center"),
      change("box_means=0,0,0,0.1"), change("box_stds=0.1,0.15,0.2,0.2"),
      change("backbone=plain"), change("backbone=depthwise"), change("backbone=dense"),
      change("width=8"), change("blocks=1,2,1,1"), change("pyramid_channels=8"), change("head_depth=3"),
      change("freeze=heads"), change("prior_probability=0.1"), change("optimizer=sgd"),
      change("learning_rate=0.001"), change("momentum=0.5", base: ["optimizer=sgd"], iterations: 3),
      change("weight_decay=0.1"), change("clip_norm=0.0001"), change("score_threshold=0.001"),
      change("nms_threshold=0.9", base: found), change("max_detections=5", base: found),
      change("pre_nms_top=3", base: found), change("nms=none", base: found),
      change("nms_overlap=diou", base: found),
    ]
  }()

  /// All that can be tried of the detector.
  var allChanges: [Change] {
    let standards = Dictionary(uniqueKeysWithValues: detector.parameters.map { ($0.name, $0.standard.text) })
    let own = Set(changes.map(\.name))
    return changes
      + Self.sharedChanges.filter { change in
        guard let standard = standards[change.name], !own.contains(change.name) else { return false }
        return change.options != ["\(change.name)=\(standard)"]
      }
  }
}
