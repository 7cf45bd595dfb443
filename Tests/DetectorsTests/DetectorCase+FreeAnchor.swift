import Detectors

extension DetectorCase {
  static let freeAnchor = DetectorCase(
    detector: FreeAnchor.self,
    variants: [
      ["bag_function=max", "bag_size=7", "alpha=0.3", "gamma=0"],
      ["bag_function=mean", "bag_size=10000", "gamma=0.5", "box_threshold=0.2", "box_loss_weight=2"],
      ["box_coding=corner", "box_means=0.1,0,-0.2,1", "beta=1", "box_threshold=0"],
    ],
    changes: [
      change("bag_size=20"), change("box_threshold=0.3"), change("alpha=0.3"), change("gamma=1"),
      change("beta=0.5"), change("box_loss_weight=1"), change("bag_function=max"),
      change("negative_clamp=false", base: ["box_threshold=0.05"]), change("bag_function=mean"),
      change("strides=8,16,32", "anchor_sizes=32,64,128"), change("anchor_sizes=24,64,128,256,512"),
    ])
}
