import Boxes
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// Every explanation holds to the trace, and its text to what it claims.
@Suite struct WhyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let scene: Scene
    let options: [String]
    var iterations = 1
    var isRandom = false
    var testDescription: String { "\(name) on \(scene.name), \(iterations) iterations" }
  }

  static let cases: [Case] = {
    let lively = ["learning_rate=0.01"]
    let scenes = [Fixtures.mixed, Fixtures.empty, Fixtures.edge, Fixtures.crowd]
    let options: [(String, [String])] = [
      ("default", []),
      ("torchvision", ["preset=torchvision"]),
      ("mmdetection", ["preset=mmdetection"]),
      ("unusual", ["gamma=0.5", "alpha=0.6", "sigma=1", "positive_iou=0.3", "negative_iou=0.2"]),
      (
        "unclipped",
        [
          "probability_clip=0", "gamma=0", "box_coding=center", "box_means=0.1,0,-0.2,1",
          "low_quality_matches=on",
        ]
      ),
    ]
    return scenes.flatMap { scene in
      options.flatMap { name, options in
        [
          Case(name: name, scene: scene, options: options + Fixtures.tiny),
          Case(name: name, scene: scene, options: options + Fixtures.tiny + lively, iterations: 5),
          Case(name: "\(name) with predictions", scene: scene, options: options, isRandom: true),
        ]
      }
    }
  }()

  private func trace(_ c: Case) throws -> Trace {
    let predictions = try c.isRandom ? Fixtures.predictions(for: c.scene, c.options, logits: -30...30) : nil
    return try Fixtures.trace(c.scene, c.options, iterations: c.iterations, predictions: predictions)
  }

  /// All that is not negative, the corners, and a random sample of the rest.
  private func anchors(_ trace: Trace) throws -> [Int] {
    let states = try trace.doubles("match.state")
    var draws = Draws(3)
    let chosen = states.indices.filter { states[$0] != 0 }.shuffled(using: &draws).prefix(80)
    let positives = states.indices.filter { states[$0] == 1 }.prefix(40)
    let random = (0..<60).map { _ in draws.int(0...states.count - 1) }
    return Set(chosen + positives + random + [0, states.count - 1]).sorted()
  }

  @Test("every anchor is explained, and its state is the verdict", arguments: cases)
  func everyAnchor(c: Case) throws {
    let trace = try trace(c)
    for j in try anchors(trace) {
      let explanation = try #require(Detectors.explain(.anchor(j), in: trace))
      #expect(Faults.of(explanation, in: trace) == [])
      let verdict = try #require([-1: "ignored", 0: "negative", 1: "positive"][trace["match.state"]?[j]])
      #expect(explanation.verdict == verdict)
      let traced = Set(explanation.reasons.compactMap(\.traced?.value))
      if verdict == "positive" {
        #expect(
          traced.isSuperset(of: [
            "overlap.iou", "losses.cls_per_anchor", "targets.box_deltas", "losses.box_per_anchor",
          ]))
      }
      if verdict == "negative" { #expect(traced.contains("losses.cls_per_anchor")) }
    }
  }

  @Test("every object is explained, and its positives are the verdict", arguments: cases)
  func everyObject(c: Case) throws {
    let trace = try trace(c)
    for gt in c.scene.groundTruth.indices {
      let explanation = try #require(Detectors.explain(.gt(gt), in: trace))
      #expect(Faults.of(explanation, in: trace) == [])
      let positives = try trace.doubles("match.gt").count { $0 == Double(gt) }
      let wanted = positives == 0 ? "no positive anchor" : "\(positives) positive "
      #expect(explanation.verdict.hasPrefix(wanted), "\(explanation.verdict)")
    }
  }

  @Test("every pair is explained, and a match is one exactly where the trace has it", arguments: cases)
  func everyPair(c: Case) throws {
    let trace = try trace(c)
    let anchors = try anchors(trace)
    for gt in c.scene.groundTruth.indices {
      for j in anchors {
        let explanation = try #require(Detectors.explain(.pair(gt: gt, anchor: j), in: trace))
        #expect(Faults.of(explanation, in: trace) == [])
        #expect((explanation.verdict == "a match") == (trace["match.gt"]?[j] == Double(gt)))
      }
    }
  }

  @Test("every loss of the ledger is explained", arguments: cases)
  func everyLoss(c: Case) throws {
    let trace = try trace(c)
    for term in trace.losses {
      let explanation = try #require(Detectors.explain(.loss(term.name), in: trace))
      #expect(Faults.of(explanation, in: trace) == [])
      #expect(explanation.reasons.first?.traced?.value == "losses.\(term.name)")
    }
  }

  @Test("positives by low-quality matches are not said to reach the threshold")
  func lowQuality() throws {
    let scene = Fixtures.scene([Fixtures.object(26, 26, 30, 30)])
    let trace = try Fixtures.trace(scene, Fixtures.tiny + ["low_quality_matches=true"])
    #expect(try trace.doubles("match.positives_of_gt")[0] > 0)
    let explanation = try #require(Detectors.explain(.gt(0), in: trace))
    let positives = try #require(explanation.reasons.first { $0.topic == "positives" })
    #expect(!positives.symbolic.contains("reach"), "\(positives.symbolic)")
    #expect(positives.symbolic.contains("low-quality"))
    // Without the rule they do, and that is said.
    let fitting = Fixtures.scene([Fixtures.object(12, 12, 44, 44)])
    let other = try #require(Detectors.explain(.gt(0), in: try Fixtures.trace(fitting)))
    #expect(other.reasons.contains { $0.symbolic.contains("reach positive_iou 0.5") })
  }

  @Test("a trace that has only got to some step is explained as far as it goes", arguments: [false, true])
  func partial(isRandom: Bool) throws {
    let whole = try trace(Case(name: "default", scene: Fixtures.mixed, options: [], isRandom: isRandom))
    var verdicts: Set<String> = []
    for step in whole.steps.indices {
      let trace = whole.upTo(step: step)
      #expect(trace.steps.map(\.id) == whole.steps.prefix(step + 1).map(\.id))
      let anchors: [Element] = try anchors(whole).map { .anchor($0) }
      let pairs: [Element] = [0, 1, 2].flatMap { gt in [0, 100].map { .pair(gt: gt, anchor: $0) } }
      for element in anchors + pairs + [.gt(0), .gt(2)] {
        let explanation = try #require(Detectors.explain(element, in: trace))
        #expect(Faults.of(explanation, in: trace) == [], "\(trace.steps.last?.id ?? "")")
        verdicts.insert(explanation.verdict)
      }
      #expect(trace.losses.isEmpty == (trace["losses.cls"] == nil))
      for element: Element in [.anchor(-1), .anchor(whole.priors.count), .gt(3), .pair(gt: 3, anchor: 0)] {
        #expect(Detectors.explain(element, in: trace) == nil)
      }
    }
    #expect(verdicts.isSuperset(of: ["not laid out yet", "not compared yet", "not matched yet", "positive"]))
  }

  @Test("what is not there is not explained")
  func nothing() throws {
    let trace = try Fixtures.trace(Fixtures.mixed)
    let (n, g) = (trace.priors.count, Fixtures.mixed.groundTruth.count)
    let strangers: [Element] = [
      .anchor(-1), .anchor(n), .anchor(.max), .anchor(.min), .gt(-1), .gt(g), .gt(.max),
      .pair(gt: -1, anchor: 0), .pair(gt: g, anchor: 0), .pair(gt: 0, anchor: -1), .pair(gt: 0, anchor: n),
      .loss(""), .loss("cls_per_anchor"),
    ]
    for element in strangers { #expect(Detectors.explain(element, in: trace) == nil, "\(element)") }
    // The same bounds, from inside.
    #expect(Detectors.explain(.anchor(n - 1), in: trace) != nil)
    #expect(Detectors.explain(.pair(gt: g - 1, anchor: n - 1), in: trace) != nil)
  }
}
