import Screen
import Synchronization
import Terminal
import Walkthroughs

/// A lesson that is played on the screen. Its later steps are computed in the background while the first are read.
struct LessonGuide {
  private var player: LessonPlayer
  private let road: LessonRoad
  /// Whether the debugger showed something else since it was looked at last.
  var isAutomatic: Bool { player.isAutomatic }

  init(_ run: sending LessonRun, isAutomatic: Bool, wake: Wake) {
    player = LessonPlayer(run.lesson, first: LessonStage(run.reached[0]), isAutomatic: isAutomatic)
    road = LessonRoad(wake)
    road.go(run)
  }

  var first: LessonStage.Scene { player.stage.begun }

  /// What is to be shown because of steps that have become ready.
  mutating func news() -> LessonStage.Scene? {
    var scene: LessonStage.Scene?
    for stage in road.news() { scene = player.reached(stage) ?? scene }
    return scene
  }

  mutating func take(_ command: Narration.Command) -> LessonStage.Scene? { player.take(command) }

  mutating func explored() { player.explored() }

  mutating func narration(for state: State) -> Narration {
    player.look(at: state)
    return player.narration(for: state)
  }

  /// Until it goes on by itself; nil when it waits for a key.
  var pauseMilliseconds: Int? { isAutomatic && !player.hasEnded ? Int(player.pauseSeconds * 1000) : nil }
}

/// Computes the steps of a lesson in their order, off the drawing thread.
private final class LessonRoad: Sendable {
  private let stages = Mutex<[LessonStage]>([])
  private let wake: Wake

  init(_ wake: Wake) { self.wake = wake }

  func go(_ run: sending LessonRun) {
    Task.detached(priority: .utility) { [self] in
      Terminal.coverThread()
      var run = run
      for index in run.lesson.steps.indices.dropFirst() {
        run.go(to: index)
        let stage = LessonStage(run.reached[index])
        stages.withLock { $0.append(stage) }
        wake.signal()
      }
    }
  }

  func news() -> [LessonStage] {
    stages.withLock { stages in
      defer { stages = [] }
      return stages
    }
  }
}
