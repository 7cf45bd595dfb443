import Debugger
import Detectors
import Scenes
import Traces

/// What is wanted of the session; two that are equal are the same work.
package enum Request: Hashable {
  case none
  case iterate(to: Int)
  case train(from: Int, to: Int)
  case redo(Redo)
  case run(Run)
  case compare(Comparand, iteration: Int, revision: Int)
  case answer(Question, iteration: Int, revision: Int)

  /// What a state wants done.
  package init(_ state: State) {
    switch state.job {
    case .iterate(let iteration): self = .iterate(to: iteration)
    case .train(let training): self = .train(from: training.start, to: training.target)
    case .redo(let redo): self = .redo(redo)
    case .run(var run):
      (run.done, run.loss) = (0, nil)
      self = .run(run)
    case .none:
      if let (question, iteration, revision) = state.wantedAnswer {
        self = .answer(question, iteration: iteration, revision: revision)
      } else if let (comparand, revision) = state.wantedComparison, let trace = state.trace {
        self = .compare(comparand, iteration: trace.iteration, revision: revision)
      } else {
        self = .none
      }
    }
  }
}

/// Does what a state asks for, wherever it is run: in the background of the screen, or at once in a test.
package struct SessionWork {
  package private(set) var session: Session
  /// The run that was last held against it, to be gone on with.
  package private(set) var beside: Beside?
  /// What is told to the state, as it comes.
  private let post: (Action) -> Void
  /// False stops the work.
  private let isWanted: () -> Bool
  /// Whether nothing newer was asked for while the mouse rested; waits for that.
  private let rests: () -> Bool

  package init(
    _ session: Session, beside: Beside? = nil, post: @escaping (Action) -> Void,
    isWanted: @escaping () -> Bool = { true },
    rests: @escaping () -> Bool = { true }
  ) {
    self.session = session
    self.beside = beside
    self.post = post
    self.isWanted = isWanted
    self.rests = rests
  }

  /// - Parameter timeline: what the iterations are to be done under; nil where nothing can be edited.
  package mutating func perform(_ request: Request, under timeline: Timeline?) {
    let isWanted = isWanted
    do throws(Fault) {
      if let timeline, try session.adopt(timeline) {
        post(.noticed("Other weights are asked for: the run begins anew from its seed."))
      }
      switch request {
      case .none: break
      case .iterate(let target):
        guard let trace = session.trace(ofIteration: target, progress: { _, _ in isWanted() }) else { return }
        post(arrival(trace))
      case .train(let start, let target): train(from: start, to: target)
      case .redo(let redo): try self.redo(redo)
      case .run(let run): self.run(run)
      case .compare(let comparand, let iteration, let revision): try compare(comparand, iteration, revision)
      case .answer(let question, let iteration, let revision):
        guard let answer = try answer(question, iteration) else { return }
        post(.answered(question, answer, revision: revision))
      }
    } catch {
      post(.failed("\(error)"))
    }
  }

  private func arrival(_ trace: Trace, revision: Int? = nil) -> Action {
    .arrived(trace, history: session.history, kept: session.kept, revision: revision, timeline: session.timeline)
  }

  private mutating func train(from start: Int, to target: Int) {
    let clock = Progress(since: .now)
    var told = clock.start
    var reached: Trace?
    let (post, isWanted) = (post, isWanted)
    let trace = session.trace(ofIteration: target) { iteration, trace in
      reached = trace
      guard isWanted() else { return false }
      let now = ContinuousClock.now
      if iteration > start, now - told >= .milliseconds(50) {
        told = now
        let left = clock.secondsLeft(done: iteration - start, of: target - start, at: now)
        post(.progress(done: iteration - start, losses: trace.losses.map(\.value), secondsLeft: left))
      }
      return true
    }
    // Stopped training shows where it stopped.
    if let trace = trace ?? reached { post(arrival(trace)) }
  }

  /// First what follows the mouse; the rest once it rests.
  private mutating func redo(_ redo: Redo) throws(Fault) {
    let setup = session.timeline.setup(at: redo.iteration)
    let isWanted = isWanted
    guard
      let quick = try session.reiterate(
        redo.iteration, under: setup, until: .predictionGradients, progress: { _, _ in isWanted() })
    else { return }
    post(arrival(quick.trace, revision: redo.revision))
    guard !quick.isWhole, rests() else { return }
    guard let whole = try session.reiterate(redo.iteration, under: setup, progress: { _, _ in isWanted() })
    else { return }
    post(arrival(whole.trace, revision: redo.revision))
  }

  private mutating func run(_ run: Run) {
    var told = ContinuousClock.now
    var count = 0
    let (post, isWanted) = (post, isWanted)
    let progress: (Int, Trace) -> Bool = { _, trace in
      count += 1
      let now = ContinuousClock.now
      if now - told >= .milliseconds(50) {
        told = now
        post(.ran(iterations: count, loss: trace.losses.last?.value ?? 0))
      }
      return isWanted()
    }
    let stop =
      run.course == .forward
      ? session.run(to: run.breakpoints, after: run.iteration, step: run.step, most: run.most, progress: progress)
      : session.runBack(to: run.breakpoints, before: run.iteration, step: run.step, progress: progress)
    guard let stop else { return }
    post(.stopped(stop, history: session.history, kept: session.kept))
  }

  /// Nil when stopped.
  private mutating func answer(_ question: Question, _ iteration: Int) throws(Fault) -> Answer? {
    let isWanted = isWanted
    switch question {
    case .causes(let weight):
      let kept = try session.kept(iteration) { _, _ in isWanted() }
      return kept.map { .causes($0.causes(ofWeight: weight)) }
    case .whatIf(let element):
      let found = try session.whatIf(element, at: iteration, progress: { _, _ in isWanted() }, isWanted: isWanted)
      return isWanted() ? .whatIf(found) : nil
    }
  }

  private mutating func compare(_ comparand: Comparand, _ iteration: Int, _ revision: Int) throws(Fault) {
    let isWanted = isWanted
    let progress: (Int, Trace) -> Bool = { _, _ in isWanted() }
    if case .iteration(let number) = comparand {
      if let trace = session.trace(ofIteration: number, progress: progress) {
        post(.compared(trace, revision: revision))
      }
      return
    }
    var run: Beside
    if let beside, beside.comparand == comparand, beside.revision == revision {
      run = beside
    } else {
      run = try Beside(comparand, revision, of: session)
    }
    let trace = run.session.trace(ofIteration: iteration, progress: progress)
    beside = run
    if let trace { post(.compared(trace, revision: revision)) }
  }
}

/// A run to hold another against.
package struct Beside: Sendable {
  let comparand: Comparand
  /// Which edit of the other it has taken over.
  let revision: Int
  fileprivate var session: Session

  fileprivate init(_ comparand: Comparand, _ revision: Int, of session: Session) throws(Fault) {
    self.comparand = comparand
    self.revision = revision
    switch comparand {
    case .iteration: self.session = session
    case .detector(let name):
      self.session = try session.beside(detector: Detectors.detector(named: name, at: Fault.Place("compare \(name)")))
    case .parameter(let name, let text):
      self.session = try session.beside(
        assignment: Assignment(name: name, written: .text(text), place: Fault.Place("compare \(name)")))
    }
  }
}

/// How long a piece of work takes.
private struct Progress {
  let start: ContinuousClock.Instant

  init(since start: ContinuousClock.Instant) { self.start = start }

  func secondsLeft(done: Int, of all: Int, at now: ContinuousClock.Instant) -> Double {
    let left = (now - start) / max(1, done) * max(0, all - done)
    return Double(left.components.seconds) + Double(left.components.attoseconds) * 1e-18
  }
}
