/// Views of what a GT, or a box, is made of.
extension View {
  /// A strip of small maps of the level, one a rule, for the selected GT: which priors pass it, and which
  /// pass them all.
  public struct Masks: Sendable {
    public struct Mask: Sendable {
      /// "in the box".
      public let label: String
      /// A value of shape G,N (the row of the selected GT), or N, of 1 and 0.
      public let value: String

      public init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
      }
    }

    public let title: String
    /// In the order in which the rules are asked.
    public let masks: [Mask]
    /// A value of shape N: the GT whose each prior is, negative for none. Drawn last: of the priors that pass
    /// everything, those that are the selected GT's.
    public let owner: String?

    public init(title: String, masks: [Mask], owner: String? = nil) {
      self.title = title
      self.masks = masks
      self.owner = owner
    }
  }

  /// The few priors that each GT chose among, with what is known of each: a FreeAnchor bag. Values are of
  /// shape G,n beside each other; the rows of the selected GT are shown as bars.
  public struct Candidates: Sendable {
    public struct Column: Sendable {
      /// "P_cls".
      public let heading: String
      public let value: String

      public init(_ heading: String, _ value: String) {
        self.heading = heading
        self.value = value
      }
    }

    public let title: String
    /// A value of shape G,n: the prior of each place; negative for an empty one.
    public let priors: String
    /// The first is drawn as a bar; one can sort by any.
    public let columns: [Column]
    /// A sentence for each GT, shown under its bars; empty for none.
    public let notes: [String]

    public init(title: String, priors: String, columns: [Column], notes: [String] = []) {
      self.title = title
      self.priors = priors
      self.columns = columns
      self.notes = notes
    }
  }

  /// How values have gone over the iterations so far. The session keeps every value that a step's history names.
  public struct History: Sendable {
    public struct Line: Sendable {
      public let name: String
      /// A value of a single number, or of shape G: the selected GT's.
      public let value: String

      public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
      }
    }

    public let title: String
    public let yLabel: String
    public let lines: [Line]
    public let marks: [Mark]
    public let logarithmic: Bool

    public init(title: String, yLabel: String, lines: [Line], marks: [Mark] = [], logarithmic: Bool = false) {
      self.title = title
      self.yLabel = yLabel
      self.lines = lines
      self.marks = marks
      self.logarithmic = logarithmic
    }
  }

  /// One of several boxes under a magnifying glass (RoIAlign): the bins laid over it, the points at which the map is
  /// sampled, and what comes of them. The shown box is that of the row last chosen in a list of these boxes.
  ///
  /// R boxes; H rows of W bins; S points of a box, bin by bin, row by row, and so within a bin. Where boxes have
  /// different numbers of points, the rows are filled up with zeros.
  public struct Lens: Sendable {
    public let title: String
    /// R,4: the boxes, in pixels.
    public let boxes: String
    /// R: the pyramid level of each, as an index into the grid's levels.
    public let levels: String
    /// R,2: the points of a bin, down and across; 0 for a box without a size.
    public let samples: String
    /// R,S,2: where the map is sampled, x and y in pixels.
    public let points: String
    /// R,S,4: the cells round each point, row · width + column on the box's level: upper left, upper right, lower
    /// left, lower right.
    public let cells: String
    /// R,S,4: what the map's channel holds in these cells, and how much each counts.
    public let values: String
    public let weights: String
    /// R,S: Σ value · weight of each point.
    public let sampled: String
    /// R,C,H,W: the pooled maps; every bin is the mean of its points.
    public let pooled: String
    /// A single number: the channel that `values` and `sampled` are of.
    public let channel: String

    public init(
      title: String, boxes: String, levels: String, samples: String, points: String, cells: String, values: String,
      weights: String, sampled: String, pooled: String, channel: String
    ) {
      self.title = title
      self.boxes = boxes
      self.levels = levels
      self.samples = samples
      self.points = points
      self.cells = cells
      self.values = values
      self.weights = weights
      self.sampled = sampled
      self.pooled = pooled
      self.channel = channel
    }
  }
}

extension Trace {
  /// The values that the steps' histories name, each once.
  public var historyValues: [String] {
    var names: [String] = []
    for case .history(let view) in steps.flatMap(\.views) {
      names += view.lines.map(\.value).filter { !names.contains($0) }
    }
    return names
  }
}
