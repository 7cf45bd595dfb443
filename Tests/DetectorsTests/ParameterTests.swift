import Detectors
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct ParameterTests {
  private static let table = RetinaNet.parameters

  private func refusal(_ options: String...) -> Fault? {
    do {
      _ = try Fixtures.settings(options)
      return nil
    } catch {
      return error as? Fault
    }
  }

  @Test("every parameter says what it means and whose it is, and its default is within its range")
  func meanings() throws {
    #expect(Set(Self.table.map(\.name)).count == Self.table.count)
    for parameter in Self.table {
      #expect(!parameter.meaning.isEmpty && !parameter.source.isEmpty, "\(parameter.name)")
      // Written as `--set` takes it and read back, it is the default again.
      let settings = try Fixtures.settings(["\(parameter.name)=\(parameter.standard.text)"])
      #expect(settings.values[parameter.name] == parameter.standard, "\(parameter.name)")
    }
  }

  @Test("every parameter's value and nothing else is in the trace, as text that gives it back")
  func recorded() throws {
    let options = Fixtures.tiny + ["alpha=0.3", "freeze=pyramid,heads", "aspect_ratios=0.25,1"]
    let trace = try Fixtures.trace(Fixtures.mixed, options)
    #expect(trace.parameters.map(\.name) == Self.table.map(\.name))
    let again = try Fixtures.settings(trace.parameters.map { "\($0.name)=\($0.text)" })
    #expect(try again == Fixtures.settings(options))
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

  struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let options: [String]
    var base: [String] = []
    var iterations = 1
    var testDescription: String { options.joined(separator: " ") }
  }

  private static func change(
    _ options: String..., base: [String] = [], iterations: Int = 1
  ) -> Change {
    let name = String(options[0].prefix { $0 != "=" })
    return Change(name: name, options: options, base: base, iterations: iterations)
  }

  static let changes: [Change] = {
    // With this threshold the untrained network's scores around 0.01 count.
    let found = ["score_threshold=0.001"]
    return [
      change("preset=torchvision"), change("preset=mmdetection"), change("positive_iou=0.6"),
      change("negative_iou=0.3"), change("low_quality_matches=true"),
      change("low_quality_owner=gt", base: ["low_quality_matches=true", "positive_iou=0.8"]),
      change("ignore_outside=false"), change("alpha=0.3"), change("gamma=1"), change("probability_clip=0"),
      change("box_loss=l1"), change("sigma=2"), change("strides=8,16,32", "anchor_sizes=32,64,128"),
      change("anchor_sizes=24,64,128,256,512"), change("anchor_scales=1,1.5"),
      change("aspect_ratios=0.5,1,3"), change("anchor_offset=0"), change("anchor_rounding=true"),
      change("box_coding=center"), change("box_means=0,0,0,0.1"), change("box_stds=0.1,0.2,0.2,0.2"),
      change("width=8"), change("blocks=1,2,1,1"), change("pyramid_channels=8"), change("head_depth=2"),
      change("freeze=heads"), change("prior_probability=0.1"), change("optimizer=sgd"),
      change("learning_rate=0.001"), change("momentum=0.5", base: ["optimizer=sgd"], iterations: 3),
      change("weight_decay=0.1"), change("clip_norm=0"), change("score_threshold=0.001"),
      change("nms_threshold=0.9", base: found), change("max_detections=5", base: found),
      change("pre_nms_top=3", base: found), change("nms=none", base: found),
      change("nms_overlap=diou", base: found),
    ]
  }()

  /// A crowd, and an anchor that fits one object and is also the best that a dot inside it has.
  private static let scene = Fixtures.scene(
    Fixtures.crowd.objects + [Fixtures.object(12, 12, 44, 44), Fixtures.object(26, 26, 30, 30, label: 1)])

  @Test("changing a parameter changes the trace", arguments: changes)
  func everyChange(change: Change) throws {
    let base = Fixtures.tiny + change.base
    let before = try Fixtures.trace(Self.scene, base, iterations: change.iterations)
    let after = try Fixtures.trace(Self.scene, base + change.options, iterations: change.iterations)
    #expect(after.firstDifference(from: before) != nil)
  }

  @Test("no parameter was forgotten above")
  func complete() {
    // A single backbone leaves nothing to change to.
    let wanted = Self.table.map(\.name).filter { $0 != "backbone" }
    #expect(Set(Self.changes.map(\.name)) == Set(wanted))
  }
}
