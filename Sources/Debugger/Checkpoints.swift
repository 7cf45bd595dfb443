import Detectors

/// Trainers as they stood before an iteration, in order, so that a run can be taken up again from there: the untrained
/// one, and then one for every stretch of training that would take too long to do again. What they have learned lies in
/// a file without a name while there is room for it, and in memory otherwise.
package struct Checkpoints: Sendable {
  /// Bounds on what is kept.
  package struct Limits {
    /// In the file: 2 GB.
    package var stored = 2_000_000_000
    /// In memory: 150 MB.
    package var held = 150_000_000
    /// The training between two checkpoints, at first. With the iteration asked for it is to stay below 300 ms.
    package var stretch = Duration.milliseconds(150)

    package init() {}
  }

  let untrained: Trainer
  private var later: [Checkpoint] = []
  private let file: SpillFile?
  private let limits: Limits
  /// Doubled whenever there are too many.
  private var stretch: Duration
  /// The training since the last checkpoint.
  private var since = Duration.zero

  package init(_ untrained: Trainer, limits: Limits = Limits(), file: SpillFile? = SpillFile()) {
    self.untrained = untrained
    self.limits = limits
    self.file = file
    stretch = limits.stretch
  }

  var count: Int { later.count + 1 }

  /// The last from before an iteration.
  package func last(before iteration: Int) -> Trainer {
    for checkpoint in later.reversed() where checkpoint.iteration < iteration {
      if let trainer = checkpoint.trainer { return trainer }
    }
    return untrained
  }

  /// How many iterations had been done at the last from before an iteration.
  func iteration(before iteration: Int) -> Int {
    later.last { $0.iteration < iteration }?.iteration ?? untrained.iteration
  }

  /// Takes note of an iteration further than any, and of how long it took.
  package mutating func note(_ trainer: Trainer, took time: Duration) {
    since += time
    guard since >= stretch else { return }
    since = .zero
    later.append(Checkpoint(trainer, in: file))
    while isOverfull { thin() }
  }

  /// Forgets those of an iteration and of later ones.
  mutating func drop(from iteration: Int) {
    later.removeAll { $0.iteration >= iteration }
    since = .zero
  }

  private var isOverfull: Bool {
    // One more than none is always kept: it is what a longer stretch would leave.
    guard later.count > 1 else { return false }
    let held = later.reduce(0) { $0 + $1.heldBytes }
    return held > limits.held || later.reduce(0) { $0 + $1.storedBytes } > limits.stored
  }

  private mutating func thin() {
    stretch *= 2
    later = later.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }
}

/// A trainer, to be taken up again.
private struct Checkpoint: Sendable {
  /// Without what it has learned where that lies in the file.
  private let rest: Trainer
  private let stored: (piece: SpillFile.Piece, counts: [Int])?

  init(_ trainer: Trainer, in file: SpillFile?) {
    let learned = trainer.learned
    guard let piece = file?.write(learned) else {
      rest = trainer
      stored = nil
      return
    }
    var rest = trainer
    rest.learned = learned.map { _ in [] }
    self.rest = rest
    stored = (piece, learned.map(\.count))
  }

  var iteration: Int { rest.iteration }
  var storedBytes: Int { stored?.piece.bytes ?? 0 }
  var heldBytes: Int { stored == nil ? rest.learned.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride } : 0 }

  /// Nil when the file can't be read.
  var trainer: Trainer? {
    guard let stored else { return rest }
    guard let learned = stored.piece.read(stored.counts) else { return nil }
    var trainer = rest
    trainer.learned = learned
    return trainer
  }
}
