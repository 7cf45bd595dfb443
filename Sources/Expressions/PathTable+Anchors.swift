import Traces

extension PathTable {
  static let anchors: [PathEntry] = places + matching + predictions + contributions

  private static let places: [PathEntry] =
    [
      indices(.anchor, "the anchors' numbers", example: "count(anchor) > 500"),
      PathEntry(.anchor, "level", of: .text(.level), "the level it lies on", example: "anchor[9].level == P3") {
        reading in
        let priors = reading.trace.priors
        return .texts(priors.count) { index in priors.level(of: index).map { priors.levels[$0].name } ?? "none" }
      },
      place("row", "the row of its cell", example: "anchor[9].row == 0") { Double($0.row) },
      place("column", "the column of its cell", example: "anchor[9].column > 0") { Double($0.column) },
      place("number", "which of the anchors of its cell", example: "count(anchor.number == 0) > 100") {
        Double($0.anchor)
      },
      center("x", "its middle, from the left", example: "anchor[9].x < scene.width / 2") { $0.x },
      center("y", "its middle, from the top", example: "anchor[9].y < 20") { $0.y },
    ]
    + boxes(.anchor, example: "anchor[9].PART > 0") { reading, part throws(Absence) in
      try reading.boxes("anchors.boxes", part)
    }

  private static let matching: [PathEntry] = [
    PathEntry(
      .anchor, "state", of: .text(.state), "positive, ignored, negative, or as the detector calls it",
      example: "count(anchor.state == positive) < 10"
    ) { reading throws(Absence) in
      let legend = reading.trace.states
      let codes = try reading.value(legend.value)
      let names = Dictionary(legend.states.map { (Double($0.code), $0.name) }, uniquingKeysWith: { first, _ in first })
      return .texts(codes.count) { index in codes[flat: index].flatMap { names[$0] } ?? "unknown" }
    },
    number("gt", "the GT it is positive for, −1 for none", "match.gt", example: "count(anchor.gt == 0) > 0"),
    PathEntry(.anchor, "iou", unit: "IoU", "its best IoU with any GT", example: "count(anchor.iou > 0.4) > 10") {
      reading throws(Absence) in try reading.bestOverlap(known: "match.max_iou", of: .priors)
    },
    number("best_gt", "the GT of that IoU", "match.best_gt", example: "anchor[9].best_gt == 0"),
    number("claims", "how many GTs could have it", "match.claims", example: "any(anchor.claims > 1)"),
    number("bags", "how many bags it is in", "bags.count", example: "max(anchor.bags) > 1"),
    number("weight", "its largest weight in a bag", "bags.anchor_weight", example: "max(anchor.weight) < 0.5"),
    flag("taken", "whether the sample took it", "sample.state", example: "count(anchor.taken) == 256") { $0 >= 0 },
    flag("kept", "whether mining keeps it as a negative", "mining.kept", example: "count(anchor.kept) > 3") { $0 > 0 },
  ]

  private static let predictions: [PathEntry] = [
    number("score", "its best score", "heads.score", example: "max(anchor.score) > 0.3"),
    number(
      "centerness", "the centerness it should learn", "targets.centerness", example: "max(anchor.centerness) > 0.5"),
  ]

  private static let contributions: [PathEntry] = [
    PathEntry(
      .anchor, "cls_loss", "its classification or objectness loss, not divided", example: "max(anchor.cls_loss) > 1"
    ) { reading throws(Absence) in
      try reading.numbers("losses.cls_per_anchor", "losses.cls_per_point", "losses.rpn_objectness_per_anchor")
    },
    PathEntry(.anchor, "box_loss", "its box loss, not divided", example: "sum(anchor.box_loss) > 0") {
      reading throws(Absence) in
      try reading.numbers("losses.box_per_anchor", "losses.box_per_point", "losses.rpn_box_per_anchor")
    },
    number(
      "negative_loss", "what it adds to the negative loss", "losses.negative_per_anchor",
      example: "max(anchor.negative_loss) > 0"),
    number(
      "pull", "how strongly the loss pulls at its scores: Σ|∂L/∂logit|", "gradients.magnitude",
      example: "max(anchor.pull) > 0.1"),
  ]

  private static func number(_ field: String, _ meaning: String, _ value: String, example: String) -> PathEntry {
    PathEntry(.anchor, field, meaning, example: example) { reading throws(Absence) in try reading.numbers(value) }
  }

  private static func flag(
    _ field: String, _ meaning: String, _ value: String, example: String, _ test: @escaping @Sendable (Double) -> Bool
  ) -> PathEntry {
    PathEntry(.anchor, field, of: .boolean, meaning, example: example) { reading throws(Absence) in
      let value = try reading.value(value)
      return .booleans(value.count) { value[flat: $0].map(test) ?? false }
    }
  }

  private static func place(
    _ field: String, _ meaning: String, example: String, _ of: @escaping @Sendable (PriorGrid.Location) -> Double
  ) -> PathEntry {
    PathEntry(.anchor, field, meaning, example: example) { reading in
      let priors = reading.trace.priors
      return .numbers(priors.count) { priors.location(of: $0).map(of) ?? .nan }
    }
  }

  private static func center(
    _ field: String, _ meaning: String, example: String, _ of: @escaping @Sendable ((x: Double, y: Double)) -> Double
  ) -> PathEntry {
    PathEntry(.anchor, field, unit: "px", meaning, example: example) { reading in
      let priors = reading.trace.priors
      return .numbers(priors.count) { priors.location(of: $0).flatMap(priors.center).map(of) ?? .nan }
    }
  }
}
