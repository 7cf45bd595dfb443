import Expressions
import Testing
import Traces

/// Expressions are asked at every step key and in every iteration of a training run.
@Suite("The cost of expressions", .serialized)
struct CostTests {
  private func milliseconds(_ text: String, _ trace: Trace) throws -> Double {
    let expression = try Expression(parsing: text)
    let moment = Moment(trace, after: trace)
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<20 {
      let time = try clock.measure { _ = try expression.evaluate(in: moment) }
      best = min(best, Double(time.components.attoseconds) / 1e15)
    }
    return best
  }

  @Test(
    "On more than 10,000 anchors, objects take under 1 ms and anchors under 5",
    arguments: [
      ("any(gt.positives == 0)", 1.0), ("any(nan)", 1), ("loss.cls > 5", 1), ("anchor[1234].state changes", 1),
      ("count(anchor.state == positive)", 5), ("any(anchor.state changes)", 5), ("max(anchor.iou) > 0.5", 5),
      ("count(anchor.level == P4 and anchor.iou > 0.4)", 5), ("level[P4].positives", 5), ("grad.max", 5),
    ])
  func cost(_ text: String, _ limit: Double) throws {
    let trace = try Self.large.get()
    #expect(trace.priors.count > 10_000)
    let time = try milliseconds(text, trace)
    #expect(time < limit, "\(time) ms")
  }

  private static let large = Result { try Fixtures.large(side: 256) }
}
