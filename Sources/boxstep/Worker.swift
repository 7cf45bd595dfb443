import Debugger
import Detectors
import Scenes
import Screen
import Synchronization
import Terminal
import Traces

/// What is wanted of the session; two that are equal are the same work.
enum Request: Hashable {
  case none
  case iterate(to: Int)
  case train(from: Int, to: Int)
  case redo(Redo)
  case run(Run)
  case compare(Comparand, iteration: Int, revision: Int)

  /// What a state wants done.
  init(_ state: State) {
    switch state.job {
    case .iterate(let iteration): self = .iterate(to: iteration)
    case .train(let training): self = .train(from: training.start, to: training.target)
    case .redo(let redo): self = .redo(redo)
    case .run(var run):
      (run.done, run.loss) = (0, nil)
      self = .run(run)
    case .none:
      guard let (comparand, revision) = state.wantedComparison, let trace = state.trace else {
        self = .none
        return
      }
      self = .compare(comparand, iteration: trace.iteration, revision: revision)
    }
  }
}

/// Runs the session off the drawing thread. What it has to say waits in a box until the screen fetches
/// it; a signal wakes the screen.
final class Worker: Sendable {
  private struct Shared {
    var session: Session
    var news: [Action] = []
    /// Counts requests: one that is no longer the latest stops.
    var ticket = 0
    var isRunning = false
  }

  private let shared: Mutex<Shared>
  private let wake: Wake

  init(_ session: Session, wake: Wake) {
    shared = Mutex(Shared(session: session))
    self.wake = wake
  }

  /// Takes up a request and drops the one before it; its progress so far is kept.
  ///
  /// - Parameter timeline: what the iterations are to be done under; nil where nothing can be edited.
  func start(_ request: Request, under timeline: Timeline?) {
    let ticket = shared.withLock { shared in
      shared.ticket += 1
      return shared.ticket
    }
    guard request != .none else { return }
    Task.detached(priority: .userInitiated) { [self] in
      Terminal.coverThread()
      while !begin(ticket) {
        guard isLatest(ticket) else { return }
        try? await Task.sleep(for: .milliseconds(1))
      }
      work(ticket, request, timeline)
    }
  }

  /// What has happened since the last call.
  func news() -> [Action] {
    shared.withLock { shared in
      defer { shared.news = [] }
      return shared.news
    }
  }

  /// One at a time: a new one waits until the one before it has seen that it is not the latest.
  private func begin(_ ticket: Int) -> Bool {
    shared.withLock { shared in
      guard !shared.isRunning, shared.ticket == ticket else { return false }
      shared.isRunning = true
      return true
    }
  }

  private func isLatest(_ ticket: Int) -> Bool { shared.withLock { $0.ticket == ticket } }

  private func post(_ action: Action, ifLatest ticket: Int? = nil) {
    shared.withLock { shared in
      if ticket == nil || shared.ticket == ticket { shared.news.append(action) }
    }
    wake.signal()
  }

  private func work(_ ticket: Int, _ request: Request, _ timeline: Timeline?) {
    var session = shared.withLock { $0.session }
    do throws(Fault) {
      if let timeline, try session.adopt(timeline) {
        post(.noticed("Other weights are asked for: the run begins anew from its seed."))
      }
      try perform(request, on: &session, ticket)
    } catch {
      post(.failed("\(error)"))
    }
    shared.withLock { shared in
      shared.session = session
      shared.isRunning = false
    }
    wake.signal()
  }

  private func perform(_ request: Request, on session: inout Session, _ ticket: Int) throws(Fault) {
    switch request {
    case .none: break
    case .iterate(let target):
      guard let trace = session.trace(ofIteration: target, progress: { _, _ in isLatest(ticket) }) else { return }
      post(arrival(trace, session))
    case .train(let start, let target): train(&session, from: start, to: target, ticket)
    case .redo(let redo): try self.redo(redo, on: &session, ticket)
    case .run(let run): self.run(run, on: &session, ticket)
    case .compare(let comparand, let iteration, let revision):
      try compare(comparand, iteration, revision, with: &session, ticket)
    }
  }

  private func arrival(_ trace: Trace, _ session: Session, revision: Int? = nil) -> Action {
    .arrived(trace, history: session.history, kept: session.kept, revision: revision, timeline: session.timeline)
  }
}

// MARK: - The kinds of work

extension Worker {
  private func train(_ session: inout Session, from start: Int, to target: Int, _ ticket: Int) {
    let clock = Progress(since: .now)
    var told = clock.start
    var reached: Trace?
    let trace = session.trace(ofIteration: target) { iteration, trace in
      reached = trace
      guard isLatest(ticket) else { return false }
      let now = ContinuousClock.now
      if iteration > start, now - told >= .milliseconds(50) {
        told = now
        let left = clock.secondsLeft(done: iteration - start, of: target - start, at: now)
        post(.progress(done: iteration - start, losses: trace.losses.map(\.value), secondsLeft: left), ifLatest: ticket)
      }
      return true
    }
    // Stopped training shows where it stopped.
    if let trace = trace ?? reached { post(arrival(trace, session)) }
  }

  /// First what follows the mouse; the rest once it rests.
  private func redo(_ redo: Redo, on session: inout Session, _ ticket: Int) throws(Fault) {
    let setup = session.timeline.setup(at: redo.iteration)
    guard
      let quick = try session.reiterate(
        redo.iteration, under: setup, until: .predictionGradients, progress: { _, _ in isLatest(ticket) })
    else { return }
    post(arrival(quick.trace, session, revision: redo.revision))
    guard !quick.isWhole else { return }
    let rested = ContinuousClock.now + .milliseconds(120)
    while ContinuousClock.now < rested {
      guard isLatest(ticket) else { return }
      Terminal.rest(milliseconds: 5)
    }
    guard let whole = try session.reiterate(redo.iteration, under: setup, progress: { _, _ in isLatest(ticket) })
    else { return }
    post(arrival(whole.trace, session, revision: redo.revision))
  }

  private func run(_ run: Run, on session: inout Session, _ ticket: Int) {
    var told = ContinuousClock.now
    var count = 0
    let progress: (Int, Trace) -> Bool = { _, trace in
      count += 1
      let now = ContinuousClock.now
      if now - told >= .milliseconds(50) {
        told = now
        self.post(.ran(iterations: count, loss: trace.losses.last?.value ?? 0), ifLatest: ticket)
      }
      return self.isLatest(ticket)
    }
    let stop =
      run.course == .forward
      ? session.run(to: run.breakpoints, after: run.iteration, step: run.step, progress: progress)
      : session.runBack(to: run.breakpoints, before: run.iteration, step: run.step, progress: progress)
    guard let stop else { return }
    post(.stopped(stop, history: session.history, kept: session.kept), ifLatest: ticket)
  }

  private func compare(
    _ comparand: Comparand, _ iteration: Int, _ revision: Int, with session: inout Session, _ ticket: Int
  ) throws(Fault) {
    let trace: Trace?
    switch comparand {
    case .iteration(let number):
      trace = session.trace(ofIteration: number, progress: { _, _ in isLatest(ticket) })
    case .detector(let name):
      var other = try session.beside(detector: Detectors.detector(named: name, at: Fault.Place("compare \(name)")))
      trace = other.trace(ofIteration: iteration, progress: { _, _ in isLatest(ticket) })
    case .parameter(let name, let text):
      var other = try session.beside(
        assignment: Assignment(name: name, written: .text(text), place: Fault.Place("compare \(name)")))
      trace = other.trace(ofIteration: iteration, progress: { _, _ in isLatest(ticket) })
    }
    if let trace { post(.compared(trace, revision: revision)) }
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
