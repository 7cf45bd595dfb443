import Detectors

extension DetectorCase {
  static let ssd = DetectorCase(
    detector: SSD.self,
    variants: [
      ["class_loss=logistic"],
      ["selection=focal", "gamma=0.7", "alpha=0.6", "negative_iou=0.3"],
      ["selection=focal", "class_loss=logistic", "force_all_ties=true"],
      ["selection=ohem", "ohem_nms=0.3", "ohem_keep_ratio=0.5", "positive_iou=0.4", "negative_iou=0.2", "beta=0.1"],
      ["selection=all", "beta=0"],
      ["selection=ohem_keeps_all", "negative_ratio=0.4", "box_coding=corner"],
    ],
    changes: [
      change("positive_iou=0.6"), change("negative_iou=0.3"), change("force_all_ties=true"),
      change("force_overwrites=false", base: ["anchor_sizes=90,90,90"]),
      change("class_loss=logistic"), change("selection=focal"), change("selection=ohem"), change("selection=all"),
      change("selection=ohem_keeps_all"), change("negative_ratio=1"),
      change("ohem_nms=0.3", base: ["selection=ohem"]), change("ohem_keep_ratio=0.3", base: ["selection=ohem"]),
      change("alpha=0.5", base: ["selection=focal"]), change("gamma=1", base: ["selection=focal"]),
      change("beta=0.5"), change("score_threshold=0.3"),
      change("strides=8,16,32"), change("anchor_sizes=12,32,64"),
    ])
}
