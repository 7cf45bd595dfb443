extension Tape {
  /// Each channel of a map C,H,W convolved with weights of its own, C,1,k,k: a convolution in as many groups as there
  /// are channels. Nothing passes from one channel to another.
  ///
  /// The output is C,H′,W′ with H′ = ⌊(H + 2·padding − k) / stride⌋ + 1.
  /// - Precondition: the padded map is at least as large as the kernel.
  public mutating func depthwiseConvolution(
    _ x: Variable, weight: Variable, stride: Int = 1, padding: Int = 0
  ) -> Variable {
    let convolution = DepthwiseConvolution(
      input: self[x], weight: self[weight], stride: stride, padding: padding)
    return record(convolution.forward(), from: [x, weight]) { gradient, wanted in
      [
        wanted[0] ? convolution.inputGradient(gradient) : nil,
        wanted[1] ? convolution.weightGradient(gradient) : nil,
      ]
    }
  }
}

/// One application. Every sum runs over the taps of the kernel, or row by row over the output, in order.
private struct DepthwiseConvolution {
  let weight: Tensor
  let stride: Int
  let padding: Int
  let inputShape: [Int]
  let padded: Tensor
  let kernel: Int
  let channels: Int
  let height: Int
  let width: Int

  init(input: Tensor, weight: Tensor, stride: Int, padding: Int) {
    precondition(weight.shape[0] == input.shape[0] && weight.shape[1] == 1, "channels disagree")
    self.weight = weight
    self.stride = stride
    self.padding = padding
    inputShape = input.shape
    padded = input.padded(by: padding)
    kernel = weight.shape[2]
    channels = input.shape[0]
    precondition(padded.shape[1] >= kernel && padded.shape[2] >= kernel, "map smaller than kernel")
    height = (padded.shape[1] - kernel) / stride + 1
    width = (padded.shape[2] - kernel) / stride + 1
  }

  func forward() -> Tensor {
    var output = Tensor.zeros([channels, height, width])
    output.elements.withUnsafeMutableBufferPointer { y in
      padded.elements.withUnsafeBufferPointer { x in
        guard let y = y.baseAddress, let x = x.baseAddress else { return }
        forEachRow { tap, source, target in
          let w = weight.elements[tap]
          let (from, to) = (x + source, y + target)
          if stride == 1 {
            for j in 0..<width { to[j] += w * from[j] }
          } else {
            for j in 0..<width { to[j] += w * from[j * stride] }
          }
        }
      }
    }
    return output
  }

  /// dX: every position's gradient, spread over its window by the weights.
  func inputGradient(_ gradient: Tensor) -> Tensor {
    var result = Tensor.zeros(padded.shape)
    result.elements.withUnsafeMutableBufferPointer { x in
      gradient.elements.withUnsafeBufferPointer { g in
        guard let x = x.baseAddress, let g = g.baseAddress else { return }
        forEachRow { tap, source, target in
          let w = weight.elements[tap]
          let (to, from) = (x + source, g + target)
          if stride == 1 {
            for j in 0..<width { to[j] += w * from[j] }
          } else {
            for j in 0..<width { to[j * stride] += w * from[j] }
          }
        }
      }
    }
    return result.cropped(to: inputShape, by: padding)
  }

  /// dW = Σ over positions of what a tap saw there · output gradient.
  func weightGradient(_ gradient: Tensor) -> Tensor {
    var result = Tensor.zeros(weight.shape)
    var seen = [Float](repeating: 0, count: width)
    seen.withUnsafeMutableBufferPointer { seen in
      padded.elements.withUnsafeBufferPointer { x in
        gradient.elements.withUnsafeBufferPointer { g in
          guard let seen = seen.baseAddress, let x = x.baseAddress, let g = g.baseAddress else { return }
          forEachRow { tap, source, target in
            let from = x + source
            if stride == 1 {
              result.elements[tap] += Sums.dot(from, g + target, width)
            } else {
              for j in 0..<width { seen[j] = from[j * stride] }
              result.elements[tap] += Sums.dot(seen, g + target, width)
            }
          }
        }
      }
    }
    return result
  }

  /// Visits every row of the output once for every tap: the tap's index among the weights, where in the padded map
  /// the row's first position has that tap, and where the row begins.
  @inline(__always)
  private func forEachRow(_ visit: (_ tap: Int, _ source: Int, _ target: Int) -> Void) {
    let (rows, columns) = (padded.shape[1], padded.shape[2])
    for channel in 0..<channels {
      for y in 0..<height {
        for dy in 0..<kernel {
          for dx in 0..<kernel {
            visit(
              (channel * kernel + dy) * kernel + dx, (channel * rows + y * stride + dy) * columns + dx,
              (channel * height + y) * width)
          }
        }
      }
    }
  }
}
