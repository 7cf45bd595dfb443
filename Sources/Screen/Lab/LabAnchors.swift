import Detectors
import Traces

/// The same anchors under cross entropy, focal loss and mining.
package struct LabAnchors: Sendable {
  package private(set) var pool: ExamplePool
  package private(set) var weights: ExampleWeights
  package private(set) var row = 0
  /// Whether the anchors are ranked and drawn as focal loss weighs them, after the switch from cross entropy.
  package private(set) var isSwitched = false
  package private(set) var mining = ExampleWeights.Mining.threeNegatives
  private var gammaIndex = 3
  private var seed: UInt64 = 1
  private let traced: ExamplePool?
  private var isShowingTrace: Bool
  /// The trace the pool is of, to name its anchors.
  let trace: Trace?

  package static let gammas = [0, 0.5, 1, 2, 3, 5]
  package static let alpha = 0.25

  init(trace: Trace?) {
    traced = trace.flatMap { ExamplePool($0) }
    self.trace = trace
    isShowingTrace = traced != nil
    pool = traced ?? ExamplePool(seed: seed)
    weights = ExampleWeights(
      pool, alpha: Self.alpha, gamma: Self.gammas[3], mining: .threeNegatives)
  }

  package var gamma: Double { Self.gammas[gammaIndex] }
  package var isSample: Bool { !isShowingTrace }

  /// The costliest first, by the loss in force.
  package var ranked: [ExampleWeights.Example] {
    isSwitched ? weights.examples.sorted { ($0.focal, -$0.index) > ($1.focal, -$1.index) } : weights.examples
  }

  /// What an example is called.
  package func name(_ example: ExampleWeights.Example) -> String {
    isShowingTrace ? trace?.priors.label(of: example.index) ?? "" : "anchor \(example.index)"
  }

  private mutating func compute() {
    weights = ExampleWeights(pool, alpha: Self.alpha, gamma: gamma, mining: mining)
    row = row.clamped(to: 0...max(0, weights.examples.count - 1))
  }

  mutating func reduce(_ action: LabAction) {
    switch action {
    case .move(.up): row = max(0, row - 1)
    case .move(.down): row = min(max(0, weights.examples.count - 1), row + 1)
    case .move(.left): row = max(0, row - 10)
    case .move(.right): row = min(max(0, weights.examples.count - 1), row + 10)
    case .choose(let count):
      let all = ExampleWeights.Mining.allCases
      let here = all.firstIndex(of: mining) ?? 0
      mining = all[LabBoxes.turned(here, by: count, of: all.count)]
      compute()
    case .adjust(let count):
      gammaIndex = (gammaIndex + count.clamped(to: -9...9)).clamped(to: 0...Self.gammas.count - 1)
      compute()
    case .turn: isSwitched.toggle()
    case .example(let count): change(by: count)
    default: break
    }
  }

  /// From the trace's own anchors through samples, and back.
  private mutating func change(by count: Int) {
    let first: UInt64 = traced == nil ? 1 : 0
    // 0 stands for the trace.
    let here = isShowingTrace ? 0 : seed
    let wanted = count > 0 ? here + 1 : here > first ? here - 1 : here
    isShowingTrace = wanted == 0
    seed = max(1, min(wanted, 99))
    pool = wanted == 0 ? traced ?? ExamplePool(seed: 1) : ExamplePool(seed: seed)
    row = 0
    compute()
  }
}
