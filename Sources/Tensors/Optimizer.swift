/// How weights move once their gradients are known. A value: keep a copy and a training run can be
/// taken up again from there.
public struct Optimizer: Sendable {
  public enum Rule: Hashable, Sendable {
    /// v ← momentum·v + g; w ← w − rate·v.
    case sgd(momentum: Double)
    /// Kingma & Ba 2015, with bias correction, β 0.9 and 0.999, ε 1e−8.
    case adam
  }

  public let rule: Rule
  public let learningRate: Double
  /// Added to the gradient as decay·w.
  public let weightDecay: Double
  /// Each weight's gradient is scaled down to at most this norm; nil leaves it as it is.
  public let clipNorm: Double?
  /// Updates done so far.
  public private(set) var count = 0
  private var first: [[Float]] = []
  private var second: [[Float]] = []

  public init(rule: Rule, learningRate: Double, weightDecay: Double = 0, clipNorm: Double? = nil) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
  }

  /// This rule and rate with another's memory of the steps so far. The memory of another kind of rule is of no use.
  public func continuing(_ earlier: Optimizer) -> Optimizer {
    switch (rule, earlier.rule) {
    case (.sgd, .adam), (.adam, .sgd): return self
    case (.sgd, .sgd), (.adam, .adam): break
    }
    var result = self
    result.count = earlier.count
    result.first = earlier.first
    result.second = earlier.second
    return result
  }

  /// What it remembers of the updates so far, a list for each weight: velocities, or first and then second moments.
  /// Empty before the first update.
  public var memory: [[Float]] {
    get { first + second }
    set {
      let weights = rule == .adam ? newValue.count / 2 : newValue.count
      first = Array(newValue.prefix(weights))
      second = Array(newValue.dropFirst(weights))
    }
  }

  /// Moves the weights against their gradients. A nil gradient leaves its weight where it is.
  /// The two lists must be as long at every call.
  public mutating func update(_ weights: inout [Tensor], gradients: [Tensor?]) {
    if first.isEmpty {
      first = weights.map { Array(repeating: 0, count: $0.count) }
      if rule == .adam { second = first }
    }
    count += 1
    for index in weights.indices {
      guard let gradient = gradients[index] else { continue }
      let scale = clipScale(gradient)
      switch rule {
      case .sgd(let momentum): sgd(&weights[index], gradient, scale, index, Float(momentum))
      case .adam: adam(&weights[index], gradient, scale, index)
      }
    }
  }

  /// What a gradient is multiplied by before it is used: 1, or clip norm / norm.
  public func clipScale(_ gradient: Tensor) -> Float {
    guard let clipNorm else { return 1 }
    let norm = gradient.norm
    return norm > clipNorm ? Float(clipNorm / norm) : 1
  }

  private mutating func sgd(
    _ weight: inout Tensor, _ gradient: Tensor, _ scale: Float, _ index: Int, _ momentum: Float
  ) {
    let rate = Float(learningRate)
    let decay = Float(weightDecay)
    for i in 0..<weight.count {
      let g = gradient.elements[i] * scale + decay * weight.elements[i]
      // The first velocity is the gradient itself, as 0 · momentum adds nothing.
      let velocity = momentum * first[index][i] + g
      first[index][i] = velocity
      weight.elements[i] -= rate * velocity
    }
  }

  private mutating func adam(
    _ weight: inout Tensor, _ gradient: Tensor, _ scale: Float, _ index: Int
  ) {
    let (beta1, beta2): (Float, Float) = (0.9, 0.999)
    let correction1 = 1 - Exact.exp(Double(count) * Exact.log(0.9))
    let correction2 = (1 - Exact.exp(Double(count) * Exact.log(0.999))).squareRoot()
    let rate = Float(learningRate / correction1)
    let root = Float(1 / correction2)
    let decay = Float(weightDecay)
    weight.elements.withUnsafeMutableBufferPointer { w in
      gradient.elements.withUnsafeBufferPointer { gradient in
        first[index].withUnsafeMutableBufferPointer { m in
          second[index].withUnsafeMutableBufferPointer { v in
            for i in 0..<w.count {
              let g = gradient[i] * scale + decay * w[i]
              m[i] = beta1 * m[i] + (1 - beta1) * g
              v[i] = beta2 * v[i] + (1 - beta2) * g * g
              w[i] -= rate * m[i] / (v[i].squareRoot() * root + 1e-8)
            }
          }
        }
      }
    }
  }
}
