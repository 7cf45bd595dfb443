import Debugger
import Detectors
import Foundation
import Scenes
import Screen
import TestSupport
import Testing
import Traces

/// Whatever one does, in whatever order: nothing traps, nothing is NaN without being said so, what is undone is as it
/// was, and who comes back finds the same bits.
@Suite struct DrivePropertyTests {
  /// Over all detectors; BOXSTEP_ACTIONS asks for more.
  private static let actions = ProcessInfo.processInfo.environment["BOXSTEP_ACTIONS"].flatMap { Int($0) } ?? 500

  @Test(arguments: Detectors.all.map { $0.name }) func anythingGoes(_ name: String) throws {
    let detector = try #require(Detectors.named(name))
    var draws = Draws(UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xffff))
    let scenes = ["mixed", "crowd", "slender", "moon"]
    var drive = try Drive(scenes[draws.int(0...3)], detector)
    for count in 0..<(Self.actions / Detectors.all.count) {
      if count % 100 == 99 { drive = try Drive(scenes[draws.int(0...3)], detector) }
      let action = Self.action(&draws, drive.state)
      drive.act(action)
      try check(drive, after: action)
      if draws.int(0...9) == 0 { try checkUndo(&drive, &draws) }
      if draws.int(0...19) == 0 { try checkReturn(&drive) }
      // A run that has grown long is begun anew, so that going back stays quick.
      if try drive.trace.iteration > 12 { drive = try Drive(scenes[draws.int(0...3)], detector) }
    }
  }

  private func check(_ drive: Drive, after action: Action) throws {
    let size = drive.state.size
    let canvas = drive.state.canvas(size)
    #expect(canvas.size == size)
    let trace = try drive.trace
    let isFinite = trace.allValues.allSatisfy { $0.doubles.allSatisfy(\.isFinite) }
    let isSaid = trace.hazards.contains { $0.kind == .notFinite }
    #expect(isFinite || isSaid, "after \(action)")
    #expect(trace.staleness.isEmpty, "after \(action)")
  }

  /// An edit and its undoing leave what was there.
  private func checkUndo(_ drive: inout Drive, _ draws: inout Draws) throws {
    drive.act(.cancel, .cancel, .cancel)
    let (timeline, bits) = (drive.state.timeline, try drive.trace.bits)
    let edit = Self.edit(&draws, drive.state)
    drive.act(edit)
    guard drive.state.timeline != timeline else { return }
    drive.act(.undo)
    #expect(drive.state.timeline == timeline, "\(edit)")
    #expect(try drive.trace.bits == bits, "\(edit)")
  }

  /// To another iteration and back.
  private func checkReturn(_ drive: inout Drive) throws {
    drive.act(.cancel, .cancel, .cancel)
    let (iteration, bits) = (try drive.trace.iteration, try drive.trace.bits)
    drive.act(.nextIteration, .goToIteration(1), .goToIteration(iteration))
    #expect(try drive.trace.iteration == iteration)
    #expect(try drive.trace.bits == bits)
  }

  private static func edit(_ draws: inout Draws, _ state: State) -> Action {
    let parameters = state.detectorType?.parameters.filter { !slow.contains($0.name) } ?? []
    let gt = draws.int(0...3)
    switch draws.int(0...9) {
    case 0: return .edit(.add)
    case 1: return .edit(.delete)
    case 2: return .edit(.nextClass(draws.int(-2...2)))
    case 3: return .edit(.ignore)
    case 4: return .edit(.snap)
    case 5: return .edit(.move(x: Double(draws.int(-40...40)), y: Double(draws.int(-40...40))))
    case 6: return .edit(.size(width: Double(draws.int(-40...40)), height: Double(draws.int(-40...40))))
    case 7: return .edit(.box(gt: gt, (0..<4).map { _ in draws.double(-20...100) }))
    case 8:
      return .edit(
        .predict(name: "cls_logits", row: draws.int(-1...900), column: draws.int(0...3), value: draws.double(-30...30)))
    default:
      guard let parameter = parameters.randomElement(using: &draws) else { return .undo }
      return .edit(.set(parameter: parameter.name, text: value(of: parameter, &draws)))
    }
  }

  /// These make large networks, or long trainings.
  private static let slow: Set = ["width", "blocks", "pyramid_channels", "head_depth"]

  private static func value(of parameter: Parameter, _ draws: inout Draws) -> String {
    switch parameter.kind {
    case .flag: draws.int(0...1) == 0 ? "true" : "false"
    case .choice(let names), .names(let names): names.randomElement(using: &draws) ?? ""
    case .integer(let range): String(draws.int(range.lowerBound...min(range.upperBound, range.lowerBound + 40)))
    case .number(let range): String(draws.double(range.lowerBound...min(range.upperBound, range.lowerBound + 2)))
    case .numbers(let count, let range):
      (0..<count.lowerBound).map { _ in String(draws.double(range.lowerBound...min(range.upperBound, 300))) }
        .joined(separator: ",")
    case .integers: draws.int(0...1) == 0 ? "8,16,32,64,128" : "16,32,64,128"
    }
  }

  private static let lines = [
    "print any(gt.positives == 0)", "break any(gt.positives == 0)", "break match", "break hazard", "watch loss.total",
    "watch gt[0].max_iou", "filter iou > .3", "filter", "set positive_iou", "set nothing 1", "box 1 2 30 40",
    "class new",
    "theme light", "theme mono", "write a.csv", "save b", "nonsense", "iteration 3", "step match", "go gt 1",
    "go P4 1,1",
    "compare fcos", "compare iteration", "compare", "print )(", "reset",
  ]

  private static func action(_ draws: inout Draws, _ state: State) -> Action {
    switch draws.int(0...19) {
    case 0...3: edit(&draws, state)
    case 4: .mouse(mouse(&draws, state.size))
    case 5: .resized(Size(columns: draws.int(0...210), rows: draws.int(0...70)))
    case 6: .command(lines.randomElement(using: &draws) ?? "")
    case 7: .undo
    case 8: .redo
    case 9: .goToIteration(draws.int(0...6))
    case 10: .train(iterations: draws.int(1...2))
    case 11: .panel([.up, .down, .left, .right, .accept, .remove, .toggle, .close].randomElement(using: &draws) ?? .up)
    case 12: .prompt(.type(["a", ":", "9", "(", "気"].randomElement(using: &draws) ?? "a"))
    case 13: .prompt([.accept, .cancel, .complete, .backspace, .previous].randomElement(using: &draws) ?? .cancel)
    default:
      NamedAction.all.filter { $0.name != "train" && $0.name != "quit" }.randomElement(using: &draws)?.action ?? .next
    }
  }

  private static func mouse(_ draws: inout Draws, _ size: Size) -> Mouse {
    let deeds: [Mouse.Deed] = [.press, .drag, .drag, .release, .wheelUp, .wheelDown]
    return Mouse(
      deeds.randomElement(using: &draws) ?? .press, column: draws.int(0...max(0, size.columns)),
      row: draws.int(0...max(0, size.rows)), isSecond: draws.int(0...4) == 0)
  }
}
