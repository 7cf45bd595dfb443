import Detectors

extension DetectorCase {
  static let fasterRCNN = DetectorCase(
    detector: FasterRCNN.self,
    variants: [
      // Small anchors, so that the small scenes of the tests have positives.
      ["anchor_stride_scale=4", "samples_per_image=40", "rpn_nms=0.5", "proposals_after=12"],
      ["second_stage_boxes=false", "add_gt_to_proposals=false", "sampling_ratio=0", "anchor_stride_scale=2"],
      [
        "box_coding=corner", "box_means=0.1,0,-0.2,1", "box_stds=0.5,0.5,1,1", "iou_thresholds=0.2,0.4", "roi_size=3",
        "sampling_ratio=4", "proposals_before=20",
      ],
    ],
    changes: [
      change("iou_thresholds=0.2,0.5", base: small), change("anchor_stride_scale=3"),
      change("samples_per_image=64"), change("positive_fraction=0.01", base: small),
      change("rpn_nms=0.3"), change("proposals_before=10"), change("proposals_after=5"),
      change("add_gt_to_proposals=false"), change("roi_iou=0.3"), change("roi_samples=16"),
      change("roi_positive_fraction=0.02"), change("roi_size=5"), change("sampling_ratio=1"),
      change("roi_channels=32"), change("second_stage_boxes=false"), change("roi_box_stds=0.2,0.1,0.2,0.2"),
      // Untrained, every class gets a fair share.
      change("score_threshold=0.3"), change("strides=16,32"), change("pre_nms_top=3", base: ["score_threshold=0.001"]),
    ])

  private static let small = ["anchor_stride_scale=4"]
}
