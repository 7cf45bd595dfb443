import Foundation
import TestSupport
import Testing
import Traces

@Suite struct FormulaTests {
  private let i = Formula.named("i", 812)
  private let a = Formula.named("a", 1024)
  private let b = Formula.named("b", -2)

  @Test("a formula in symbols, with its numbers, and what it comes to")
  func threeForms() {
    let iou = i / (a + .named("b", 900) - i)
    #expect(iou.symbolic == "i / (a + b − i)")
    #expect(iou.substituted == "812 / (1024 + 900 − 812)")
    #expect(iou.value == 812.0 / 1112)
  }

  @Test("parentheses stand where they are needed")
  func parentheses() {
    let (x, y, z) = (Formula.named("x", 2), Formula.named("y", 3), Formula.named("z", 5))
    let cases: [(Formula, String)] = [
      (x - (y - z), "x − (y − z)"), (x - y - z, "x − y − z"), (x - (y + z), "x − (y + z)"),
      (x + (y - z), "x + (y − z)"), (x / (y * z), "x / (y · z)"), (x / y / z, "x / y / z"),
      (x / (y / z), "x / (y / z)"), (x * (y + z), "x · (y + z)"), ((x + y) * z, "(x + y) · z"),
      (x.power(y).power(z), "(x^y)^z"), (x.power(y + z), "x^(y + z)"), ((x * y).power(z), "(x · y)^z"),
      ((-x).power(y), "(−x)^y"), (-(x.power(y)), "−x^y"), (-(x + y), "−(x + y)"), (-(x * y), "−x · y"),
      (x * -y, "x · (−y)"), (.ln(x + y), "ln(x + y)"), (.max(x + y, z) * x, "max(x + y, z) · x"),
      (.sqrt(x) / .abs(y - z), "√(x) / abs(y − z)"),
    ]
    for (formula, wanted) in cases { #expect(formula.symbolic == wanted) }
  }

  @Test("a negative number is put in parentheses, its name is not")
  func negatives() {
    #expect((i - b).substituted == "812 − (−2)")
    #expect((i - b).symbolic == "i − b")
    #expect(b.power(2).substituted == "(−2)^2")
    #expect(b.power(2).symbolic == "b^2")
    #expect((-b).substituted == "−(−2)")
  }

  /// A formula of a given depth whose value is far from where its functions end.
  private func random(_ draws: inout Draws, depth: Int) -> Formula {
    if depth == 0 {
      let number = Double(draws.int(-999...999)) / 64
      return draws.int(0...1) == 0 ? .number(number) : .named("n", number)
    }
    let (a, b) = (random(&draws, depth: depth - 1), random(&draws, depth: draws.int(0...depth - 1)))
    switch draws.int(0...11) {
    case 0: return a + b
    case 1: return a - b
    case 2: return a * b
    case 3: return a / (.abs(b) + 1)
    case 4: return -a
    case 5: return Formula.max(.min(a, 3), -3).power(2)
    case 6: return .sqrt(.abs(a) + 1)
    case 7: return .ln(.abs(a) + 1)
    case 8: return .exp(.min(.max(a, -5), 3))
    case 9: return .max(a, b)
    case 10: return (Formula.abs(a) + 1).power(.min(.max(b, -2), 2))
    default: return .min(b, a) - a
    }
  }

  @Test("its text says what it computes")
  func textAgrees() throws {
    var draws = Draws(1)
    for _ in 0..<3000 {
      let formula = random(&draws, depth: draws.int(1...3))
      let scale = 1 + largest(formula)
      let read = try Evaluator.evaluate(formula.substituted)
      // Six digits a number: the sums of large ones that cancel keep fewer.
      #expect(
        close(read, formula.value, relative: 1e-4, absolute: 1e-4 * scale),
        "\(formula.substituted) = \(formula.value), read \(read)")
    }
  }

  /// The largest number on the way.
  private func largest(_ formula: Formula) -> Double {
    let parts: [Formula] =
      switch formula {
      case .number, .named: []
      case .sum(let a, let b), .difference(let a, let b), .product(let a, let b), .quotient(let a, let b),
        .power(let a, let b):
        [a, b]
      case .negated(let a): [a]
      case .call(_, let arguments): arguments
      }
    return parts.map(largest).reduce(abs(formula.value), max)
  }

  @Test("a condition holds when all of its relations do")
  func conditions() {
    func chain(_ x: Double) -> Condition {
      Condition(.named("low", 0.4), .less, .named("IoU", x)).and(.less, .named("high", 0.5))
    }
    #expect(chain(0.45).holds && !chain(0.4).holds && !chain(0.5).holds && !chain(0.3).holds)
    #expect(chain(0.45).symbolic == "low < IoU < high")
    #expect(chain(0.45).substituted == "0.4 < 0.45 < 0.5")
    #expect(Condition(2, .lessOrEqual, 2).holds && !Condition(2, .less, 2).holds)
    #expect(Condition(2, .greaterOrEqual, 2).holds && !Condition(2, .greater, 2).holds)
    #expect(!Condition(.number(.nan), .lessOrEqual, 2).holds)
  }

  @Test("a reason has a result only where it has a formula")
  func reasons() {
    let formula = Reason("loss", i / a, is: .init("losses.cls", [3, 4]))
    #expect(formula.result == 812.0 / 1024 && formula.substituted == "812 / 1024")
    #expect(formula.traced?.text == "losses.cls[3, 4]")
    #expect(Reason.Traced("losses.total").text == "losses.total")
    let condition = Reason("state", Condition(i, .less, a), conclusion: "smaller")
    #expect(condition.result == nil && condition.symbolic == "i < a" && condition.substituted == "812 < 1024")
    let words = Reason("why", words: "because")
    #expect(words.result == nil && words.symbolic == "because" && words.substituted.isEmpty)
  }
}
