import Boxes
import Tensors
import Traces

/// Answers to "why" that speak of anchors and objects as boxes, from the trace alone.
protocol BoxesWhy {
  var trace: Trace { get }
}

extension BoxesWhy {
  func anchorBox(_ j: Int) -> Box? { trace["anchors.boxes"].flatMap { Box(row: $0.row(j)) } }

  func objectBox(_ gt: Int) -> Box? {
    let objects = trace.scene.groundTruth
    return objects.indices.contains(gt) ? objects[gt].box : nil
  }

  func className(_ gt: Int) -> String {
    let objects = trace.scene.groundTruth
    return objects.indices.contains(gt) ? trace.scene.classes[objects[gt].label] : "nothing"
  }

  func overlap(gt: Int, anchor j: Int) -> [Reason] {
    guard let object = objectBox(gt), let anchor = anchorBox(j) else { return [] }
    return overlap(
      gt: gt, with: anchor, called: "anchor", is: .init("overlap.iou", [gt, j]), object.iou(with: anchor))
  }

  /// IoU = i / (a + b − i), and how the shared area comes about.
  ///
  /// - Parameters:
  ///   - name: what the other box is.
  ///   - value: their IoU, as it was traced.
  func overlap(
    gt: Int, with box: Box, called name: String, is traced: Reason.Traced, _ value: Double
  ) -> [Reason] {
    guard let object = objectBox(gt) else { return [] }
    let shared = object.intersection(with: box)
    let i = Formula.named("i", shared)
    let iou = i / (.named("gt area", object.area) + .named("\(name) area", box.area) - i)
    let width = min(object.x2, box.x2) - max(object.x1, box.x1)
    let height = min(object.y2, box.y2) - max(object.y1, box.y1)
    let area: Reason =
      shared > 0
      ? Reason(
        "shared", words: "i = \(Formula.digits(width)) · \(Formula.digits(height)) px",
        conclusion: "= \(Formula.digits(shared))")
      : Reason("shared", words: "the boxes do not overlap", conclusion: "i = 0")
    return [
      Reason("IoU", iou, is: traced, conclusion: "= \(Number.text(value, digits: 4))"),
      area,
    ]
  }

  /// A box in numbers.
  func sides(_ topic: String, _ box: Box) -> Reason {
    let corners = box.corners.map { Number.text($0) }.joined(separator: " ")
    return Reason(
      topic, words: "\(corners): \(Number.text(box.width)) × \(Number.text(box.height)) px",
      conclusion: "height / width \(Number.text(box.height / box.width, digits: 3))")
  }
}

extension Box {
  /// From a row of four numbers; nil for any other count.
  package init?(row: [Double]) {
    guard row.count == 4 else { return nil }
    self.init(row[0], row[1], row[2], row[3])
  }
}
