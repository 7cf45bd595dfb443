import Detectors
import Expressions
import Testing
import Traces

@Suite("Types and names")
struct TypeTests {
  @Test(
    "Each expression has its type",
    arguments: [
      ("1 + 2", "a number"), ("gt.area", "a list of numbers"), ("gt[0].area", "a number"), ("gt.area[0]", "a number"),
      ("gt", "a list of numbers"), ("gt.area > 100", "a list of true and false"),
      ("any(gt.area > 100)", "true or false"),
      ("anchor.state", "a list of states"), ("anchor[0].state", "a state"), ("gt[0].class", "a class"),
      ("anchor[1].level", "a level"), ("level", "a list of levels"), ("step", "a step"),
      ("nan", "a list of true and false"),
      ("overlap.iou", "a list of numbers"), ("overlap.iou[0]", "a list of numbers"), ("overlap.iou[0][1]", "a number"),
      ("losses.cls", "a number"), ("loss.cls.sum", "a number"), ("param.positive_iou", "a number"),
      ("param.aspect_ratios", "a list of numbers"), ("param.aspect_ratios[0]", "a number"),
      ("param.low_quality_matches", "true or false"), ("param.optimizer", "a value of optimizer"),
      ("anchor.state changes", "a list of true and false"), ("loss.cls changes", "true or false"),
      ("abs(gt.x)", "a list of numbers"), ("nan(gt.x)", "a list of true and false"),
      ("loss.cls == nan", "true or false"),
      ("weights.heads.cls.output.bias", "a list of numbers"), ("-gt.x", "a list of numbers"),
      ("not true", "true or false"),
      ("gt[0].positives == 0 or gt.area > 1", "a list of true and false"), ("scene.width / 2", "a number"),
    ])
  func types(_ text: String, _ wanted: String) throws {
    #expect(try Expression(parsing: text).type(in: Fixtures.of("retinanet")).description == wanted)
  }

  @Test(
    "Unlike types are not put together",
    arguments: [
      ("1 + true", 4..<8), ("gt[0].class + 1", 0..<11), ("not 1", 4..<5), ("1 and true", 0..<1), ("-true", 1..<5),
      ("gt[0].class == 1", 15..<16), ("gt[0].class == anchor[0].level", 15..<30), ("gt[0].class < \"boat\"", 0..<11),
      ("true < false", 0..<4), ("1 == \"1\"", 5..<8), ("any(gt.x)", 4..<8), ("max(gt.class)", 4..<12),
      ("min(1, true)", 7..<11), ("abs(1, 2)", 0..<9), ("any()", 0..<5), ("gt[true].x", 3..<7), ("gt[gt].x", 3..<5),
      ("level[3].stride", 6..<7), ("gt[0].area[0]", 11..<12), ("overlap.iou[0][1][2]", 18..<19), ("step.x", 5..<6),
      ("gt[0].class == nan", 0..<11), ("param.positive_iou[0]", 19..<20), ("count(gt.x, gt.class)", 12..<20),
    ])
  func mismatches(_ text: String, _ range: Range<Int>) throws {
    let found = try #require(fault(text, in: Fixtures.of("retinanet")), "\(text) was taken")
    #expect(found.range == range, "\(found.pointing())")
  }

  @Test(
    "A mistyped name is told from its neighbours, at its own place",
    arguments: [
      ("gt[0].postives", 6..<14, "positives"), ("any(gt.postives == 0)", 7..<15, "positives"),
      ("gtt[0].x", 0..<3, "gt"),
      ("los.cls", 0..<7, "losses.cls"), ("loss.clss > 1", 5..<9, "cls"), ("param.postive_iou", 6..<17, "positive_iou"),
      ("anchor[1].state == postive", 19..<26, "positive"), ("level[P9].stride", 6..<8, "P3"),
      ("gt[0].class == \"baloon\"", 15..<23, "balloon"), ("match.max_iuo[3]", 0..<13, "match.max_iou"),
      ("iteratoin > 1", 0..<9, "iteration"), ("cuont(gt)", 0..<5, "count"), ("grad.mx", 5..<7, "max"),
      ("step == \"mach\"", 8..<14, "match"), ("roi[0].scor", 7..<11, "score"), ("scene.with", 6..<10, "width"),
      ("param.optimizer == \"sgdd\"", 19..<25, "sgd"), ("bag[0].efective < 5", 7..<15, "effective"),
    ])
  func unknown(_ text: String, _ range: Range<Int>, _ nearest: String) throws {
    let found = try #require(fault(text, in: Fixtures.of("retinanet")), "\(text) was taken")
    #expect(found.range == range, "\(found.pointing())")
    guard case .unknown = found.problem else {
      Issue.record("\(found)")
      return
    }
    #expect(found.description.contains("did you mean \"\(nearest)\"?"), "\(found)")
  }

  @Test("What one has to name a value of is said")
  func incomplete() throws {
    for text in ["gt[0]", "scene", "loss", "param", "grad", "level[P3]", "loss[0]"] {
      guard case .incomplete(_, let known)? = fault(text, in: try Fixtures.of("retinanet"))?.problem else {
        Issue.record("\(text)")
        continue
      }
      #expect(!known.isEmpty)
    }
  }

  @Test("Not yet, never and unknown are three things")
  func absence() throws {
    let retinaNet = try Fixtures.of("retinanet")
    let before = try retinaNet.index(of: "overlap")
    for text in ["gt.positives", "any(gt.positives == 0)", "match.max_iou[3]", "loss.cls", "grad.max", "detection"] {
      let found = try #require(fault(text, in: retinaNet, step: before), "\(text)")
      #expect(found.isNotYet, "\(text): \(found)")
      #expect(fault(text, in: retinaNet) == nil)
    }
    #expect(fault("loss.cls", in: retinaNet, step: before)?.problem == .notYet(name: "loss.cls", step: "focal"))
    #expect(try retinaNet.holds("loss.cls > -1", step: before) == false)
    #expect(try retinaNet.holds("loss.cls > -1"))
    for (text, detector) in [
      ("bag[0].effective", "retinanet"), ("bags.effective", "retinanet"), ("gt.positives", "freeanchor"),
      ("gt[0].max_iou", "fcos"), ("proposal", "ssd"), ("roi[0].score", "fcos"), ("anchor[0].claims", "ssd"),
      ("sample.positive", "fcos"), ("mining.kept[0]", "freeanchor"),
    ] {
      guard case .never? = fault(text, in: try Fixtures.of(detector))?.problem else {
        Issue.record("\(text) of \(detector): \(String(describing: fault(text, in: try Fixtures.of(detector))))")
        continue
      }
      #expect(throws: ExpressionFault.self) {
        try Expression(parsing: text).type(in: Fixtures.of(detector))
      }
    }
  }

  @Test(
    "Indices outside are faults",
    arguments: [
      "gt[5].x", "gt[-1].x", "gt[0.5].x", "gt[1/0].x", "gt[1e300].x", "anchor[4842].x", "match.max_iou[4842]",
      "overlap.iou[5][0]", "overlap.iou[0][-1]", "gt.x[9]", "param.aspect_ratios[77]", "gt[-9007199254740992].x",
    ])
  func indices(_ text: String) throws {
    let trace = try Fixtures.of("retinanet")
    let found = try #require(fault(text, in: trace), "\(text)")
    switch found.problem {
    case .outOfRange, .mismatch: break
    default: Issue.record("\(found)")
    }
    #expect(try Expression(parsing: text).type(in: trace) == .number)
  }
}
