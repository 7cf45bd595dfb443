/// What one step of an iteration did: words, and the names of the values it left in the trace.
public struct StepRecord: Sendable {
  /// The name in `step.value`, in the rail and in commands: "match".
  public let id: String
  /// "Match anchors to objects".
  public var title: String
  /// The step's rule in the field's own notation, as the parameters have it.
  public var formula: String
  /// Paper or implementation the rule is taken from.
  public var source: String
  /// One sentence with its numbers: what just happened.
  public var headline = ""
  /// What a newcomer should know to read the step: one to three short sentences.
  public var meaning: String
  public var hazards: [Hazard] = []
  /// Names of the values left, in order.
  public var values: [String] = []
  /// How the step wants to be looked at, most telling first.
  public var views: [View] = []
  /// The same step level by level or GT by GT.
  public var substeps: [Substep] = []

  public init(id: String, title: String, formula: String, source: String, meaning: String) {
    self.id = id
    self.title = title
    self.formula = formula
    self.source = source
    self.meaning = meaning
  }
}

/// A part of a step: one level, or one GT.
public struct Substep: Sendable {
  public let title: String
  public let headline: String
  public let focus: Focus
  /// Which of the step's views shows it best; nil for the one that is chosen.
  public let view: Int?

  public init(title: String, headline: String, focus: Focus, view: Int? = nil) {
    self.title = title
    self.headline = headline
    self.focus = focus
    self.view = view
  }
}

/// What something is about; the debugger moves its cursor there.
public struct Focus: Hashable, Sendable {
  public var level: Int?
  public var gt: Int?
  public var anchor: Int?
  public var box: BoxRow?
  /// A tensor of the network's weights, by its name.
  public var weight: String?

  public init(level: Int? = nil, gt: Int? = nil, anchor: Int? = nil, box: BoxRow? = nil, weight: String? = nil) {
    self.weight = weight
    self.level = level
    self.gt = gt
    self.anchor = anchor
    self.box = box
  }
}

/// Something that goes wrong in practice, found where it happened and said in a learner's words.
public struct Hazard: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case noPositive = "no positive"
    case rounding
    case notFinite = "not finite"
    case noObjects = "no objects"
    /// An object whose only priors went to another.
    case taken = "taken by another"
    /// Priors that several objects could have.
    case contested
    /// A loss that can fall no further.
    case atFloor = "at its floor"
    /// A prior made positive although it does not fit.
    case forced
    /// Several priors tie for a low-quality match.
    case lowQualityTie = "low quality tie"
    /// An object that no guess overlaps enough.
    case nothingFound = "nothing found"
    /// Fewer candidates than were wanted.
    case smallBag = "small bag"
    /// A picture that teaches nothing.
    case noLoss = "no loss"
    /// A choice that leaves nothing out.
    case nothingMined = "nothing mined"
    /// Nothing that a second stage could look at.
    case noProposal = "no proposal"
    /// Nothing but background for a second stage to learn from.
    case noForeground = "no foreground"
    /// Regions smaller than what they are read from.
    case tinyRegion = "tiny region"
  }

  public let kind: Kind
  public let message: String
  public let focus: Focus

  public init(_ kind: Kind, _ message: String, focus: Focus = Focus()) {
    self.kind = kind
    self.message = message
    self.focus = focus
  }
}
