import Boxes
import Tensors

/// What makes a candidate's box a good one: the target of its deltas, and what missing it costs.
package struct CandidateRule: Sendable {
  package let coding: BoxCoding
  package let smoothL1: SmoothL1Loss
  /// λ, which multiplies the box loss.
  package let boxWeight: Double

  package init(coding: BoxCoding, beta: Double, boxWeight: Double) {
    self.coding = coding
    smoothL1 = SmoothL1Loss(beta: beta)
    self.boxWeight = boxWeight
  }
}

/// How well each candidate does: P_cls · P_loc, its class score times e to the minus its box loss.
package struct BagLikelihood: Sendable {
  /// G,n,4: the deltas that would bend the candidate into the bag's object.
  package private(set) var targets: [Double] = []
  /// G,n each; `prob` is the product of the others.
  package private(set) var clsProb: [Double] = []
  package private(set) var boxProb: [Double] = []
  package private(set) var prob: [Double] = []
  /// G,n,4: the derivative of P_cls · P_loc by each delta.
  package private(set) var deltaSlopes: [Double] = []
  /// G,n: by the logit of the object's class.
  package private(set) var logitSlopes: [Double] = []

  /// - Parameters:
  ///   - logits: N,K.
  ///   - deltas: N,4.
  package init(
    _ bags: AnchorBags, of objects: [Box], labels: [Int], anchors: [Box], logits: Tensor, deltas: Tensor,
    _ rule: CandidateRule
  ) {
    let classes = logits.shape[1]
    for (gt, object) in objects.enumerated() {
      for place in bags.range(of: gt) {
        let j = bags.anchors[place]
        let target = rule.coding.encode(object, from: anchors[j], log: Exact.log)
        let terms = (0..<4).map { rule.smoothL1.term(Double(deltas.elements[j * 4 + $0]) - target[$0]) }
        let boxLoss = rule.boxWeight * terms.reduce(0) { $0 + $1.loss }
        let x = Double(logits.elements[j * classes + labels[gt]])
        let (score, fit) = (Exact.sigmoid(x), Exact.exp(-boxLoss))
        targets += target
        clsProb.append(score)
        boxProb.append(fit)
        prob.append(score * fit)
        logitSlopes.append(score * Exact.sigmoid(-x) * fit)
        deltaSlopes += terms.map { -score * fit * rule.boxWeight * $0.derivative }
      }
    }
  }
}
