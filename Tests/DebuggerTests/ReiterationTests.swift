import Boxes
import Debugger
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// A session asked what an iteration would be under other settings.
@Suite struct ReiterationTests {
  private static let tiny = ["width=4", "pyramid_channels=4", "head_depth=0", "learning_rate=0.01"]

  private func settings(_ options: String...) throws -> Settings {
    try Settings(for: RetinaNet.self, assignments: (Self.tiny + options).map { try Assignment(option: $0) })
  }

  private func trainer(_ settings: Settings) throws -> Trainer {
    let objects = [
      SceneObject(label: 0, box: Box(4, 6, 38, 40)), SceneObject(label: 1, box: Box(20, 20, 56, 60)),
    ]
    let scene = Scene(
      name: "test", classes: ["a", "b"], objects: objects,
      picture: Picture(width: 64, height: 64, red: 200, green: 90, blue: 20))
    return try Trainer(scene, detector: RetinaNet.self, settings: settings, seed: 1)
  }

  /// Every number of a trace.
  private func numbers(_ trace: Trace?) -> [String: [UInt64]] {
    Dictionary(uniqueKeysWithValues: (trace?.allValues ?? []).map { ($0.name, $0.doubles.map(\.bitPattern)) })
  }

  private func again(_ session: inout Session, _ iteration: Int, _ settings: Settings) throws -> Reiteration {
    let found = try session.reiterate(iteration, under: settings)
    return try #require(found)
  }

  @Test("other thresholds from the weights the iteration began with, without the network", arguments: [1, 5, 9])
  func thresholds(iteration: Int) throws {
    var session = Session(try trainer(settings()))
    _ = session.trace(ofIteration: 7)
    let history = session.history
    let other = try settings("positive_iou=0.6", "score_threshold=0.001")
    let found = try again(&session, iteration, other)
    guard case .steps(let performed) = found.extent else {
      Issue.record("\(found.extent)")
      return
    }
    #expect(performed.first == "overlap" && performed.last == "detections")

    var runner = try trainer(settings())
    for _ in 1..<iteration { _ = runner.iterate() }
    var fresh = try #require(runner.with(other))
    #expect(numbers(found.trace) == numbers(fresh.iterate()))
    #expect(found.trace.iteration == iteration)
    #expect(Array(session.history.prefix(history.count)) == history, "the run itself is as it was")
    #expect(numbers(session.trace(ofIteration: iteration)) != numbers(found.trace))
  }

  @Test("the second change starts from the first")
  func twice() throws {
    var session = Session(try trainer(settings()))
    _ = try again(&session, 4, settings("positive_iou=0.6"))
    let second = try again(&session, 4, settings("positive_iou=0.6", "nms_threshold=0.9"))
    #expect(second.extent == .steps(["detections"]))
    let back = try again(&session, 4, settings())
    #expect(numbers(back.trace) == numbers(session.trace(ofIteration: 4)))
  }

  @Test("another network is another run, trained as far")
  func anotherRun() throws {
    var session = Session(try trainer(settings()))
    let other = try settings("width=8")
    var heard: [Int] = []
    let found = try session.reiterate(3, under: other) { iteration, _ in
      heard.append(iteration)
      return true
    }
    #expect(found?.extent == .run)
    #expect(heard == [1, 2], "the other run, as far as the iteration")
    var fresh = Session(try trainer(other))
    #expect(numbers(found?.trace) == numbers(fresh.trace(ofIteration: 3)))
  }

  private func edited(_ options: String..., from base: Setup) throws -> Setup {
    var setup = base
    setup.settings = try Settings(
      for: RetinaNet.self, assignments: (Self.tiny + options).map { try Assignment(option: $0) })
    setup.scene.objects[0].box.x1 -= 1
    return setup
  }

  @Test("a dragged box: first what follows the mouse, then the rest, from the weights of the iteration")
  func dragging() throws {
    var session = Session(try trainer(settings()))
    var setup = try edited(from: session.setup)
    for step in 0..<4 {
      setup.scene.objects[1].box.x2 += Double(step)
      let moved = try #require(try session.reiterate(6, under: setup, until: .predictionGradients))
      #expect(!moved.isWhole && moved.trace.staleness.steps == ["update", "detections"])
    }
    let rested = try #require(try session.reiterate(6, under: setup))
    #expect(rested.isWhole && rested.extent == .steps(["gradients", "update", "detections"]))
    var runner = try trainer(settings())
    for _ in 1..<6 { _ = runner.iterate() }
    var fresh = try #require(try runner.with(setup))
    #expect(numbers(rested.trace) == numbers(fresh.iterate()))
  }

  @Test("an edit of a run of its own depends on the set-up alone, and not on what was asked before")
  func edited() throws {
    var session = Session(try trainer(settings()))
    let first = try edited("width=8", from: session.setup)
    var second = try edited("width=8", "positive_iou=0.6", from: session.setup)
    second.scene.objects[1].box.y2 += 3
    let found = try #require(try session.reiterate(3, under: first))
    #expect(found.extent == .run)
    var told = 0
    let then = try session.reiterate(3, under: second) { _, _ in
      told += 1
      return true
    }
    #expect(told == 0, "the other run is not trained anew")
    var another = Session(try trainer(settings()))
    let alone = try another.reiterate(3, under: second)
    #expect(numbers(then?.trace) == numbers(alone?.trace))
    var runner = try trainer(settings("width=8"))
    for _ in 1..<3 { _ = runner.iterate() }
    var fresh = try #require(try runner.with(second))
    #expect(numbers(then?.trace) == numbers(fresh.iterate()))
    let back = try #require(try session.reiterate(3, under: session.setup))
    #expect(numbers(back.trace) == numbers(session.trace(ofIteration: 3)))
  }

  @Test("parameters that must fit one another, and other classes, are a run of its own")
  func shapes() throws {
    var session = Session(try trainer(settings()))
    var setup = try edited("strides=8,16,32", "anchor_sizes=16,32,64", "alpha=0.3", from: session.setup)
    #expect(try session.reiterate(2, under: setup)?.extent == .run)
    setup = session.setup
    setup.scene.classes = ["a", "b", "c"]
    setup.scene.objects[0].label = 2
    let found = try #require(try session.reiterate(2, under: setup))
    #expect(found.extent == .run && found.trace["predictions.cls_logits"]?.shape[1] == 3)
    setup.scene.classes = ["a"]
    #expect(throws: Fault.self) { try session.reiterate(2, under: setup) }
    setup.scene.objects = []
    #expect(try session.reiterate(2, under: setup)?.trace["predictions.cls_logits"]?.shape[1] == 1)
  }

  @Test("it stops when it is told to, and faults where a new run would")
  func refused() throws {
    var session = Session(try trainer(settings()))
    #expect(try session.reiterate(5, under: settings("alpha=0.3")) { iteration, _ in iteration < 3 } == nil)
    let strange = try settings("strides=4,8", "anchor_sizes=8,16")
    #expect(throws: Fault.self) { try session.reiterate(2, under: strange) }
  }
}
