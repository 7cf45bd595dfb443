import Boxes
import Scenes
import Tensors

/// Cross entropy of the drawn regions over K classes and background, the last (Girshick 2015).
package struct RegionClassLoss: Sendable {
  /// R: the class each drawn region should have, K for background; nil where it was not drawn.
  package let targets: [Int?]
  /// R: before the normaliser; 0 where not drawn.
  package let perRegion: [Double]
  /// R,K+1: of Σ perRegion / max(1, drawn).
  package let gradient: Tensor
  package let drawn: Int

  /// - Parameters:
  ///   - logits: R,K+1; nil where there is no region.
  ///   - labels: G.
  package init(_ logits: Tensor?, _ regions: RegionMatching, labels: [Int], background: Int) {
    var targets = [Int?](repeating: nil, count: regions.boxes.count)
    for r in regions.sample.negatives { targets[r] = background }
    for r in regions.sample.positives { targets[r] = regions.owners[r].map { labels[$0] } }
    var perRegion = [Double](repeating: 0, count: targets.count)
    var gradient = logits.map { Tensor.zeros($0.shape) } ?? .zeros([0, background + 1])
    let divisor = Double(max(1, regions.sample.count))
    var slopes: [Double] = []
    for (r, target) in targets.enumerated() {
      guard let target, let logits else { continue }
      let row = r * (background + 1)
      perRegion[r] = SoftmaxCrossEntropy.evaluate(
        logits.elements[row..<row + background + 1], label: target, gradient: &slopes)
      for (k, slope) in slopes.enumerated() { gradient.elements[row + k] = Float(slope / divisor) }
    }
    self.targets = targets
    self.perRegion = perRegion
    self.gradient = gradient
    drawn = regions.sample.count
  }
}

/// L1 of the drawn foreground's four numbers, those of its own class (Girshick 2015).
package struct RegionBoxLoss: Sendable {
  /// R,4: 0 where a region is not drawn or background.
  package let targets: [Double]
  /// R: before the normaliser.
  package let perRegion: [Double]
  /// R,4K: of Σ perRegion / max(1, drawn).
  package let gradient: Tensor
  package let drawn: Int

  /// - Parameter deltas: R,4K; nil where there is no region.
  package init(_ deltas: Tensor?, _ regions: RegionMatching, objects: [SceneObject], coding: BoxCoding) {
    var targets = [Double](repeating: 0, count: 4 * regions.boxes.count)
    var perRegion = [Double](repeating: 0, count: regions.boxes.count)
    var gradient = deltas.map { Tensor.zeros($0.shape) } ?? .zeros([0, 4])
    let divisor = Double(max(1, regions.sample.count))
    let loss = SmoothL1Loss(shape: .l1, sigma: 1)
    for r in regions.sample.positives {
      guard let gt = regions.owners[r], let deltas else { continue }
      let target = coding.encode(objects[gt].box, from: regions.boxes[r], log: Exact.log)
      let own = r * deltas.shape[1] + 4 * objects[gt].label
      for k in 0..<4 {
        targets[4 * r + k] = target[k]
        let term = loss.term(Double(deltas.elements[own + k]) - target[k])
        perRegion[r] += term.loss
        gradient.elements[own + k] = Float(term.derivative / divisor)
      }
    }
    self.targets = targets
    self.perRegion = perRegion
    self.gradient = gradient
    drawn = regions.sample.count
  }
}
