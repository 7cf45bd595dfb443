import Debugger
import Detectors
import Scenes
import Testing
import Traces

@Suite struct LinksTests {
  private func session(_ name: String, on scene: String = "mixed", side: Int = 96) throws -> Session {
    let detector = try #require(Detectors.named(name))
    let scene = try #require(Gallery.scene(named: scene, side: side))
    return Session(try Trainer(scene, detector: detector, settings: Settings(defaultsOf: detector), seed: 0))
  }

  private func trace(_ detector: String) throws -> Trace {
    var session = try session(detector)
    let found = session.trace(ofIteration: 1)
    return try #require(found)
  }

  private func exists(_ element: Element, in trace: Trace) -> Bool {
    switch element {
    case .anchor(let prior): (0..<trace.priors.count).contains(prior)
    case .gt(let gt): trace.scene.groundTruth.indices.contains(gt)
    case .pair(let gt, let prior): exists(.gt(gt), in: trace) && exists(.anchor(prior), in: trace)
    case .loss(let name): trace.losses.contains { $0.name == name }
    case .box(let row): (0..<(trace[row.kind.boxes]?.shape.first ?? 0)).contains(row.index)
    }
  }

  private static let detectors = Detectors.all.map { $0.name }

  @Test("every link leads somewhere, at every step", arguments: detectors)
  func noneIsDead(_ detector: String) throws {
    let whole = try trace(detector)
    for step in whole.steps.indices {
      let trace = whole.upTo(step: step)
      var elements: [Element] = trace.losses.map { .loss($0.name) } + trace.scene.groundTruth.indices.map { .gt($0) }
      elements += stride(from: 0, to: trace.priors.count, by: 97).map { .anchor($0) }
      elements += BoxRow.Kind.allCases.flatMap { kind in (0..<3).map { .box(BoxRow(kind, $0)) } }
      // What they lead to leads on.
      elements += elements.flatMap { trace.links(from: $0).prefix(2).map(\.element) }
      for element in elements {
        for link in trace.links(from: element) {
          #expect(exists(link.element, in: trace), "\(element) → \(link) at step \(step)")
          #expect(!link.words.isEmpty)
        }
      }
    }
    for loss in whole.losses { #expect(!whole.links(from: .loss(loss.name)).isEmpty, "\(loss.name)") }
    for gt in whole.scene.groundTruth.indices { #expect(!whole.links(from: .gt(gt)).isEmpty, "gt \(gt)") }
  }

  @Test func aLossLeadsToWhoAddsMost() throws {
    let trace = try trace("retinanet")
    let numbers = try #require(trace["losses.cls_per_anchor"]?.doubles)
    let first = try #require(trace.links(from: .loss("cls")).first)
    let most = try #require(numbers.max())
    let prior = try #require(numbers.firstIndex(of: most))
    #expect(first.element == .anchor(prior))
  }

  @Test func aDetectionLeadsToItsAnchor() throws {
    let trace = try trace("ssd")
    let anchor = try #require(trace["detections.anchor"]?[0].flatMap(Int.init(exactly:)))
    #expect(trace.links(from: .box(BoxRow(.detection, 0))).first?.element == .anchor(anchor))
  }

  /// All priors together must come to what the gradient of the weights says: Σ ∂L/∂w · Δw.
  @Test("who moved a tensor of weights", arguments: ["retinanet", "freeanchor", "fcos", "ssd"])
  func causes(_ detector: String) throws {
    var session = try session(detector)
    let found = try session.kept(2)
    let kept = try #require(found)
    for name in ["heads.cls.output.weight", "pyramid.output4.weight", "backbone.stage3.block0.conv1.weight"] {
      let before = try #require(kept.trace["weights.\(name)"]?.doubles)
      let after = try #require(kept.trace["updated.\(name)"]?.doubles)
      let slope = try #require(kept.trace["gradients.weights.\(name)"]?.doubles)
      let causes = try #require(kept.causes(ofWeight: name))
      var expected = 0.0
      for index in before.indices { expected -= slope[index] * (after[index] - before[index]) }
      let sum = causes.reduce(0, +)
      #expect(abs(sum - expected) < 0.1 * abs(expected), "\(name): \(sum) and \(expected)")
      #expect(expected > 0)
    }
    #expect(kept.causes(ofWeight: "nothing") == nil)
  }
}
