/// What in a record is left from before an edit, because the steps that follow from it have not been done again.
public struct Staleness: Hashable, Sendable {
  /// Steps none of which has been done again: words, views and values are old.
  public internal(set) var steps: Set<String> = []
  /// The step that has been done in part: what it says is new, and some of its values are old.
  public internal(set) var begun: String?
  /// Values that are old.
  public internal(set) var values: Set<String> = []

  public var isEmpty: Bool { steps.isEmpty && begun == nil }
}

extension Trace {
  /// The record without what is left from before an edit.
  public var fresh: Trace {
    guard !staleness.isEmpty else { return self }
    let last = steps.lastIndex { !staleness.steps.contains($0.id) } ?? -1
    return upTo(step: last).without(staleness.values)
  }

  /// This record, which goes only so far, and after it what an older one has. Nothing is taken over where the
  /// older one is about another number of objects or priors: it would speak of what is not there.
  public func followed(byStale older: Trace) -> Trace {
    guard older.scene.groundTruth.count == scene.groundTruth.count,
      older.scene.classes.count == scene.classes.count, older.priors.count == priors.count
    else { return self }
    return taking(older)
  }

  /// The same record with a step, and the values it left, as another has them.
  public func replacing(step id: String, from other: Trace) -> Trace {
    guard let index = steps.firstIndex(where: { $0.id == id }), let step = other.step(id) else { return self }
    var result = self
    result.replace(step: index, by: step) { other[$0] }
    return result
  }
}
