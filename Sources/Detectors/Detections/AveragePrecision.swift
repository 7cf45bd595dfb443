import Boxes
import Scenes

/// Precision and recall of one class at one IoU threshold, down its detections from the best.
package struct PrecisionRecall: Sendable {
  /// 0, .01, … 1, rounded as in pycocotools: a recall of .7 does not reach the point .7000000000000001.
  package static let points: [Double] = (0..<100).map { Double($0) * 0.01 } + [1]

  /// After each detection that counts.
  package let precision: [Double]
  package let recall: [Double]
  /// 101: at each point the best precision that comes with as much recall or more; 0 where recall never gets there.
  package let interpolated: [Double]

  /// - Parameters:
  ///   - hits: whether each detection that counts is true, best first.
  ///   - objects: how many there are to find, at least 1.
  package init(hits: [Bool], objects: Int) {
    var precision: [Double] = []
    var recall: [Double] = []
    var found = 0
    for (index, isHit) in hits.enumerated() {
      if isHit { found += 1 }
      precision.append(Double(found) / Double(index + 1))
      recall.append(Double(found) / Double(objects))
    }
    self.precision = precision
    self.recall = recall
    for index in precision.indices.dropLast().reversed() where precision[index] < precision[index + 1] {
      precision[index] = precision[index + 1]
    }
    var place = 0
    interpolated = Self.points.map { point in
      while place < recall.count, recall[place] < point { place += 1 }
      return place < recall.count ? precision[place] : 0
    }
  }

  /// The mean of the 101 points.
  package var average: Double { interpolated.reduce(0, +) / Double(interpolated.count) }
}

/// Average precision of one picture's detections as COCO defines it (pycocotools, cocoeval.py): of all sizes, at most
/// 100 detections a class, precision read at 101 recalls, the mean over classes that have objects.
package struct AveragePrecision: Sendable {
  /// .50, .55, … .95, rounded as in pycocotools.
  package static let thresholds: [Double] = {
    let step: Double = (0.95 - 0.5) / 9
    return (0..<9).map { Double($0) * step + 0.5 } + [0.95]
  }()

  /// At IoU .5: who found what.
  package let matching: DetectionMatching
  /// At each threshold, for each class with objects.
  package let curves: [[PrecisionRecall?]]

  package init(of detections: [Detection], against overlaps: DetectionOverlaps, classes: Int) {
    let matchings = Self.thresholds.map { DetectionMatching(detections, against: overlaps, threshold: $0) }
    matching = matchings[0]
    let order = detections.bestFirst
    let counts: [Int] = (0..<classes).map { label in overlaps.objects.count { $0.label == label } }
    curves = matchings.map { matching in
      counts.enumerated().map { label, count in
        let ranked = order.filter { detections[$0].label == label }
        let hits = ranked.compactMap { matching.matches[$0].isHit }
        return count > 0 ? PrecisionRecall(hits: hits, objects: count) : nil
      }
    }
  }

  /// At IoU .5, of each class; nil for one without objects.
  package var ap50OfClass: [Double?] { curves[0].map { $0?.average } }

  /// The mean over the thresholds, of each class.
  package var apOfClass: [Double?] {
    curves[0].indices.map { label in Self.mean(curves.map { $0[label]?.average }) }
  }

  /// The means over the classes; nil without objects.
  package var ap50: Double? { Self.mean(ap50OfClass) }
  package var ap: Double? { Self.mean(apOfClass) }

  private static func mean(_ numbers: [Double?]) -> Double? {
    let known = numbers.compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}
