import Traces

extension BoxLoss.Kind {
  /// Every kind, corner losses first.
  package static func all(beta: Double) -> [BoxLoss.Kind] {
    [
      .l1, .l2, .smoothL1(beta: beta), .iouLog, .iouLinear, .iouSquare, .giou, .diou, .ciou, .boundedIoU(beta: 0.2),
    ]
  }

  /// As data and options name it.
  package var id: String {
    switch self {
    case .l1: "l1"
    case .l2: "l2"
    case .smoothL1: "smooth_l1"
    case .iouLog: "iou_log"
    case .iouLinear: "iou_linear"
    case .iouSquare: "iou_square"
    case .giou: "giou"
    case .diou: "diou"
    case .ciou: "ciou"
    case .boundedIoU: "bounded_iou"
    }
  }

  /// As people call it.
  package var title: String {
    switch self {
    case .l1: "L1"
    case .l2: "L2"
    case .smoothL1: "smooth L1"
    case .iouLog: "−ln IoU"
    case .iouLinear: "1 − IoU"
    case .iouSquare: "1 − IoU²"
    case .giou: "1 − GIoU"
    case .diou: "1 − DIoU"
    case .ciou: "1 − CIoU"
    case .boundedIoU: "bounded IoU"
    }
  }

  package var formula: String {
    switch self {
    case .l1: "Σ |d| over the corners, d = predicted − GT"
    case .l2: "Σ d² over the corners, d = predicted − GT"
    case .smoothL1(let beta):
      "Σ of d² / (2·\(Number.text(beta))) where |d| < \(Number.text(beta)), else |d| − \(Number.text(beta / 2))"
    case .iouLog: "−ln(shared area / area of both)"
    case .iouLinear: "1 − shared area / area of both"
    case .iouSquare: "1 − (shared area / area of both)²"
    case .giou: "1 − IoU + empty part of the hull / hull"
    case .diou: "1 − IoU + (distance of the centres)² / (diagonal of the hull)²"
    case .ciou: "1 − IoU + (distance / diagonal)² + αv, v = 4/π² · (difference of atan w/h)², α = v / (1 − IoU + v)"
    case .boundedIoU: "for centre x, y, width and height: 1 − the best IoU this difference allows, smoothed"
    }
  }

  /// What it sees and what it is blind to, in a sentence or two.
  package var meaning: String {
    switch self {
    case .l1:
      "Every corner is pulled with the same force, however far it is: near the GT a constant rate steps over it, "
        + "to and fro. A large box costs more than a small one for the same IoU."
    case .l2:
      "The pull grows with the distance and fades near the GT: far boxes rule, and the last step to high IoU is slow."
    case .smoothL1: "L1 where the corner is far, L2 where it is near: a steady pull that fades at the end."
    case .iouLog:
      "Boxes that hardly overlap are pulled hardest. Boxes apart are not pulled at all: the loss is flat there."
    case .iouLinear: "The measure itself. Boxes apart are not pulled at all: the loss is flat there."
    case .iouSquare: "As 1 − IoU, but boxes that overlap little are pulled little. Boxes apart are not pulled at all."
    case .giou:
      "Boxes apart are pulled too: the predicted box first grows towards the GT, to fill the hull. "
        + "A box inside the other has a full hull, and the pull is that of IoU alone."
    case .diou: "The centres are pulled together directly, overlap or not. Boxes with one centre are left to IoU alone."
    case .ciou: "DIoU, and the shape: a box too wide or too high is bent to the GT's ratio of sides."
    case .boundedIoU: "Each of centre and size is judged as if the others were right."
    }
  }
}

extension OverlapConvention {
  /// Every convention by its name, with its own ε.
  package static let named: [(name: String, convention: OverlapConvention)] = [
    ("mmdetection", .mmdetection()), ("mmdetection-2.28", .mmdetection228()), ("torchvision", .torchvision()),
    ("seed", .seed()),
  ]

  /// The same with another ε.
  package func with(epsilon: Double) -> OverlapConvention {
    switch self {
    case .mmdetection: .mmdetection(epsilon: epsilon)
    case .mmdetection228: .mmdetection228(epsilon: epsilon)
    case .torchvision: .torchvision(epsilon: epsilon)
    case .seed: .seed(epsilon: epsilon)
    }
  }

  package var epsilon: Double {
    switch self {
    case .mmdetection(let epsilon), .mmdetection228(let epsilon), .torchvision(let epsilon), .seed(let epsilon):
      epsilon
    }
  }
}
