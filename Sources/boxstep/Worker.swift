import Debugger
import Screen
import Synchronization
import Terminal
import Traces

/// Runs the session off the drawing thread. What it has to say waits in a box until the screen fetches
/// it; a signal wakes the screen.
final class Worker: Sendable {
  private struct Shared {
    var session: Session
    var news: [Action] = []
    /// Counts jobs: one that is no longer the latest stops.
    var ticket = 0
    var isRunning = false
  }

  private let shared: Mutex<Shared>
  private let wake: Wake

  init(_ session: Session, wake: Wake) {
    shared = Mutex(Shared(session: session))
    self.wake = wake
  }

  /// Takes up a job and drops the one before it; its progress so far is kept.
  func start(_ job: Job) {
    let ticket = shared.withLock { shared in
      shared.ticket += 1
      return shared.ticket
    }
    switch job {
    case .none: break
    case .iterate(let target): run(ticket, to: target, training: nil)
    case .train(let training): run(ticket, to: training.target, training: training)
    }
  }

  /// What has happened since the last call.
  func news() -> [Action] {
    shared.withLock { shared in
      defer { shared.news = [] }
      return shared.news
    }
  }

  private func run(_ ticket: Int, to target: Int, training: Training?) {
    Task.detached(priority: .userInitiated) { [self] in
      Terminal.coverThread()
      while !begin(ticket) {
        guard isLatest(ticket) else { return }
        try? await Task.sleep(for: .milliseconds(1))
      }
      work(ticket, to: target, training: training)
    }
  }

  /// One job at a time: a new one waits until the one before it has seen that it is not the latest.
  private func begin(_ ticket: Int) -> Bool {
    shared.withLock { shared in
      guard !shared.isRunning, shared.ticket == ticket else { return false }
      shared.isRunning = true
      return true
    }
  }

  private func isLatest(_ ticket: Int) -> Bool { shared.withLock { $0.ticket == ticket } }

  private func work(_ ticket: Int, to target: Int, training: Training?) {
    var session = shared.withLock { $0.session }
    let start = ContinuousClock.now
    var told = start
    var reached: Trace?
    let trace = session.trace(ofIteration: target) { iteration, trace in
      reached = trace
      guard isLatest(ticket) else { return false }
      let now = ContinuousClock.now
      if let training, iteration > training.start, now - told >= .milliseconds(50) {
        told = now
        let done = iteration - training.start
        let left = (now - start) / done * (training.iterations - done)
        let seconds = Double(left.components.seconds) + Double(left.components.attoseconds) * 1e-18
        post(
          .progress(done: done, losses: trace.losses.map(\.value), secondsLeft: seconds), ifLatest: ticket)
      }
      return true
    }
    shared.withLock { shared in
      shared.session = session
      shared.isRunning = false
      // Stopped training shows where it stopped; an iteration no longer wanted is not shown.
      if let trace = trace ?? (training == nil ? nil : reached) {
        shared.news.append(.arrived(trace, history: session.history, kept: session.kept))
      }
    }
    wake.signal()
  }

  private func post(_ action: Action, ifLatest ticket: Int) {
    shared.withLock { shared in
      if shared.ticket == ticket { shared.news.append(action) }
    }
    wake.signal()
  }
}
