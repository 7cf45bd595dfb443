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
    #expect(heard == [1, 2, 1, 2, 3], "this run as far as the iteration, then the other")
    var fresh = Session(try trainer(other))
    #expect(numbers(found?.trace) == numbers(fresh.trace(ofIteration: 3)))
  }

  @Test("it stops when it is told to, and faults where a new run would")
  func refused() throws {
    var session = Session(try trainer(settings()))
    #expect(try session.reiterate(5, under: settings("alpha=0.3")) { iteration, _ in iteration < 3 } == nil)
    let strange = try settings("strides=4,8", "anchor_sizes=8,16")
    #expect(throws: Fault.self) { try session.reiterate(2, under: strange) }
  }
}
