import Debugger
import Screen
import Synchronization
import Terminal

/// Runs the session off the drawing thread. What it has to say waits in a box until the screen fetches
/// it; a signal wakes the screen.
final class Worker: Sendable {
  private struct Shared {
    var session: Session
    var beside: Beside?
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

  /// Stops what is under way, and goes on with another session.
  func replace(_ session: Session) {
    let ticket = shared.withLock { shared in
      shared.ticket += 1
      shared.news = []
      return shared.ticket
    }
    // What was under way sees that it is not the latest before long; the session must not be put back by it.
    while !begin(ticket) { Terminal.rest(milliseconds: 1) }
    shared.withLock { shared in
      (shared.session, shared.beside, shared.news, shared.isRunning) = (session, nil, [], false)
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
    var work = SessionWork(
      shared.withLock { $0.session }, beside: shared.withLock { $0.beside },
      post: { [self] in post($0, ifLatest: $0.isProgress ? ticket : nil) },
      isWanted: { [self] in isLatest(ticket) }, rests: { [self] in rests(ticket) })
    work.perform(request, under: timeline)
    let (session, beside) = (work.session, work.beside)
    shared.withLock { shared in
      shared.session = session
      shared.beside = beside
      shared.isRunning = false
    }
    wake.signal()
  }

  /// Waits as long as a hand rests between two moves.
  private func rests(_ ticket: Int) -> Bool {
    let end = ContinuousClock.now + .milliseconds(120)
    while ContinuousClock.now < end {
      guard isLatest(ticket) else { return false }
      Terminal.rest(milliseconds: 5)
    }
    return true
  }
}
