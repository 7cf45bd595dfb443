import Detectors
import Expressions
import Scenes
import Testing
import Traces

@Suite("Evaluating expressions")
struct EvaluationTests {
  @Test(
    "Arithmetic, comparisons and logic",
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 - 2 - 1", 4), ("8 / 4 / 2", 1), ("-2 * -3", 6), ("1 / 0", .infinity),
      ("-1 / 0", -.infinity), ("abs(-2.5)", 2.5), ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("mean(1, 2, 6)", 3),
      ("sum(1, 2, 6)", 9), ("count(true, false, true)", 2), ("count(5)", 1), (".5 + 1e-1", 0.6),
      ("max(1, 0 / 0)", .nan), ("min(1, 0 / 0)", .nan), ("sum(gt.x - gt.x)", 0),
    ])
  func arithmetic(_ text: String, _ wanted: Double) throws {
    let found = try Fixtures.of("retinanet").number(text)
    #expect(found == wanted || found.isNaN && wanted.isNaN, "\(found)")
  }

  @Test(
    "Questions that hold",
    arguments: [
      "1 < 2", "2 <= 2", "not 2 < 2", "1 != 2", "1 < 2 < 3", "not 1 < 3 < 2", "3 > 2 >= 2 == 2", "true or false",
      "not (true and false)", "true == true", "true != false", "0 / 0 != 0 / 0", "nan(0 / 0)", "nan(1 / 0)",
      "not nan(1)", "0 / 0 == nan", "1 != nan", "any(false, true)", "not all(false, true)", "all(true)",
      "iteration == 1", "step == \"detections\"", "detector == \"retinanet\"", "seed == 1", "count(level) == 5",
      "scene.width == 160 and scene.height == 160", "level[P4].stride == 16", "level[\"P4\"].stride == 16",
      "anchor[0].level == P3", "gt[0].class != \"nobody\" or true", "param.optimizer == \"adam\"",
      "param.positive_iou == .5",
      "param.aspect_ratios[0] == .5", "not param.low_quality_matches", "count(param.aspect_ratios) == 3",
      "anchor[gt[0].best_anchor].iou == gt[0].max_iou", "level[anchor[0].level].stride == 8",
      "count(gt) == scene.objects - scene.ignored", "gt.x[1] == gt[1].x", "not any(nan)", "count(nan) == 0",
      "sum(level.anchors) == count(anchor)", "point[7].x == anchor[7].x", "false and gt[99].x > 1 or true",
    ])
  func questions(_ text: String) throws {
    let trace = try Fixtures.of("retinanet")
    // Objects to ignore are classes like others; a class that there is not is a fault.
    guard !text.contains("nobody") else {
      #expect(fault(text, in: trace) != nil)
      return
    }
    #expect(try trace.holds(text))
  }

  @Test("A question of what is not there yet is decided by the rest, where the rest can")
  func threeValues() throws {
    let trace = try Fixtures.of("retinanet")
    let step = try trace.index(of: "match")
    #expect(try trace.holds("loss.cls > 1e9 or iteration == 1", step: step))
    #expect(try trace.holds("iteration == 1 or loss.cls > 1e9", step: step))
    #expect(try trace.holds("not (loss.cls > 0 and iteration == 2)", step: step))
    #expect(try !trace.holds("loss.cls > 0 and iteration == 1", step: step))
    #expect(try !trace.holds("not loss.cls > 0", step: step))
    #expect(fault("loss.cls > 0 or iteration == 2", in: trace, step: step)?.isNotYet == true)
  }

  @Test("Lists go element by element; lists of unlike length don't go together")
  func lists() throws {
    let trace = try Fixtures.of("retinanet")
    let boxes = trace.scene.groundTruth.map(\.box)
    #expect(try trace.list("gt.width * gt.height") == boxes.map(\.area))
    #expect(try trace.list("2 * gt.x1 - 1") == boxes.map { 2 * $0.x1 - 1 })
    #expect(
      try trace.number("count(gt.area > 100 and gt.width > gt.height)")
        == Double(boxes.count { $0.area > 100 && $0.width > $0.height }))
    #expect(
      try trace.number("count(gt.ratio < 1 < gt.x)")
        == Double(boxes.count { $0.height / $0.width < 1 && $0.centerX > 1 }))
    #expect(fault("gt.x + level.stride", in: trace) == nil, "five of each")
    #expect(fault("gt.x + anchor.x", in: trace)?.problem == .lengths(5, 4842))
  }

  @Test("Without objects there is an empty list, not a missing one")
  func nothing() throws {
    for detector in Detectors.all {
      let trace = try Fixtures.nothing(detector)
      #expect(try !trace.holds("any(gt.positives == 0)"))
      #expect(
        try trace.holds("all(gt.positives == 0) and count(gt) == 0 and sum(gt.area) == 0"))
      #expect(fault("max(gt.positives)", in: trace)?.problem == .nothing(function: "max"))
      #expect(fault("gt[0].x", in: trace)?.problem == .outOfRange(name: "gt", index: "0", count: 0))
    }
  }

  @Test("A list, a number or a text is no question")
  func noQuestions() throws {
    let trace = try Fixtures.of("retinanet")
    for text in ["gt.area > 1", "1", "step", "gt"] {
      #expect(throws: ExpressionFault.self) { try trace.holds(text) }
    }
  }

  @Test("What changes is found at the step that leaves it, within an iteration and from one to the next")
  func changes() throws {
    let first = try Fixtures.trace("mixed", RetinaNet.self, ["learning_rate=0.01"])
    let second = try Fixtures.trace("mixed", RetinaNet.self, ["learning_rate=0.01"], iterations: 2)
    let (loss, hazards) = (try Expression(parsing: "loss.cls changes"), try Expression(parsing: "hazards changes"))
    let found = try second.steps.indices.filter { try loss.holds(at: Moment(second, step: $0, after: first)) }
    #expect(found == [try second.index(of: "focal")])
    // At first there is nothing to compare with.
    for step in first.steps.indices { #expect(try !loss.holds(at: Moment(first, step: step))) }
    let warned = try first.steps.indices.filter { try hazards.holds(at: Moment(first, step: $0)) }
    #expect(warned == first.steps.indices.dropFirst().filter { !first.steps[$0].hazards.isEmpty })
    let other = try Fixtures.trace("mixed", RetinaNet.self, ["positive_iou=0.6"])
    let match = try other.index(of: "match")
    let edited = Moment(other, step: match, earlier: [Moment(first, step: match)])
    let count = try Expression(parsing: "count(anchor.state changes)").evaluate(in: edited)
    let (before, after) = (try first.doubles("match.state"), try other.doubles("match.state"))
    let wanted = zip(before, after).count { $0 != $1 }
    #expect(wanted > 0 && count.number == Double(wanted))
    let which = try #require(zip(before, after).enumerated().first { $0.element.0 != $0.element.1 }?.offset)
    #expect(try Expression(parsing: "anchor[\(which)].state changes").holds(at: edited))
  }

  @Test("NaN and infinity are found where they appear")
  func nonFinite() throws {
    var trace = try Fixtures.of("retinanet")
    #expect(try !trace.holds("any(nan)"))
    trace.begin(StepRecord(id: "broken", title: "", formula: "", source: "", meaning: ""))
    trace.record(Value("broken.numbers", shape: [3], .double([1, .nan, .infinity])))
    trace.annotate { $0.hazards.append(Hazard(.notFinite, "broken.numbers holds NaN")) }
    let broken = trace.steps.count - 1
    #expect(try trace.holds("any(nan)", step: broken))
    #expect(try !trace.holds("any(nan)", step: broken - 1))
    #expect(try trace.number("count(nan(broken.numbers))") == 2)
    #expect(try trace.number("count(broken.numbers == nan)") == 2)
    #expect(try trace.number("count(broken.numbers != nan)") == 1)
    #expect(try trace.number("max(broken.numbers)").isNaN)
    #expect(try trace.holds("any(hazard.kind == \"not finite\")"))
  }

  @Test("Every outcome has a text")
  func texts() throws {
    let moment = Moment(try Fixtures.of("retinanet"))
    for (text, wanted) in [
      ("0.5 - 1", "−0.5"), ("1 < 2", "true"), ("anchor[0].level", "P3"), ("level", "[P3, P4, P5, P6, P7]"),
      ("anchor * 2", "[0, 2, 4, 6, 8, 10, 12, 14, …] (4,842)"), ("1 / 3", "0.333333"),
      ("gt[0].x == 0 and true", "false"), ("gt.width < 0", "[false, false, false, false, false]"),
    ] {
      #expect(try Expression(parsing: text).evaluate(in: moment).description == wanted)
    }
  }
}
