import Detectors
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct ParameterTests {
  private func refusal(_ options: String...) -> Fault? {
    do {
      _ = try Fixtures.settings(options)
      return nil
    } catch {
      return error as? Fault
    }
  }

  @Test(
    "every parameter says what it means and whose it is, and its default is within its range",
    arguments: DetectorCase.all)
  func meanings(of detector: DetectorCase) throws {
    let table = detector.detector.parameters
    #expect(Set(table.map(\.name)).count == table.count)
    for parameter in table {
      #expect(!parameter.meaning.isEmpty && !parameter.source.isEmpty, "\(parameter.name)")
      // Written as `--set` takes it and read back, it is the default again.
      let settings = try Fixtures.settings(
        ["\(parameter.name)=\(parameter.standard.text)"], of: detector.detector)
      #expect(settings.values[parameter.name] == parameter.standard, "\(parameter.name)")
    }
  }

  @Test(
    "every parameter's value and nothing else is in the trace, as text that gives it back", arguments: DetectorCase.all)
  func recorded(of detector: DetectorCase) throws {
    let detector = detector.detector
    let options = Fixtures.tiny + ["prior_probability=0.03", "freeze=pyramid,heads", "blocks=1,2,1,1"]
    let trace = try Fixtures.trace(Fixtures.mixed, options, of: detector)
    #expect(trace.parameters.map(\.name) == detector.parameters.map(\.name))
    let again = try Fixtures.settings(trace.parameters.map { "\($0.name)=\($0.text)" }, of: detector)
    #expect(try again == Fixtures.settings(options, of: detector))
  }

  @Test("an unknown name is a fault that offers the nearest")
  func unknown() throws {
    let fault = try #require(refusal("postive_iou=0.5"))
    #expect("\(fault)".contains("did you mean \"positive_iou\"?"))
    #expect("\(fault)".contains("learning_rate"))
    #expect(fault.place.source == "--set postive_iou=0.5")
  }

  @Test(
    "what a parameter does not take is a fault that says what it does",
    arguments: [
      "alpha=1.5", "alpha=-0.1", "alpha=nan", "alpha=inf", "alpha=high", "alpha=", "alpha=0.1,0.2",
      "width=3", "width=257", "width=16.5", "width=1e1", "width=99999999999999999999",
      "low_quality_matches=maybe", "low_quality_matches=1", "nms=all", "nms=", "preset=detectron",
      "strides=8,x", "strides=", "strides=8,,16", "strides=1,2,3,4,5,6,7,8,9", "anchor_sizes=0",
      "box_stds=1,1,1", "box_stds=1,1,1,0", "blocks=1,1,1", "freeze=neck", "freeze=heads,neck", "alpha 0.3",
    ])
  func refused(option: String) throws {
    let fault = try #require(refusal(option))
    guard case .mismatch(_, let wanted) = fault.problem else {
      Issue.record("\(fault)")
      return
    }
    let name = option.prefix { $0 != "=" && $0 != " " }
    #expect(wanted.contains(name) || wanted == "NAME=VALUE")
    #expect(fault.place.source.contains(option))
  }

  @Test("spaces and spellings that are taken")
  func accepted() throws {
    let settings = try Fixtures.settings(
      ["alpha = 0.3", "strides= 8, 16,32", "anchor_sizes=1,2,3", "low_quality_matches=Yes", "freeze=none"])
    #expect(settings[RetinaNet.alpha] == 0.3)
    #expect(settings[AnchorParameters.strides] == [8, 16, 32])
    #expect(settings[RetinaNet.lowQualityMatches])
    #expect(settings[SharedParameters.freeze].isEmpty)
  }

  @Test("parameters that must fit each other are held to it")
  func together() {
    #expect("\(String(describing: refusal("negative_iou=0.6")))".contains("negative_iou"))
    #expect(refusal("negative_iou=0.6", "positive_iou=0.6") == nil)
    #expect("\(String(describing: refusal("strides=8,16")))".contains("5 anchor_sizes for 2 strides"))
    #expect(refusal("strides=8,16", "anchor_sizes=32,64") == nil)
  }

  @Test("what is set wins over the preset, in whichever order")
  func precedence() throws {
    let options = ["preset=mmdetection", "anchor_offset=0.25"]
    for options in [options, options.reversed()] {
      let settings = try Fixtures.settings(options)
      #expect(settings[AnchorParameters.offset] == 0.25)
      #expect(settings[RetinaNet.probabilityClip] == 0)
    }
  }

  // MARK: Each does something

  /// A crowd, and an anchor that fits one object and is also the best that a dot inside it has.
  private static let scene = Fixtures.scene(
    Fixtures.crowd.objects + [Fixtures.object(12, 12, 44, 44), Fixtures.object(26, 26, 30, 30, label: 1)])

  @Test("changing a parameter changes the trace", arguments: DetectorCase.all)
  func everyChange(of detector: DetectorCase) throws {
    for change in detector.allChanges {
      let base = Fixtures.tiny + change.base
      let iterations = change.iterations
      let before = try Fixtures.trace(Self.scene, base, of: detector.detector, iterations: iterations)
      let after = try Fixtures.trace(
        Self.scene, base + change.options, of: detector.detector, iterations: iterations)
      #expect(after.firstDifference(from: before) != nil, "\(change.testDescription)")
    }
  }

  @Test("no parameter was forgotten", arguments: DetectorCase.all)
  func complete(detector: DetectorCase) {
    // A single preset leaves nothing to change to.
    let wanted = detector.detector.parameters.map(\.name)
    let lone = detector.detector.presets.count > 1 ? [] : ["preset"]
    #expect(Set(detector.allChanges.map(\.name)).union(lone) == Set(wanted).union(lone))
  }
}
