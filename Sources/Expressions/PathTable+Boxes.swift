import Detectors
import Traces

extension PathTable {
  static let regions: [PathEntry] =
    list(.proposal, of: .proposal) + [
      number(
        .proposal, "gt", "the GT it overlaps most, −1 for none", "proposals.gt", example: "count(proposal.gt == 0) > 0"),
      number(
        .proposal, "iou", unit: "IoU", "its best IoU with a GT", "proposals.iou", example: "max(proposal.iou) > 0.5"),
      number(.proposal, "score", "its objectness", "proposals.scores", example: "max(proposal.score) > 0.5"),
    ] + list(.roi, of: .roi) + [
      number(.roi, "gt", "the GT it has to learn, −1 for none", "roi.gt", example: "count(roi.gt == 0) > 0"),
      number(.roi, "iou", unit: "IoU", "its best IoU with a GT", "roi.iou", example: "max(roi.iou) > 0.5"),
      flag(.roi, "foreground", "whether it counts as an object", "roi.state", example: "any(roi.foreground)") {
        $0 == 1
      },
      flag(.roi, "taken", "whether the sample took it", "roi.drawn", example: "count(roi.taken) <= 64") { $0 > 0 },
      number(.roi, "score", "the probability of its likeliest class", "roi.scores", example: "max(roi.score) > 0.5"),
      classes(.roi, "its likeliest class", "roi.labels", example: "count(roi.class == gt[0].class) > 0"),
    ]

  static let detections: [PathEntry] =
    list(.candidate, of: .candidate) + [
      number(.candidate, "score", "its score", "suppression.scores", example: "max(candidate.score) < 0.9"),
      classes(.candidate, "its class", "suppression.labels", example: "count(candidate.class == gt[0].class) > 3"),
      flag(.candidate, "kept", "whether suppression kept it", "suppression.by", example: "count(candidate.kept) > 3") {
        $0 < 0
      },
      number(
        .candidate, "by", "the candidate that suppressed it, −1 for none", "suppression.by",
        example: "count(candidate.by == 0) > 0"),
      number(
        .candidate, "overlap", "the overlap by which it went", "suppression.overlap", example: "max(candidate.overlap)"),
    ] + list(.detection, of: .detection) + [
      number(.detection, "score", "its score", "detections.scores", example: "max(detection.score) >= 0.3"),
      classes(.detection, "its class", "detections.labels", example: "count(detection.class == gt[0].class) > 0"),
      number(
        .detection, "gt", "the GT it found, or overlaps most, −1 for none", "evaluation.gt",
        example: "any(detection.gt == 0)"),
      number(
        .detection, "iou", unit: "IoU", "its IoU with that GT", "evaluation.iou", example: "any(detection.iou >= 0.5)"),
      PathEntry(
        .detection, "outcome", of: .text(.outcome),
        "\"true\", \"false\", \"duplicate\", \"ignored\" or \"not counted\"",
        example: "count(detection.outcome == \"true\") > 0"
      ) { reading throws(Absence) in
        let codes = try reading.value("evaluation.outcome")
        return .texts(codes.count) { index in
          codes[flat: index].flatMap { Int8(exactly: $0) }.flatMap(DetectionOutcome.init)?.name ?? "unknown"
        }
      },
    ]

  /// What every list of boxes has.
  private static func list(_ subject: Subject, of kind: BoxRow.Kind) -> [PathEntry] {
    let name = subject.rawValue
    return [indices(subject, "the \(name)s' numbers", example: "count(\(name)) > 0")]
      + boxes(subject, example: "min(\(name).PART) < 100") { reading, part throws(Absence) in
        try reading.boxes(kind.boxes, part)
      } + [
        number(
          subject, "anchor", "the anchor it came from, −1 for none", kind.anchors,
          example: "count(\(name).anchor >= 0) > 0")
      ]
  }

  private static func number(
    _ subject: Subject, _ field: String, unit: String = "", _ meaning: String, _ value: String, example: String
  ) -> PathEntry {
    PathEntry(subject, field, unit: unit, meaning, example: example) { reading throws(Absence) in
      try reading.numbers(value)
    }
  }

  private static func classes(_ subject: Subject, _ meaning: String, _ value: String, example: String) -> PathEntry {
    PathEntry(subject, "class", of: .text(.className), meaning, example: example) { reading throws(Absence) in
      try reading.classes(value)
    }
  }

  private static func flag(
    _ subject: Subject, _ field: String, _ meaning: String, _ value: String, example: String,
    _ test: @escaping @Sendable (Double) -> Bool
  ) -> PathEntry {
    PathEntry(subject, field, of: .boolean, meaning, example: example) { reading throws(Absence) in
      let value = try reading.value(value)
      return .booleans(value.count) { value[flat: $0].map(test) ?? false }
    }
  }
}
