/// One of the boxes that a trace lists: detection 0, candidate 17.
public struct BoxRow: Hashable, Sendable {
  /// The lists that there are, by what one of their boxes is called.
  public enum Kind: String, CaseIterable, Sendable {
    case detection
    /// A scored box that went into suppression.
    case candidate
    case proposal
    case roi

    /// The value of shape M,4 that holds the boxes.
    public var boxes: String { "\(step).boxes" }
    /// The value of shape M with the prior each came from, negative for none.
    public var anchors: String { "\(step).anchor" }
    public var labels: String { "\(step).labels" }
    public var scores: String { "\(step).scores" }

    private var step: String {
      switch self {
      case .detection: "detections"
      case .candidate: "suppression"
      case .proposal: "proposals"
      case .roi: "roi"
      }
    }
  }

  public let kind: Kind
  public let index: Int

  public init(_ kind: Kind, _ index: Int) {
    self.kind = kind
    self.index = index
  }

}

extension BoxRow: CustomStringConvertible {
  /// "detection 0".
  public var description: String { "\(kind.rawValue) \(index)" }
}
