extension Tape {
  /// y = x·Wᵀ + b for every row of x: a fully connected layer.
  ///
  /// It is a 1×1 convolution over a map whose positions are the rows, and is computed as one.
  ///
  /// - Parameters:
  ///   - x: R,I, with at least one row.
  ///   - weight: O,I.
  ///   - bias: O.
  /// - Returns: R,O.
  public mutating func linear(_ x: Variable, weight: Variable, bias: Variable? = nil) -> Variable {
    let (rows, inputs, outputs) = (self[x].shape[0], self[x].shape[1], self[weight].shape[0])
    precondition(self[weight].shape[1] == inputs, "inputs disagree")
    let map = reshape(transpose(x), [inputs, 1, rows])
    let kernels = reshape(weight, [outputs, inputs, 1, 1])
    let y = convolution(map, weight: kernels, bias: bias)
    return transpose(reshape(y, [outputs, rows]))
  }

  /// A table with rows and columns exchanged: A,B to B,A.
  public mutating func transpose(_ x: Variable) -> Variable {
    record(self[x].transposed, from: [x]) { gradient, _ in [gradient.transposed] }
  }
}

extension Tensor {
  /// A,B to B,A. In blocks, so that neither side is walked with long strides.
  fileprivate var transposed: Tensor {
    let (rows, columns) = (shape[0], shape[1])
    var result = Tensor.zeros([columns, rows])
    let block = 16
    elements.withUnsafeBufferPointer { from in
      result.elements.withUnsafeMutableBufferPointer { to in
        for top in stride(from: 0, to: rows, by: block) {
          for left in stride(from: 0, to: columns, by: block) {
            for r in top..<min(top + block, rows) {
              for c in left..<min(left + block, columns) { to[c * rows + r] = from[r * columns + c] }
            }
          }
        }
      }
    }
    return result
  }
}
