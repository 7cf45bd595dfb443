import Detectors
import Scenes
import TestSupport
import Testing
import Traces

/// What the steps say and show of parts whose weights do not move.
@Suite struct FreezeTests {
  private func trace(_ parts: String) throws -> Trace {
    try Fixtures.trace(Fixtures.mixed, Fixtures.tiny + ["freeze=\(parts)"])
  }

  private func weights(_ trace: Trace, of part: String) -> [Value] {
    trace.allValues.filter { $0.name.hasPrefix("weights.\(part).") }
  }

  @Test("the update names the frozen parts with their weights, and its table says so in their rows")
  func update() throws {
    let trace = try trace("backbone,heads")
    let frozen = ["backbone", "heads"].map { weights(trace, of: $0) }
    let step = try #require(trace.step("update"))
    for (part, values) in zip(["backbone", "heads"], frozen) {
      let count = Number.count(values.reduce(0) { $0 + $1.count })
      #expect(step.headline.contains("\(part) (\(count) weights)"), "\(step.headline)")
    }
    let moving = weights(trace, of: "pyramid").reduce(0) { $0 + $1.count }
    #expect(step.headline.hasPrefix("\(Number.count(moving)) weights moved"))
    guard case .table(let table) = step.views.first else {
      Issue.record("no table")
      return
    }
    let rows = table.rows.map(\.cells)
    let still = rows.filter { $0[2] == "frozen" }
    #expect(still.count == frozen.joined().count && still.allSatisfy { $0[3] == "0" && $0[4] == "0%" })
    #expect(rows.suffix(still.count) == still[...], "the frozen ones come last")
    #expect(rows.count == still.count + weights(trace, of: "pyramid").count)
  }

  @Test("the gradients' bars say which parts have none")
  func gradients() throws {
    let trace = try trace("backbone")
    let step = try #require(trace.step("gradients"))
    #expect(step.headline.contains("None is computed for backbone ("), "\(step.headline)")
    guard case .bars(let bars) = step.views.first else {
      Issue.record("no bars")
      return
    }
    #expect(bars.bars.last?.label == "backbone: frozen" && bars.bars.last?.value == 0)
    let open = ["pyramid", "heads"].flatMap { weights(trace, of: $0) }
    #expect(bars.bars.count == open.count + 1)
    let plain = try #require(self.trace("none").step("gradients"))
    #expect(!plain.headline.contains("frozen"))
  }

  @Test("with everything frozen the predictions still have their gradients, and nothing moves")
  func everything() throws {
    let (frozen, open) = (try trace("backbone,pyramid,heads"), try trace("none"))
    for name in ["gradients.cls_logits", "gradients.box_deltas"] {
      #expect(try frozen.doubles(name) == open.doubles(name))
    }
    #expect(!frozen.allValues.contains { $0.name.hasPrefix("gradients.weights.") })
    #expect(frozen.step("gradients")?.headline.contains("every part of the network is frozen") == true)
    #expect(frozen.step("update")?.headline.hasPrefix("Every part is frozen") == true)
  }

  @Test("what is not frozen gets the same gradient, to the bit")
  func sameGradients() throws {
    let open = try trace("none")
    for parts in ["backbone", "pyramid", "heads", "backbone,pyramid"] {
      let frozen = try trace(parts)
      let names = frozen.allValues.map(\.name).filter { $0.hasPrefix("gradients.weights.") }
      #expect(!names.isEmpty)
      for name in names { #expect(try frozen.doubles(name) == open.doubles(name), "\(parts): \(name)") }
    }
  }
}
