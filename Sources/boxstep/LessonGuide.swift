import Foundation
import Scenes
import Screen
import Synchronization
import Terminal
import Walkthroughs

/// A lesson that is played on the screen. Its later steps are computed in the background while the first are read.
struct LessonGuide {
  private var player: LessonPlayer
  private var road: LessonRoad
  private let wake: Wake
  /// When the file was written last, where it is watched.
  private var written: FileStamp?
  var isAutomatic: Bool { player.isAutomatic }

  init(_ run: sending LessonRun, isAutomatic: Bool, isLarge: Bool = false, isWatched: Bool = false, wake: Wake) {
    self.wake = wake
    if isWatched { written = FileStamp(run.lesson.file) }
    let first = LessonStage(run.reached[0], checking: isWatched ? run.lesson.steps[0] : nil)
    player = LessonPlayer(run.lesson, first: first, isAutomatic: isAutomatic)
    player.isLarge = isLarge
    road = LessonRoad(wake)
    road.go(run, checks: isWatched)
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

  /// The part that has the whole frame; nil where none has.
  var enlarged: Part? { player.enlarged }
  var isLarge: Bool { player.isLarge }

  mutating func narration(for state: State) -> Narration {
    player.look(at: state)
    return player.narration(for: state)
  }

  /// Until it goes on by itself, or the file is looked at; nil when it waits for a key.
  var pauseMilliseconds: Int? {
    isAutomatic && !player.hasEnded ? Int(player.pauseSeconds * 1000) : written == nil ? nil : 400
  }

  // MARK: Watching

  /// The lesson anew, at the step it was at, where the file has been saved since; nil where it has not.
  ///
  /// - Throws: a fault where it can't be read now; what was read before stays.
  mutating func reload(_ appearance: Appearance, _ size: Size) throws(Fault) -> LessonStage.Scene? {
    guard let before = written, let now = FileStamp(player.lesson.file), now != before else { return nil }
    written = now
    let run = try LessonRun(LessonFile.read(player.lesson.file), appearance, size)
    let place = run.lesson.steps.firstIndex { $0.id == player.step.id } ?? player.index
    let isLarge = player.isLarge
    let first = LessonStage(run.reached[0], checking: run.lesson.steps[0])
    player = LessonPlayer(run.lesson, first: first, isAutomatic: isAutomatic)
    player.isLarge = isLarge
    road.stop()
    road = LessonRoad(wake)
    let count = run.lesson.steps.count
    road.go(run, checks: true)
    return player.reach(min(place, count - 1)) ?? player.stage.begun
  }
}

/// When a file was written, and how long it is.
private struct FileStamp: Equatable {
  let date: Date
  let bytes: Int

  /// Nil while there is no such file, as in the middle of being saved.
  init?(_ path: String) {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let date = attributes[.modificationDate] as? Date, let bytes = attributes[.size] as? Int, bytes > 0
    else { return nil }
    (self.date, self.bytes) = (date, bytes)
  }
}

/// Computes the steps of a lesson in their order, off the drawing thread.
private final class LessonRoad: Sendable {
  private let stages = Mutex<[LessonStage]>([])
  private let isStopped = Mutex(false)
  private let wake: Wake

  init(_ wake: Wake) { self.wake = wake }

  func stop() { isStopped.withLock { $0 = true } }

  func go(_ run: sending LessonRun, checks: Bool) {
    Task.detached(priority: .utility) { [self] in
      Terminal.coverThread()
      var run = run
      for index in run.lesson.steps.indices.dropFirst() where !isStopped.withLock({ $0 }) {
        run.go(to: index)
        let stage = LessonStage(run.reached[index], checking: checks ? run.lesson.steps[index] : nil)
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
