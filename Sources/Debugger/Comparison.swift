import Boxes
import Detectors
import Scenes
import Traces

/// What two iterations on one scene decide differently: two detectors, two parameter sets of one, or two moments.
///
/// Where both lay the same priors they are compared prior by prior. Otherwise (anchors against points, other sizes or
/// ratios) what can be compared is the place: a cell of a level of equal stride, which is positive for an object if any
/// of its priors is. Levels that only one of the two has count for the objects alone.
package struct Comparison: Sendable {
  package enum Unit: String, Sendable {
    case prior
    case cell
  }

  /// One place on which the two disagree.
  package struct Difference: Hashable, Sendable {
    /// The level's name and stride, and the cell, as the first has them.
    package let level: String
    package let stride: Int
    package let row: Int
    package let column: Int
    /// Which anchor of the cell, and its flat index; nil where whole cells are compared, or a cell has but one.
    package let anchor: Int?
    /// The flat index of the prior in the first and in the second: of a cell its first.
    package let priors: Pair<Int>
    package let decisions: Pair<Decisions.Decision>

    package var kind: Kind {
      let (first, second) = (decisions.first, decisions.second)
      switch (first.isPositive, second.isPositive) {
      case (true, true): return .otherObjects
      case (true, false): return .onlyFirst
      case (false, true): return .onlySecond
      case (false, false): return first.kind == .between ? .betweenInFirst : .betweenInSecond
      }
    }
  }

  /// How two decisions differ.
  package enum Kind: String, CaseIterable, Sendable {
    /// Positive in the first alone.
    case onlyFirst = "only_first"
    case onlySecond = "only_second"
    /// Positive in both, for other objects.
    case otherObjects = "other_objects"
    /// Left out in the one (ignored, neutral), negative in the other.
    case betweenInFirst = "between_in_first"
    case betweenInSecond = "between_in_second"
  }

  /// Something of the first and of the second.
  package struct Pair<Element: Sendable>: Sendable {
    package var first: Element
    package var second: Element

    package init(_ first: Element, _ second: Element) {
      self.first = first
      self.second = second
    }

    package var both: [Element] { [first, second] }

    package func map<Other>(_ body: (Element) -> Other) -> Pair<Other> { Pair<Other>(body(first), body(second)) }
  }

  /// What became of an object in one of the two.
  package struct Fate: Hashable, Sendable {
    package let positives: Int
    /// How many of them each level has, by the level's name; without those that have none.
    package let levels: [Share]
    /// The largest IoU of an anchor with it; nil without anchors.
    package let bestIoU: Double?
    /// The score of the detection that finds it; nil when it is missed.
    package let score: Double?

    package struct Share: Hashable, Sendable {
      package let level: String
      package let stride: Int
      package let count: Int
    }
  }

  package struct Object: Sendable {
    package let gt: Int
    package let name: String
    package let box: Box
    package let fates: Pair<Fate>

    /// Whether its positives differ in number or level. What is found differs with every step of training.
    package var differs: Bool {
      fates.first.positives != fates.second.positives || fates.first.levels != fates.second.levels
    }
    package var losesAll: Bool { (fates.first.positives == 0) != (fates.second.positives == 0) }
  }

  package let sides: Pair<Decisions>
  package let unit: Unit
  /// In the order of level, row, column, anchor.
  package let differences: [Difference]
  /// How many priors or cells were compared.
  package let compared: Int
  /// The levels, by name, that only the one has.
  package let unshared: Pair<[String]>
  package let objects: [Object]

  /// Nil when the scenes are not the same, or one of the two has not matched yet.
  package init?(_ first: Trace, _ second: Trace) {
    guard Self.isSameScene(first.scene, second.scene), let a = Decisions(first), let b = Decisions(second) else {
      return nil
    }
    sides = Pair(a, b)
    unit = Self.haveSamePriors(first, second) ? .prior : .cell
    var (differences, compared) = ([Difference](), 0)
    for (index, level) in first.priors.levels.enumerated() {
      guard let other = second.priors.levels.firstIndex(where: { Self.isSamePlace($0, level) }) else { continue }
      let places = Self.compare(a, b, levels: Pair(index, other), unit)
      compared += places.compared
      differences += places.differences
    }
    self.differences = differences
    self.compared = compared
    unshared = Pair(Self.levels(of: first, notIn: second), Self.levels(of: second, notIn: first))
    let fates = Pair(Self.fates(a), Self.fates(b))
    objects = first.scene.groundTruth.enumerated().map { gt, object in
      Object(
        gt: gt, name: first.scene.classes[object.label], box: object.box,
        fates: Pair(fates.first[gt], fates.second[gt]))
    }
  }

  package func count(of kind: Kind) -> Int { differences.count { $0.kind == kind } }
}

// MARK: - What is compared with what

extension Comparison {
  private static func isSameScene(_ a: Scene, _ b: Scene) -> Bool {
    a.width == b.width && a.height == b.height && a.classes == b.classes && a.objects == b.objects
  }

  /// The same grid, and on it the same boxes or points.
  private static func haveSamePriors(_ a: Trace, _ b: Trace) -> Bool {
    guard a.priors == b.priors else { return false }
    return ["anchors.boxes", "points.xy"].allSatisfy { a[$0]?.doubles == b[$0]?.doubles }
  }

  private static func isSamePlace(_ a: PriorGrid.Level, _ b: PriorGrid.Level) -> Bool {
    a.stride == b.stride && a.height == b.height && a.width == b.width
  }

  private static func levels(of a: Trace, notIn b: Trace) -> [String] {
    a.priors.levels.filter { level in !b.priors.levels.contains { isSamePlace($0, level) } }.map(\.name)
  }

  private static func compare(
    _ a: Decisions, _ b: Decisions, levels: Pair<Int>, _ unit: Unit
  ) -> (differences: [Difference], compared: Int) {
    let level = a.trace.priors.levels[levels.first]
    let other = b.trace.priors.levels[levels.second]
    let perCell = unit == .prior ? level.anchorsPerCell : 1
    let first = unit == .prior ? Array(a.priors[level.range]) : a.cells(ofLevel: levels.first)
    let second = unit == .prior ? Array(b.priors[other.range]) : b.cells(ofLevel: levels.second)
    let differences = zip(first, second).enumerated().compactMap { index, decisions -> Difference? in
      guard !decisions.0.isSame(as: decisions.1) else { return nil }
      let (cell, anchor) = (index / perCell, index % perCell)
      return Difference(
        level: level.name, stride: level.stride, row: cell / level.width, column: cell % level.width,
        anchor: perCell > 1 ? anchor : nil,
        priors: Pair(
          level.start + cell * level.anchorsPerCell + anchor, other.start + cell * other.anchorsPerCell + anchor),
        decisions: Pair(decisions.0, decisions.1))
    }
    return (differences, first.count)
  }

  private static func fates(_ decisions: Decisions) -> [Fate] {
    let trace = decisions.trace
    let overlaps = trace["overlap.iou"]
    let found = Evaluation(trace).objects
    return decisions.positives.enumerated().map { gt, positives in
      let levels = trace.priors.levels.compactMap { level -> Fate.Share? in
        let count = positives.count { level.range.contains($0) }
        return count > 0 ? Fate.Share(level: level.name, stride: level.stride, count: count) : nil
      }
      return Fate(
        positives: positives.count, levels: levels, bestIoU: overlaps?.row(gt).max(),
        score: found.indices.contains(gt) ? found[gt].detection?.score : nil)
    }
  }
}

extension Comparison.Pair: Equatable where Element: Equatable {}
extension Comparison.Pair: Hashable where Element: Hashable {}
