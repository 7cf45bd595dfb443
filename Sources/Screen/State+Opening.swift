import Debugger
import Detectors
import Traces

extension State {
  /// The debugger at the beginning of a run.
  package init(_ trainer: Trainer, _ appearance: Appearance, _ size: Size) {
    let parameters = trainer.settings.texts(for: trainer.detector)
    self.init(
      scene: trainer.scene, detector: trainer.detector.title,
      parameters: parameters.map { Trace.Parameter(name: $0.name, text: $0.text) }, stepIDs: trainer.stepIDs,
      appearance: appearance, size: size, detectorType: trainer.detector, setup: trainer.setup, explain: Why.explain)
    learns = trainer.learns
  }
}
