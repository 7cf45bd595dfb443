import Boxes
import Scenes
import Traces

/// A view of a step: what it shows, chosen and sorted, ready to be drawn.
extension Exhibit {
  package struct Shown: Sendable {
    package let title: String
    package let content: Content
  }

  package enum Content: Sendable {
    case list(List)
    case bars(Bars)
    case histogram(Histogram, List)
    case plot(Plot)
    /// Maps beside each other, and what is said of them.
    case maps([Map], words: [String])
    case lens(Lens, Map, List)
    /// Why there is nothing to show.
    case words(String)
  }

  /// Words and numbers in columns.
  package struct List: Sendable {
    package struct Row: Sendable {
      package let cells: [String]
      package var kind: StateLegend.State.Kind?
      package var isSelected = false
      /// Past the cut of a ranking.
      package var isLeft = false
      /// What is said on a line across the list, in place of a row.
      package var rule: String?
      /// What a bar beside the row shows, from 0 to 1.
      package var part: Double?
    }

    package let headings: [String]
    package let rows: [Row]
    /// Which columns hold numbers.
    package let isNumeric: [Bool]
    package var note = ""
  }

  package struct Bars: Sendable {
    package struct Bar: Sendable {
      package let label: String
      package let value: String
      /// Of the whole length, from 0 to 1.
      package let part: Double
      package let isSelected: Bool
    }

    package let bars: [Bar]
    package let marks: [(label: String, part: Double)]
    package let words: [String]
  }

  /// How often numbers occur.
  package struct Histogram: Sendable {
    package let range: ClosedRange<Double>
    package let counts: [Int]
    package let marks: [Mark]
    /// The number of what is selected.
    package let here: Double?
  }

  package struct Plot: Sendable {
    package struct Line: Sendable {
      package let name: String
      /// Heights on the y axis, where a logarithm may stand for the number.
      package let points: [(x: Double, y: Double)]
    }

    package let xLabel: String
    package let yLabel: String
    package let x: ClosedRange<Double>
    package let y: ClosedRange<Double>
    /// What stands at the ends of the y axis.
    package let ends: (top: String, bottom: String)
    package let lines: [Line]
    /// Lines up and down, and lines across.
    package let marks: [Mark]
    package let levels: [(mark: Mark, y: Double)]
    /// What is selected, with its points on the lines.
    package let here: [(x: Double, y: Double)]
    package let words: [String]
  }

  /// Cells in rows and columns.
  package struct Map: Sendable {
    package enum Cells: Sendable {
      case signs([Sign])
      /// From 0 to 1, with the colours of that ramp; nil for what is no number.
      case numbers([Double?], ramp: [RGB])
    }

    package struct Sign: Hashable, Sendable {
      package enum Tone: Hashable, Sendable {
        case positive
        case between
        case negative
        case hazard
        /// The colour of a class.
        case hue(Int)
      }

      package let glyph: Character
      package let tone: Tone
    }

    package let name: String
    package let words: String
    package let columns: Int
    package let rows: Int
    package let cells: Cells
    package let cursor: (row: Int, column: Int)?
  }

  /// A part of the picture with a region's bins and the points at which its map is sampled.
  package struct Lens: Sendable {
    package let shown: Box
    package let edges: (x: [Double], y: [Double])
    package let points: [(x: Double, y: Double, isInBin: Bool)]
    /// The centres of the four cells round the chosen point.
    package let corners: [(x: Double, y: Double)]
    package let chosen: (x: Double, y: Double)?
  }

  /// How many rows of a ranking are shown.
  private static let longest = 24

  /// The step's views, and which of them is chosen.
  package var views: (all: [Shown], chosen: Int) {
    guard let scope = Scope(state) else { return ([], 0) }
    let all = scope.views.indices.map { shown($0, scope) }
    return (all, state.viewIndex)
  }

  private func shown(_ index: Int, _ scope: Scope) -> Shown {
    let view = scope.views[index]
    let about = ViewPanel(state: state).about(view, scope)
    let isGT = about.hasPrefix("gt ")
    return Shown(
      title: isGT ? "\(view.title), \(about)" : view.title, content: content(of: view, at: index, scope))
  }

  private func content(of view: View, at index: Int, _ scope: Scope) -> Content {
    let listing = Listing(view, scope, sort: state.sortColumn(ofView: index), most: Exhibit.longest)
    func list(_ note: String = "") -> List { List(listing ?? Listing(), state, scope, note) }
    switch view {
    case .ranking, .boxes: return .list(list())
    case .table(let view): return .list(list(view.note))
    case .candidates(let view): return .list(candidates(view, list(), scope, index))
    case .matrix(let view):
      guard let numbers = scope.trace.perPrior(view.value, gt: scope.gt) else {
        return .words("The scene has no objects: there is no row to show.")
      }
      return .histogram(Histogram(numbers, view.marks, scope), list())
    case .bars(let view): return .bars(Bars(view, listing, state, scope))
    case .curve(let view): return CurveView(view: view, scope: scope).exhibited
    case .history(let view): return HistoryView(view: view, scope: scope).exhibited
    case .priorMap(let view): return PriorMapView(view: view, scope: scope).exhibited
    case .masks(let view): return MasksView(view: view, scope: scope).exhibited
    case .featureMaps(let view): return FeatureMapsView(view: view, scope: scope).exhibited
    case .lens(let view): return LensView(view: view, scope: scope).exhibited
    }
  }

  /// The first column as bars.
  private func candidates(_ view: View.Candidates, _ list: List, _ scope: Scope, _ index: Int) -> List {
    let candidates = Candidates(view, scope)
    let sort = state.sortColumn(ofView: index) % max(1, view.columns.count)
    let places = candidates.places(sortedBy: sort)
    var rows = list.rows
    for (row, place) in zip(rows.indices, places) { rows[row].part = candidates.part(place) }
    let note = scope.gt.flatMap { view.notes.indices.contains($0) ? view.notes[$0] : nil } ?? ""
    return List(headings: list.headings, rows: rows, isNumeric: list.isNumeric, note: note)
  }
}

extension Exhibit.List {
  init(_ listing: Listing, _ state: State, _ scope: Scope, _ note: String) {
    let selected = listing.index(of: scope.prior, gt: state.selection.gt, box: scope.shownBox)
    let count = max(listing.headings.count, listing.rows.map(\.cells.count).max() ?? 0)
    headings = listing.headings
    isNumeric = (0..<count).map { GridPlan.isNumeric($0, listing) }
    self.note = note
    rows = listing.rows.enumerated().map { index, row in
      Row(
        cells: row.cells, kind: row.state?.kind, isSelected: index == selected, isLeft: row.isLeft, rule: row.rule)
    }
  }
}

extension Exhibit.Bars {
  init(_ view: View.Bars, _ listing: Listing?, _ state: State, _ scope: Scope) {
    let drawn = BarsView(view: view, list: ListPlace(listing: Listing(), cursor: nil, selected: nil, isFocused: false))
    let selected = listing?.index(of: scope.prior, gt: state.selection.gt, box: scope.shownBox)
    bars = view.bars.enumerated().map { index, bar in
      Bar(
        label: bar.label, value: Number.text(bar.value, digits: 3), part: drawn.part(bar.value),
        isSelected: index == selected)
    }
    marks = view.marks.map { ("\($0.label) \(Number.text($0.value, digits: 3))", drawn.part($0.value)) }
    words = drawn.scaleWords
  }
}

extension Exhibit.Histogram {
  private static let bins = 60

  init(_ numbers: [Double], _ marks: [Mark], _ scope: Scope) {
    let here = scope.prior.flatMap { $0 < numbers.count && numbers[$0].isFinite ? numbers[$0] : nil }
    let chart = Histogram(numbers: numbers.filter(\.isFinite), marks: marks, here: here)
    range = chart.least...max(chart.most, chart.least.nextUp)
    counts = chart.bins(Self.bins)
    self.marks = marks.filter { $0.gt == nil || $0.gt == scope.gt }
    self.here = here
  }
}
