import Expressions
import Testing
import Traces

@Suite("Filters")
struct FilterTests {
  private func keep(_ text: String, _ rows: Rows, _ trace: Trace, step: Int? = nil) throws -> [Int] {
    try Expression(parsing: text).filter(rows, at: Moment(trace, step: step))
  }

  @Test("Bare names are what a row has")
  func anchors() throws {
    let trace = try Fixtures.of("retinanet")
    let anchors = Array(stride(from: 3, to: trace.priors.count, by: 7))
    let (states, overlaps) = (try trace.doubles("match.state"), try trace.doubles("match.max_iou"))
    let level = try #require(trace.priors.levels.first { $0.name == "P4" })
    let rows = Rows(.anchor, anchors)
    let found = try keep("iou > .2 and level == P4", rows, trace)
    #expect(!found.isEmpty)
    #expect(found == anchors.indices.filter { overlaps[anchors[$0]] > 0.2 && level.range.contains(anchors[$0]) })
    #expect(
      try keep("state != negative", rows, trace) == anchors.indices.filter { states[anchors[$0]] != 0 })
    #expect(
      try keep("iou == max(iou)", rows, trace).map { overlaps[anchors[$0]] } == [anchors.map { overlaps[$0] }.max()])
    #expect(try keep("x > gt[0].x1 and count(gt) == 5", rows, trace).count < rows.count)
    #expect(try keep("true", rows, trace) == Array(anchors.indices))
    #expect(try keep("state == positive", rows, trace, step: trace.index(of: "overlap")).isEmpty)
  }

  @Test("What the list itself shows hides what the table has")
  func columns() throws {
    let trace = try Fixtures.of("retinanet")
    let rows = Rows(
      .anchor, [5, 6, 7],
      columns: [
        "iou": .numbers(.many([0.9, 0.1, 0.6])), "sign": .texts(.many(["+", "~", "+"])), "taken": .booleans(.one(true)),
      ])
    #expect(try keep("iou > .5", rows, trace) == [0, 2])
    #expect(try keep("sign == \"+\" and taken", rows, trace) == [0, 2])
    #expect(try keep("row >= 0", Rows(nil, [0, 1], columns: ["row": .numbers(.many([1, -1]))]), trace) == [0])
    #expect(try keep("score >= 0", Rows(.detection, [0, 1]), Fixtures.of("ssd")) == [0, 1])
    #expect(try Expression(parsing: "iou * 2").type(in: trace, forEach: rows).description == "a list of numbers")
  }

  @Test("Faults of filters")
  func faults() throws {
    let trace = try Fixtures.of("retinanet")
    let rows = Rows(.anchor, [1, 2, 3])
    for text in ["iuo > 1", "iou", "gt.area > 1", "anchor.iou > 1", "level == P9", "score > \"a\""] {
      #expect(throws: ExpressionFault.self, "\(text)") { try keep(text, rows, trace) }
    }
    do throws(ExpressionFault) {
      _ = try Expression(parsing: "iuo > 1").filter(rows, at: Moment(trace))
    } catch {
      #expect(error.description.contains("did you mean \"iou\""))
    }
    // Rows that the subject does not have are no trap.
    #expect(throws: ExpressionFault.self) { try keep("iou > 0", Rows(.anchor, [-1, 99999, 3]), trace) }
  }
}
