import Boxes
import Traces

/// The rows of a view that is a list, or has one: what is drawn, and what Enter leads to.
struct Listing {
  struct Row {
    var cells: [String]
    var focus: Focus
    /// The state whose colour a sign in the row takes.
    var state: PriorState?
    /// Past the cut of a ranking.
    var isLeft = false
    /// What is said on a line across the list, in place of a row.
    var rule: String?
  }

  var headings: [String] = []
  var rows: [Row] = []
  private(set) var most = Listing.longest

  /// How many of a ranking are listed.
  static let longest = 60

  /// Nil for a view without rows to follow.
  init() {}

  /// - Parameters:
  ///   - sort: the column that a list which can be sorted is sorted by.
  ///   - most: how many of a ranking are listed.
  init?(_ view: View, _ scope: Scope, sort: Int = 0, most: Int = Listing.longest) {
    self.most = most
    switch view {
    case .matrix(let view): listMatrix(view, scope)
    case .ranking(let view): listRanking(view, scope)
    case .boxes(let view): listBoxes(view, scope)
    case .table(let view):
      headings = view.columns
      rows = view.rows.map { row in
        let state =
          row.kind.map { PriorState(0, "", $0) } ?? scope.legend.state(namedIn: row.cells)
          ?? scope.trace.states.state(namedIn: row.cells)
        return Row(cells: row.cells, focus: row.focus, state: state)
      }
    case .bars(let view): rows = view.bars.map { Row(cells: [$0.label], focus: $0.focus) }
    case .candidates(let view): listCandidates(view, scope, sort: sort)
    case .priorMap, .curve, .featureMaps, .masks, .history, .lens: return nil
    }
    filter(scope)
  }

  func focus(at row: Int) -> Focus? { rows.indices.contains(row) ? rows[row].focus : nil }

  /// The row about a box, a prior, or else a GT.
  func index(of prior: Int?, gt: Int?, box: BoxRow? = nil) -> Int? {
    if let box, let row = rows.firstIndex(where: { $0.focus.box == box }) { return row }
    if let prior, let row = rows.firstIndex(where: { $0.focus.anchor == prior }) { return row }
    guard let gt else { return nil }
    return rows.firstIndex { $0.focus.gt == gt && $0.focus.anchor == nil }
  }

  private mutating func listMatrix(_ view: View.Matrix, _ scope: Scope) {
    let states = view.state.flatMap { scope.known($0) }
    headings = ["", scope.priorName, "IoU"] + (states == nil ? [] : ["state"])
    guard let numbers = scope.trace.perPrior(view.value, gt: scope.gt) else { return }
    let name = view.value.split(separator: ".").last.map(String.init) ?? ""
    if name != "iou" { headings[2] = name }
    for (rank, prior) in Trace.largest(most, of: Listing.filtered(numbers, scope)).enumerated() {
      let state = scope.trace.states[states?[flat: prior]]
      var cells = [
        String(rank + 1), scope.trace.priors.label(of: prior), Number.fixed(numbers[prior], decimals: 3),
      ]
      if states != nil { cells.append(state?.text ?? "") }
      rows.append(Row(cells: cells, focus: Focus(gt: scope.gt, anchor: prior), state: state))
    }
  }

  private mutating func listBoxes(_ view: View.BoxList, _ scope: Scope) {
    let labels = view.labels.flatMap { scope.known($0) }
    let scores = view.scores.flatMap { scope.known($0) }
    let anchors = view.anchors.flatMap { scope.known($0) }
    headings =
      [""] + (labels == nil ? [] : ["class"]) + (scores == nil ? [] : ["score"])
      + ["x1", "y1", "x2", "y2"] + (anchors == nil ? [] : ["from"])
    guard let boxes = scope.known(view.boxes), boxes.shape.count == 2, boxes.shape[1] == 4 else { return }
    for index in 0..<boxes.shape[0] {
      // One that has a name has its number.
      var cells = [String(view.kind == nil ? index + 1 : index)]
      if let labels {
        cells.append(labels[flat: index].flatMap(Int.init(exactly:)).map(scope.className) ?? "?")
      }
      if let scores { cells.append(Number.fixed(scores[flat: index] ?? .nan, decimals: 3)) }
      cells += boxes.row(index).map { Number.fixed($0, decimals: 0) }
      let prior = anchors?[flat: index].flatMap(Int.init(exactly:)).flatMap { $0 < 0 ? nil : $0 }
      if anchors != nil { cells.append(prior.map(scope.trace.priors.label(of:)) ?? "") }
      let box = view.kind.map { BoxRow($0, index) }
      rows.append(Row(cells: cells, focus: Focus(anchor: prior, box: box)))
    }
  }
}
