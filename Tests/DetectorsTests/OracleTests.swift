import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// Runs of keras-retinanet on random scenes, value by value.
@Suite struct OracleTests {
  @Test(
    "an iteration computes what the original computed",
    arguments: ["01-small", "03-crowded", "07-empty"])
  func agrees(name: String) throws {
    let folder = Folder("Oracle/\(name)")
    let scene = try SceneFile.read(folder["scene.json"])
    let configuration = try Configuration.read(folder["detector.json"])
    var trainer = try Trainer(
      scene, detector: configuration.detector, settings: configuration.settings, seed: 0,
      predictions: Predictions.read(folder["predictions.safetensors"]))
    let trace = trainer.iterate()
    let expected = try Safetensors.read(folder["expected.safetensors"])
    #expect(expected.tensors.count >= 12)
    for (name, wanted) in expected.tensors {
      let value = try #require(trace[name], "no \(name)")
      #expect(value.shape == wanted.shape, "\(name)")
      switch wanted.type {
      case .f32:
        // The predictions of the original were decimals; these are their 32-bit roundings.
        let absolute = name.hasPrefix("gradients") ? 1e-7 : 1e-5
        let difference = difference(value.doubles, wanted.doubles, relative: 1e-4, absolute: absolute)
        #expect(difference == nil, "\(name)")
      default: #expect(value.doubles == wanted.doubles, "\(name)")
      }
    }
  }
}
