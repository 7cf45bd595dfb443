import Boxes
import Debugger
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct SessionTests {
  private func trainer(seed: UInt64 = 1) throws -> Trainer {
    let objects = [
      SceneObject(label: 0, box: Box(4, 6, 38, 40)), SceneObject(label: 1, box: Box(20, 20, 56, 60)),
    ]
    let scene = Scene(
      name: "test", classes: ["a", "b"], objects: objects,
      picture: Picture(width: 64, height: 64, red: 200, green: 90, blue: 20))
    let options = ["width=4", "pyramid_channels=4", "head_depth=0", "learning_rate=0.01"]
    let settings = try Settings(
      for: RetinaNet.self, assignments: options.map { try Assignment(option: $0) })
    return try Trainer(scene, detector: RetinaNet.self, settings: settings, seed: seed)
  }

  private func look(_ session: inout Session, at iteration: Int) throws -> Trace {
    let trace = session.trace(ofIteration: iteration)
    return try #require(trace)
  }

  /// Every number of a trace; what comes back by another way must have the same.
  private func numbers(_ trace: Trace) -> [String: [UInt64]] {
    Dictionary(uniqueKeysWithValues: trace.allValues.map { ($0.name, $0.doubles.map(\.bitPattern)) })
  }

  @Test("going back gives the same bits, whatever was looked at in between")
  func thereAndBack() throws {
    var session = Session(try trainer())
    var first: [Int: [String: [UInt64]]] = [:]
    for k in 1...12 { first[k] = numbers(try look(&session, at: k)) }
    #expect(first[1] != first[2], "training changes something")
    _ = session.trace(ofIteration: 30)
    for k in [12, 1, 7, 3, 11, 2] {
      let again = try look(&session, at: k)
      #expect(again.iteration == k)
      #expect(numbers(again) == first[k], "iteration \(k)")
    }
  }

  @Test("going far at once is going step by step")
  func leap() throws {
    var (walked, leapt) = (Session(try trainer()), Session(try trainer()))
    for k in 1...9 { _ = walked.trace(ofIteration: k) }
    let one = try look(&walked, at: 10)
    let other = try look(&leapt, at: 10)
    #expect(numbers(one) == numbers(other))
    #expect(walked.history == leapt.history)
  }

  @Test("the history holds the total loss of every iteration once")
  func history() throws {
    var session = Session(try trainer())
    #expect(session.history.isEmpty)
    var totals: [Double] = []
    for k in 1...8 {
      let trace = try look(&session, at: k)
      totals.append(try #require(trace["losses.total"]?[]))
      #expect(session.history == totals)
    }
    _ = session.trace(ofIteration: 2)
    _ = session.trace(ofIteration: 8)
    #expect(session.history == totals, "looking back adds nothing")
    _ = session.trace(ofIteration: 9)
    #expect(session.history.count == 9)
  }

  @Test("an iteration before the first is the first")
  func beforeFirst() throws {
    var session = Session(try trainer())
    for iteration in [0, -5, Int.min] {
      let trace = try look(&session, at: iteration)
      #expect(trace.iteration == 1)
    }
  }

  @Test("progress hears of every iteration in order, and stops the run when it wants to")
  func progress() throws {
    var session = Session(try trainer())
    var heard: [Int] = []
    let stopped = session.trace(ofIteration: 50) { iteration, trace in
      heard.append(iteration)
      #expect(trace.iteration == iteration)
      return iteration < 6
    }
    #expect(stopped == nil)
    #expect(heard == Array(1...6))
    #expect(session.history.count == 6, "what was trained is kept")
    // From there it goes on, and ends where it would have ended.
    heard = []
    let resumed = session.trace(ofIteration: 8) { iteration, _ in
      heard.append(iteration)
      return true
    }
    let trace = try #require(resumed)
    #expect(heard == [7, 8])
    var other = Session(try trainer())
    #expect(numbers(trace) == numbers(try look(&other, at: 8)))
  }

  @Test("a copy can be thrown away")
  func copy() throws {
    var session = Session(try trainer())
    _ = session.trace(ofIteration: 3)
    var copy = session
    _ = copy.trace(ofIteration: 20)
    #expect(session.history.count == 3 && copy.history.count == 20)
  }

  @Test("why is answered from a session's trace")
  func why() throws {
    var session = Session(try trainer())
    let trace = try look(&session, at: 2)
    #expect(Why.explain(.loss("total"), in: trace)?.reasons.first?.result == session.history[1])
    #expect(Why.explain(.anchor(trace.priors.count), in: trace) == nil)
  }
}
