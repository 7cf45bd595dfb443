import Scenes
import Tensors
import Traces

/// A detector as the list of the steps of one training iteration. The value itself is what the steps
/// pass on from one to the next: anchors, matches, targets.
public protocol Detector: Sendable {
  /// In commands and files: "retinanet".
  static var name: String { get }
  /// In prose: "RetinaNet".
  static var title: String { get }
  /// One line.
  static var summary: String { get }
  /// What its priors are called: "anchor" or "point".
  static var priorName: String { get }
  /// What the priors' states are called, and which value holds them.
  static var states: StateLegend { get }
  static var parameters: [Parameter] { get }
  static var presets: [Preset] { get }
  /// Mistakes often made with this detector, off by default.
  static var mistakes: [Mistake] { get }
  static var steps: [Step<Self>] { get }
  /// How many lines its ledger of losses has at most, the totals among them.
  static var lossCount: Int { get }

  /// What the steps read. Another value here is other settings for the steps still to come: steps before the first
  /// that asks for what changed need not be done again.
  var settings: Settings { get set }

  init(_ settings: Settings)

  /// Where the priors of this detector lie on a scene.
  static func priors(on scene: Scene, _ settings: Settings) -> PriorGrid
  /// What the heads predict, for a number of classes.
  static func heads(classes: Int, _ settings: Settings) -> [HeadSpecification]
  /// How `scores` come from what the heads predict, as the heads' step writes it.
  static func scoreFormula(_ settings: Settings) -> String
  /// N,K, row by row: what the heads' predictions say of each class at each prior, as detections are ranked.
  static func scores(_ predictions: [String: Tensor], _ settings: Settings) -> [Double]
  /// The fully connected layers of a second stage; none for most.
  static func layers(classes: Int, _ settings: Settings) -> [LayerSpecification]
  /// What a predictions file may hold beside the heads' outputs, by name, checked.
  static func extras(_ predictions: Predictions, on scene: Scene, _ settings: Settings) throws(Fault)
    -> [String: Tensor]
  /// What no single range can say: parameters that must fit each other.
  static func check(_ settings: Settings, at place: Fault.Place) throws(Fault)
  /// The answer to "why", from the trace alone; nil when there is no such element.
  static func explain(_ element: Element, in trace: Trace) -> Explanation?
  /// When an object has a prior that learns it, and when a certain prior is an object's: what What-if seeks to make true.
  static var objectClaim: Claim { get }
  static var pairClaim: Claim { get }
  /// The score by which a class is detected at a prior, or at a region of a second stage, from the trace; nil where
  /// it does not tell.
  static func explainScore(row: Int, label: Int, in trace: Trace) -> Formula?
}

extension Detector {
  public static var priorName: String { "anchor" }
  public static var states: StateLegend { .matching }
  public static var lossCount: Int { 3 }
  public static var objectClaim: Claim { .positives }
  public static var pairClaim: Claim { objectClaim }
  public static func scoreFormula(_ settings: Settings) -> String { "score = 1 / (1 + e^−logit)" }
  /// The sigmoid of each class, times that of centerness or objectness where the heads guess it too.
  public static func scores(_ predictions: [String: Tensor], _ settings: Settings) -> [Double] {
    let factor = predictions["centerness"] ?? predictions["objectness"]
    let factors = factor.map { $0.elements.map { Exact.sigmoid(Double($0)) } }
    guard let logits = predictions["cls_logits"] else { return factors ?? [] }
    let classes = logits.shape[1]
    let scores = logits.elements.map { Exact.sigmoid(Double($0)) }
    guard let factors else { return scores }
    return scores.indices.map { scores[$0] * factors[$0 / classes] }
  }

  public static func layers(classes: Int, _ settings: Settings) -> [LayerSpecification] { [] }

  public static func extras(_ predictions: Predictions, on scene: Scene, _ settings: Settings) throws(Fault)
    -> [String: Tensor]
  { [:] }

  /// As `scores` have it by default; with a column for background the softmax.
  public static func explainScore(row: Int, label: Int, in trace: Trace) -> Formula? {
    let factor = ["centerness", "objectness"].lazy.compactMap { name in
      trace["predictions.\(name)"]?[row].map { Formula.sigmoid("\(name) logit", $0) }
    }.first
    let logits = trace["predictions.cls_logits"]?.row(row) ?? []
    let hasBackground = logits.count > trace.scene.classes.count
    let score: Formula? =
      !logits.indices.contains(label)
      ? nil : hasBackground ? .softmax(logits, label) : .sigmoid("logit", logits[label])
    guard let score, let factor else { return score ?? factor }
    return score * factor
  }
}

/// Every detector there is.
public enum Detectors {
  public static let all: [any Detector.Type] = [
    RetinaNet.self,
    FreeAnchor.self,
    FCOS.self,
    SSD.self,
    FasterRCNN.self,
  ]

  public static func named(_ name: String) -> (any Detector.Type)? { all.first { $0.name == name } }

  /// The detector of a name, or a fault that lists the names.
  public static func detector(named name: String, at place: Fault.Place) throws(Fault)
    -> any Detector.Type
  {
    guard let detector = named(name) else {
      throw Fault(.unknown(kind: "detector", name: name, known: all.map { $0.name }), at: place)
    }
    return detector
  }

  /// Why an element of a trace is what it is; nil when the trace has no such element. What an edit has made stale
  /// explains nothing.
  public static func explain(_ element: Element, in trace: Trace) -> Explanation? {
    guard let detector = named(trace.detector) else { return nil }
    let trace = trace.fresh
    // Detections are explained alike for all; what other boxes there are, the detector knows.
    let why = DetectionWhy(trace: trace, settings: Settings(recordedIn: trace, of: detector)) { row, label in
      detector.explainScore(row: row, label: label, in: trace)
    }
    if case .box(let row) = element, let explanation = why.explain(row) { return explanation }
    return detector.explain(element, in: trace).map {
      $0.inserting(why.consequences(of: element) + PullWhy(trace: trace).reasons(element))
    }
  }
}

/// A step of a detector: its words, and the functions that do it.
public struct Step<D>: Sendable {
  /// A part of the step's work. An iteration can pause between two parts, and be done again from any.
  typealias Part = @Sendable (inout D, inout Iteration) -> Void

  /// Which iterations have the step.
  public enum Occasion: Sendable {
    case always
    /// Only when the built-in network runs.
    case network
    /// Only when the predictions come from a file.
    case predictions
  }

  /// Who needs what the step does.
  enum Use: Sendable {
    /// The steps after it.
    case laterSteps
    /// Nobody but who looks at the record: it can be done again alone.
    case record
  }

  public let id: String
  public let title: String
  public let formula: String
  public let source: String
  public let meaning: String
  public let occasion: Occasion
  let use: Use
  let parts: [Part]

  init(
    _ id: String, _ title: String, formula: String, source: String, meaning: String,
    when occasion: Occasion = .always, for use: Use = .laterSteps, _ perform: @escaping Part, then rest: Part? = nil
  ) {
    self.id = id
    self.title = title
    self.formula = formula
    self.source = source
    self.meaning = meaning
    self.occasion = occasion
    self.use = use
    parts = [perform] + (rest.map { [$0] } ?? [])
  }

  var record: StepRecord {
    StepRecord(id: id, title: title, formula: formula, source: source, meaning: meaning)
  }
}
