import Boxes

/// The path of a box that nothing but a loss pulls at: gradient descent on its four corners.
///
/// Both boxes are measured in units of the GT's size √(w·h), as detectors measure boxes in units of an anchor,
/// so that losses of pixels and losses of ratios take steps that compare. Each iteration moves every corner by
/// −rate · gradient.
package struct BoxDescent: Sendable {
  package struct Rule: Hashable, Sendable {
    package var rate: Double
    package var iterations: Int

    package init(rate: Double = 0.02, iterations: Int = 1000) {
      self.rate = rate
      self.iterations = iterations
    }
  }

  /// The IoU that COCO's loosest, an exacting and its strictest threshold ask for.
  package static let milestones = [0.5, 0.75, 0.95]

  /// Of each iteration from 0, in the pixels of the boxes given. It ends early where a box is no longer finite.
  package let boxes: [Box]
  package let ious: [Double]
  package let losses: [Double]
  /// The GT's size in pixels.
  package let unit: Double

  /// O(iterations).
  package init(_ loss: BoxLoss, from box: Box, to gt: Box, _ rule: Rule = Rule()) {
    let area = gt.area
    unit = area > 0 ? area.squareRoot() : 1
    let target = gt.scaled(by: 1 / unit)
    var here = box.scaled(by: 1 / unit)
    var boxes: [Box] = []
    var ious: [Double] = []
    var losses: [Double] = []
    for iteration in 0...max(0, rule.iterations) {
      let term = loss.evaluate(here, against: target)
      guard here.isFinite, term.isFinite else { break }
      boxes.append(iteration == 0 ? box : here.scaled(by: unit))
      ious.append(here.iou(with: target))
      losses.append(term.value)
      let step = term.gradient * rule.rate
      here = Box(here.x1 - step[0], here.y1 - step[1], here.x2 - step[2], here.y2 - step[3])
    }
    self.boxes = boxes
    self.ious = ious
    self.losses = losses
  }

  /// The first iteration whose IoU is at least this; nil when none is.
  package func iteration(reaching iou: Double) -> Int? { ious.firstIndex { $0 >= iou } }

  package var lastIoU: Double { ious.last ?? 0 }
}

/// A predicted box and its GT under several losses.
package struct BoxLossComparison: Sendable {
  package struct Line: Sendable {
    package let loss: BoxLoss
    /// In pixels.
    package let term: CornerSlope
    package let descent: BoxDescent
  }

  package let box: Box
  package let gt: Box
  package let rule: BoxDescent.Rule
  package let lines: [Line]

  package init(_ box: Box, _ gt: Box, losses: [BoxLoss], rule: BoxDescent.Rule = BoxDescent.Rule()) {
    self.box = box
    self.gt = gt
    self.rule = rule
    lines = losses.map { loss in
      Line(
        loss: loss, term: loss.evaluate(box, against: gt), descent: BoxDescent(loss, from: box, to: gt, rule))
    }
  }

  package var iou: Double { box.iou(with: gt) }
}
