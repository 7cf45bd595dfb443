import Detectors
import Scenes
import Traces

extension WhatIf {
  /// What would turn an answer round; nil where there is nothing to turn round, or nobody wants it any more.
  ///
  /// - Parameters:
  ///   - kept: the iteration, done at least as far as its matches.
  ///   - isWanted: asked now and then; false stops.
  package init?(_ element: Element, on kept: KeptIteration, isWanted: @escaping () -> Bool = { true }) {
    let trace = kept.trace.fresh
    guard let goal = Goal(element, in: trace, of: kept.before.detector) else { return nil }
    var search = Search(kept, goal, isWanted: isWanted)
    let found = search.run()
    guard isWanted() else { return nil }
    tries = search.tries
    question = goal.question
    wish = goal.wish
    readsPredictions = goal.readsPredictions
    proposals = found.map { Proposal($0, goal) }
  }
}

extension WhatIf.Proposal {
  init(_ found: Search.Found, _ goal: Goal) {
    let priors = goal.priors(found.trace)
    change = found.change
    setup = found.setup
    size = found.size
    gained = priors.count
    let best = priors.max { a, b in goal.fit(a, found.trace) < goal.fit(b, found.trace) }
    prior = best
    asksForRun = found.change.asksForRun
    sentence = WhatIf.sentence(found.change, goal, gained: priors.count, prior: best, in: found.trace)
  }
}

extension Goal {
  /// How well a prior fits the GT, where the trace tells.
  func fit(_ prior: Int, _ trace: Trace) -> Double {
    gt.flatMap { trace["decoded.iou"]?[$0, prior] ?? trace["overlap.iou"]?[$0, prior] } ?? 0
  }
}
