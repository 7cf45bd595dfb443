import Debugger

/// The debugger without a screen: what a state asks for is done at once.
package struct Headless {
  /// What work tells, until it is fetched.
  private final class News {
    var actions: [Action] = []
  }

  package private(set) var state: State
  private var work: SessionWork
  private let news = News()
  /// Does what is to be done outside; what it returns is told to the state.
  private let outside: (Effect) -> Action?

  package init(_ state: State, _ session: Session, outside: @escaping (Effect) -> Action? = { _ in nil }) {
    self.state = state
    self.outside = outside
    let news = news
    work = SessionWork(session, post: { news.actions.append($0) })
    settle()
  }

  package mutating func perform(_ action: Action) {
    state = state.reduce(action)
    settle()
  }

  /// A line as it is typed behind `:`.
  ///
  /// - Throws: what is wrong with it; nothing has changed then.
  package mutating func run(_ line: String) throws(PromptFault) {
    let before = state
    perform(.command(line))
    if let fault = state.prompt?.fault {
      state = before
      throw fault
    }
    if let message = state.message, message.kind == .fault {
      state = before
      throw PromptFault(message.text)
    }
  }

  package var session: Session { work.session }

  /// Another size, or other colours: nothing that is work.
  package mutating func change(_ change: (inout State) -> Void) { change(&state) }

  private mutating func settle() {
    for effect in state.takeEffects() {
      if let action = outside(effect) { state = state.reduce(action) }
    }
    var last = Request.none
    while Request(state) != .none, Request(state) != last {
      last = Request(state)
      work.perform(last, under: state.timeline)
      for action in news.actions { state = state.reduce(action) }
      news.actions = []
    }
  }
}
