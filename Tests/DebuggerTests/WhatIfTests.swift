import Boxes
import Debugger
import Detectors
import Foundation
import Scenes
import Testing
import Traces

/// What-if: what it names is applied, run, and must do what was said.
@Suite struct WhatIfTests {
  private static let names = Detectors.all.map { $0.name }
  private static let tiny = ["width=4", "pyramid_channels=4", "head_depth=0"]

  private func settings(_ options: [String], _ detector: any Detector.Type) throws -> Settings {
    try Settings(for: detector, assignments: (Self.tiny + options).map { try Assignment(option: $0) })
  }

  private func trainer(_ scene: Scene, _ detector: any Detector.Type, _ options: [String] = []) throws -> Trainer {
    try Trainer(scene, detector: detector, settings: settings(options, detector), seed: 1)
  }

  /// Settings under which objects go without.
  private static let strict: [String: [[String]]] = [
    "retinanet": [[], ["positive_iou=0.9"], ["low_quality_matches=true", "low_quality_owner=gt"]],
    "freeanchor": [[], ["box_threshold=0.9"]],
    "fcos": [
      [], ["center_sampling=true", "center_radius=0.1"],
      ["regress_ranges=-1,4,4,8,8,12,12,20,400,100000000"],
    ],
    "ssd": [[], ["positive_iou=0.9"]],
    "fasterrcnn": [[], ["iou_thresholds=0.3,0.7"]],
  ]

  /// A scene with small boxes more, one of them inside another object's.
  private func crowded(_ scene: Scene) -> Scene {
    var scene = scene
    let side = Double(scene.width)
    for box in [
      Box(1, 1, 2, 2), Box(side - 3, side - 2, side - 1, side), Box(side / 2, side / 2, side / 2 + 4, side / 2 + 1),
      Box(0, side / 3, side, side / 3 + 1.5),
    ] { scene.objects.append(SceneObject(label: 0, box: box)) }
    return scene
  }

  /// Whether every object is asked about, and the strict settings are tried on every scene: `BOXSTEP_SCENES=all`.
  private static let isWhole = ProcessInfo.processInfo.environment["BOXSTEP_SCENES"] == "all"

  /// Every scene as it is; of the objects that go without the first and the last, unless all are wanted.
  @Test("every GT that goes without gets one by the smallest change, in every scene", arguments: Gallery.names)
  func everyScene(name: String) throws {
    for detector in Detectors.all {
      let isStrict = Self.isWhole || name == "mixed"
      for (index, options) in (Self.strict[detector.name] ?? []).prefix(isStrict ? .max : 1).enumerated() {
        let plain = try #require(Gallery.scene(named: name, side: index == 0 ? 160 : 64))
        let scene = index == 0 ? plain : crowded(plain)
        let trainer = try trainer(scene, detector, options)
        let kept = KeptIteration(trainer)
        let claim = detector.objectClaim
        let without = scene.groundTruth.indices.filter { claim.priors($0, kept.trace).isEmpty }
        for gt in index == 0 && Self.isWhole ? without : Array(Set(without.prefix(1) + without.suffix(1)).sorted()) {
          let what = "\(detector.name) \(name) \(options) gt \(gt)"
          let whatIf = try #require(WhatIf(.gt(gt), on: kept), "\(what)")
          #expect(whatIf.question == .object(gt: gt))
          let smallest = try #require(whatIf.smallest, "\(what)")
          try check(smallest, gt, trainer, "\(what): \(smallest.sentence)")
          #expect(whatIf.proposals.map(\.size) == whatIf.proposals.map(\.size).sorted())
          #expect(Set(whatIf.proposals.map(\.change.kind)).count == whatIf.proposals.count)
        }
      }
    }
  }

  /// Applied to a fresh run the change gives the object what it lacked.
  private func check(_ proposal: WhatIf.Proposal, _ gt: Int, _ trainer: Trainer, _ what: String) throws {
    var fresh = try trainer.with(proposal.setup) ?? trainer.anew(proposal.setup)
    let trace = fresh.iterate()
    #expect(trainer.detector.objectClaim.priors(gt, trace).count == proposal.gained, "\(what)")
    #expect(proposal.gained > 0 && proposal.size > 0 && proposal.size.isFinite, "\(what)")
    if trainer.detector.name == "freeanchor" {
      #expect(trace["saturation.box_prob"]?.row(gt).contains { $0 > 0 } == true, "\(what)")
    } else {
      #expect(trace["match.gt"]?.doubles.contains(Double(gt)) == true, "\(what)")
    }
  }

  @Test("every proposal does what it says, and a little less does not", arguments: names)
  func everyProposal(name: String) throws {
    let detector = try #require(Detectors.named(name))
    let options = try #require(Self.strict[name]?.last)
    let scene = crowded(try #require(Gallery.scene(named: "mixed", side: 96)))
    let trainer = try trainer(scene, detector, options)
    let kept = KeptIteration(trainer)
    let claim = detector.objectClaim
    let without = scene.groundTruth.indices.filter { claim.priors($0, kept.trace).isEmpty }
    for gt in without.suffix(2) {
      for proposal in try #require(WhatIf(.gt(gt), on: kept)).proposals {
        try check(proposal, gt, trainer, "\(proposal.sentence)")
        guard let less = nearlyAll(of: proposal.change, in: trainer.setup, detector) else { continue }
        var fresh = try #require(try trainer.with(less))
        #expect(claim.priors(gt, fresh.iterate()).isEmpty, "nine tenths of \(proposal.sentence)")
      }
    }
  }

  /// The same change, nine tenths as far; nil for what has no distance.
  private func nearlyAll(of change: Change, in setup: Setup, _ detector: any Detector.Type) -> Setup? {
    var setup = setup
    switch change {
    case .parameter(let name, nil, .number(let from), .number(let to), let along) where along.isEmpty:
      guard let settings = setup.settings.with([name: .number(from + 0.9 * (to - from))], for: detector) else {
        return nil
      }
      setup.settings = settings
    case .box(let gt, let from, let to):
      let corners = zip(from.corners, to.corners).map { $0 + 0.9 * ($1 - $0) }
      let indices = setup.scene.objects.indices.filter { !setup.scene.objects[$0].ignored }
      setup.scene.objects[indices[gt]].box = Box(corners[0], corners[1], corners[2], corners[3])
    default: return nil
    }
    return setup
  }

  @Test("a threshold's smallest change is the IoU that is there")
  func threshold() throws {
    let scene = try #require(Gallery.scene(named: "slender"))
    let trainer = try trainer(scene, RetinaNet.self)
    let kept = KeptIteration(trainer)
    let best = try #require(kept.trace["match.best_iou_of_gt"]?[0])
    #expect(best < 0.5)
    let whatIf = try #require(WhatIf(.gt(0), on: kept))
    let proposal = try #require(whatIf.proposals.first { $0.change.kind == "positive_iou" })
    guard case .parameter(_, _, let from, .number(let threshold), _) = proposal.change else {
      Issue.record("\(proposal.change)")
      return
    }
    #expect(from == .number(0.5))
    #expect(threshold <= best && best - threshold < 0.02 * (0.5 - best))
    let assignments = proposal.change.text.split(separator: " ").map(String.init)
    let typed = try settings(assignments, RetinaNet.self)
    #expect(typed == proposal.setup.settings, "what is typed is what was found")
  }

  @Test("one more ratio is offered where only matches are asked for, and needs a run of its own")
  func moreRatios() throws {
    let scene = try #require(Gallery.scene(named: "slender"))
    let trainer = try trainer(scene, RetinaNet.self)
    let whatIf = try #require(WhatIf(.gt(0), on: KeptIteration(trainer)))
    let proposal = try #require(whatIf.proposals.first { $0.asksForRun })
    #expect(proposal.change.kind == "aspect_ratios +")
    #expect(try trainer.with(proposal.setup) == nil)
    try check(proposal, 0, trainer, proposal.sentence)
    var session = Session(trainer)
    let run = try #require(try session.reiterate(3, under: proposal.setup))
    #expect(run.extent == .run && run.trace["match.gt"]?.doubles.contains(0) == true)
  }

  @Test("a pair that is no match becomes one", arguments: names)
  func pairs(name: String) throws {
    let detector = try #require(Detectors.named(name))
    let scene = try #require(Gallery.scene(named: "crowd", side: 96))
    let trainer = try trainer(scene, detector)
    let kept = KeptIteration(trainer)
    let claim = detector.pairClaim
    var asked = 0
    for gt in scene.groundTruth.indices.prefix(1) {
      let own = Set(claim.priors(gt, kept.trace))
      let overlaps = kept.trace["overlap.iou"]?.row(gt)
      let inside = kept.trace["candidates.inside_box"]?.row(gt)
      if let first = own.first {
        #expect(WhatIf(.pair(gt: gt, anchor: first), on: kept) == nil, "it is one already")
      }
      let near = (overlaps ?? inside ?? []).indices.filter {
        (overlaps?[$0] ?? inside?[$0] ?? 0) > 0.2 && !own.contains($0)
      }
      for prior in [near.dropFirst(near.count / 2).first, near.last].compactMap(\.self) {
        let whatIf = try #require(WhatIf(.pair(gt: gt, anchor: prior), on: kept))
        #expect(whatIf.question == .pair(gt: gt, prior: prior))
        guard let smallest = whatIf.smallest else { continue }
        asked += 1
        var fresh = try #require(try trainer.with(smallest.setup))
        #expect(claim.priors(gt, fresh.iterate()).contains(prior), "\(name) \(smallest.sentence)")
      }
    }
    #expect(asked > 0)
  }

  @Test("a suppressed candidate becomes a detection", arguments: names)
  func candidates(name: String) throws {
    let detector = try #require(Detectors.named(name))
    let scene = try #require(Gallery.scene(named: "mixed", side: 64))
    var trainer = try trainer(
      scene, detector, ["score_threshold=0.001", "nms_threshold=0.3", "learning_rate=0.02"])
    // FCOS starts with boxes of 2 px, which overlap only when they have grown.
    for _ in 0..<(name == "fcos" ? 8 : 0) { _ = trainer.iterate() }
    let kept = KeptIteration(trainer)
    let by = try #require(kept.trace["suppression.by"]).doubles
    let index = try #require(by.indices.first { by[$0] >= 0 })
    let whatIf = try #require(WhatIf(.box(BoxRow(.candidate, index)), on: kept))
    #expect(!whatIf.proposals.isEmpty)
    let label = try #require(kept.trace["suppression.labels"]?[index])
    let list = kept.trace["suppression.roi"] == nil ? "anchor" : "roi"
    let row = try #require(kept.trace["suppression.\(list)"]?[index])
    for proposal in whatIf.proposals {
      var fresh = try #require(try trainer.with(proposal.setup))
      let trace = fresh.iterate()
      let found = zip(
        try #require(trace["detections.\(list)"]).doubles, try #require(trace["detections.labels"]).doubles)
      #expect(found.contains { $0 == (row, label) }, "\(name) \(proposal.sentence)")
    }
    let kinds = Set(whatIf.proposals.map(\.change.kind))
    #expect(kinds.contains("nms_threshold"))
    #expect(kinds.contains("score") == (list == "anchor"))
  }

  @Test("an anchor that is nobody's is asked about with the GT it goes by")
  func anchors() throws {
    let scene = try #require(Gallery.scene(named: "mixed", side: 96))
    let kept = KeptIteration(try trainer(scene, RetinaNet.self))
    let state = try #require(kept.trace["match.state"]).doubles
    let overlaps = try #require(kept.trace["match.max_iou"]).doubles
    let anchor = try #require(state.indices.first { overlaps[$0] > 0.4 && overlaps[$0] < 0.5 && state[$0] < 0 })
    let gt = try #require(kept.trace["match.best_gt"]?[anchor]).rounded()
    let whatIf = try #require(WhatIf(.anchor(anchor), on: kept))
    #expect(whatIf.question == .pair(gt: Int(gt), prior: anchor))
    #expect(whatIf.title == "What would make \(kept.trace.priors.label(of: anchor)) positive for gt \(Int(gt))?")
    #expect(whatIf.proposals.contains { $0.change.kind == "positive_iou" })
  }

  @Test("no box is led out of the picture")
  func borders() throws {
    let scene = try #require(Gallery.scene(named: "mixed", side: 64))
    let (width, height) = (Double(scene.width), Double(scene.height))
    var boxes = 0
    for detector in Detectors.all {
      let kept = KeptIteration(try trainer(scene, detector))
      for prior in [0, kept.trace.priors.count - 1] {
        for proposal in WhatIf(.pair(gt: 0, anchor: prior), on: kept)?.proposals ?? [] {
          guard case .box(_, _, let box) = proposal.change else { continue }
          boxes += 1
          #expect(box == box.clipped(width: width, height: height), "\(detector.name) \(proposal.sentence)")
        }
      }
    }
    #expect(boxes > 0)
  }

  @Test("a session answers about any iteration, under what its timeline has for it")
  func session() throws {
    let scene = try #require(Gallery.scene(named: "slender", side: 96))
    var session = Session(try trainer(scene, RetinaNet.self))
    let whatIf = try session.whatIf(.gt(0), at: 2)
    let smallest = try #require(whatIf?.smallest)
    try session.adopt(session.timeline.edited(smallest.setup, at: 2))
    let (first, second) = (try session.whatIf(.gt(0), at: 1), try session.whatIf(.gt(0), at: 2))
    #expect(first?.question == .object(gt: 0))
    #expect(second?.question != .object(gt: 0), "it has what it lacked")
    let found = session.trace(ofIteration: 2)
    let trace = try #require(found)
    #expect(RetinaNet.objectClaim.priors(0, trace).count == smallest.gained)
  }

  @Test("nothing is asked where nothing is wrong, or nothing is there")
  func nothing() throws {
    let scene = try #require(Gallery.scene(named: "mixed", side: 96))
    let kept = KeptIteration(try trainer(scene, SSD.self))
    #expect(WhatIf(.loss("cls"), on: kept) == nil && WhatIf(.anchor(-1), on: kept) == nil)
    let positive = try #require(kept.trace["match.gt"]?.doubles.firstIndex { $0 >= 0 })
    #expect(WhatIf(.anchor(positive), on: kept) == nil)
    #expect(WhatIf(.gt(-1), on: kept) == nil && WhatIf(.gt(99), on: kept) == nil)
    #expect(WhatIf(.pair(gt: 0, anchor: -1), on: kept) == nil)
    #expect(WhatIf(.pair(gt: 0, anchor: 1_000_000), on: kept) == nil)
    #expect(WhatIf(.box(BoxRow(.candidate, 1_000_000)), on: kept) == nil)
    #expect(WhatIf(.box(BoxRow(.detection, 0)), on: kept) == nil)
    let without = KeptIteration(try trainer(try #require(Gallery.scene(named: "slender")), RetinaNet.self))
    #expect(WhatIf(.gt(0), on: without, isWanted: { false }) == nil, "nobody waits for it")
  }
}
