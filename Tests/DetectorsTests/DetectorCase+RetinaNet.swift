import Detectors

extension DetectorCase {
  static let retinaNet = DetectorCase(
    detector: RetinaNet.self,
    variants: [
      ["preset=torchvision"],
      ["preset=mmdetection"],
      ["gamma=0.5", "alpha=0.6", "sigma=1", "positive_iou=0.3", "negative_iou=0.2"],
      [
        "probability_clip=0", "gamma=0", "box_coding=center", "box_means=0.1,0,-0.2,1",
        "low_quality_matches=on",
      ],
    ],
    changes: [
      change("preset=torchvision"), change("preset=mmdetection"), change("positive_iou=0.6"),
      change("negative_iou=0.3"), change("low_quality_matches=true"),
      // So small that some overlap nothing: they are at exactly 0.
      change("negative_included=false", base: ["negative_iou=0", "anchor_sizes=2,2,2,2,2"]),
      change("low_quality_owner=gt", base: ["low_quality_matches=true", "positive_iou=0.8"]),
      // So crowded into a corner that a GT overlaps none of them.
      change(
        "low_quality_at_zero=true", base: ["low_quality_matches=true", "anchor_sizes=2,2,2,2,2", "stride_factor=0.25"]),
      change("ignore_outside=false"), change("alpha=0.3"), change("gamma=1"), change("probability_clip=0"),
      change("box_loss=l1"), change("sigma=2"), change("strides=8,16,32", "anchor_sizes=32,64,128"),
      change("anchor_sizes=24,64,128,256,512"),
    ])
}
