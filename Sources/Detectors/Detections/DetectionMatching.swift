import Boxes
import Scenes

/// A scored box of a class.
package struct Detection: Sendable {
  package let box: Box
  package let label: Int
  package let score: Double

  package init(_ box: Box, label: Int, score: Double) {
    self.box = box
    self.label = label
    self.score = score
  }
}

/// Which detection found which object at one IoU threshold, as COCO matches them (pycocotools, cocoeval.py).
///
/// 1. The detections of a class come in the order of their scores, the best 100 alone.
/// 2. Each takes, of the objects of its class that are left, the one it overlaps most, if IoU ≥ threshold. Of
///    objects that it overlaps alike the last wins.
/// 3. One that gets none is held against the objects to ignore of its class in the same way, by the part of it that
///    lies inside. Any number may share such an object; they count neither for nor against.
/// 4. All others are false.
package struct DetectionMatching: Sendable {
  package enum Match: Hashable, Sendable {
    case object(Int)
    /// An object to ignore, by its index among these.
    case ignored(Int)
    case none
    /// Past the best 100 of its class.
    case uncounted

    /// Whether it is true or false; nil where it counts for neither.
    var isHit: Bool? {
      switch self {
      case .object: true
      case .none: false
      case .ignored, .uncounted: nil
      }
    }
  }

  /// How many detections of a class count.
  package static let most = 100

  /// What became of each detection, in the order given.
  package private(set) var matches: [Match]
  /// The detection that found each object.
  package private(set) var found: [Int?]

  package init(_ detections: [Detection], against overlaps: DetectionOverlaps, threshold: Double) {
    // Not over 1, as an IoU of 1 can come out a trifle less.
    let threshold = min(threshold, 1 - 1e-10)
    matches = detections.map { _ in .none }
    found = overlaps.objects.map { _ in nil }
    var counts: [Int: Int] = [:]
    for index in detections.bestFirst {
      let label = detections[index].label
      guard counts[label, default: 0] < Self.most else {
        matches[index] = .uncounted
        continue
      }
      counts[label, default: 0] += 1
      let left = overlaps.objects.indices.filter { overlaps.objects[$0].label == label && found[$0] == nil }
      if let gt = Self.best(of: left, threshold, { overlaps.iou[$0, index] }) {
        matches[index] = .object(gt)
        found[gt] = index
      } else if let ignored = overlaps.bestIgnored(of: index, label: label), ignored.share >= threshold {
        matches[index] = .ignored(ignored.index)
      }
    }
  }

  private static func best(of objects: [Int], _ threshold: Double, _ overlap: (Int) -> Double) -> Int? {
    var best: (object: Int?, overlap: Double) = (nil, threshold)
    for object in objects where overlap(object) >= best.overlap { best = (object, overlap(object)) }
    return best.object
  }
}

/// What detections are held against: the objects, those to ignore, and every overlap with them.
package struct DetectionOverlaps: Sendable {
  package let objects: [SceneObject]
  package let ignored: [SceneObject]
  /// G,D.
  package let iou: OverlapMatrix
  private let boxes: [Box]

  package init(of detections: [Detection], with scene: Scene) {
    objects = scene.groundTruth
    ignored = scene.ignoredObjects
    boxes = detections.map(\.box)
    iou = OverlapMatrix(of: objects.map(\.box), with: boxes)
  }

  /// The object to ignore of a class that holds the largest part of a detection; the last of equals.
  package func bestIgnored(of detection: Int, label: Int) -> (index: Int, share: Double)? {
    var best: (index: Int, share: Double)?
    for (index, object) in ignored.enumerated() where object.label == label {
      let share = boxes[detection].shareInside(object.box)
      if share >= best?.share ?? 0 { best = (index, share) }
    }
    return best
  }

  /// The object, of a class or of any, that a detection overlaps most; the first of equals, nil where it touches
  /// none.
  package func bestObject(of detection: Int, label: Int? = nil) -> (gt: Int, iou: Double)? {
    var best: (gt: Int, iou: Double)?
    for gt in objects.indices where label == nil || objects[gt].label == label {
      let overlap = iou[gt, detection]
      if overlap > best?.iou ?? 0 { best = (gt, overlap) }
    }
    return best
  }
}

extension [Detection] {
  /// Indices by score; equal scores in the order given.
  package var bestFirst: [Int] {
    indices.sorted { self[$0].score != self[$1].score ? self[$0].score > self[$1].score : $0 < $1 }
  }
}
