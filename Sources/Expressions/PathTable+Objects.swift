import Detectors
import Boxes
import Scenes
import Traces

extension PathTable {
  static let gts: [PathEntry] =
    [indices(.gt, "the GTs' numbers", example: "count(gt) > 1")]
    + boxes(.gt, example: "gt[0].PART > 10") { reading, part in
      let corners = reading.trace.scene.groundTruth.map(\.box.corners)
      return .numbers(corners.count) { index in part.of { corners[index][$0] } }
    } + [
      number(.gt, "x", unit: "px", "middle of the box, from the left", example: "gt[0].x < 100") { $0.box.centerX },
      number(.gt, "y", unit: "px", "middle of the box, from the top", example: "gt[0].y < 100") { $0.box.centerY },
      number(.gt, "ratio", "height / width", example: "any(gt.ratio > 2)") { $0.box.height / $0.box.width },
      PathEntry(.gt, "class", of: .text(.className), "its class", example: "count(gt.class == gt[0].class) > 1") {
        reading in
        let classes = reading.trace.scene.classes
        let names = reading.trace.scene.groundTruth.map {
          classes.indices.contains($0.label) ? classes[$0.label] : "none"
        }
        return .texts(names.count) { names[$0] }
      },
      PathEntry(
        .gt, "positives", "how many anchors are positive for it", example: "any(gt.positives == 0)"
      ) { reading throws(Absence) in try reading.numbers("match.positives_of_gt") },
      PathEntry(.gt, "max_iou", unit: "IoU", "its best IoU with any anchor", example: "gt[0].max_iou < 0.5") {
        reading throws(Absence) in try reading.bestOverlap(known: "match.best_iou_of_gt", of: .objects)
      },
      PathEntry(
        .gt, "best_anchor", "the anchor with its best IoU; of points the one it is looked at with",
        example: "anchor[gt[0].best_anchor].x"
      ) { reading throws(Absence) in try reading.numbers("match.best_anchor_of_gt", "decoded.best_anchor") },
      PathEntry(
        .gt, "guess_iou", unit: "IoU", "its best IoU with any box that is guessed", example: "gt[0].guess_iou > 0.6"
      ) { reading throws(Absence) in try reading.numbers("decoded.best_iou") },
      PathEntry(.gt, "loss", "what its bag adds to the positive loss", example: "gt[0].loss > 0") {
        reading throws(Absence) in try reading.numbers("losses.positive_per_gt")
      },
      PathEntry(.gt, "found", of: .boolean, "whether a detection of a score of .3 found it", example: "all(gt.found)") {
        reading throws(Absence) in
        let finders = try reading.value("evaluation.found")
        // Of the same step; there are none where nothing was detected.
        let scores = reading.trace["detections.scores"]
        return .booleans(finders.count) { gt in
          guard let finder = finders[flat: gt].flatMap({ Int(exactly: $0) }), finder >= 0 else { return false }
          return (scores?[flat: finder] ?? 0) >= Detectors.leastFoundScore
        }
      },
    ]

  private static func number(
    _ subject: Subject, _ field: String, unit: String = "", _ meaning: String, example: String,
    _ of: @escaping @Sendable (SceneObject) -> Double
  ) -> PathEntry {
    PathEntry(subject, field, unit: unit, meaning, example: example) { reading in
      let objects = reading.trace.scene.groundTruth
      return .numbers(objects.count) { of(objects[$0]) }
    }
  }

  static let levels: [PathEntry] = [
    level("", of: .text(.level), "the levels' names", example: "count(level) >= 3") { level in
      .texts(level.count) { level[$0].name }
    },
    level("stride", unit: "px", "between the middles of neighbouring cells", example: "level[P4].stride == 16") {
      level in
      .numbers(level.count) { Double(level[$0].stride) }
    },
    level("width", unit: "cells", "cells in a row", example: "level[P4].width > 4") { level in
      .numbers(level.count) { Double(level[$0].width) }
    },
    level("height", unit: "cells", "rows of cells", example: "level[P4].height > 4") { level in
      .numbers(level.count) { Double(level[$0].height) }
    },
    level("anchors", "how many anchors", example: "level[P4].anchors > 50") { level in
      .numbers(level.count) { Double(level[$0].count) }
    },
    states(
      "positives", .positive, "how many are positive (of FreeAnchor: in a bag)", example: "level[P4].positives == 0"),
    states(
      "ignored", .between, "how many are ignored or neutral (of FreeAnchor: P > 0)", example: "sum(level.ignored) > 0"),
    states("negatives", .negative, "how many are negative", example: "level[P4].negatives > level[P4].positives"),
  ]

  private static func level(
    _ field: String, of type: ExpressionType = .number, unit: String = "", _ meaning: String, example: String,
    _ read: @escaping @Sendable ([PriorGrid.Level]) -> Column
  ) -> PathEntry {
    PathEntry(.level, field, of: type, unit: unit, meaning, example: example) { read($0.trace.priors.levels) }
  }

  private static func states(
    _ field: String, _ kind: StateLegend.State.Kind, _ meaning: String, example: String
  ) -> PathEntry {
    PathEntry(.level, field, meaning, example: example) { reading throws(Absence) in
      let states = try reading.value(reading.trace.states.value)
      let codes = Set(reading.trace.states.states.filter { $0.kind == kind }.map { Double($0.code) })
      let levels = reading.trace.priors.levels
      return .numbers(levels.count) { index in
        Double(levels[index].range.count { states[flat: $0].map(codes.contains) ?? false })
      }
    }
  }

  static let bags: [PathEntry] = [
    indices(.bag, "the bags' numbers, as the GTs'", example: "count(bag) == count(gt)"),
    PathEntry(.bag, "size", "how many anchors it has", example: "bag[0].size == param.bag_size") {
      reading throws(Absence) in
      let anchors = try reading.value("bags.anchor")
      return .numbers(anchors.shape.first ?? 0) { _ in Double(anchors.shape.last ?? 0) }
    },
    bag("effective", "how many anchors count in it: 1 / Σw²", "bags.effective", example: "bag[0].effective < 5"),
    bag(
      "probability", "the bag's probability, by the function chosen", "bags.probability",
      example: "mean(bag.probability)"),
    bag("mean_max", "mean-max of its anchors", "bags.mean_max", example: "bag[0].mean_max > bag[0].mean"),
    bag("max", "its best anchor", "bags.max", example: "max(bag.max) > 0.5"),
    bag("mean", "the mean of its anchors", "bags.mean", example: "min(bag.mean) < 0.1"),
    bag(
      "upper", "where P reaches 1 (t2)", "saturation.upper", unit: "IoU", example: "bag[0].upper > param.box_threshold"),
  ]

  private static func bag(
    _ field: String, _ meaning: String, _ value: String, unit: String = "", example: String
  ) -> PathEntry {
    PathEntry(.bag, field, unit: unit, meaning, example: example) { reading throws(Absence) in
      try reading.numbers(value)
    }
  }
}

extension Reading {
  enum Side {
    case objects
    case priors
  }

  /// The best IoU along a row or a column of the overlaps; as the matching left it, once it has.
  func bestOverlap(known name: String, of side: Side) throws(Absence) -> Column {
    if let known = moment.visible(name) { return .numbers(of: known) }
    let overlaps = try value("overlap.iou", name)
    guard overlaps.shape.count == 2 else { return .numbers(of: overlaps) }
    let (rows, columns) = (overlaps.shape[0], overlaps.shape[1])
    switch side {
    case .objects:
      return .numbers(rows) { row in
        (0..<columns).reduce(0) { max($0, overlaps[flat: row * columns + $1] ?? 0) }
      }
    case .priors:
      return .numbers(columns) { column in
        (0..<rows).reduce(0) { max($0, overlaps[flat: $1 * columns + column] ?? 0) }
      }
    }
  }
}
