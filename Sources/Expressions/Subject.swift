import Traces

/// What a path begins with: the thing whose values follow after the dot.
package enum Subject: String, CaseIterable, Sendable {
  /// The iteration itself: its paths have no dot.
  case moment = ""
  case scene
  case parameter = "param"
  case loss
  case gradient = "grad"
  case gt
  case anchor
  case level
  case bag
  case proposal
  case roi
  case candidate
  case detection
  case hazard

  enum Form: Hashable {
    /// `scene.width`.
    case single
    /// `loss.cls`: names that the trace has.
    case named
    /// `gt[2].area`, and `gt.area` for all of them.
    case list
    /// The same by a name: `level[P4].positives`.
    case levels
  }

  var form: Form {
    switch self {
    case .moment, .scene, .gradient: .single
    case .parameter, .loss: .named
    case .level: .levels
    case .gt, .anchor, .bag, .proposal, .roi, .candidate, .detection, .hazard: .list
    }
  }

  var isList: Bool { form == .list || form == .levels }

  /// A subject of a name; anchors may be called points, as FCOS does.
  init?(named name: String) {
    if name == "point" {
      self = .anchor
    } else if !name.isEmpty, let subject = Subject(rawValue: name) {
      self = subject
    } else {
      return nil
    }
  }

  /// How a path of the page is spelt.
  func spelling(_ field: String) -> String {
    let dotted = field.isEmpty ? "" : ".\(field)"
    return switch form {
    case .single: rawValue.isEmpty ? field : "\(rawValue)\(dotted)"
    case .named: "\(rawValue).NAME\(dotted)"
    case .list: field.isEmpty ? rawValue : "\(rawValue)[i]\(dotted)"
    case .levels: field.isEmpty ? rawValue : "\(rawValue)[P4]\(dotted)"
    }
  }

  /// Of what one iteration has several: what it is, for the page.
  package var meaning: String {
    switch self {
    case .moment: "the iteration and where in it one is"
    case .scene: "the picture"
    case .parameter: "the detector's parameters, by their names"
    case .loss: "the loss terms, by their names"
    case .gradient: "gradients of the total loss"
    case .gt: "the objects to learn: those that are not ignored"
    case .anchor: "the anchors, or points (point[i] means the same)"
    case .level: "the levels of the pyramid, by their names"
    case .bag: "FreeAnchor's bags, one for each GT"
    case .proposal: "Faster R-CNN's proposals, best first"
    case .roi: "Faster R-CNN's regions: proposals, and GT mixed in"
    case .candidate: "scored boxes before suppression, best first"
    case .detection: "what is detected, best first"
    case .hazard: "what the steps so far warn of"
    }
  }
}

extension Subject {
  /// How many there are.
  func count(_ reading: Reading) throws(Absence) -> Int {
    let trace = reading.moment.trace
    switch self {
    case .moment, .scene, .parameter, .loss, .gradient: return 1
    case .gt: return trace.scene.groundTruth.count
    case .anchor: return trace.priors.count
    case .level: return trace.priors.levels.count
    case .bag:
      try reading.need(step: "bags", for: "bags")
      return trace.scene.groundTruth.count
    case .proposal: return try reading.rows(of: .proposal, step: "propose")
    case .roi: return try reading.rows(of: .roi, step: "rois")
    case .candidate: return try reading.rows(of: .candidate, step: "detections")
    case .detection: return try reading.rows(of: .detection, step: "detections")
    case .hazard: return reading.hazards.count
    }
  }
}
