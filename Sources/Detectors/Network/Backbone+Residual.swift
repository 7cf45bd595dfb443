/// ResNet's basic blocks (He et al. 2016, section 3.3).
struct ResidualBackbone: BackboneFamily {
  func stage<Layers: BackboneLayers>(
    _ x: Layers.Map, _ name: String, channels: Int, width: Int, blocks: Int, on layers: inout Layers
  ) -> Layers.Map {
    var x = x
    for index in 0..<blocks {
      x = block(x, "\(name).block\(index)", channels: channels, isFirst: index == 0, on: &layers)
    }
    return x
  }

  /// relu(F(x) + x). The first block of a stage halves the map, and a 1×1 convolution brings x to its shape.
  private func block<Layers: BackboneLayers>(
    _ x: Layers.Map, _ name: String, channels: Int, isFirst: Bool, on layers: inout Layers
  ) -> Layers.Map {
    let stride = isFirst ? 2 : 1
    var y = layers.convolution(x, "\(name).conv1", to: channels, kernel: 3, stride: stride)
    y = layers.relu(layers.norm(y, "\(name).norm1"))
    y = layers.convolution(y, "\(name).conv2", to: channels, kernel: 3, stride: 1)
    y = layers.norm(y, "\(name).norm2")
    guard isFirst else { return layers.relu(layers.add(y, x)) }
    let shortcut = layers.convolution(x, "\(name).shortcut.conv", to: channels, kernel: 1, stride: stride)
    return layers.relu(layers.add(y, layers.norm(shortcut, "\(name).shortcut.norm")))
  }

  let words = BackboneWords(
    name: "residual, like ResNet", formula: "y = relu(F(x) + x),  F = norm(3×3(relu(norm(3×3(x)))))",
    source: "He et al. 2016, section 3",
    meaning:
      "Each stage halves the map and doubles the channels: C2 sees edges, C5 sees whole objects. A block only adds to what it was given, so the gradient also has a way around it.",
    block: [
      ("3×3, norm, ReLU", "a stage's first block halves here"),
      ("3×3, norm", "F(x), what there is to add"),
      ("add x", "by a 1×1 where shapes differ"),
      ("ReLU", "y"),
    ])
}
