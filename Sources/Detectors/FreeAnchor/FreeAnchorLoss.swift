import Boxes
import Tensors

/// FreeAnchor's two losses with their gradients in one go, without a table of GT × anchors × classes.
///
/// ```
/// positive = α / max(1, G) · Σ_i −ln B_i               B_i the probability of GT i's bag
/// negative = (1 − α) / max(1, G · n) · Σ_jc q^γ · −ln(1 − q),   q = p_jc · (1 − P_jc)
/// ```
///
/// P, the image's box probability, and the choice of the bags carry no gradient.
package struct FreeAnchorLoss: Sendable {
  package let threshold: Double
  package let candidates: CandidateRule
  package let positive: PositiveBagLoss
  package let negative: NegativeBagLoss

  package init(
    threshold: Double, candidates: CandidateRule, positive: PositiveBagLoss, negative: NegativeBagLoss
  ) {
    self.threshold = threshold
    self.candidates = candidates
    self.positive = positive
    self.negative = negative
  }

  package struct Result: Sendable {
    package let positive: PositiveBagLoss.Result
    package let negative: NegativeBagLoss.Result
    /// N,K and N,4: of the sum of the two.
    package let logitGradient: Tensor
    package let deltaGradient: Tensor
    package let bags: AnchorBags
    package let saturation: Saturation
  }

  /// - Parameters:
  ///   - logits: N,K.
  ///   - deltas: N,4.
  ///   - leftOut: for each anchor whether it counts for nothing; empty for none.
  package func evaluate(
    anchors: [Box], objects: [Box], labels: [Int], logits: Tensor, deltas: Tensor, leavingOut leftOut: [Bool] = []
  ) -> Result {
    let bags = AnchorBags(
      of: objects, among: anchors, blocks: BoxBlocks(anchors), wanted: negative.bagSize, leavingOut: leftOut)
    let likelihood = BagLikelihood(
      bags, of: objects, labels: labels, anchors: anchors, logits: logits, deltas: deltas, candidates)
    let positive = positive.evaluate(bags, likelihood, labels: labels, classes: logits.shape[1])
    var decoded = DecodedBoxes(deltas, from: anchors, candidates.coding)
    let saturation = Saturation(
      of: objects, labels: labels, in: &decoded, anchors: anchors.count, lower: threshold)
    let negative = negative.evaluate(logits, saturation.image, objects: objects.count, leavingOut: leftOut)
    var logitGradient = negative.gradient
    positive.logitGradient.add(to: &logitGradient)
    return Result(
      positive: positive, negative: negative, logitGradient: logitGradient,
      deltaGradient: positive.deltaGradient.dense(deltas.shape), bags: bags, saturation: saturation)
  }
}
