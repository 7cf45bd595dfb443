import Debugger
import Detectors
import Scenes
import Screen
import Traces
import Walkthroughs

/// What is exported: the steps of an iteration or of a lesson, each with the debugger as it shows it.
package struct Reel: Sendable {
  /// What files are called after: the scene, or the lesson's file.
  package let name: String
  package let title: String
  package let summary: String
  /// Nil for an iteration.
  package let lesson: Lesson?
  package var frames: [Frame]
  /// How many steps there are, where only some are exported.
  package let count: Int

  init(
    name: String, title: String, summary: String, lesson: Lesson? = nil, frames: [Frame], count: Int? = nil
  ) {
    self.name = name
    self.title = title
    self.summary = summary
    self.lesson = lesson
    self.frames = frames
    self.count = count ?? frames.count
  }

  /// What `boxstep play` takes for it: lessons that come with boxstep have names.
  var playName: String {
    let folders = lesson?.file.split(separator: "/").dropLast() ?? []
    return folders.last == "walkthroughs" ? name : "\(name).yaml"
  }

  /// The step of an id alone.
  ///
  /// - Throws: a fault where there is none.
  package func only(_ id: String) throws(Fault) -> Reel {
    guard let frame = frames.first(where: { $0.id == id }) else {
      throw Fault(.unknown(kind: "step", name: id, known: frames.map(\.id)), at: Fault.Place("--step"))
    }
    var one = self
    one.frames = [frame]
    return one
  }
}

/// A step that is exported.
package struct Frame: Sendable {
  /// 1 for the first of all.
  package let number: Int
  package let id: String
  /// The title of the step of the iteration that is shown.
  package let title: String
  /// The chapter of a lesson that begins here.
  package let chapter: String?
  /// What the screen shows, one after another.
  package let beats: [State]
  /// What a lesson says.
  package let told: ToldStep?
  /// The debugger once a lesson's try is solved.
  package let solved: State?

  /// The debugger as one comes to the step.
  package var state: State { beats[0] }

  init(
    number: Int, id: String, chapter: String? = nil, beats: [State], told: ToldStep? = nil, solved: State? = nil
  ) {
    self.number = number
    self.id = id
    title = beats[0].exhibit.title
    self.chapter = chapter
    self.beats = beats
    self.told = told
    self.solved = solved
  }
}

// MARK: - An iteration

extension Reel {
  /// What is shown at every step of an iteration.
  package struct Focus: Sendable {
    package var iteration = 1
    /// Which of a step's views, 1 for the first.
    package var view: Int?
    /// "gt 2", "P4 3,5 #4".
    package var place: String?

    package init(iteration: Int = 1, view: Int? = nil, place: String? = nil) {
      self.iteration = iteration
      self.view = view
      self.place = place
    }
  }

  /// The steps of an iteration, or one of them.
  ///
  /// - Throws: a fault where there is no such step, place or view.
  package init(
    _ trainer: Trainer, step: String? = nil, _ focus: Focus = Focus(), _ appearance: Appearance = Appearance(),
    _ size: Size = Size(columns: 120, rows: 36)
  ) throws(Fault) {
    var debugger = Headless(State(trainer, appearance, size), Session(trainer))
    func run(_ command: String, _ option: String, _ deed: String) throws(Fault) {
      do throws(PromptFault) {
        try debugger.run(command)
      } catch {
        throw Fault(.file(action: deed, reason: error.words), at: Fault.Place(option))
      }
    }
    if focus.iteration > 1 { try run("iteration \(focus.iteration)", "--iterations \(focus.iteration)", "go there") }
    var frames: [Frame] = []
    for (index, id) in debugger.state.stepIDs.enumerated() where step == nil || step == id {
      try run("step \(id)", "--step \(id)", "go there")
      if let place = focus.place { try run("go \(place)", "--select \(place)", "go there") }
      // Of a whole iteration, some steps have fewer views.
      if let view = focus.view, step != nil || view <= debugger.state.viewCount {
        try run("view \(view)", "--view \(view)", "show it")
      }
      frames.append(Frame(number: index + 1, id: id, beats: [debugger.state]))
    }
    let (scene, state) = (trainer.scene, debugger.state)
    if frames.isEmpty, let step {
      throw Fault(.unknown(kind: "step", name: step, known: state.stepIDs), at: Fault.Place("--step"))
    }
    self.init(
      name: scene.name, title: "\(trainer.detector.title) on \(scene.name), iteration \(focus.iteration)",
      summary: scene.summary, frames: frames, count: state.stepIDs.count)
  }
}

// MARK: - A lesson

extension Reel {
  /// The steps of a lesson, as they are come to along its path.
  ///
  /// - Throws: a fault where a scene can't be read, or a step can't be done.
  package init(
    _ lesson: Lesson, _ appearance: Appearance = Appearance(), _ size: Size = Size(columns: 120, rows: 36)
  ) throws(Fault) {
    var run = try LessonRun(lesson, appearance, size)
    var player = LessonPlayer(lesson, first: LessonStage(run.reached[0]))
    var frames: [Frame] = []
    for (index, step) in lesson.steps.enumerated() {
      run.go(to: index)
      if let failure = run.reached[index].failures.first {
        throw Fault(.mismatch(found: failure.found, wanted: failure.expected), at: failure.place)
      }
      if index > 0 { _ = player.reached(LessonStage(run.reached[index])) }
      let beats = Self.beats(of: &player, at: index)
      frames.append(
        Frame(
          number: index + 1, id: step.id, chapter: step.chapter, beats: beats, told: LessonTelling(run).told,
          solved: step.attempt == nil ? nil : run.reached[index].ended.state))
    }
    let file = lesson.file.split(separator: "/").last.map(String.init) ?? lesson.file
    let name = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    self.init(name: name, title: lesson.title, summary: lesson.summary, lesson: lesson, frames: frames)
  }

  /// What the screen shows one after another at a step, while somebody goes on by a single key: the step, then the
  /// answer to its question, or what was to be tried.
  private static func beats(of player: inout LessonPlayer, at index: Int) -> [State] {
    var state = player.reach(index)?.state ?? player.stage.begun.state
    func told() -> State {
      var told = state
      told.narration = player.narration(for: state)
      return told
    }
    var beats = [told()]
    guard player.isAsking || player.step.attempt != nil else { return beats }
    state = player.take(.next)?.state ?? state
    beats.append(told())
    return beats
  }
}
