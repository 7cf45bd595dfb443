import CKernels
import Tensors

/// The sigmoid focal loss (Lin et al. 2017): −α_t (1 − p_t)^γ ln p_t over every class of every prior
/// that is not ignored.
///
/// As in keras-retinanet the logarithm's probability is clamped to [clip, 1 − clip] and clip is added
/// inside it; with clip 0 it is computed from the logits, as in torchvision and mmdetection.
package struct FocalLoss: Sendable {
  package let alpha: Double
  package let gamma: Double
  package let clip: Double

  package struct Result: Sendable {
    /// N: the sum over classes, before the normaliser; 0 for an ignored prior.
    package var perPrior: [Double]
    /// N,K: of Σ perPrior / normalizer.
    package var gradient: Tensor
  }

  package init(alpha: Double, gamma: Double, clip: Double) {
    self.alpha = alpha
    self.gamma = gamma
    self.clip = clip
  }

  /// The loss and its gradient in one pass. O(N·K) time; beside the result it keeps one block of rows.
  ///
  /// - Parameters:
  ///   - logits: N,K.
  ///   - label: the class of a prior: nil for background.
  ///   - counted: false for ignored priors.
  package func evaluate(
    _ logits: Tensor, label: (Int) -> Int?, counted: (Int) -> Bool, normalizer: Double
  ) -> Result {
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    var perPrior = [Double](repeating: 0, count: rows)
    let gradient = [Float](unsafeUninitializedCapacity: rows * classes) { gradient, count in
      logits.elements.withUnsafeBufferPointer { logits in
        withBlock(rows: rows, classes: classes) { block, range in
          let start = range.lowerBound * classes
          background(range.count * classes, logits, gradient, block, start, normalizer)
          for row in range {
            let offset = row * classes
            let losses = block + (offset - start)
            guard counted(row) else {
              for k in 0..<classes { gradient[offset + k] = 0 }
              continue
            }
            if let label = label(row) {
              let term = positive(Double(logits[offset + label]))
              losses[label] = Float(term.loss)
              gradient[offset + label] = Float(term.derivative / normalizer)
            }
            perPrior[row] = Double(Sums.sum(losses, classes))
          }
        }
      }
      count = rows * classes
    }
    return Result(perPrior: perPrior, gradient: Tensor(shape: logits.shape, elements: gradient))
  }

  /// Calls `body` with room for the losses of a block of rows that stays in the cache.
  private func withBlock(
    rows: Int, classes: Int, _ body: (UnsafeMutablePointer<Float>, Range<Int>) -> Void
  ) {
    let length = max(1, 4096 / max(1, classes))
    let block = UnsafeMutablePointer<Float>.allocate(capacity: max(1, length * classes))
    defer { block.deallocate() }
    for start in stride(from: 0, to: rows, by: length) { body(block, start..<min(rows, start + length)) }
  }

  /// Every logit of a block as background's.
  private func background(
    _ count: Int, _ logits: UnsafeBufferPointer<Float>, _ gradient: UnsafeMutableBufferPointer<Float>,
    _ block: UnsafeMutablePointer<Float>, _ start: Int, _ normalizer: Double
  ) {
    guard count > 0, let logits = logits.baseAddress, let gradient = gradient.baseAddress else { return }
    boxstep_focal_background(
      count, logits + start, Float(1 - alpha), Float((1 - alpha) / normalizer), Float(gamma),
      Float(clip), block, gradient + start)
  }

  /// The loss of a positive prior's own class at logit x, and its derivative by x.
  ///
  /// d/dx of α q^γ L(p), with p′ = pq and q′ = −pq: α q^γ p·(−γ L − q/v) where v is the logarithm's argument.
  package func positive(_ x: Double) -> (loss: Double, derivative: Double) {
    let p = Exact.sigmoid(x)
    let q = Exact.sigmoid(-x)
    let argument = min(max(p, clip), 1 - clip) + clip
    let surprise = clip > 0 ? -Exact.log(argument) : max(-x, 0) + Exact.log1p(Exact.exp(-abs(x)))
    let slope = clip == 0 ? q : p > clip && q > clip ? p * q / argument : 0
    let focus = alpha * Exact.power(q, gamma)
    return (focus * surprise, -focus * (gamma * p * surprise + slope))
  }

  /// The loss of a logit whose class is there or not, and its derivative.
  package func term(_ x: Double, isPositive: Bool) -> (loss: Double, derivative: Double) {
    guard !isPositive else { return positive(x) }
    let mirrored = FocalLoss(alpha: 1 - alpha, gamma: gamma, clip: clip).positive(-x)
    return (mirrored.loss, -mirrored.derivative)
  }

  /// The loss of a class that is not there.
  package func background(_ x: Double) -> Double {
    FocalLoss(alpha: 1 - alpha, gamma: gamma, clip: clip).positive(-x).loss
  }
}
