import Debugger
import Detectors
import Scenes
import Testing

@Suite struct CheckpointsTests {
  private static let count = 24

  private func trainer() throws -> Trainer {
    let scene = try #require(Gallery.scene(named: "mixed", side: 64))
    return try Trainer(scene, detector: RetinaNet.self, settings: Settings(defaultsOf: RetinaNet.self), seed: 0)
  }

  /// Trained on, with a checkpoint after each iteration as far as the limits allow.
  private func run(_ limits: Checkpoints.Limits, file: SpillFile?) throws -> Session {
    let trainer = try trainer()
    var session = Session(trainer, checkpoints: Checkpoints(trainer, limits: limits, file: file))
    #expect(session.trace(ofIteration: Self.count) != nil)
    return session
  }

  private func limits(stretch: Duration = .zero) -> Checkpoints.Limits {
    var limits = Checkpoints.Limits()
    limits.stretch = stretch
    return limits
  }

  /// The most iterations done again for any, and the loss of each.
  private func walkBack(_ session: inout Session) throws -> (longest: Int, losses: [Double]) {
    var longest = 0
    var losses: [Double] = []
    for wanted in 1...Self.count {
      var replayed = 0
      let trace = session.trace(ofIteration: wanted) { _, _ in
        replayed += 1
        return true
      }
      losses.append(try #require(trace?.losses.last?.value))
      longest = max(longest, replayed)
    }
    return (longest, losses)
  }

  @Test func aRunIsTakenUpFromAFile() throws {
    var session = try run(limits(), file: SpillFile())
    #expect(session.checkpointCount == Self.count + 1)
    let (longest, losses) = try walkBack(&session)
    #expect(longest == 1)
    #expect(losses == session.history)
  }

  @Test func aRunIsTakenUpFromMemory() throws {
    var session = try run(limits(), file: nil)
    let (longest, losses) = try walkBack(&session)
    #expect(longest == 1)
    #expect(losses == session.history)
  }

  @Test("where room is short there are fewer, evenly apart", arguments: [true, false])
  func roomIsShort(isStored: Bool) throws {
    let each = try trainer().network.parameterCount * 3 * 4
    var limits = limits()
    (limits.stored, limits.held) = (each * 5, each * 5)
    var session = try run(limits, file: isStored ? SpillFile() : nil)
    #expect((3...6).contains(session.checkpointCount))
    let (longest, losses) = try walkBack(&session)
    #expect(losses == session.history)
    #expect(longest < Self.count)
  }

  @Test("after 60 iterations the way back to any is shorter than two stretches and an iteration")
  func stretches() throws {
    let trainer = try trainer()
    var checkpoints = Checkpoints(trainer, limits: limits(stretch: .milliseconds(100)))
    var runner = trainer
    for _ in 0..<60 {
      _ = runner.iterate()
      checkpoints.note(runner, took: .milliseconds(30))
    }
    for wanted in 1...60 {
      let replayed = wanted - 1 - checkpoints.last(before: wanted).iteration
      #expect((0...3).contains(replayed), "\(replayed) before \(wanted)")
    }
  }

  @Test func roomIsGivenBack() throws {
    let file = try #require(SpillFile())
    let numbers = [[1, 2, 3], [], [Float.nan, -0]] as [[Float]]
    let kept = try #require(file.write(numbers))
    for round in 0..<10 {
      let piece = try #require(file.write([[Float(round), 0, 0, 0, 0]]))
      #expect(piece.read([1, 4]) == [[Float(round)], [0, 0, 0, 0]])
    }
    #expect(kept.read([3, 0, 2])?.map { $0.map(\.bitPattern) } == numbers.map { $0.map(\.bitPattern) })
    #expect(file.size == 2 * 5 * 4)
    #expect(kept.read([100]) == nil, "more than there is")
  }
}
