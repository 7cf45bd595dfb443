import Detectors

extension DetectorCase {
  static let fcos = DetectorCase(
    detector: FCOS.self,
    variants: [
      ["preset=improved"], ["preset=torchvision"],
      ["center_sampling=true", "center_radius=0.7", "box_loss=DIoU", "gamma=0.5", "alpha=0.6"],
      ["box_loss=CIoU", "learned_scale=false", "regress_ranges=-1,12,8,24,20,48,40,96,80,100000000"],
    ],
    changes: [
      change("preset=improved"), change("center_sampling=true", base: ["center_radius=0.5"]),
      change("center_radius=0.5", base: ["center_sampling=true"]),
      // From the P3 point (20, 20) to the right side of the object at 12 to 44 it is 24 px.
      change("range_ends=excluded", base: ["regress_ranges=-1,24,24,48,48,64,64,128,128,100000000"]),
      change("box_weight=none"), change("regress_ranges=-1,16,16,32,32,64,64,128,128,100000000"),
      change("normalize_by_stride=true"),
      change("box_loss=GIoU"), change("box_loss=DIoU"), change("box_loss=CIoU"),
      change("centerness_branch=regression"), change("learned_scale=false"), change("head_norm=false"),
      change("alpha=0.3"), change("gamma=1"),
      change("strides=8,16,32", "regress_ranges=-1,64,64,128,128,100000000"),
      change("nms_threshold=0.9", base: overlapping, iterations: 8),
      change("nms=none", base: overlapping, iterations: 8),
      change("nms_overlap=diou", base: overlapping, iterations: 8),
    ])

  /// Boxes start 2 px wide, and overlap only when they have grown.
  private static let overlapping = ["score_threshold=0.001", "learning_rate=0.02"]
}
