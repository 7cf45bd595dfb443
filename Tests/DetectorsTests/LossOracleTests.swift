import Boxes
import Detectors
import TestSupport
import Testing
import Traces

/// Losses of single pairs as PyTorch's autograd has them, from the original implementations.
@Suite struct LossOracleTests {
  /// A reference's name, and the loss it is. Seed 003 names the measure: the loss is 1 − it.
  static let boxLosses: [(name: String, loss: BoxLoss)] = [
    ("mmdet_iou_log_eps1e-6", BoxLoss(.iouLog)),
    ("mmdet_iou_linear_eps1e-6", BoxLoss(.iouLinear)),
    ("mmdet_giou_eps1e-06", BoxLoss(.giou)),
    ("mmdet_giou_eps1e-07", BoxLoss(.giou, as: .mmdetection(epsilon: 1e-7))),
    ("mmdet_diou_eps1e-06", BoxLoss(.diou)),
    ("mmdet_diou_eps1e-07", BoxLoss(.diou, as: .mmdetection(epsilon: 1e-7))),
    ("mmdet_ciou_eps1e-06", BoxLoss(.ciou)),
    ("mmdet_ciou_eps1e-07", BoxLoss(.ciou, as: .mmdetection(epsilon: 1e-7))),
    ("mmdet228_ciou_eps1e-7", BoxLoss(.ciou, as: .mmdetection228(epsilon: 1e-7))),
    ("mmdet228_iou_square_eps1e-16", BoxLoss(.iouSquare, as: .mmdetection228(epsilon: 1e-16))),
    ("tv_giou", BoxLoss(.giou, as: .torchvision())),
    ("tv_diou", BoxLoss(.diou, as: .torchvision())),
    ("tv_ciou", BoxLoss(.ciou, as: .torchvision())),
    ("seed_bbox_iou", BoxLoss(.iouLinear, as: .seed())),
    ("seed_bbox_giou", BoxLoss(.giou, as: .seed())),
    ("seed_bbox_diou", BoxLoss(.diou, as: .seed())),
    ("seed_bbox_ciou", BoxLoss(.ciou, as: .seed())),
  ]

  private func boxes(_ name: String, _ inputs: Safetensors) throws -> [Box] {
    let numbers = try #require(inputs.tensors[name]).doubles
    return stride(from: 0, to: numbers.count, by: 4).map {
      Box(numbers[$0], numbers[$0 + 1], numbers[$0 + 2], numbers[$0 + 3])
    }
  }

  @Test("box losses and their gradients", arguments: boxLosses)
  func overlapLoss(name: String, loss: BoxLoss) throws {
    let folder = Folder("Oracle/box-losses")
    let inputs = try Safetensors.read(folder["inputs.safetensors"])
    let expected = try Safetensors.read(folder["expected.safetensors"])
    let isMeasure = name.hasPrefix("seed")
    let values = try #require(expected.tensors[name]).doubles
    let gradients = try #require(expected.tensors["\(name)_grad"]).doubles
    let pairs = zip(try boxes("pred", inputs), try boxes("target", inputs))
    for (i, (box, gt)) in pairs.enumerated() {
      let term = loss.evaluate(box, against: gt)
      #expect(term.isFinite)
      let wanted = isMeasure ? 1 - values[i] : values[i]
      // torchvision's CIoU is NaN for a box without height; here it is finite.
      if !wanted.isNaN { #expect(close(term.value, wanted, absolute: 1e-5), "pair \(i)") }
      for corner in 0..<4 {
        let wanted = gradients[4 * i + corner] * (isMeasure ? -1 : 1)
        if wanted.isNaN { continue }
        #expect(close(term.gradient[corner], wanted, absolute: 1e-5), "pair \(i) corner \(corner) \(box) \(gt)")
      }
    }
  }

  @Test(
    "corner losses, of boxes in units of 50 pixels but for L1",
    arguments: [
      ("mmdet_l1", BoxLoss(.l1), 1.0), ("mmdet_smooth_l1_beta1", BoxLoss(.smoothL1(beta: 1)), 50),
      ("mmdet_smooth_l1_beta0.11", BoxLoss(.smoothL1(beta: 0.11)), 50),
      ("mmdet_smooth_l1_beta0.1111", BoxLoss(.smoothL1(beta: 1.0 / 9)), 50),
    ])
  func cornerLoss(name: String, loss: BoxLoss, unit: Double) throws {
    let folder = Folder("Oracle/box-losses")
    let inputs = try Safetensors.read(folder["inputs.safetensors"])
    let expected = try Safetensors.read(folder["expected.safetensors"])
    let values = try #require(expected.tensors[name]).doubles
    let gradients = try #require(expected.tensors["\(name)_grad"]).doubles
    let pairs = zip(try boxes("pred", inputs), try boxes("target", inputs))
    for (i, (box, gt)) in pairs.enumerated() {
      let differences = zip(box.corners, gt.corners).map { ($0 - $1) / unit }
      let terms = try differences.map { try #require(loss.cornerTerm($0)) }
      let row = 4 * i..<4 * i + 4
      #expect(difference(terms.map(\.loss), Array(values[row]), absolute: 1e-5) == nil)
      #expect(difference(terms.map { $0.derivative / unit }, Array(gradients[row]), absolute: 1e-5) == nil)
    }
  }

  @Test("bounded IoU, term by term")
  func bounded() throws {
    let folder = Folder("Oracle/box-losses")
    let inputs = try Safetensors.read(folder["inputs.safetensors"])
    let expected = try Safetensors.read(folder["expected.safetensors"])
    let values = try #require(expected.tensors["mmdet_bounded_iou"]).doubles
    let gradients = try #require(expected.tensors["mmdet_bounded_iou_grad"]).doubles
    let loss = BoxLoss(.boundedIoU(beta: 0.2))
    let pairs = zip(try boxes("pred", inputs), try boxes("target", inputs))
    for (i, (box, gt)) in pairs.enumerated() {
      let terms = loss.boundedTerms(box, gt, beta: 0.2)
      let found = [terms.x, terms.y, terms.width, terms.height]
      #expect(difference(found.map(\.value), Array(values[4 * i..<4 * i + 4]), absolute: 1e-5) == nil, "pair \(i)")
      let sum = loss.evaluate(box, against: gt)
      for corner in 0..<4 {
        #expect(close(sum.gradient[corner], gradients[4 * i + corner], absolute: 1e-5), "pair \(i) \(box) \(gt)")
      }
    }
  }

  @Test(
    "focal and balanced cross entropy of a logit, and their derivatives",
    arguments: [
      ("keras_focal_a0.25_g2.0", FocalLoss(alpha: 0.25, gamma: 2, clip: 1e-7)),
      ("keras_focal_a0.5_g1.5", FocalLoss(alpha: 0.5, gamma: 1.5, clip: 1e-7)),
      ("mmdet_focal_a0.25_g0.0", FocalLoss(alpha: 0.25, gamma: 0, clip: 0)),
      ("mmdet_focal_a0.25_g2.0", FocalLoss(alpha: 0.25, gamma: 2, clip: 0)),
      ("mmdet_focal_a0.5_g1.5", FocalLoss(alpha: 0.5, gamma: 1.5, clip: 0)),
      ("tv_focal_a0.25_g0.0", FocalLoss(alpha: 0.25, gamma: 0, clip: 0)),
      ("tv_focal_a0.25_g2.0", FocalLoss(alpha: 0.25, gamma: 2, clip: 0)),
      ("tv_focal_a0.5_g1.5", FocalLoss(alpha: 0.5, gamma: 1.5, clip: 0)),
    ])
  func focal(name: String, loss: FocalLoss) throws {
    try check(name) { loss.term($0, isPositive: $1 == 1) }
  }

  @Test("cross entropy through the sigmoid")
  func crossEntropy() throws {
    try check("bce_with_logits") { BinaryCrossEntropy.evaluate($0, target: $1) }
  }

  private func check(_ name: String, _ term: (Double, Double) -> (loss: Double, derivative: Double)) throws {
    let folder = Folder("Oracle/classification-losses")
    let inputs = try Safetensors.read(folder["inputs.safetensors"])
    let expected = try Safetensors.read(folder["expected.safetensors"])
    let logits = try #require(inputs.tensors["logits"]).doubles
    let targets = try #require(inputs.tensors["onehot"]).doubles
    let terms = zip(logits, targets).map(term)
    #expect(terms.count == 240)
    for (found, wanted) in [(terms.map(\.loss), name), (terms.map(\.derivative), "\(name)_grad")] {
      let wanted = try #require(expected.tensors[wanted]).doubles
      #expect(difference(found, wanted, relative: 1e-4, absolute: 1e-5) == nil)
    }
  }
}
