/// VGG's stacks of 3×3 convolutions (Simonyan & Zisserman 2015), with norms: what a residual network is without its
/// sums.
struct PlainBackbone: BackboneFamily {
  func stage<Layers: BackboneLayers>(
    _ x: Layers.Map, _ name: String, channels: Int, width: Int, blocks: Int, on layers: inout Layers
  ) -> Layers.Map {
    var x = layers.maxPool(x)
    for index in 0..<blocks {
      for step in 1...2 {
        let name = "\(name).block\(index)"
        x = layers.convolution(x, "\(name).conv\(step)", to: channels, kernel: 3, stride: 1)
        x = layers.relu(layers.norm(x, "\(name).norm\(step)"))
      }
    }
    return x
  }

  let words = BackboneWords(
    name: "plain, like VGG", formula: "y = relu(norm(3×3(relu(norm(3×3(x))))),  2×2 max pooling before each stage",
    source: "Simonyan & Zisserman 2015, section 2; the norms are ours",
    meaning:
      "Pooling halves the map and each stage doubles the channels: C2 sees edges, C5 sees whole objects. The gradient must pass through every convolution: there is no way around one.",
    block: [
      ("2×2 max pooling", "once a stage: of four the largest"),
      ("3×3, norm, ReLU", "a cell and its neighbours"),
      ("3×3, norm, ReLU", "y; two of them see 5×5 cells"),
    ])
}
