/// How a step wants to be looked at: a small vocabulary, so that a new detector needs no new panel.
///
/// A view names values of the trace or carries a small table that the step wrote. Whoever draws it
/// may sort and bin, but computes nothing.
public enum View: Sendable {
  case priorMap(PriorMap)
  case matrix(Matrix)
  case bars(Bars)
  case ranking(Ranking)
  case curve(Curve)
  case featureMaps(FeatureMaps)
  case boxes(BoxList)
  case table(Table)
  case masks(Masks)
  case candidates(Candidates)
  case history(History)
  case lens(Lens)

  public var title: String {
    switch self {
    case .priorMap(let view): view.title
    case .matrix(let view): view.title
    case .bars(let view): view.title
    case .ranking(let view): view.title
    case .curve(let view): view.title
    case .featureMaps(let view): view.title
    case .boxes(let view): view.title
    case .table(let view): view.title
    case .masks(let view): view.title
    case .candidates(let view): view.title
    case .history(let view): view.title
    case .lens(let view): view.title
    }
  }
}

/// A number with a name, drawn as a line across a view: "positive from .5".
public struct Mark: Hashable, Sendable {
  public let label: String
  public let value: Double
  /// Shown while this GT is selected; nil for always.
  public let gt: Int?

  public init(_ label: String, _ value: Double, gt: Int? = nil) {
    self.label = label
    self.value = value
    self.gt = gt
  }
}

extension View {
  /// One number for each prior, drawn at the prior's place: of shape N; N,K (the largest of a row is
  /// drawn); or G,N (the row of the selected GT is drawn).
  public struct PriorMap: Sendable {
    public enum Scale: Sendable {
      /// Codes of the trace's `states`: 1 positive, 0 negative, -1 ignored unless the detector has others.
      case state
      /// The GT that each prior belongs to; negative for none.
      case owner
      /// From 0 to 1.
      case unit
      /// From 0 to the largest.
      case magnitude
      /// From the least to the largest: for numbers that differ little.
      case spread
    }
    public let title: String
    public let value: String
    public let scale: Scale
    /// What the codes of a state mean where the step has states of its own, which the picture then shows too; nil for
    /// the detector's.
    public let legend: StateLegend?

    public init(title: String, value: String, scale: Scale) {
      self.title = title
      self.value = value
      self.scale = scale
      legend = nil
    }

    /// States of the step's own.
    public init(title: String, legend: StateLegend) {
      self.title = title
      value = legend.value
      scale = .state
      self.legend = legend
    }
  }

  /// A value of shape G,N: its histogram for the selected GT with the marks across it, and its best
  /// priors with their states.
  public struct Matrix: Sendable {
    public let title: String
    public let value: String
    public let marks: [Mark]
    /// A value of shape N of states, shown beside each prior; nil before they are decided.
    public let state: String?

    public init(title: String, value: String, marks: [Mark], state: String? = nil) {
      self.title = title
      self.value = value
      self.marks = marks
      self.state = state
    }
  }

  /// Named amounts beside each other.
  public struct Bars: Sendable {
    public struct Bar: Sendable {
      public let label: String
      public let value: Double
      public let focus: Focus

      public init(_ label: String, _ value: Double, focus: Focus = Focus()) {
        self.label = label
        self.value = value
        self.focus = focus
      }
    }
    public let title: String
    public let unit: String
    public let bars: [Bar]
    public let marks: [Mark]
    /// Amounts of very different size are drawn by their logarithm.
    public let logarithmic: Bool

    public init(
      title: String, unit: String = "", bars: [Bar], marks: [Mark] = [], logarithmic: Bool = false
    ) {
      self.title = title
      self.unit = unit
      self.bars = bars
      self.marks = marks
      self.logarithmic = logarithmic
    }
  }

  /// The priors with the largest of a value of shape N (or the largest of a row of N,K).
  public struct Ranking: Sendable {
    public let title: String
    public let value: String
    /// Over the value's own column.
    public let heading: String
    /// Further values of shape N shown beside it, with a heading each.
    public let columns: [Column]
    /// Where the ranking is cut: the first so many are taken, the rest are left.
    public let cut: Cut?

    public struct Cut: Hashable, Sendable {
      /// How many of the ranking are taken.
      public let count: Int
      /// What is said at the cut: "3 negatives for each positive".
      public let label: String

      public init(_ count: Int, _ label: String) {
        self.count = count
        self.label = label
      }
    }

    public struct Column: Sendable {
      public let heading: String
      public let value: String

      public init(_ heading: String, _ value: String) {
        self.heading = heading
        self.value = value
      }
    }

    public init(title: String, value: String, heading: String, columns: [Column] = [], cut: Cut? = nil) {
      self.title = title
      self.value = value
      self.heading = heading
      self.columns = columns
      self.cut = cut
    }
  }

  /// Functions of one variable, with the selected prior's place on them.
  public struct Curve: Sendable {
    public struct Series: Sendable {
      public let name: String
      public let x: [Double]
      public let y: [Double]
      /// Shown while this GT is selected; nil for always.
      public let gt: Int?

      public init(name: String, x: [Double], y: [Double], gt: Int? = nil) {
        self.name = name
        self.x = x
        self.y = y
        self.gt = gt
      }
    }
    public let title: String
    public let xLabel: String
    public let yLabel: String
    public let series: [Series]
    public let marks: [Mark]
    /// A value of shape N, or G,N (the row of the selected GT): the x of each prior; the selected prior's
    /// point is drawn on every series.
    public let cursor: String?
    /// Whether every prior's x is counted along the axis, so that one sees where they fall.
    public let showsAll: Bool

    public init(
      title: String, xLabel: String, yLabel: String, series: [Series], marks: [Mark] = [],
      cursor: String? = nil, showsAll: Bool = false
    ) {
      self.showsAll = showsAll
      self.title = title
      self.xLabel = xLabel
      self.yLabel = yLabel
      self.series = series
      self.marks = marks
      self.cursor = cursor
    }
  }

  /// Values of shape C,H,W: the mean of the channels' magnitudes, or channel by channel.
  public struct FeatureMaps: Sendable {
    public let title: String
    public let values: [String]

    public init(title: String, values: [String]) {
      self.title = title
      self.values = values
    }
  }

  /// Boxes of shape M,4 with what is known of each. All other values are of shape M.
  public struct BoxList: Sendable {
    public let title: String
    public let boxes: String
    public let labels: String?
    public let scores: String?
    /// The prior each box came from.
    public let anchors: String?
    /// What one of the boxes is called, so that a row of the list can be selected and drawn on the picture.
    public let kind: BoxRow.Kind?

    public init(
      title: String, boxes: String, labels: String? = nil, scores: String? = nil,
      anchors: String? = nil, kind: BoxRow.Kind? = nil
    ) {
      self.kind = kind
      self.title = title
      self.boxes = boxes
      self.labels = labels
      self.scores = scores
      self.anchors = anchors
    }
  }

  /// Words and numbers in columns; a row leads to what it is about.
  public struct Table: Sendable {
    public struct Row: Sendable {
      public let cells: [String]
      public let focus: Focus
      /// Colours the cell that begins with this kind's sign; nil for none.
      public let kind: StateLegend.State.Kind?

      public init(_ cells: [String], focus: Focus = Focus(), kind: StateLegend.State.Kind? = nil) {
        self.cells = cells
        self.focus = focus
        self.kind = kind
      }
    }
    public let title: String
    public let columns: [String]
    public let rows: [Row]
    /// A sentence under the table.
    public let note: String

    public init(title: String, columns: [String], rows: [Row], note: String = "") {
      self.title = title
      self.columns = columns
      self.rows = rows
      self.note = note
    }
  }
}
