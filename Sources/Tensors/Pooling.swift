extension Tape {
  /// The largest number of each 2×2 window of a map C,H,W: C,⌈H/2⌉,⌈W/2⌉. Windows at an odd edge have fewer cells.
  /// The gradient goes to the largest alone, to the first of several equal ones, as in PyTorch.
  public mutating func maxPool(_ x: Variable) -> Variable {
    let input = self[x]
    let pooling = Pooling(input.shape)
    var output = Tensor.zeros(pooling.outputShape)
    var winners = [Int32](repeating: 0, count: output.count)
    pooling.forEachWindow { target, cells in
      var best = cells.first
      cells.forEach { cell in
        let number = input.elements[cell]
        if number > input.elements[best] || number.isNaN { best = cell }
      }
      output.elements[target] = input.elements[best]
      winners[target] = Int32(best)
    }
    return record(output, from: [x]) { [winners] gradient, _ in
      var result = Tensor.zeros(input.shape)
      for (target, winner) in winners.enumerated() { result.elements[Int(winner)] += gradient.elements[target] }
      return [result]
    }
  }

  /// The mean of each 2×2 window of a map C,H,W: C,⌈H/2⌉,⌈W/2⌉. At an odd edge it is the mean of the cells there are.
  public mutating func averagePool(_ x: Variable) -> Variable {
    let input = self[x]
    let pooling = Pooling(input.shape)
    var output = Tensor.zeros(pooling.outputShape)
    pooling.forEachWindow { target, cells in
      var sum: Float = 0
      cells.forEach { sum += input.elements[$0] }
      output.elements[target] = sum / Float(cells.count)
    }
    return record(output, from: [x]) { gradient, _ in
      var result = Tensor.zeros(input.shape)
      pooling.forEachWindow { target, cells in
        let share = gradient.elements[target] / Float(cells.count)
        cells.forEach { result.elements[$0] += share }
      }
      return [result]
    }
  }
}

/// Windows of 2×2 cells side by side over a map C,H,W.
private struct Pooling {
  let shape: [Int]

  init(_ shape: [Int]) { self.shape = shape }

  var outputShape: [Int] { [shape[0], (shape[1] + 1) / 2, (shape[2] + 1) / 2] }

  /// The cells of one window, by their places in the map.
  struct Window {
    let first: Int
    let rows: Int
    let columns: Int
    let rowLength: Int

    var count: Int { rows * columns }

    @inline(__always)
    func forEach(_ visit: (Int) -> Void) {
      for y in 0..<rows {
        for x in 0..<columns { visit(first + y * rowLength + x) }
      }
    }
  }

  @inline(__always)
  func forEachWindow(_ visit: (_ target: Int, _ cells: Window) -> Void) {
    let (height, width) = (shape[1], shape[2])
    var target = 0
    for channel in 0..<shape[0] {
      for y in stride(from: 0, to: height, by: 2) {
        for x in stride(from: 0, to: width, by: 2) {
          visit(
            target,
            Window(
              first: (channel * height + y) * width + x, rows: min(2, height - y), columns: min(2, width - x),
              rowLength: width))
          target += 1
        }
      }
    }
  }
}
