import Detectors
import Scenes

/// What each iteration of a run was, or is to be, done under: a set-up holds from its iteration on, until the next.
package struct Timeline: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    /// 1 for the first.
    package let iteration: Int
    package let setup: Setup

    package init(iteration: Int, setup: Setup) {
      self.iteration = iteration
      self.setup = setup
    }
  }

  /// In order; the first holds from iteration 1 on.
  package private(set) var changes: [Change]

  package init(_ setup: Setup) { changes = [Change(iteration: 1, setup: setup)] }

  /// Nil unless the changes begin at iteration 1 and go on in order.
  package init?(_ changes: [Change]) {
    guard changes.first?.iteration == 1, zip(changes, changes.dropFirst()).allSatisfy({ $0.iteration < $1.iteration })
    else { return nil }
    self.changes = changes
  }

  /// Predictions set by hand are of the iteration where they were, and of no other.
  package func setup(at iteration: Int) -> Setup {
    let change = changes.last { $0.iteration <= iteration } ?? changes[0]
    var setup = change.setup
    if change.iteration != iteration { setup.edits = [] }
    return setup
  }

  /// With another set-up from an iteration on: what was to change later is no more.
  package func edited(_ setup: Setup, at iteration: Int) -> Timeline {
    var edited = self
    edited.changes.removeAll { $0.iteration >= max(1, iteration) }
    if edited.changes.last?.setup != setup { edited.changes.append(Change(iteration: max(1, iteration), setup: setup)) }
    return edited
  }

  /// The first iteration that another timeline has otherwise; nil when they are the same.
  package func firstDifference(from other: Timeline) -> Int? {
    guard self != other else { return nil }
    let places = Set(changes.map(\.iteration) + other.changes.map(\.iteration))
    return places.sorted().first { setup(at: $0) != other.setup(at: $0) }
  }
}
