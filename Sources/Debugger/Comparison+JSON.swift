import Boxes
import Traces

/// A comparison as JSON, for `boxstep compare --json`.
package struct ComparisonJSON: Encodable {
  struct Side: Encodable {
    let detector: String
    let title: String
    let iteration: Int
    /// "anchor" or "point", and how many.
    let prior: String
    let priors: Int
    /// How many came to each state, by its name.
    let states: [String: Int]
    let losses: [String: Double]
    /// Those whose values differ between two of one detector.
    let parameters: [String: String]
    /// Levels that the other has not.
    let unsharedLevels: [String]

    enum CodingKeys: String, CodingKey {
      case detector, title, iteration, prior, priors, states, losses, parameters
      case unsharedLevels = "unshared_levels"
    }
  }

  struct Fate: Encodable {
    let positives: Int
    let levels: [String: Int]
    let bestIoU: Double?
    let foundScore: Double?

    enum CodingKeys: String, CodingKey {
      case positives, levels
      case bestIoU = "best_iou"
      case foundScore = "found_score"
    }
  }

  struct Object: Encodable {
    let gt: Int
    let `class`: String
    let box: [Double]
    let differs: Bool
    let first: Fate
    let second: Fate
  }

  struct Decision: Encodable {
    let state: String
    let gt: [Int]
    /// Flat index: of a cell its first prior.
    let prior: Int
  }

  struct Difference: Encodable {
    let kind: String
    let level: String
    let stride: Int
    let row: Int
    let column: Int
    let anchor: Int?
    let first: Decision
    let second: Decision
  }

  let version: String
  let scene: TraceJSON.Scene
  let first: Side
  let second: Side
  let unit: String
  let compared: Int
  let different: Int
  let counts: [String: Int]
  let objects: [Object]
  let differences: [Difference]

  package init(_ comparison: Comparison, version: String) {
    self.version = version
    scene = TraceJSON.Scene(comparison.sides.first.trace.scene)
    let changed = comparison.changedParameters
    first = Self.side(
      comparison.sides.first, changed.map { ($0.name, $0.texts.first) }, comparison.unshared.first)
    second = Self.side(
      comparison.sides.second, changed.map { ($0.name, $0.texts.second) }, comparison.unshared.second)
    unit = comparison.unit.rawValue
    compared = comparison.compared
    different = comparison.differences.count
    counts = Dictionary(
      Comparison.Kind.allCases.map { ($0.rawValue, comparison.count(of: $0)) }, uniquingKeysWith: { first, _ in first })
    objects = comparison.objects.map { object in
      let fates = object.fates.map(Self.fate)
      return Object(
        gt: object.gt, class: object.name, box: object.box.corners, differs: object.differs, first: fates.first,
        second: fates.second)
    }
    differences = comparison.differences.map { difference in
      func decision(_ decision: Decisions.Decision, _ prior: Int) -> Decision {
        Decision(state: decision.state, gt: decision.gts, prior: prior)
      }
      return Difference(
        kind: difference.kind.rawValue, level: difference.level, stride: difference.stride, row: difference.row,
        column: difference.column, anchor: difference.anchor,
        first: decision(difference.decisions.first, difference.priors.first),
        second: decision(difference.decisions.second, difference.priors.second))
    }
  }

  private static func side(
    _ decisions: Decisions, _ parameters: [(String, String)], _ unshared: [String]
  ) -> Side {
    let trace = decisions.trace
    return Side(
      detector: trace.detector, title: trace.detectorTitle, iteration: trace.iteration, prior: trace.priorName,
      priors: trace.priors.count,
      states: Dictionary(
        trace.states.states.map { state in (state.name, decisions.count(of: state.kind)) }, uniquingKeysWith: +),
      losses: Dictionary(trace.losses.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
      parameters: Dictionary(parameters, uniquingKeysWith: { $1 }), unsharedLevels: unshared)
  }

  private static func fate(_ fate: Comparison.Fate) -> Fate {
    Fate(
      positives: fate.positives,
      levels: Dictionary(fate.levels.map { ($0.level, $0.count) }, uniquingKeysWith: +),
      bestIoU: fate.bestIoU, foundScore: fate.score)
  }
}
