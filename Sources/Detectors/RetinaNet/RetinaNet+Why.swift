import Boxes
import Scenes
import Tensors
import Traces

/// The answers to "why" of RetinaNet: matching's, then what each loss made of it.
extension RetinaNet {
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    let settings = Settings(recordedIn: trace, of: RetinaNet.self)
    let matching = MatchingWhy(trace, settings.thresholds)
    return matching.explain(element) { costs($0, $1, trace, settings, matching) }
  }

  /// What the steps after the match made of an anchor, the latest first: it is what one looks at.
  private static func costs(
    _ j: Int, _ owner: Int?, _ trace: Trace, _ settings: Settings, _ matching: MatchingWhy
  ) -> [Reason] {
    if trace["match.state"]?[j] == -1 {
      return trace["losses.cls_per_anchor"] == nil
        ? [] : [Reason("losses", words: "an ignored anchor is in no loss and gets no gradient")]
    }
    let label = owner.map { trace.scene.groundTruth[$0].label }
    let classes = settings.focalLoss.reasons(j, label, trace)
    guard let owner, let box = matching.objectBox(owner), let anchor = matching.anchorBox(j) else {
      return BoxTermsWhy.none(trace) + classes
    }
    let terms = BoxTermsWhy(trace: trace, coding: BoxCoding(settings), loss: settings.boxLoss)
    return terms.cost(j) + classes + terms.targets(j, box, anchor)
  }
}

extension Settings {
  /// The settings that a trace was made with.
  init(recordedIn trace: Trace, of detector: any Detector.Type) {
    self.init(defaultsOf: detector)
    for parameter in detector.parameters {
      guard let text = trace.parameters.first(where: { $0.name == parameter.name })?.text,
        let value = parameter.kind.parse(.text(text))
      else { continue }
      assign(parameter.name, value)
    }
  }
}
