import Detectors
import Foundation
import Scenes
import TestSupport
import Testing

/// A detector's configuration as a file, and with assignments over it.
@Suite struct ConfigurationTests {
  private func read(_ text: String, _ options: String...) throws -> Configuration {
    let path = NSTemporaryDirectory() + "boxstep-\(UUID().uuidString).yaml"
    try InputFile.write(Array(text.utf8), to: path)
    defer { unlink(path) }
    return try Configuration.read(path, assignments: options.map { try Assignment(option: $0) })
  }

  @Test("YAML and JSON, with lists, switches and names")
  func formats() throws {
    let yaml = try read(
      """
      detector: retinanet
      parameters:
        positive_iou: 0.6
        strides: [8, 16]
        anchor_sizes: 32, 64
        low_quality_matches: true
        freeze: []
      """)
    let json = try read(
      """
      {"detector": "retinanet", "parameters": {"positive_iou": 0.6, "strides": [8, 16],
       "anchor_sizes": [32, 64.0], "low_quality_matches": true, "freeze": ["none"]}}
      """)
    #expect(yaml.settings == json.settings)
    #expect(yaml.settings[RetinaNet.positiveIoU] == 0.6)
    #expect(yaml.settings[AnchorParameters.strides] == [8, 16])
    #expect(yaml.detector.name == "retinanet")
  }

  @Test("what is left out is the preset's; what is set over the file wins")
  func precedence() throws {
    #expect(try read("detector: retinanet").settings == Settings(defaultsOf: RetinaNet.self))
    let file = "{detector: retinanet, parameters: {alpha: 0.3, gamma: 1, preset: torchvision}}"
    let settings = try read(file, "alpha=0.4").settings
    #expect(settings[RetinaNet.alpha] == 0.4 && settings[RetinaNet.gamma] == 1)
    #expect(settings[AnchorParameters.offset] == 0)
    #expect(try read(file, "preset=keras-retinanet").settings[AnchorParameters.offset] == 0.5)
  }

  @Test(
    "a fault says in which line and field it lies",
    arguments: [
      ("detector: retinanet\nparameters:\n  alpha: 2\n", 3, "parameters.alpha"),
      ("detector: retinanet\nparameters:\n  alhpa: 0.2\n", 3, "parameters.alhpa"),
      ("detector: retinanet\nparameters:\n  alpha: [0.2]\n", 3, "parameters.alpha"),
      ("detector: retinanet\nparameters:\n  strides: [8, [16]]\n", 3, "parameters.strides[1]"),
      ("detector: retinanet\nparameters:\n  alpha:\n", 3, "parameters.alpha"),
      ("detector: retinanet\nparameters:\n  alpha: {a: 1}\n", 3, "parameters.alpha"),
      ("\ndetector: retinanett\n", 2, "detector"),
      ("detector: retinanet\nparameters: 3\n", 2, "parameters"),
      ("detector: retinanet\nparametres: {}\n", 2, "parametres"),
    ] as [(String, Int, String)])
  func faults(text: String, line: Int, field: String) throws {
    let fault = try #require(#expect(throws: Fault.self) { try read(text) })
    #expect(fault.place.line == line && fault.place.field == field, "\(fault)")
  }

  @Test("without a detector there is nothing to configure")
  func noDetector() throws {
    let fault = try #require(#expect(throws: Fault.self) { try read("parameters: {alpha: 0.2}") })
    #expect("\(fault)".contains("detector"))
  }
}
