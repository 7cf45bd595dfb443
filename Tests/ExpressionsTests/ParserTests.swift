import Expressions
import Testing

@Suite("Reading expressions")
struct ParserTests {
  @Test(
    "The description is the one way to write it",
    arguments: [
      ("1+2*3", "1 + 2 * 3"), ("(1+2)*3", "(1 + 2) * 3"), ("1-(2-3)", "1 - (2 - 3)"), ("((1))-2-3", "1 - 2 - 3"),
      ("−.5 ≤ x", "-0.5 <= x"), ("--1", "-(-1)"), ("+1", "1"), ("2×3÷4·5", "2 * 3 / 4 * 5"), ("-(1+2)", "-(1 + 2)"),
      ("a && b||!c", "a and b or not c"), ("a and (b or c)", "a and (b or c)"), ("not (a and b)", "not (a and b)"),
      ("(a and b) or c", "a and b or c"), ("!a == b", "(not a) == b"), ("not a == b", "not a == b"),
      ("a≠b", "a != b"), (".4<anchor[3].iou<.5", "0.4 < anchor[3].iou < 0.5"), ("(1 < 2) == true", "(1 < 2) == true"),
      ("x > 5 changes", "x > 5 changes"), ("(x changes) == true", "(x changes) == true"),
      ("not x changes and y", "not x changes and y"), ("(not x) changes", "(not x) changes"),
      ("gt[ 1 + 1 ].x1", "gt[1 + 1].x1"), ("level[ P4 ].positives", "level[P4].positives"),
      ("max( 1 ,2, x )", "max(1, 2, x)"), ("'a\"b'", "\"a\\\"b\""), ("“boat”", "\"boat\""),
      ("\"a\\\\b\"", "\"a\\\\b\""),
      ("1e-3", "0.001"), ("1E3", "1000"), ("1e20", "1e+20"), ("9007199254740992", "9007199254740992"), ("\n1\t", "1"),
    ])
  func description(_ text: String, _ wanted: String) throws {
    let expression = try Expression(parsing: text)
    #expect(expression.description == wanted)
    #expect(try Expression(parsing: wanted).description == wanted)
  }

  @Test(
    "A fault points at the character",
    arguments: [
      ("", 0..<0), ("   ", 3..<3), ("1 +", 3..<3), ("1 + * 2", 4..<5), ("(1", 2..<2), ("1)", 1..<2), ("gt[0", 4..<4),
      ("gt.", 3..<3), ("gt[0].4", 5..<7), ("5x", 0..<2), ("1 2", 2..<3), ("max(1,", 6..<6), ("max 1", 4..<5),
      ("a = b", 2..<3), ("a # b", 2..<3), ("\"abc", 0..<4), ("a and", 5..<5), ("and a", 0..<3), ("a not b", 2..<5),
      ("9007199254740993", 0..<16), ("99999999999999999999", 0..<20), ("1e999", 0..<5), ("a[]", 2..<3), ("≤ 1", 0..<1),
      ("a..b", 2..<3), ("é = 1", 2..<3), ("1.", 1..<2), ("changes", 0..<7),
    ])
  func pointing(_ text: String, _ range: Range<Int>) {
    let found = fault(text)
    #expect(found?.range == range, "\(text): \(String(describing: found))")
  }

  @Test("A caret stands under what is wrong, also where the expression is long or holds control characters")
  func caret() throws {
    let wrong = try #require(fault("1 + * 2"))
    #expect(
      wrong.pointing() == "1 + * 2\n    ^\ncolumn 5: found \"*\", wanted a value: a name, a number or a parenthesis")
    let control = try #require(fault("\"\u{1b}\" $"))
    #expect(control.pointing().hasPrefix("\"\\u{1b}\" $\n         ^\n"))
    let long = try #require(fault(String(repeating: "1 + ", count: 200) + "$ + 1"))
    let lines = long.pointing(width: 60).split(separator: "\n")
    #expect(lines[0].count == 62 || lines[0].count == 61)
    let place = try #require(lines[1].firstIndex(of: "^"))
    let offset = lines[1].distance(from: lines[1].startIndex, to: place)
    #expect(Array(lines[0])[offset] == "$")
  }

  @Test("Nesting and length have limits, and what lies within them is read")
  func limits() throws {
    for (open, close) in [
      ("(", ")"), ("-", ""), ("not ", ""), ("!", ""), ("abs(", ")"), ("gt[", "]"), ("", " changes"),
    ] {
      func nested(_ depth: Int) -> String {
        String(repeating: open, count: depth) + "x" + String(repeating: close, count: depth)
      }
      _ = try Expression(parsing: nested(64))
      guard case .tooDeep(64)? = fault(nested(65))?.problem else {
        Issue.record("65 times \(open)\(close) was taken")
        continue
      }
    }
    #expect(fault(String(repeating: "(", count: 4096))?.problem == .tooDeep(limit: 64))
    #expect(fault(String(repeating: "x", count: 4097))?.problem == .tooLong(found: 4097, limit: 4096))
    _ = try Expression(parsing: String(repeating: "1+", count: 2047) + "1")
    _ = try Expression(parsing: String(repeating: "1<", count: 2047) + "1")
    _ = try Expression(parsing: String(repeating: "x and ", count: 682) + "x")
  }
}
