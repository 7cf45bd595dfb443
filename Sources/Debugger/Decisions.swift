import Boxes
import Detectors
import Scenes
import Traces

/// What one iteration decided about its priors and objects, in terms that every detector has: the state of each prior,
/// and the objects it is a positive of. With FreeAnchor those are the objects in whose bags it is, maybe several.
package struct Decisions: Sendable {
  /// What a prior, or a cell of several, came to be.
  package struct Decision: Hashable, Sendable {
    package var kind: StateLegend.State.Kind
    /// As the detector calls it.
    package var state: String
    /// The objects it is a positive of, the first first.
    package var gts: [Int]

    package var isPositive: Bool { kind == .positive }

    /// Detectors call their states differently, so names count for nothing here.
    package func isSame(as other: Decision) -> Bool { kind == other.kind && gts == other.gts }
  }

  package let trace: Trace
  /// In the order of the priors.
  package let priors: [Decision]
  /// For each GT, its positives in order.
  package let positives: [[Int]]

  /// Nil when the trace has no states yet.
  package init?(_ trace: Trace) {
    guard let codes = trace[trace.states.value]?.doubles, codes.count == trace.priors.count else { return nil }
    self.trace = trace
    let claims = Self.claims(in: trace)
    var positives = trace.scene.groundTruth.map { _ in [Int]() }
    var priors: [Decision] = []
    priors.reserveCapacity(codes.count)
    for (prior, code) in codes.enumerated() {
      let state = trace.states.states.first { Double($0.code) == code }
      let gts = state?.kind == .positive ? claims[prior, default: []].sorted() : []
      for gt in gts where positives.indices.contains(gt) { positives[gt].append(prior) }
      priors.append(Decision(kind: state?.kind ?? .negative, state: state?.name ?? "unknown", gts: gts))
    }
    self.priors = priors
    self.positives = positives
  }

  /// The objects that have each prior: its owner, or those whose bags hold it.
  private static func claims(in trace: Trace) -> [Int: Set<Int>] {
    var claims: [Int: Set<Int>] = [:]
    if let owners = trace["match.gt"] {
      for (prior, gt) in owners.doubles.enumerated() where gt >= 0 { claims[prior, default: []].insert(Int(gt)) }
    } else if let bags = trace["bags.anchor"], let size = bags.shape.last, size > 0 {
      for (place, prior) in bags.doubles.enumerated() where prior >= 0 {
        claims[Int(prior), default: []].insert(place / size)
      }
    }
    return claims
  }

  /// Each cell of a level by what its priors came to be: the most positive of them, and every object that one of
  /// them is a positive of. Row by row.
  package func cells(ofLevel index: Int) -> [Decision] {
    let level = trace.priors.levels[index]
    return (0..<level.height * level.width).map { cell in
      let first = level.start + cell * level.anchorsPerCell
      let all = priors[first..<first + level.anchorsPerCell]
      let told = [StateLegend.State.Kind.positive, .between].lazy.compactMap { kind in all.first { $0.kind == kind } }
      var decision = told.first ?? all[first]
      decision.gts = Set(all.flatMap(\.gts)).sorted()
      return decision
    }
  }

  package func count(of kind: StateLegend.State.Kind) -> Int { priors.count { $0.kind == kind } }
}
