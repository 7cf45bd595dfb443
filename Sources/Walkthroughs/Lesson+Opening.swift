import Debugger
import Detectors
import Scenes
import Screen

extension Lesson {
  /// The debugger as each step opens it; nil for a step that goes on with what was there.
  ///
  /// - Throws: a fault when a scene can't be read, or parameters do not fit it.
  func openings(_ appearance: Appearance, _ size: Size) throws(Fault) -> [(state: State, session: Session)?] {
    var openings: [(state: State, session: Session)?] = []
    for (index, step) in steps.enumerated() {
      guard let setting = index == 0 ? step.setting ?? setting : step.setting else {
        openings.append(nil)
        continue
      }
      let trainer = try Trainer(
        scene(setting.scene), detector: setting.detector, settings: setting.settings, seed: setting.seed)
      openings.append((State(trainer, appearance, size), Session(trainer)))
    }
    return openings
  }

  /// Reads all that the lesson opens.
  ///
  /// - Throws: a fault when a scene can't be read, or parameters do not fit it.
  package func checkOpenings() throws(Fault) { _ = try openings(Appearance(), Size(columns: 120, rows: 36)) }

  private func scene(_ name: Located<String>) throws(Fault) -> Scene {
    if let found = Gallery.scene(named: name.value) { return found }
    guard name.value.contains(".") else {
      throw Fault(.unknown(kind: "scene", name: name.value, known: Gallery.names), at: name.place)
    }
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let isWhole = folder.isEmpty || name.value.hasPrefix("/")
    do throws(Fault) {
      return try SceneFile.open(isWhole ? name.value : "\(folder)/\(name.value)", boxes: .beside)
    } catch {
      throw Fault(
        .mismatch(found: "\(error)", wanted: "a scene of the gallery, or a file beside the lesson"), at: name.place)
    }
  }
}
