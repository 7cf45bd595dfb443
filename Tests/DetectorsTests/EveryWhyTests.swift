import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// Whatever the detector: everything one can ask about is explained, and every explanation's arithmetic is the trace's.
@Suite struct EveryWhyTests {
  static let scenes = [Fixtures.mixed, Fixtures.empty, Fixtures.edge, Fixtures.crowd]

  private func traces(_ detector: DetectorCase, _ scene: Scene, _ variant: [String]) throws -> [Trace] {
    let type = detector.detector
    let predictions = try Fixtures.predictions(for: scene, variant, of: type, logits: -30...30)
    return [
      try Fixtures.trace(scene, variant + Fixtures.tiny, of: type),
      try Fixtures.trace(scene, variant + Fixtures.tiny + ["learning_rate=0.01"], of: type, iterations: 5),
      try Fixtures.trace(scene, variant, of: type, predictions: predictions),
    ]
  }

  /// The corners, those with an interesting state, and a random sample of the rest.
  private func priors(_ trace: Trace) -> [Int] {
    let states = trace[trace.states.value]?.doubles ?? []
    let last = trace.states.states.last.map { Double($0.code) } ?? 0
    var draws = Draws(3)
    let telling = states.indices.filter { states[$0] != last }.shuffled(using: &draws).prefix(40)
    let random = (0..<30).map { _ in draws.int(0...trace.priors.count - 1) }
    return Set(telling + random + [0, trace.priors.count - 1]).sorted()
  }

  /// The best, the last, and a random sample of the rest.
  private func rows(_ kind: BoxRow.Kind, _ trace: Trace) -> [Element] {
    let count = trace[kind.boxes]?.shape[0] ?? 0
    guard count > 0 else { return [] }
    var draws = Draws(5)
    let chosen = (0..<min(20, count)) + [count - 1] + (0..<20).map { _ in draws.int(0...count - 1) }
    return Set(chosen).map { .box(BoxRow(kind, $0)) }
  }

  private func elements(_ trace: Trace) -> [Element] {
    let priors = priors(trace)
    let gts = trace.scene.groundTruth.indices
    return priors.map { .anchor($0) } + gts.map { .gt($0) }
      + gts.flatMap { gt in priors.map { .pair(gt: gt, anchor: $0) } } + trace.losses.map { .loss($0.name) }
      + rows(.candidate, trace) + rows(.detection, trace)
  }

  @Test("all is explained, and every formula is the trace's number", arguments: DetectorCase.all, scenes.indices)
  func everything(detector: DetectorCase, scene: Int) throws {
    for variant in [[]] + detector.variants {
      for trace in try traces(detector, Self.scenes[scene], variant) {
        for element in elements(trace) {
          let explanation = try #require(Detectors.explain(element, in: trace), "\(element) \(variant)")
          #expect(Faults.of(explanation, in: trace) == [], "\(variant)")
          #expect(!explanation.verdict.isEmpty && !explanation.reasons.isEmpty, "\(element) \(variant)")
        }
      }
    }
  }

  @Test("a trace that has only got to some step is explained as far as it goes", arguments: DetectorCase.all)
  func partial(detector: DetectorCase) throws {
    for whole in try traces(detector, Fixtures.mixed, []) {
      for step in whole.steps.indices {
        let trace = whole.upTo(step: step)
        for element in elements(trace) {
          guard let explanation = Detectors.explain(element, in: trace) else { continue }
          #expect(Faults.of(explanation, in: trace) == [], "\(trace.steps.last?.id ?? "")")
        }
      }
    }
  }

  @Test("what is not there is not explained", arguments: DetectorCase.all)
  func nothing(detector: DetectorCase) throws {
    let trace = try Fixtures.trace(Fixtures.mixed, of: detector.detector)
    let (n, g) = (trace.priors.count, Fixtures.mixed.groundTruth.count)
    let strangers: [Element] = [
      .anchor(-1), .anchor(n), .anchor(.max), .anchor(.min), .gt(-1), .gt(g), .gt(.max),
      .pair(gt: -1, anchor: 0), .pair(gt: g, anchor: 0), .pair(gt: 0, anchor: -1), .pair(gt: 0, anchor: n),
      .loss(""), .loss("cls_per_anchor"), .box(BoxRow(.detection, -1)), .box(BoxRow(.detection, .max)),
      .box(BoxRow(.candidate, -1)), .box(BoxRow(.candidate, trace["suppression.by"]?.count ?? 0)),
    ]
    for element in strangers { #expect(Detectors.explain(element, in: trace) == nil, "\(element)") }
    #expect(Detectors.explain(.anchor(n - 1), in: trace) != nil)
    #expect(Detectors.explain(.pair(gt: g - 1, anchor: n - 1), in: trace) != nil)
  }
}
