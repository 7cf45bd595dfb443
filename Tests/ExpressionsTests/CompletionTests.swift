import Expressions
import TestSupport
import Testing
import Traces

@Suite("Completion")
struct CompletionTests {
  private func texts(_ text: String, _ detector: String = "retinanet", at cursor: Int? = nil) throws -> [String] {
    Expression.completions(of: text, at: cursor ?? text.count, in: try Fixtures.of(detector)).map(\.text)
  }

  @Test(
    "What fits comes first",
    arguments: [
      ("gt[2].max", "max_iou"), ("gt.pos", "positives"), ("any(gt.pos", "positives"), ("level[P", "P3"),
      ("level[", "P3"),
      ("anchor[3].state == po", "positive"), ("anchor[3].state == ", "positive"), ("anchor[3].state ≠ ig", "ignored"),
      ("gt[0].class == \"bal", "\"balloon\""), ("gt[0].class == ", "boat"), ("loss.", "cls"), ("loss.to", "total"),
      ("loss.cls.", "sum"), ("param.positive", "positive_iou"), ("param.optimizer == ", "adam"), ("gr", "grad"),
      ("grad.", "max"), ("over", "overlap"), ("overlap.", "iou"), ("match.max", "max_iou"), ("gt[", "0"),
      ("overlap.iou[", "0"),
      ("overlap.iou[2][", "0"), ("cou", "count("), ("1 + mea", "mean("), ("no", "not "), ("gt[0].x > 3 a", "and "),
      ("loss.cls ", "and "), ("loss.cls cha", "changes"), ("anchor[gt[0].best", "best_anchor"), ("step == ma", "match"),
      ("weights.heads.", "cls"), ("match.", "max_iou"), ("iter", "iteration"), ("", "scene"),
    ])
  func first(_ text: String, _ wanted: String) throws {
    let found = try texts(text)
    #expect(found.first == wanted, "\(found.prefix(5))")
  }

  @Test("What this detector never leaves is not offered, what it does is")
  func detector() throws {
    #expect(try !texts("").contains("bag") && !texts("").contains("roi"))
    #expect(try texts("", "freeanchor").contains("bag") && texts("", "fasterrcnn").contains("roi"))
    #expect(try texts("gt.", "freeanchor").contains("positives") == false)
    #expect(try texts("anchor[0].", "fcos").contains("claims"))
    #expect(try texts("anchor[0].state == ", "freeanchor").contains("\"in a bag\""))
    #expect(try texts("anchor[0].state == ", "fasterrcnn").contains("neutral"))
    #expect(try texts("roi[0].", "fasterrcnn").contains("foreground"))
    #expect(try texts("roi.po", "fasterrcnn").contains("pooled"))
  }

  @Test("Each has a meaning, replaces what was begun, and leads to a path that is known")
  func applied() throws {
    for detector in Fixtures.traces.keys {
      let trace = try Fixtures.of(detector)
      for start in ["gt[0].", "anchor[5].", "level[P5].", "scene.", "grad.", "loss.", "param."] {
        for completion in Expression.completions(of: start, at: start.count, in: trace) {
          let (text, cursor) = completion.applied(to: start)
          #expect(cursor == text.count && !completion.meaning.isEmpty)
          _ = try Expression(parsing: text).type(in: trace)
        }
      }
    }
    let text = "any(gt.posi == 0)"
    let found = try #require(Expression.completions(of: text, at: 11, in: Fixtures.of("retinanet")).first)
    #expect(found.range == 7..<11)
    #expect(found.applied(to: text) == ("any(gt.positives == 0)", 16))
  }

  @Test("Without a trace there is the table; in a filter the columns come first")
  func noTrace() throws {
    let found = Expression.completions(of: "gt.", at: 3, in: nil).map(\.text)
    #expect(found.contains("positives") && found.contains("max_iou"))
    #expect(Expression.completions(of: "param.bag_s", at: 11, in: nil).map(\.text) == ["bag_size"])
    let rows = Rows(.anchor, [1, 2], columns: ["sign": .texts(.many(["+", "~"]))])
    let fields = Expression.completions(of: "", at: 0, in: try Fixtures.of("retinanet"), forEach: rows).map(\.text)
    #expect(fields.first == "sign" && fields.contains("iou"))
    let words = Expression.completions(of: "state == ", at: 9, in: try Fixtures.of("retinanet"), forEach: rows).map(
      \.text)
    #expect(words.first == "positive")
  }

  @Test("Any text and any cursor")
  func any() throws {
    var draws = Draws(44)
    let letters = Array("gt[0].x anchor.state==\"'level[P4](-−≠]]..🙂\u{0}9e param.loss")
    let traces = Fixtures.traces.keys.sorted()
    for _ in 0..<1500 {
      let text = String((0..<draws.int(0...24)).map { _ in letters[draws.int(0...letters.count - 1)] })
      let trace = try Fixtures.of(traces[draws.int(0...traces.count - 1)])
      let cursor = draws.int(-2...26)
      for completion in Expression.completions(of: text, at: cursor, in: trace) {
        #expect(completion.range.upperBound <= max(0, min(cursor, text.count)))
        _ = completion.applied(to: text)
        _ = completion.applied(to: "")
      }
    }
  }

  @Test("Every example of the page holds its own words and is answered for some detector")
  func page() throws {
    let rows = ExpressionPage.sections.flatMap(\.rows)
    for row in rows {
      let expression = try Expression(parsing: row.example)
      let answered = Fixtures.traces.values.contains { (try? expression.evaluate(in: Moment($0))) != nil }
      #expect(answered && !row.meaning.isEmpty, "\(row.spelling): \(row.example)")
    }
    for entry in PathTable.entries where !["y1", "x2", "y2", "width", "height", "area"].contains(entry.field) {
      #expect(rows.contains { $0.spelling == entry.spelling })
    }
  }
}
