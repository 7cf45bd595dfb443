import Detectors
import Expressions
import Testing
import Traces

@Suite("The table of paths")
struct PathTableTests {
  @Test("Every example is read, has a type and an outcome with at least one detector, as its own path has")
  func examples() throws {
    for entry in PathTable.entries {
      let example = try Expression(parsing: entry.example)
      let name = ["param": "learning_rate", "loss": "box"][entry.subject.rawValue] ?? "NAME"
      let index = entry.subject == .level ? "P5" : "0"
      let path = entry.spelling.replacing("NAME", with: name).replacing("[i]", with: "[0]").replacing(
        "[P4]", with: "[\(index)]")
      var answered: [String] = []
      for (detector, trace) in Fixtures.traces {
        guard (try? example.type(in: trace)) != nil, (try? example.evaluate(in: Moment(trace))) != nil,
          let outcome = try? Expression(parsing: path).evaluate(in: Moment(trace))
        else { continue }
        let type = try Expression(parsing: path).type(in: trace)
        #expect(entry.field.isEmpty || entry.spelling == "nan" || outcome.count == nil, "\(path) gave \(outcome)")
        #expect(entry.subject == .parameter || type.kind == entry.type.kind)
        answered.append(detector)
      }
      #expect(!answered.isEmpty, "\(entry.spelling): \(entry.example) is answered for no detector")
      #expect(!entry.meaning.isEmpty)
      let named = entry.field.isEmpty ? entry.subject.rawValue : entry.field
      #expect(entry.example.contains(named), "\(entry.spelling)")
    }
  }

  @Test("No path stands twice, and none is a word of the language")
  func unique() {
    let spellings = PathTable.entries.map(\.spelling)
    #expect(Set(spellings).count == spellings.count)
    for word in ["and", "or", "not", "changes", "true", "false"] { #expect(!spellings.contains(word)) }
  }

  @Test("Every value that any detector leaves has its number by its own name", arguments: Detectors.all.map { $0.name })
  func values(_ detector: String) throws {
    let trace = try Fixtures.of(detector)
    for value in trace.allValues {
      let indices = value.shape.map { _ in "[0]" }.joined()
      let found = try trace.number("\(value.name)\(indices)")
      let wanted = try #require(value[flat: 0])
      #expect(found == wanted || found.isNaN && wanted.isNaN, "\(value.name)")
      guard let last = value.shape.last, last > 1, value.shape.count == 2 else { continue }
      #expect(try trace.number("\(value.name)[\(value.shape[0] - 1)][\(last - 1)]") == value[flat: value.count - 1])
      #expect(try trace.list("\(value.name)[\(value.shape[0] - 1)]") == value.row(value.shape[0] - 1))
    }
  }

  @Test("RetinaNet: overlaps, matches, levels, losses and gradients")
  func retinaNet() throws {
    let trace = try Fixtures.of("retinanet")
    let (overlaps, states) = (try #require(trace["overlap.iou"]), try trace.doubles("match.state"))
    for gt in 0..<5 {
      #expect(try trace.number("gt[\(gt)].max_iou") == overlaps.row(gt).max())
      let known = try trace.number("gt[\(gt)].max_iou")
      #expect(try trace.number("gt[\(gt)].max_iou", step: trace.index(of: "overlap")) == known)
      #expect(try trace.number("max(overlap.iou[\(gt)])") == known)
      let owned = try trace.doubles("match.gt").count { $0 == Double(gt) }
      #expect(try trace.number("gt[\(gt)].positives") == Double(owned))
      #expect(try trace.number("count(anchor.gt == \(gt))") == Double(owned))
    }
    for anchor in [0, 2114, 4841] {
      let best = (0..<5).map { overlaps[$0, anchor] ?? 0 }.max()
      #expect(try trace.number("anchor[\(anchor)].iou") == best)
      #expect(try trace.number("anchor[\(anchor)].iou", step: trace.index(of: "overlap")) == best)
    }
    #expect(try trace.number("count(anchor.state == positive)") == Double(states.count { $0 == 1 }))
    #expect(try trace.number("count(anchor.state == ignored)") == Double(states.count { $0 == -1 }))
    #expect(try trace.number("count(anchor.state != negative)") == Double(states.count { $0 != 0 }))
    let level = try #require(trace.priors.levels.first { $0.name == "P4" })
    #expect(try trace.number("level[P4].positives") == Double(states[level.range].count { $0 == 1 }))
    #expect(try trace.number("level[P4].negatives + level[P4].ignored + level[P4].positives") == Double(level.count))
    #expect(try trace.number("count(anchor.level == P4)") == Double(level.count))
    #expect(
      try trace.number("anchor[\(level.start)].x") == trace.priors.center(of: .init(level: 1, row: 0, column: 0))?.x)
    let cls = try #require(trace.losses.first)
    #expect(try trace.number("loss.cls") == cls.value && trace.number("loss.cls.sum") == cls.sum)
    #expect(try trace.number("loss.cls.normalizer") == cls.normalizer.value)
    #expect(abs(try trace.number("loss.total") - trace.number("loss.cls") - trace.number("loss.box")) < 1e-12)
    let gradients = trace.allValues.filter { $0.name.hasPrefix("gradients.") && $0.name != "gradients.magnitude" }
    let largest = gradients.flatMap(\.doubles).map { abs($0) }.max()
    #expect(try trace.number("grad.max") == largest)
    #expect(try trace.number("max(grad.predictions, grad.weights)") == largest)
    #expect(try trace.number("hazards") == Double(trace.hazards.count))
    #expect(
      try trace.number("count(hazard.kind == \"no positive\")")
        == Double(trace.hazards.count { $0.kind == .noPositive }))
  }

  @Test("FreeAnchor: bags, and states under its own names and those of all")
  func freeAnchor() throws {
    let trace = try Fixtures.of("freeanchor")
    for gt in 0..<5 {
      let weights = try #require(trace["bags.weight"]).row(gt)
      let effective = 1 / weights.reduce(0) { $0 + $1 * $1 }
      #expect(abs(try trace.number("bag[\(gt)].effective") - effective) < 1e-9 * effective)
      #expect(try trace.number("bag[\(gt)].size") == 50 && trace.number("sum(bags.weight[\(gt)])") <= 1 + 1e-9)
      #expect(try trace.number("gt[\(gt)].max_iou") == trace["overlap.iou"]?.row(gt).max())
    }
    let all = try trace.doubles("bags.effective")
    #expect(abs(try trace.number("mean(bag.effective)") - all.reduce(0, +) / 5) < 1e-9)
    let states = try trace.doubles("bags.state")
    #expect(try trace.number("count(anchor.state == \"in a bag\")") == Double(states.count { $0 == 1 }))
    #expect(try trace.holds("count(anchor.state == positive) == count(anchor.state == \"in a bag\")"))
    #expect(try trace.holds("sum(level.positives) == count(anchor.bags > 0)"))
    #expect(try trace.number("loss.positive") == trace.losses.first?.value)
  }

  @Test("FCOS: points, claims and centerness")
  func fcos() throws {
    let trace = try Fixtures.of("fcos")
    let claims = try trace.doubles("match.claims")
    #expect(try trace.number("count(point.claims > 1)") == Double(claims.count { $0 > 1 }))
    #expect(try trace.number("max(anchor.centerness)") == trace.doubles("targets.centerness").max())
    #expect(try trace.number("sum(gt.positives)") == Double(trace.doubles("match.state").count { $0 == 1 }))
    #expect(try trace.number("point[17].x") == trace["points.xy"]?[17, 0])
    #expect(try trace.number("sum(candidates.inside_box[0])") == trace["candidates.inside_box"]?.row(0).reduce(0, +))
    let perPoint = try trace.doubles("losses.cls_per_point")
    #expect(abs(try trace.number("sum(anchor.cls_loss)") - perPoint.reduce(0, +)) < 1e-9)
  }

  @Test("Faster R-CNN: its own words for states, proposals and regions")
  func fasterRCNN() throws {
    let trace = try Fixtures.of("fasterrcnn")
    let states = try trace.doubles("match.state")
    #expect(try trace.number("count(anchor.state == neutral)") == Double(states.count { $0 == -1 }))
    #expect(try trace.holds("count(anchor.state == neutral) == count(anchor.state == ignored)"))
    #expect(try trace.holds("count(anchor.state == background) == count(anchor.state == negative)"))
    #expect(try trace.number("count(anchor.taken)") == Double(trace.doubles("sample.state").count { $0 >= 0 }))
    let proposals = try #require(trace["proposals.boxes"])
    #expect(try trace.number("count(proposal)") == Double(proposals.shape[0]))
    #expect(try trace.number("proposal[0].width") == proposals.row(0)[2] - proposals.row(0)[0])
    #expect(try trace.number("count(roi.foreground)") == Double(trace.doubles("roi.state").count { $0 == 1 }))
    #expect(try trace.number("roi.pooled[0][0][1][1]") == trace["roi.pooled"]?[0, 0, 1, 1])
    #expect(try trace.number("loss.rpn_total") == trace["losses.rpn_total"]?[flat: 0])
  }

  @Test("SSD: mining, candidates and detections")
  func ssd() throws {
    let trace = try Fixtures.of("ssd")
    #expect(try trace.number("count(anchor.kept)") == trace["mining.negatives_kept"]?[0])
    #expect(try trace.holds("mining.negatives_kept[0] <= param.negative_ratio * sum(gt.positives)"))
    let scores = try trace.doubles("detections.scores")
    #expect(try trace.number("detection[0].score") == scores.max())
    #expect(try trace.number("count(detection)") == Double(scores.count))
    #expect(try trace.number("count(candidate.kept) + count(candidate.by >= 0)") == trace.number("count(candidate)"))
    let outcomes = try trace.doubles("evaluation.outcome")
    #expect(try trace.number("count(detection.outcome == \"false\")") == Double(outcomes.count { $0 == 0 }))
    let label = try #require(trace["detections.labels"]?[0])
    #expect(try trace.holds("detection[0].class == \"\(trace.scene.classes[Int(label)])\""))
    #expect(try trace.holds("count(gt.found) == count(detection.outcome == \"true\" and detection.score >= 0.3)"))
  }
}
