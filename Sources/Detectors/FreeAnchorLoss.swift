import Boxes
import CKernels
import Tensors

/// FreeAnchor's two losses with their gradients, without a table of GT × anchors × classes.
///
/// ```
/// positive = α / max(1, G) · Σ_i −ln B_i               B_i the probability of GT i's bag
/// negative = (1 − α) / max(1, G · n) · Σ_jc q^γ · −ln(1 − q),   q = p_jc · (1 − P_jc)
/// ```
///
/// P, the image's box probability, and the choice of the bags carry no gradient.
package struct FreeAnchorLoss: Sendable {
  package let bagSize: Int
  package let threshold: Double
  package let alpha: Double
  package let gamma: Double
  package let boxWeight: Double
  package let smoothL1: SmoothL1Loss
  package let function: BagFunction
  package let coding: BoxCoding

  /// −ln B counts as at most this.
  package static let ceiling = 100.0
  /// q is kept this far from 0 and 1; there its gradient stops.
  package static let clip = 1e-12

  package init(
    bagSize: Int, threshold: Double, alpha: Double, gamma: Double, beta: Double, boxWeight: Double,
    function: BagFunction, coding: BoxCoding
  ) {
    self.bagSize = bagSize
    self.threshold = threshold
    self.alpha = alpha
    self.gamma = gamma
    self.boxWeight = boxWeight
    smoothL1 = SmoothL1Loss(beta: beta)
    self.function = function
    self.coding = coding
  }

  package struct Result: Sendable {
    package let positive: Double
    package let negative: Double
    /// N,K and N,4: of the sum of the two.
    package let logitGradient: Tensor
    package let deltaGradient: Tensor
    package let bags: AnchorBags
    package let saturation: Saturation
  }

  /// All of it, from anchors, objects and predictions.
  ///
  /// - Parameters:
  ///   - logits: N,K.
  ///   - deltas: N,4.
  ///   - leftOut: for each anchor whether it counts for nothing; empty for none.
  package func evaluate(
    anchors: [Box], objects: [Box], labels: [Int], logits: Tensor, deltas: Tensor, leavingOut leftOut: [Bool] = []
  ) -> Result {
    let bags = AnchorBags(
      of: objects, among: anchors, blocks: BoxBlocks(anchors), wanted: bagSize, leavingOut: leftOut)
    let likelihood = BagLikelihood(
      bags, of: objects, labels: labels, anchors: anchors, logits: logits, deltas: deltas, self)
    let positive = positive(bags, likelihood, labels: labels, classes: logits.shape[1])
    var decoded = DecodedBoxes(deltas, from: anchors, coding)
    let saturation = Saturation(
      of: objects, labels: labels, in: &decoded, anchors: anchors.count, lower: threshold)
    let negative = negative(logits, saturation.image, objects: objects.count, leavingOut: leftOut)
    var logitGradient = negative.gradient
    positive.logitGradient.add(to: &logitGradient)
    var deltaGradient = Tensor.zeros(deltas.shape)
    positive.deltaGradient.add(to: &deltaGradient)
    return Result(
      positive: positive.value, negative: negative.perAnchor.reduce(0, +) / negative.normalizer,
      logitGradient: logitGradient, deltaGradient: deltaGradient, bags: bags, saturation: saturation)
  }
}

// MARK: Positive

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

extension FreeAnchorLoss {
  package struct Positive: Sendable {
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
  package func positive(_ bags: AnchorBags, _ likelihood: BagLikelihood, labels: [Int], classes: Int) -> Positive {
    var result = Positive(normalizer: Double(max(1, labels.count)))
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

// MARK: Negative

extension FreeAnchorLoss {
  package struct Negative: Sendable {
    /// N: the sum over classes with 1 − α, before the normaliser; 0 for what is left out.
    package fileprivate(set) var perAnchor: [Double]
    /// N,K: of the normalised loss.
    package fileprivate(set) var gradient: Tensor
    package let normalizer: Double
  }

  /// Every logit as background's in one pass of the kernel, then the few in double where the image's box probability is
  /// not 0 or the clamp at 1 is reached. O(N·K) time; beside the result it keeps one block of rows.
  package func negative(
    _ logits: Tensor, _ image: SparseProbabilities, objects: Int, leavingOut leftOut: [Bool] = []
  ) -> Negative {
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let normalizer = Double(max(1, objects * bagSize))
    var perAnchor = [Double](repeating: 0, count: rows)
    let gradient = [Float](unsafeUninitializedCapacity: rows * classes) { gradient, count in
      logits.elements.withUnsafeBufferPointer { logits in
        let length = max(1, 4096 / max(1, classes))
        let losses = UnsafeMutablePointer<Float>.allocate(capacity: length * classes)
        defer { losses.deallocate() }
        for start in stride(from: 0, to: rows, by: length) {
          let range = start..<min(rows, start + length)
          background(range, classes, logits, losses, gradient, normalizer)
          for row in range {
            guard leftOut.isEmpty || !leftOut[row] else {
              for k in 0..<classes { gradient[row * classes + k] = 0 }
              continue
            }
            let part = (logits: row * classes, losses: losses + (row - start) * classes)
            image.forEach(ofRow: row) { entry in
              replace(entry.label, entry.probability, part, logits, gradient, normalizer)
            }
            perAnchor[row] = sum(part, classes, logits, gradient, normalizer, image, row)
          }
        }
      }
      count = rows * classes
    }
    return Negative(
      perAnchor: perAnchor, gradient: Tensor(shape: logits.shape, elements: gradient), normalizer: normalizer)
  }

  private func background(
    _ range: Range<Int>, _ classes: Int, _ logits: UnsafeBufferPointer<Float>, _ losses: UnsafeMutablePointer<Float>,
    _ gradient: UnsafeMutableBufferPointer<Float>, _ normalizer: Double
  ) {
    guard classes > 0, let from = logits.baseAddress, let to = gradient.baseAddress else { return }
    let start = range.lowerBound * classes
    boxstep_focal_background(
      range.count * classes, from + start, Float(1 - alpha), Float((1 - alpha) / normalizer), Float(gamma), 0, losses,
      to + start)
  }

  /// One class of a row anew, in double.
  private func replace(
    _ label: Int, _ probability: Double, _ row: (logits: Int, losses: UnsafeMutablePointer<Float>),
    _ logits: UnsafeBufferPointer<Float>, _ gradient: UnsafeMutableBufferPointer<Float>, _ normalizer: Double
  ) {
    let term = background(Double(logits[row.logits + label]), forgiven: probability)
    row.losses[label] = Float(term.loss)
    gradient[row.logits + label] = Float(term.derivative / normalizer)
  }

  /// The sum of a row; where it is so large that a score may be within the clip of 1, those are done anew first.
  private func sum(
    _ row: (logits: Int, losses: UnsafeMutablePointer<Float>), _ classes: Int, _ logits: UnsafeBufferPointer<Float>,
    _ gradient: UnsafeMutableBufferPointer<Float>, _ normalizer: Double, _ image: SparseProbabilities, _ j: Int
  ) -> Double {
    let sum = Sums.sum(row.losses, classes)
    guard Double(sum) > (1 - alpha) * Self.nearClip else { return Double(sum) }
    var forgiven = [Double](repeating: 0, count: classes)
    image.forEach(ofRow: j) { forgiven[$0.label] = $0.probability }
    for k in 0..<classes where Double(logits[row.logits + k]) > Self.nearClip {
      replace(k, forgiven[k], row, logits, gradient, normalizer)
    }
    return Double(Sums.sum(row.losses, classes))
  }

  /// Under this logit a score is not within the clip of 1.
  private static let nearClip = 27.0

  /// (1 − α) q^γ · −ln(1 − q) of one class at logit x, and its derivative by x.
  ///
  /// - Parameter forgiven: the image's box probability there.
  package func background(_ x: Double, forgiven: Double) -> (loss: Double, derivative: Double) {
    let (q, rest, isHeld) = Self.share(x, forgiven: forgiven)
    let surprise = rest < 0.5 ? -Exact.log(rest) : -Exact.log1p(-q)
    let focus = (1 - alpha) * Exact.power(q, gamma)
    // dq/dx = q · (1 − p).
    let slope = isHeld ? 0 : focus * (gamma * surprise + q / rest) * Exact.sigmoid(-x)
    return (focus * surprise, slope)
  }

  /// q = p · (1 − P), what of a score is not forgiven, and 1 − q with the digits that it has near 0; both kept within the
  /// clip, and whether they had to be.
  package static func share(_ x: Double, forgiven: Double) -> (q: Double, rest: Double, isHeld: Bool) {
    let p = Exact.sigmoid(x)
    let q = p * (1 - forgiven)
    let rest = Exact.sigmoid(-x) + p * forgiven
    if q < clip { return (clip, 1 - clip, true) }
    return rest < clip ? (1 - clip, clip, true) : (q, rest, false)
  }
}
