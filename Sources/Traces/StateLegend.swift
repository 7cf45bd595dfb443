/// What the codes of the priors' states mean, so that a screen can draw signs for any detector's.
public struct StateLegend: Hashable, Sendable {
  public struct State: Hashable, Sendable {
    /// How a state is drawn: it is one of three kinds, whatever it is called.
    public enum Kind: Hashable, Sendable {
      case positive
      /// Between: ignored, or a candidate.
      case between
      case negative
    }

    public let code: Int
    /// "positive", "in a bag".
    public let name: String
    public let kind: Kind
    /// The sign it is drawn with where its kind's own would mislead; nil for that of its kind.
    public let ownSign: Character?

    public init(_ code: Int, _ name: String, _ kind: Kind, sign: Character? = nil) {
      self.code = code
      self.name = name
      self.kind = kind
      ownSign = sign
    }
  }

  /// A value of shape N that holds the codes.
  public let value: String
  /// The most telling first: a cell of several priors is drawn as its first.
  public let states: [State]

  public init(value: String, states: [State]) {
    self.value = value
    self.states = states
  }

  /// What a code is called; "unknown" for one that is none of these.
  public func name(of code: Int) -> String { states.first { $0.code == code }?.name ?? "unknown" }

  public static let matching = StateLegend(
    value: "match.state",
    states: [State(1, "positive", .positive), State(-1, "ignored", .between), State(0, "negative", .negative)])
}
