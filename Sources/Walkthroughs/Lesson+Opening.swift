import Debugger
import Detectors
import Scenes
import Screen

extension Lesson {
  /// The debugger as the lesson begins.
  ///
  /// - Throws: a fault when its scene can't be read, or its parameters do not fit it.
  package func opening(
    _ appearance: Appearance = Appearance(), _ size: Size = Size(columns: 120, rows: 36)
  ) throws(Fault) -> (state: State, session: Session) {
    let trainer = try Trainer(openScene(), detector: detector, settings: settings, seed: seed)
    return (State(trainer, appearance, size), Session(trainer))
  }

  private func openScene() throws(Fault) -> Scene {
    if let found = Gallery.scene(named: scene.value) { return found }
    guard scene.value.contains(".") else {
      throw Fault(.unknown(kind: "scene", name: scene.value, known: Gallery.names), at: scene.place)
    }
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return try SceneFile.open(folder.isEmpty ? scene.value : "\(folder)/\(scene.value)")
  }
}
