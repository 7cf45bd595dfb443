import Tensors

/// FreeAnchor's positive loss: α · −ln B of each bag's probability, summed / max(1, G).
package struct PositiveBagLoss: Sendable {
  package let alpha: Double
  package let function: BagFunction

  /// −ln B counts as at most this.
  package static let ceiling = 100.0

  package init(alpha: Double, function: BagFunction) {
    self.alpha = alpha
    self.function = function
  }

  package struct Result: Sendable {
    /// G: the probability of each bag.
    package fileprivate(set) var probability: [Double] = []
    /// G: −α ln B, before the normaliser.
    package fileprivate(set) var perGT: [Double] = []
    /// Of the normalised loss.
    package fileprivate(set) var logitGradient = SparseGradient()
    package fileprivate(set) var deltaGradient = SparseGradient()
    package let normalizer: Double

    package var value: Double { perGT.reduce(0, +) / normalizer }
  }

  /// −α ln of each bag's probability, and how it falls with each candidate's class score and box.
  package func evaluate(_ bags: AnchorBags, _ likelihood: BagLikelihood, labels: [Int], classes: Int) -> Result {
    var result = Result(normalizer: Double(max(1, labels.count)))
    for (gt, label) in labels.enumerated() {
      let range = bags.range(of: gt)
      let x = likelihood.prob[range]
      let probability = function.value(x)
      let surprise = probability > 0 ? -Exact.log(probability) : .infinity
      result.probability.append(probability)
      result.perGT.append(alpha * min(surprise, Self.ceiling))
      guard surprise < Self.ceiling else { continue }
      let scale = -alpha / (probability * result.normalizer)
      for (place, slope) in zip(range, function.slopes(x)) {
        let j = bags.anchors[place]
        result.logitGradient.append(j * classes + label, scale * slope * likelihood.logitSlopes[place])
        for k in 0..<4 {
          result.deltaGradient.append(j * 4 + k, scale * slope * likelihood.deltaSlopes[place * 4 + k])
        }
      }
    }
    return result
  }
}

/// A gradient that is 0 almost everywhere: the others with their places. A place may come more than once.
package struct SparseGradient: Sendable {
  private var places: [Int] = []
  private var slopes: [Double] = []

  mutating func append(_ place: Int, _ slope: Double) {
    places.append(place)
    slopes.append(slope)
  }

  package func add(to tensor: inout Tensor) {
    for (place, slope) in zip(places, slopes) { tensor.elements[place] += Float(slope) }
  }

  package func dense(_ shape: [Int]) -> Tensor {
    var tensor = Tensor.zeros(shape)
    add(to: &tensor)
    return tensor
  }
}
