import Scenes
import Traces

/// What a moment of the debugger shows as data, for those who draw it in a way of their own, on a page say.
package struct Exhibit: Sendable {
  package let state: State

  private var step: StepRecord? { state.currentStep }

  /// The step's title; empty before the first iteration has run.
  package var title: String { step?.title ?? "" }
  package var formula: String { step?.formula ?? "" }
  package var source: String { step?.source ?? "" }
  package var meaning: String { step?.meaning ?? "" }
  /// What just happened.
  package var headline: String { state.currentSubstep?.headline ?? step?.headline ?? "" }
  /// The steps of the iteration, and which of them this is.
  package var stepIDs: [String] { state.stepIDs }
  package var stepIndex: Int { state.position.step }
  /// What this is compared with, and what that is called.
  package var other: (exhibit: Exhibit, title: String)? {
    state.other.map { ($0.exhibit, "\($0.detector), iteration \($0.trace?.iteration ?? 0)") }
  }
  package var hazards: [String] { step?.hazards.map(\.message) ?? [] }
}

extension State {
  package var exhibit: Exhibit { Exhibit(state: self) }

  /// How many views the step has.
  package var viewCount: Int { Scope(self)?.views.count ?? 0 }
}
