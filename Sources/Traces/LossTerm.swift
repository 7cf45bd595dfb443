/// A line of the ledger of losses: `value = sum / normalizer`.
public struct LossTerm: Hashable, Sendable {
  /// What a sum is divided by: so many of something, but never less than the floor.
  public struct Normalizer: Hashable, Sendable {
    /// What it counts: "positives".
    public let name: String
    /// How many, or how much, of it there is.
    public let counted: Double
    public let floor: Double

    public init(_ name: String, _ counted: Double, floor: Double = 1) {
      self.name = name
      self.counted = counted
      self.floor = floor
    }

    /// For a term that is no quotient.
    public static let none = Normalizer("", 1)

    public var value: Double { Swift.max(floor, counted) }
  }

  /// A part of the sum: one level's, or one GT's.
  public struct Part: Hashable, Sendable {
    /// "P3", "gt 2".
    public let name: String
    public let sum: Double
    public let focus: Focus

    public init(_ name: String, _ sum: Double, focus: Focus = Focus()) {
      self.name = name
      self.sum = sum
      self.focus = focus
    }
  }

  /// "cls" in `losses.cls`.
  public let name: String
  /// "classification".
  public let title: String
  public let parts: [Part]
  /// The sum of the parts.
  public let sum: Double
  public let normalizer: Normalizer
  /// A value of shape N or G that holds what each prior or GT adds to the sum; nil where there is none.
  public let contributions: String?
  public let value: Double

  public init(
    name: String, title: String, parts: [Part], normalizer: Normalizer, contributions: String? = nil
  ) {
    self.name = name
    self.title = title
    self.parts = parts
    self.normalizer = normalizer
    self.contributions = contributions
    sum = parts.reduce(0) { $0 + $1.sum }
    value = sum / normalizer.value
  }
}
