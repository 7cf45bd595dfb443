import Detectors
import Foundation
import Scenes
import TestSupport
import Testing
import Traces

/// Runs of the original implementations on random scenes, value by value: `Oracle/DETECTOR/CASE`.
@Suite struct OracleTests {
  static let cases: [String] = {
    let root = Folder("Oracle")[""]
    let files = FileManager.default
    let detectors = (try? files.contentsOfDirectory(atPath: root)) ?? []
    return detectors.sorted().flatMap { detector in
      ((try? files.contentsOfDirectory(atPath: "\(root)/\(detector)")) ?? []).sorted().map { "\(detector)/\($0)" }
    }.filter { files.fileExists(atPath: "\(root)/\($0)/scene.json") }
  }()

  @Test("there are cases of every detector")
  func complete() {
    let found = Set(Self.cases.compactMap { $0.split(separator: "/").first.map(String.init) })
    #expect(found.isSuperset(of: Detectors.all.map { $0.name }))
  }

  @Test("an iteration computes what the original computed", arguments: cases)
  func agrees(name: String) throws {
    let folder = Folder("Oracle/\(name)")
    let scene = try SceneFile.read(folder["scene.json"])
    let configuration = try Configuration.read(folder["detector.json"])
    var trainer = try Trainer(
      scene, detector: configuration.detector, settings: configuration.settings, seed: 0,
      predictions: Predictions.read(folder["predictions.safetensors"]))
    let trace = trainer.iterate()
    let expected = try Safetensors.read(folder["expected.safetensors"])
    #expect(expected.tensors.count >= 8)
    // What the original's rounding left open at a bag's end is no value of the trace.
    for (name, wanted) in expected.tensors where name != "bags.gap" {
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
