import Detectors
import Traces

/// One probability, and what cross entropy, its balanced form and focal loss make of it.
package struct LabProbability: Sendable {
  /// In thousandths, so that steps return to where they began.
  package private(set) var thousandths = 100
  package private(set) var isPresent = true
  /// In hundredths.
  private var alphaPercent = 25
  /// Which line is told about.
  package private(set) var chosen = 4
  package private(set) var losses: ProbabilityLosses
  package private(set) var curve: View.Curve
  /// Each loss as a part of cross entropy.
  package private(set) var ratios: View.Curve
  package private(set) var softmax: [SoftmaxCompany]

  package static let gammas = [0.5, 1, 2, 5]
  private static let examples = [1, 10, 100, 300, 500, 700, 900, 990, 999]

  /// The same logit in a softmax with others.
  package struct SoftmaxCompany: Sendable {
    /// How many other places, each with logit 0.
    package let others: Int
    package let probability: Double
    package let loss: Double
    package let slope: Double
    /// The slope on each other place.
    package let slopeOfOthers: Double
  }

  init() {
    losses = ProbabilityLosses(probability: 0.1)
    curve = View.Curve(title: "", xLabel: "", yLabel: "", series: [])
    ratios = curve
    softmax = []
    compute()
  }

  package var probability: Double { Double(thousandths) / 1000 }
  package var alpha: Double { Double(alphaPercent) / 100 }
  package func term(_ line: ProbabilityLosses.Line) -> ProbabilityLosses.Term { isPresent ? line.present : line.absent }

  private mutating func compute() {
    losses = ProbabilityLosses(probability: probability, alpha: alpha, gammas: Self.gammas)
    let isPresent = isPresent
    curve = View.Curve(
      title: "losses of a probability", xLabel: "probability of the class", yLabel: "loss",
      series: losses.lines.map { $0.kind.curve(isPresent: isPresent, points: 193, least: 0.02) })
    ratios = View.Curve(
      title: "parts of cross entropy", xLabel: "probability of the class", yLabel: "of CE",
      series: losses.lines.map { $0.kind.curve(isPresent: isPresent, of: \.ratio, points: 193, least: 0.02) })
    softmax = [1, 4, 79].map { others in
      let row = [losses.logit] + Array(repeating: 0, count: others)
      let term = SoftmaxCrossEntropy.evaluate(row, label: isPresent ? 0 : 1)
      return SoftmaxCompany(
        others: others, probability: SoftmaxCrossEntropy.probabilities(row)[0], loss: term.loss,
        slope: term.gradient[0], slopeOfOthers: term.gradient[others])
    }
  }

  mutating func reduce(_ action: LabAction) {
    switch action {
    case .move(.left), .resize(.left): move(by: -step(down: true))
    case .move(.right), .resize(.right): move(by: step(down: false))
    case .move(.up): chosen = LabBoxes.turned(chosen, by: -1, of: losses.lines.count)
    case .move(.down): chosen = LabBoxes.turned(chosen, by: 1, of: losses.lines.count)
    case .choose(let count): chosen = LabBoxes.turned(chosen, by: count, of: losses.lines.count)
    case .adjust(let count):
      alphaPercent = (alphaPercent + 5 * count.clamped(to: -99...99)).clamped(to: 0...100)
      compute()
    case .turn:
      isPresent.toggle()
      compute()
    case .example(let count):
      let here = Self.examples.lastIndex { $0 <= thousandths } ?? 0
      move(to: Self.examples[LabBoxes.turned(here, by: count, of: Self.examples.count)])
    default: break
    }
  }

  /// A hundredth; near the ends a thousandth, where the losses bend.
  private func step(down: Bool) -> Int {
    let (low, high) = down ? (20, 980) : (19, 979)
    return thousandths <= low || thousandths > high ? 1 : 10
  }

  private mutating func move(by count: Int) { move(to: thousandths + count) }

  private mutating func move(to wanted: Int) {
    thousandths = wanted.clamped(to: 1...999)
    compute()
  }
}
