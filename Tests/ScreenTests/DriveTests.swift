import Debugger
import Detectors
import Screen
import Testing
import Traces

/// What a user does, from key to screen, with a real run behind it.
@Suite struct DriveTests {
  @Test func aRunStopsWhereAConditionComesTrue() throws {
    var drive = try Drive("slender", side: 96)
    drive.type("break any(gt.positives == 0)")
    drive.press(.character("c"))
    #expect(try drive.trace.steps[drive.state.position.step].id == "match")
    #expect(drive.state.message?.text.contains("any(gt.positives == 0)") ?? false)
    // In the next iteration it comes true again, and back it is found where it was.
    drive.press(.character("c"))
    #expect(try drive.trace.iteration == 2)
    drive.press(.character("C"))
    #expect(try drive.trace.iteration == 1 && drive.state.position.step == drive.state.stepIDs.firstIndex(of: "match"))
  }

  @Test func aFaultyCommandStaysWithItsFault() throws {
    var drive = try Drive("slender")
    drive.type("break any(gt.positivs == 0)")
    let fault = try #require(drive.state.prompt?.fault)
    #expect(fault.words.contains("positives") && fault.range == 13..<21, "\(fault)")
    #expect(drive.state.breakpoints.isEmpty && drive.text.contains(":break any(gt.positivs == 0)"))
    drive.press(.escape)
    #expect(drive.state.prompt == nil)
    drive.type("brek match")
    #expect(drive.state.prompt?.fault?.words.contains("Did you mean break?") ?? false)
  }

  @Test func aLossLeadsToAnAnchorAndBack() throws {
    var drive = try Drive("mixed", side: 96)
    drive.act(.last)
    drive.act(.select(.loss("cls")))
    let loss = drive.state.selection
    drive.act(.openPanel(.links))
    #expect(drive.text.contains("From loss cls to"))
    drive.press(.enter)
    #expect(drive.state.panel == nil && drive.state.selection.subject == .prior)
    drive.press(.backspace)
    #expect(drive.state.selection == loss)
  }

  @Test func aWeightLeadsToWhoMovedIt() throws {
    var drive = try Drive("mixed", side: 96)
    drive.act(.goToStep("update"))
    drive.press(.tab, .enter)
    #expect(drive.state.panel?.kind == .links && drive.text.contains("Who moved"))
    drive.press(.enter)
    #expect(drive.state.panel == nil && drive.state.selection.subject == .prior)
  }

  @Test("what if: the smallest change gives a GT its positive, and is taken back", arguments: 0..<2)
  func whatIf(_ row: Int) throws {
    var drive = try Drive("slender", side: 96)
    drive.type("break any(gt.positives == 0)")
    drive.press(.character("c"))
    let owners = try #require(try drive.trace["match.gt"]?.doubles)
    let gt = try #require(try drive.trace.scene.groundTruth.indices.first { !owners.contains(Double($0)) })
    drive.act(.select(.gt(gt)))
    let before = try drive.trace.bits
    drive.press(.character("W"))
    #expect(drive.state.panel?.kind == .whatIf && drive.text.contains("the smallest single change"), "\(drive.text)")
    if row > 0 { drive.press(.down) }
    drive.press(.enter)
    #expect(try drive.trace["match.gt"]?.doubles.contains(Double(gt)) ?? false)
    drive.press(.character("u"))
    #expect(try drive.trace.bits == before)
  }

  @Test func aMistakeIsMadeAndMended() throws {
    var drive = try Drive("slender", FreeAnchor.self, side: 96)
    let before = try drive.trace.parameters
    drive.press(.character("P"))
    #expect(drive.text.contains("classic mistakes") && drive.text.contains("no clamp in the negative loss"))
    drive.press(.down, .character(" "))
    #expect(try drive.trace.parameters.contains { $0.name == "negative_clamp" && $0.text == "false" })
    drive.press(.character(" "))
    #expect(try drive.trace.parameters == before)
  }

  @Test func anEditIsSeenMarkedAndTakenBack() throws {
    var drive = try Drive("slender", side: 96)
    let before = try drive.trace.bits
    drive.press(.character("e"), .character("1"), .right, .right)
    #expect(drive.state.isEditing && drive.state.isEdited && drive.text.contains("edited"))
    let moved = try drive.trace.scene.groundTruth[1].box
    #expect(try drive.trace.bits != before)
    drive.press(.character("u"))
    // Both presses are one gesture.
    #expect(try drive.trace.bits == before && !drive.state.isEdited)
    drive.press(.control("r"))
    #expect(try drive.trace.scene.groundTruth[1].box == moved)
  }

  @Test func anEditHoldsFromItsIterationOn() throws {
    var drive = try Drive("slender", side: 96)
    drive.act(.goToIteration(3))
    let third = try drive.trace.bits
    drive.type("set positive_iou .45")
    #expect(try drive.trace.parameters.contains { $0.name == "positive_iou" && $0.text == "0.45" })
    drive.act(.previousIteration)
    #expect(try drive.trace.parameters.contains { $0.name == "positive_iou" && $0.text == "0.5" })
    drive.act(.goToIteration(5))
    #expect(try drive.trace.parameters.contains { $0.name == "positive_iou" && $0.text == "0.45" })
    drive.act(.undo)
    #expect(try drive.trace.iteration == 3 && drive.trace.bits == third)
  }

  @Test func anotherClassBeginsARunOfItsOwn() throws {
    var drive = try Drive("slender")
    drive.act(.nextIteration)
    let before = try drive.trace.bits
    drive.type("class ghost")
    #expect(try drive.trace.scene.classes.contains("ghost") && drive.trace.iteration == 2)
    drive.act(.undo)
    #expect(try drive.trace.bits == before)
  }

  @Test func aBoxIsDraggedByTheMouse() throws {
    var drive = try Drive("mixed", side: 96)
    drive.act(.select(.gt(0)))
    let box = try drive.trace.scene.groundTruth[0].box
    drive.press(.character("e"))
    let columns = drive.state.size.columns
    // Somewhere on the picture the box is taken.
    search: for row in 5..<34 {
      for column in 1..<columns / 2 {
        drive.act(.mouse(Mouse(.press, column: column, row: row)))
        if drive.state.selection.gt == 0, drive.state.isEditing {
          drive.act(
            .mouse(Mouse(.drag, column: column + 3, row: row + 1)),
            .mouse(Mouse(.release, column: column + 3, row: row + 1)))
          if try drive.trace.scene.groundTruth[0].box != box { break search }
        }
      }
    }
    #expect(try drive.trace.scene.groundTruth[0].box != box)
    drive.act(.undo)
    #expect(try drive.trace.scene.groundTruth[0].box == box)
  }

  @Test func twoDetectorsStandBesideEachOther() throws {
    var drive = try Drive("mixed")
    drive.act(.goToStep("match"))
    drive.type("compare fcos")
    #expect(drive.text.contains("B FCOS, iteration 1"))
    drive.press(.character("x"))
    #expect(drive.text.contains("Compared with FCOS") && drive.text.contains("positives"))
    drive.press(.escape)
    // Anchors and points are held against each other cell by cell, and FCOS keeps step.
    #expect(drive.text.contains("cells ≠"))
    drive.act(.nextIteration)
    #expect(drive.text.contains("B FCOS, iteration 2"))
    drive.press(.character("q"))
    #expect(!drive.text.contains("B FCOS") && !drive.state.hasQuit)
  }

  @Test func aSessionIsKeptAndTakenUp() throws {
    var drive = try Drive("slender", side: 96)
    #expect(drive.state.kept(scene: "slender", seed: 0) == nil)
    drive.act(.goToIteration(2), .goToStep("match"))
    drive.type("break any(gt.positives == 0)")
    drive.type("watch loss.total")
    drive.type("set positive_iou .45")
    let bits = try drive.trace.bits
    let kept = try #require(drive.state.kept(scene: "slender", seed: 0))
    var next = try Drive("slender", side: 96)
    next.prepare { $0.offer = kept }
    next.act(.takeUp)
    #expect(try next.trace.bits == bits && next.trace.iteration == 2)
    #expect(next.state.breakpoints == drive.state.breakpoints && next.state.watches.map(\.text) == ["loss.total"])
    #expect(next.state.position.step == drive.state.position.step)
  }

  /// An edited iteration is the same whether it follows the edit or is run through again on the way back.
  @Test(arguments: Detectors.all.map { $0.name }) func aPredictionSetByHandIsFoundAgain(_ name: String) throws {
    var drive = try Drive("slender", try #require(Detectors.named(name)))
    for (row, value) in [(3, 6.0), (266, -28.5), (40, 30)] {
      drive.act(.edit(.predict(name: "cls_logits", row: row, column: 1, value: value)))
      let bits = try drive.trace.bits
      drive.act(.nextIteration, .previousIteration)
      let now = try drive.trace.bits
      #expect(now == bits, "row \(row): \(bits.keys.filter { now[$0] != bits[$0] }.sorted().prefix(4))")
    }
  }

  /// An edit that does not fit says so and is not kept; what comes after it is done as ever.
  @Test func anEditThatFailsIsNotKept() throws {
    var drive = try Drive("slender")
    let (timeline, bits) = (drive.state.timeline, try drive.trace.bits)
    drive.act(.edit(.predict(name: "cls_logits", row: 1, column: 3, value: 1)))
    #expect(drive.state.message?.kind == .fault && drive.state.timeline == timeline && drive.state.job == .none)
    #expect(try drive.trace.bits == bits)
    drive.act(.edit(.move(x: 3, y: 0)))
    #expect(drive.state.isEdited && drive.state.message?.kind == .notice)
  }

  /// Who edits at once, before the iteration is there, edits what was taken up.
  @Test func whatIsTakenUpIsEdited() throws {
    var drive = try Drive("slender", side: 96)
    drive.act(.select(.gt(0)), .edit(.move(x: 3, y: 0)))
    let kept = try #require(drive.state.kept(scene: "slender", seed: 0))
    var next = try Drive("slender", side: 96)
    next.prepare { $0.offer = kept }
    let state = next.state.reduce(.takeUp).reduce(.select(.gt(0))).reduce(.edit(.move(x: 1, y: 0)))
    let moved = try #require(state.timeline?.setup(at: 1).scene.groundTruth.first).box
    #expect(try moved.x1 == drive.trace.scene.groundTruth[0].box.x1 + 1)
  }

  @Test func marksLeadBack() throws {
    var drive = try Drive("slender")
    drive.act(.goToStep("match"))
    drive.press(.character("m"), .character("a"))
    drive.act(.goToIteration(3), .first)
    drive.press(.character("'"), .character("a"))
    #expect(try drive.trace.iteration == 1 && drive.state.stepIDs[drive.state.position.step] == "match")
  }

  @Test func aListIsWrittenAsValues() throws {
    var drive = try Drive("slender")
    drive.act(.goToStep("match"))
    drive.type("write states.csv")
    guard case .write("states.csv", let text)? = drive.effects.last else {
      Issue.record("nothing was to be written")
      return
    }
    let lines = text.split(separator: "\n")
    #expect(lines.count > 2 && lines[0].contains("IoU") && lines[1].contains(","))
  }

  @Test func theTimelineJumps() throws {
    var drive = try Drive("slender")
    drive.act(.goToIteration(4))
    drive.press(.character("t"), .home, .enter)
    #expect(try drive.trace.iteration == 1 && drive.state.panel == nil)
  }

  @Test func aParameterSlidesAndReturns() throws {
    var drive = try Drive("slender")
    drive.press(.character("P"))
    // Past the mistakes and the preset.
    for _ in 0...RetinaNet.mistakes.count { drive.press(.down) }
    drive.press(.right)
    let name = try #require(RetinaNet.parameters.dropFirst().first?.name)
    #expect(drive.text.contains("• \(name)"))
    drive.press(.character("d"))
    #expect(!drive.text.contains("• \(name)"))
  }
}
