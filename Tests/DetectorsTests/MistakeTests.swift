import Boxes
import Detectors
import Scenes
import TestSupport
import Testing
import Traces

@Suite struct MistakeTests {
  @Test("each is off by default, can be made, and mended", arguments: DetectorCase.all)
  func switches(_ test: DetectorCase) throws {
    let detector = test.detector
    let start = Settings(defaultsOf: detector)
    #expect(!detector.mistakes.isEmpty)
    for mistake in detector.mistakes {
      #expect(!mistake.isMade(in: start, of: detector), "\(mistake.name)")
      let made = try #require(mistake.switched(in: start, of: detector))
      #expect(mistake.isMade(in: made, of: detector) && made != start)
      #expect(mistake.switched(in: made, of: detector) == start)
    }
  }

  @Test("each changes what is seen; what is no number has its hazard", arguments: DetectorCase.all)
  func consequences(_ test: DetectorCase) throws {
    let detector = test.detector
    let start = Settings(defaultsOf: detector)
    let scene = try #require(Gallery.scene(named: "slender", side: 96))
    for mistake in detector.mistakes {
      let settings = try #require(mistake.switched(in: start, of: detector))
      var trainer = try Trainer(scene, detector: detector, settings: settings, seed: 0)
      for _ in 0..<2 {
        let trace = trainer.iterate()
        let isWhole = trace.steps.flatMap(\.values).allSatisfy { trace[$0]?.doubles.allSatisfy(\.isFinite) ?? true }
        #expect(isWhole || trace.steps.contains { $0.hazards.contains { $0.kind == .notFinite } }, "\(mistake.name)")
      }
    }
  }

  @Test("a preset's own rules come back when a mistake is mended")
  func presets() throws {
    let torchvision = try Settings(
      for: RetinaNet.self,
      assignments: [Assignment(name: "preset", written: .text("torchvision"), place: Fault.Place("preset"))])
    let mistake = try #require(RetinaNet.mistakes.first { $0.name.contains("another GT's") })
    let made = try #require(mistake.switched(in: torchvision, of: RetinaNet.self))
    #expect(made != torchvision && mistake.switched(in: made, of: RetinaNet.self) == torchvision)
  }

  @Test("without its clamp the negative loss's gradient is a NaN where a guess fits perfectly")
  func clamp() {
    let loss = NegativeBagLoss(alpha: 0.5, gamma: 2, bagSize: 10, isClamped: false)
    #expect(loss.background(-1, forgiven: 1).derivative.isNaN)
    let clamped = NegativeBagLoss(alpha: 0.5, gamma: 2, bagSize: 10)
    #expect(clamped.background(-1, forgiven: 1).derivative == 0)
    for x in [-3.0, 0, 2] {
      let (a, b) = (loss.background(x, forgiven: 0.4), clamped.background(x, forgiven: 0.4))
      #expect(abs(a.loss - b.loss) < 1e-12 && abs(a.derivative - b.derivative) < 1e-12)
    }
  }

  @Test("a forced match may leave the anchor to the GT that has it")
  func keeping() {
    let scene = Scene(
      name: "two", classes: ["a"], objects: [], picture: Picture(width: 64, height: 64, red: 0, green: 0, blue: 0))
    let anchors = [Box(10, 10, 30, 30)]
    let objects = [Box(10, 10, 30, 28), Box(12, 12, 40, 40)]
    func owners(overwrites: Bool) -> [Int?] {
      ThresholdMatching(
        anchors, to: objects, in: scene, .init(positive: 0.5, negative: 0.5, forcing: .best(overwrites: overwrites))
      ).owners
    }
    #expect(owners(overwrites: true) == [1])
    #expect(owners(overwrites: false) == [0])
  }

  @Test("with half the stride the cells stay and the anchors crowd")
  func strides() throws {
    let scene = try #require(Gallery.scene(named: "mixed", side: 96))
    let start = Settings(defaultsOf: FCOS.self)
    let halved = try #require(FCOS.mistakes.last?.switched(in: start, of: FCOS.self))
    let (right, wrong) = (FCOS.priors(on: scene, start), FCOS.priors(on: scene, halved))
    #expect(right.count == wrong.count && right.hasSameCells(as: wrong))
    for index in stride(from: 0, to: right.count, by: 7) {
      let place = try #require(right.location(of: index))
      let (a, b) = (try #require(right.center(of: place)), try #require(wrong.center(of: place)))
      #expect(b.x == a.x / 2 && b.y == a.y / 2)
      #expect(wrong.nearest(level: place.level, x: b.x, y: b.y) == place)
    }
  }
}
