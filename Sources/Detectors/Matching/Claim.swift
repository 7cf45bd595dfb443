import Traces

/// When a prior counts as an object's, by a detector's own rule, as its record tells.
public struct Claim: Sendable {
  /// The step after which it is known.
  public let step: String
  /// What happens to a prior, or to several, when it becomes an object's: "makes P4 (3,5) #4 positive".
  public let words: @Sendable (_ priors: String) -> String
  /// What is wanted, of a prior by name or of any: "make any anchor positive for gt 0".
  public let wish: @Sendable (_ prior: String, _ gt: Int) -> String
  /// Whether the network's guesses have a say in it.
  public let readsPredictions: Bool
  /// The priors that are a GT's, in their order; empty where there is no such GT.
  public let priors: @Sendable (_ gt: Int, _ trace: Trace) -> [Int]

  /// The priors that `match.gt` gives to the GT.
  public static let positives = Claim(
    step: "match", words: { "makes \($0) positive" }, wish: { "make \($0) positive for gt \($1)" },
    readsPredictions: false
  ) { gt, trace in
    guard trace.scene.groundTruth.indices.contains(gt), let owners = trace["match.gt"]?.doubles else { return [] }
    return owners.indices.filter { owners[$0] == Double(gt) }
  }
}
