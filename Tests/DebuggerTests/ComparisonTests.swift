import Boxes
import Debugger
import Detectors
import Foundation
import Scenes
import Testing
import Traces

@Suite struct ComparisonTests {
  private static let scene = Gallery.scene(named: "crowd", side: 96)
  static let detectors = Detectors.all.map { $0.name }

  private func trace(
    _ detector: String, _ options: String..., iterations: Int = 1, on scene: Scene? = Self.scene
  ) throws -> Trace {
    let detector = try #require(Detectors.named(detector))
    let small = ["width=4", "pyramid_channels=4", "head_depth=1"]
    let settings = try Settings(
      for: detector, assignments: (small + options).map { try Assignment(option: $0) })
    var trainer = try Trainer(try #require(scene), detector: detector, settings: settings, seed: 1)
    var trace = trainer.iterate()
    for _ in 1..<iterations { trace = trainer.iterate() }
    return trace
  }

  /// The kind and objects of each cell by its level's stride, row and column, told from the trace in the plain way.
  private func cells(_ trace: Trace) -> [[Int]: (kind: StateLegend.State.Kind, gts: Set<Int>)] {
    var cells: [[Int]: (kind: StateLegend.State.Kind, gts: Set<Int>)] = [:]
    for prior in 0..<trace.priors.count {
      guard let place = trace.priors.location(of: prior), let code = trace[trace.states.value]?[prior],
        let state = trace.states.states.first(where: { Double($0.code) == code })
      else { continue }
      let key = [trace.priors.levels[place.level].stride, place.row, place.column]
      var cell = cells[key] ?? (.negative, [])
      if state.kind == .positive || cell.kind == .negative { cell.kind = state.kind }
      if state.kind == .positive { cell.gts.formUnion(owners(of: prior, trace)) }
      cells[key] = cell
    }
    return cells
  }

  private func owners(of prior: Int, _ trace: Trace) -> [Int] {
    if let owner = trace["match.gt"]?[prior] { return owner < 0 ? [] : [Int(owner)] }
    return trace.scene.groundTruth.indices.filter {
      trace["bags.anchor"]?.row($0).contains(Double(prior)) == true
    }
  }

  @Test(
    "two of all detectors differ in the cells whose state or objects differ, and in no others", arguments: detectors)
  func everyPair(first: String) throws {
    let a = try trace(first)
    for second in Self.detectors where second != first {
      let b = try trace(second)
      let comparison = try #require(Comparison(a, b))
      let (here, there) = (cells(a), cells(b))
      let shared = Set(here.keys).intersection(there.keys)
      #expect(comparison.compared == (comparison.unit == .cell ? shared.count : a.priors.count))
      let expected = shared.filter { key in
        here[key]?.kind != there[key]?.kind || here[key]?.gts != there[key]?.gts
      }
      let found = Set(comparison.differences.map { [$0.stride, $0.row, $0.column] })
      #expect(comparison.unit == .prior || found == expected, "\(first), \(second)")
      #expect(!comparison.differences.isEmpty && comparison.headline.contains("differ"))
      #expect(comparison.counts.reduce(0) { $0 + $1.count } == comparison.differences.count)
      try checkObjects(comparison, a, b)
      try checkMirror(comparison, try #require(Comparison(b, a)))
    }
  }

  private func checkObjects(_ comparison: Comparison, _ a: Trace, _ b: Trace) throws {
    #expect(comparison.objects.count == a.scene.groundTruth.count)
    for object in comparison.objects {
      for (trace, fate) in zip([a, b], object.fates.both) {
        let own = (0..<trace.priors.count).filter { owners(of: $0, trace).contains(object.gt) }
        #expect(fate.positives == own.count)
        #expect(fate.levels.reduce(0) { $0 + $1.count } == fate.positives)
        #expect(fate.bestIoU == trace["overlap.iou"]?.row(object.gt).max())
      }
    }
    #expect(comparison.objectRows.allSatisfy { $0.count == comparison.objectHeading.count })
  }

  /// Seen from the other side the same places differ, the other way round.
  private func checkMirror(_ comparison: Comparison, _ mirrored: Comparison) throws {
    func places(_ comparison: Comparison) -> Set<[Int]> {
      Set(comparison.differences.map { [$0.stride, $0.row, $0.column, $0.anchor ?? 0] })
    }
    #expect(places(comparison) == places(mirrored))
    #expect(comparison.count(of: .onlyFirst) == mirrored.count(of: .onlySecond))
    #expect(comparison.count(of: .otherObjects) == mirrored.count(of: .otherObjects))
    #expect(comparison.count(of: .betweenInFirst) == mirrored.count(of: .betweenInSecond))
    #expect(comparison.unshared.first == mirrored.unshared.second)
  }

  @Test("what is equal has no difference, at another iteration of the same matches neither", arguments: detectors)
  func equals(name: String) throws {
    let trace = try trace(name)
    let comparison = try #require(Comparison(trace, trace))
    #expect(comparison.unit == .prior && comparison.compared == trace.priors.count)
    #expect(comparison.differences.isEmpty && comparison.counts.isEmpty)
    #expect(comparison.objects.allSatisfy { !$0.differs } && comparison.unshared.both == [[], []])
    #expect(comparison.headline.hasPrefix("No difference on "))
    let later = try self.trace(name, iterations: 3)
    // Whose an anchor is does not depend on weights; which of FreeAnchor's may have found an object does.
    let moments = try #require(Comparison(trace, later))
    #expect(moments.differences.allSatisfy { [.betweenInFirst, .betweenInSecond].contains($0.kind) })
    #expect(name == "freeanchor" || moments.differences.isEmpty)
    #expect(moments.names.both == ["iteration 1", "iteration 3"])
  }

  @Test("two parameter sets with the same anchors are compared anchor by anchor; with others cell by cell")
  func parameters() throws {
    let base = try trace("retinanet")
    let lower = try trace("retinanet", "positive_iou=0.4")
    let comparison = try #require(Comparison(base, lower))
    #expect(comparison.unit == .prior && comparison.names.both == ["positive_iou 0.5", "positive_iou 0.4"])
    // Lowering the threshold takes anchors out of the band, and changes no negative.
    let band = (0..<base.priors.count).filter { prior in
      base["match.state"]?[prior] == -1 && lower["match.state"]?[prior] == 1
    }
    #expect(!band.isEmpty && comparison.differences.map(\.priors.first) == band)
    #expect(comparison.differences.allSatisfy { $0.kind == .onlySecond && $0.priors.first == $0.priors.second })
    let places = comparison.differences.map { comparison.label(of: $0) }
    #expect(places == band.map { base.priors.label(of: $0) })
    let other = try #require(Comparison(base, try trace("retinanet", "anchor_scales=1,1.2,1.5")))
    #expect(other.unit == .cell && other.compared == base.priors.count / 9)
  }

  @Test("levels that only one of the two has are named, and count for the objects")
  func otherLevels() throws {
    let comparison = try #require(Comparison(try trace("retinanet"), try trace("ssd")))
    #expect(comparison.unit == .cell)
    #expect(comparison.unshared.first == ["P3", "P7"] && comparison.unshared.second == [])
    #expect(Set(comparison.differences.map(\.stride)).isSubset(of: [16, 32, 64]))
  }

  @Test("other scenes are not compared")
  func otherScenes() throws {
    let a = try trace("retinanet")
    #expect(Comparison(a, try trace("retinanet", on: Gallery.scene(named: "mixed", side: 96))) == nil)
    #expect(Comparison(a, a.upTo(step: 2)) == nil)
  }

  // MARK: By hand

  /// A trace of one level of two by two cells: states and owners as given.
  private func made(
    _ detector: String, perCell: Int, states: [Int8], owners: [Int32], iou: [Double]? = nil
  ) -> Trace {
    let objects = [SceneObject(label: 0, box: Box(0, 0, 8, 8)), SceneObject(label: 1, box: Box(4, 4, 16, 16))]
    let scene = Scene(name: "made", classes: ["a", "b"], objects: objects, picture: .blank(width: 16, height: 16))
    let grid = PriorGrid(names: ["P3"], strides: [8], sides: [(2, 2)], anchorsPerCell: perCell, offset: 0.5)
    var trace = Trace(
      scene: scene, detector: detector, detectorTitle: detector, parameters: [], seed: 0, iteration: 1, priors: grid,
      priorName: perCell > 1 ? "anchor" : "point")
    trace.begin(StepRecord(id: "match", title: "", formula: "", source: "", meaning: ""))
    trace.record(Value("match.state", shape: [states.count], .int8(states)))
    trace.record(Value("match.gt", shape: [owners.count], .int32(owners)))
    if let iou { trace.record(Value("overlap.iou", shape: [2, states.count], .double(iou))) }
    return trace
  }

  /// Two anchors a cell against one point a cell.
  ///
  ///     cell    anchors             points
  ///     (0,0)   + gt 0, −           + gt 0     the same
  ///     (0,1)   ~, −                −          ignored in the anchors
  ///     (1,0)   −, −                + gt 1     positive in the points alone
  ///     (1,1)   + gt 1, + gt 0      + gt 1     positive in both, for other objects
  @Test("anchors and points on four cells, by hand")
  func byHand() throws {
    let anchors = made(
      "retinanet", perCell: 2, states: [1, 0, -1, 0, 0, 0, 1, 1], owners: [0, -1, -1, -1, -1, -1, 1, 0],
      iou: [0.7, 0.2, 0.45, 0, 0, 0, 0.1, 0.6, 0, 0, 0.1, 0, 0.3, 0, 0.8, 0.1])
    let points = made("fcos", perCell: 1, states: [1, 0, 1, 1], owners: [0, -1, 1, 1])
    let comparison = try #require(Comparison(anchors, points))
    #expect(comparison.unit == .cell && comparison.compared == 4)
    #expect(comparison.differences.map(\.kind) == [.betweenInFirst, .onlySecond, .otherObjects])
    #expect(comparison.differences.map { comparison.label(of: $0) } == ["P3 (0,1)", "P3 (1,0)", "P3 (1,1)"])
    #expect(comparison.differences.map(\.priors.first) == [2, 4, 6])
    #expect(comparison.differences.map(\.priors.second) == [1, 2, 3])
    #expect(
      comparison.differenceRows(limit: 9) == [
        ["P3 (0,1)", "~ ignored", "−"], ["P3 (1,0)", "−", "+ gt 1"], ["P3 (1,1)", "+ gt 0, 1", "+ gt 1"],
      ])
    #expect(comparison.headline == "3 of 4 cells differ.")
    #expect(comparison.objects.map { $0.fates.first.positives } == [2, 1])
    #expect(comparison.objects.map { $0.fates.second.positives } == [1, 2])
    #expect(comparison.objects.map { $0.fates.first.bestIoU } == [0.7, 0.8])
    #expect(
      comparison.objectRows == [
        ["≠", "gt 0", "a", "2: P3 2", "0.7", "missed", "1: P3 1", "missed"],
        ["≠", "gt 1", "b", "1: P3 1", "0.8", "missed", "2: P3 2", "missed"],
      ])
    #expect(comparison.objectHeading == ["", "gt", "class", "retinanet", "best IoU", "found", "fcos", "found"])
    #expect(comparison.objectMeaning.contains("best IoU"))
    // Of two with the same anchors the IoUs are the same, and stand there once.
    let twice = try #require(Comparison(anchors, anchors))
    #expect(twice.objectHeading.count { $0 == "best IoU" } == 1)
    let neither = try #require(Comparison(points, points))
    #expect(!neither.objectHeading.contains("best IoU") && !neither.objectMeaning.contains("IoU"))
    #expect(
      comparison.counts.map(\.words) == [
        "positive in fcos alone", "positive in both, for other objects",
        "ignored in retinanet, negative in fcos",
      ])
  }

  @Test("the JSON has the names that the help gives")
  func json() throws {
    let comparison = try #require(Comparison(try trace("retinanet"), try trace("fcos")))
    let text = JSONText.encode(ComparisonJSON(comparison, version: "1"), pretty: true)
    let tree = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let names = [
      "version", "scene", "first", "second", "unit", "compared", "different", "counts", "objects", "differences",
    ]
    #expect(Set(tree.keys) == Set(names))
    #expect(tree["different"] as? Int == comparison.differences.count && tree["unit"] as? String == "cell")
    let side = try #require(tree["first"] as? [String: Any])
    #expect(side["prior"] as? String == "anchor")
    #expect((side["states"] as? [String: Int])?["positive"] == comparison.sides.first.count(of: .positive))
    let differences = try #require(tree["differences"] as? [[String: Any]])
    #expect(differences.count == comparison.differences.count)
    #expect(differences.first?["kind"] as? String == comparison.differences.first?.kind.rawValue)
    #expect((tree["objects"] as? [[String: Any]])?.count == comparison.objects.count)
  }
}
