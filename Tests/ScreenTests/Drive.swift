import Debugger
import Detectors
import Scenes
import Screen
import Testing
import Traces

/// A debugger without a terminal: what the screen asks for is done at once.
struct Drive {
  private(set) var state: State
  private var session: Session
  /// What was to be done outside.
  private(set) var effects: [Effect] = []

  init(
    _ scene: String, _ detector: any Detector.Type = RetinaNet.self, side: Int = 64, columns: Int = 120, rows: Int = 36
  ) throws {
    let scene = try #require(Gallery.scene(named: scene, side: side))
    try self.init(scene, detector, columns: columns, rows: rows)
  }

  init(_ scene: Scene, _ detector: any Detector.Type, columns: Int = 120, rows: Int = 36) throws {
    let trainer = try Trainer(scene, detector: detector, settings: Settings(defaultsOf: detector), seed: 0)
    session = Session(trainer)
    state = State(
      scene: scene, detector: detector.title, stepIDs: trainer.stepIDs, size: Size(columns: columns, rows: rows),
      detectorType: detector, setup: trainer.setup, explain: Why.explain)
    state.longestRun = 4
    settle()
  }

  var trace: Trace { get throws { try #require(state.trace) } }
  var text: String { state.canvas(state.size).text.joined(separator: "\n") }

  mutating func act(_ actions: Action...) {
    for action in actions {
      state = state.reduce(action)
      settle()
    }
  }

  /// A line behind `:`.
  mutating func type(_ line: String) { act(.command(line)) }

  mutating func press(_ keys: Key...) {
    for key in keys {
      if let action = state.action(for: key) { act(action) }
    }
  }

  /// Changes the state as whoever opens the debugger does.
  mutating func prepare(_ change: (inout State) -> Void) { change(&state) }

  private mutating func settle() {
    effects += state.takeEffects()
    var last = Request.none
    while true {
      let request = Request(state)
      guard request != .none, request != last else { return }
      last = request
      var news: [Action] = []
      var work = SessionWork(session, post: { news.append($0) })
      work.perform(request, under: state.timeline)
      session = work.session
      for action in news { state = state.reduce(action) }
      effects += state.takeEffects()
    }
  }
}

extension Trace {
  /// Every number of the record, for comparing bits.
  var bits: [String: [UInt64]] {
    Dictionary(allValues.map { ($0.name, $0.doubles.map(\.bitPattern)) }) { first, _ in first }
  }
}
