import Scenes
import Traces

/// The state and the moment of its trace that a frame shows.
struct Scope {
  let state: State
  let trace: Trace
  let step: StepRecord
  /// The GT that views of one GT show.
  let gt: Int?
  let place: PriorGrid.Location?
  let prior: Int?

  /// Nil before the first iteration has run.
  init?(_ state: State) {
    guard let trace = state.trace, let step = state.currentStep else { return nil }
    self.state = state
    self.trace = trace
    self.step = step
    gt = state.shownGT
    place = state.place
    prior = state.prior
  }

  var level: PriorGrid.Level? {
    guard let place, trace.priors.levels.indices.contains(place.level) else { return nil }
    return trace.priors.levels[place.level]
  }

  /// A value that this step or one before it left: a moment shows nothing of what comes after.
  func known(_ name: String) -> Value? {
    let past = trace.steps.prefix(state.position.step + 1)
    return past.contains { $0.values.contains(name) } ? trace[name] : nil
  }

  /// A row of four of a known value as a box; nil when it is not there or no box.
  func box(_ name: String, _ row: Int?) -> [Double]? {
    guard let row, let value = known(name), value.shape.count == 2, value.shape[1] == 4 else { return nil }
    let numbers = value.row(row)
    return numbers.count == 4 && numbers.allSatisfy(\.isFinite) ? numbers : nil
  }

  func className(_ label: Int) -> String {
    trace.scene.classes.indices.contains(label) ? trace.scene.classes[label] : "class \(label)"
  }

  /// "gt 2 boat".
  func name(gt: Int) -> String {
    let objects = trace.scene.groundTruth
    return objects.indices.contains(gt) ? "gt \(gt) \(className(objects[gt].label))" : "gt \(gt)"
  }

  /// What the detector's priors are called.
  var priorName: String { trace.priorName }

  /// What the states mean that the picture shows: the step's own, where it has some, else the detector's.
  var legend: StateLegend {
    for case .priorMap(let view) in step.views {
      if let legend = view.legend, known(legend.value)?.shape == [trace.priors.count] { return legend }
    }
    return trace.states
  }

  /// N: the priors' states as codes of the legend, once they are known.
  var states: Value? { known(legend.value).flatMap { $0.shape == [trace.priors.count] ? $0 : nil } }

  /// The state of a prior, once it is known.
  func state(of prior: Int?) -> PriorState? { prior.flatMap { states?[flat: $0] }.flatMap { legend[$0] } }

  /// Whether the priors have been laid out yet, as boxes or as points.
  var hasPriors: Bool { Scope.layouts.contains { known($0) != nil } }

  /// Whether this is the step that lays them out.
  var laysPriors: Bool { Scope.layouts.contains { step.values.contains($0) } }

  private static let layouts = ["anchors.boxes", "points.xy"]
}

// MARK: The cell under the cursor

extension Scope {
  /// The step's views, and the priors of the cell under the cursor.
  var views: [View] { step.views + (cell.map { [.table($0)] } ?? []) }

  /// The view that B shows.
  var shownView: View? {
    let views = views
    return views.indices.contains(state.viewIndex) ? views[state.viewIndex] : nil
  }

  /// The boxes that B's view is about, where they are a second stage's and not the priors.
  var shownBoxes: [BoxRow] {
    switch shownView {
    case .boxes(let view):
      guard let kind = view.kind, kind.isOfRegions, let count = known(view.boxes)?.shape.first else { return [] }
      return (0..<count).map { BoxRow(kind, $0) }
    case .table(let view): return view.rows.compactMap { $0.focus.box }.filter { $0.kind.isOfRegions }
    case .lens(let view):
      guard let place = LensPlace(view, self) else { return [] }
      return BoxRow.Kind.allCases.filter { $0.boxes == view.boxes }.map { BoxRow($0, place.region) }
    default: return []
    }
  }

  /// The region of a second stage that the selected prior leads to, while the step is about such: the one under the
  /// lens, the one that came from the prior, or the one that overlaps the selected GT most.
  var region: BoxRow? {
    guard isAboutRegions, let count = known(BoxRow.Kind.roi.boxes)?.shape.first, count > 0 else { return nil }
    if case .lens(let view) = shownView, view.boxes == BoxRow.Kind.roi.boxes, let place = LensPlace(view, self) {
      return BoxRow(.roi, place.region)
    }
    return regionOfSelection.map { BoxRow(.roi, $0) }
  }

  /// The selected box of a list, or the region that the selected prior leads to.
  var shownBox: BoxRow? { state.selection.box ?? (state.selection.subject == .prior ? region : nil) }

  private var isAboutRegions: Bool {
    step.id == "detections"
      || step.views.contains {
        switch $0 {
        case .lens(let view): view.boxes == BoxRow.Kind.roi.boxes
        case .table(let view): view.rows.first?.focus.box?.kind == .roi
        default: false
        }
      }
  }

  /// Nil where nothing leads from the selection to a region.
  var regionOfSelection: Int? {
    if let prior, let origins = known(BoxRow.Kind.roi.anchors)?.doubles,
      let row = origins.firstIndex(of: Double(prior))
    {
      return row
    }
    guard let gt, let best = known("roi.best_gt")?.doubles, let overlaps = known("roi.iou")?.doubles,
      let origins = known(BoxRow.Kind.roi.anchors)?.doubles
    else { return nil }
    // Of what was proposed: a GT's own box, mixed in, overlaps it wholly.
    let own = best.indices.filter { best[$0] == Double(gt) && origins[$0] >= 0 }
    return own.max { overlaps[$0] < overlaps[$1] }
  }

  /// The priors of the cell, by IoU with the GT once that is known.
  var cellOrder: [Int] {
    guard let place, let level else { return [] }
    let all = Array(0..<level.anchorsPerCell)
    guard let gt, let overlaps = known("overlap.iou"),
      let first = trace.priors.index(
        of: PriorGrid.Location(level: place.level, row: place.row, column: place.column))
    else { return all }
    let numbers = all.map { overlaps[gt, first + $0] ?? .nan }
    guard numbers.allSatisfy(\.isFinite) else { return all }
    return all.sorted { numbers[$0] > numbers[$1] || numbers[$0] == numbers[$1] && $0 < $1 }
  }

  /// Where the step says something of each of them, as it lays them out, compares them, or gives them states; and where
  /// it has nothing else to show.
  private var cell: View.Table? {
    guard let place, let level, level.anchorsPerCell > 1,
      ["anchors.boxes", "overlap.iou", legend.value].contains(where: step.values.contains)
        || step.views.isEmpty && hasPriors
    else { return nil }
    let hasBoxes = known("anchors.boxes") != nil
    let overlaps = gt == nil ? nil : known("overlap.iou")
    let rows = cellOrder.compactMap { anchor -> View.Table.Row? in
      var here = place
      here.anchor = anchor
      guard let prior = trace.priors.index(of: here) else { return nil }
      var cells = ["#\(anchor)"]
      if hasBoxes {
        let box = box("anchors.boxes", prior)
        cells.append(box.map { "\(side($0[2] - $0[0]))×\(side($0[3] - $0[1]))" } ?? "")
      }
      if let overlaps, let gt { cells.append(Number.fixed(overlaps[gt, prior] ?? .nan, decimals: 3)) }
      if states != nil { cells.append(state(of: prior)?.text ?? "") }
      return View.Table.Row(cells, focus: Focus(anchor: prior))
    }
    var columns = hasBoxes ? ["", "w×h"] : [""]
    if overlaps != nil, let gt { columns.append("IoU with gt \(gt)") }
    if states != nil { columns.append("state") }
    return View.Table(
      title: "\(priorName)s of the cell \(level.name) (\(place.row),\(place.column))", columns: columns, rows: rows)
  }

  private func side(_ number: Double) -> String { Number.fixed(number, decimals: 1) }
}

extension BoxRow.Kind {
  /// Whether they are boxes between two stages.
  var isOfRegions: Bool { self == .proposal || self == .roi }
}
