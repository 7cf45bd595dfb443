import Traces

extension FreeAnchor {
  /// Every object has a bag. What it may lack is a guess that comes near it: one whose IoU is over t1, so that P > 0.
  public static let objectClaim = Claim(
    step: "decoded", words: { "lets the guess of \($0) pass t1, so that P > 0" },
    wish: { _, gt in "let a guess pass t1 for gt \(gt)" }, readsPredictions: true
  ) { gt, trace in
    guard trace.scene.groundTruth.indices.contains(gt), let overlaps = trace["decoded.iou"]?.row(gt),
      let threshold = trace.parameters.first(where: { $0.name == boxThreshold.parameter.name }).flatMap({
        Double($0.text)
      })
    else { return [] }
    return overlaps.indices.filter { overlaps[$0] > threshold }
  }

  /// The anchors of the object's bag.
  public static let pairClaim = Claim(
    step: "bags", words: { "puts \($0) into the bag" }, wish: { "put \($0) into the bag of gt \($1)" },
    readsPredictions: true
  ) { gt, trace in
    guard trace.scene.groundTruth.indices.contains(gt) else { return [] }
    return (trace["bags.anchor"]?.row(gt) ?? []).map { Int($0) }.sorted()
  }
}
