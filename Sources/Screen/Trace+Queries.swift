import Boxes
import Scenes
import Traces

/// Sorting and picking for display; nothing here makes a number that no step left.
extension Trace {
  /// The number of each prior in a value of shape N; of shape N,K (the largest of a row); or of shape G,N
  /// (the row of a GT). Nil for other shapes.
  func perPrior(_ name: String, gt: Int?) -> [Double]? {
    guard let value = self[name] else { return nil }
    let count = priors.count
    switch value.shape.count {
    case 1 where value.shape[0] == count: return value.doubles
    case 2 where value.shape[1] == count && value.shape[0] == scene.groundTruth.count:
      return gt.map { value.row($0) }.flatMap { $0.count == count ? $0 : nil }
    case 2 where value.shape[0] == count: return largestOfRows(value)
    default: return nil
    }
  }

  private func largestOfRows(_ value: Value) -> [Double] {
    let width = value.shape[1]
    let numbers = value.doubles
    return (0..<value.shape[0]).map { row in
      var largest = -Double.infinity
      for number in numbers[row * width..<(row + 1) * width] {
        if number.isNaN { return .nan }
        largest = max(largest, number)
      }
      return largest
    }
  }

  /// The prior to look at first for a GT: the one that overlaps it most; without overlaps the positive nearest to
  /// its centre, or else the prior nearest to it on a level that fits.
  func tellingPrior(ofGT gt: Int) -> Int? {
    if let overlaps = perPrior("overlap.iou", gt: gt) { return Trace.largest(1, of: overlaps).first }
    guard scene.groundTruth.indices.contains(gt), scene.groundTruth[gt].box.isFinite else { return nil }
    let box = scene.groundTruth[gt].box
    return positive(of: gt, nearestTo: box)
      ?? priors.nearest(level: fittingLevel(box), x: box.centerX, y: box.centerY).flatMap(priors.index)
  }

  private func positive(of gt: Int, nearestTo box: Box) -> Int? {
    guard let owners = self["match.gt"], owners.shape == [priors.count] else { return nil }
    func distance(_ prior: Int) -> Double {
      guard let center = priors.location(of: prior).flatMap(priors.center) else { return .infinity }
      let (x, y) = (center.x - box.centerX, center.y - box.centerY)
      return x * x + y * y
    }
    let own = (0..<priors.count).filter { owners[flat: $0] == Double(gt) }
    return own.map { ($0, distance($0)) }.min { $0.1 < $1.1 }?.0
  }

  /// The level on which an object is some eight cells long, or the nearest to that.
  private func fittingLevel(_ box: Box) -> Int {
    let side = max(box.width, box.height)
    return priors.levels.lastIndex { Double($0.stride) * 8 <= side } ?? 0
  }
}
