/// DenseNet's blocks (Huang et al. 2017, section 3): every layer sees all the maps before it in its stage.
struct DenseBackbone: BackboneFamily {
  func stage<Layers: BackboneLayers>(
    _ x: Layers.Map, _ name: String, channels: Int, width: Int, blocks: Int, on layers: inout Layers
  ) -> Layers.Map {
    // The growth rate: half of the width, as 32 beside 64 in DenseNet-121.
    let growth = width / 2
    var x = layers.averagePool(x)
    for index in 0..<blocks {
      for step in 1...2 {
        let name = "\(name).block\(index)"
        let y = layers.relu(layers.norm(x, "\(name).norm\(step)"))
        let new = layers.convolution(y, "\(name).conv\(step)", to: growth, kernel: 3, stride: 1)
        x = layers.concatenate([x, new])
      }
    }
    x = layers.relu(layers.norm(x, "\(name).transition.norm"))
    return layers.convolution(x, "\(name).transition.conv", to: channels, kernel: 1, stride: 1)
  }

  let words = BackboneWords(
    name: "dense, like DenseNet", formula: "x_l = 3×3(relu(norm([x_0, …, x_l−1]))),  y = 1×1([x_0, x_1, …])",
    source: "Huang et al. 2017, section 3",
    meaning:
      "Each stage halves the map and doubles the channels. A layer adds a few channels beside all those before it in its stage, and replaces none: what was found once stays in reach, and so does the gradient.",
    block: [
      ("2×2 mean", "before a stage's first block"),
      ("norm, ReLU, 3×3", "new channels, put beside all"),
      ("norm, ReLU, 3×3", "as many again, from all of these"),
      ("norm, ReLU, 1×1", "after the last block: mixed"),
    ])
}
