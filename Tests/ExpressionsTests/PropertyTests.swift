import Expressions
import TestSupport
import Testing
import Traces

@Suite("Any text whatever")
struct PropertyTests {
  private static let words =
    PathTable.entries.map(\.example) + [
      "and", "or", "not", "changes", "true", "false", "any(", "all(", "count(", "min(", "max(", "mean(", "sum(", "abs(",
      "nan(", "nan", "(", ")", "[", "]", ",", ".", "+", "-", "−", "*", "/", "<", "<=", "≤", ">", ">=", "≥", "==", "≠",
      "!=",
      "&&", "||", "!", "0", "1", "7", ".5", "1e-3", "1e308", "9007199254740993", "gt", "anchor", "level", "P4", "bag",
      "loss",
      "cls", "total", "grad", "max", "iou", "state", "positive", "\"in a bag\"", "\"", "match.max_iou", "overlap.iou",
      "param", "positive_iou", "detection", "score", "x", "\u{0}", "é", "😀", "\u{202e}", "\\", "\n", "iteration",
      "step",
    ]

  /// Reads it, and evaluates it at a step of some detector: whatever comes of it, it comes back, and a fault points
  /// inside the text.
  private func survive(_ text: String, _ draws: inout Draws) throws {
    let letters = text.count
    let detectors = Fixtures.traces.keys.sorted()
    let trace = try Fixtures.of(detectors[draws.int(0...detectors.count - 1)])
    let moment = Moment(trace, step: draws.int(0...trace.steps.count - 1), after: trace)
    func check(_ fault: ExpressionFault) {
      #expect(fault.range.lowerBound >= 0 && fault.range.upperBound <= max(letters, 4097), "\(text)")
      #expect(!fault.pointing(width: 40).isEmpty && fault.text == text)
    }
    do throws(ExpressionFault) {
      let expression = try Expression(parsing: text)
      let canonical = expression.description
      let again = try Expression(parsing: canonical)
      #expect(again.description == canonical)
      do throws(ExpressionFault) {
        let outcome = try expression.evaluate(in: moment)
        let same = try again.evaluate(in: moment)
        #expect(outcome.description == same.description, "\(text) and \(canonical)")
      } catch { check(error) }
      do throws(ExpressionFault) { _ = try expression.filter(Rows(.anchor, [0, 3]), at: moment) } catch { check(error) }
    } catch { check(error) }
  }

  @Test("Soup of tokens")
  func soup() throws {
    var draws = Draws(41)
    for _ in 0..<4000 {
      let count = draws.int(1...12)
      let parts = (0..<count).map { _ in Self.words[draws.int(0...Self.words.count - 1)] }
      try survive(parts.joined(separator: draws.int(0...2) == 0 ? " " : ""), &draws)
    }
  }

  @Test("Expressions with a few letters changed")
  func mutations() throws {
    var draws = Draws(42)
    let letters = Array("abcdxPt019._-−+*/<>=!&|()[],\"' \u{0}é≤≠")
    for _ in 0..<4000 {
      var text = Array(PathTable.entries[draws.int(0...PathTable.entries.count - 1)].example)
      for _ in 0..<draws.int(1...3) {
        let place = draws.int(0...max(0, text.count - 1))
        let letter = letters[draws.int(0...letters.count - 1)]
        switch draws.int(0...3) {
        case 0 where !text.isEmpty: text.remove(at: place)
        case 1 where !text.isEmpty: text[place] = letter
        case 2 where text.count > 1: text.swapAt(place, draws.int(0...text.count - 1))
        default: text.insert(letter, at: min(place, text.count))
        }
      }
      try survive(String(text), &draws)
    }
  }

  @Test("Well-formed expressions put together at random")
  func composed() throws {
    var draws = Draws(43)
    func compose(_ depth: Int) -> String {
      guard depth > 0 else { return PathTable.entries[draws.int(0...PathTable.entries.count - 1)].example }
      let (a, b) = (compose(depth - 1), draws.int(0...1) == 0 ? "2" : compose(depth - 1))
      switch draws.int(0...6) {
      case 0: return "(\(a)) and (\(b))"
      case 1: return "not (\(a)) or \(b)"
      case 2: return "\(a) + (\(b)) * 2"
      case 3: return "-(\(a)) / (\(b))"
      case 4: return "(\(a)) == (\(b)) changes"
      case 5: return "max(\(a), \(b))"
      default: return "any(\(a), \(b))"
      }
    }
    for _ in 0..<1500 { try survive(compose(draws.int(1...3)), &draws) }
  }
}
