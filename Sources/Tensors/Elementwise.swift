extension Tape {
  /// max(x, 0). At exactly 0 the gradient is 0, as in PyTorch.
  public mutating func relu(_ x: Variable) -> Variable {
    let input = self[x]
    let output = Tensor(shape: input.shape, elements: input.elements.map { $0 > 0 ? $0 : 0 })
    return record(output, from: [x]) { gradient, _ in
      var result = gradient
      result.elements.withUnsafeMutableBufferPointer { g in
        output.elements.withUnsafeBufferPointer { y in
          for i in 0..<g.count { g[i] = y[i] > 0 ? g[i] : 0 }
        }
      }
      return [result]
    }
  }

  /// e^x.
  public mutating func exp(_ x: Variable) -> Variable {
    let input = self[x]
    let output = Tensor(shape: input.shape, elements: input.elements.map { Float(Exact.exp(Double($0))) })
    return record(output, from: [x]) { gradient, _ in
      var result = gradient
      for i in 0..<result.count { result.elements[i] *= output.elements[i] }
      return [result]
    }
  }

  /// x times a single number.
  public mutating func scale(_ x: Variable, by factor: Variable) -> Variable {
    let input = self[x]
    let number = self[factor].elements[0]
    let output = Tensor(shape: input.shape, elements: input.elements.map { $0 * number })
    return record(output, from: [x, factor]) { gradient, _ in
      let slope = zip(gradient.elements, input.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let byInput = Tensor(shape: gradient.shape, elements: gradient.elements.map { $0 * number })
      return [byInput, Tensor(shape: [1], elements: [Float(slope)])]
    }
  }

  /// The same numbers under another shape of as many.
  public mutating func reshape(_ x: Variable, _ shape: [Int]) -> Variable {
    let input = self[x]
    return record(Tensor(shape: shape, elements: input.elements), from: [x]) { gradient, _ in
      [Tensor(shape: input.shape, elements: gradient.elements)]
    }
  }

  /// a + b, of equal shapes.
  public mutating func add(_ a: Variable, _ b: Variable) -> Variable {
    var sum = self[a]
    sum.add(self[b])
    return record(sum, from: [a, b]) { gradient, _ in [gradient, gradient] }
  }

  /// Maps of one size, the channels of one after those of another: C₁+C₂+…,H,W.
  public mutating func concatenate(_ maps: [Variable]) -> Variable {
    let shapes = maps.map { self[$0].shape }
    precondition(!shapes.isEmpty && shapes.allSatisfy { $0.dropFirst() == shapes[0].dropFirst() }, "sizes disagree")
    let output = Tensor(
      shape: [shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst(), elements: maps.flatMap { self[$0].elements })
    return record(output, from: maps) { gradient, _ in
      var start = 0
      return shapes.map { shape in
        let count = shape.reduce(1, *)
        defer { start += count }
        return Tensor(shape: shape, elements: Array(gradient.elements[start..<start + count]))
      }
    }
  }

  /// A map of shape C,h,w brought to C,H,W: each cell takes the value at row ⌊y·h/H⌋, column ⌊x·w/W⌋.
  public mutating func upsample(_ x: Variable, height: Int, width: Int) -> Variable {
    let input = self[x]
    let (channels, h, w) = (input.shape[0], input.shape[1], input.shape[2])
    var output = Tensor.zeros([channels, height, width])
    Self.forEachNearest(channels, h, w, height, width) { source, target in
      output.elements[target] = input.elements[source]
    }
    return record(output, from: [x]) { gradient, _ in
      var result = Tensor.zeros([channels, h, w])
      Self.forEachNearest(channels, h, w, height, width) { source, target in
        result.elements[source] += gradient.elements[target]
      }
      return [result]
    }
  }

  private static func forEachNearest(
    _ channels: Int, _ h: Int, _ w: Int, _ height: Int, _ width: Int, _ visit: (Int, Int) -> Void
  ) {
    for c in 0..<channels {
      for y in 0..<height {
        let source = (c * h + y * h / height) * w
        let target = (c * height + y) * width
        for x in 0..<width { visit(source + x * w / width, target + x) }
      }
    }
  }

  /// Maps of shape A·D,h,w from every level as one table of shape N,D in the order level, row,
  /// column, anchor: how heads' outputs become predictions.
  public mutating func flatten(_ maps: [Variable], anchorsPerCell: Int) -> Variable {
    let shapes = maps.map { self[$0].shape }
    let depth = (shapes.first?[0] ?? anchorsPerCell) / anchorsPerCell
    let rows = shapes.reduce(0) { $0 + $1[1] * $1[2] * anchorsPerCell }
    var output = Tensor.zeros([rows, depth])
    var start = 0
    for map in maps {
      let input = self[map]
      Self.interleave(input.shape, from: start) { source, target in
        output.elements[target] = input.elements[source]
      }
      start += input.count
    }
    return record(output, from: maps) { gradient, _ in
      var start = 0
      return shapes.map { shape in
        var part = Tensor.zeros(shape)
        Self.interleave(shape, from: start) { source, target in
          part.elements[source] = gradient.elements[target]
        }
        start += part.count
        return part
      }
    }
  }

  /// Channel-major to cell-major positions.
  private static func interleave(_ shape: [Int], from start: Int, _ visit: (Int, Int) -> Void) {
    let cells = shape[1] * shape[2]
    for channel in 0..<shape[0] {
      for cell in 0..<cells { visit(channel * cells + cell, start + cell * shape[0] + channel) }
    }
  }
}
