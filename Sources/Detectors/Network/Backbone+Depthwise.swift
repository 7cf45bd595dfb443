/// MobileNet's depthwise separable convolutions (Howard et al. 2017, section 3.1).
struct DepthwiseBackbone: BackboneFamily {
  func stage<Layers: BackboneLayers>(
    _ x: Layers.Map, _ name: String, channels: Int, width: Int, blocks: Int, on layers: inout Layers
  ) -> Layers.Map {
    var x = x
    for index in 0..<blocks {
      let name = "\(name).block\(index)"
      x = layers.depthwise(x, "\(name).depthwise", stride: index == 0 ? 2 : 1)
      x = layers.relu(layers.norm(x, "\(name).norm1"))
      x = layers.convolution(x, "\(name).pointwise", to: channels, kernel: 1, stride: 1)
      x = layers.relu(layers.norm(x, "\(name).norm2"))
    }
    return x
  }

  let words = BackboneWords(
    name: "depthwise, like MobileNet",
    formula: "y = relu(norm(1×1(relu(norm(3×3 of each channel(x))))),  cost 1/channels + 1/9 of a full 3×3",
    source: "Howard et al. 2017, section 3.1; MobileNets",
    meaning:
      "Each stage halves the map and doubles the channels. A 3×3 looks at every channel by itself, a 1×1 then mixes the channels cell by cell: nearly a full 3×3, for about an eighth of its multiplications.",
    block: [
      ("3×3 a channel, norm, ReLU", "where; first block halves"),
      ("1×1, norm, ReLU", "y: which channels go together"),
    ])
}
