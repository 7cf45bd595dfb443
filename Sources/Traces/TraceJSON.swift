import Scenes

/// A trace as JSON: the same tree that a safetensors file holds flat, with its words and explanations.
public struct TraceJSON: Encodable {
  public struct Scene: Encodable {
    struct Object: Encodable {
      let `class`: String
      let box: [Double]
      let ignore: Bool
    }
    let name: String
    let width: Int
    let height: Int
    let classes: [String]
    let objects: [Object]

    public init(_ scene: Scenes.Scene) {
      name = scene.name
      width = scene.width
      height = scene.height
      classes = scene.classes
      objects = scene.objects.map {
        Object(class: scene.classes[$0.label], box: $0.box.corners, ignore: $0.ignored)
      }
    }
  }

  struct Step: Encodable {
    let id: String
    let title: String
    let formula: String
    let source: String
    let meaning: String
    let headline: String
    let hazards: [String]
    let substeps: [Substep]
    let values: [String: Numbers]
  }

  struct Substep: Encodable {
    let title: String
    let headline: String
  }

  struct Numbers: Encodable {
    let shape: [Int]
    let data: [Double]
  }

  let version: String
  let scene: Scene
  let detector: String
  let parameters: [String: String]
  let seed: UInt64
  let iteration: Int
  let steps: [Step]
  let explanations: [ExplanationJSON]

  public init(_ trace: Trace, explanations: [Explanation], version: String) {
    self.version = version
    scene = Scene(trace.scene)
    detector = trace.detector
    parameters = Dictionary(trace.parameters.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 })
    seed = trace.seed
    iteration = trace.iteration
    steps = trace.steps.map { step in
      let values = step.values.compactMap { trace[$0] }
        .map { ($0.name, Numbers(shape: $0.shape, data: $0.doubles)) }
      return Step(
        id: step.id, title: step.title, formula: step.formula, source: step.source, meaning: step.meaning,
        headline: step.headline, hazards: step.hazards.map(\.message),
        substeps: step.substeps.map { Substep(title: $0.title, headline: $0.headline) },
        values: Dictionary(values, uniquingKeysWith: { $1 }))
    }
    self.explanations = explanations.map(ExplanationJSON.init)
  }
}

/// An explanation as JSON.
public struct ExplanationJSON: Encodable {
  struct Line: Encodable {
    let topic: String
    let rule: String
    let numbers: String
    let conclusion: String
    let result: Double?
    let value: String?
  }

  let subject: String
  let verdict: String
  let reasons: [Line]

  public init(_ explanation: Explanation) {
    subject = explanation.subject
    verdict = explanation.verdict
    reasons = explanation.reasons.map { reason in
      Line(
        topic: reason.topic, rule: reason.symbolic, numbers: reason.substituted,
        conclusion: reason.conclusion, result: reason.result, value: reason.traced?.text)
    }
  }
}

extension Reason.Traced {
  /// `overlap.iou[2, 1234]`.
  public var text: String {
    indices.isEmpty ? value : "\(value)[\(indices.map(String.init).joined(separator: ", "))]"
  }
}
