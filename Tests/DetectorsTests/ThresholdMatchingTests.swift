import Boxes
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// The rules at their edges, which no recorded run decides.
@Suite struct ThresholdMatchingTests {
  private func match(
    _ anchors: [Box], _ objects: [Box], ignored: [Box] = [], positive: Double = 0.5, negative: Double = 0.4,
    lowQuality: ThresholdMatching.LowQualityOwner? = nil, forcing: ThresholdMatching.Forcing = .none,
    ignoresOutside: Bool = false, negativeIsIncluded: Bool = true
  ) -> ThresholdMatching {
    let all = objects.map { ($0, false) } + ignored.map { ($0, true) }
    let scene = Fixtures.scene(all.map { SceneObject(label: 0, box: $0.0, ignored: $0.1) })
    return ThresholdMatching(
      anchors, to: objects, in: scene,
      ThresholdMatching.Thresholds(
        positive: positive, negative: negative, forcing: lowQuality.map { .lowQuality(owner: $0) } ?? forcing,
        ignoresOutside: ignoresOutside, negativeIsIncluded: negativeIsIncluded))
  }

  @Test("IoU of exactly positive_iou is positive")
  func exactlyPositive() {
    let matching = match([Box(0, 0, 1, 1), Box(0, 0, 0.999, 1)], [Box(0, 0, 2, 1)])
    #expect(matching.states == [.positive, .ignored])
    #expect(matching.owners == [0, nil])
  }

  @Test("IoU of exactly negative_iou is negative, or ignored where it is not included")
  func exactlyNegative() {
    let matching = match([Box(0, 0, 2, 1), Box(0, 0, 2.001, 1)], [Box(0, 0, 5, 1)])
    #expect(matching.states == [.negative, .ignored])
    let other = match(
      [Box(0, 0, 2, 1), Box(0, 0, 1.999, 1)], [Box(0, 0, 5, 1)], negativeIsIncluded: false)
    #expect(other.states == [.ignored, .negative])
  }

  @Test("with one threshold for both, nothing is ignored")
  func noBand() {
    let anchors = [Box(0, 0, 1, 1), Box(0, 0, 0.999, 1)]
    let matching = match(anchors, [Box(0, 0, 2, 1)], positive: 0.5, negative: 0.5)
    // Exactly at the threshold it is positive: that rule comes first.
    #expect(matching.states == [.positive, .negative])
  }

  @Test("of two objects that overlap as much the first owns the anchor")
  func tie() {
    let matching = match([Box(0, 0, 4, 4)], [Box(0, 0, 4, 4), Box(0, 0, 4, 4)])
    #expect(matching.owners == [0])
  }

  @Test("a centre on the right or bottom edge is outside, one on the left or top is not")
  func edges() {
    func around(_ x: Double, _ y: Double) -> Box { Box(x - 8, y - 8, x + 8, y + 8) }
    let anchors = [
      around(64, 32), around(32, 64), around(63.5, 32), around(32, 63.5), around(0, 32), around(-5, -5),
      around(70, 70),
    ]
    let wanted: [ThresholdMatching.State] = [
      .ignored, .ignored, .positive, .positive, .positive, .positive, .ignored,
    ]
    // Every anchor is an object too, so that each would be positive.
    let matching = match(anchors, anchors, ignoresOutside: true)
    #expect(matching.states == wanted)
    #expect(matching.rules == wanted.map { $0 == .ignored ? .outside : .overlap })
    #expect(matching.owners == [nil, nil, 2, 3, 4, 5, nil])
    #expect(match(anchors, anchors).states == anchors.map { _ in .positive })
  }

  // MARK: Low-quality matches

  /// Both anchors overlap gt 0 more than gt 1, and the second is the best that gt 1 has.
  private let contested = (
    anchors: [Box(0, 0, 10, 1), Box(4, 0, 12, 1)], objects: [Box(0, 0, 10, 1), Box(10, 0, 20, 1)]
  )

  @Test("without low-quality matches a poor best anchor stays what its IoU makes it")
  func lowQualityOff() {
    let matching = match(contested.anchors, contested.objects, positive: 0.6)
    #expect(matching.states == [.positive, .ignored])
    #expect(matching.owners == [0, nil])
  }

  @Test("a low-quality match goes to the prior's own object, or to the object whose best it is")
  func lowQualityOwners() {
    let prior = match(contested.anchors, contested.objects, positive: 0.6, lowQuality: .prior)
    #expect(prior.states == [.positive, .positive])
    #expect(prior.owners == [0, 0])
    #expect(prior.rules == [.overlap, .lowQuality])
    let gt = match(contested.anchors, contested.objects, positive: 0.6, lowQuality: .gt)
    #expect(gt.states == [.positive, .positive])
    #expect(gt.owners == [0, 1])
  }

  @Test("every anchor tied at the best IoU is matched; an overlap of 0 matches nothing")
  func lowQualityTies() {
    let anchors = [Box(0, 0, 4, 4), Box(2, 0, 6, 4), Box(30, 30, 34, 34)]
    let matching = match(anchors, [Box(2, 0, 4, 1), Box(50, 50, 60, 60)], lowQuality: .gt)
    #expect(matching.states == [.positive, .positive, .negative])
    #expect(matching.owners == [0, 0, nil])
  }

  @Test("an anchor that is the best of two objects goes to the later, where objects choose")
  func laterObject() {
    let objects = [Box(0, 0, 2, 2), Box(2, 2, 4, 4)]
    #expect(match([Box(0, 0, 4, 4)], objects, lowQuality: .gt).owners == [1])
    #expect(match([Box(0, 0, 4, 4)], objects, lowQuality: .prior).owners == [0])
  }

  // MARK: Forced matches

  @Test("each object's best anchor is forced, one of equals and the first")
  func forcedOne() {
    let anchors = [Box(0, 0, 4, 4), Box(2, 0, 6, 4), Box(30, 30, 34, 34)]
    let objects = [Box(2, 0, 4, 1)]
    let matching = match(anchors, objects, forcing: .best())
    #expect(matching.states == [.positive, .negative, .negative])
    #expect(matching.rules == [.forced, .overlap, .overlap])
    #expect(match(anchors, objects, forcing: .allTied).owners == [0, 0, nil])
  }

  @Test("a shared best anchor is the later object's, and an anchor of good IoU can be taken so")
  func forcedShared() {
    let objects = [Box(0, 0, 2, 2), Box(2, 2, 4, 4)]
    for forcing in [ThresholdMatching.Forcing.best(), .allTied] {
      #expect(match([Box(0, 0, 4, 4)], objects, forcing: forcing).owners == [1])
    }
    // The anchor is gt 0's by IoU 1; gt 1 has no better one.
    let taken = match([Box(0, 0, 4, 4)], [Box(0, 0, 4, 4), Box(0, 0, 1, 1)], forcing: .best())
    #expect(taken.owners == [1])
    #expect(taken.rules == [.forced])
    #expect(match([Box(0, 0, 4, 4)], [Box(0, 0, 4, 4)], forcing: .best()).rules == [.overlap])
  }

  @Test("an object that overlaps no anchor forces the first, or with all ties every one")
  func forcedNowhere() {
    let anchors = [Box(0, 0, 4, 4), Box(8, 8, 12, 12), Box(20, 20, 24, 24)]
    let objects = [Box(8, 8, 12, 12), Box(50, 50, 60, 60)]
    #expect(match(anchors, objects, forcing: .best()).owners == [1, 0, nil])
    #expect(match(anchors, objects, forcing: .allTied).owners == [1, 1, 1])
    #expect(match(anchors, objects, lowQuality: .gt).owners == [nil, 0, nil])
    #expect(match([], objects, forcing: .best()).owners == [])
  }

  @Test("a forced anchor is taken out of the ignore band, but not out of an ignored object")
  func forcedStates() {
    let anchors = [Box(0, 0, 10, 4.5), Box(30, 30, 40, 40)]
    let objects = [Box(0, 0, 10, 10), Box(30, 30, 33, 33)]
    let matching = match(anchors, objects, ignored: [Box(30, 30, 50, 50)], forcing: .best())
    #expect(matching.states == [.positive, .ignored])
    #expect(matching.rules == [.forced, .ignoredObject])
  }

  // MARK: Ignored objects

  @Test("an anchor lying exactly half inside an ignored object is ignored")
  func halfInside() {
    let anchors = [Box(0, 0, 2, 1), Box(0, 0, 2.01, 1), Box(20, 20, 22, 22)]
    let matching = match(anchors, [Box(20, 20, 22, 22)], ignored: [Box(0, 0, 1, 1)])
    #expect(matching.states == [.ignored, .negative, .positive])
    #expect(matching.rules == [.ignoredObject, .overlap, .overlap])
  }

  @Test("halves inside two ignored objects do not add up")
  func twoParts() {
    let matching = match([Box(0, 0, 4, 1)], [], ignored: [Box(0, 0, 1, 1), Box(3, 0, 4, 1)])
    #expect(matching.states == [.negative])
  }

  @Test("an ignored object takes even a positive anchor, a low-quality one too")
  func ignoredWins() {
    let anchors = [Box(0, 0, 10, 10), Box(30, 30, 40, 40)]
    let objects = [Box(0, 0, 10, 10), Box(30, 30, 33, 33)]
    let ignored = [Box(0, 0, 10, 5), Box(30, 30, 50, 50)]
    let matching = match(anchors, objects, ignored: ignored, lowQuality: .prior)
    #expect(matching.states == [.ignored, .ignored])
    #expect(matching.owners == [nil, nil])
  }

  @Test("an ignored object is no GT: no row of overlaps, never an owner")
  func neverMatched() throws {
    let ignored = Fixtures.object(16, 16, 48, 48, ignored: true)
    let trace = try Fixtures.trace(Fixtures.scene([ignored, Fixtures.object(2, 2, 30, 34, label: 1)]))
    #expect(trace["overlap.iou"]?.shape == [1, trace.priors.count])
    #expect(try trace.doubles("match.gt").max() == 0)
    // The anchor that is exactly the ignored object.
    let anchors = try #require(trace["anchors.boxes"])
    let twin = try #require((0..<trace.priors.count).first { anchors.row($0) == [12, 12, 44, 44] })
    #expect(trace["match.state"]?[twin] == -1)
  }

  @Test("anchors that tie for a low-quality match are told, as rounding decides among them")
  func lowQualityTie() throws {
    // As large in every anchor that holds it.
    let scene = Fixtures.scene([Fixtures.object(28, 28, 32, 32)])
    func ties(_ options: [String]) throws -> [Hazard] {
      try Fixtures.trace(scene, Fixtures.tiny + options).hazards.filter { $0.kind == .lowQualityTie }
    }
    let tie = try #require(try ties(["low_quality_matches=true"]).first)
    #expect(tie.focus.gt == 0 && tie.message.contains("to the last bit"))
    #expect(try ties([]).isEmpty)
  }
}
