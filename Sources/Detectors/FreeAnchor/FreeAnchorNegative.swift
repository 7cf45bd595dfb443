import CKernels
import Tensors

/// FreeAnchor's negative loss: (1 − α) q^γ · −ln(1 − q) over every class of every anchor, q = p · (1 − P), summed
/// / max(1, G · n). P, the image's box probability, carries no gradient.
package struct NegativeBagLoss: Sendable {
  package let alpha: Double
  package let gamma: Double
  package let bagSize: Int
  /// Whether q is kept within the clip.
  package let isClamped: Bool

  /// q is kept this far from 0 and 1; there its gradient stops.
  package static let clip = 1e-12

  package init(alpha: Double, gamma: Double, bagSize: Int, isClamped: Bool = true) {
    self.isClamped = isClamped
    self.alpha = alpha
    self.gamma = gamma
    self.bagSize = bagSize
  }

  package struct Result: Sendable {
    /// N: the sum over classes with 1 − α, before the normaliser; 0 for what is left out.
    package fileprivate(set) var perAnchor: [Double]
    /// N,K: of the normalised loss.
    package fileprivate(set) var gradient: Tensor
    package let normalizer: Double

    package var value: Double { perAnchor.reduce(0, +) / normalizer }
  }

  /// Every logit as background's in one pass of the kernel, then the few in double where the image's box probability is
  /// not 0 or the clamp at 1 is reached. O(N·K) time; beside the result it keeps one block of rows.
  package func evaluate(
    _ logits: Tensor, _ image: SparseProbabilities, objects: Int, leavingOut leftOut: [Bool] = []
  ) -> Result {
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
    return Result(
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
    guard isClamped else { return unclamped(x, forgiven: forgiven) }
    let (q, rest, isHeld) = Self.share(x, forgiven: forgiven)
    let surprise = rest < 0.5 ? -Exact.log(rest) : -Exact.log1p(-q)
    let focus = (1 - alpha) * Exact.power(q, gamma)
    // dq/dx = q · (1 − p).
    let slope = isHeld ? 0 : focus * (gamma * surprise + q / rest) * Exact.sigmoid(-x)
    return (focus * surprise, slope)
  }

  /// The same as it comes, with q^γ = e^(γ ln q): where all is forgiven q is 0, ln 0 is −∞, and the chain rule's
  /// 0 · ∞ is not a number.
  private func unclamped(_ x: Double, forgiven: Double) -> (loss: Double, derivative: Double) {
    let (q, rest) = Self.plainShare(x, forgiven: forgiven)
    let surprise = -Exact.log(rest)
    let focus = (1 - alpha) * Exact.power(q, gamma)
    // q · (1 − p) / q: the derivative of ln q, as the chain rule has it.
    let slope = focus * (gamma * surprise * (q * Exact.sigmoid(-x) / q) + q * Exact.sigmoid(-x) / rest)
    return (focus * surprise, slope)
  }

  private static func plainShare(_ x: Double, forgiven: Double) -> (q: Double, rest: Double) {
    let p = Exact.sigmoid(x)
    return (p * (1 - forgiven), Exact.sigmoid(-x) + p * forgiven)
  }

  /// q and 1 − q as the loss takes them: within the clip where there is one.
  package func shown(_ x: Double, forgiven: Double) -> (q: Double, rest: Double) {
    guard isClamped else { return Self.plainShare(x, forgiven: forgiven) }
    let (q, rest, _) = Self.share(x, forgiven: forgiven)
    return (q, rest)
  }

  /// q = p · (1 − P), what of a score is not forgiven, and 1 − q with the digits that it has near 0; both kept within the
  /// clip, and whether they had to be.
  package static func share(_ x: Double, forgiven: Double) -> (q: Double, rest: Double, isHeld: Bool) {
    let (q, rest) = plainShare(x, forgiven: forgiven)
    if q < clip { return (clip, 1 - clip, true) }
    return rest < clip ? (1 - clip, clip, true) : (q, rest, false)
  }
}
